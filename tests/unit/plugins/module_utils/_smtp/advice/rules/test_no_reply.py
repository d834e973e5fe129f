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
        assert first(advice) == "look-name-up-here"
        assert "address-of-family" in advice

    @pytest.mark.parametrize(
        "text",
        [
            "mail.muffins.com: Temporary failure in name resolution",
            "mail.muffins.com: Try again",
            "the resolver gave no answer for mail.muffins.com within 30 s",
        ],
    )
    def test_a_resolver_that_is_silent_is_not_a_name_that_is_not_there(self, text):
        assert first(broken("connect", "resolve", text)) == "resolver-answers"

    def test_a_closed_port_sends_us_to_the_service_and_what_it_listens_on(self):
        advice = broken("connect", "connect", "192.0.2.1 port 25: Connection refused")
        assert first(advice) == "service-listens"
        assert "port-of-service" in advice
        assert "firewall-resets" in advice

    @pytest.mark.parametrize("text", ["No route to host", "Network is unreachable", "Host is down"])
    def test_a_missing_route_may_also_be_a_firewall_that_rejects(self, text):
        advice = broken("connect", "connect", "192.0.2.1 port 25: " + text)
        assert advice[:2] == ["route-both-ways", "firewall-prohibits"]
        assert "ipv4-without-ipv6" in advice

    @pytest.mark.parametrize(
        "text", ["Permission denied", "Operation not permitted", "Invalid argument"]
    )
    def test_what_this_host_forbids_itself_is_found_on_this_host(self, text):
        assert first(broken("connect", "connect", "::1 port 25: " + text)) == "forbidden-here"

    def test_a_source_address_must_be_one_of_this_host(self):
        text = "192.0.2.1 port 25: Cannot assign requested address"
        assert first(broken("connect", "connect", text)) == "source-address"

    def test_a_filtered_port_sends_us_to_the_firewall_and_then_to_the_way_back(self):
        advice = broken("connect", "timeout", "192.0.2.1 port 587: no answer")
        assert advice[:2] == ["firewall-drops", "capture-on-server"]
        assert "outgoing-port-25" not in advice

    def test_a_filtered_port_25_may_be_the_provider(self):
        advice = broken("connect", "timeout", "192.0.2.1 port 25: no answer")
        assert advice[:2] == ["firewall-drops", "outgoing-port-25"]

    def test_port_2525_is_not_port_25(self):
        advice = broken("connect", "timeout", "192.0.2.1 port 2525: no answer")
        assert "outgoing-port-25" not in advice

    def test_a_handshake_that_fails_at_connect_has_advice_too(self):
        assert first(broken("connect", "tls", "wrong version number")) == "plain-text-first"


