# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An error says which option is wrong, or what kind of failure it is and what it proves."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import (
    BadOption,
    HostLacks,
    ProbeError,
    UnsolicitedReply,
)


@pytest.mark.parametrize(
    ("option", "problem", "text"),
    [
        ("timeout", "must be at most 86400 seconds", "timeout must be at most 86400 seconds"),
        ("mail_from", "is required with rcpt_to", "mail_from is required with rcpt_to"),
        ("message", "cannot be composed: no", "message cannot be composed: no"),
        ("message.src", "cannot read /x", "message.src: cannot read /x"),
        ("tls", "HELO offers no STARTTLS", "tls: HELO offers no STARTTLS"),
        ("ca_path", "isolated.pem is empty", "ca_path: isolated.pem is empty"),
        (
            "",
            "exactly one of imap and path is required",
            "exactly one of imap and path is required",
        ),
    ],
)
def test_an_option_and_its_problem_are_one_sentence(option: str, problem: str, text: str) -> None:
    assert str(BadOption(option, problem)) == text


def test_a_problem_may_be_an_exception_and_is_kept_as_it_is() -> None:
    problem = ValueError("must be a number")
    error = HostLacks("port", problem)
    assert str(error) == "port must be a number"
    assert (error.option, error.problem) == ("port", problem)


def test_a_sentence_is_one_printable_line_whatever_it_quotes() -> None:
    assert str(BadOption("targets[0] (a\nb)", "\x1b[2J is wrong")) == (
        "targets[0] (a\\nb): \\x1b[2J is wrong"
    )
    assert len(str(BadOption("retries", f"must be at most 1000, not {'1' * 4000}"))) == 1003


def test_what_this_host_lacks_proves_nothing_about_a_server() -> None:
    assert ProbeError("connect", "refused").inconclusive is None
    assert ProbeError("local", "no route").inconclusive == "it is this host that could not go on"
    assert ProbeError("local", "no route", "no such thing").inconclusive == "no such thing"


def test_an_error_that_sums_up_no_others_is_its_own_cause() -> None:
    refused, reset = ProbeError("connect", "refused"), ProbeError("disconnect", "reset")
    assert refused.causes == (refused,)
    assert ProbeError("connect", "both", causes=[refused, reset]).causes == (refused, reset)


def test_a_421_that_nothing_has_asked_for_keeps_its_reply() -> None:
    error = UnsolicitedReply("421 bye", "it shut down")
    assert (error.kind, error.reply) == ("transient", "421 bye")
    assert error.inconclusive == "it came before the command"
