# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The advice, story by story, and then the table that it comes from.

Texts of servers are as Postfix, Exim, Sendmail, Exchange, Gmail and Haraka say them.
"""

from __future__ import annotations

import itertools
import pathlib
import re

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.rules import (
    ANY,
    MOST,
    TABLE,
    advise,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES


def refused(stage, code, enhanced_code, text=""):
    """Advise on a reply that refuses."""
    kind = {4: "transient", 5: "permanent"}[code // 100]
    if enhanced_code:
        text = f"{enhanced_code} {text}"
    return advise(stage, kind, code, enhanced_code, text)


def broken(stage, kind, text=""):
    """Advise on a failure that no reply decided."""
    return advise(stage, kind, None, None, text)


def unexpected(stage, code=None, enhanced_code=None, text=""):
    """Advise on a good reply, or a good connection, where another was expected."""
    return advise(stage, "expectation", code, enhanced_code, text)


def first(advice):
    """Return the advice on the most likely cause."""
    return advice[0]


def place(advice, word):
    """Say where in the advice a word comes up first."""
    return next(number for number, piece in enumerate(advice) if word in piece)


class TestNoConnection:
    """The server was never reached."""

    def test_a_name_that_is_not_there_is_looked_up_again_on_this_host(self):
        advice = broken("connect", "resolve", "mail.muffins.com: Name or service not known")
        assert "getent ahosts" in first(advice)
        assert any("address_family" in piece for piece in advice)

    @pytest.mark.parametrize(
        "text",
        [
            "mail.muffins.com: Temporary failure in name resolution",
            "mail.muffins.com: Try again",
            "the resolver gave no answer for mail.muffins.com within 30 s",
        ],
    )
    def test_a_resolver_that_is_silent_is_not_a_name_that_is_not_there(self, text):
        assert "/etc/resolv.conf" in first(broken("connect", "resolve", text))

    def test_a_closed_port_sends_us_to_the_service_and_what_it_listens_on(self):
        advice = broken("connect", "connect", "192.0.2.1 port 25: Connection refused")
        assert "loopback" in first(advice)
        assert "inet_interfaces" in first(advice)
        assert any("587" in piece for piece in advice)
        assert any("reset" in piece for piece in advice)

    @pytest.mark.parametrize("text", ["No route to host", "Network is unreachable", "Host is down"])
    def test_a_missing_route_may_also_be_a_firewall_that_rejects(self, text):
        advice = broken("connect", "connect", "192.0.2.1 port 25: " + text)
        assert "ip route get" in first(advice)
        assert "firewall" in advice[1]
        assert any("address_family: ipv4" in piece for piece in advice)

    @pytest.mark.parametrize(
        "text", ["Permission denied", "Operation not permitted", "Invalid argument"]
    )
    def test_what_this_host_forbids_itself_is_found_on_this_host(self, text):
        assert "on this host" in first(broken("connect", "connect", "::1 port 25: " + text))

    def test_a_source_address_must_be_one_of_this_host(self):
        text = "192.0.2.1 port 25: Cannot assign requested address"
        assert "source_address" in first(broken("connect", "connect", text))

    def test_a_filtered_port_sends_us_to_the_firewall_and_then_to_the_way_back(self):
        advice = broken("connect", "timeout", "192.0.2.1 port 587: no answer")
        assert "firewall" in first(advice)
        assert "way back" in advice[1]
        assert not any("outgoing port 25" in piece for piece in advice)

    def test_a_filtered_port_25_may_be_the_provider(self):
        advice = broken("connect", "timeout", "192.0.2.1 port 25: no answer")
        assert "firewall" in first(advice)
        assert "outgoing port 25" in advice[1]

    def test_port_2525_is_not_port_25(self):
        advice = broken("connect", "timeout", "192.0.2.1 port 2525: no answer")
        assert not any("outgoing port 25" in piece for piece in advice)

    def test_a_handshake_that_fails_at_connect_has_advice_too(self):
        assert "STARTTLS" in first(broken("connect", "tls", "wrong version number"))


class TestSilenceAndHangUps:
    """The server was reached, and then said nothing, or closed."""

    def test_a_server_that_never_greets_may_speak_tls_or_wait_for_a_proxy_header(self):
        advice = broken("greeting", "timeout", "no answer within 30 s")
        assert "TLS handshake" in first(advice)
        assert "PROXY header" in advice[1]
        assert "postscreen_greet_wait" in advice[2]

    def test_a_server_silent_to_ehlo_may_be_looking_us_up(self):
        assert "DNS" in first(broken("helo", "timeout"))

    @pytest.mark.parametrize("stage", ["mail_from", "rcpt_to", "data"])
    def test_a_server_silent_to_the_envelope_is_asking_somebody_else(self, stage):
        for cause in ("callout", "DNS", "greylisting", "tarpit"):
            assert cause in first(broken(stage, "timeout", "no answer within 30 s"))

    def test_a_message_without_an_answer_could_be_delivered_twice(self):
        advice = broken("message", "timeout", "no answer within 30 s")
        assert "twice" in first(advice)
        assert "scanner" in advice[1]
        assert any("ping -M do" in piece for piece in advice)

    def test_a_listener_that_hangs_up_at_once_may_have_nobody_behind_it(self):
        advice = broken("greeting", "disconnect", "the server closed the connection")
        assert "load balancer" in first(advice)
        assert any("check_client_access" in piece for piece in advice)
        assert any("PROXY header" in piece for piece in advice)

    @pytest.mark.parametrize("stage", ["helo", "mail_from", "rcpt_to", "data"])
    def test_a_server_that_hangs_up_later_has_a_reason_in_its_log(self, stage):
        text = "the connection was lost: Connection reset by peer"
        advice = broken(stage, "disconnect", text)
        assert "log" in first(advice)
        assert "inspect esmtp" in advice[1]

    def test_a_hang_up_within_the_message_could_have_delivered_it(self):
        advice = broken("message", "disconnect", "the server closed the connection")
        assert "twice" in first(advice)
        assert "filter" in advice[1]
        assert any("message_size_limit" in piece for piece in advice)

    def test_patience_is_the_last_thing_to_try(self):
        assert "connect_timeout" in broken("connect", "timeout")[-1]
        assert "deadline" in broken("quit", "timeout")[-1]


class TestNotSmtp:
    """What came was no legal answer."""

    @pytest.mark.parametrize(
        "came",
        [
            "SSH-2.0-OpenSSH_9.2p1 Debian-2",
            "HTTP/1.1 400 Bad Request",
            "<html>",
            "* OK [CAPABILITY IMAP4rev1] Dovecot ready.",
            "+OK Dovecot ready.",
        ],
    )
    def test_another_service_on_the_port_is_called_what_it_is(self, came):
        advice = broken("greeting", "protocol", "not an SMTP reply: " + came)
        assert "no mail server" in first(advice)
        assert "587" in advice[1]

    @pytest.mark.parametrize("record", [r"\x15\x03\x01\x00\x02\x02F", r"\x16\x03\x03\x00z"])
    def test_a_tls_record_betrays_a_port_that_speaks_tls_from_the_first_byte(self, record):
        assert "465" in first(broken("greeting", "protocol", "not an SMTP reply: " + record))

    @pytest.mark.parametrize(
        "text",
        [
            "one reply with differing codes: 250 and 550",
            "the server sent more than one reply to one command",
        ],
    )
    def test_replies_that_do_not_fit_together_are_a_proxy_that_lost_count(self, text):
        assert "lost count" in first(broken("helo", "protocol", text))

    @pytest.mark.parametrize(
        "text",
        [
            "a reply line of more than 65536 bytes came",
            "a reply of more than 1000 lines or 1048576 bytes came",
        ],
    )
    def test_an_endless_reply_is_no_mail_server(self, text):
        assert "no mail server" in first(broken("helo", "protocol", text))

    def test_data_that_is_answered_with_250_was_not_sent(self):
        advice = advise("data", "protocol", 250, "2.0.0", "2.0.0 Ok")
        assert "354" in first(advice)
        assert "not sent" in first(advice)

    def test_a_3yz_where_there_is_none_is_looked_for_in_the_transcript(self):
        assert "transcript" in first(advise("rcpt_to", "protocol", 354, None, "go ahead"))


class TestTooManyConnections:
    """421, and what else the server says of a rate."""

    @pytest.mark.parametrize("stage", ["greeting", "helo", "mail_from", "rcpt_to", "message"])
    @pytest.mark.parametrize(
        ("enhanced_code", "text"),
        [
            ("4.7.0", "relay.muffins.com Error: too many connections from unknown[192.0.2.7]"),
            (None, "Too many concurrent SMTP connections; please try again later."),
            ("4.3.2", "The maximum number of concurrent connections has exceeded a limit"),
            ("4.4.2", "Message submission rate for this client has exceeded the limit"),
            (None, ""),
        ],
    )
    def test_421_is_a_fleet_behind_one_nat_before_it_is_anything_else(
        self, stage, enhanced_code, text
    ):
        advice = refused(stage, 421, enhanced_code, text)
        assert "one NAT" in first(advice)
        assert "anvil" in advice[1]
        assert "smtp_accept_max_per_host" in advice[1]

    def test_421_can_also_be_a_server_that_is_going_down(self):
        advice = refused("rcpt_to", 421, "4.3.0", "Mail system error")
        assert any("overloaded" in piece for piece in advice)

    def test_421_to_a_helo_of_localhost_is_how_googles_relay_says_no(self):
        text = "Try again later, closing connection. (EHLO) 5b1f17b1804b1-42 - gsmtp"
        advice = refused("helo", 421, "4.7.0", text)
        assert "smtp-relay.gmail.com" in first(advice)
        assert "`localhost`" in first(advice)

    def test_421_to_helo_names_the_helo_name_even_when_the_text_says_nothing(self):
        assert any("option `helo`" in piece for piece in refused("helo", 421, None))

    @pytest.mark.parametrize(
        ("enhanced_code", "text"),
        [
            (None, "PROXY timeout"),  # Haraka
            ("4.3.2", "No system resources"),  # postscreen
            ("4.3.0", "mail.muffins.com Server local error"),  # smtpd
        ],
    )
    def test_421_instead_of_a_greeting_may_want_a_proxy_header(self, enhanced_code, text):
        advice = refused("greeting", 421, enhanced_code, text)
        assert any("PROXY header" in piece for piece in advice)

    def test_a_postfix_that_waited_for_the_proxy_header_means_nothing_else(self):
        text = "mail.muffins.com Server local error"
        assert "PROXY header" in first(refused("greeting", 421, "4.3.0", text))

    def test_a_server_that_names_the_proxy_header_is_believed(self):
        assert "PROXY header" in first(refused("greeting", 421, None, "PROXY timeout"))

    def test_421_after_a_long_wait_is_about_time_and_not_about_rate(self):
        advice = refused("rcpt_to", 421, "4.4.2", "mail.muffins.com Error: timeout exceeded")
        assert "time" in first(advice)
        assert place(advice, "one NAT") > 0

    def test_a_server_that_counts_errors_wants_the_first_error_mended(self):
        advice = refused("rcpt_to", 421, "4.7.0", "mail.muffins.com Error: too many errors")
        assert "first refusal" in first(advice)

    @pytest.mark.parametrize("text", ["Error: too much mail from 192.0.2.7", "Server busy."])
    def test_a_rate_limit_under_another_code_is_one_too(self, text):
        assert "one NAT" in first(refused("mail_from", 450, "4.7.1", text))

    def test_a_flooded_mailbox_counts_too(self):
        assert "one NAT" in first(refused("rcpt_to", 450, "4.7.28"))


class TestTryAgainLater:
    """4yz."""

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (450, "4.2.0", "<bob@muffins.com>: Recipient address rejected: Greylisted"),
            (451, "4.7.1", "Greylisting in action, please come back later"),
            (451, None, "graylisted"),
            (450, "4.7.1", ""),
            (451, None, ""),
        ],
    )
    def test_greylisting_wants_a_second_try(self, code, enhanced_code, text):
        advice = refused("rcpt_to", code, enhanced_code, text)
        assert "greylist" in first(advice)
        assert "retry_delay" in first(advice)

    def test_postscreen_wants_a_second_try_at_once(self):
        advice = refused("rcpt_to", 450, "4.3.2", "Service currently unavailable")
        assert "postscreen" in first(advice)
        assert "greylist" in advice[1]

    def test_a_client_certificate_that_is_wanted_is_named(self):
        advice = refused("helo", 421, "4.7.1", "Error: No client certificate presented")
        assert "`client_cert`" in first(advice)

    def test_greylisting_at_an_unusual_stage_is_known_by_its_name(self):
        assert "greylist" in first(refused("data", 451, "4.7.1", "Greylisted, please come back"))

    def test_a_client_without_a_reverse_name_gets_450_from_postfix(self):
        text = "Client host rejected: cannot find your reverse hostname, [192.0.2.7]"
        assert "PTR" in first(refused("rcpt_to", 450, "4.7.1", text))
        assert "PTR" in first(refused("rcpt_to", 450, "4.7.25"))

    def test_450_may_be_reverse_dns_even_when_the_text_says_nothing(self):
        assert any("PTR" in piece for piece in refused("rcpt_to", 450, "4.7.1"))

    def test_a_sender_domain_not_found_is_either_not_there_or_not_to_be_looked_up(self):
        text = "<probe@h7.local>: Sender address rejected: Domain not found"
        advice = refused("rcpt_to", 450, "4.1.8", text)
        assert "dig MX DOMAIN" in first(advice)
        assert "look-ups" in advice[1]

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (451, "4.3.0", "<bob@muffins.com>: Temporary lookup failure"),
            (451, "4.3.5", "Server configuration error"),
            (450, "4.4.4", "Unable to look up mail exchanger host"),
        ],
    )
    def test_a_lookup_that_fails_is_the_servers_own(self, code, enhanced_code, text):
        advice = refused("rcpt_to", code, enhanced_code, text)
        assert "postmap -q" in first(advice)
        assert "health" in advice[1]

    def test_a_temporary_local_problem_may_be_a_lookup(self):
        advice = refused("rcpt_to", 451, None, "Temporary local problem - please try later")
        assert any("look-ups" in piece for piece in advice)

    def test_a_message_put_off_may_be_a_scanner_that_is_down(self):
        advice = refused("message", 451, "4.7.1", "Service unavailable - try again later")
        assert any("milter" in piece for piece in advice)

    def test_postfix_by_default_denies_relaying_with_454(self):
        advice = refused("rcpt_to", 454, "4.7.1", "<bob@muffins.com>: Relay access denied")
        assert "mynetworks" in first(advice)
        assert advice == refused("rcpt_to", 454, "4.7.1")

    def test_a_full_queue_disk_is_not_a_full_mailbox(self):
        advice = refused("mail_from", 452, "4.3.1", "Insufficient system storage")
        assert "queue_minfree" in first(advice)
        assert not any("mailbox" in piece for piece in advice)

    def test_a_full_mailbox_is_not_a_full_queue_disk(self):
        advice = refused("rcpt_to", 452, "4.2.2", "The email account is over quota.")
        assert "quota" in first(advice)
        assert not any("queue_minfree" in piece for piece in advice)

    def test_too_many_recipients_are_to_be_fewer(self):
        advice = refused("rcpt_to", 452, "4.5.3", "Error: too many recipients")
        assert "smtpd_recipient_limit" in first(advice)
        assert not any("one NAT" in piece for piece in advice)

    def test_452_to_rcpt_without_more_is_any_of_the_three(self):
        advice = refused("rcpt_to", 452, None)
        assert place(advice, "recipients_max") < place(advice, "queue_minfree")
        assert any("quota" in piece for piece in advice)

    def test_452_elsewhere_is_storage(self):
        assert "queue_minfree" in first(refused("mail_from", 452, None))

    def test_a_mailbox_that_is_switched_off_is_looked_at_where_it_is(self):
        assert "mailbox is enabled" in first(refused("rcpt_to", 450, "4.2.1"))

    def test_every_4yz_ends_with_another_try_or_the_servers_log(self):
        assert "Try again" in refused("message", 432, "4.9.9")[-1]


class TestThisHostIsNotTrusted:
    """The heart of it: my relay refuses my own host."""

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (554, "5.7.1", "<bob@example.net>: Relay access denied"),
            (550, "5.7.1", "<bob@example.net>... Relaying denied"),
            (550, "5.7.1", "Unable to relay"),
            (550, "5.7.54", "SMTP; Unable to relay recipient in non-accepted domain"),
            (550, None, "relay not permitted"),
            (550, "5.7.1", ""),
            (554, "5.7.1", ""),
            (550, None, ""),
            (554, None, ""),
        ],
    )
    def test_a_relay_that_denies_must_learn_of_this_host_or_this_user(
        self, code, enhanced_code, text
    ):
        advice = refused("rcpt_to", code, enhanced_code, text)
        for setting in ("mynetworks", "relay_from_hosts", "relay-domains", "receive connector"):
            assert setting in first(advice)
        assert "SMTP AUTH" in advice[1]
        assert "relay_domains" in advice[2]

    def test_qmail_says_it_with_553(self):
        text = "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"
        assert "mynetworks" in first(refused("rcpt_to", 553, None, text))

    def test_a_relay_in_a_host_name_is_not_a_relay_denied(self):
        text = "relay.muffins.com: Client host [192.0.2.7] blocked using zen.spamhaus.org"
        assert "relay_from_hosts" not in first(refused("rcpt_to", 554, "5.7.1", text))

    def test_tls_first_is_what_must_issue_a_starttls_command_means(self):
        text = "Must issue a STARTTLS command first"
        assert "Speak TLS" in first(refused("mail_from", 530, "5.7.0", text))
        assert "Speak TLS" in first(refused("mail_from", 530, "5.7.0"))
        assert "Speak TLS" in first(
            refused("rcpt_to", 450, "4.7.1", "Session encryption is required")
        )
        assert "Speak TLS" in first(refused("mail_from", 523, "5.7.10"))

    def test_exchange_online_wants_tls_under_a_code_of_the_wrong_class(self):
        # The enhanced code of a 451 cannot be 5.7.3, so there is none.
        text = "5.7.3 STARTTLS is required to send mail"
        assert "Speak TLS" in first(refused("mail_from", 451, None, text))

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (530, "5.7.0", "Authentication required"),
            (530, "5.7.1", "Client was not authenticated"),
            (553, "5.7.1", "<probe@muffins.com>: Sender address rejected: not logged in"),
            (503, None, "You must authenticate first"),
        ],
    )
    def test_who_must_log_in_is_told_so(self, code, enhanced_code, text):
        assert "SMTP AUTH" in first(refused("mail_from", code, enhanced_code, text))

    def test_530_without_more_is_tls_and_then_a_login(self):
        advice = refused("mail_from", 530, None)
        assert place(advice, "Speak TLS") < place(advice, "SMTP AUTH")

    def test_microsoft_365_wants_a_login_or_a_connector(self):
        text = "Client not authenticated to send mail. Error: 535 5.7.3"
        advice = refused("mail_from", 530, "5.7.57", text)
        assert "Microsoft 365" in first(advice)
        assert "connector" in first(advice)

    def test_microsoft_365_does_not_know_whose_host_this_is(self):
        advice = refused("rcpt_to", 550, "5.7.64", "TenantAttribution; Relay Access Denied SMTP")
        assert "inbound connector" in first(advice)
        assert "certificate" in first(advice)
        assert "accepted domain" in advice[1]

    def test_googles_relay_does_not_know_this_host(self):
        text = "Mail relay denied [192.0.2.7]. Invalid credentials for relay. d2e1a72fcca58 - gsmtp"
        advice = refused("mail_from", 550, "5.7.1", text)
        assert "smtp-relay.gmail.com" in first(advice)
        assert "mynetworks" in advice[1]

    def test_googles_customer_has_a_rule_of_his_own(self):
        text = "This message violates muffins.com email policy. - gcdp 8a3 - gsmtp"
        assert "customer's own policy" in first(refused("message", 550, "5.7.1", text))


class TestThisHostIsNotLiked:
    """Refused for its address, its name, or its look."""

    @pytest.mark.parametrize(
        "text",
        [
            "Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org",
            "Mail from 192.0.2.7 refused, see DNSBL",
            "Your IP is on our block list",
            "bad reputation",
        ],
    )
    @pytest.mark.parametrize("stage", ["greeting", "rcpt_to"])
    def test_a_blocklist_is_asked_about_the_public_address(self, stage, text):
        advice = refused(stage, 550, "5.7.1", text)
        assert "blocklists" in first(advice)
        assert "permit_mynetworks" in first(advice)

    def test_a_client_that_is_denied_is_denied_by_a_rule(self):
        text = "<h7.muffins.com[192.0.2.7]>: Client host rejected: Access denied"
        assert "check_client_access" in first(refused("rcpt_to", 554, "5.7.1", text))

    @pytest.mark.parametrize("code", [521, 550, 554])
    def test_a_greeting_that_refuses_is_about_this_host_or_about_the_whole_server(self, code):
        advice = refused("greeting", code, None, "No SMTP service here")
        assert "acl_smtp_connect" in first(advice)
        assert any("on purpose" in piece for piece in advice)

    @pytest.mark.parametrize(("stage", "code"), [("greeting", 521), ("rcpt_to", 550)])
    def test_a_postscreen_that_denies_for_good_says_so_with_5_3_2(self, stage, code):
        advice = refused(stage, code, "5.3.2", "Service currently unavailable")
        assert "postscreen_access_list" in first(advice)

    @pytest.mark.parametrize(
        ("enhanced_code", "text"),
        [
            ("5.7.25", ""),
            ("5.7.25", "The IP address sending this message does not have a PTR record"),
            ("5.7.1", "Fix reverse DNS for 192.0.2.7"),
            ("5.7.7", "no reverse DNS for 192.0.2.7"),
            (None, "inconsistent or no DNS PTR record for 192.0.2.7"),
        ],
    )
    def test_reverse_dns_must_lead_there_and_back(self, enhanced_code, text):
        advice = refused("rcpt_to", 550, enhanced_code, text)
        assert "PTR" in first(advice)
        assert "dig -x" in first(advice)

    def test_5_7_7_alone_is_not_reverse_dns(self):
        assert not any("PTR" in piece for piece in refused("message", 550, "5.7.7"))

    @pytest.mark.parametrize(
        ("stage", "code", "enhanced_code", "text"),
        [
            ("helo", 504, "5.5.2", ""),
            ("helo", 501, None, "Syntactically invalid EHLO argument(s)"),
            ("helo", 501, "5.5.4", ""),
            ("helo", 550, "5.7.1", ""),
            ("rcpt_to", 504, "5.5.2", "<h7>: Helo command rejected: need fully-qualified hostname"),
            ("rcpt_to", 501, "5.5.2", "<h_7>: Helo command rejected: Invalid name"),
            ("rcpt_to", 450, "4.7.1", "<h7.local>: Helo command rejected: Host not found"),
            ("rcpt_to", 504, None, ""),
        ],
    )
    def test_a_helo_name_is_to_be_a_full_one_even_when_rcpt_is_refused_for_it(
        self, stage, code, enhanced_code, text
    ):
        advice = refused(stage, code, enhanced_code, text)
        assert "option `helo`" in first(advice)
        assert "`localhost`" in first(advice)

    def test_an_address_that_is_not_a_full_one_is_not_the_helo_name(self):
        text = "<root>: Sender address rejected: need fully-qualified address"
        advice = refused("rcpt_to", 504, "5.5.2", text)
        assert "fully qualified domain" in first(advice)

    @pytest.mark.parametrize("code", [550, 554])
    @pytest.mark.parametrize(
        ("enhanced_code", "text"),
        [("5.5.1", "Protocol error"), (None, "SMTP synchronization error")],
    )
    def test_who_speaks_too_early_is_to_wait(self, code, enhanced_code, text):
        assert "too early" in first(refused("rcpt_to", code, enhanced_code, text))


class TestAddresses:
    """Refused for the sender or the recipient."""

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (550, "5.1.1", ""),
            (550, "5.1.1", "<nobody@muffins.com>: Recipient address rejected: User unknown"),
            (550, None, "Unrouteable address"),
            (550, None, "No such user here"),
            (550, "5.4.1", "Recipient address rejected: Access denied."),  # Microsoft 365
            (550, "5.1.10", "RESOLVER.ADR.RecipientNotFound; Recipient not found"),  # likewise
            (550, "5.1.0", ""),
            (450, "4.1.1", "Recipient address rejected: unverified address"),
        ],
    )
    def test_a_user_whom_nobody_knows_is_looked_for_in_the_servers_tables(
        self, code, enhanced_code, text
    ):
        advice = refused("rcpt_to", code, enhanced_code, text)
        assert "local_recipient_maps" in first(advice)
        assert "exim -bt" in first(advice)

    def test_550_to_rcpt_without_more_may_also_be_a_user_whom_nobody_knows(self):
        advice = refused("rcpt_to", 550, None)
        assert place(advice, "mynetworks") < place(advice, "local_recipient_maps")

    def test_an_unknown_user_of_our_own_is_no_matter_of_relaying(self):
        advice = refused("rcpt_to", 550, "5.1.1")
        assert not any("mynetworks" in piece for piece in advice)

    def test_a_recipient_domain_that_is_not_there(self):
        assert "recipient's domain" in first(refused("rcpt_to", 550, "5.1.2"))

    @pytest.mark.parametrize(
        ("code", "enhanced_code"), [(556, "5.1.10"), (556, None), (550, "5.7.27")]
    )
    def test_a_null_mx_takes_no_mail(self, code, enhanced_code):
        assert "null MX" in first(refused("rcpt_to", code, enhanced_code))

    @pytest.mark.parametrize("code", [550, 553])
    def test_a_sender_domain_must_be_one_that_the_server_finds(self, code):
        text = "Domain of sender address probe@h7.local does not exist"
        assert "dig MX DOMAIN" in first(refused("mail_from", code, "5.1.8", text))

    def test_a_sender_that_belongs_to_somebody_else(self):
        text = "<boss@muffins.com>: Sender address rejected: not owned by user probe"
        advice = refused("rcpt_to", 553, "5.7.1", text)
        assert "smtpd_sender_login_maps" in first(advice)
        assert "smtpd_sender_login_maps" in first(refused("rcpt_to", 553, "5.7.1"))
        assert "Send As" in first(refused("message", 550, "5.7.60", "cannot send as this sender"))

    def test_a_sender_that_is_refused_only_when_rcpt_comes(self):
        text = "<boss@muffins.com>: Sender address rejected: Access denied"
        assert "check_sender_access" in first(refused("rcpt_to", 554, "5.7.1", text))

    @pytest.mark.parametrize("code", [550, 553, 554])
    def test_a_sender_refused_without_more_is_a_matter_of_rights_first(self, code):
        advice = refused("mail_from", code, "5.7.1")
        assert "may send as this sender" in first(advice)
        assert any("SMTP AUTH" in piece for piece in advice)

    @pytest.mark.parametrize(
        ("code", "enhanced_code"), [(553, "5.1.3"), (501, "5.1.3"), (501, "5.1.7"), (501, None)]
    )
    def test_an_address_that_is_not_well_formed(self, code, enhanced_code):
        assert "one `@`" in first(refused("rcpt_to", code, enhanced_code))

    def test_553_without_more_is_the_address_and_then_relaying(self):
        advice = refused("rcpt_to", 553, None)
        assert place(advice, "one `@`") < place(advice, "mynetworks")

    def test_551_names_the_right_server_itself(self):
        advice = refused("rcpt_to", 551, "5.1.6")
        assert any("the reply names" in piece for piece in advice)
        assert "the reply names" in first(refused("rcpt_to", 551, None))

    def test_251_is_no_refusal(self):
        advice = unexpected("rcpt_to", 251, "2.1.5", "User not local; will forward")
        assert "251 accepts" in first(advice)

    def test_a_non_ascii_address_wants_smtputf8(self):
        assert "SMTPUTF8" in first(refused("rcpt_to", 553, "5.6.7"))


class TestSizeAndContent:
    """Refused for the message."""

    @pytest.mark.parametrize(
        ("stage", "code", "enhanced_code"),
        [
            ("mail_from", 552, "5.3.4"),
            ("message", 552, "5.3.4"),
            ("message", 552, "5.2.3"),
            ("mail_from", 552, None),
            ("message", 552, None),
        ],
    )
    def test_a_message_too_big_is_compared_with_the_limit(self, stage, code, enhanced_code):
        advice = refused(stage, code, enhanced_code, "Message size exceeds fixed limit")
        assert "message_size_limit" in first(advice)
        assert "MaxMessageSize" in first(advice)

    @pytest.mark.parametrize("stage", ["rcpt_to", "message"])
    def test_552_may_also_be_a_full_mailbox(self, stage):
        assert "quota" in first(refused(stage, 552, "5.2.2", "mailbox full"))

    def test_552_to_rcpt_without_more_is_the_mailbox_or_too_many_recipients(self):
        advice = refused("rcpt_to", 552, None)
        assert place(advice, "quota") < place(advice, "recipients_max")

    @pytest.mark.parametrize("code", [550, 554])
    @pytest.mark.parametrize("enhanced_code", ["5.7.1", None, "5.6.0"])
    def test_a_message_refused_as_a_whole_is_a_matter_for_the_filters_log(
        self, code, enhanced_code
    ):
        advice = refused("message", code, enhanced_code, "Spam message rejected")
        assert "content filter" in first(advice)

    def test_a_filter_may_also_refuse_before_it_has_seen_the_message(self):
        assert "acl_smtp_data" in first(refused("data", 550, None, "Administrative prohibition"))

    @pytest.mark.parametrize(
        ("enhanced_code", "text"), [("5.7.23", ""), ("5.7.24", ""), ("5.7.1", "SPF check failed")]
    )
    def test_spf_wants_the_address_in_the_record(self, enhanced_code, text):
        assert "SPF record" in first(refused("message", 550, enhanced_code, text))

    @pytest.mark.parametrize(
        ("enhanced_code", "text"),
        [
            ("5.7.26", "This mail has been blocked because the sender is unauthenticated."),
            ("5.7.26", ""),
            ("5.7.1", "rejected by DMARC policy for muffins.com"),
            ("5.7.20", ""),
        ],
    )
    def test_dmarc_wants_dkim_or_spf_in_line_with_the_from_header(self, enhanced_code, text):
        advice = refused("message", 550, enhanced_code, text)
        assert "DKIM" in first(advice)
        assert "_dmarc" in first(advice)


class TestCommands:
    """Refused for the command itself."""

    @pytest.mark.parametrize("code", [500, 502])
    def test_a_server_that_does_not_know_ehlo_may_know_helo(self, code):
        advice = refused("helo", code, "5.5.1", "command not recognized")
        assert "protocol: smtp" in first(advice)
        assert any("FTP" in piece for piece in advice)

    @pytest.mark.parametrize("code", [500, 502])
    def test_a_command_not_recognised_may_have_been_changed_on_the_way(self, code):
        advice = refused("rcpt_to", code, "5.5.2", "Error: command not recognized")
        assert any("inspect esmtp" in piece for piece in advice)

    def test_a_bad_sequence_began_with_the_reply_before(self):
        advice = refused("mail_from", 503, "5.5.1", "Error: send HELO/EHLO first")
        assert "reply before" in first(advice)

    @pytest.mark.parametrize("code", [503, 554])
    def test_data_without_a_recipient_began_with_rcpt(self, code):
        advice = refused("data", code, "5.5.1", "Error: no valid recipients")
        assert "replies to RCPT" in first(advice)

    def test_parameters_are_only_for_who_offers_them(self):
        assert "rcpt_parameters" in first(refused("rcpt_to", 555, "5.5.4"))
        assert any("mail_parameters" in piece for piece in refused("mail_from", 501, "5.5.4"))


class TestGoodRepliesThatWereNotWanted:
    """The server did well, and the user expected something else."""

    def test_a_path_that_should_be_closed_is_open(self):
        advice = unexpected("connect", text="connected to 192.0.2.1 port 25")
        assert "in force" in first(advice)
        assert "in force" in first(unexpected("connect"))

    def test_a_recipient_taken_that_should_be_refused_may_be_an_open_relay(self):
        advice = unexpected("rcpt_to", 250, "2.1.5", "Ok")
        assert "postfix reload" in first(advice)
        assert "open relay" in advice[1]

    def test_a_capability_that_is_missing_may_be_hidden_from_this_client(self):
        advice = unexpected("helo", text="the server does not offer STARTTLS, SIZE")
        assert "smtpd_discard_ehlo_keyword_address_maps" in first(advice)
        assert "firewall" in first(advice)

    def test_a_capability_that_is_forbidden_is_to_be_switched_off(self):
        text = "the server offers AUTH PLAIN, which is forbidden"
        assert "smtpd_tls_auth_only" in first(unexpected("helo", text=text))

    @pytest.mark.parametrize(
        ("stage", "cause"),
        [
            ("connect", "lost packets"),
            ("greeting", "reverse DNS"),
            ("helo", "reverse DNS"),
            ("rcpt_to", "callout"),
            ("message", "scanner"),
        ],
    )
    def test_a_dialogue_too_slow_is_slow_for_a_reason_of_its_slowest_stage(self, stage, cause):
        text = "the dialogue took 9.000 s, more than max_seconds 5; the slowest stage took 8.000 s"
        assert cause in first(unexpected(stage, text=text))

    def test_an_expectation_for_a_stage_never_reached(self):
        advice = unexpected("message", text="the dialogue ended before this stage")
        assert "stop_after" in first(advice)

    def test_a_server_that_is_right_wants_another_expectation(self):
        assert "correct the expectation" in unexpected("helo", 250, None, "mail.muffins.com")[-1]


class TestExtensionsNotOffered:
    """What was asked for cannot be done here."""

    def test_an_address_that_is_not_ascii_without_smtputf8(self):
        advice = broken("mail_from", "unsupported", "the server does not offer SMTPUTF8")
        assert "smtputf8_enable" in first(advice)

    @pytest.mark.parametrize("keyword", ["8BITMIME", "DSN", "SIZE"])
    def test_the_usual_extensions_are_switched_on_by_name(self, keyword):
        text = f"the server does not offer {keyword}"
        assert keyword.lower() in first(broken("rcpt_to", "unsupported", text)).lower()

    @pytest.mark.parametrize("text", ["the server does not offer DELIVERBY", ""])
    def test_after_helo_there_are_no_extensions(self, text):
        advice = broken("mail_from", "unsupported", text)
        assert any("protocol: esmtp" in piece for piece in advice)


class TestStarttls:
    """TLS was asked for, and there was no handshake."""

    def test_starttls_not_offered_is_not_switched_on_or_taken_out_on_the_way(self):
        advice = broken("starttls", "unsupported", "the server does not offer STARTTLS")
        assert "smtpd_tls_security_level" in first(advice)
        assert "tls_advertise_hosts" in first(advice)
        assert "250-XXXXXXXA" in advice[1]
        assert "port 587" in advice[1]
        assert "smtpd_discard_ehlo_keyword_address_maps" in advice[2]

    @pytest.mark.parametrize("missing", ["STARTTLS", "AUTH, STARTTLS", "STARTTLS: no certificate"])
    def test_starttls_that_is_expected_may_be_taken_out_on_the_way_too(self, missing):
        advice = unexpected("helo", text=f"the server does not offer {missing}")
        assert any("250-XXXXXXXA" in piece for piece in advice)

    @pytest.mark.parametrize(
        ("enhanced_code", "text"),
        [
            ("4.7.0", "TLS not available due to local problem"),  # Postfix
            ("4.3.0", "Try again later"),  # postscreen, without its tlsproxy
            (None, "TLS currently unavailable"),  # Exim
            ("4.3.3", "TLS not available"),  # Sendmail
        ],
    )
    def test_454_to_starttls_is_the_servers_own_key_or_certificate(self, enhanced_code, text):
        advice = refused("starttls", 454, enhanced_code, text)
        assert "key or certificate" in first(advice)
        assert not any("authentication service" in piece for piece in advice)

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (502, "5.5.1", "Error: command not implemented"),
            (503, None, "STARTTLS command used when not advertised"),
            (554, "5.7.0", "STARTTLS is required, and not now"),
        ],
    )
    def test_starttls_offered_and_refused_is_somebody_in_between(self, code, enhanced_code, text):
        advice = refused("starttls", code, enhanced_code, text)
        assert "offers STARTTLS and then refuses it" in first(advice)
        assert not any("Speak TLS" in piece for piece in advice)

    def test_plain_text_behind_the_reply_to_starttls_is_an_attack(self):
        text = "plain text was injected after the reply to STARTTLS"
        assert "CVE-2011-0411" in first(broken("starttls", "protocol", text))


def handshake(words, stage="starttls"):
    """Advise on a handshake that failed with these words of OpenSSL's."""
    return broken(stage, "tls", f"the TLS handshake failed: {words}")


