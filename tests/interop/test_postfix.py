# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues with Postfix."""

from __future__ import annotations

import base64
import hashlib
import ssl

import pytest
from ansible_collections.mailops.smtp.tests.interop import postfix
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME
from ansible_collections.mailops.smtp.tests.unit.settle import result_of

pytestmark = pytest.mark.server.with_args(postfix.start)

LOGIN = {"login_user": postfix.USER, "login_password": postfix.PASSWORD}
TO_ALICE = {"mail_from": "bob@example.org", "rcpt_to": ["alice@example.test"]}
TO_ANOTHER_DOMAIN = {"mail_from": "bob@example.org", "rcpt_to": ["carol@example.net"]}

WITH_PASSWORD = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"]
WITH_TOKEN = ["XOAUTH2", "OAUTHBEARER"]

# What is wrong with a certificate, in OpenSSL's words.
FAULTS = {
    "expired": "certificate has expired",
    "wrong_name": "Hostname mismatch",
    "unknown_ca": "unable to get local issuer certificate",
    "without_intermediate": "unable to get local issuer certificate",
}


def outcome(record):
    """Return what a user first looks at: where it failed, how, and with which code."""
    failure = record.failure
    return failure and (failure.stage, failure.kind, failure.code)


def commands(record):
    """Return the commands of a dialogue, in their order."""
    return [exchange.command for exchange in record.replies]


def mechanism_of(record):
    """Return the SASL mechanism that was used, None where none was."""
    used = [command.split()[1] for command in commands(record) if (command or "")[:5] == "AUTH "]
    return used[0] if used else None


def as_delivered(record):
    """Return the message as it has to end up in a maildir, but for the headers on top."""
    return record.message.data.replace(b"\r\n", b"\n")


# A message


@pytest.mark.feature("TLS, AUTH, DATA, found byte for byte")
def test_a_message_comes_to_the_mailbox_unchanged(hold, server, tmp_path):
    # Dots, a line as long as can be, blanks at the end of lines, and text of no known charset.
    body = b".\n..two\n.three \t\n\n" + b"x" * 998 + b"\nFrom here\nGr\xfc\xdfe \xff\x80\n\n.\n\n"
    (tmp_path / "message.eml").write_bytes(b"Subject: Unchanged\n\n" + body)

    source = {"src": str(tmp_path / "message.eml")}
    record = hold("submission", tls="required", **LOGIN, **TO_ALICE, message=source)

    assert record.failure is None
    message = postfix.delivered(server, record.message.token)
    assert message.endswith(as_delivered(record))
    assert message.endswith(b"\nSubject: Unchanged\n\n" + body)
    head = message[: -len(as_delivered(record))].decode()
    assert head.startswith("Return-Path: <bob@example.org>\n")
    assert "Delivered-To: alice@example.test\n" in head
    queue_id = result_of(record)["message"]["queue_id"]
    assert f"by {SERVER_NAME} (Postfix) with ESMTPSA id {queue_id}\n" in head
    assert f"using {record.tls.version} with cipher {record.tls.cipher}" in head


@pytest.mark.feature("PIPELINING and CHUNKING")
def test_a_message_in_one_chunk_after_a_pipelined_envelope(hold, server):
    client = "127.0.0.70"
    record = hold(
        "smtp",
        source_address=client,
        **TO_ALICE,
        pipelining=True,
        chunking=True,
        message={"size": 70_000},
    )
    assert record.failure is None
    assert f"BDAT {len(record.message.data)} LAST" in commands(record)
    lines = [line.partition("] ")[2] for line in record.transcript.lines]
    sent_first = lines.index("C: RCPT TO:<alice@example.test>")
    assert sent_first < lines.index("S: 250 2.1.0 Ok")  # which is the reply to MAIL FROM
    assert postfix.delivered(server, record.message.token).endswith(as_delivered(record))
    said = "ehlo=2 starttls=1 mail=1 rcpt=1 bdat=1 quit=1"
    assert postfix.logged(server, f"disconnect from unknown[{client}] {said}")


