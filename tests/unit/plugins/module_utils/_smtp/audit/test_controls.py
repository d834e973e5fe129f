# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controls make of a verdict."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.controls import Controls
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import check_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Answer, Verdict
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply
from ansible_collections.mailops.smtp.tests.unit.audits import LOCAL, VANTAGE, check_of

REFUSED = Verdict("sound", "refused", by_refusal=True)
ACCEPTED = Verdict("sound", "accepted")
FINDING = Verdict("finding", "relayed")


def controls(claimed: t.Any, code: int | None = None, local: Verdict | None = None) -> Controls:
    """Return controls: the code to the control of the vantage, and the verdict of the other."""
    found = Controls(claimed)
    if code is not None:
        measure(found, code, code)
    if local is not None:
        found.revised(check_from(LOCAL), local)
    return found


def measure(found: Controls, own: int, stranger: int) -> Verdict:
    """Make the control of the vantage, with the codes for an own sender and for a stranger."""
    answers = {
        name: Answer(name, "reply", Reply(code, ("x",)))
        for name, code in (("own", own), ("stranger", stranger))
    }
    return found.revised(check_from(VANTAGE), Verdict("sound", "x"), answers)


@pytest.mark.parametrize(
    ("own", "stranger", "measured"),
    [
        (250, 250, "relays"),
        (550, 250, "relays"),
        (250, 554, "relays for own senders"),
        (554, 554, "does not relay"),
        (450, 554, "unknown"),
        (250, 421, "unknown"),
    ],
)
def test_the_vantage_is_measured(own: int, stranger: int, measured: str) -> None:
    found = controls("untrusted")
    measure(found, own, stranger)

    assert found.measured == measured


def test_a_host_that_may_not_even_say_hello_has_no_relay_rights() -> None:
    found = controls("untrusted")
    refused = Answer("greeting", "reply", Reply(554, ("go away",)))
    found.revised(check_from(VANTAGE), Verdict("sound", "x", refused), {"greeting": refused})

    assert found.measured == "does not relay"


def test_nothing_is_known_without_the_control() -> None:
    assert controls("untrusted").measured == "unknown"


@pytest.mark.parametrize(
    ("claimed", "code", "vantage"),
    [
        ("untrusted", 554, "sound"),
        ("untrusted", 250, "undecided"),
        ("trusted", 250, "sound"),
        ("trusted", 554, "undecided"),
        ("authed", 554, "sound"),
        ("authed", 250, "sound"),
    ],
)
def test_a_vantage_is_not_believed(claimed: t.Any, code: int, vantage: str) -> None:
    assert measure(Controls(claimed), code, code).name == vantage


@pytest.mark.parametrize(
    ("claimed", "code", "local", "valid_from", "before", "after"),
    [
        # A positive control that has not passed says that a refusal may be one of everything.
        ("untrusted", 554, ACCEPTED, "untrusted", REFUSED, "sound"),
        ("untrusted", 554, FINDING, "untrusted", REFUSED, "undecided"),
        ("untrusted", 554, Verdict("undecided", "450"), "untrusted", REFUSED, "undecided"),
        ("untrusted", 554, FINDING, "untrusted", ACCEPTED, "sound"),
        ("untrusted", 554, FINDING, "untrusted", FINDING, "finding"),
        # The server relays for a host that is said to be untrusted.
        ("untrusted", 250, ACCEPTED, "untrusted", REFUSED, "undecided"),
        ("untrusted", 250, ACCEPTED, "untrusted", FINDING, "finding"),
        ("untrusted", 250, ACCEPTED, "any", REFUSED, "sound"),
        # The server does not relay for a host that is said to be trusted.
        ("trusted", 554, None, "trusted", FINDING, "undecided"),
        ("trusted", 554, None, "trusted", ACCEPTED, "undecided"),
        ("trusted", 554, None, "any", FINDING, "finding"),
        ("trusted", 250, None, "trusted", FINDING, "finding"),
        # Without any control, a verdict is what it is.
        ("untrusted", None, None, "untrusted", REFUSED, "sound"),
    ],
)
def test_what_the_controls_make_of_a_verdict(
    claimed: t.Any,
    code: int | None,
    local: Verdict | None,
    valid_from: str,
    before: Verdict,
    after: str,
) -> None:
    check = check_of(**{"from": valid_from})

    assert controls(claimed, code, local).revised(check, before).name == after


def test_a_plainer_finding_explains_the_others() -> None:
    found = controls("untrusted", 554)
    plain, trick = check_of(), check_of(id="relay-05", unless=["relay-02"])

    assert found.revised(trick, FINDING).name == "finding"
    assert found.revised(plain, FINDING).name == "finding"
    assert found.revised(trick, FINDING).evidence == (
        "relayed; it shows nothing beside relay-02, which is a finding, too"
    )


def test_the_doubt_is_said_in_the_finding_and_only_there() -> None:
    doubtful = controls("untrusted", 250).revised(check_of(), FINDING)
    clear = controls("untrusted", 554).revised(check_of(), FINDING)

    assert "unless this host has relay rights" in doubtful.evidence
    assert clear.evidence == "relayed"


def test_the_controls_that_passed_and_failed_are_known() -> None:
    assert controls("untrusted", local=ACCEPTED).passed == ["ctl-local"]
    assert controls("untrusted", local=FINDING).failed == {"ctl-local": "relayed"}
