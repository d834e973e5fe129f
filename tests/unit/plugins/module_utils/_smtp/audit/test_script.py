# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a check, with servers that answer, and with servers that do worse."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import address_literal
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import check_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Check, Step
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.script import (
    is_rejection,
    presented_address,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.tests.unit.audits import (
    ACCEPTS,
    HELLO,
    QUIT,
    REFUSES,
    asks_for_tls,
    check_of,
    held,
    offer_of,
    plan_options,
)
from ansible_collections.mailops.smtp.tests.unit.tls_answers import (
    DONE,
    TLS11,
    alert,
    certificates,
    ecdhe_key,
    flight,
    server_hello,
)

ANY_STEPS: dict[str, t.Any] = {"id": "own", "proves": "x", "risk": 2}


def steps(*taken: t.Any, want: t.Any, **more: t.Any) -> Check:
    """Return a check of these steps."""
    return check_from({**ANY_STEPS, "steps": list(taken), "want": want, **more})


def test_a_command_is_answered_under_its_name() -> None:
    found, lines = held(f"{HELLO}{REFUSES}{QUIT}", check_of())

    assert found.answers["rcpt"].shown == "554 5.7.1 Relay access denied"
    assert found.answers["rcpt"].command == "RCPT TO:<bob@example.net>"
    assert found.last is None
    assert "S: 554 5.7.1 Relay access denied" in lines


def test_the_dialogue_ends_at_a_refusal_that_decides_nothing() -> None:
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\nS: 530 5.7.0 STARTTLS first{QUIT}"

    found, _lines = held(script, check_of())

    assert found.last == found.answers["mail"]
    assert "rcpt" not in found.answers


def test_it_goes_on_after_a_refusal_that_has_a_name() -> None:
    check = steps({"hello": True}, {"send": "VRFY ann", "name": "ann"}, "NOOP", want={"ann": "any"})
    script = f"{HELLO}\nC: VRFY ann\nS: 502 5.5.1 no\nC: NOOP\nS: 250 Ok{QUIT}"

    found, _lines = held(script, check)

    assert [found.answers[name].shown for name in ("ann", "noop")] == ["502 5.5.1 no", "250 Ok"]


def test_helo_is_said_to_a_server_that_does_not_know_ehlo() -> None:
    script = f"""
S: 220 old.example.com
C: EHLO client.example.org
S: 502 what?
C: HELO client.example.org
S: 250 old.example.com{REFUSES}{QUIT}"""

    found, _lines = held(script, check_of())

    assert found.answers["helo"].command == "HELO client.example.org"


def test_bytes_go_over_the_wire_as_they_are_written() -> None:
    check = steps(
        {"hello": True},
        {"bytes": r"NOOP\n.\x00{user}\r\n", "replies": ["first", "second"]},
        want={"first": "any"},
    )
    script = f"{HELLO}\nC> NOOP\\n.\\x00ann@example.com\\r\\n\nS: 250 Ok\nS: 500 what?{QUIT}"

    found, lines = held(script, check)

    assert found.answers["second"].shown == "500 what?"
    assert r"C: NOOP\n.\x00ann@example.com\r\n" in lines


def test_split_writes_come_one_after_the_other() -> None:
    check = steps(
        {"hello": True}, {"split": ["NO", r"OP\r\n"], "name": "noop"}, want={"noop": "accepted"}
    )

    found, lines = held(f"{HELLO}\nC: NOOP\nS: 250 Ok{QUIT}", check)

    assert found.answers["noop"].shown == "250 Ok"
    start = lines.index("C: NO")
    assert lines[start + 1] == r"C: OP\r\n"


def test_what_is_early_comes_before_the_greeting() -> None:
    check = steps(
        {"early": r"PROXY TCP4 {client_ip} {ip} 40000 {port}\r\n", "name": "first"},
        "NOOP",
        want={"first": "any"},
    )
    script = """
C: /^PROXY TCP4 [0-9.]+ [0-9.]+ 40000 [0-9]+$/
S: 220 mx.example.com
S: 500 5.5.1 what?
C: NOOP
S: 250 Ok"""

    found, _lines = held(f"{script}{QUIT}", check)

    assert found.answers["greeting"].shown == "220 mx.example.com"
    assert found.answers["first"].shown == "500 5.5.1 what?"
    assert found.answers["noop"].shown == "250 Ok"


def test_a_command_is_repeated_until_the_server_answers_in_another_way() -> None:
    check = steps({"hello": True}, {"send": "NOOP {random}", "repeat": 9}, want={"noop": "any"})
    again = "\nC: /^NOOP [a-z]+$/\nS: 250 Ok"

    found, lines = held(f"{HELLO}{again * 3}\nC: /^NOOP/\nS: 450 4.7.1 slower{QUIT}", check)

    assert found.answers["noop"].shown == "450 4.7.1 slower"
    assert len(found.answers["noop"].waits) == 4
    assert len({line for line in lines if line.startswith("C: NOOP")}) == 4


def test_a_command_is_repeated_as_often_as_the_check_says() -> None:
    check = steps({"hello": True}, {"send": "NOOP", "repeat": 3}, want={"noop": "any"})

    found, _lines = held(HELLO + "\nC: NOOP\nS: 250 Ok" * 3 + QUIT, check)

    assert len(found.answers["noop"].waits) == 3


def test_the_end_of_a_connection_ends_a_repetition() -> None:
    check = steps({"hello": True}, {"send": "X", "repeat": 9}, want={"x": ["421", "closed"]})

    found, _lines = held(f"{HELLO}\nC: X\nS: 500 no\nC: X\n*: close", check)

    assert found.answers["x"].happening == "closed"
    assert found.last is not None


def test_no_answer_is_a_silence_and_the_connection_lives_on() -> None:
    check = steps(
        {"hello": True},
        {"bytes": r"NOOP\r\n"},
        {"expect_silence": 3},
        {"wait": 2},
        want={},
        id="quiet",
    )

    found, _lines = held(f"{HELLO}\nC: NOOP\n*: hush\nC: QUIT\n*: silence", check)

    assert found.answers["silence"].happening == "silence"


def test_what_is_listened_for_may_come_or_not() -> None:
    check = steps(
        {"hello": True},
        {"bytes": "x"},
        {"listen": 3, "name": "first"},
        {"listen": 3, "name": "second"},
        want={"first": "any"},
    )

    found, _lines = held(f"{HELLO}\nC> x\nS: 500 what?{QUIT}", check)

    assert found.answers["first"].shown == "500 what?"
    assert found.answers["second"].happening == "silence"
    assert found.last is None


def test_nothing_is_sent_of_a_check_whose_extension_is_not_offered() -> None:
    check = check_of(offers=["SIZE"])

    found, lines = held(f"{HELLO}{QUIT}", check)

    assert found.last is None
    assert found.offered is not None
    assert not any(line.startswith("C: MAIL") for line in lines)


def test_nothing_more_is_sent_once_an_answer_is_not_as_the_check_needs_it() -> None:
    check = steps(
        {"hello": True},
        "DATA",
        {"bytes": r"A line of a message.\r\n.\r\n", "name": "end"},
        want={"end": "refused"},
        requires={"data": "354"},
    )

    found, lines = held(f"{HELLO}\nC: DATA\nS: 554 5.5.1 no valid recipients{QUIT}", check)

    assert found.last == found.answers["data"]
    assert not any("A line of a message" in line for line in lines)


def test_what_is_offered_counts_after_the_last_hello() -> None:
    check = steps("EHLO a", "HELO b", "NOOP", want={"noop": "any"}, offers=["SIZE"])
    script = """
S: 220 mx.example.com
C: EHLO a
S: 250-mx.example.com
S: 250 SIZE
C: HELO b
S: 250 mx.example.com"""

    found, _lines = held(f"{script}{QUIT}", check)

    assert "noop" not in found.answers


def test_a_server_that_takes_no_hello_has_offered_nothing_and_withheld_nothing() -> None:
    script = "\nS: 220 mx.example.com\nC: EHLO client.example.org\nS: 450 4.3.2 later"

    found, _lines = held(f"{script}{QUIT}", check_of(offers=["SIZE"]))

    assert found.offered is None
    assert found.last is not None


def test_an_answer_in_the_silence_is_recorded() -> None:
    check = steps({"hello": True}, {"bytes": "x"}, {"expect_silence": 3, "name": "end"}, want={})

    found, _lines = held(f"{HELLO}\nC> x\nS: 250 queued{QUIT}", check)

    assert found.answers["end"].shown == "250 queued"


def test_quit_is_never_sent_as_a_line_of_a_message() -> None:
    check = steps({"hello": True}, "DATA", {"expect_silence": 1}, want={"data": "any"})

    _found, lines = held(f"{HELLO}\nC: DATA\nS: 354 go ahead\n*: silence", check)

    assert "C: QUIT" not in lines


# Whatever the check says, no message begins at risk 0.


@pytest.mark.parametrize("line", ["DATA", "data", "  Data", "BDAT 3 LAST", "BURL imap://x LAST"])
def test_no_message_begins_at_risk_0(line: str) -> None:
    check = check_of()._replace(
        steps=(Step("hello", replies=("helo",)), Step("send", (line,), 0.0, ("data",)))
    )

    found, lines = held(f"{HELLO}{QUIT}", check)

    assert found.last is not None
    assert found.last.shown == "a check of risk 0 never begins a message"
    assert not any(line.upper().strip().startswith("C: DATA") for line in lines)


def test_no_message_begins_at_risk_0_by_way_of_a_variable() -> None:
    check = check_of(
        steps=[{"hello": True}, {"send": "{verb}", "name": "rcpt"}], variants={"verb": ["DATA"]}
    )

    found, _lines = held(f"{HELLO}{QUIT}", check, user={"verb": "DATA"})

    assert found.last is not None
    assert "never begins a message" in found.last.shown


def test_no_odd_bytes_are_sent_at_risk_0() -> None:
    check = check_of()._replace(steps=(Step("bytes", (r"DATA\r\n",), 0.0, ("rcpt",)),))

    found, _lines = held(f"S: 220 mx.example.com{QUIT}", check)

    assert found.last is not None
    assert found.last.shown == "a check of risk 0 never sends odd bytes"


# Hostile servers


@pytest.mark.parametrize(
    ("ending", "shown"),
    [
        ("*: silence", "no answer within 5 s"),
        ("*: close", "the server closed the connection"),
        ("*: reset", "the connection was lost: Connection reset by peer"),
        ("S: what do you want?", "not an SMTP reply: what do you want?"),
        (f"S: 250 {'x' * 20000}", "a reply line of more than 16384 bytes came"),
        (
            "\n".join(["S: 250-more"] * 1100),
            "a reply of more than 1000 lines or 65536 bytes came",
        ),
        ("S: 250-one\nS: 550 two", "one reply with differing codes: 250 and 550"),
    ],
)
def test_what_is_no_reply_ends_the_dialogue(ending: str, shown: str) -> None:
    check = check_of()
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\n{ending}"
    if ending.startswith("S:") or "silence" in ending:
        script += "\nC: QUIT"

    found, lines = held(script, check)

    assert found.last is not None
    assert found.last.shown == shown
    assert sum(map(len, lines)) < 40000


def test_a_second_reply_to_one_command_is_no_answer_to_the_next() -> None:
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\nS: 250 Ok\nS: 554 5.7.1 no\nC: QUIT"

    found, _lines = held(script, check_of())

    assert found.last is not None
    assert found.last.happening == "error"
    assert "rcpt" not in found.answers or found.answers["rcpt"].reply is None


def test_421_between_two_commands_ends_the_dialogue() -> None:
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\nS: 250 Ok\nS: 421 4.7.0 enough{QUIT}"

    found, _lines = held(script, check_of())

    assert found.last is not None
    assert found.last.reply is not None
    assert found.last.reply.code == 421


def test_a_refused_greeting_ends_the_dialogue() -> None:
    found, _lines = held(f"S: 554 5.7.1 go away{QUIT}", check_of())

    assert found.last is not None
    assert found.last.name == "greeting"


def test_the_name_of_a_server_cannot_add_a_command() -> None:
    check = check_of(
        steps=[{"hello": True}, {"send": "MAIL FROM:<a@{server_name}>"}], want={"mail": "any"}
    )
    script = """
S: 220 x\\r.example.com ESMTP
C: EHLO client.example.org
S: 250 Hello"""

    found, _lines = held(f"{script}{QUIT}", check)

    assert found.missing == "server_name"


def test_a_variable_that_is_not_known_ends_the_dialogue() -> None:
    found, _lines = held(f"{HELLO}{QUIT}", check_of(), user={"stranger": None})

    assert found.missing == "stranger"


def test_a_login_without_one_is_a_missing_variable() -> None:
    found, _lines = held(
        f"{HELLO}{QUIT}", steps({"hello": True}, {"login": True}, want={"auth": "accepted"})
    )

    assert found.missing == "login_user"


def test_a_password_is_in_no_line_and_no_answer() -> None:
    script = """
S: 220 mx.example.com ESMTP
C: EHLO client.example.org
S: 250-mx.example.com
S: 250 AUTH PLAIN
C: /^AUTH PLAIN /
S: 535 5.7.8 no, correct-horse is wrong"""
    check = steps({"hello": True}, {"login": True}, want={"auth": "accepted"})

    found, lines = held(
        f"{script}{QUIT}",
        check,
        login_user="ann",
        login_password="correct-horse",
        allow_plaintext_auth=True,
    )

    assert found.answers["auth"].reply is not None
    assert found.answers["auth"].reply.code == 535
    assert "correct-horse" not in repr(found) + repr(lines)


def test_tls_that_is_required_and_not_offered_is_no_refusal() -> None:
    found, _lines = held(f"{HELLO}{QUIT}", check_of(), tls="required")

    assert found.last is not None
    assert found.last.shown == "the server does not offer STARTTLS"
    assert found.last.reply is None


def test_what_is_accepted_is_answered_too() -> None:
    found, _lines = held(f"{HELLO}{ACCEPTS}{QUIT}", check_of())

    assert found.answers["rcpt"].shown == "250 2.1.5 Ok"


# Another client in place of this host.

OTHER_CLIENT = {"xclient": {"ADDR": "198.51.100.7"}}
OFFERED = """
S: 250-mx.example.com
S: 250 XCLIENT ADDR
C: XCLIENT ADDR=198.51.100.7"""
AS_ANOTHER = f"""
S: 220 mx.example.com ESMTP
C: EHLO client.example.org{OFFERED}
S: 220 mx.example.com ESMTP"""


@pytest.mark.parametrize(
    ("first", "name", "script"),
    [
        ("MAIL FROM:<>", "mail", "C: MAIL FROM:<>\nS: 503 5.5.1 Say EHLO"),
        ("EHLO {helo}", "helo", "C: EHLO client.example.org\nS: 250 mx.example.com"),
        ({"hello": "foo"}, "helo", "C: EHLO foo\nS: 250 mx.example.com"),
        ({"hello": True}, "helo", "C: EHLO client.example.org\nS: 250 mx.example.com"),
        ({"bytes": r"GET / HTTP/1.1\r\n", "name": "get"}, "get", "C: GET / HTTP/1.1\nS: 500 What?"),
    ],
)
def test_xclient_presents_another_client_whatever_the_check_begins_with(
    first: t.Any, name: str, script: str
) -> None:
    check = steps(first, "NOOP", want={name: "any"})

    found, _lines = held(f"{AS_ANOTHER}\n{script}\nC: NOOP\nS: 250 Ok{QUIT}", check, **OTHER_CLIENT)

    assert found.answers["noop"].shown == "250 Ok"


@pytest.mark.parametrize(
    ("ending", "shown"),
    [
        ("\nS: 250 mx.example.com", "the server does not offer XCLIENT to this host"),
        (f"{OFFERED}\nS: 550 5.7.0 Not you", "5.7.0 Not you"),
    ],
)
def test_nothing_is_held_as_this_host_where_another_client_is_wanted(
    ending: str, shown: str
) -> None:
    greeting = "S: 220 mx.example.com ESMTP\nC: EHLO client.example.org"

    check = steps("MAIL FROM:<>", want={"mail": "any"})
    found, lines = held(f"{greeting}{ending}{QUIT}", check, **OTHER_CLIENT)

    assert found.last is not None
    assert shown in found.last.shown
    assert "C: MAIL FROM:<>" not in lines


@pytest.mark.parametrize(
    ("options", "literal"),
    [
        (OTHER_CLIENT, "[198.51.100.7]"),
        ({"xclient": {"ADDR": "IPV6:2001:db8::7"}}, "[IPv6:2001:db8::7]"),
        ({"xclient": {"ADDR": "[UNAVAILABLE]"}}, None),
        ({"proxy": {"version": 1, "source": "198.51.100.7"}}, "[198.51.100.7]"),
        ({}, None),
    ],
)
def test_the_client_that_is_presented_is_the_one_of_the_variables(
    options: dict[str, t.Any], literal: str | None
) -> None:
    address = presented_address(plan_from(plan_options(**options)))

    assert (address and address_literal(address)) == literal


@pytest.mark.parametrize(
    ("errors", "rejected"),
    [
        (["ECONNREFUSED"], True),
        (["ECONNREFUSED", "ECONNREFUSED"], True),
        (["ETIMEDOUT"], False),
        (["EHOSTUNREACH"], False),
        (["ETIMEDOUT", "ECONNREFUSED"], False),
    ],
)
def test_a_server_is_reached_that_refuses_connections_at_each_address(
    errors: list[str], rejected: bool
) -> None:
    causes = [ProbeError("connect", one, errno=one) for one in errors]

    error = ProbeError("connect", "; ".join(errors), causes=causes, errno=errors[-1])

    assert is_rejection(error) == rejected
    assert not is_rejection(None)


# An offer of TLS says EHLO and STARTTLS itself, and ends the connection.

OLD = offer_of("TLSv1", "TLSv1.1")
GREETING = "\nS: 220 mx.example.com ESMTP"


@pytest.fixture
def _no_random(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each ClientHello the same random, so that a script can have it."""
    monkeypatch.setattr("os.urandom", bytes)


@pytest.mark.usefixtures("_no_random")
def test_an_offer_of_tls_is_chosen_from_and_shown() -> None:
    answer = flight(server_hello(TLS11, 0xC014), certificates(b"none"), ecdhe_key(), DONE)

    found, lines = held(f"{GREETING}{asks_for_tls(OLD, answer)}", check_from(OLD))

    chosen = (
        "TLSv1.1, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, group x25519, no compression,"
        " secure renegotiation"
    )
    assert found.answers["tls"].happening == "accepted"
    assert found.answers["tls"].shown == chosen
    assert found.answers["tls"].command == "ClientHello of TLSv1 TLSv1.1"
    assert lines[-3:] == ["*: ClientHello: TLSv1 TLSv1.1", f"*: chosen: {chosen}", "*: closed"]
    assert found.tls is not None
    assert found.tls.verified is False


@pytest.mark.usefixtures("_no_random")
@pytest.mark.parametrize(
    ("answer", "end", "text"),
    [
        (alert(70), "", "alert protocol_version (70)"),
        (b"", "\n*: close", "the server closed the connection"),
    ],
)
def test_an_offer_of_tls_is_refused(answer: bytes, end: str, text: str) -> None:
    found, lines = held(f"{GREETING}{asks_for_tls(OLD, answer)}{end}", check_from(OLD))

    assert (found.answers["tls"].happening, found.answers["tls"].shown) == ("refused", text)
    assert f"*: refused: {text}" in lines
    assert found.tls is None


@pytest.mark.usefixtures("_no_random")
@pytest.mark.parametrize(
    ("answer", "happening", "text"),
    [
        (b"", "error", "the server did not answer"),
        (b"500 5.5.1 What?\r\n", "error", "what the server sent is not TLS"),
    ],
)
def test_no_answer_to_an_offer_is_no_refusal(answer: bytes, happening: str, text: str) -> None:
    found, lines = held(f"{GREETING}{asks_for_tls(OLD, answer)}", check_from(OLD))

    assert (found.answers["tls"].happening, found.answers["tls"].shown) == (happening, text)
    assert lines[-2:] == [f"*: {text}", "*: closed"]


@pytest.mark.usefixtures("_no_random")
def test_an_offer_is_made_at_once_where_tls_is_implicit() -> None:
    hello = asks_for_tls(OLD, alert(70)).partition("Ready\n")[2]

    found, lines = held(f"\n{hello}", check_from(OLD), tls="implicit")

    assert found.answers["tls"].happening == "refused"
    assert "greeting" not in found.answers
    assert lines[-3:] == [
        "*: ClientHello: TLSv1 TLSv1.1",
        "*: refused: alert protocol_version (70)",
        "*: closed",
    ]


def test_nothing_is_offered_to_a_server_without_starttls() -> None:
    found, _lines = held(f"{HELLO}{QUIT}", check_from(OLD))

    assert "tls" not in found.answers
    assert found.last is None


def test_nothing_is_offered_if_starttls_is_refused() -> None:
    script = asks_for_tls(OLD, b"").partition("220 2.0.0 Ready")[0]

    found, _lines = held(f"{GREETING}{script}454 4.7.0 Not now{QUIT}", check_from(OLD))

    assert "tls" not in found.answers
    assert found.last == found.answers["starttls"]


def test_nothing_is_offered_if_plain_text_comes_behind_the_reply_to_starttls() -> None:
    script = asks_for_tls(OLD, b"").partition("C> ")[0]

    found, lines = held(f"{GREETING}{script}S: 250 injected", check_from(OLD))

    assert found.last is not None
    assert "plain text was injected" in found.last.shown
    assert not any("ClientHello" in line for line in lines)


@pytest.mark.usefixtures("_no_random")
def test_a_variant_is_offered() -> None:
    check = offer_of("TLSv1.2", ciphers=["a{algorithm}"])
    check["variants"] = {"algorithm": ["RSA"]}
    plain = asks_for_tls(offer_of("TLSv1.2", ciphers=["aRSA"]), alert(40))

    found, lines = held(f"{GREETING}{plain}", check_from(check), variant={"algorithm": "RSA"})

    assert found.answers["tls"].happening == "refused"
    assert "*: ClientHello: TLSv1.2, ciphers aRSA" in lines