@pytest.mark.feature("SMTPUTF8")
def test_addresses_in_utf8(hold, server):
    sender, recipient = "zoë@example.org", "jörg@example.test"
    text = {"subject": "Grüße", "body": "Grüße\n"}
    record = hold("smtp", mail_from=sender, rcpt_to=[recipient], message=text)
    assert record.failure is None
    message = postfix.delivered(server, record.message.token, "joerg")
    assert message.endswith(as_delivered(record))
    assert f"Return-Path: <{sender}>\n".encode() in message
    assert b"with UTF8SMTPS id" in message


@pytest.mark.feature("DSN")
def test_the_parameters_for_reports_are_understood(hold, server):
    # Alice is to be told, and told how the sender calls the transaction. RFC 3461 section 4 has
    # xtext there: +2B is a plus sign.
    record = hold(
        "smtp",
        mail_from="alice@example.test",
        rcpt_to=["jörg@example.test"],
        mail_parameters=["RET=HDRS", "ENVID=one+2Btwo"],
        rcpt_parameters=["NOTIFY=SUCCESS", "ORCPT=rfc822;joerg@example.net"],
        message={"body": "not to be returned\n"},
    )
    assert record.failure is None
    report = postfix.delivered(server, "Original-Envelope-Id: one+two").decode()
    assert "Action: delivered" in report
    assert "rfc822;joerg@example.net" in report
    assert record.message.token in report
    assert "not to be returned" not in report


# A server as it was before there were extensions


@pytest.mark.feature("no extensions")
def test_what_an_old_server_does_not_offer_is_done_without(hold, server):
    text = {"body": "Grüße\n"}
    record = hold("old", **TO_ALICE, pipelining=True, chunking=True, message=text)
    assert record.failure is None
    assert set(record.capabilities) == {"ENHANCEDSTATUSCODES"}
    assert record.tls is None
    assert "DATA" in commands(record)
    message = postfix.delivered(server, record.message.token)
    assert message.endswith(as_delivered(record))
    assert b"Gr=C3=BC=C3=9Fe\n" in message


@pytest.mark.feature("no extensions, but needed")
@pytest.mark.parametrize(
    ("needs", "extension"),
    [
        ({"mail_from": "zoë@example.org"}, "SMTPUTF8"),
        ({"mail_from": "bob@example.org", "mail_parameters": ["RET=HDRS"]}, "DSN"),
        ({"mail_from": "bob@example.org", "mail_parameters": ["BODY=8BITMIME"]}, "8BITMIME"),
    ],
)
def test_what_needs_an_extension_is_not_sent_to_an_old_server(hold, needs, extension):
    record = hold("old", **needs)
    assert outcome(record) == ("mail_from", "unsupported", None)
    assert extension in record.failure.text
    assert commands(record) == [None, "EHLO client.example.test", "QUIT"]


@pytest.mark.feature("SIZE, not announced")
def test_a_message_over_a_size_that_was_not_announced_is_refused_at_its_end(hold):
    record = hold("old", **TO_ALICE, message={"size": postfix.SIZE_LIMIT + 1})
    assert outcome(record) == ("message", "permanent", 552)
    assert record.failure.enhanced_code == "5.3.4"
    assert not record.changed


@pytest.mark.feature("SIZE, announced")
def test_a_message_over_the_announced_size_is_not_begun(hold):
    record = hold("smtp", **TO_ALICE, message={"size": postfix.SIZE_LIMIT + 1})
    assert record.capabilities["SIZE"] == [str(postfix.SIZE_LIMIT)]
    assert outcome(record) == ("mail_from", "unsupported", None)


@pytest.mark.feature("SIZE, declared")
def test_a_declared_size_over_the_limit_is_refused_at_mail_from(hold):
    record = hold("smtp", **TO_ALICE, mail_parameters=[f"SIZE={postfix.SIZE_LIMIT + 1}"])
    assert outcome(record) == ("mail_from", "permanent", 552)


