# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wanted and what came, as tables."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.server_hello import Choice
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import check_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.judge import judge, worst
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import (
    Answer,
    Held,
    Verdict,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.capabilities import (
    Capabilities,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply
from ansible_collections.mailops.smtp.tests.unit.audits import check_of, offer_of


def replied(text: str, name: str = "rcpt") -> Answer:
    """Return a reply, such as `550 5.7.1 no`."""
    code, _space, rest = text.partition(" ")
    return Answer(name, "reply", Reply(int(code), (rest,)), command=name.upper())


def judged(answer: Answer, **changes: t.Any) -> Verdict:
    """Judge one answer, which ended the dialogue if it is not the one to RCPT."""
    return judge(check_of(**changes), Held({answer.name: answer}, last=answer))


@pytest.mark.parametrize(
    ("wanted", "came", "verdict"),
    [
        # A refusal is one whatever its code, and the best evidence is the server's own.
        ("refused", "554 5.7.1 Relay access denied", "sound"),
        ("refused", "501 5.1.3 Bad recipient address syntax", "sound"),
        ("refused", "530 5.7.0 Must issue STARTTLS first", "sound"),
        ("refused", "250 2.1.5 Ok", "finding"),
        ("refused", "252 2.0.0 maybe", "finding"),
        ("refused", "450 4.7.1 Greylisted", "undecided"),
        ("refused", "451 4.3.0 try again", "undecided"),
        ("refused", "421 4.7.0 bye", "undecided"),
        ("refused", "150 odd", "undecided"),
        ("accepted", "250 2.1.5 Ok", "sound"),
        ("accepted", "354 go ahead", "sound"),
        ("accepted", "550 5.1.1 no such user", "finding"),
        ("accepted", "450 4.2.0 Greylisted", "undecided"),
        ("any", "250 2.1.5 Ok", "sound"),
        ("any", "550 5.1.1 no", "sound"),
        ("any", "450 4.2.0 no", "sound"),
        ("any", "421 4.7.0 bye", "undecided"),
        ("550 5.1.1", "550 5.1.1 no such user", "sound"),
        ("550 5.1.1", "550 5.7.1 no", "finding"),
        ("550 5.1.1", "250 2.1.5 Ok", "finding"),
        (["452", "250"], "452 4.5.3 too many", "sound"),
        (["452", "250"], "450 4.5.3 what", "undecided"),
        (["421", "closed"], "421 4.7.0 too many errors", "sound"),
        ("/relay/", "554 Relay access denied", "sound"),
        ("silence", "250 2.0.0 queued", "finding"),
        ("closed", "250 2.0.0 Ok", "finding"),
    ],
)
def test_a_reply_to_the_step_that_is_asked_for(wanted: t.Any, came: str, verdict: str) -> None:
    assert judged(replied(came), want={"rcpt": wanted}).name == verdict


@pytest.mark.parametrize(
    ("wanted", "came", "verdict"),
    [
        ("refused", "550 5.7.1 no", "sound"),
        ("refused", "450 4.7.1 no", "undecided"),
        ("accepted", "550 5.7.1 no", "finding"),
        ("550 5.1.1", "550 5.1.1 no", "sound"),
        ("550 5.1.1", "550 5.7.1 no", "undecided"),
        ("any", "550 5.7.1 no", "sound"),
    ],
)
def test_an_earlier_reply_that_ended_the_dialogue(wanted: str, came: str, verdict: str) -> None:
    found = judged(replied(came, "mail"), want={"rcpt": wanted})

    assert found.name == verdict
    assert found.evidence.startswith(f"MAIL: {came} (")


@pytest.mark.parametrize(
    ("wanted", "happening", "verdict"),
    [
        ("refused", "closed", "undecided"),
        ("refused", "error", "undecided"),
        ("refused", "unreachable", "undecided"),
        ("refused", "silence", "undecided"),
        ("accepted", "closed", "undecided"),
        ("any", "error", "undecided"),
        (["5xx", "closed"], "closed", "sound"),
        ("closed", "error", "undecided"),
        ("silence", "silence", "sound"),
        ("silence", "closed", "undecided"),
    ],
)
def test_what_is_no_reply(wanted: t.Any, happening: t.Any, verdict: str) -> None:
    answer = Answer("rcpt", happening, text="the network is down")

    assert judged(answer, want={"rcpt": wanted}).name == verdict


@pytest.mark.parametrize(
    ("happening", "verdict"),
    [("unreachable", "sound"), ("connected", "finding"), ("error", "undecided")],
)
def test_a_port_that_must_not_answer(happening: t.Any, verdict: str) -> None:
    answer = Answer("connect", happening, text="Connection refused")

    assert judged(answer, steps=[], want={"connect": "unreachable"}).name == verdict


def test_no_answer_at_all_is_undecided() -> None:
    assert judge(check_of(), Held()).name == "undecided"


@pytest.mark.parametrize(
    ("came", "verdict"),
    [("250 Ok", "finding"), ("550 no", "not_applicable"), ("450 no", "undecided")],
)
def test_what_a_check_requires_before_it_says_anything(came: str, verdict: str) -> None:
    """The recipient that must be accepted first was not, so the second shows nothing."""
    check = check_of(requires={"mail": "accepted"})
    answers = {"mail": replied(came, "mail"), "rcpt": replied("250 2.1.5 Ok")}

    assert judge(check, Held(answers)).name == verdict


def test_an_earlier_refusal_does_not_meet_what_a_check_requires() -> None:
    check = check_of(requires={"mail": "refused"})
    early = replied("550 no", "helo")

    assert judge(check, Held({"helo": early}, last=early)).name == "not_applicable"


def test_a_refusal_is_marked_since_it_needs_a_control() -> None:
    assert judged(replied("550 no")).by_refusal
    assert not judged(replied("250 yes"), want={"rcpt": "accepted"}).by_refusal
    assert judged(Answer("rcpt", "closed"), want={"rcpt": "closed"}).by_refusal


def test_an_extension_that_is_not_offered_makes_a_check_not_applicable() -> None:
    check = check_of(offers=["XCLIENT"])
    held = Held({"rcpt": replied("250 Ok")}, offered=Capabilities({"SIZE": []}))

    assert judge(check, held) == Verdict("not_applicable", "the server does not offer XCLIENT")
    assert judge(check, held._replace(offered=Capabilities({"XCLIENT": []}))).name == "finding"


def test_a_variable_that_the_connection_did_not_have() -> None:
    assert judge(check_of(), Held(missing="server_name")).name == "not_applicable"


def test_a_predicate_is_judged_beside_the_replies() -> None:
    check = check_of(predicates=[{"not_offered": ["AUTH"]}])
    held = Held({"rcpt": replied("550 no")}, offered=Capabilities({"AUTH": ["PLAIN"]}))

    assert judge(check, held).evidence == "the server offers AUTH"


def test_the_worst_verdict_wins() -> None:
    names: list[t.Any] = ["not_applicable", "sound", "undecided", "finding", "finding"]
    several = [Verdict(name, str(number)) for number, name in enumerate(names)]

    assert [worst(several[:number]).evidence for number in range(1, 6)] == list("01233")
    assert worst([]).name == "undecided"


def test_of_sound_verdicts_the_last_is_told_and_one_refusal_is_enough() -> None:
    several = [Verdict("sound", "a", by_refusal=True), Verdict("sound", "b")]

    assert worst(several) == Verdict("sound", "b", by_refusal=True)


@pytest.mark.parametrize(
    ("came", "verdict"),
    [
        (Answer("rcpt", "silence"), "finding"),
        (replied("421 4.7.0 bye"), "finding"),
        (replied("450 4.2.0 later"), "undecided"),
        (replied("250 Ok"), "sound"),
        (Answer("mail", "silence"), "undecided"),  # the step was not reached
    ],
)
def test_what_must_never_come_is_a_finding_although_it_would_be_undecided(
    came: Answer, verdict: str
) -> None:
    found = judged(came, want={"rcpt": "accepted"}, never={"rcpt": ["silence", "421"]})

    assert found.name == verdict


@pytest.mark.parametrize(
    ("came", "verdict"),
    [
        (Answer("connect", "connected"), "sound"),
        (Answer("connect", "unreachable", text="Connection refused", kind="connect"), "finding"),
        (Answer("connect", "unreachable", text="no answer", kind="timeout"), "undecided"),
        (Answer("connect", "closed"), "undecided"),
    ],
)
def test_a_port_that_must_be_open(came: Answer, verdict: str) -> None:
    assert judged(came, want={"connect": "connected"}).name == verdict


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer("connect", "unreachable", kind="connect", rejected=True), "sound"),
        (Answer("connect", "unreachable", kind="connect"), "undecided"),
        (Answer("connect", "unreachable", kind="timeout"), "undecided"),
        (Answer("connect", "connected"), "finding"),
    ],
)
def test_silence_does_not_show_that_nothing_listens(answer: Answer, verdict: str) -> None:
    assert judged(answer, steps=[], want={"connect": "rejected"}).name == verdict


