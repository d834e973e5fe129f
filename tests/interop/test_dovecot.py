# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues with Dovecot: LMTP, and its submission service."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.mailops.smtp.tests.interop import dovecot
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, sentence_of

pytestmark = pytest.mark.server.with_args(dovecot.start)

LOGIN = {"login_user": dovecot.USER, "login_password": dovecot.PASSWORD}
TO_ALICE = {"mail_from": "bob@example.org", "rcpt_to": ["alice@example.test"]}

ALL_MECHANISMS = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"]


@pytest.fixture
def lmtp_socket(server):
    """Return the options for LMTP on Dovecot's UNIX socket."""
    return {"protocol": "lmtp", "socket": str(server.folder / "lmtp.socket")}


def outcome(record):
    """Return what a user first looks at: where it failed, how, and with which code."""
    failure = record.failure
    return failure and (failure.stage, failure.kind, failure.code)


def mechanism_of(record):
    """Return the SASL mechanism that was used, None where none was."""
    commands = [exchange.command or "" for exchange in record.replies]
    used = [command.split()[1] for command in commands if command.startswith("AUTH ")]
    return used[0] if used else None


def final_replies(record):
    """Return the code of the reply that each recipient's copy of the message got."""
    return [
        (exchange.recipient, exchange.reply.code)
        for exchange in record.replies
        if exchange.stage == "message"
    ]


# LMTP


@pytest.mark.feature("LMTP, UNIX socket")
def test_lmtp_on_a_unix_socket_delivers_to_the_mailbox(hold, server, lmtp_socket):
    record = hold("lmtp", **lmtp_socket, **TO_ALICE, tls="never", message={"body": ".\nHello\n"})
    assert record.failure is None
    head, _blank, body = dovecot.delivered(server, "alice", record.message.token).partition("\n\n")
    assert "Return-Path: <bob@example.org>" in head
    assert "with LMTP" in head
    assert body == ".\nHello\n"
    assert result_of(record)["server"]["port"] is None


@pytest.mark.feature("LMTP, UNIX socket, STARTTLS")
def test_lmtp_on_a_unix_socket_takes_starttls(hold, lmtp_socket):
    record = hold("lmtp", **lmtp_socket, **TO_ALICE, tls="required", message={})
    assert record.failure is None
    assert record.tls.verified


@pytest.mark.feature("LMTP, TCP, one reply for each")
def test_lmtp_answers_once_for_each_recipient(hold, server):
    recipients = ["alice@example.test", "bob@example.test"]
    record = hold(
        "lmtp", protocol="lmtp", mail_from="carol@example.org", rcpt_to=recipients, message={}
    )
    assert record.failure is None
    assert final_replies(record) == [(recipient, 250) for recipient in recipients]
    for user in ("alice", "bob"):
        assert dovecot.delivered(server, user, record.message.token)


@pytest.mark.feature("LMTP, TCP, one mailbox full")
def test_lmtp_refuses_the_copy_for_a_full_mailbox(hold, server):
    recipients = ["alice@example.test", "full@example.test", "bob@example.test"]
    record = hold(
        "lmtp", protocol="lmtp", mail_from="carol@example.org", rcpt_to=recipients, message={}
    )
    assert outcome(record) == ("message", "permanent", 552)
    assert record.failure.enhanced_code == "5.2.2"
    assert record.failure.recipient == "full@example.test"
    assert "<full@example.test>" in sentence_of(record)
    assert final_replies(record) == list(zip(recipients, [250, 552, 250]))
    # The others have it, so something is changed although the dialogue has failed.
    assert record.changed
    assert dovecot.delivered(server, "bob", record.message.token)


@pytest.mark.feature("LMTP, TCP, one user unknown")
def test_lmtp_refuses_an_unknown_user_before_the_message(hold):
    recipients = ["alice@example.test", "nobody@example.test"]
    record = hold(
        "lmtp", protocol="lmtp", mail_from="carol@example.org", rcpt_to=recipients, message={}
    )
    assert outcome(record) == ("rcpt_to", "permanent", 550)
    assert record.failure.enhanced_code == "5.1.1"
    assert record.failure.recipient == "nobody@example.test"
    assert record.message is None


@pytest.mark.feature("LMTP, PIPELINING and CHUNKING")
def test_lmtp_in_one_chunk_after_a_pipelined_envelope(hold, server):
    recipients = ["alice@example.test", "bob@example.test"]
    record = hold(
        "lmtp",
        protocol="lmtp",
        tls="required",
        mail_from="carol@example.org",
        rcpt_to=recipients,
        pipelining=True,
        chunking=True,
        message={"size": 50_000},
    )
    assert record.failure is None
    assert "DATA" not in [exchange.command for exchange in record.replies]
    assert final_replies(record) == [(recipient, 250) for recipient in recipients]
    assert len(dovecot.delivered(server, "bob", record.message.token)) > 45_000


