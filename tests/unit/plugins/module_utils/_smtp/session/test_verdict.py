# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reply or an error is judged against the expectation, and its failure has the right kind.

An outage is never judged as a refusal, nor a refusal as an acceptance.
"""

from __future__ import annotations

import errno
import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.tcp_info import TcpInfo
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.policy import TlsPolicy
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.expectation import (
    Patterns,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.verdict import (
    accepted,
    judge_capabilities,
    judge_certificate,
    judge_connected,
    judge_dane,
    judge_error,
    judge_exception,
    judge_plain_text,
    judge_reply,
    judge_whole_dialogue,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.capabilities import (
    Capabilities,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply
from ansible_collections.mailops.smtp.tests.unit.expectations import SPOKEN_STAGES, patterns

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Stage


def kind_of(stage: Stage, reply: str, *expected: str) -> str | None:
    """Return the kind of failure of a reply at a stage, or None if it passes."""
    code, _space, text = reply.partition(" ")
    failure = judge_reply(stage, Reply(int(code), (text,)), patterns(stage, *expected))
    return None if failure is None else failure.kind


# A reply without an expectation


@pytest.mark.parametrize("stage", SPOKEN_STAGES)
def test_without_an_expectation_the_code_alone_decides(stage: Stage) -> None:
    good = {354} if stage == "data" else set(range(200, 300))
    for code in range(100, 600):
        kind = kind_of(stage, f"{code} text")
        if code in good:
            assert kind is None, code
        elif code >= 500:
            assert kind == "permanent", code
        elif code >= 400:
            assert kind == "transient", code
        else:
            assert kind == "protocol", code
        assert accepted(stage, Reply(code, ("text",))) is (code in good)


@pytest.mark.parametrize(
    ("stage", "reply", "kind"),
    [
        ("greeting", "220 mail.example.com ESMTP", None),
        ("greeting", "554 no SMTP service here", "permanent"),
        ("greeting", "421 too many connections", "transient"),
        ("helo", "250 mail.example.com", None),
        ("mail_from", "334 go on", "protocol"),
        ("rcpt_to", "251 user not local; will forward", None),
        ("rcpt_to", "252 cannot VRFY, but will try", None),
        ("rcpt_to", "354 go ahead", "protocol"),
        ("rcpt_to", "571 blocked", "permanent"),
        ("data", "354 go ahead", None),
        ("data", "250 Ok", "protocol"),
        ("data", "334 go on", "protocol"),
        ("data", "554 no valid recipients", "permanent"),
        ("message", "250 2.0.0 Ok: queued as 4XyZ", None),
        ("message", "354 go ahead", "protocol"),
        ("message", "150 wait", "protocol"),
        ("quit", "221 bye", None),
        ("quit", "500 what?", "permanent"),
    ],
)
def test_a_reply_is_good_only_where_the_rfc_has_it(
    stage: Stage, reply: str, kind: str | None
) -> None:
    assert kind_of(stage, reply) == kind


# A reply with an expectation: the expected patterns, the reply, the kind of failure


@pytest.mark.parametrize(
    ("stage", "expected", "reply", "kind"),
    [
        ("rcpt_to", ["550"], "550 no", None),
        ("rcpt_to", ["550"], "551 no", "permanent"),
        ("rcpt_to", ["550"], "450 later", "transient"),
        ("rcpt_to", ["550"], "421 closing", "transient"),
        ("rcpt_to", ["550"], "250 Ok", "expectation"),
        ("rcpt_to", ["550"], "354 go ahead", "protocol"),
        ("rcpt_to", ["550"], "150 wait", "protocol"),
        ("rcpt_to", ["4xx"], "451 later", None),
        ("rcpt_to", ["4xx"], "550 no", "permanent"),
        ("rcpt_to", ["4xx"], "250 Ok", "expectation"),
        ("rcpt_to", ["550", "4XX"], "450 later", None),
        ("rcpt_to", ["550", "4XX"], "550 no", None),
        ("rcpt_to", ["550", "4XX"], "554 no", "permanent"),
        ("rcpt_to", ["251"], "250 Ok", "expectation"),
        ("rcpt_to", ["251"], "251 will forward", None),
        ("rcpt_to", ["25x"], "252 will try", None),
        ("rcpt_to", ["3xx"], "354 go ahead", None),
        ("rcpt_to", ["5.7.1"], "554 5.7.1 Relay access denied", None),
        ("rcpt_to", ["5.7.1"], "554 5.7.11 no", "permanent"),
        ("rcpt_to", ["5.7.1"], "554 no enhanced code", "permanent"),
        ("rcpt_to", ["5.7.1"], "450 4.7.1 later", "transient"),
        ("rcpt_to", ["5.7.1"], "250 2.1.5 Ok", "expectation"),
        ("rcpt_to", ["5.7.x"], "554 5.7.1 no", None),
        ("rcpt_to", ["5.7.x"], "550 5.7.509 no", None),
        ("rcpt_to", ["5.7.x"], "550 5.1.1 no", "permanent"),
        ("rcpt_to", ["5.X.X"], "550 5.1.1 no", None),
        ("rcpt_to", ["/relay(ing)? denied/"], "550 5.7.1 Relaying Denied", None),
        ("rcpt_to", ["/relay(ing)? denied/"], "550 5.1.1 User unknown", "permanent"),
        ("rcpt_to", ["/relay(ing)? denied/"], "250 Ok", "expectation"),
        ("rcpt_to", ["/^5\\.7\\.1 /"], "550 5.7.1 no", None),
        ("data", ["550"], "354 go ahead", "expectation"),
        ("data", ["550"], "550 no", None),
        ("data", ["550"], "250 Ok", "protocol"),
        ("data", ["250"], "250 Ok", None),
        ("data", ["354"], "354 go ahead", None),
        ("data", ["3xx"], "354 go ahead", None),
        ("message", ["554"], "250 Ok", "expectation"),
        ("message", ["554"], "354 go ahead", "protocol"),
        ("greeting", ["554"], "220 ready", "expectation"),
        ("greeting", ["554"], "554 no", None),
    ],
)
def test_the_kind_depends_on_the_reply_and_not_on_the_expectation(
    stage: Stage, expected: list[str], reply: str, kind: str | None
) -> None:
    assert kind_of(stage, reply, *expected) == kind


def test_a_failure_has_the_reply_the_recipient_and_the_expectation() -> None:
    reply = Reply(450, ("4.2.0 Greylisted,", "4.2.0 come back later"), 0.5, 0.7)
    expected = patterns("rcpt_to", "550", "/relay/")
    assert judge_reply("rcpt_to", reply, expected, "bob@example.net") == Failure(
        stage="rcpt_to",
        kind="transient",
        text="4.2.0 Greylisted, come back later",
        code=450,
        enhanced_code="4.2.0",
        recipient="bob@example.net",
        expected=("550", "/relay/"),
        seconds=0.7,
    )


def test_a_failure_has_what_is_known_of_the_connection() -> None:
    lost = TcpInfo(3, 4, 0.02, 1448, 1500)
    error = ProbeError("timeout", "no answer", errno="ETIMEDOUT", tcp_info=lost, seconds=12.0)
    assert judge_error("message", error, ()) == Failure(
        "message", "timeout", "no answer", errno="ETIMEDOUT", seconds=12.0, tcp_info=lost
    )


def test_an_exception_has_the_error_number_of_the_system() -> None:
    assert judge_exception("auth", OSError(errno.EMFILE, "no more")).errno == "EMFILE"
    assert judge_exception("auth", OSError(errno.EPERM, "not allowed")).errno == "EPERM"
    assert judge_exception("auth", MemoryError()).errno is None


def test_an_expectation_holds_for_each_of_several_recipients() -> None:
    expected = patterns("rcpt_to", "550")
    replies = {
        "ann@example.net": Reply(550, ("no",)),
        "bob@example.net": Reply(250, ("Ok",)),
        "cy@example.net": Reply(450, ("later",)),
    }
    failures = {
        recipient: judge_reply("rcpt_to", reply, expected, recipient)
        for recipient, reply in replies.items()
    }
    assert failures["ann@example.net"] is None
    for recipient, kind in (("bob@example.net", "expectation"), ("cy@example.net", "transient")):
        failure = failures[recipient]
        assert failure is not None
        assert (failure.kind, failure.recipient) == (kind, recipient)


# An error in place of a reply


REFUSED = ProbeError("connect", "Connection refused")
SILENT = ProbeError("timeout", "no answer within 10.0 s")
UNKNOWN = ProbeError("resolve", "Name or service not known")
HUNG_UP = ProbeError("disconnect", "the server closed the connection")


@pytest.mark.parametrize(
    ("error", "expected", "passes"),
    [
        (REFUSED, ["connect"], True),
        (REFUSED, ["timeout"], False),
        (REFUSED, ["resolve"], False),
        (REFUSED, ["timeout", "connect"], True),
        (REFUSED, ["/refused/"], True),
        (REFUSED, ["/unreachable/"], False),
        (REFUSED, [], False),
        (SILENT, ["timeout"], True),
        (SILENT, ["connect"], False),
        (SILENT, ["/no answer/"], True),
        (UNKNOWN, ["resolve"], True),
        (UNKNOWN, ["connect", "timeout"], False),
    ],
)
def test_a_connection_must_fail_as_expected(
    error: ProbeError, expected: list[str], passes: bool
) -> None:
    failure = judge_error("connect", error, patterns("connect", *expected))
    if passes:
        assert failure is None
    else:
        assert failure == Failure("connect", error.kind, error.text, expected=tuple(expected))


@pytest.mark.parametrize("stage", SPOKEN_STAGES)
@pytest.mark.parametrize("error", [SILENT, HUNG_UP, ProbeError("protocol", "not an SMTP reply: x")])
@pytest.mark.parametrize("expected", [[], ["550"], ["/answer/"], ["/./"]])
def test_an_outage_is_never_an_expected_refusal(
    stage: Stage, error: ProbeError, expected: list[str]
) -> None:
    failure = judge_error(stage, error, patterns(stage, *expected))
    assert failure == Failure(stage, error.kind, error.text, expected=tuple(expected))


def test_a_connection_is_a_failure_if_it_was_expected_to_fail() -> None:
    address = Address(socket.AF_INET, ("192.0.2.25", 25))
    assert judge_connected(address, ()) is None
    expected = patterns("connect", "timeout", "/unreachable/")
    assert judge_connected(address, expected) == Failure(
        "connect",
        "expectation",
        "connected to 192.0.2.25 port 25",
        expected=("timeout", "/unreachable/"),
    )


# The capabilities


@pytest.mark.parametrize(
    ("expected", "forbidden", "text"),
    [
        ([], [], None),
        (["SIZE", "auth plain"], ["STARTTLS", "AUTH CRAM-MD5"], None),
        (["STARTTLS"], [], "the server does not offer STARTTLS"),
        (
            ["STARTTLS", "SIZE", "AUTH CRAM-MD5"],
            [],
            "the server does not offer STARTTLS, AUTH CRAM-MD5",
        ),
        ([], ["SIZE"], "the server offers SIZE, which is forbidden"),
        ([], ["AUTH PLAIN", "auth"], "the server offers AUTH PLAIN, auth, which is forbidden"),
        (
            ["STARTTLS"],
            ["AUTH"],
            "the server does not offer STARTTLS; the server offers AUTH, which is forbidden",
        ),
    ],
)
def test_all_missing_and_all_forbidden_capabilities_are_named_together(
    expected: list[str], forbidden: list[str], text: str | None
) -> None:
    capabilities = Capabilities(SIZE=["1000"], AUTH=["PLAIN", "LOGIN"])
    failure = judge_capabilities(capabilities, tuple(expected), tuple(forbidden))
    assert failure == (None if text is None else Failure("helo", "expectation", text))


@pytest.mark.parametrize(("expected", "forbidden"), [(("SIZE",), ()), ((), ("AUTH",))])
def test_capabilities_that_the_server_never_named_are_not_as_expected(
    expected: tuple[str, ...], forbidden: tuple[str, ...]
) -> None:
    text = "the dialogue ended before EHLO was accepted: no capabilities"
    failure = Failure("helo", "expectation", text)
    assert judge_capabilities(None, expected, forbidden) == failure
    assert judge_capabilities(None, (), ()) is None


# The certificate


@pytest.mark.parametrize(
    ("days_left", "cert_min_days", "passes"),
    [
        (0, None, True),
        (None, None, True),
        (8, 7, True),
        (7, 7, True),
        (6, 7, False),
        (-1, 0, False),
        (0, 0, True),
    ],
)
def test_a_certificate_must_be_valid_for_as_many_days_as_asked(
    days_left: int | None, cert_min_days: int | None, passes: bool
) -> None:
    policy = TlsPolicy(tls="required", cert_min_days=cert_min_days)
    failure = judge_certificate("starttls", days_left, policy)
    if passes:
        assert failure is None
    else:
        text = f"the certificate is good for {days_left} days, less than {cert_min_days}"
        assert failure == Failure("starttls", "expectation", text)


def test_how_long_a_certificate_is_valid_that_cannot_be_read_is_not_known() -> None:
    failure = judge_certificate("connect", None, TlsPolicy(tls="implicit", cert_min_days=7))
    text = "the server showed no certificate that can be read, so its last day is not known"
    assert failure == Failure("connect", "expectation", text)


@pytest.mark.parametrize(
    ("capabilities", "stage", "why"),
    [
        (Capabilities(), "helo", "the server does not offer STARTTLS"),
        (Capabilities(STARTTLS=[]), "helo", "TLS was not started"),
        (None, "starttls", "the dialogue ended before TLS was started"),
    ],
)
def test_without_tls_there_is_no_certificate_to_be_as_expected(
    capabilities: Capabilities | None, stage: Stage, why: str
) -> None:
    failure = Failure(stage, "expectation", f"{why}: no certificate")
    assert judge_plain_text(TlsPolicy(), capabilities) is None
    assert judge_plain_text(TlsPolicy(cert_min_days=0), capabilities) == failure
    assert judge_plain_text(TlsPolicy("required", dane=True), capabilities) == failure


def test_a_certificate_that_matches_no_record_is_a_failure_of_tls() -> None:
    assert judge_dane("starttls", None) is None
    assert judge_dane("connect", "DANE: no") == Failure("connect", "tls", "DANE: no")


# The dialogue as a whole


SECONDS: dict[Stage, float] = {"connect": 0.5, "greeting": 1.25, "helo": 0.125, "quit": 0.125}


def test_a_dialogue_passes_if_it_meets_all_expectations_in_time() -> None:
    expected: dict[Stage, Patterns] = {
        "greeting": patterns("greeting", "220"),
        "quit": patterns("quit", "221"),
    }
    assert judge_whole_dialogue(expected, SECONDS, None) is None
    assert judge_whole_dialogue(expected, SECONDS, 2.0) is None
    assert judge_whole_dialogue({}, {}, 0.001) is None


def test_an_expectation_for_a_stage_that_is_not_reached_is_not_met() -> None:
    expected: dict[Stage, Patterns] = {
        "helo": patterns("helo", "250"),
        "rcpt_to": patterns("rcpt_to", "550", "5.7.1"),
    }
    assert judge_whole_dialogue(expected, SECONDS, 1.0) == Failure(
        "rcpt_to",
        "expectation",
        "the dialogue ended before this stage",
        expected=("550", "5.7.1"),
    )


def test_every_dialogue_reaches_connect_even_if_the_name_has_no_address() -> None:
    assert judge_whole_dialogue({"connect": patterns("connect", "resolve")}, {}, None) is None


def test_a_dialogue_that_takes_too_long_fails_at_its_longest_stage() -> None:
    assert judge_whole_dialogue({}, SECONDS, 1.999) == Failure(
        "greeting",
        "expectation",
        "the dialogue took 2.000 s, more than max_seconds 1.999; this stage alone took 1.250 s",
    )


class TestAnInconclusiveErrorIsNotAsExpected:
    """An error of this host does not prove that a server cannot be reached."""

    def test_a_dead_resolver_does_not_prove_that_a_name_does_not_exist(self) -> None:
        error = ProbeError("resolve", "no answer", "the resolver has not answered")
        failure = judge_error("connect", error, patterns("connect", "resolve"))
        assert failure is not None
        assert failure.text == "no answer (the resolver has not answered)"
        assert (failure.kind, failure.expected) == ("resolve", ("resolve",))

    @pytest.mark.parametrize("wanted", ["connect", "timeout", "resolve", "/unreachable/"])
    def test_an_error_of_this_host_does_not_prove_a_refusal(self, wanted: str) -> None:
        error = ProbeError("local", "Network is unreachable")
        failure = judge_error("connect", error, patterns("connect", wanted))
        assert failure is not None
        assert failure.kind == "local"

    def test_every_address_must_have_failed_as_expected(self) -> None:
        refused, silent = ProbeError("connect", "refused"), ProbeError("timeout", "no answer")
        both = ProbeError("timeout", "refused; no answer", causes=[refused, silent])
        assert judge_error("connect", both, patterns("connect", "timeout")) is not None
        assert judge_error("connect", both, patterns("connect", "connect")) is not None
        assert judge_error("connect", both, patterns("connect", "connect", "timeout")) is None

    def test_a_conclusive_error_passes(self) -> None:
        assert (
            judge_error("connect", ProbeError("resolve", "no"), patterns("connect", "resolve"))
            is None
        )
        assert (
            judge_error(
                "connect", ProbeError("connect", "refused"), patterns("connect", "/REFUSED/")
            )
            is None
        )


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (KeyError("x"), "internal"),
        (MemoryError(), "local"),
        (ImportError("No module named '_ssl'"), "local"),
        (OSError(errno.EMFILE, "Too many open files"), "local"),
        (RuntimeError("can't start new thread"), "local"),
        (OSError(errno.EPERM, "no"), "internal"),
    ],
)
def test_an_unexpected_exception_is_a_failure_of_kind_internal_or_local(
    error: Exception, kind: str
) -> None:
    failure = judge_exception("helo", error)
    assert (failure.stage, failure.kind) == ("helo", kind)
    assert failure.text
