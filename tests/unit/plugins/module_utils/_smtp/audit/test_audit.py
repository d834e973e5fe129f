# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An audit of a server on a socket."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.dane import Tlsa, TlsaAnswer
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.audit import (
    audit_server,
    tlsa_of,
    with_name_of_host,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import check_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.request import (
    DnsOptions,
    Request,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.lookup import ServerLookup
from ansible_collections.mailops.smtp.tests.unit import dns_server
from ansible_collections.mailops.smtp.tests.unit.audits import (
    ACCEPTS,
    HELLO,
    QUIT,
    REFUSES,
    RELAY,
    RESET,
    USER,
    plan_options,
)


def request_for(server: t.Any, **options: t.Any) -> Request:
    """Return a request for the relay check of a server."""
    plan = plan_from(plan_options(host=server.host, port=server.port, **options))
    return Request(plan, (check_from(RELAY),), USER, "untrusted", 0, 40, 60.0)


def test_a_server_on_a_socket_is_audited(scripted: t.Any) -> None:
    server = scripted(f"{HELLO}{REFUSES}{RESET}{QUIT}")

    result = audit_server(request_for(server))

    assert [one["verdict"] for one in result["checks"]] == ["sound"]


def test_tls_is_taken_where_it_is_offered(scripted: t.Any, authority: t.Any) -> None:
    script = f"""
S: 220 mx.example.com ESMTP
C: EHLO client.example.org
S: 250-mx.example.com
S: 250 STARTTLS
C: STARTTLS
S: 220 go ahead
*: tls
C: EHLO client.example.org
S: 250 mx.example.com{ACCEPTS}{RESET}{QUIT}"""
    server = scripted(script, context=authority.context("mx.example.com"))

    result = audit_server(request_for(server, tls="required", validate_certs=False))

    assert [one["verdict"] for one in result["checks"]] == ["finding"]
    assert any("TLS stands" in line for line in result["checks"][0]["transcript"])


def test_a_certificate_that_is_not_trusted_leaves_a_check_undecided(
    scripted: t.Any, authority: t.Any
) -> None:
    script = """
S: 220 mx.example.com ESMTP
C: EHLO client.example.org
S: 250-mx.example.com
S: 250 STARTTLS
C: STARTTLS
S: 220 go ahead
*: tls"""
    server = scripted(script, context=authority.context("mx.example.com"))

    result = audit_server(request_for(server, tls="required"))

    assert [one["verdict"] for one in result["checks"]] == ["undecided"]


def test_the_name_of_the_host_is_looked_up_once() -> None:
    class Name:
        """A look-up that is done."""

        @staticmethod
        def wait(_seconds: float) -> str:
            """Return the name."""
            return "probe.example.org"

    plan = plan_from(plan_options(helo=None))
    name: t.Any = Name()

    assert with_name_of_host(plan, ServerLookup(own_name=name)).client.helo == "probe.example.org"
    assert with_name_of_host(plan, ServerLookup()).client.helo is None


def test_the_dns_is_asked_about_the_server_that_was_audited(scripted: t.Any) -> None:
    server = scripted(f"{HELLO}{REFUSES}{RESET}{QUIT}")
    records = {
        "example.com": ["MX 10 mx.example.com."],
        "mx.example.com": ["A 198.51.100.1"],
        "1.100.51.198.in-addr.arpa": ["PTR mx.example.com."],
    }
    checks = [
        {"id": "dn-mx", "proves": "Mail arrives.", "dns": "mx"},
        {"id": "dn-ptr", "proves": "It has a name.", "dns": "ptr"},
        {"id": "dn-split", "proves": "All see the same.", "dns": "split"},
    ]
    request = request_for(server)
    request = request._replace(
        checks=(*request.checks, *map(check_from, checks)),
        dns=DnsOptions(sends_from=("198.51.100.1",), view="inside"),
    )

    with dns_server.asked(records):
        result = audit_server(request)

    assert [one["verdict"] for one in result["checks"]] == [
        "sound",
        "sound",
        "sound",
        "not_applicable",
    ]
    assert result["facts"]["dns_view"] == "inside"
    assert result["facts"]["dns"]["example.com MX"] == ["10 mx.example.com"]
    assert f"{server.host} A" not in result["facts"]["dns"]
    assert result["facts"]["addresses"][0]["ip"] == server.host
    assert result["checks"][1]["transcript"][0].endswith("example.com MX: 10 mx.example.com")


def test_a_server_that_has_a_name_is_asked_for_by_it(scripted: t.Any) -> None:
    server = scripted(f"{HELLO}{REFUSES}{RESET}{QUIT}")
    request = request_for(server)
    plan = request.plan._replace(endpoint=request.plan.endpoint._replace(host="LocalHost"))
    split = check_from({"id": "dn-split", "proves": "All see the same.", "dns": "split"})

    with dns_server.asked({"localhost": ["A 127.0.0.1"]}):
        result = audit_server(request._replace(plan=plan, checks=(*request.checks, split)))

    assert result["facts"]["dns"]["localhost A"] == ["127.0.0.1"]


DANE = {
    "id": "tls-dane",
    "proves": "The certificate matches the TLSA records.",
    "steps": [{"offer": {"versions": ["TLSv1.2"]}}],
    "predicates": [{"dane": True}],
}


@pytest.mark.parametrize(
    ("records", "verdict", "evidence"),
    [
        ((Tlsa(3, 1, 1, bytes(32)),), "finding", "the certificate matches none of the 1 TLSA"),
        ((), "not_applicable", "there is no TLSA record"),
    ],
)
def test_the_tlsa_records_are_looked_up_for_a_check_that_needs_them(
    records: tuple[Tlsa, ...],
    verdict: str,
    evidence: str,
    scripted: t.Any,
    authority: t.Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def look_up(plan: t.Any, _seconds: float) -> TlsaAnswer:
        asked.append(plan.endpoint.port)
        return TlsaAnswer("mx.example.com", 25, True, records)

    monkeypatch.setattr(f"{audit_server.__module__}.look_up_tlsa", look_up)
    script = """
S: 220 mx
C: EHLO client.example.org
S: 250-mx
S: 250 STARTTLS
C: STARTTLS
S: 220 go
*: tls"""
    server = scripted(script, context=authority.context("mx.example.com"))
    request = request_for(server)._replace(checks=(check_from(DANE),))

    (found,) = audit_server(request)["checks"]

    assert asked == [server.port]
    assert found["verdict"] == verdict
    assert evidence in found["evidence"]


def test_no_record_is_looked_up_for_a_socket() -> None:
    assert tlsa_of(plan_from(plan_options(host=None, socket="/run/lmtp"))) is None