@pytest.mark.feature("LMTP, implicit TLS")
def test_lmtp_over_tls_from_the_first_byte(hold):
    record = hold("lmtps", protocol="lmtp", tls="implicit", **TO_ALICE, message={})
    assert record.failure is None
    assert record.tls.verified


@pytest.mark.feature("SMTP to an LMTP server")
def test_an_lmtp_server_knows_no_ehlo(hold):
    record = hold("lmtp", protocol="esmtp", **TO_ALICE)
    assert outcome(record) == ("helo", "permanent", 500)
    hellos = [exchange.command for exchange in record.replies if exchange.stage == "helo"]
    assert hellos == ["EHLO client.example.test", "HELO client.example.test"]


@pytest.mark.feature("LMTP to an SMTP server")
def test_an_smtp_server_knows_no_lhlo(hold):
    record = hold("submission", protocol="lmtp", tls="never", **TO_ALICE)
    assert outcome(record) == ("helo", "permanent", 500)


# TLS of the submission service


@pytest.mark.feature("submission, STARTTLS")
def test_submission_with_starttls(hold):
    record = hold("submission", tls="required", cert_min_days=1)
    assert record.failure is None
    assert record.tls.verified


@pytest.mark.feature("submissions, implicit TLS")
def test_submission_over_tls_from_the_first_byte(hold, server):
    record = hold("submissions", tls="implicit", **LOGIN, **TO_ALICE, message={})
    assert record.failure is None
    assert record.tls.verified
    assert "X-MailFrom: bob@example.org" in dovecot.relayed(server, record.message.token)


@pytest.mark.feature("STARTTLS on the implicit port")
def test_plain_text_to_the_port_of_implicit_tls_gets_no_greeting(hold):
    record = hold("submissions", tls="required", timeout=0.5)
    assert outcome(record) == ("greeting", "timeout", None)


@pytest.mark.feature("implicit TLS on the STARTTLS port")
def test_tls_to_the_port_of_starttls_is_no_handshake(hold):
    record = hold("submission", tls="implicit")
    assert outcome(record) == ("connect", "tls", None)


# AUTH


@pytest.mark.feature("AUTH")
@pytest.mark.parametrize("mechanism", ALL_MECHANISMS)
def test_auth(hold, mechanism):
    record = hold("submission", tls="required", auth_mechanism=mechanism, **LOGIN, **TO_ALICE)
    assert record.failure is None
    assert mechanism_of(record) == mechanism
    result = str(result_of(record))
    assert dovecot.PASSWORD not in result
    for sent in (dovecot.PASSWORD, f"\0{dovecot.USER}\0{dovecot.PASSWORD}"):
        assert base64.b64encode(sent.encode()).decode() not in result


@pytest.mark.feature("AUTH auto")
def test_auto_takes_the_strongest(hold):
    record = hold("submission", tls="required", **LOGIN)
    assert record.failure is None
    assert mechanism_of(record) == "SCRAM-SHA-256"


@pytest.mark.feature("AUTH, wrong password")
@pytest.mark.parametrize("mechanism", ALL_MECHANISMS)
def test_a_wrong_password_is_refused(hold, mechanism):
    wrong = {**LOGIN, "login_password": "incorrect horse"}
    record = hold("submission", tls="required", auth_mechanism=mechanism, **wrong, **TO_ALICE)
    assert outcome(record) == ("auth", "permanent", 535)
    assert record.failure.enhanced_code == "5.7.8"


@pytest.mark.feature("no AUTH")
def test_without_a_login_no_mail_is_taken(hold):
    record = hold("submission", tls="required", **TO_ALICE)
    assert outcome(record) == ("mail_from", "permanent", 530)


@pytest.mark.feature("AUTH PLAIN offered in the clear")
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_the_password_is_not_shown_though_the_server_would_take_it(hold, server, mechanism):
    # Dovecot takes a connection from its own address for a safe one.
    record = hold("submission", tls="never", auth_mechanism=mechanism, **LOGIN)
    assert record.capabilities.offers(f"AUTH {mechanism}")
    assert outcome(record) == ("auth", "unsupported", None)
    assert "allow_plaintext_auth" in record.failure.text
    assert mechanism_of(record) is None


@pytest.mark.feature("AUTH PLAIN in the clear, as allowed")
def test_the_password_goes_in_the_clear_only_where_that_is_allowed(hold):
    plain = {"tls": "never", "auth_mechanism": "PLAIN", "allow_plaintext_auth": True}
    record = hold("submission", **plain, **LOGIN)
    assert record.failure is None
    assert mechanism_of(record) == "PLAIN"


@pytest.mark.feature("AUTH auto in the clear")
def test_auto_in_the_clear_takes_what_does_not_show_the_password(hold):
    record = hold("submission", tls="never", source_address=dovecot.STRANGER, **LOGIN)
    assert record.failure is None
    assert mechanism_of(record) == "SCRAM-SHA-256"
    assert not record.capabilities.offers("AUTH PLAIN")