class TestHandshake:
    """TLS was begun, and did not come about."""

    @pytest.mark.parametrize("words", ["wrong version number", "record layer failure"])
    def test_plain_text_on_the_way_in_is_a_port_for_starttls(self, words):
        advice = handshake(words, "connect")
        assert "`tls: required`" in first(advice)
        assert "port 465" in first(advice)
        # A Postfix that waits for a PROXY header says 421 to a handshake.
        assert "PROXY header" in advice[1]

    @pytest.mark.parametrize("words", ["wrong version number", "record layer failure"])
    def test_plain_text_after_starttls_is_not_a_wrong_port(self, words):
        advice = handshake(words)
        assert "went on in plain text" in first(advice)
        assert not any("`tls: implicit`" in piece for piece in advice)

    def test_plain_text_to_a_tls_port_is_met_by_silence(self):
        assert "465" in first(broken("greeting", "timeout", "no answer within 30 s"))

    def test_silence_to_a_handshake_is_no_firewall_that_drops_connections(self):
        advice = broken("connect", "timeout", "no answer to the TLS handshake")
        assert "from the first byte" in first(advice)
        assert "PROXY header" in advice[1]
        assert not any("nc -vz" in piece or "tcpdump" in piece for piece in advice)

    def test_silence_after_starttls_may_be_a_certificate_that_is_too_large_for_the_path(self):
        assert "ping -M do" in first(
            broken("starttls", "timeout", "no answer to the TLS handshake")
        )

    @pytest.mark.parametrize(
        "words",
        [
            "unexpected eof while reading",
            "EOF occurred in violation of protocol",
            "Connection reset by peer",
        ],
    )
    def test_a_server_that_hangs_up_in_the_handshake_has_its_reason_in_its_log(self, words):
        assert "log of this handshake" in first(handshake(words))
        at_connect = handshake(words, "connect")
        assert "from the first byte (465)" in first(at_connect)
        assert "log of this handshake" in at_connect[1]
        assert "PROXY header" in at_connect[2]

    @pytest.mark.parametrize(
        "words",
        ["tlsv1 alert protocol version", "unsupported protocol", "version too low"],
    )
    def test_a_version_that_one_side_does_not_take(self, words):
        advice = handshake(words)
        assert "`tls_min_version`" in first(advice)
        assert "@SECLEVEL=0" in advice[1]

    def test_the_signatures_of_old_tls_are_those_of_an_old_server(self):
        assert "no TLS 1.2" in first(handshake("legacy sigalg disallowed or unsupported"))

    def test_no_version_at_all_is_a_matter_of_this_host(self):
        assert "this host's OpenSSL" in first(handshake("no protocols available"))

    @pytest.mark.parametrize("says", ["sslv3", "ssl/tls"])  # OpenSSL 3.0; later
    def test_a_handshake_failure_is_ciphers_or_in_tls_1_2_a_certificate_of_ours(self, says):
        advice = handshake(f"{says} alert handshake failure")
        assert "`tls_ciphers`" in first(advice)
        assert "`client_cert`" in advice[1]
        assert "log of this handshake" in advice[2]

    def test_no_shared_cipher(self):
        assert "`tls_ciphers`" in first(handshake("tlsv1 alert insufficient security"))

    @pytest.mark.parametrize(
        "words",
        [
            "tlsv13 alert certificate required",
            "tlsv1 alert unknown ca",
            "ssl/tls alert bad certificate",
            "sslv3 alert unsupported certificate",
            "sslv3 alert certificate unknown",
            "tlsv1 alert access denied",
        ],
    )
    @pytest.mark.parametrize("stage", ["connect", "starttls", "greeting", "helo"])
    def test_an_alert_about_a_certificate_is_about_ours(self, stage, words):
        # With TLS 1.3 it comes only when the handshake is over for us.
        advice = broken(stage, "tls", f"the connection was lost: {words}")
        assert "`client_cert`" in first(advice)
        assert not any("`ca_path`" in piece for piece in advice)

    def test_an_expired_certificate_of_ours_is_not_the_servers(self):
        advice = broken("helo", "tls", "the connection was lost: sslv3 alert certificate expired")
        assert "Renew the certificate in `client_cert`" in first(advice)
        assert not any("server's certificate" in piece for piece in advice)

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ("dh key too small", "DH group"),
            ("unsafe legacy renegotiation disabled", "RFC 5746"),
            ("tlsv1 unrecognized name", "SNI"),
            ("tlsv1 alert internal error", "log of this handshake"),
        ],
    )
    def test_what_else_openssl_has_to_say(self, words, says):
        assert says in first(handshake(words))

    def test_words_that_nobody_knows_send_us_to_look_at_the_port(self):
        assert "what the port speaks" in first(handshake("bad extension"))

    def test_an_alert_that_nobody_knows_has_come_over_tls(self):
        advice = handshake("tlsv1 alert user cancelled")
        assert "log of this handshake" in first(advice)
        assert not any("what the port speaks" in piece for piece in advice)

    def test_a_connection_that_stands_still_has_no_advice_on_handshakes(self):
        advice = broken("connect", "timeout", "192.0.2.1 port 465: no answer within 10.0 s")
        assert "firewall" in first(advice)
        assert not any("first byte" in piece for piece in advice)