# Refusals


@pytest.mark.feature("relay access denied")
def test_relaying_without_a_login_is_refused(hold):
    record = hold("smtp", **TO_ANOTHER_DOMAIN, message={})
    assert outcome(record) == ("rcpt_to", "permanent", 554)
    assert record.failure.enhanced_code == "5.7.1"
    assert record.failure.text.endswith("Relay access denied")
    assert record.message is None


@pytest.mark.feature("one recipient of two")
def test_one_unknown_user_ends_a_pipelined_transaction_before_the_message(hold):
    recipients = ["nobody@example.test", "alice@example.test"]
    record = hold(
        "smtp", mail_from="bob@example.org", rcpt_to=recipients, message={}, pipelining=True
    )
    assert outcome(record) == ("rcpt_to", "permanent", 550)
    assert record.failure.enhanced_code == "5.1.1"
    assert record.failure.recipient == "nobody@example.test"
    codes = [one.reply.code for one in record.replies if one.stage == "rcpt_to"]
    assert codes == [550, 250]
    assert record.message is None


@pytest.mark.feature("a client is refused, late")
def test_a_banned_client_is_refused_at_rcpt_to(hold):
    record = hold("smtp", source_address=postfix.BANNED, **TO_ALICE)
    assert outcome(record) == ("rcpt_to", "permanent", 554)
    assert "this network may not send here" in record.failure.text
    assert result_of(record)["client"]["seen_as"] == postfix.BANNED
    expected = {"rcpt_to": ["5.7.1"]}
    record = hold("smtp", source_address=postfix.BANNED, **TO_ALICE, expect=expected)
    assert record.failure is None


@pytest.mark.feature("a client is refused, at once")
def test_a_banned_client_is_refused_in_place_of_the_greeting(hold):
    record = hold("eager", source_address=postfix.BANNED, **TO_ALICE)
    assert outcome(record) == ("greeting", "permanent", 554)
    assert commands(record) == [None, "QUIT"]
    assert result_of(record)["client"]["seen_as"] == postfix.BANNED


@pytest.mark.feature("a client is deferred")
def test_a_greylisted_client_is_told_to_come_back(hold):
    record = hold("smtp", source_address=postfix.GREYLISTED, **TO_ALICE)
    assert outcome(record) == ("rcpt_to", "transient", 450)
    # Where 5.7.1 was expected, a deferral is still no refusal.
    expected = {"rcpt_to": ["5.7.1"]}
    record = hold("smtp", source_address=postfix.GREYLISTED, **TO_ALICE, expect=expected)
    assert outcome(record) == ("rcpt_to", "transient", 450)


@pytest.mark.feature("rate limit")
def test_too_many_connections_are_an_outage_and_no_refusal(hold):
    client = {"source_address": "127.0.0.71"}
    assert hold("limited", **client, **TO_ALICE).failure is None
    record = hold("limited", **client, **TO_ALICE, expect={"rcpt_to": ["5xx"]})
    assert outcome(record) == ("greeting", "transient", 421)
    assert record.failure.enhanced_code == "4.7.0"


# TLS


@pytest.mark.feature("STARTTLS")
def test_starttls(hold):
    record = hold("smtp", tls="required", cert_min_days=1, expect_capabilities=["STARTTLS"])
    assert record.failure is None
    assert record.tls.verified
    assert "STARTTLS" not in record.capabilities


@pytest.mark.feature("implicit TLS")
def test_implicit_tls(hold):
    record = hold("smtps", tls="implicit", cert_min_days=1)
    assert record.failure is None
    assert record.tls.verified
    assert all(exchange.tls for exchange in record.replies)


