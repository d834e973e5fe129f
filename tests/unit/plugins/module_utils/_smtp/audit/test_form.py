# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of a check: what is read, and how wrong forms are named."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.client_hello import Offer
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import (
    BadCheck,
    check_from,
    sends_message,
    unescaped,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Step
from ansible_collections.mailops.smtp.tests.unit.audits import RELAY, check_of


def test_a_check_is_read() -> None:
    check = check_of()

    assert check.steps[1] == Step("send", ("MAIL FROM:<{stranger}>",), 0.0, ("mail",))
    assert check.needs == ("stranger", "other_user")
    assert check.vantages == ("untrusted",)
    assert check.want == {"rcpt": ("refused",)}
    assert (check.risk, check.is_control, check.profiles) == (0, "", ("relay", "mx", "submission"))


def test_a_code_that_yaml_reads_as_a_number_is_a_code() -> None:
    assert check_of(want={"rcpt": 550}).want["rcpt"] == ("550",)


def test_from_any_vantage() -> None:
    assert check_of(**{"from": "any"}).vantages == ("untrusted", "trusted", "authed")


def test_silence_is_wanted_where_it_is_expected() -> None:
    check = check_of(steps=[{"hello": True}, {"expect_silence": 3}], want=None)

    assert check.want == {"silence": ("silence",)}


def test_every_kind_of_step() -> None:
    check = check_of(
        risk=2,
        steps=[
            {"early": r"A\r\n", "name": "first"},
            {"hello": "localhost"},
            {"send": "NOOP", "repeat": 30},
            {"bytes": r"NOOP\n", "name": "odd"},
            {"split": ["A", "B"], "replies": ["a", "b"]},
            {"wait": 1},
            {"starttls": True},
            {"handshake": True},
            {"login": True, "name": "login"},
            {"expect_silence": 2.5, "name": "quiet"},
            {"listen": 2, "name": "heard"},
            {"read": True, "name": "more"},
        ],
        want={"more": "any"},
    )

    assert [(one.kind, one.replies) for one in check.steps] == [
        ("early", ("first",)),
        ("hello", ("helo",)),
        ("send", ("noop",)),
        ("bytes", ("odd",)),
        ("split", ("a", "b")),
        ("wait", ()),
        ("starttls", ("starttls",)),
        ("handshake", ("handshake",)),
        ("login", ("login",)),
        ("expect_silence", ("quiet",)),
        ("listen", ("heard",)),
        ("read", ("more",)),
    ]
    assert check.steps[2].times == 30
    assert check.is_early


def test_long_bytes_may_be_written_as_a_list() -> None:
    check = check_of(risk=1, steps=[{"bytes": ["A", "B"], "name": "x"}], want={"x": "any"})

    assert check.steps[0].texts == ("AB",)


def test_a_random_recipient_of_the_own_domain_needs_it() -> None:
    assert check_of(steps=["RCPT TO:<{nobody}>"]).needs == ("own_domain",)


def test_a_login_with_a_wrong_password_needs_a_user() -> None:
    assert check_of(steps=["AUTH PLAIN {wrong_login}", "RCPT TO:<x>"]).needs == ("user",)
    assert check_of(steps=["AUTH PLAIN {nobody_login}", "RCPT TO:<x>"]).needs == ("own_domain",)


def test_the_variables_of_variants_are_needed_too() -> None:
    check = check_of(
        steps=["EHLO {name}", "RCPT TO:<x@example.net>"], variants={"name": ["{own_domain}", "a"]}
    )

    assert check.needs == ("own_domain",)


LONG = "x" * 6000


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": None}, "id is missing"),
        ({"id": "Relay 5"}, "id must be words of a-z and 0-9 with - between them, as relay-05"),
        ({"id": 5}, "id must be a text, not '5'"),
        ({"proves": " "}, "proves is missing"),
        ({"prove": "x"}, "has no key 'prove'; did you mean proves?"),
        ({"from": "untrustd"}, "from has no value 'untrustd'; did you mean untrusted?"),
        ({"profiles": ["mx", "web"]}, "profiles has no value 'web'; choose one of relay, mx, sub"),
        ({"risk": 3}, "risk must be a number from 0 to 2, not '3'"),
        ({"risk": True}, "risk must be a number from 0 to 2, not 'True'"),
        ({"is_control": "yes"}, "is_control has no value 'yes'; choose one of positive, vantage"),
        ({"needs": "usr"}, "needs has no value 'usr'; did you mean user?"),
        ({"offers": [5]}, "offers must be a text, or a list of texts"),
        ({"steps": "EHLO"}, "steps must be a list, not 'EHLO'"),
        ({"steps": ["NOOP"] * 61}, "steps has more than 60 items"),
        ({"steps": [5]}, "steps[0] must be a command, or a dictionary such as {send: NOOP}"),
        ({"steps": [{"sent": "x"}]}, "steps[0] has no key 'sent'; did you mean send?"),
        ({"steps": [{"name": "x"}]}, "steps[0] must have exactly one of early, hello, send"),
        ({"steps": [{"send": "x", "wait": 1}]}, "steps[0] must have exactly one of"),
        ({"steps": [{"send": "EHLO {hello}"}]}, "steps[0].send has no variable 'hello'; did you m"),
        ({"steps": [{"send": "A\r\nB"}]}, "steps[0].send has a line break; write bytes in place"),
        ({"steps": [{"send": ""}]}, "steps[0].send must be a text"),
        ({"steps": [{"send": LONG}]}, "steps[0].send has more than 5000 characters"),
        ({"steps": ["DATA"]}, "steps[0].send needs risk 1 or 2: no message is sent at risk 0"),
        ({"steps": ["bdat 5 LAST"]}, "steps[0].send needs risk 1 or 2: no message is sent"),
        ({"steps": [{"bytes": "x"}]}, "steps[0].bytes needs risk 1 or 2: no odd bytes are sent"),
        ({"steps": [{"split": ["x"]}]}, "steps[0].split needs risk 1 or 2"),
        ({"risk": 2, "steps": [{"bytes": r"\q"}]}, r"steps[0].bytes has the escape \q; write one"),
        ({"risk": 2, "steps": [{"split": []}]}, "steps[0].split must be a list of texts"),
        ({"steps": [{"early": "A"}]}, "steps[0].early needs risk 1 or 2"),
        ({"risk": 2, "steps": ["A", {"early": "B"}]}, "steps must have early first"),
        ({"risk": 2, "steps": [{"send": "A", "repeat": 101}]}, "steps[0].repeat must be a number"),
        ({"risk": 2, "steps": [{"send": "A", "repeat": True}]}, "steps[0].repeat must be a number"),
        ({"risk": 1, "steps": [{"send": "A", "repeat": 2}]}, "steps[0].repeat needs send, and"),
        ({"risk": 2, "steps": [{"hello": True, "repeat": 2}]}, "steps[0].repeat needs send, and"),
        (
            {"risk": 2, "steps": [{"send": "A", "repeat": 99}] * 2},
            "steps must not send more than 160 commands in all",
        ),
        ({"by_name": "yes"}, "by_name must be true or false"),
        ({"steps": [{"fill": True}]}, "steps[0].fill needs risk 1 or 2: no message is sent at"),
        ({"steps": [{"listen": 2}]}, "steps[0].listen needs a name for what is heard"),
        ({"never": {"mail": "421"}}, "never.mail has no effect without want.mail"),
        ({"steps": [{"wait": "1"}]}, "steps[0].wait must be a number of seconds"),
        ({"steps": [{"wait": 301}]}, "steps[0].wait must be more than 0 and at most 300 seconds"),
        ({"steps": [{"wait": 200}, {"wait": 200}]}, "steps must not wait for more than 300 sec"),
        ({"steps": [{"login": "ann"}]}, "steps[0].login must be true"),
        ({"steps": [{"read": True}]}, "steps[0].read needs a name for the reply that is read"),
        ({"steps": [{"send": "x", "name": "A b"}]}, "steps[0] must name a reply with a-z, 0-9 and"),
        ({"steps": [{"send": "x", "name": "a", "replies": []}]}, "steps[0] must have name or repl"),
        ({"want": None}, "want is missing: without it, every answer is sound"),
        ({"want": {"rcp": "refused"}}, "want has no reply 'rcp'; did you mean rcpt?"),
        ({"want": {"rcpt": "refuse"}}, "did you mean refused?"),
        ({"want": {"rcpt": "maybe so"}}, "or write one of accepted, refused, any, closed"),
        ({"want": {"rcpt": []}}, "want.rcpt is empty"),
        ({"want": {"rcpt": True}}, "want.rcpt must be a text, not true; write it in quotes"),
        ({"want": {"rcpt": [5.7]}}, "want.rcpt must be a text, not a decimal number; write it"),
        ({"want": ["refused"]}, "want must be a dictionary, not \"['refused']\""),
        (
            {"steps": ["NOOP", "NOOP"], "want": {"noop": "any"}},
            "want.noop is the name of two replies; name them with name",
        ),
        ({"requires": {"rcp": "refused"}}, "requires has no reply 'rcp'; did you mean rcpt?"),
        ({"predicates": [{"like": ["a"]}]}, "predicates[0] has no predicate 'like'"),
        ({"predicates": ["same"]}, "predicates[0] must be a dictionary with one key"),
        ({"predicates": [{"same": ["mail"]}]}, "predicates[0].same must be a list of two replies"),
        ({"variants": {"helo": ["x"]}}, "variants.helo must be a name of its own"),
        ({"variants": {"x": "y"}}, "variants.x must be a list of texts"),
        ({"variants": {"x": [5]}}, "variants.x must be a list of texts, not '5'"),
        ({"variants": {"x": ["{usr}"]}}, "variants.x has no variable 'usr'; did you mean user?"),
        ({"variants": {"x": ["a"] * 5, "y": ["a"] * 5}}, "variants has more than 20 combination"),
        ({"ports": [0]}, "ports must be numbers of ports, not '0'"),
        ({"ports": ["25"]}, "ports must be numbers of ports, not '25'"),
        ({"every_address": "yes"}, "every_address must be true or false, not 'yes'"),
    ],
)
def test_a_wrong_key_is_named(changes: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(BadCheck) as error:
        check_from({**RELAY, **changes})

    assert problem in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("DATA", True),
        ("data ", True),
        ("\tBDAT 5 LAST", True),
        ("BURL imap://x", True),
        ("DATAX", False),
        ("RCPT TO:<data@example.com>", False),
        ("", False),
    ],
)
def test_which_commands_begin_a_message(line: str, message: bool) -> None:
    assert sends_message(line) is message


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (r"a\r\n.\r\n", b"a\r\n.\r\n"),
        (r"\x00\xFF\0\t\\", b"\x00\xff\x00\t\\"),
        ("caf\u00e9", b"caf\xc3\xa9"),
        ("a\nb", b"a\nb"),
    ],
)
def test_escapes_become_bytes(text: str, data: bytes) -> None:
    assert unescaped(text) == data


