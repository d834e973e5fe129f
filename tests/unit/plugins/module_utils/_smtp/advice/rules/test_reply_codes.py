# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to check when there is little but a reply code."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.failures import (
    first,
    refused,
)


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
        assert first(advice) == "greylist"

    def test_postscreen_wants_a_second_try_at_once(self):
        advice = refused("rcpt_to", 450, "4.3.2", "Service currently unavailable")
        assert advice[:2] == ["postscreen-tests", "greylist"]

    def test_a_client_certificate_that_is_wanted_is_named(self):
        advice = refused("helo", 421, "4.7.1", "Error: No client certificate presented")
        assert first(advice) == "client-certificate"

    def test_greylisting_at_an_unusual_stage_is_known_by_its_name(self):
        assert first(refused("data", 451, "4.7.1", "Greylisted, please come back")) == "greylist"

    def test_a_client_without_a_reverse_name_gets_450_from_postfix(self):
        text = "Client host rejected: cannot find your reverse hostname, [192.0.2.7]"
        assert first(refused("rcpt_to", 450, "4.7.1", text)) == "reverse-dns"
        assert first(refused("rcpt_to", 450, "4.7.25")) == "reverse-dns"

    def test_450_may_be_reverse_dns_even_when_the_text_says_nothing(self):
        assert "reverse-dns" in refused("rcpt_to", 450, "4.7.1")

    def test_a_sender_domain_not_found_is_either_not_there_or_not_to_be_looked_up(self):
        text = "<probe@h7.local>: Sender address rejected: Domain not found"
        advice = refused("rcpt_to", 450, "4.1.8", text)
        assert advice[:2] == ["sender-domain", "server-look-ups"]

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (451, "4.3.0", "<bob@muffins.com>: Temporary lookup failure"),
            (450, "4.4.4", "Unable to look up mail exchanger host"),
        ],
    )
    def test_a_lookup_that_fails_is_the_servers_own(self, code, enhanced_code, text):
        advice = refused("rcpt_to", code, enhanced_code, text)
        assert advice[:2] == ["server-look-ups", "server-health"]

    def test_a_server_that_cannot_read_its_own_configuration_says_so(self):
        advice = refused("rcpt_to", 451, "4.3.5", "Server configuration error")
        assert advice[:2] == ["server-configuration", "server-look-ups"]

    def test_a_temporary_local_problem_may_be_a_lookup(self):
        advice = refused("rcpt_to", 451, None, "Temporary local problem - please try later")
        assert "server-look-ups" in advice

    def test_a_message_put_off_may_be_a_scanner_that_is_down(self):
        advice = refused("message", 451, "4.7.1", "Service unavailable - try again later")
        assert "slow-scanner" in advice

    def test_postfix_by_default_denies_relaying_with_454(self):
        advice = refused("rcpt_to", 454, "4.7.1", "<bob@muffins.com>: Relay access denied")
        assert first(advice) == "relay-for-address"
        assert advice == refused("rcpt_to", 454, "4.7.1")

    def test_a_full_queue_disk_is_not_a_full_mailbox(self):
        advice = refused("mail_from", 452, "4.3.1", "Insufficient system storage")
        assert first(advice) == "queue-space"
        assert "mailbox-full" not in advice

    def test_a_full_mailbox_is_not_a_full_queue_disk(self):
        advice = refused("rcpt_to", 452, "4.2.2", "The email account is over quota.")
        assert first(advice) == "mailbox-full"
        assert "queue-space" not in advice

    def test_too_many_recipients_are_to_be_fewer(self):
        advice = refused("rcpt_to", 452, "4.5.3", "Error: too many recipients")
        assert first(advice) == "fewer-recipients"
        assert "fleet-behind-one-address" not in advice

    def test_452_to_rcpt_without_more_is_any_of_the_three(self):
        advice = refused("rcpt_to", 452, None)
        assert advice.index("fewer-recipients") < advice.index("queue-space")
        assert "mailbox-full" in advice

    def test_452_elsewhere_is_storage(self):
        assert first(refused("mail_from", 452, None)) == "queue-space"

    def test_a_mailbox_that_is_switched_off_is_looked_at_where_it_is(self):
        assert first(refused("rcpt_to", 450, "4.2.1")) == "mailbox-enabled"


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
        assert first(advice) == "message-size"

    @pytest.mark.parametrize("stage", ["rcpt_to", "message"])
    def test_552_may_also_be_a_full_mailbox(self, stage):
        assert first(refused(stage, 552, "5.2.2", "mailbox full")) == "mailbox-full"

    def test_552_to_rcpt_without_more_is_the_mailbox_or_too_many_recipients(self):
        advice = refused("rcpt_to", 552, None)
        assert advice.index("mailbox-full") < advice.index("fewer-recipients")

    @pytest.mark.parametrize("code", [550, 554])
    @pytest.mark.parametrize("enhanced_code", ["5.7.1", None, "5.6.0"])
    def test_a_message_refused_as_a_whole_is_a_matter_for_the_filters_log(
        self, code, enhanced_code
    ):
        advice = refused("message", code, enhanced_code, "Spam message rejected")
        assert first(advice) == "content-filter"

    def test_a_filter_may_also_refuse_before_it_has_seen_the_message(self):
        assert first(refused("data", 550, None, "Administrative prohibition")) == "content-filter"

    @pytest.mark.parametrize(
        ("enhanced_code", "text"), [("5.7.23", ""), ("5.7.24", ""), ("5.7.1", "SPF check failed")]
    )
    def test_spf_wants_the_address_in_the_record(self, enhanced_code, text):
        assert first(refused("message", 550, enhanced_code, text)) == "address-in-spf"

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
        assert first(advice) == "aligned-domain"


class TestCommands:
    """Refused for the command itself."""

    @pytest.mark.parametrize("code", [500, 502])
    def test_a_server_that_does_not_know_ehlo_may_know_helo(self, code):
        advice = refused("helo", code, "5.5.1", "command not recognized")
        assert first(advice) == "try-helo"
        assert "other-protocol-greets" in advice

    @pytest.mark.parametrize("code", [500, 502])
    def test_a_command_not_recognised_may_have_been_changed_on_the_way(self, code):
        advice = refused("rcpt_to", code, "5.5.2", "Error: command not recognized")
        assert advice[:2] == ["command-on", "middlebox"]

    def test_a_bad_sequence_began_with_the_reply_before(self):
        advice = refused("mail_from", 503, "5.5.1", "Error: send HELO/EHLO first")
        assert first(advice) == "reply-before"

    @pytest.mark.parametrize("code", [503, 554])
    def test_data_without_a_recipient_began_with_rcpt(self, code):
        advice = refused("data", code, "5.5.1", "Error: no valid recipients")
        assert first(advice) == "replies-to-rcpt"

    def test_parameters_are_only_for_who_offers_them(self):
        assert first(refused("rcpt_to", 555, "5.5.4")) == "parameters-one-by-one"
        assert "parameters-one-by-one" in refused("mail_from", 501, "5.5.4")

    @pytest.mark.parametrize("code", [500, 502, 503])
    def test_a_command_not_recognised_before_any_was_sent_is_the_proxy_header(self, code):
        assert first(refused("greeting", code, "5.5.2")) == "proxy-header-unwanted"
