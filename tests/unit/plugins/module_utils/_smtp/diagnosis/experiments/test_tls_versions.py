# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A handshake with any version and cipher says which of them was the hindrance.

tests/interop/test_diagnosis_network.py has servers that know old versions only.
"""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.handshake import TlsSession
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    tls_versions,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import Conclusion
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of

FAILED = TlsSession(None, None, None, None, (), None, (), None, "the TLS handshake failed: alert")


def failure(text: str) -> Failure:
    return Failure("starttls", "tls", f"the TLS handshake failed: {text}")


def stands(version: str) -> TlsSession:
    return TlsSession(version, "AES", 128, None, (), None, (), None, None)


@pytest.mark.parametrize(
    ("version", "wanted", "text", "expected"),
    [
        ("TLSv1", None, "protocol version", ("old-tls", "proven")),
        ("TLSv1.1", "TLSv1.3", "protocol version", ("old-tls", "proven")),
        ("TLSv1.2", "TLSv1.3", "protocol version", ("tls-versions", "proven")),
        ("TLSv1.2", None, "no shared cipher", ("tls-ciphers", "proven")),
        ("TLSv1.2", "TLSv1.2", "dh key too small", ("dh-group", "proven")),
        ("TLSv1.3", None, "internal error", ("tls-ciphers", "consistent")),
        ("SSLv3", "TLSv1.2", "no shared cipher", ("tls-ciphers", "proven")),
    ],
)
def test_the_version_that_stands_is_compared_with_the_one_that_was_asked_for(
    version: str, wanted: str | None, text: str, expected: t.Any
) -> None:
    investigation, _network = investigation_of(failure=failure(text), tls_min_version=wanted)
    found = tls_versions.finding_of(investigation, stands(version))
    assert found.conclusion == Conclusion(*expected)


def test_a_server_that_chooses_a_cipher_without_a_certificate_has_none() -> None:
    investigation, _network = investigation_of(failure=failure("alert"))
    anonymous = stands("TLSv1.2")._replace(cipher="ADH-AES256-GCM-SHA384")
    found = tls_versions.finding_of(investigation, anonymous)
    assert found.conclusion == Conclusion("server-without-certificate", "proven")


def test_a_handshake_that_fails_anyhow_excludes_both() -> None:
    investigation, _network = investigation_of(failure=failure("alert"))
    found = tls_versions.finding_of(investigation, FAILED)
    assert found.conclusion is None
    assert {"old-tls", "tls-versions", "tls-ciphers"} <= set(found.excludes)


class TestTheExperiment:
    @pytest.mark.parametrize(
        "control",
        [
            None,
            stands("TLSv1.3"),
            FAILED._replace(verified=False),
        ],
    )
    def test_a_control_whose_handshake_did_not_fail_is_not_asked(
        self, control: TlsSession | None
    ) -> None:
        investigation, _network = investigation_of(TO_RCPT + END, failure=failure("alert"))
        investigation.control.tls = control
        assert list(tls_versions.any_tls_version(investigation)) == []
        assert investigation.budget.connections == 1

    def test_a_server_that_does_not_begin_tls_says_nothing(self) -> None:
        investigation, _network = investigation_of(TO_RCPT + END, failure=failure("alert"))
        investigation.control.tls = FAILED
        assert list(tls_versions.any_tls_version(investigation)) == []
        assert investigation.budget.connections == 2

    def test_a_dialogue_without_tls_is_not_asked(self) -> None:
        investigation, _network = investigation_of(failure=failure("alert"), tls="never")
        assert list(tls_versions.any_tls_version(investigation)) == []
