# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be true of several replies."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.dane import (
    Dane,
    Tlsa,
    TlsaAnswer,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.handshake import TlsSession
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.server_hello import Choice
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Answer, Held
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.predicates import (
    PREDICATES,
    BadArgument,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.capabilities import (
    Capabilities,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply

NAMES = ("greeting", "helo", "first", "second")


def held(offered: Capabilities | None = None, **replies: str) -> Held:
    """Return replies by their names, such as `VRFY ann: 252 2.0.0 ann`."""
    answers = {}
    for name, text in replies.items():
        command, _colon, reply = text.rpartition(": ")
        code, _space, rest = reply.partition(" ")
        answers[name] = Answer(name, "reply", Reply(int(code), (rest,)), command=command)
    return Held(answers, offered=offered)


def verdict_of(predicate: str, argument: t.Any, found: Held) -> str:
    """Read the argument of a predicate, and judge."""
    definition = PREDICATES[predicate]
    return definition.judge(definition.read(argument, NAMES), found).name


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("VRFY ann: 252 2.0.0 ann", "VRFY zq: 252 2.0.0 zq", "sound"),
        ("VRFY ann@example.com: 252 <ann@example.com>", "VRFY zq: 252 <zq@example.com>", "finding"),
        ("VRFY <ann>: 550 unknown user ann", "VRFY <zq>: 550 unknown user zq", "sound"),
        ("VRFY ann: 250 Ann Lee <ann@example.com>", "VRFY zq: 550 unknown", "finding"),
        ("VRFY ann: 550 5.1.1 Unknown", "VRFY zq: 550 5.1.1 Disabled", "finding"),
        ("VRFY ann: 502 5.5.1 no", "VRFY zq: 502 5.5.1 no", "sound"),
    ],
)
def test_the_same_reply_to_an_existing_and_to_a_random_name(
    first: str, second: str, verdict: str
) -> None:
    found = held(first=first, second=second)

    assert verdict_of("same", ["first", "second"], found) == verdict


def test_a_name_that_a_reply_repeats_after_a_tab_does_not_count() -> None:
    found = held(
        first=r"VRFY ann: 550 5.1.1\tann\tunknown", second=r"VRFY zq: 550 5.1.1\tzq\tunknown"
    )

    assert verdict_of("same", ["first", "second"], found) == "sound"


def test_replies_that_did_not_come_cannot_be_compared() -> None:
    silent = Held({"first": Answer("first", "closed"), "second": Answer("second", "silence")})

    assert verdict_of("same", ["first", "second"], silent) == "undecided"
    assert verdict_of("same", ["first", "second"], held(first="250 a")) == "undecided"


@pytest.mark.parametrize(
    ("greeting", "verdict"),
    [
        ("220 mx.example.com ESMTP Postfix", "sound"),
        ("220 mx.example.com ESMTP postfix 3.8.1", "finding"),
    ],
)
def test_a_text_that_no_reply_may_have(greeting: str, verdict: str) -> None:
    argument = {"in": ["greeting", "helo"], "text": r"Postfix \d"}

    assert verdict_of("lacks", argument, held(greeting=greeting)) == verdict
    assert verdict_of("lacks", argument, held()) == "undecided"


@pytest.mark.parametrize(("length", "verdict"), [(3993, "finding"), (3994, "sound")])
def test_a_text_is_searched_as_it_came_up_to_a_limit(length: int, verdict: str) -> None:
    reply = Reply(220, ("mx.example.com",), came=("\t" * length + "Postfix",))
    found = Held({"greeting": Answer("greeting", "reply", reply)})

    assert verdict_of("lacks", {"in": "greeting", "text": r"\tPostfix"}, found) == verdict


@pytest.mark.parametrize(
    ("predicate", "keyword", "verdict"),
    [
        ("offered", "STARTTLS", "sound"),
        ("offered", ["STARTTLS", "AUTH LOGIN"], "finding"),
        ("not_offered", "AUTH LOGIN", "sound"),
        ("not_offered", ["AUTH PLAIN"], "finding"),
        ("not_offered", ["auth"], "finding"),
    ],
)
def test_what_is_offered(predicate: str, keyword: t.Any, verdict: str) -> None:
    offered = Capabilities({"STARTTLS": [], "AUTH": ["PLAIN"]})

    assert verdict_of(predicate, keyword, held(offered, helo="250 x")) == verdict
    assert verdict_of(predicate, keyword, held()) == "undecided"


