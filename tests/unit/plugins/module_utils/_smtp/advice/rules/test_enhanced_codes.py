# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to check when an enhanced code names the cause, or none that is known."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.failures import (
    first,
    refused,
    unexpected,
)


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
        ],
    )
    def test_a_user_whom_nobody_knows_is_looked_for_in_the_servers_tables(
        self, code, enhanced_code, text
    ):
        advice = refused("rcpt_to", code, enhanced_code, text)
        assert first(advice) == "recipient-known"

    def test_a_user_who_cannot_be_verified_is_asked_for_on_the_server_behind(self):
        text = "Recipient address rejected: unverified address: Connection timed out"
        assert refused("rcpt_to", 450, "4.1.1", text)[:2] == [
            "verification-target",
            "recipient-known",
        ]

    def test_550_to_rcpt_without_more_may_also_be_a_user_whom_nobody_knows(self):
        advice = refused("rcpt_to", 550, None)
        assert advice.index("relay-for-address") < advice.index("recipient-known")

    def test_an_unknown_user_of_our_own_is_no_matter_of_relaying(self):
        advice = refused("rcpt_to", 550, "5.1.1")
        assert "relay-for-address" not in advice

    def test_a_recipient_domain_that_is_not_there(self):
        assert first(refused("rcpt_to", 550, "5.1.2")) == "recipient-domain"

    @pytest.mark.parametrize(
        ("code", "enhanced_code"), [(556, "5.1.10"), (556, None), (550, "5.7.27")]
    )
    def test_a_null_mx_takes_no_mail(self, code, enhanced_code):
        assert first(refused("rcpt_to", code, enhanced_code)) == "null-mx"

    @pytest.mark.parametrize("code", [550, 553])
    def test_a_sender_domain_must_be_one_that_the_server_finds(self, code):
        text = "Domain of sender address probe@h7.local does not exist"
        assert first(refused("mail_from", code, "5.1.8", text)) == "sender-domain"

    def test_a_sender_that_belongs_to_somebody_else(self):
        text = "<boss@muffins.com>: Sender address rejected: not owned by user probe"
        advice = refused("rcpt_to", 553, "5.7.1", text)
        assert first(advice) == "sender-rights"
        assert first(refused("rcpt_to", 553, "5.7.1")) == "sender-rights"
        assert (
            first(refused("message", 550, "5.7.60", "cannot send as this sender"))
            == "sender-rights"
        )

    def test_a_sender_that_is_refused_only_when_rcpt_comes(self):
        text = "<boss@muffins.com>: Sender address rejected: Access denied"
        assert refused("rcpt_to", 554, "5.7.1", text)[:2] == ["sender-denied", "sender-rights"]

    @pytest.mark.parametrize("code", [550, 553, 554])
    def test_a_sender_refused_without_more_is_a_matter_of_rights_first(self, code):
        advice = refused("mail_from", code, "5.7.1")
        assert first(advice) == "sender-rights"
        assert "log-in" in advice

    @pytest.mark.parametrize(
        ("code", "enhanced_code"), [(553, "5.1.3"), (501, "5.1.3"), (501, "5.1.7"), (501, None)]
    )
    def test_an_address_that_is_not_well_formed(self, code, enhanced_code):
        assert first(refused("rcpt_to", code, enhanced_code)) == "address-syntax"

    def test_553_without_more_is_the_address_and_then_relaying(self):
        advice = refused("rcpt_to", 553, None)
        assert advice.index("address-syntax") < advice.index("relay-for-address")

    def test_551_names_the_right_server_itself(self):
        advice = refused("rcpt_to", 551, "5.1.6")
        assert "other-server" in advice
        assert first(refused("rcpt_to", 551, None)) == "other-server"

    def test_251_is_no_refusal(self):
        advice = unexpected("rcpt_to", 251, "2.1.5", "User not local; will forward")
        assert first(advice) == "forwarded-recipient"

    def test_a_non_ascii_address_wants_smtputf8(self):
        assert first(refused("rcpt_to", 553, "5.6.7")) == "ascii-addresses"


class TestCodesThatNobodyKnows:
    """An enhanced code that no rule knows says as much as its subject; the text may say more."""

    @pytest.mark.parametrize("enhanced_code", ["5.7.999", "5.7.107", "5.4.999", "5.9.1", "5.2.99"])
    def test_the_text_is_asked(self, enhanced_code):
        text = "your host [192.0.2.7] is blacklisted"
        assert first(refused("rcpt_to", 550, enhanced_code, text)) == "address-in-blocklist"

    @pytest.mark.parametrize("subject", ["2", "3", "4", "6", "7"])
    def test_so_it_is_of_what_is_other_or_undefined(self, subject):
        text = "Too many connections from your host"
        assert (
            first(refused("mail_from", 450, f"4.{subject}.0", text)) == "fleet-behind-one-address"
        )

    def test_without_a_text_it_counts_as_its_subject(self):
        unknown, undefined = refused("rcpt_to", 550, "5.1.99"), refused("rcpt_to", 550, "5.1.0")
        assert unknown == undefined
        assert first(unknown) == "recipient-known"

    def test_a_code_that_a_rule_knows_is_still_believed_before_the_text(self):
        text = "User unknown; blocked using zen.spamhaus.org, too many connections"
        assert refused("rcpt_to", 550, "5.1.1", text) == refused("rcpt_to", 550, "5.1.1")


class TestCodesThatNeedNoText:
    """A code that is enough by itself, at whichever stage it comes."""

    @pytest.mark.parametrize(
        ("stage", "enhanced_code", "advice"),
        [
            ("mail_from", "5.7.54", ["relay-for-address", "log-in", "local-domains"]),
            ("message", "5.7.60", ["sender-rights", "log-in"]),
            ("mail_from", "5.7.506", ["helo-name"]),
            ("mail_from", "5.7.508", ["fleet-behind-one-address", "ipv4-only"]),
            ("rcpt_to", "5.7.510", ["ipv4-only"]),
            ("message", "5.7.708", ["account-banned", "address-in-blocklist"]),
            ("message", "5.7.232", ["account-quota"]),
            ("message", "5.7.233", ["account-quota"]),
            ("message", "5.1.90", ["account-quota"]),
        ],
    )
    def test_microsofts_codes_name_their_cause(self, stage, enhanced_code, advice):
        assert refused(stage, 550, enhanced_code)[: len(advice)] == advice

    @pytest.mark.parametrize("enhanced_code", ["5.4.6", "5.4.14"])
    def test_a_loop_is_one_without_a_text(self, enhanced_code):
        assert first(refused("message", 554, enhanced_code)) == "mail-loop"

    def test_a_postscreen_that_still_tests_wants_another_try(self):
        assert first(refused("rcpt_to", 451, "4.3.2")) == "greylist"
