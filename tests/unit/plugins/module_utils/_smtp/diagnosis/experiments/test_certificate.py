# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates at other addresses and without SNI are compared with the one that is shown."""

from __future__ import annotations

import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.certificate import Certificate
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.handshake import TlsSession
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    certificate,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import Conclusion
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import (
    findings_of,
    investigation_of,
)

NAME = "mx.example.org"
ADDRESS = Address(socket.AF_INET, ("192.0.2.1", 25))
FAILURE = Failure("starttls", "tls", "the certificate is not trusted: certificate has expired")


def shown(digest: str, verified: bool | None = False, *names: str) -> TlsSession:
    """Return TLS with a certificate that has this digest and these names."""
    certificate = Certificate(
        "CN=mx", "CN=ca", names, "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z", "01", digest, b""
    )
    errors = () if verified else ("certificate has expired",)
    return TlsSession(
        "TLSv1.3", "AES", 256, verified, errors, certificate, (certificate,), None, None
    )


NOTHING = TlsSession(None, None, None, None, (), None, (), None, "the handshake failed")


class TestAnotherAddress:
    def test_a_valid_certificate_there_proves_it(self) -> None:
        finding = certificate.finding_of_address("192.0.2.2", shown("a"), shown("b", True))
        assert finding.conclusion == Conclusion("certificate-of-one-address", "proven")

    @pytest.mark.parametrize("other", [shown("a"), shown("b"), NOTHING])
    def test_no_other_certificate_does(self, other: TlsSession) -> None:
        assert certificate.finding_of_address("192.0.2.2", shown("a"), other).conclusion is None

    def test_nor_does_one_if_that_of_this_address_is_valid(self) -> None:
        finding = certificate.finding_of_address("192.0.2.2", shown("a", True), shown("b", True))
        assert finding.conclusion is None


class TestWithoutSni:
    def test_a_certificate_for_the_name_proves_it(self) -> None:
        finding = certificate.finding_without_name(NAME, shown("a"), shown("b", False, NAME))
        assert finding.conclusion == Conclusion("certificate-for-sni", "proven")

    @pytest.mark.parametrize("other", [shown("a", False, NAME), shown("b", False, "x"), NOTHING])
    def test_no_other_certificate_does(self, other: TlsSession) -> None:
        assert certificate.finding_without_name(NAME, shown("a"), other).conclusion is None


def test_a_certificate_is_shown_with_its_issuer_and_verdict() -> None:
    assert certificate.name_of(shown("a")) == "CN=mx, issued by CN=ca"
    assert certificate.name_of(NOTHING) == "none"
    assert certificate.verdict_of(shown("a", True)) == "it is valid here"
    assert certificate.verdict_of(shown("a")) == "certificate has expired"
    assert certificate.verdict_of(NOTHING) == "the handshake failed"


class TestTheExperiment:
    def investigated(self, *others: TlsSession) -> tuple[list[Conclusion | None], list[str]]:
        """Investigate a server with two addresses, whose follow-ups show these certificates."""
        investigation, _network = investigation_of(TO_RCPT + END, failure=FAILURE, host=NAME)
        investigation.lookup = investigation.lookup._replace(
            addresses=(*investigation.addresses, ADDRESS)
        )
        investigation.control.tls = shown("a")
        records = iter(others)
        held: list[str] = []
        hold = investigation.hold

        def hold_next(what: str, plan: t.Any, lookup: t.Any = None) -> t.Any:
            held.append(what)
            record = hold(what, plan, lookup)
            record.tls = next(records, None)
            return record

        investigation.hold = hold_next  # type: ignore[method-assign]
        findings = list(certificate.certificate_of_server(investigation))
        return [one.conclusion for one in findings], held

    def test_other_addresses_and_no_name_are_asked_for(self) -> None:
        found, held = self.investigated(shown("b", True), shown("c", False, NAME))
        assert held == ["the certificate at 192.0.2.1", "the certificate without SNI"]
        assert found == [
            None,
            Conclusion("certificate-of-one-address", "proven"),
            Conclusion("certificate-for-sni", "proven"),
        ]

    def test_a_follow_up_without_a_certificate_is_no_finding(self) -> None:
        found, _held = self.investigated()
        assert found == [None]

    def test_without_tls_nothing_is_asked(self) -> None:
        assert findings_of(certificate.certificate_of_server, failure=FAILURE, tls="never") == []

    def test_without_a_certificate_nothing_is_compared(self) -> None:
        assert findings_of(certificate.certificate_of_server, TO_RCPT + END, failure=FAILURE) == []
