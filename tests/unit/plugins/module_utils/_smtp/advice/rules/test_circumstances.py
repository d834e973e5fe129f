# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same reply has other causes on another port, after a login, or in another protocol."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import advise
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts

NO_RELAY = "5.7.1 <bob@example.org>: Relay access denied"
OFFERS_AUTH = frozenset(["AUTH", "SIZE"])


def of_relaying(**known: object) -> str:
    """Return the first advice on a refusal to relay, of which more is known."""
    facts = Facts("rcpt_to", "permanent", 554, "5.7.1", NO_RELAY, **known)  # type: ignore[arg-type]
    return advise(facts)[0].id


def of_hello(code: int, **known: object) -> str:
    """Return the first advice on a refused EHLO, HELO or LHLO."""
    facts = Facts("helo", "permanent", code, **known)  # type: ignore[arg-type]
    return advise(facts)[0].id


class TestRelaying:
    def test_without_more_the_address_is_not_allowed(self) -> None:
        assert of_relaying() == "relay-for-address"
        assert of_relaying(port=25, login=False, keywords=OFFERS_AUTH) == "relay-for-address"

    @pytest.mark.parametrize("port", [465, 587])
    def test_a_submission_port_that_offers_auth_wants_a_login(self, port: int) -> None:
        assert of_relaying(port=port, login=False, keywords=OFFERS_AUTH) == "log-in"

    def test_one_that_offers_none_goes_by_address(self) -> None:
        known = {"port": 587, "login": False, "keywords": frozenset(["SIZE"])}
        assert of_relaying(**known) == "relay-for-address"

    def test_a_user_who_has_logged_in_is_not_told_to_log_in(self) -> None:
        known = {"port": 587, "login": True, "keywords": OFFERS_AUTH}
        assert of_relaying(**known) == "relay-for-users"

    def test_an_exchanger_of_the_recipients_domain_lacks_the_domain(self) -> None:
        at_home = {"host": "mx1.example.org", "recipient": "bob@example.org"}
        assert of_relaying(**at_home) == "local-domains"
        assert of_relaying(mx=True) == "local-domains"
        elsewhere = {"host": "mx1.example.net", "recipient": "bob@example.org", "mx": False}
        assert of_relaying(**elsewhere) == "relay-for-address"

    def test_an_address_that_is_translated_is_not_the_one_that_is_allowed(self) -> None:
        translated = {"client_address": "10.1.2.3", "seen_as": "192.0.2.7"}
        assert of_relaying(**translated) == "address-translated"
        as_it_is = {"client_address": "10.1.2.3", "seen_as": "10.1.2.3"}
        assert of_relaying(**as_it_is) == "relay-for-address"


class TestProtocol:
    def test_lhlo_to_a_server_of_smtp_is_the_wrong_protocol(self) -> None:
        assert of_hello(500, protocol="lmtp") == "lmtp-unwanted"
        assert of_hello(500, protocol="esmtp") == "try-helo"

    def test_ehlo_to_a_server_of_lmtp_is_the_wrong_protocol(self) -> None:
        known = {"protocol": "esmtp", "greeting": "mx.example.org Cyrus LMTP 3.6.1 server ready"}
        assert of_hello(500, **known) == "lmtp-wanted"

    def test_a_command_after_a_proxy_header_is_refused_for_the_header(self) -> None:
        assert of_hello(502, proxy=True) == "proxy-header-unwanted"
        assert of_hello(502, proxy=False) == "try-helo"


def test_xclient_is_refused_to_hosts_that_the_server_does_not_know() -> None:
    facts = Facts("xclient", "permanent", 550, "5.7.0", "5.7.0 Error: insufficient authorization")
    assert advise(facts)[0].id == "xclient-hosts"
