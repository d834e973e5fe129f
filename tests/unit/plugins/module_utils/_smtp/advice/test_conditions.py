# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions: which facts they hold for, and that they hold for no missing fact."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.conditions import (
    holds,
    subjects,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts

NOTHING = Facts("rcpt_to", "permanent")


def facts(**known: object) -> Facts:
    """Return facts of which some are known."""
    return NOTHING._replace(**known)  # type: ignore[arg-type]


class TestOneCondition:
    def test_one_of_the_words_must_be_true(self) -> None:
        assert holds("port:465,587", facts(port=587))
        assert not holds("port:465,587", facts(port=25))

    def test_after_an_exclamation_mark_none_of_the_words_may_be_true(self) -> None:
        assert holds("port!465,587", facts(port=25))
        assert not holds("port!465,587", facts(port=465))

    @pytest.mark.parametrize("mark", [":", "!"])
    @pytest.mark.parametrize("subject", sorted(subjects()))
    def test_what_is_not_known_is_neither_true_nor_untrue(self, subject: str, mark: str) -> None:
        assert not holds(f"{subject}{mark}465", NOTHING)

    def test_all_conditions_must_hold_at_once(self) -> None:
        assert holds("port:25 tls:never", facts(port=25, tls="never"))
        assert not holds("port:25 tls:never", facts(port=25, tls="required"))
        assert not holds("port:25 tls:never", facts(port=25))

    def test_no_condition_always_holds(self) -> None:
        assert holds("", NOTHING)


@pytest.mark.parametrize(
    ("condition", "known"),
    [
        ("mx:yes", {"mx": True}),
        ("protocol:lmtp", {"protocol": "lmtp"}),
        ("tls-limits:no", {"tls_limits": False}),
        ("encrypted:yes", {"encrypted": True}),
        ("sent:login", {"login": True}),
        ("sent!login", {"login": False}),
        ("sent!login", {"proxy": True}),
        ("sent:proxy,xclient", {"xclient": True, "proxy": False}),
        ("helo:full", {"helo": "h7.example.com"}),
        ("helo:literal", {"helo": "[192.0.2.7]"}),
        ("helo:odd", {"helo": "localhost"}),
        ("helo:local", {"helo": "localhost.localdomain"}),
        ("helo:odd", {"helo": "192.0.2.7"}),
        ("helo:bare", {"helo": "h7"}),
        ("helo:bare", {"helo": "h_7.example.com"}),
        ("sender:null", {"sender": ""}),
        ("sender!null", {"sender": "ann@example.com"}),
        ("recipient:host", {"recipient": "bob@Example.org", "host": "example.org"}),
        ("recipient:of-host", {"recipient": "bob@example.org", "host": "mx.example.org."}),
        ("recipient!of-host", {"recipient": "bob@example.org", "host": "mx.badexample.org"}),
        ("recipient:of-sender", {"recipient": "bob@example.org", "sender": "ann@example.org"}),
        ("recipient!of-sender", {"recipient": "bob@example.org", "sender": "ann@example.com"}),
        ("others-accepted:yes", {"others_accepted": True}),
        ("greeting:postfix", {"greeting": "mx.example.org ESMTP Postfix (Debian/GNU)"}),
        ("greeting:exchange", {"greeting": "mx.example.org Microsoft ESMTP MAIL Service ready"}),
        ("greeting:lmtp", {"greeting": "mx.example.org Cyrus LMTP Murder 3.6 server ready"}),
        ("greeting!lmtp", {"greeting": "mx.example.org ESMTP"}),
        ("masked:yes", {"greeting": "****************0**2**"}),
        ("masked:yes", {"keywords": frozenset(["SIZE", "XXXXXXXA"])}),
        ("masked:no", {"keywords": frozenset(["SIZE", "XCLIENT", "XFORWARD"])}),
        ("offers:AUTH", {"keywords": frozenset(["AUTH"])}),
        ("offers!STARTTLS", {"keywords": frozenset(["AUTH"])}),
        ("server:ipv6", {"server_address": "2001:db8::1%eth0"}),
        ("server:private", {"server_address": "10.1.2.3"}),
        ("server:public", {"server_address": "8.8.8.8"}),
        ("server:path", {"server_address": "/run/dovecot/lmtp"}),
        ("translated:yes", {"seen_as": "192.0.2.7", "client_address": "10.1.2.3"}),
        ("translated:no", {"seen_as": "10.1.2.3", "client_address": "10.1.2.3"}),
        ("issuer:public", {"issuer": "CN=R11,O=Let's Encrypt,C=US"}),
        ("issuer:private", {"issuer": "CN=Muffins Internal CA 3,O=Muffins"}),
        ("errno:ECONNREFUSED", {"errno": "ECONNREFUSED"}),
        ("took:instant", {"seconds": 0.1}),
        ("took:seconds", {"seconds": 3.1}),
        ("took:long", {"seconds": 30.0}),
        ("took:early", {"seconds": 0.01, "round_trip": 0.08}),
        ("took!early", {"seconds": 0.09, "round_trip": 0.08}),
        ("took!early", {"seconds": 0.0001, "round_trip": 0.0009}),
        ("unacknowledged:yes", {"unacknowledged": True}),
    ],
)
def test_what_a_condition_holds_for(condition: str, known: dict[str, object]) -> None:
    assert holds(condition, facts(**known))


@pytest.mark.parametrize("pretends", ["proxy", "xclient"])
def test_an_address_that_this_side_presents_is_not_translated(pretends: str) -> None:
    known = {"seen_as": "192.0.2.7", "client_address": "10.1.2.3", pretends: True}
    assert not holds("translated:yes", facts(**known))


def test_only_the_beginning_of_a_hostile_greeting_is_read() -> None:
    assert not holds("greeting:postfix", facts(greeting="a" * 500 + "Postfix"))
    assert holds("masked:no", facts(greeting="a" * 500 + "*****"))