@pytest.mark.parametrize(
    ("waits", "verdict"), [((0.1, 1.0, 1.0, 1.0), "sound"), ((0.1, 0.1, 0.1), "finding")]
)
def test_a_server_that_slows_a_client_down(waits: tuple[float, ...], verdict: str) -> None:
    answer = replied("550 5.1.1 Unknown")._replace(waits=waits)

    found = judged(answer, want={"rcpt": ["slowed", "421"]})

    assert found.name == verdict
    assert found.evidence == f"RCPT (number {len(waits)}): 550 5.1.1 Unknown"


MODERN = Choice(0x0304, 0x1301, "x25519")
TLS13 = Answer("tls", "accepted", text=str(MODERN), command="ClientHello", choice=MODERN)
REFUSED = Answer("tls", "refused", text="alert protocol_version (70)", command="ClientHello")


@pytest.mark.parametrize(
    ("wanted", "came", "verdict"),
    [
        ("refused", REFUSED, "sound"),
        ("refused", TLS13, "finding"),
        ("accepted", TLS13, "sound"),
        ("accepted", REFUSED, "finding"),
        (r"/^TLSv1\.3,/", TLS13, "sound"),
        (r"/^TLSv1\.2,/", TLS13, "finding"),
        ("/protocol/", REFUSED, "finding"),
        ("refused", Answer("tls", "error", text="no answer", kind="timeout"), "undecided"),
        # What the server refuses before TLS is no refusal of what is offered.
        ("refused", replied("554 5.7.1 not you", "greeting"), "undecided"),
        ("refused", replied("502 5.5.1 no", "starttls"), "undecided"),
    ],
)
def test_an_answer_to_an_offer_of_tls(wanted: str, came: Answer, verdict: str) -> None:
    check = offer_of("TLSv1", "TLSv1.3")
    found = judge(
        check_from({**check, "want": {"tls": wanted}}), Held({came.name: came}, last=came)
    )

    assert found.name == verdict
    assert found.by_refusal == (verdict == "sound" and came is REFUSED)


def test_a_server_without_starttls_is_offered_nothing() -> None:
    found = judge(check_from(offer_of("TLSv1")), Held(offered=Capabilities({"SIZE": []})))

    assert found == Verdict("not_applicable", "the server does not offer STARTTLS")


def test_what_a_server_need_not_have_is_not_applicable() -> None:
    check = {**offer_of("TLSv1.3"), "requires": {"tls": "/MLKEM/"}, "want": {"tls": "accepted"}}
    found = judge(check_from(check), Held({"tls": TLS13}, last=TLS13))

    assert found.name == "not_applicable"
    assert found.evidence == f"ClientHello: {MODERN}, and the check needs /MLKEM/ there"