def untrusted(words):
    """Advise on a certificate of which OpenSSL says these words."""
    return broken("starttls", "tls", f"the certificate is not trusted: {words}")


class TestCertificate:
    """The server's certificate is not good, for a reason that OpenSSL gives."""

    def test_an_expired_one_may_also_be_another_of_its_chain(self):
        advice = untrusted("certificate has expired")
        assert "Renew" in first(advice)
        assert "intermediate or root" in advice[1]
        assert "clock" in advice[2]

    def test_one_that_is_not_yet_valid_is_a_matter_of_clocks(self):
        assert "clocks" in first(untrusted("certificate is not yet valid"))

    def test_one_that_will_expire_soon_is_renewed_before(self):
        text = "the certificate is good for 4 days, less than 14"
        advice = unexpected("starttls", text=text)
        assert "Renew" in first(advice)
        assert "certbot" in advice[1]

    def test_a_wrong_name(self):
        words = "Hostname mismatch, certificate is not valid for 'mx.example.com'."
        advice = untrusted(words)
        assert "`tls_server_name`" in first(advice)
        assert "SNI" in advice[1]
        assert advice == untrusted("hostname 'mx.example.com' doesn't match 'mail.example.net'")

    def test_an_address_is_asked_for_by_its_name(self):
        advice = untrusted("IP address mismatch, certificate is not valid for '192.0.2.1'.")
        assert "by name" in first(advice)
        assert "`names` in the result" in advice[1]

    def test_a_server_cannot_be_called_what_openssl_says(self):
        words = "Hostname mismatch, certificate is not valid for 'expired.self-signed.example'."
        assert untrusted(words) == untrusted(words.replace("expired.self-signed", "mx"))

    def test_a_server_that_sends_no_intermediate_ought_to(self):
        advice = untrusted(
            "unable to get local issuer certificate, and the server sent no intermediate"
            " certificate"
        )
        assert "`smtpd_tls_chain_files`" in first(advice)
        assert "`ca_path`" in advice[1]

    @pytest.mark.parametrize(
        "words",
        ["unable to get local issuer certificate", "unable to verify the first certificate"],
    )
    def test_where_it_sends_some_or_that_is_not_known_the_authority_comes_first(self, words):
        advice = untrusted(words)
        assert "`ca_path`" in first(advice)
        assert "`smtpd_tls_chain_files`" in advice[1]

    @pytest.mark.parametrize("hyphen", [" ", "-"])  # OpenSSL 1.1.1; 3
    def test_a_root_that_is_sent_does_not_have_to_be_trusted(self, hyphen):
        advice = untrusted(f"self{hyphen}signed certificate in certificate chain")
        assert "`ca_path`" in first(advice)
        assert "inspects TLS" in advice[1]
        assert not any("smtpd_tls_chain_files" in piece for piece in advice)

    @pytest.mark.parametrize("hyphen", [" ", "-"])
    def test_its_own_issuer_is_nobody_whom_this_host_trusts(self, hyphen):
        assert "its own issuer" in first(untrusted(f"self{hyphen}signed certificate"))

    def test_an_intermediate_alone_is_not_trusted(self):
        advice = untrusted("unable to get issuer certificate")
        assert "root authority in `ca_path`" in first(advice)

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ("certificate signature failure", "made anew"),
            ("EE certificate key too weak", "RSA of 2048 bits"),
            ("CA md too weak", "SHA-256"),
            ("unsuitable certificate purpose", "serverAuth"),
            ("unsupported certificate purpose", "serverAuth"),  # OpenSSL 1.1.1
            ("Missing Authority Key Identifier", "Python 3.13"),
            ("Basic Constraints of CA cert not marked critical", "Python 3.13"),
            ("invalid CA certificate", "chain"),
            ("permitted subtree violation", "constraints"),
        ],
    )
    def test_what_else_can_be_wrong_with_it(self, words, says):
        assert says in first(untrusted(words))

    def test_the_last_thing_is_to_look_with_openssl(self):
        assert "s_client" in untrusted("certificate has expired")[-1]
        assert "which one of the chain" in first(untrusted("application verification failure"))


