# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dialogue without the PROXY header, and without XCLIENT."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    headers_before,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import findings_of

PROXY: dict[str, t.Any] = {
    "version": 1,
    "source": "192.0.2.1",
    "source_port": 1025,
    "destination": "192.0.2.2",
    "destination_port": 25,
}


def test_a_listener_that_takes_no_proxy_header() -> None:
    failure = Failure("greeting", "permanent", "5.5.2 Error: bad syntax", 500, "5.5.2")
    refuses = f"""
C: PROXY TCP4 192.0.2.1 192.0.2.2 1025 25
S: 500 5.5.2 Error: bad syntax{END}"""

    (finding,) = findings_of(
        headers_before.without_proxy_header, refuses, TO_RCPT + END, failure=failure, proxy=PROXY
    )

    assert finding.conclusion == ("proxy-header-unwanted", "proven")


def test_without_a_header_nothing_is_left_out() -> None:
    failure = Failure("greeting", "permanent", "5.5.2 Error: bad syntax", 500, "5.5.2")

    assert findings_of(headers_before.without_proxy_header, failure=failure) == []
    assert findings_of(headers_before.without_xclient, failure=failure) == []


def test_this_host_itself_is_accepted() -> None:
    failure = Failure("xclient", "permanent", "5.7.0 No", 550, "5.7.0")
    refuses = f"""
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250-mx.example.org
S: 250 XCLIENT ADDR
C: XCLIENT ADDR=192.0.2.1
S: 550 5.7.0 No{END}"""
    accepts = TO_RCPT + END

    (finding,) = findings_of(
        headers_before.without_xclient,
        refuses,
        accepts,
        failure=failure,
        xclient={"ADDR": "192.0.2.1"},
    )

    assert finding.evidence.says.startswith("this host itself is accepted")
    assert finding.conclusion is not None