class TestWhatThisHostLacks:
    """The dialogue ended on this host, before the server could say a thing."""

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("192.0.2.1 port 25: Network is unreachable", "route-from-here"),
            ("2001:db8::1 port 25: Network is unreachable", "no-ipv6-here"),
            ("fe80::1%eth9 port 25: Cannot assign requested address", "no-ipv6-here"),
            ("::1 port 25: Address family not supported by protocol", "no-ipv6-here"),
            ("192.0.2.1 port 25: Cannot assign requested address", "source-address"),
            ("source_address: 192.0.2.9 is not an address of this host", "source-address"),
            ("192.0.2.1 port 25: Operation not permitted", "forbidden-here"),
            ("192.0.2.1 port 25: Too many open files", "open-files"),
            ("this host cannot go on: can't start new thread", "memory-and-processes"),
            ("this host cannot go on: Cannot allocate memory", "memory-and-processes"),
            (
                "mx: needs the library dnspython on this host, for /usr/bin/python3",
                "missing-library",
            ),
            ("this host cannot go on: No module named 'encodings.idna'", "missing-library"),
            ("tls: Python has no ssl module on this host", "tls-of-this-host"),
            ("this host cannot prepare TLS: unknown error", "tls-of-this-host"),
            (
                "client_key: /k.pem: the key has a passphrase, and there is nobody",
                "key-without-passphrase",
            ),
            ("ca_path: /etc/ca.pem is not a file on this host", "file-on-this-host"),
            (
                "message.src: cannot read /m on this host: No such file or directory",
                "file-on-this-host",
            ),
            ("/run/dovecot/lmtp: No such file or directory", "path-of-socket"),
            ("/run/dovecot: not a socket", "path-of-socket"),
            ("this host cannot look up mx.example.com: ", "resolver-limits"),
            ("something new", "mend-this-host"),
            ("", "mend-this-host"),
        ],
    )
    def test_what_to_do_about_it_on_this_host(self, text, says):
        assert first(broken("connect", "local", text)) == says

    def test_an_ipv6_address_that_cannot_be_reached_may_lack_a_route_alone(self):
        text = "2001:db8::1 port 25: Network is unreachable"
        assert broken("connect", "local", text)[1] == "route-from-here"

    def test_where_ipv4_fails_too_it_is_no_matter_of_ipv6(self):
        text = "192.0.2.1 port 25: Network is unreachable; ::1 port 25: Network is unreachable"
        assert first(broken("connect", "local", text)) == "route-from-here"

    @pytest.mark.parametrize("text", ["", "192.0.2.1 port 25: Network is unreachable"])
    def test_it_says_nothing_about_the_server(self, text):
        assert broken("connect", "local", text)[-1] == "mend-this-host"

    def test_an_exception_that_nobody_foresaw_is_reported(self):
        advice = broken("helo", "internal", "unexpected KeyError: 'x'")
        assert first(advice) == "report-to-maintainers"


class TestSilenceAndHangUps:
    """The server was reached, and then said nothing, or closed."""

    def test_a_server_that_never_greets_may_speak_tls_or_wait_for_a_proxy_header(self):
        advice = broken("greeting", "timeout", "no answer within 30 s")
        assert advice[:3] == ["tls-port", "proxy-header-wanted", "slow-greeting"]

    def test_a_server_silent_to_ehlo_may_be_looking_us_up(self):
        assert first(broken("helo", "timeout")) == "slow-helo"

    @pytest.mark.parametrize("stage", ["mail_from", "rcpt_to", "data"])
    def test_a_server_silent_to_the_envelope_is_asking_somebody_else(self, stage):
        assert first(broken(stage, "timeout", "no answer within 30 s")) == "slow-envelope"

    def test_a_message_without_an_answer_could_be_delivered_twice(self):
        advice = broken("message", "timeout", "no answer within 30 s")
        assert advice[:2] == ["delivered-twice", "slow-scanner"]
        assert "large-packets" in advice

    def test_a_listener_that_hangs_up_at_once_may_have_nobody_behind_it(self):
        advice = broken("greeting", "disconnect", "the server closed the connection")
        assert first(advice) == "what-listens"
        assert "client-denied" in advice
        assert "proxy-header-wanted" in advice

    @pytest.mark.parametrize("stage", ["helo", "mail_from", "rcpt_to", "data"])
    def test_a_server_that_hangs_up_later_has_a_reason_in_its_log(self, stage):
        text = "the connection was lost: Connection reset by peer"
        advice = broken(stage, "disconnect", text)
        assert advice[:2] == ["log-of-hang-up", "middlebox"]

    def test_a_hang_up_within_the_message_could_have_delivered_it(self):
        advice = broken("message", "disconnect", "the server closed the connection")
        assert advice[:2] == ["delivered-twice", "hang-up-in-message"]
        assert "message-size" in advice


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
        assert advice[:2] == ["other-protocol", "port-of-service"]

    @pytest.mark.parametrize("record", [r"\x15\x03\x01\x00\x02\x02F", r"\x16\x03\x03\x00z"])
    def test_a_tls_record_betrays_a_port_that_speaks_tls_from_the_first_byte(self, record):
        assert first(broken("greeting", "protocol", "not an SMTP reply: " + record)) == "tls-port"

    @pytest.mark.parametrize(
        "text",
        [
            "one reply with differing codes: 250 and 550",
            "the server sent more than one reply to one command",
        ],
    )
    def test_replies_that_do_not_fit_together_are_a_proxy_that_lost_count(self, text):
        assert first(broken("helo", "protocol", text)) == "replies-out-of-step"

    @pytest.mark.parametrize(
        "text",
        [
            "a reply line of more than 65536 bytes came",
            "a reply of more than 1000 lines or 1048576 bytes came",
        ],
    )
    def test_an_endless_reply_is_no_mail_server(self, text):
        assert first(broken("helo", "protocol", text)) == "endless-reply"

    def test_data_that_is_answered_with_250_was_not_sent(self):
        advice = advise("data", "protocol", 250, "2.0.0", "2.0.0 Ok")
        assert first(advice) == "data-without-354"

    def test_a_3yz_where_there_is_none_is_looked_for_in_the_transcript(self):
        assert (
            first(advise("rcpt_to", "protocol", 354, None, "go ahead")) == "first-line-out-of-place"
        )


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
        assert broken(stage, "protocol", text)[1] == "proxy-header-unwanted"

    def test_a_header_is_an_early_word_to_exim(self):
        advice = refused("greeting", 554, None, "SMTP synchronization error")
        assert advice[1] == "proxy-header-unwanted"

    def test_a_header_from_a_host_that_haraka_does_not_know(self):
        advice = refused("helo", 421, None, "PROXY not allowed from 192.0.2.7")
        assert first(advice) == "proxy-header-unwanted"