def dane(words):
    """Advise on a certificate that TLSA records do not vouch for."""
    return broken("starttls", "tls", f"DANE: {words}")


NAME = "_25._tcp.mx.example.com"


class TestDane:
    """The DNS does not vouch for the server's certificate."""

    def test_no_record(self):
        assert "`3 1 1`" in first(dane(f"there is no TLSA record at {NAME}"))

    def test_records_that_nobody_vouches_for_are_a_resolver_or_a_zone(self):
        advice = dane(f"DNSSEC does not vouch for the TLSA records of {NAME}")
        assert "flag `ad`" in first(advice)
        assert "DS record" in advice[1]

    def test_mail_exchangers_that_nobody_vouches_for_are_another_zone(self):
        advice = dane("DNSSEC does not vouch for the MX records of example.com")
        assert "dig +dnssec MX" in first(advice)
        assert "zone of the mail domain" in advice[1]

    def test_signatures_that_are_wrong_are_a_servfail(self):
        words = "All nameservers failed to answer the query: answered SERVFAIL"
        advice = dane(f"the TLSA records of {NAME} cannot be looked up: {words}")
        assert "`+cd`" in first(advice)

    def test_a_resolver_that_is_silent_is_no_servfail(self):
        words = "The resolution lifetime expired after 5.001 seconds"
        advice = dane(f"the TLSA records of {NAME} cannot be looked up: {words}")
        assert "/etc/resolv.conf" in first(advice)

    def test_records_of_the_web(self):
        words = f"none of the 2 TLSA records of {NAME} is usable for mail (RFC 7672)"
        assert "usage 0 and 1" in first(dane(words))

    def test_a_certificate_renewed_before_its_record(self):
        advice = dane(f"the certificate matches none of the 1 TLSA records of {NAME}")
        assert "before the certificate is renewed" in first(advice)
        assert "openssl sha256" in advice[1]
        assert "usage 2" in advice[2]

    def test_an_authority_that_this_python_does_not_see(self):
        advice = dane(
            f"the certificate matches none of the 1 TLSA records of {NAME}"
            " (this Python does not show the intermediate certificates)"
        )
        assert "Python 3.8" in first(advice)

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ("certificate has expired", "Renew"),
            ("Hostname mismatch, certificate is not valid for 'mx'.", "`tls_server_name`"),
            ("unable to get local issuer certificate", None),
        ],
    )
    def test_an_authority_that_matches_wants_a_chain_a_name_and_dates(self, words, says):
        advice = dane(f"the certificate matches TLSA 2 0 1 8d02536c, but {words}")
        assert "usage 2 its dates" in first(advice)
        assert says is None or any(says in piece for piece in advice)
        assert not any("`ca_path`, where" in piece for piece in advice), "nobody asks it"

    def test_postfix_can_give_a_second_opinion(self):
        assert "posttls-finger" in dane(f"there is no TLSA record at {NAME}")[-1]

    def test_a_name_with_other_words_in_it(self):
        words = "there is no TLSA record at _25._tcp.expired.self-signed.example"
        assert dane(words) == dane(f"there is no TLSA record at {NAME}")