@pytest.mark.feature("implicit TLS, another name")
def test_implicit_tls_with_a_server_of_another_name_fails_at_connect(hold):
    record = hold("smtps", tls="implicit", tls_server_name="other.example.test")
    assert outcome(record) == ("connect", "tls", None)
    assert "Hostname mismatch" in record.failure.text


@pytest.mark.feature("STARTTLS on the implicit port")
def test_plain_text_to_the_port_of_implicit_tls_gets_no_greeting(hold):
    record = hold("smtps", tls="required", timeout=0.5)
    assert outcome(record) == ("greeting", "timeout", None)


@pytest.mark.feature("implicit TLS on the STARTTLS port")
def test_tls_to_the_port_of_starttls_is_no_handshake(hold):
    record = hold("smtp", tls="implicit")
    assert outcome(record) == ("connect", "tls", None)


@pytest.mark.feature("no TLS offered, required")
def test_without_starttls_there_is_no_dialogue_where_tls_is_required(hold):
    record = hold("plain", tls="required", **LOGIN, **TO_ALICE)
    assert outcome(record) == ("starttls", "unsupported", None)
    assert commands(record) == [None, "EHLO client.example.test", "QUIT"]


@pytest.mark.feature("no TLS offered, opportunistic")
def test_without_starttls_there_is_a_dialogue_where_tls_is_opportunistic(hold):
    record = hold("plain", tls="opportunistic", **TO_ALICE)
    assert record.failure is None
    assert record.tls is None


@pytest.mark.feature("a certificate too old soon")
@pytest.mark.parametrize("tls", ["required", "opportunistic"])
def test_a_certificate_that_is_not_good_for_long_enough(hold, tls):
    record = hold("smtp", tls=tls, cert_min_days=1_000_000)
    assert outcome(record) == ("starttls", "expectation", None)
    assert f"good for {record.tls.days_left} days" in record.failure.text
    assert record.tls.verified


@pytest.mark.feature("an intermediate certificate")
@pytest.mark.parametrize("tls", ["required", "opportunistic"])
def test_a_certificate_with_its_intermediate_is_trusted(hold, tls):
    record = hold("with_intermediate", tls=tls)
    assert record.failure is None
    assert record.tls.verified


@pytest.mark.feature("a bad certificate, judged")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_certificate_is_refused(hold, certificates, fault):
    record = hold(fault, tls="required", **LOGIN, **TO_ALICE)
    assert outcome(record) == ("starttls", "tls", None)
    assert FAULTS[fault] in record.failure.text
    assert record.tls.verified is False
    assert FAULTS[fault] in record.tls.verify_error
    assert record.tls.certificate.sha256 == sha256_of(getattr(certificates, fault))
    assert commands(record)[-1] == "STARTTLS"


@pytest.mark.feature("a bad certificate, reported")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_certificate_is_reported_in_full(hold, certificates, fault):
    record = hold(fault, tls="opportunistic", **TO_ALICE)
    assert record.failure is None
    assert record.tls.verified is False
    assert FAULTS[fault] in record.tls.verify_error
    certificate = result_of(record)["tls"]["certificate"]
    assert certificate["sha256"] == sha256_of(getattr(certificates, fault))
    assert certificate["names"] == [
        "other.example.test" if fault == "wrong_name" else SERVER_NAME,
    ]
    assert certificate["issuer"]
    assert certificate["not_before"] < certificate["not_after"]
    assert (certificate["days_left"] < 0) == (fault == "expired")


@pytest.mark.feature("a bad certificate, not judged")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_certificate_will_do_where_none_is_to_be_judged(hold, fault):
    record = hold(fault, tls="required", validate_certs=False, **TO_ALICE)
    assert record.failure is None
    assert record.tls.verified is False


@pytest.mark.feature("TLS 1.2")
def test_a_cipher_of_tls_1_2_is_chosen(hold):
    cipher = "ECDHE-ECDSA-AES128-GCM-SHA256"
    record = hold("tls12", tls="required", tls_ciphers=[cipher])
    assert record.failure is None
    assert (record.tls.version, record.tls.cipher) == ("TLSv1.2", cipher)