class TestGoodRepliesThatWereNotWanted:
    """The server did well, and the user expected something else."""

    def test_a_path_that_should_be_closed_is_open(self):
        advice = unexpected("connect", text="connected to 192.0.2.1 port 25")
        assert first(advice) == "block-in-force"
        assert first(unexpected("connect")) == "block-in-force"

    def test_a_recipient_taken_that_should_be_refused_may_be_an_open_relay(self):
        advice = unexpected("rcpt_to", 250, "2.1.5", "Ok")
        assert advice[:2] == ["why-accepted", "open-relay"]

    def test_a_capability_that_is_missing_may_be_hidden_from_this_client(self):
        advice = unexpected("helo", text="the server does not offer STARTTLS, SIZE")
        assert first(advice) == "compare-extensions"

    def test_a_capability_that_is_forbidden_is_to_be_switched_off(self):
        text = "the server offers AUTH PLAIN, which is forbidden"
        assert first(unexpected("helo", text=text)) == "capability-off"

    @pytest.mark.parametrize(
        ("stage", "cause"),
        [
            ("connect", "lost-packets"),
            ("greeting", "slow-greeting"),
            ("helo", "slow-greeting"),
            ("rcpt_to", "slow-envelope"),
            ("message", "slow-scanner"),
        ],
    )
    def test_a_dialogue_too_slow_is_slow_for_a_reason_of_its_slowest_stage(self, stage, cause):
        text = "the dialogue took 9.000 s, more than max_seconds 5; the slowest stage took 8.000 s"
        assert first(unexpected(stage, text=text)) == cause

    @pytest.mark.parametrize(
        ("stage", "text"),
        [
            ("message", "the dialogue ended before this stage"),
            ("helo", "the dialogue ended before EHLO was accepted: no capabilities"),
            ("starttls", "the dialogue ended before TLS was started: no certificate"),
        ],
    )
    def test_an_expectation_for_a_stage_never_reached(self, stage, text):
        assert first(unexpected(stage, text=text)) == "reach-stage"


class TestExtensionsNotOffered:
    """What was asked for cannot be done here."""

    def test_an_address_that_is_not_ascii_without_smtputf8(self):
        advice = broken("mail_from", "unsupported", "the server does not offer SMTPUTF8")
        assert first(advice) == "smtputf8-on"

    @pytest.mark.parametrize("keyword", ["8BITMIME", "DSN", "SIZE"])
    def test_the_usual_extensions_are_switched_on_by_name(self, keyword):
        text = f"the server does not offer {keyword}"
        assert first(broken("rcpt_to", "unsupported", text)) == "extension-on"

    @pytest.mark.parametrize("text", ["the server does not offer DELIVERBY", ""])
    def test_after_helo_there_are_no_extensions(self, text):
        advice = broken("mail_from", "unsupported", text)
        assert "extensions-after-ehlo" in advice