class TestLoginFirst:
    """The server wants TLS or a login before anything else."""

    @pytest.mark.parametrize("stage", ["helo", "mail_from", "rcpt_to"])
    @pytest.mark.parametrize(
        ("enhanced_code", "text", "says"),
        [
            ("5.7.0", "Must issue a STARTTLS command first", "Speak TLS"),
            ("5.7.0", "Must issue a STARTTLS command first. 5b1f17b1804b1-42 - gsmtp", "Speak TLS"),
            ("5.7.0", "Authentication Required. 5b1f17b1804b1-42 - gsmtp", "SMTP AUTH"),
            ("5.5.1", "Authentication Required", "SMTP AUTH"),
            ("5.7.1", "Client was not authenticated", "SMTP AUTH"),
            (None, "", "Speak TLS"),
        ],
    )
    def test_530_is_what_its_text_says_and_else_tls(self, stage, enhanced_code, text, says):
        advice = refused(stage, 530, enhanced_code, text)
        assert says in first(advice)
        assert not any("smtp-relay.gmail.com" in piece for piece in advice)

    def test_an_exchange_that_takes_no_anonymous_mail_can_be_told_to(self):
        advice = refused("mail_from", 530, "5.7.1", "Client was not authenticated")
        assert "AnonymousUsers" in advice[1]
        text = "Client was not authenticated to send anonymous mail during MAIL FROM"
        assert "AnonymousUsers" in refused("mail_from", 530, "5.7.57", text)[1]