@pytest.mark.feature("TLS 1.2 where 1.3 is wanted")
def test_an_older_version_than_is_wanted_fails(hold):
    record = hold("tls12", tls="required", tls_min_version="TLSv1.3")
    assert outcome(record) == ("starttls", "tls", None)
    assert hold("smtp", tls="required", tls_min_version="TLSv1.3").failure is None


def shown_by_client(pem):
    """Make the options: a certificate to show to the server."""
    return {"client_cert": str(pem.chain), "client_key": str(pem.key)}


def sha256_of(pem):
    """Return the fingerprint of a server's own certificate."""
    first = pem.chain.read_text().partition("-----END CERTIFICATE-----")
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert("".join(first[:2]))).hexdigest()


@pytest.mark.feature("a client certificate")
def test_a_client_certificate_is_shown(hold, server, certificates):
    shown = shown_by_client(certificates.client)
    record = hold("client_cert", tls="required", **shown, **TO_ALICE, message={})
    assert record.failure is None
    assert b"(verified OK)" in postfix.delivered(server, record.message.token)


@pytest.mark.feature("a client certificate, unknown")
def test_a_client_certificate_of_an_unknown_authority_is_not_taken(hold, certificates):
    shown = shown_by_client(certificates.unknown_ca)
    record = hold("client_cert", tls="required", **shown, **TO_ALICE)
    assert outcome(record) == ("helo", "transient", 421)
    assert "Client certificate not trusted" in record.failure.text


@pytest.mark.feature("no client certificate")
def test_without_a_client_certificate_postfix_takes_its_leave(hold):
    record = hold("client_cert", tls="required", **TO_ALICE)
    assert outcome(record) == ("helo", "transient", 421)
    assert "No client certificate presented" in record.failure.text
    assert record.tls.verified


# AUTH: what a user says is judged by Dovecot


@pytest.mark.feature("AUTH")
@pytest.mark.parametrize("mechanism", WITH_PASSWORD)
def test_who_has_logged_in_may_relay(hold, server, mechanism):
    record = hold(
        "submission", tls="required", auth_mechanism=mechanism, **LOGIN, **TO_ANOTHER_DOMAIN
    )
    assert record.failure is None
    assert mechanism_of(record) == mechanism
    assert postfix.logged(server, f"sasl_method={mechanism}, sasl_username={postfix.USER}\n")
    result = str(result_of(record))
    for secret in (postfix.PASSWORD, f"\0{postfix.USER}\0{postfix.PASSWORD}"):
        assert secret not in result
        assert base64.b64encode(secret.encode()).decode() not in result


@pytest.mark.feature("AUTH")
@pytest.mark.parametrize("mechanism", WITH_TOKEN)
def test_who_has_a_token_may_relay(hold, server, mechanism):
    token = postfix.token(postfix.USER)
    login = {"login_user": postfix.USER, "login_password": token, "auth_mechanism": mechanism}
    record = hold("submission", tls="required", **login, **TO_ANOTHER_DOMAIN)
    assert record.failure is None
    assert mechanism_of(record) == mechanism
    assert postfix.logged(server, f"sasl_method={mechanism}, sasl_username={postfix.USER}\n")
    assert token not in str(result_of(record))


@pytest.mark.feature("AUTH auto")
def test_auto_takes_the_strongest(hold):
    record = hold("submission", tls="required", **LOGIN)
    assert record.failure is None
    assert mechanism_of(record) == "SCRAM-SHA-256"
    assert set(record.capabilities["AUTH"]) == {*WITH_PASSWORD, *WITH_TOKEN}