@pytest.mark.parametrize(
    ("predicate", "keyword", "version", "verdict"),
    [
        ("offered_in_clear", "STARTTLS", None, "sound"),
        ("offered_in_clear", "AUTH", None, "finding"),
        ("offered_in_clear", "AUTH", "TLSv1.3", "not_applicable"),
        ("not_offered_in_clear", "AUTH", None, "sound"),
        ("not_offered_in_clear", "STARTTLS", None, "finding"),
        ("not_offered_in_clear", "STARTTLS", "TLSv1.3", "not_applicable"),
    ],
)
def test_what_is_offered_in_the_clear_says_nothing_of_a_connection_with_tls(
    predicate: str, keyword: str, version: str | None, verdict: str
) -> None:
    found = held(Capabilities({"STARTTLS": []}), helo="250 x")._replace(tls_version=version)

    assert verdict_of(predicate, keyword, found) == verdict


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("250 ok", "250 ok", "finding"),
        ("354 go on", "250 ok", "finding"),
        ("250 ok", "503 5.5.1 no", "sound"),
        ("503 5.5.1 no", "250 ok", "sound"),
        ("250 ok", "450 later", "undecided"),
        ("450 later", "550 no", "sound"),
    ],
)
def test_at_least_one_of_several_commands_is_refused(first: str, second: str, verdict: str) -> None:
    found = held(first=first, second=second)

    assert verdict_of("not_all_accepted", ["first", "second"], found) == verdict


@pytest.mark.parametrize(
    ("happening", "verdict"), [("silence", "sound"), ("closed", "sound"), ("error", "undecided")]
)
def test_silence_after_a_command_is_no_acceptance(happening: t.Any, verdict: str) -> None:
    first = held(first="220 go on").answers["first"]
    found = Held({"first": first, "second": Answer("second", happening)})

    assert verdict_of("not_all_accepted", ["first", "second"], found) == verdict


def test_a_reply_that_did_not_come_is_no_acceptance() -> None:
    assert verdict_of("not_all_accepted", ["first", "second"], held(first="250 a")) == "undecided"


@pytest.mark.parametrize(
    ("announced", "reply", "verdict"),
    [
        (["10240000"], "250 ok", "sound"),
        (["0"], "250 ok", "finding"),
        (["many"], "250 ok", "finding"),
        ([], "250 ok", "finding"),
        ([], "552 5.3.4 too big", "sound"),
        ([], "452 4.3.1 no room", "sound"),
        ([], "451 4.3.0 later", "undecided"),
    ],
)
def test_a_limit_on_the_size(announced: list[str], reply: str, verdict: str) -> None:
    found = held(Capabilities({"SIZE": announced}), first=reply)

    assert verdict_of("size_limit", "first", found) == verdict


def test_a_size_without_a_reply_shows_no_limit() -> None:
    assert verdict_of("size_limit", "first", held()) == "undecided"


UNKNOWN_ISSUER = "unable to get local issuer certificate"


@pytest.mark.parametrize(
    ("verified", "errors", "verdict"),
    [
        (True, (), "sound"),
        (False, (UNKNOWN_ISSUER,), "finding"),
        (None, (UNKNOWN_ISSUER,), "undecided"),
        (None, (), "undecided"),
    ],
)
def test_a_certificate(verified: bool | None, errors: tuple[str, ...], verdict: str) -> None:
    tls = TlsSession(None, None, None, verified, errors, None, (), None, None)

    assert verdict_of("certificate", {"days": 0}, Held(tls=tls)) == verdict
    assert verdict_of("certificate", {"days": 14}, Held(tls=tls)) == "undecided"


def test_a_connection_without_tls_has_no_certificate() -> None:
    assert verdict_of("certificate", {"days": 0}, held(helo="250 x")) == "not_applicable"


@pytest.mark.parametrize(
    ("argument", "verdict"),
    [
        ({"offered": "SIZE"}, "sound"),
        ({"offered": ["VRFY"]}, "sound"),
        ({"seconds": ["first"]}, "sound"),
        ({"seconds": ["first", "second"]}, "undecided"),
    ],
)
def test_a_report_is_never_a_finding(argument: t.Any, verdict: str) -> None:
    offered = Capabilities({"SIZE": []})

    assert verdict_of("report", argument, held(offered, first="NOOP: 550 no")) == verdict