class TestLogin:
    """The login itself was refused."""

    @pytest.mark.parametrize(
        ("enhanced_code", "text"),
        [
            ("5.7.8", "Error: authentication failed: UGFzc3dvcmQ6"),  # Postfix
            (None, "Incorrect authentication data"),  # Exim
            ("5.7.8", "Authentication failed."),  # Dovecot, Haraka
            ("5.7.3", "Authentication unsuccessful"),  # Exchange
            ("5.7.0", "authentication failed"),  # Sendmail
            (None, "Authentication Credentials Invalid"),  # Amazon SES
            ("5.7.8", ""),
        ],
    )
    def test_535_is_the_user_or_the_password(self, enhanced_code, text):
        advice = refused("auth", 535, enhanced_code, text)
        assert "user and password" in first(advice)
        assert not any("Speak TLS" in piece or "SMTP AUTH)" in piece for piece in advice)

    def test_535_may_be_a_mechanism_for_which_the_server_has_no_password(self):
        assert "another hash" in refused("auth", 535, "5.7.8", "Error: authentication failed")[1]

    def test_exchange_wants_its_user_names(self):
        assert "BasicAuth" in refused("auth", 535, "5.7.3", "Authentication unsuccessful")[1]

    @pytest.mark.parametrize(
        "text",
        [
            "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
            "Authentication unsuccessful, basic authentication is disabled.",
            "Authentication unsuccessful, user is locked by your organization's security defaults",
            "",
        ],
    )
    def test_5_7_139_is_a_login_by_smtp_that_microsoft_365_does_not_allow(self, text):
        advice = refused("auth", 535, "5.7.139", text)
        assert "SmtpClientAuthenticationDisabled" in first(advice)
        assert "XOAUTH2" in advice[1]

    def test_5_7_30_is_a_password_where_microsoft_365_wants_a_token(self):
        text = "Basic authentication is not supported for Client Submission."
        assert "XOAUTH2" in first(refused("auth", 550, "5.7.30", text))

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (535, "5.7.8", "Username and Password not accepted. - gsmtp"),
            (534, "5.7.9", "Application-specific password required. - gsmtp"),
            (534, "5.7.14", "Please log in via your web browser and then try again."),
        ],
    )
    def test_google_wants_an_app_password_or_a_token(self, code, enhanced_code, text):
        assert "app password" in first(refused("auth", code, enhanced_code, text))

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (454, "4.7.0", "Too many login attempts, please try again later. - gsmtp"),
            (450, "4.7.1", "Error: too many AUTH commands from unknown[192.0.2.7]"),
            (535, "5.7.0", "(#AUTH005) Too many bad auth attempts."),
        ],
    )
    def test_too_many_logins_lock_everybody_out(self, code, enhanced_code, text):
        assert "one wrong password" in first(refused("auth", code, enhanced_code, text))

    def test_a_hang_up_in_the_login_may_be_a_lock_too(self):
        advice = broken("auth", "disconnect", "the server closed the connection")
        assert "one wrong password" in first(advice)
        assert "Dovecot's auth socket" in advice[1]

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (538, "5.7.11", "Encryption required for requested authentication mechanism"),
            (538, None, ""),
            (504, "5.5.4", "Encryption required for requested authentication mechanism"),  # Postfix
            (523, "5.7.10", "Plaintext authentication disallowed on non-secure connections."),
            (530, "5.7.0", "Must issue a STARTTLS command first"),
            (530, None, ""),
        ],
    )
    def test_a_login_that_is_not_taken_in_the_clear_is_made_over_tls(
        self, code, enhanced_code, text
    ):
        assert "Log in over TLS" in first(refused("auth", code, enhanced_code, text))

    def test_534_is_a_mechanism_that_is_too_weak(self):
        assert "stronger `auth_mechanism`" in first(refused("auth", 534, "5.7.9", "too weak"))

    @pytest.mark.parametrize("text", ["A password transition is needed", ""])
    def test_432_wants_the_password_once_in_plain(self, text):
        advice = refused("auth", 432, "4.7.12", text)
        assert "once with `auth_mechanism: PLAIN`" in first(advice)

    def test_525_is_an_account_that_is_switched_off(self):
        assert "account enabled" in first(refused("auth", 525, "5.7.13"))
        assert "account enabled" in first(refused("auth", 525, None))
        assert "account enabled" in first(refused("auth", 535, "5.7.13"))

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (454, "4.7.0", "Temporary authentication failure: Connection lost to authentication"),
            (435, None, "Unable to authenticate at present"),  # Exim
            (451, "4.3.0", "Temporary lookup error"),
        ],
    )
    def test_a_login_that_cannot_be_judged_now_is_the_authentication_service(
        self, code, enhanced_code, text
    ):
        assert "Dovecot's auth socket" in first(refused("auth", code, enhanced_code, text))
        assert "Dovecot's auth socket" in first(broken("auth", "timeout", "no answer within 30 s"))

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (503, "5.5.1", "Error: authentication not enabled"),  # Postfix
            (503, None, "AUTH command used when not advertised"),  # Exim
            (502, "5.5.1", "Error: command not implemented"),
            (500, None, "unrecognized command"),
        ],
    )
    def test_auth_that_is_not_known_is_switched_on(self, code, enhanced_code, text):
        assert "smtpd_sasl_auth_enable" in first(refused("auth", code, enhanced_code, text))

    def test_504_is_a_mechanism_that_is_not_known(self):
        text = "CRAM-MD5 authentication mechanism not supported"
        assert "`auth_mechanism`" in first(refused("auth", 504, None, text))
        advice = refused("auth", 504, "5.7.4", "Unrecognized authentication type")
        assert "BasicAuth" in advice[1]

    def test_501_is_a_response_that_was_not_understood(self):
        assert "another `auth_mechanism`" in first(refused("auth", 501, None, "Invalid base64"))

    def test_a_response_may_be_too_long(self):
        assert "12,288" in first(refused("auth", 500, "5.5.6", "SASL response limit exceeded"))


class TestLoginNotPossible:
    """This side ended the login, or did not begin it."""

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("without TLS, AUTH PLAIN would send the secret in the clear", "Log in over TLS"),
            ("the server does not offer AUTH, at least not without TLS", "Log in over TLS"),
            ("the server does not offer AUTH", "smtpd_sasl_auth_enable"),
            ("the server does not offer AUTH SCRAM-SHA-256, but PLAIN", "Choose an"),
            ("the server offers AUTH XOAUTH2, and `auto` takes SCRAM-SHA-256, PLAIN", "token"),
            ("this host lacks the hash function of CRAM-MD5 (is it in FIPS mode?)", "PLAIN"),
            ("the server asks for 1000 iterations of SCRAM; from 4096 are accepted", "PLAIN"),
            ("login_password: SCRAM cannot send it: it has a control character", "PLAIN"),
        ],
    )
    def test_no_mechanism_will_do(self, text, says):
        assert says in first(broken("auth", "unsupported", text))

    def test_without_tls_the_server_may_have_no_auth_at_all(self):
        text = "the server does not offer AUTH, at least not without TLS"
        assert "smtpd_sasl_auth_enable" in broken("auth", "unsupported", text)[1]

    @pytest.mark.parametrize(
        "text",
        [
            "the server's SCRAM signature is wrong: it may be an impostor",
            "the server accepted the login without its SCRAM signature: it may be an impostor",
            "the server's SCRAM nonce does not continue that of the client",
        ],
    )
    def test_a_server_that_cannot_sign_may_be_an_impostor(self, text):
        advice = broken("auth", "protocol", text)
        assert "impostor" in first(advice)
        assert "certificate" in first(advice)
        assert not any("another `auth_mechanism`" in piece for piece in advice), (
            "it might get PLAIN"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "not base64: hello",
            "the server accepted the login before it asked for the user",
            "the server asks for more than PLAIN has to say",
        ],
    )
    def test_a_server_that_does_not_know_its_mechanism_may_know_another(self, text):
        assert "another `auth_mechanism`" in first(broken("auth", "protocol", text))