@pytest.mark.feature("AUTH, wrong password")
@pytest.mark.parametrize("mechanism", WITH_PASSWORD)
def test_a_wrong_password_is_refused(hold, mechanism):
    wrong = {**LOGIN, "login_password": "incorrect horse"}
    record = hold("submission", tls="required", auth_mechanism=mechanism, **wrong, **TO_ALICE)
    assert outcome(record) == ("auth", "permanent", 535)
    assert record.failure.enhanced_code == "5.7.8"
    assert [exchange.stage for exchange in record.replies][-2:] == ["auth", "quit"]


@pytest.mark.feature("AUTH, bad token")
@pytest.mark.parametrize("mechanism", WITH_TOKEN)
def test_a_token_that_another_has_signed_is_refused(hold, mechanism):
    token = postfix.token(postfix.USER, key=b"a key of somebody else's")
    login = {"login_user": postfix.USER, "login_password": token, "auth_mechanism": mechanism}
    record = hold("submission", tls="required", **login, **TO_ALICE)
    assert outcome(record) == ("auth", "permanent", 535)
    # The reason comes in a challenge, which is not shown; an event tells what is known of it.
    reason = {"XOAUTH2": "401", "OAUTHBEARER": "invalid_token"}[mechanism]
    assert any(f"the server's reason: {reason}" in line for line in record.transcript.lines)


@pytest.mark.feature("submission, no AUTH")
def test_without_a_login_submission_takes_no_mail(hold):
    record = hold("submission", tls="required", **TO_ALICE)
    assert outcome(record) == ("rcpt_to", "permanent", 554)
    assert record.failure.enhanced_code == "5.7.1"
    assert "Client host rejected: Access denied" in record.failure.text
    assert result_of(record)["client"]["seen_as"] == "127.0.0.1"


@pytest.mark.feature("submission, no TLS")
def test_without_tls_submission_takes_no_mail(hold):
    record = hold("submission", tls="never", **TO_ALICE)
    assert outcome(record) == ("mail_from", "permanent", 530)
    assert "Must issue a STARTTLS command first" in record.failure.text


@pytest.mark.feature("AUTH, no TLS")
def test_auth_is_not_offered_without_tls(hold):
    record = hold("submission", tls="never", allow_plaintext_auth=True, **LOGIN)
    assert outcome(record) == ("auth", "unsupported", None)
    assert "without TLS" in record.failure.text
    record = hold("submission", tls="never", forbid_capabilities=["AUTH"])
    assert record.failure is None


@pytest.mark.feature("AUTH offered in the clear")
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_the_password_is_not_shown_though_the_server_would_take_it(hold, mechanism):
    record = hold("auth_in_clear", tls="never", auth_mechanism=mechanism, **LOGIN)
    assert record.capabilities.offers(f"AUTH {mechanism}")
    assert outcome(record) == ("auth", "unsupported", None)
    assert "allow_plaintext_auth" in record.failure.text
    assert mechanism_of(record) is None


@pytest.mark.feature("AUTH in the clear, as allowed")
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_the_password_goes_in_the_clear_only_where_that_is_allowed(hold, mechanism):
    plain = {"tls": "never", "auth_mechanism": mechanism, "allow_plaintext_auth": True}
    record = hold("auth_in_clear", **plain, **LOGIN, **TO_ANOTHER_DOMAIN)
    assert record.failure is None
    assert mechanism_of(record) == mechanism


@pytest.mark.feature("AUTH auto in the clear")
def test_auto_in_the_clear_takes_what_does_not_show_the_password(hold):
    record = hold("auth_in_clear", tls="never", **LOGIN, **TO_ANOTHER_DOMAIN)
    assert record.failure is None
    assert mechanism_of(record) == "SCRAM-SHA-256"


