# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues with Haraka."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.interop import haraka
from ansible_collections.mailops.smtp.tests.unit.settle import result_of

pytestmark = pytest.mark.server.with_args(haraka.start)

LOGIN = {"login_user": haraka.USER, "login_password": haraka.PASSWORD}
TO_ALICE = {"mail_from": "bob@example.org", "rcpt_to": ["alice@example.test"]}
TO_ANOTHER_DOMAIN = {"mail_from": haraka.USER, "rcpt_to": ["carol@example.net"]}


@pytest.fixture(scope="module", autouse=True)
def _able():
    """Skip all of this where the machine has not what Haraka needs."""
    lack = haraka.missing()
    if lack is not None:
        pytest.skip(lack)


def outcome(record):
    """Return what a user first looks at: where it failed, how, and with which code."""
    failure = record.failure
    return failure and (failure.stage, failure.kind, failure.code)


def message_in(server, record):
    """Return the message as Haraka has it under the queue id that it named."""
    return haraka.accepted(server, result_of(record)["message"]["queue_id"])


# A message


@pytest.mark.feature("DATA, found under its queue id")
def test_a_message_is_found_under_its_queue_id(hold, server):
    record = hold("smtp", **TO_ALICE, message={"body": "One.\n.\n..Two.\n"})
    assert record.failure is None
    head, _blank, body = message_in(server, record).replace("\r\n", "\n").partition("\n\n")
    assert record.message.token in head
    assert "envelope-from <bob@example.org>" in head
    assert body == "One.\n.\n..Two.\n"


@pytest.mark.feature("the address that it sees")
def test_the_server_says_which_address_it_sees(hold, server):
    client = result_of(hold("smtp"))["client"]
    assert (client["address"], client["seen_as"]) == ("127.0.0.1", "127.0.0.1")


@pytest.mark.feature("CHUNKING, not offered")
def test_without_chunking_the_message_goes_by_data(hold, server):
    record = hold("smtp", **TO_ALICE, chunking=True, message={})
    assert "CHUNKING" not in record.capabilities
    assert record.failure is None
    commands = [exchange.command for exchange in record.replies]
    assert "DATA" in commands
    assert record.message.token in message_in(server, record)


@pytest.mark.feature("PIPELINING")
def test_a_pipelined_envelope(hold, server):
    recipients = ["alice@example.test", "bob@example.test"]
    record = hold(
        "smtp", mail_from="carol@example.org", rcpt_to=recipients, pipelining=True, message={}
    )
    assert record.failure is None
    assert record.capabilities.offers("PIPELINING")
    assert record.message.token in message_in(server, record)


@pytest.mark.feature("SMTPUTF8")
def test_a_sender_in_utf8(hold, server):
    sender = "jörg@example.org"
    record = hold("smtp", mail_from=sender, rcpt_to=["alice@example.test"], message={})
    assert record.failure is None
    assert f"envelope-from <{sender}>" in message_in(server, record)


# Refusals


@pytest.mark.feature("relay denied")
def test_relaying_without_a_login_is_refused(hold):
    record = hold("smtp", **TO_ANOTHER_DOMAIN, message={})
    assert outcome(record) == ("rcpt_to", "permanent", 550)
    assert record.failure.recipient == "carol@example.net"
    assert record.message is None


@pytest.mark.feature("relay denied, as expected")
def test_that_relaying_is_refused_can_be_expected(hold):
    record = hold("smtp", **TO_ANOTHER_DOMAIN, expect={"rcpt_to": ["550"]})
    assert record.failure is None


@pytest.mark.feature("relay denied to one of two")
def test_one_refused_recipient_ends_a_pipelined_transaction_before_the_message(hold):
    recipients = ["alice@example.test", "carol@example.net"]
    record = hold(
        "smtp", mail_from="bob@example.org", rcpt_to=recipients, pipelining=True, message={}
    )
    assert outcome(record) == ("rcpt_to", "permanent", 550)
    codes = {one.recipient: one.reply.code for one in record.replies if one.stage == "rcpt_to"}
    assert codes == {"alice@example.test": 250, "carol@example.net": 550}
    assert record.message is None


@pytest.mark.feature("SIZE, announced")
def test_a_message_over_the_announced_size_is_not_begun(hold):
    record = hold("smtp", **TO_ALICE, message={"size": haraka.SIZE_LIMIT + 1})
    assert outcome(record) == ("mail_from", "unsupported", None)
    assert str(haraka.SIZE_LIMIT) in record.failure.text


@pytest.mark.feature("SIZE, declared")
def test_a_declared_size_over_the_limit_is_refused_at_mail_from(hold):
    record = hold("smtp", **TO_ALICE, mail_parameters=[f"SIZE={haraka.SIZE_LIMIT + 1}"])
    assert outcome(record) == ("mail_from", "permanent", 550)


# TLS