class TestProxyHeader:
    """A PROXY header was sent where none is taken."""

    @pytest.mark.parametrize(
        "text",
        [
            "one reply with differing codes: 220 and 502",  # postscreen, in its greeting
            "the server sent more than one reply to one command",
        ],
    )
    @pytest.mark.parametrize("stage", ["greeting", "helo"])
    def test_a_header_taken_for_a_command_has_a_reply_of_its_own(self, stage, text):
        assert "Leave `proxy` out" in broken(stage, "protocol", text)[1]

    def test_a_header_is_an_early_word_to_exim(self):
        advice = refused("greeting", 554, None, "SMTP synchronization error")
        assert "Leave `proxy` out" in advice[1]

    def test_a_header_from_a_host_that_haraka_does_not_know(self):
        advice = refused("helo", 421, None, "PROXY not allowed from 192.0.2.7")
        assert "haproxy_hosts" in first(advice)


# What the first advice says of these causes.
LISTED = "DNS blocklists"
RATE = "one NAT"

LINE = re.compile(
    r"(?P<name>\S+): (?P<stage>\w+) (?P<code>\d{3}) (?:(?P<enhanced>\d\.\d+\.\d+) )?(?P<text>.*)"
    " => (?P<says>.*)"
)


def provider_texts():
    """Read the texts of providers, and what is to be said of them."""
    path = pathlib.Path(__file__).with_name("provider_texts.txt")
    for line in path.read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            said = LINE.fullmatch(line)
            assert said is not None, line
            yield said


PROVIDERS = list(provider_texts())


class TestProviders:
    """What large providers say, and what is to be done about it."""

    @pytest.mark.parametrize("said", [pytest.param(said, id=said["name"]) for said in PROVIDERS])
    def test_the_first_advice_is_on_the_true_cause(self, said):
        code = int(said["code"])
        advice = refused(said["stage"], code, said["enhanced"], said["text"])
        assert said["says"] in first(advice)

    @pytest.mark.parametrize("said", [pytest.param(said, id=said["name"]) for said in PROVIDERS])
    def test_a_page_with_more_of_it_changes_nothing(self, said):
        code = int(said["code"])
        text = said["text"] + " For more, go to https://support.example.com/answer?p=1 or contact"
        assert said["says"] in first(refused(said["stage"], code, said["enhanced"], text))

    def test_a_provider_that_names_a_page_is_written_to(self):
        text = "Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.7"
        assert "provider's postmaster" in refused("mail_from", 554, None, text)[1]

    def test_a_banned_address_is_taken_off_microsofts_list(self):
        text = "Access denied, banned sending IP [192.0.2.7]"
        for enhanced_code in ("5.7.511", "5.7.606", "5.7.625", "5.7.649"):
            assert "sender.office.com" in refused("rcpt_to", 550, enhanced_code, text)[1]

    def test_a_rate_limit_for_reputation_is_about_the_address_too(self):
        text = "has been temporarily rate limited due to IP reputation."
        assert LISTED in refused("mail_from", 451, "4.7.651", text)[1]

    def test_a_list_that_refused_the_query_is_never_taken_for_one_that_lists(self):
        text = "Client host [192.0.2.7] blocked using zen.spamhaus.org; Error: open resolver"
        advice = refused("rcpt_to", 554, "5.7.1", text)
        assert "listed nobody" in first(advice)
        assert "127.255.255.x" in advice[1]
        assert place(advice, LISTED) > 1

    @pytest.mark.parametrize("kind", ["transient", "permanent"])
    def test_every_code_of_microsofts_family_has_advice_of_its_own(self, kind):
        digit = {"transient": 4, "permanent": 5}[kind]
        for detail in range(500, 1000):
            silent = refused("rcpt_to", digit * 100 + 50, f"{digit}.7.{detail}")
            assert silent != refused("rcpt_to", digit * 100 + 50, f"{digit}.8.{detail}"), detail


class TestCodesThatNobodyKnows:
    """An enhanced code that no row knows says as much as its subject, and the text is asked."""

    @pytest.mark.parametrize("enhanced_code", ["5.7.999", "5.7.107", "5.4.999", "5.9.1", "5.2.99"])
    def test_the_text_is_asked(self, enhanced_code):
        text = "your host [192.0.2.7] is blacklisted"
        assert LISTED in first(refused("rcpt_to", 550, enhanced_code, text))

    @pytest.mark.parametrize("subject", ["2", "3", "4", "6", "7"])
    def test_so_it_is_of_what_is_other_or_undefined(self, subject):
        text = "Too many connections from your host"
        assert RATE in first(refused("mail_from", 450, f"4.{subject}.0", text))

    def test_without_a_text_it_counts_as_its_subject(self):
        unknown, undefined = refused("rcpt_to", 550, "5.1.99"), refused("rcpt_to", 550, "5.1.0")
        assert unknown == undefined
        assert "local_recipient_maps" in first(unknown)

    def test_a_code_that_a_row_knows_is_still_believed_before_the_text(self):
        text = "User unknown; blocked using zen.spamhaus.org, too many connections"
        assert refused("rcpt_to", 550, "5.1.1", text) == refused("rcpt_to", 550, "5.1.1")


class TestWhatThisHostLacks:
    """The dialogue ended on this host, before the server could say a thing."""

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("192.0.2.1 port 25: Network is unreachable", "ip route get"),
            ("2001:db8::1 port 25: Network is unreachable", "address_family: ipv4"),
            ("fe80::1%eth9 port 25: Cannot assign requested address", "address_family: ipv4"),
            ("::1 port 25: Address family not supported by protocol", "address_family: ipv4"),
            ("192.0.2.1 port 25: Cannot assign requested address", "`source_address`"),
            ("source_address: 192.0.2.9 is not an address of this host", "`source_address`"),
            ("192.0.2.1 port 25: Operation not permitted", "forbids it on this host"),
            ("192.0.2.1 port 25: Too many open files", "`ulimit -n`"),
            ("this host cannot go on: can't start new thread", "`pids.max`"),
            ("this host cannot go on: Cannot allocate memory", "`pids.max`"),
            ("mx: needs the library dnspython on this host, for /usr/bin/python3", "dnspython"),
            ("this host cannot go on: No module named 'encodings.idna'", "library"),
            ("tls: Python has no ssl module on this host", "import ssl"),
            ("this host cannot prepare TLS: unknown error", "import ssl"),
            ("client_key: /k.pem: the key has a passphrase, and there is nobody", "without a pass"),
            ("ca_path: /etc/ca.pem is not a file on this host", "Put the file"),
            ("message.src: cannot read /m on this host: No such file or directory", "Put the file"),
            ("/run/dovecot/lmtp: No such file or directory", "no socket is there"),
            ("this host cannot look up mx.example.com: ", "resolver"),
            ("something new", "this host's own"),
            ("", "this host's own"),
        ],
    )
    def test_what_to_do_about_it_on_this_host(self, text, says):
        assert says in first(broken("connect", "local", text))

    def test_an_ipv6_address_that_cannot_be_reached_may_lack_a_route_alone(self):
        text = "2001:db8::1 port 25: Network is unreachable"
        assert "ip route get" in broken("connect", "local", text)[1]

    def test_where_ipv4_fails_too_it_is_no_matter_of_ipv6(self):
        text = "192.0.2.1 port 25: Network is unreachable; ::1 port 25: Network is unreachable"
        assert "ip route get" in first(broken("connect", "local", text))

    @pytest.mark.parametrize("text", ["", "192.0.2.1 port 25: Network is unreachable"])
    def test_it_says_nothing_about_the_server(self, text):
        assert "nothing about the server" in broken("connect", "local", text)[-1]

    def test_an_exception_that_nobody_foresaw_is_reported(self):
        advice = broken("helo", "internal", "unexpected KeyError: 'x'")
        assert "maintainers" in first(advice)
        assert "transcript" in first(advice)


class TestHostileTexts:
    """A server can say what it likes."""

    def test_nothing_that_the_server_says_is_repeated(self):
        canary = "zqxj-7f3a"
        for kind, hint in itertools.product(KINDS, EXAMPLES):
            advice = advise("rcpt_to", kind, 550, "5.7.1", f"{canary} {hint} {canary}")
            assert not any(canary in piece for piece in advice)

    def test_a_text_can_add_to_what_the_codes_say_and_not_replace_it(self):
        for enhanced_code in ("5.1.1", "5.7.25", "5.7.26", "5.7.64", "5.3.4", "5.2.2"):
            silent = refused("rcpt_to", 550, enhanced_code)
            for hint in EXAMPLES:
                assert refused("rcpt_to", 550, enhanced_code, hint) == silent

    def test_braces_and_percent_signs_are_only_characters(self):
        assert advise("rcpt_to", "permanent", 550, "5.1.1", "{0} %s {{ lookup('x') }}") == refused(
            "rcpt_to", 550, "5.1.1"
        )

    @pytest.mark.parametrize(
        "unit", ["relay", "tls ", "a", "authentication ", "listed ", "bl", "\\x15", "too many "]
    )
    def test_a_very_long_text_is_not_searched_to_its_end(self, unit):
        advice = refused("rcpt_to", 550, "5.7.1", unit * 250000)
        assert advice == refused("rcpt_to", 550, "5.7.1", unit * 100)

    def test_a_hint_at_the_end_of_a_very_long_text_is_not_looked_for(self):
        advice = refused("rcpt_to", 550, "5.7.1", "x" * 100000 + " blocked using zen.spamhaus.org")
        assert advice == refused("rcpt_to", 550, "5.7.1")