@pytest.mark.feature("AUTH= of old")
def test_mechanisms_written_for_old_clients_are_read_once(hold):
    record = hold("legacy_auth", tls="never", **LOGIN, **TO_ANOTHER_DOMAIN)
    assert record.failure is None
    (hello,) = [exchange.reply for exchange in record.replies if exchange.stage == "helo"]
    assert [line[:5] for line in hello.lines if line.startswith("AUTH")] == ["AUTH ", "AUTH="]
    assert sorted(record.capabilities["AUTH"]) == sorted([*WITH_PASSWORD, *WITH_TOKEN])
    assert [keyword for keyword in record.capabilities if "AUTH" in keyword] == ["AUTH"]
    assert mechanism_of(record) == "SCRAM-SHA-256"


# Speaking for another client: the PROXY protocol, and XCLIENT


def proxy(version, source, destination=None):
    """Make the option: a header for a client with this address."""
    return {
        "version": version,
        "source": source,
        "source_port": 4711,
        "destination": destination,
        "destination_port": None,
    }


@pytest.mark.feature("PROXY")
@pytest.mark.parametrize("version", [1, 2])
def test_the_client_is_whom_the_header_names(hold, server, version):
    client = f"192.0.2.10{version}"
    record = hold("balanced", proxy=proxy(version, client), **TO_ALICE, message={})
    assert record.failure is None
    assert f"[{client}]".encode() in postfix.delivered(server, record.message.token)


@pytest.mark.feature("PROXY, IPv6")
@pytest.mark.parametrize("version", [1, 2])
def test_the_header_can_name_an_ipv6_client(hold, server, version):
    header = proxy(version, f"2001:db8::{version}", "2001:db8::25")
    record = hold("balanced", proxy=header, **TO_ALICE, message={})
    assert record.failure is None
    message = postfix.delivered(server, record.message.token)
    assert f"[IPv6:2001:db8::{version}]".encode() in message


@pytest.mark.feature("PROXY, a banned client")
@pytest.mark.parametrize("version", [1, 2])
def test_a_client_that_is_banned_is_so_behind_a_balancer_too(hold, version):
    record = hold("balanced", proxy=proxy(version, postfix.BANNED), **TO_ALICE)
    assert outcome(record) == ("rcpt_to", "permanent", 554)
    assert f"unknown[{postfix.BANNED}]" in record.failure.text


@pytest.mark.feature("PROXY expected, no header")
def test_without_the_header_postfix_takes_its_leave(hold):
    # After smtpd_upstream_proxy_timeout, which is five seconds where nobody has set it.
    record = hold("balanced", **TO_ALICE)
    assert outcome(record) == ("greeting", "transient", 421)
    assert record.failure.enhanced_code == "4.3.0"


@pytest.mark.feature("PROXY expected, no header, no patience")
def test_without_the_header_postfix_is_silent_at_first(hold):
    record = hold("balanced", **TO_ALICE, timeout=0.3)
    assert outcome(record) == ("greeting", "timeout", None)


@pytest.mark.feature("XCLIENT")
def test_xclient_makes_another_client_of_us(hold, server):
    attributes = {"ADDR": "192.0.2.9", "NAME": "app.example.net", "HELO": "app"}
    record = hold("xclient", tls="required", xclient=attributes, **TO_ALICE, message={})
    assert record.failure is None
    said = [command.split()[0] for command in commands(record)[1:6]]
    assert said == ["EHLO", "STARTTLS", "EHLO", "XCLIENT", "EHLO"]
    message = postfix.delivered(server, record.message.token)
    assert b"(app.example.net [192.0.2.9])" in message


@pytest.mark.feature("XCLIENT, a banned client")
def test_xclient_shows_how_a_banned_client_is_refused(hold):
    record = hold("xclient", xclient={"ADDR": postfix.BANNED}, **TO_ALICE)
    assert outcome(record) == ("rcpt_to", "permanent", 554)
    assert f"unknown[{postfix.BANNED}]" in record.failure.text
    assert result_of(record)["client"]["seen_as"] == postfix.BANNED