@pytest.mark.parametrize(
    ("predicate", "argument", "problem"),
    [
        ("same", ["first", "third"], "must name replies of this check: greeting, helo"),
        ("same", ["first"], "must be a list of two replies or more"),
        ("lacks", "Postfix", "must be a dictionary of in"),
        ("lacks", {"in": "helo", "text": "("}, "has a text that is not a regular expression"),
        ("lacks", {"in": "helo", "text": 5}, "has a text that is not a regular expression"),
        ("goes_on", ["first"], "must be a list of two replies or more"),
        ("refused_by", "first", "must be a dictionary of of, the name of a reply, and greeting"),
        ("refused_by", {"of": "first", "greeting": "("}, "is not a regular expression"),
        ("offered", [], "must be a list of keywords"),
        ("not_offered", [5], "must be a list of keywords"),
        ("certificate", 14, "must be a dictionary of days, a number from 0 to 400"),
        ("report", "first", "must be a dictionary of offered"),
        ("report", {"seconds": "third"}, "must name replies of this check"),
        ("size_limit", ["first", "second"], "must be the reply to MAIL"),
        ("dh_group", 2048, "must be a dictionary of least"),
        ("dh_group", {"least": 0}, "must be a dictionary of least"),
        ("dane", 1, "must be true"),
        ("certificate", {"days": -1}, "must be a dictionary of days"),
        ("certificate", {"days": True}, "must be a dictionary of days"),
    ],
)
def test_a_wrong_argument(predicate: str, argument: t.Any, problem: str) -> None:
    with pytest.raises(BadArgument) as error:
        PREDICATES[predicate].read(argument, NAMES)

    assert problem in str(error.value)


def offered(bits: int | None) -> Held:
    """Return what was held of an offer of DHE: a group with so many bits, or a refusal."""
    choice = Choice(0x0303, 0x009E, dh_bits=bits)
    answer = Answer("tls", "accepted", text=str(choice), command="ClientHello", choice=choice)
    return Held({"tls": answer}, last=answer)


@pytest.mark.parametrize(
    ("bits", "verdict"),
    [(1024, "finding"), (2047, "finding"), (2048, "sound"), (None, "not_applicable")],
)
def test_the_size_of_a_diffie_hellman_group(bits: int | None, verdict: str) -> None:
    assert verdict_of("dh_group", {"least": 2048}, offered(bits)) == verdict


@pytest.mark.parametrize(("happening", "verdict"), [("refused", "sound"), ("error", "undecided")])
def test_a_server_without_diffie_hellman_is_sound(happening: t.Any, verdict: str) -> None:
    last = Answer("tls", happening, text="alert")
    assert verdict_of("dh_group", {"least": 2048}, Held({"tls": last}, last=last)) == verdict


RECORD = Tlsa(3, 1, 1, bytes(32))
CERTIFICATE = t.cast("t.Any", object())


def shown(dane: Dane | None, certificate: t.Any = CERTIFICATE) -> Held:
    """Return what was held with a certificate."""
    return Held(tls=TlsSession("TLSv1.2", "x", 0, True, (), certificate, (), dane, None))


@pytest.mark.parametrize(
    ("dane", "verdict"),
    [
        (Dane(TlsaAnswer("mx", 25, True, (RECORD,)), RECORD, None), "sound"),
        (Dane(TlsaAnswer("mx", 25, True, (RECORD,)), None, "DANE: it matches none"), "finding"),
        (Dane(TlsaAnswer("mx", 25, False, (RECORD,)), None, "DANE: not secure"), "undecided"),
        (Dane(TlsaAnswer("mx", 25, error="SERVFAIL"), None, "DANE: SERVFAIL"), "undecided"),
        (Dane(TlsaAnswer("mx", 25), None, "DANE: there is no TLSA record"), "not_applicable"),
        (None, "not_applicable"),
    ],
)
def test_a_certificate_and_its_tlsa_records(dane: Dane | None, verdict: str) -> None:
    assert verdict_of("dane", True, shown(dane)) == verdict


def test_a_server_without_a_certificate_has_no_dane() -> None:
    assert verdict_of("dane", True, shown(None, None)) == "not_applicable"
    assert verdict_of("dane", True, Held()) == "not_applicable"


def test_one_record_alone_is_named_before_the_key_changes() -> None:
    one, two = (Dane(TlsaAnswer("mx", 25, True, (RECORD,) * n), RECORD, None) for n in (1, 2))
    judge = PREDICATES["dane"].judge

    assert "RFC 7671 section 8.1" in judge({}, shown(one)).evidence
    assert judge({}, shown(two)).evidence == str(two)