# For each text that a row of the table asks for, one that has it.
EXAMPLES = (
    "mail.muffins.com: Temporary failure in name resolution",
    "192.0.2.1 port 25: Connection refused",
    "192.0.2.1 port 25: No route to host",
    "192.0.2.1 port 25: Permission denied",
    "192.0.2.1 port 25: Cannot assign requested address",
    "192.0.2.1 port 25: no answer",
    r"not an SMTP reply: \x15\x03\x01",
    "not an SMTP reply: SSH-2.0-OpenSSH_9.2",
    "one reply with differing codes: 250 and 550",
    "a reply line of more than 65536 bytes came",
    "connected to 192.0.2.1 port 25",
    "the dialogue took 9.000 s, more than max_seconds 5",
    "the server does not offer STARTTLS",
    "the certificate is not trusted: certificate has expired",
    "the certificate is not trusted: certificate is not yet valid",
    "the certificate is not trusted: IP address mismatch",
    "the certificate is not trusted: unable to get local issuer certificate",
    "unable to get local issuer certificate, and the server sent no intermediate certificate",
    "the certificate is not trusted: self-signed certificate",
    "the certificate is not trusted: EE certificate key too weak",
    "Error: No client certificate presented",
    "the connection was lost: tlsv13 alert certificate required",
    "the connection was lost: sslv3 alert certificate expired",
    "the certificate is not trusted: self-signed certificate in certificate chain",
    "the certificate is not trusted: unable to get issuer certificate",
    "the certificate is not trusted: certificate signature failure",
    "the certificate is not trusted: unsuitable certificate purpose",
    "the certificate is not trusted: Missing Authority Key Identifier",
    "the certificate is not trusted: invalid CA certificate",
    "the certificate is not trusted: Hostname mismatch, certificate is not valid for 'mx'.",
    "the certificate is good for 4 days, less than 14",
    "no answer to the TLS handshake",
    "the TLS handshake failed: unexpected eof while reading",
    "the TLS handshake failed: no protocols available",
    "the TLS handshake failed: tlsv1 alert protocol version",
    "the TLS handshake failed: sslv3 alert handshake failure",
    "the TLS handshake failed: dh key too small",
    "the TLS handshake failed: unsafe legacy renegotiation disabled",
    "the TLS handshake failed: tlsv1 unrecognized name",
    "the TLS handshake failed: tlsv1 alert internal error",
    "the TLS handshake failed: bad extension",
    "the server does not offer AUTH",
    "the server does not offer AUTH SCRAM-SHA-256, but PLAIN",
    "the server offers AUTH XOAUTH2, and `auto` takes SCRAM-SHA-256, PLAIN",
    "this host lacks the hash function of CRAM-MD5 (is it in FIPS mode?)",
    "the server's SCRAM signature is wrong: it may be an impostor",
    "Username and Password not accepted. - gsmtp",
    "Encryption required for requested authentication mechanism",
    "PROXY not allowed from 192.0.2.7",
    "DANE: there is no TLSA record at _25._tcp.mx.example.com",
    "DANE: DNSSEC does not vouch for the MX records of example.com",
    "DANE: DNSSEC does not vouch for the TLSA records of _25._tcp.mx.example.com",
    "DANE: the TLSA records of _25._tcp.mx.example.com cannot be looked up: SERVFAIL",
    "DANE: none of the 1 TLSA records of _25._tcp.mx.example.com is usable for mail",
    "DANE: the certificate matches none of the 1 TLSA records of _25._tcp.mx.example.com",
    "DANE: the certificate matches none of (this Python does not show the intermediate",
    "DANE: the certificate matches TLSA 2 0 1 8d02536c, but certificate has expired",
    "DANE: the TLSA records of _25._tcp.mx cannot be looked up: the resolution lifetime expired",
    "the TLS handshake failed: record layer failure",
    "the TLS handshake failed: wrong version number",
    "the TLS handshake failed: no shared cipher",
    "plain text was injected after the reply to STARTTLS",
    "without TLS, AUTH PLAIN would send the secret in the clear",
    "the server offers AUTH, which is forbidden",
    "the dialogue ended before this stage",
    "the server does not offer SMTPUTF8",
    "the server does not offer DSN",
    "Must issue a STARTTLS command first",
    "Authentication required",
    "This message violates muffins.com email policy. - gcdp 8a3",
    "Try again later, closing connection. (EHLO) 5b1 - gsmtp",
    "Relay access denied",
    "blocked using zen.spamhaus.org",
    "cannot find your reverse hostname",
    "Helo command rejected: need fully-qualified hostname",
    "SPF check failed",
    "rejected by DMARC policy",
    "Sender address rejected: not owned by user",
    "Client host rejected: Access denied",
    "User unknown in virtual mailbox table",
    "SMTP synchronization error",
    "PROXY timeout",
    "Error: too many errors",
    "Error: timeout exceeded",
    "Error: too many connections",
    "Greylisted",
    "2001:db8::1 port 25: Network is unreachable",
    "192.0.2.1 port 25: Too many open files",
    "this host cannot go on: can't start new thread",
    "mx: needs the library dnspython on this host, for /usr/bin/python3",
    "tls: Python has no ssl module on this host",
    "client_key: /k.pem: the key has a passphrase, and there is nobody to ask for it",
    "ca_path: /etc/ca.pem is not a file on this host",
    "/run/dovecot/lmtp: No such file or directory",
    "this host cannot look up mx.example.com: can't start",
    *(said["text"] for said in PROVIDERS),
)

GOOD_CODES = (220, 250, 251, 252, 354)
TRANSIENT_CODES = (421, 432, 450, 451, 452, 454, 455)
PERMANENT_CODES = (500, 501, 502, 503, 504, 521, 523, 530, 535, 541, *range(550, 557), 571)
CODES = (None, *GOOD_CODES, *TRANSIENT_CODES, *PERMANENT_CODES)


class TestTable:
    """What holds for every failure, and for every row."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_failure_gets_advice_without_repetition_and_not_too_much_of_it(self, kind):
        details = (None, "0.0", "1.1", "7.1", "9.999")
        for stage, code, detail in itertools.product(STAGES, CODES, details):
            enhanced_code = f"{code // 100}.{detail}" if code and detail else None
            for text in ("", "Relay access denied, too many connections, SPF, helo"):
                advice = advise(stage, kind, code, enhanced_code, text)
                assert 1 <= len(advice) <= MOST
                assert len(set(advice)) == len(advice)
                assert all(advice)
                assert advice != [ANY]

    def test_a_kind_that_nobody_knows_gets_advice_too(self):
        assert advise("starttls", "something new", None, None, "") == [ANY]

    def test_a_stage_that_nobody_knows_is_advised_on_by_its_codes(self):
        assert "server's log" in advise("xclient", "permanent", 550, None, "")[-1]

    @pytest.mark.parametrize(
        ("enhanced_code", "matter"),
        [
            ("5.1.99", "addresses of the envelope"),
            ("5.3.3", "server's health"),
            ("5.4.99", "next hop"),
            ("5.5.99", "refused command"),
            ("5.6.99", "content filter"),
        ],
    )
    def test_a_code_that_nobody_knows_is_advised_on_by_its_subject(self, enhanced_code, matter):
        assert matter in first(refused("quit", 541, enhanced_code))

    def test_the_answer_is_a_list_of_the_callers_own(self):
        advise("rcpt_to", "permanent", 550, "5.1.1", "").clear()
        assert advise("rcpt_to", "permanent", 550, "5.1.1", "")

    def test_every_piece_is_a_sentence_or_two_in_plain_characters(self):
        for piece in {piece for row in TABLE for piece in row.then} | {ANY}:
            assert re.match(r"[A-Z][ -~]*\.$", piece), piece
            assert 40 <= len(piece) <= 300, f"is a comma missing between two pieces? {piece}"
            assert "  " not in piece, piece
            assert piece.count("`") % 2 == 0, piece

    def test_every_row_is_written_in_words_that_exist(self):
        for row in TABLE:
            assert isinstance(row.then, tuple), row
            assert row.then, row
            assert set(row.stage.split()) <= set(STAGES), row
            assert set(row.kind.split()) <= set(KINDS), row
            assert all(re.match(r"[2-5]\d\d$", code) for code in row.code.split()), row
            assert all(re.match(r"(-|X\.\d(\.\d+)?)$", word) for word in row.enhanced.split()), row

    def test_no_row_trusts_a_text_alone_or_can_be_made_to_search_for_ever(self):
        for row in TABLE:
            assert not row.text or row.kind or row.code or row.enhanced, row
            assert not re.search(r"(?<!\\)[*+]", row.text), row

    def test_every_row_is_heard_some_time(self):
        for row in TABLE:
            assert any(
                set(row.then) & set(advise(*failure)) for failure in failures_that_fit(row)
            ), f"rows before this one say it all, or EXAMPLES has no text for it: {row}"


def failures_that_fit(row):
    """Return failures for which a row holds."""
    code = int(row.code.split()[0]) if row.code else None
    by_class = {4: ["transient"], 5: ["permanent"]}
    kinds = row.kind.split() or by_class[(code or 500) // 100]
    texts = [text for text in ("", *EXAMPLES) if re.search(row.text, text, re.IGNORECASE)]
    for stage, kind, word, text in itertools.product(
        row.stage.split() or STAGES, kinds, row.enhanced.split() or ["-"], texts
    ):
        enhanced_code = None
        if word != "-":
            enhanced_code = ("4" if kind == "transient" else "5") + word[1:]
            if word.count(".") == 1:
                enhanced_code += ".999"  # a row for a subject as a whole
        yield stage, kind, code, enhanced_code, text