@pytest.mark.parametrize("text", ["\\", "\\x1", "\\u0041"])
def test_other_escapes_are_wrong(text: str) -> None:
    with pytest.raises(ValueError, match="has the escape"):
        unescaped(text)


DNS: dict[str, t.Any] = {"id": "dn-mx", "proves": "Mail arrives.", "dns": "mx"}


def test_a_check_of_the_dns_has_a_question_in_place_of_steps() -> None:
    check = check_from({**DNS, "needs": ["own_domain"], "profiles": ["mx"]})

    assert (check.dns, check.steps, check.needs) == ("mx", (), ("own_domain",))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"dns": "mxx"}, "dns has no question 'mxx'; did you mean mx?"),
        ({"dns": 5}, "dns must be a text"),
        ({"steps": ["NOOP"]}, "steps has no place beside dns"),
        ({"want": {}}, "want has no place beside dns"),
        ({"every_address": True}, "every_address has no place beside dns"),
        ({"risk": 1}, "risk has no place beside dns"),
    ],
)
def test_a_check_of_the_dns_holds_no_dialogue(changes: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(BadCheck, match=re.escape(problem)):
        check_from({**DNS, **changes})


def offers(**offer: t.Any) -> t.Any:
    """Return a check with an offer."""
    return {"steps": [{"offer": offer}], "want": {"tls": "refused"}}


def test_an_offer_of_tls() -> None:
    check = check_of(**offers(versions=["TLSv1.2"], ciphers="RC4", compression=True))

    assert check.steps == (
        Step("offer", replies=("tls",), offer=Offer(("TLSv1.2",), ("RC4",), compression=True)),
    )
    assert check.offers == ("STARTTLS",)
    assert check.offers_tls


def test_an_offer_with_variants() -> None:
    check = check_of(
        **offers(versions=["TLSv1.2"], ciphers=["a{kind}"]), variants={"kind": ["RSA", "ECDSA"]}
    )

    assert check.steps[0].offer == Offer(("TLSv1.2",), ("a{kind}",))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (offers(), "steps[0].offer must offer versions, such as SSLv3"),
        (offers(versions=["TLSv2"]), "steps[0].offer has no version 'TLSv2'"),
        (offers(versions=[1.2]), "steps[0].offer.versions must be a list of names, not '1.2'"),
        (offers(versions=["TLSv1"], cipher=["RC4"]), "did you mean ciphers?"),
        (offers(versions=["TLSv1"], ciphers=["{user}"]), "has no variant 'user'"),
        (offers(versions=["TLSv1"], compression="yes"), "must be true or false"),
        ({"steps": [{"offer": "TLSv1"}]}, "must be a dictionary such as {versions"),
        (
            {"steps": ["NOOP", {"offer": {"versions": ["TLSv1"]}}], "want": {"tls": "refused"}},
            "steps must have nothing beside offer",
        ),
        (
            {**offers(versions=["TLSv1"], ciphers=["a{x}"]), "variants": {"x": ["RSA", "DSA"]}},
            "has no cipher suite 'aDSA'",
        ),
    ],
)
def test_a_wrong_offer(change: t.Any, problem: str) -> None:
    with pytest.raises(BadCheck) as error:
        check_of(**change)

    assert problem in str(error.value)
