# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clocks of this host and of the server, and the times of a certificate, come to a cause."""

from __future__ import annotations

import time

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.clock import Validity
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    clock,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import Conclusion
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import (
    findings_of,
    investigation_of,
)

DAY = 86400.0
NOW = 1000 * DAY
VALID = Validity(NOW - DAY, NOW + DAY)
OVER = Validity(NOW - 3 * DAY, NOW - 2 * DAY)
TO_COME = Validity(NOW + 2 * DAY, NOW + 3 * DAY)

FAILURE = Failure("starttls", "tls", "the certificate is not trusted: certificate has expired")


@pytest.mark.parametrize(
    ("server", "validity", "causes"),
    [
        pytest.param(None, None, [], id="nothing is known"),
        pytest.param(None, VALID, [], id="all is well"),
        pytest.param(NOW + 5, VALID, [], id="the clocks agree"),
        pytest.param(NOW + DAY / 2, VALID, [], id="they do not, and the certificate is valid"),
        pytest.param(None, OVER, ["renew-certificate"], id="expired"),
        pytest.param(None, TO_COME, ["compare-clocks"], id="not yet valid"),
        pytest.param(NOW, OVER, ["renew-certificate"], id="expired for both"),
        pytest.param(NOW, TO_COME, ["compare-clocks"], id="not yet valid for both"),
        pytest.param(NOW - 2.5 * DAY, OVER, ["clock-ahead"], id="expired for this host alone"),
        pytest.param(NOW + 2.5 * DAY, TO_COME, ["clock-behind"], id="to come for this host alone"),
        pytest.param(NOW - DAY, OVER, ["renew-certificate"], id="expired for both, clocks differ"),
    ],
)
def test_times_come_to_a_cause(
    server: float | None, validity: Validity | None, causes: list[str]
) -> None:
    findings = list(clock.findings_from(NOW, server, validity))
    found = [one.conclusion for one in findings if one.conclusion]
    assert found == [Conclusion(cause, "consistent") for cause in causes]
    assert not set(causes) & {cause for one in findings for cause in one.excludes}


@pytest.mark.parametrize(
    ("server", "says"),
    [
        (NOW - 3600, "the clock of this host is 3600 s ahead of that of the server"),
        (NOW + 3600, "the clock of this host is 3600 s behind that of the server"),
        (NOW + 59, "the clocks of this host and of the server agree"),
    ],
)
def test_the_difference_of_the_clocks_is_said(server: float, says: str) -> None:
    (finding,) = clock.findings_from(NOW, server, None)
    assert finding.evidence.says == says


@pytest.mark.parametrize("password", ["secret", "+0000"])  # the latter is a part of the date
def test_the_greeting_of_the_control_has_the_date_of_the_server(password: str) -> None:
    now = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
    script = f"S: 220 mx.example.org Exim {now}\nC: /EHLO/\nS: 250 mx.example.org{END}"
    login = {"login_user": "ann", "login_password": password}
    (finding,) = findings_of(clock.clock_of_this_host, script, failure=FAILURE, **login)
    assert "clock-ahead" in finding.excludes


def test_a_control_without_tls_has_no_certificate_and_postfix_no_date() -> None:
    investigation, network = investigation_of(TO_RCPT + END, failure=FAILURE)
    assert clock.validity_of(investigation.control.tls) is None
    assert clock.date_of_greeting(investigation.control) is None
    network.join()