# What the submission service does with a message


@pytest.mark.feature("submission, PIPELINING and CHUNKING")
def test_a_submission_in_one_chunk_is_relayed(hold, server):
    record = hold(
        "submission",
        tls="required",
        **LOGIN,
        **TO_ALICE,
        pipelining=True,
        chunking=True,
        message={"subject": "Hello", "body": ".One dot.\n"},
    )
    assert record.failure is None
    commands = [exchange.command for exchange in record.replies]
    assert f"BDAT {len(record.message.data)} LAST" in commands
    message = dovecot.relayed(server, record.message.token)
    assert "X-RcptTo: alice@example.test" in message
    assert message.endswith("\n\n.One dot.\n")


@pytest.mark.feature("submission, refused by the relay")
def test_the_refusal_of_the_relay_behind_is_passed_on(hold):
    recipients = ["alice@example.test", f"carol@{dovecot.REFUSED_DOMAIN}"]
    record = hold(
        "submissions",
        tls="implicit",
        **LOGIN,
        mail_from="bob@example.org",
        rcpt_to=recipients,
        message={},
    )
    assert outcome(record) == ("rcpt_to", "permanent", 550)
    assert record.failure.recipient == recipients[1]
    assert record.message is None


@pytest.mark.feature("submission, SIZE")
def test_a_message_over_the_announced_size_is_not_begun(hold):
    too_large = {"size": dovecot.SIZE_LIMIT + 1}
    record = hold("submission", tls="required", **LOGIN, **TO_ALICE, message=too_large)
    assert record.capabilities["SIZE"] == [str(dovecot.SIZE_LIMIT)]
    assert outcome(record) == ("mail_from", "unsupported", None)
    declared = [f"SIZE={dovecot.SIZE_LIMIT + 1}"]
    record = hold("submission", tls="required", **LOGIN, **TO_ALICE, mail_parameters=declared)
    assert outcome(record) == ("mail_from", "permanent", 552)


@pytest.mark.feature("submission, SMTPUTF8")
def test_an_address_in_utf8_is_not_sent_where_it_would_not_be_understood(hold):
    sender = {"mail_from": "jörg@example.org"}
    record = hold("submission", tls="required", **LOGIN, **sender)
    if record.capabilities.offers("SMTPUTF8"):
        assert record.failure is None
    else:  # as in Dovecot 2.3
        assert outcome(record) == ("mail_from", "unsupported", None)
        assert "SMTPUTF8" in record.failure.text


# The PROXY protocol, and XCLIENT


def proxy(version, source="192.0.2.7"):
    """Make the option: a header for a client with this address."""
    return {
        "version": version,
        "source": source,
        "source_port": 4711,
        "destination": None,
        "destination_port": None,
    }


@pytest.mark.feature("submission, PROXY")
@pytest.mark.parametrize("version", [1, 2])
def test_the_client_is_whom_the_header_names(hold, server, version):
    client = f"192.0.2.10{version}"
    record = hold("balanced", source_address=dovecot.TRUSTED, proxy=proxy(version, client), **LOGIN)
    assert record.failure is None
    assert dovecot.logged(server, f"rip={client},")


@pytest.mark.feature("submission, PROXY from a stranger")
def test_a_header_from_a_stranger_is_the_end_of_the_connection(hold):
    record = hold("balanced", source_address=dovecot.STRANGER, proxy=proxy(1))
    assert outcome(record) == ("greeting", "disconnect", None)


@pytest.mark.feature("submission, PROXY expected, no header")
def test_without_the_header_dovecot_is_silent(hold):
    # It closes the connection after three seconds, without a word.
    record = hold("balanced", source_address=dovecot.TRUSTED, timeout=0.5)
    assert outcome(record) == ("greeting", "timeout", None)


@pytest.mark.feature("submission, XCLIENT")
def test_xclient_makes_another_client_of_us(hold, server):
    attributes = {"ADDR": "192.0.2.9", "PORT": "4712"}
    record = hold(
        "submission", tls="never", source_address=dovecot.TRUSTED, xclient=attributes, **LOGIN
    )
    assert record.failure is None
    assert dovecot.logged(server, "rip=192.0.2.9,")


@pytest.mark.feature("LMTP, XCLIENT")
def test_lmtp_takes_xclient(hold, server):
    record = hold(
        "lmtp",
        protocol="lmtp",
        tls="never",
        source_address=dovecot.TRUSTED,
        xclient={"ADDR": "192.0.2.10"},
        **TO_ALICE,
        message={},
    )
    assert record.failure is None
    assert "[192.0.2.10]" in dovecot.delivered(server, "alice", record.message.token)


@pytest.mark.feature("submission, XCLIENT by a stranger")
def test_xclient_is_not_offered_to_a_stranger(hold):
    record = hold("submission", tls="never", xclient={"ADDR": "192.0.2.9"})
    assert outcome(record) == ("xclient", "unsupported", None)