@pytest.mark.feature("STARTTLS")
def test_starttls(hold):
    record = hold("smtp", tls="required", cert_min_days=1)
    assert record.failure is None
    assert record.tls.verified
    assert "STARTTLS" not in record.capabilities


@pytest.mark.feature("implicit TLS")
def test_implicit_tls(hold, server):
    record = hold("implicit", tls="implicit", **TO_ALICE, message={})
    assert record.failure is None
    assert record.tls.verified
    assert "with ESMTPS" in message_in(server, record)


# AUTH


@pytest.mark.feature("AUTH")
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_who_has_logged_in_may_relay(hold, mechanism):
    record = hold("smtp", tls="required", auth_mechanism=mechanism, **LOGIN, **TO_ANOTHER_DOMAIN)
    assert record.failure is None


@pytest.mark.feature("AUTH auto")
def test_auto_takes_the_strongest(hold):
    record = hold("smtp", tls="required", **LOGIN)
    assert record.failure is None
    assert "AUTH CRAM-MD5 (not shown)" in [exchange.command for exchange in record.replies]


@pytest.mark.feature("AUTH, wrong password")
@pytest.mark.parametrize("mechanism", ["PLAIN", "CRAM-MD5"])
def test_a_wrong_password_is_refused(hold, mechanism):
    wrong = {**LOGIN, "login_password": "incorrect horse"}
    record = hold("smtp", tls="required", auth_mechanism=mechanism, **wrong, **TO_ALICE)
    assert outcome(record) == ("auth", "permanent", 535)
    assert record.failure.enhanced_code == "5.7.8"


@pytest.mark.feature("AUTH PLAIN offered in the clear")
def test_the_password_is_not_shown_though_the_server_would_take_it(hold):
    # Haraka asks for no TLS where the client's address is a private one.
    record = hold("smtp", tls="never", auth_mechanism="PLAIN", **LOGIN)
    assert record.capabilities.offers("AUTH PLAIN")
    assert outcome(record) == ("auth", "unsupported", None)
    assert "auth" not in [exchange.stage for exchange in record.replies]


@pytest.mark.feature("AUTH, then another sender")
def test_a_login_may_send_for_its_own_domain_only(hold):
    record = hold("smtp", tls="required", **LOGIN, **TO_ALICE)
    assert outcome(record) == ("mail_from", "permanent", 550)
    assert "example.org" in record.failure.text


# The PROXY protocol: Haraka knows version 1 only


def proxy(version, source="192.0.2.7", destination=None):
    """Make the option: a header for a client with this address."""
    return {
        "version": version,
        "source": source,
        "source_port": 4711,
        "destination": destination,
        "destination_port": None,
    }


@pytest.mark.feature("PROXY")
def test_the_client_is_whom_the_header_names(hold, server):
    record = hold("smtp", source_address=haraka.BALANCER, proxy=proxy(1), **TO_ALICE, message={})
    assert record.failure is None
    assert "[192.0.2.7]" in message_in(server, record)


@pytest.mark.feature("PROXY over IPv6")
def test_the_header_can_name_an_ipv6_client(hold, server):
    header = proxy(1, "2001:db8::7", "2001:db8::1")
    record = hold("smtp", source_address=haraka.BALANCER, proxy=header, **TO_ALICE, message={})
    assert record.failure is None
    assert "[2001:db8::7]" in message_in(server, record)


@pytest.mark.feature("PROXY before implicit TLS")
def test_the_header_comes_before_implicit_tls(hold, server):
    balancer = {"source_address": haraka.BALANCER, "proxy": proxy(1)}
    record = hold("implicit", tls="implicit", **balancer, **TO_ALICE, message={})
    assert record.failure is None
    assert record.tls.verified
    assert "[192.0.2.7]" in message_in(server, record)


@pytest.mark.feature("PROXY version 2, not known")
def test_a_header_of_version_2_is_no_header_for_haraka(hold):
    # It waits for one of version 1 until it gives up, after half a minute.
    record = hold("smtp", source_address=haraka.BALANCER, proxy=proxy(2), timeout=0.5)
    assert outcome(record) == ("greeting", "timeout", None)


@pytest.mark.feature("PROXY version 2 before implicit TLS, not known")
def test_a_header_of_version_2_is_no_beginning_of_tls(hold):
    balancer = {"source_address": haraka.BALANCER, "proxy": proxy(2)}
    record = hold("implicit", tls="implicit", **balancer)
    assert outcome(record) == ("connect", "tls", None)


@pytest.mark.feature("PROXY from a stranger")
def test_a_header_from_a_stranger_is_refused(hold):
    record = hold("smtp", proxy=proxy(1))
    assert outcome(record) == ("helo", "transient", 421)
    assert record.failure.text.startswith("PROXY not allowed")


@pytest.mark.feature("PROXY expected, no header")
def test_without_the_header_haraka_is_silent(hold):
    record = hold("smtp", source_address=haraka.BALANCER, timeout=0.5)
    assert outcome(record) == ("greeting", "timeout", None)
