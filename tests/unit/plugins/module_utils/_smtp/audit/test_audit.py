# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An audit of a server on a socket."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.audit import (
    audit_server,
    with_name_of_host,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import check_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.request import Request
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.lookup import ServerLookup
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
