# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS is started, and the certificate of the server is judged."""

from __future__ import annotations

import ssl
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.tests.unit.conftest import CLIENT
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    IMPLICIT,
    OVER_TLS,
    TO_STARTTLS,
    Hold,
    failed,
)
from ansible_collections.mailops.smtp.tests.unit.memory import HOST, PORT, MemoryNetwork
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, settle

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.unit.authority import Authority

Dialogue = t.Callable[..., Record]


@pytest.mark.parametrize("tls", ["required", "implicit"])
def test_a_good_certificate_passes(dialogue: Dialogue, authority: Authority, tls: str) -> None:
    script = IMPLICIT if tls == "implicit" else OVER_TLS

    record = dialogue(script, authority.context("127.0.0.1"), tls=tls, ca_path=authority.path)

    assert record.failure is None
    assert result_of(record)["tls"]["verified"] is True


def test_a_wrong_certificate_passes_without_validation(
    dialogue: Dialogue, authority: Authority
) -> None:
    context = authority.context("mx.example.net")

    record = dialogue(OVER_TLS, context, tls="required", validate_certs=False)

    assert record.failure is None


def test_the_name_in_the_certificate_can_be_chosen(
    dialogue: Dialogue, authority: Authority
) -> None:
    record = dialogue(
        OVER_TLS,
        authority.context("mx.example.net"),
        tls="required",
        ca_path=authority.path,
        tls_server_name="mx.example.net",
    )

    assert record.failure is None


def test_a_certificate_must_be_good_for_some_days(dialogue: Dialogue, authority: Authority) -> None:
    context = authority.context("127.0.0.1", days=5)
    script = f"{TO_STARTTLS}\n*: tls{END}"

    record = dialogue(script, context, ca_path=authority.path, cert_min_days=14)

    assert failed(record) == ("starttls", "expectation", None)
    assert record.failure is not None
    assert record.failure.text == "the certificate is good for 4 days, less than 14"


def test_without_tls_there_is_no_certificate_to_be_good(hold: Hold) -> None:
    script = f"S: 220 mx\nC: EHLO client.example.com\nS: 250 mx{END}"

    assert failed(hold(script, cert_min_days=1)) == ("helo", "expectation", None)


REFUSED = f"S: 554 5.7.1 not from you{END}"


def test_an_expected_refusal_before_tls_leaves_the_certificate_unjudged(hold: Hold) -> None:
    record = hold(REFUSED, cert_min_days=1, expect={"greeting": ["554"]})

    assert failed(record) == ("starttls", "expectation", None)
    assert record.failure is not None
    assert record.failure.text == "the dialogue ended before TLS was started: no certificate"


def test_an_expected_refusal_over_implicit_tls_comes_after_the_certificate(
    dialogue: Dialogue, authority: Authority
) -> None:
    implicit = {"tls": "implicit", "ca_path": authority.path, "expect": {"greeting": ["554"]}}
    script = f"*: tls\n{REFUSED}"

    good = dialogue(script, authority.context("127.0.0.1"), cert_min_days=1, **implicit)
    assert good.failure is None


def test_where_connecting_must_fail_there_is_no_certificate_to_be_judged() -> None:
    options = {**CLIENT, "host": HOST, "port": PORT, "expect": {"connect": ["connect"]}}
    plan = plan_from({**options, "cert_min_days": 1, "expect_capabilities": ["SIZE"]})

    assert settle(plan, MemoryNetwork()).failure is None


def test_plain_text_on_a_tls_port_is_a_tls_failure(hold: Hold) -> None:
    record = hold("S: 220 mx.example.org ESMTP", tls="implicit")

    assert failed(record) == ("connect", "tls", None)
    assert record.failure is not None
    assert "wrong version number" in record.failure.text
    assert record.failure.errno is None  # the number is one of OpenSSL
    assert record.failure.tcp_info is not None
    assert record.failure.seconds is not None
    assert 0 < record.failure.seconds <= record.seconds["connect"]


def test_a_connection_that_is_lost_in_the_handshake_has_its_error_number(hold: Hold) -> None:
    client_hello = r"\x16\x03\x01"
    record = hold(f"C> {client_hello}\n*: reset", tls="implicit")

    assert failed(record) == ("connect", "tls", None)
    assert record.failure is not None
    assert record.failure.errno == "ECONNRESET"
    assert record.failure.tcp_info is not None


def test_the_time_of_a_handshake_begins_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    network = MemoryNetwork(TO_STARTTLS.replace("S: 220 2.0.0", "*: hush\nS: 220 2.0.0"))

    def keep_silent(_wrap: t.Any, _until: float) -> None:
        network.clock += 3.0
        raise ProbeError("timeout", "no answer to the TLS handshake")

    monkeypatch.setattr(network.streams[0], "start_tls", keep_silent)
    record = settle(plan_from({**CLIENT, "host": HOST, "port": PORT}), network)

    assert failed(record) == ("starttls", "timeout", None)
    assert record.failure is not None
    assert record.failure.seconds == 3.0


def test_a_handshake_that_fails_can_be_expected(hold: Hold) -> None:
    record = hold("S: 220 mx.example.org ESMTP", tls="implicit", expect={"connect": ["tls"]})

    assert record.failure is None


def test_a_client_shows_its_certificate(
    dialogue: Dialogue, authority: Authority, tmp_path: t.Any
) -> None:
    context = authority.context("127.0.0.1")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.path)
    mine = authority._ca.issue_cert("client.example.com")
    path = str(tmp_path / "client.pem")
    mine.private_key_and_cert_chain_pem.write_to_path(path)

    record = dialogue(OVER_TLS, context, client_cert=path)

    assert record.failure is None