@pytest.mark.feature("XCLIENT, a client banned at once")
def test_a_banned_client_can_be_refused_as_soon_as_it_is_named(hold):
    record = hold("eager", xclient={"ADDR": postfix.BANNED}, **TO_ALICE)
    assert outcome(record) == ("xclient", "permanent", 554)
    expected = {"xclient": ["5.7.1"]}
    record = hold("eager", xclient={"ADDR": postfix.BANNED}, **TO_ALICE, expect=expected)
    assert record.failure is None


@pytest.mark.feature("XCLIENT, LOGIN")
def test_xclient_can_name_a_user_who_has_logged_in(hold):
    record = hold("xclient", xclient={"LOGIN": postfix.USER}, **TO_ANOTHER_DOMAIN)
    assert record.failure is None


@pytest.mark.feature("XCLIENT by a stranger")
def test_xclient_is_not_offered_to_a_stranger(hold):
    stranger = {"source_address": "127.0.0.72"}
    record = hold("xclient", **stranger, xclient={"ADDR": postfix.BANNED}, **TO_ALICE)
    assert outcome(record) == ("xclient", "unsupported", None)


# postscreen, which greets in two lines a second apart and listens in between. Each client is a new
# one, since postscreen remembers.


@pytest.mark.feature("postscreen, again after 450")
def test_a_client_that_passes_the_tests_is_let_in_when_it_comes_again(hold, server):
    client = {"source_address": "127.0.0.73"}
    record = hold("postscreen", **client, **TO_ALICE, message={})
    assert outcome(record) == ("rcpt_to", "transient", 450)
    assert record.failure.enhanced_code == "4.3.2"
    greeting = record.replies[0].reply
    assert len(greeting.lines) == 2
    assert greeting.seconds > 0.9
    assert not record.capabilities.offers("PIPELINING")
    assert postfix.logged(server, f"PASS NEW [{client['source_address']}]")

    record = hold("postscreen", **client, **TO_ALICE, message={})
    assert record.failure is None
    assert record.capabilities.offers("PIPELINING")
    assert postfix.delivered(server, record.message.token)


@pytest.mark.feature("postscreen, retries")
def test_a_retry_is_enough_to_be_let_in(hold, server):
    client = {"source_address": "127.0.0.74"}
    record = hold(
        "postscreen", tls="never", **client, **TO_ALICE, message={}, retries=1, retry_delay=0.0
    )
    assert record.failure is None
    assert record.attempts == 2
    assert postfix.delivered(server, record.message.token)


@pytest.mark.feature("postscreen, no mail")
def test_a_dialogue_without_recipients_sees_nothing_of_the_tests(hold):
    record = hold("postscreen", source_address="127.0.0.75", mail_from="bob@example.org")
    assert record.failure is None


@pytest.mark.feature("postscreen, a header too early")
def test_a_header_that_postscreen_does_not_expect_is_talking_too_early(hold, server):
    client = "127.0.0.76"
    record = hold("postscreen", source_address=client, proxy=proxy(1, "192.0.2.7"), **TO_ALICE)
    # The complaint about the header comes in the middle of the greeting, and takes its place.
    assert outcome(record) == ("greeting", "permanent", 502)
    assert "command not recognized" in record.failure.text
    assert "takes no PROXY header" in result_of(record)["failure"]["advice"][0]
    port = result_of(record)["client"]["port"]
    assert postfix.logged(server, f"from [{client}]:{port}: PROXY TCP4")  # a line of PREGREET


@pytest.mark.feature("postscreen, implicit TLS")
def test_tls_from_the_first_byte_is_talking_too_early(hold):
    record = hold("postscreen", source_address="127.0.0.77", tls="implicit", **TO_ALICE)
    assert outcome(record) == ("connect", "tls", None)


@pytest.mark.feature("postscreen, a banned client")
def test_a_client_on_the_list_is_sent_away_in_place_of_the_greeting(hold):
    record = hold("postscreen", source_address=postfix.BANNED, **TO_ALICE)
    assert outcome(record) == ("greeting", "permanent", 521)
    assert record.failure.enhanced_code == "5.3.2"
