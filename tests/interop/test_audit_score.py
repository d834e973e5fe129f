# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scores of audits are counted, and name what was missed."""

from __future__ import annotations

from ansible_collections.mailops.smtp.tests.interop.audit_score import Acquittal, Trial, lines


def test_the_scores_name_each_miss_and_each_false_finding() -> None:
    trials = [
        Trial("an open relay", "relay-02", "finding", "250"),
        Trial("a percent sign", "relay-05", "sound", "550"),
    ]
    acquittals = [
        Acquittal("Exim as a relay, untrusted", 2, {"tls-cert": "no answer"}, {}),
        Acquittal("Exim as a relay, trusted", 1, {}, {"cmd-vrfy": "the replies differ"}),
    ]
    assert lines(trials, acquittals) == [
        "faults found: 1 of 2",
        "  missed: a percent sign (relay-05 is sound): 550",
        "false findings: 1 of 5 (undecided: 1)",
        "  false: Exim as a relay, trusted, cmd-vrfy: the replies differ",
        "  undecided: Exim as a relay, untrusted, tls-cert: no answer",
    ]
