# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to check when no refusal decided."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.failures import (
    advise,
    broken,
    first,
    refused,
    unexpected,
)


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
