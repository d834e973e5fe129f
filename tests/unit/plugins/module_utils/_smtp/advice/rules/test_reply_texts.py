# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to check when the text of a refusal says more than its codes.

Texts are as Postfix, Exim, Sendmail, Exchange, Gmail, Haraka and providers say them.
"""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.examples import (
    PROVIDERS,
)
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.failures import (
    first,
    refused,
)


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
        assert advice[:2] == ["fleet-behind-one-address", "limits-for-one-client"]

    def test_421_can_also_be_a_server_that_is_going_down(self):
        advice = refused("rcpt_to", 421, "4.3.0", "Mail system error")
        assert "server-health" in advice

    def test_421_to_a_helo_of_localhost_is_how_googles_relay_says_no(self):
        text = "Try again later, closing connection. (EHLO) 5b1f17b1804b1-42 - gsmtp"
        advice = refused("helo", 421, "4.7.0", text)
        assert first(advice) == "google-relay"

    def test_421_to_helo_names_the_helo_name_even_when_the_text_says_nothing(self):
        assert "helo-name" in refused("helo", 421, None)

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
        assert "proxy-header-wanted" in advice

    def test_a_postfix_that_waited_for_the_proxy_header_means_nothing_else(self):
        text = "mail.muffins.com Server local error"
        assert first(refused("greeting", 421, "4.3.0", text)) == "proxy-header-wanted"

    def test_a_server_that_names_the_proxy_header_is_believed(self):
        assert first(refused("greeting", 421, None, "PROXY timeout")) == "proxy-header-wanted"

    def test_421_after_a_long_wait_is_about_time_and_not_about_rate(self):
        advice = refused("rcpt_to", 421, "4.4.2", "mail.muffins.com Error: timeout exceeded")
        assert first(advice) == "where-time-went"
        assert advice.index("fleet-behind-one-address") > 0

    def test_a_server_that_counts_errors_wants_the_first_error_mended(self):
        advice = refused("rcpt_to", 421, "4.7.0", "mail.muffins.com Error: too many errors")
        assert first(advice) == "first-refusal"

    def test_a_rate_limit_under_another_code_is_one_too(self):
        advice = refused("mail_from", 450, "4.7.1", "Server busy.")
        assert first(advice) == "fleet-behind-one-address"

    def test_a_postfix_that_counts_messages_and_recipients_has_a_limit_for_each_client(self):
        for text in ("Error: too much mail from 192.0.2.7", "Error: too many recipients from h7"):
            advice = refused("rcpt_to", 450, "4.7.1", text)
            assert advice[:2] == ["limits-for-one-client", "fleet-behind-one-address"]

    def test_a_flooded_mailbox_counts_too(self):
        assert first(refused("rcpt_to", 450, "4.7.28")) == "fleet-behind-one-address"


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
        assert advice[:3] == ["relay-for-address", "log-in", "local-domains"]

    def test_qmail_says_it_with_553(self):
        text = "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"
        assert first(refused("rcpt_to", 553, None, text)) == "relay-for-address"

    def test_a_relay_in_a_host_name_is_not_a_relay_denied(self):
        text = "relay.muffins.com: Client host [192.0.2.7] blocked using zen.spamhaus.org"
        assert "relay_from_hosts" not in first(refused("rcpt_to", 554, "5.7.1", text))

    def test_tls_first_is_what_must_issue_a_starttls_command_means(self):
        text = "Must issue a STARTTLS command first"
        assert first(refused("mail_from", 530, "5.7.0", text)) == "use-tls"
        assert first(refused("mail_from", 530, "5.7.0")) == "use-tls"
        assert (
            first(refused("rcpt_to", 450, "4.7.1", "Session encryption is required")) == "use-tls"
        )
        assert first(refused("mail_from", 523, "5.7.10")) == "use-tls"

    def test_exchange_online_wants_tls_under_a_code_of_the_wrong_class(self):
        # The enhanced code of a 451 cannot be 5.7.3, so there is none.
        text = "5.7.3 STARTTLS is required to send mail"
        assert first(refused("mail_from", 451, None, text)) == "use-tls"

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
        assert first(refused("mail_from", code, enhanced_code, text)) == "log-in"

    def test_530_without_more_is_tls_and_then_a_login(self):
        advice = refused("mail_from", 530, None)
        assert advice.index("use-tls") < advice.index("log-in")

    def test_microsoft_365_wants_a_login_or_a_connector(self):
        text = "Client not authenticated to send mail. Error: 535 5.7.3"
        advice = refused("mail_from", 530, "5.7.57", text)
        assert first(advice) == "microsoft-login"

    def test_microsoft_365_does_not_know_whose_host_this_is(self):
        advice = refused("rcpt_to", 550, "5.7.64", "TenantAttribution; Relay Access Denied SMTP")
        assert advice[:2] == ["microsoft-connector", "microsoft-sender-domain"]

    def test_googles_relay_does_not_know_this_host(self):
        text = "Mail relay denied [192.0.2.7]. Invalid credentials for relay. d2e1a72fcca58 - gsmtp"
        advice = refused("mail_from", 550, "5.7.1", text)
        assert advice[:2] == ["google-relay", "relay-for-address"]

    def test_googles_customer_has_a_rule_of_his_own(self):
        text = "This message violates muffins.com email policy. - gcdp 8a3 - gsmtp"
        assert first(refused("message", 550, "5.7.1", text)) == "google-customer-policy"


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
        assert first(advice) == "address-in-blocklist"

    def test_a_client_that_is_denied_is_denied_by_a_rule(self):
        text = "<h7.muffins.com[192.0.2.7]>: Client host rejected: Access denied"
        assert first(refused("rcpt_to", 554, "5.7.1", text)) == "client-denied"

    @pytest.mark.parametrize("code", [521, 550, 554])
    def test_a_greeting_that_refuses_is_about_this_host_or_about_the_whole_server(self, code):
        advice = refused("greeting", code, None, "No SMTP service here")
        assert first(advice) == "client-denied"
        assert "closed-on-purpose" in advice

    @pytest.mark.parametrize(("stage", "code"), [("greeting", 521), ("rcpt_to", 550)])
    def test_a_postscreen_that_denies_for_good_says_so_with_5_3_2(self, stage, code):
        advice = refused(stage, code, "5.3.2", "Service currently unavailable")
        assert first(advice) == "client-denied"

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
        assert first(advice) == "reverse-dns"

    def test_5_7_7_alone_is_not_reverse_dns(self):
        assert "reverse-dns" not in refused("message", 550, "5.7.7")

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
        assert first(advice) == "helo-name"

    def test_an_address_that_is_not_a_full_one_is_not_the_helo_name(self):
        text = "<root>: Sender address rejected: need fully-qualified address"
        advice = refused("rcpt_to", 504, "5.5.2", text)
        assert first(advice) == "address-syntax"

    @pytest.mark.parametrize("code", [550, 554])
    @pytest.mark.parametrize(
        ("enhanced_code", "text"),
        [("5.5.1", "Protocol error"), (None, "SMTP synchronization error")],
    )
    def test_who_speaks_too_early_is_to_wait(self, code, enhanced_code, text):
        assert first(refused("rcpt_to", code, enhanced_code, text)) == "speaks-too-early"


class TestLoginFirst:
    """The server wants TLS or a login before anything else."""

    @pytest.mark.parametrize("stage", ["helo", "mail_from", "rcpt_to"])
    @pytest.mark.parametrize(
        ("enhanced_code", "text", "says"),
        [
            ("5.7.0", "Must issue a STARTTLS command first", "use-tls"),
            ("5.7.0", "Must issue a STARTTLS command first. 5b1f17b1804b1-42 - gsmtp", "use-tls"),
            ("5.7.0", "Authentication Required. 5b1f17b1804b1-42 - gsmtp", "log-in"),
            ("5.5.1", "Authentication Required", "log-in"),
            ("5.7.1", "Client was not authenticated", "log-in"),
            (None, "", "use-tls"),
        ],
    )
    def test_530_is_what_its_text_says_and_else_tls(self, stage, enhanced_code, text, says):
        advice = refused(stage, 530, enhanced_code, text)
        assert first(advice) == says
        assert "google-relay" not in advice

    def test_an_exchange_that_takes_no_anonymous_mail_can_be_told_to(self):
        advice = refused("mail_from", 530, "5.7.1", "Client was not authenticated")
        assert advice[1] == "exchange-anonymous"
        text = "Client was not authenticated to send anonymous mail during MAIL FROM"
        assert refused("mail_from", 530, "5.7.57", text)[1] == "exchange-anonymous"


class TestProviders:
    """What large providers say, and what is to be done about it."""

    @pytest.mark.parametrize("said", [pytest.param(said, id=said["name"]) for said in PROVIDERS])
    def test_the_first_advice_is_on_the_true_cause(self, said):
        code = int(said["code"])
        advice = refused(said["stage"], code, said["enhanced"], said["text"])
        assert first(advice) == said["says"]

    @pytest.mark.parametrize("said", [pytest.param(said, id=said["name"]) for said in PROVIDERS])
    def test_a_page_with_more_of_it_changes_nothing(self, said):
        code = int(said["code"])
        text = said["text"] + " For more, go to https://support.example.com/answer?p=1 or contact"
        assert first(refused(said["stage"], code, said["enhanced"], text)) == said["says"]

    def test_a_provider_that_names_a_page_is_written_to(self):
        text = "Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.7"
        assert refused("mail_from", 554, None, text)[1] == "postmaster-of-provider"

    def test_a_banned_address_is_taken_off_microsofts_list(self):
        text = "Access denied, banned sending IP [192.0.2.7]"
        for enhanced_code in ("5.7.511", "5.7.606", "5.7.625", "5.7.649"):
            assert refused("rcpt_to", 550, enhanced_code, text)[1] == "microsoft-delist"

    def test_a_rate_limit_for_reputation_is_about_the_address_too(self):
        text = "has been temporarily rate limited due to IP reputation."
        advice = refused("mail_from", 451, "4.7.651", text)
        assert advice[0] == "reputation-rate"
        assert "address-in-blocklist" in advice

    def test_a_list_that_refused_the_query_is_never_taken_for_one_that_lists(self):
        text = "Client host [192.0.2.7] blocked using zen.spamhaus.org; Error: open resolver"
        advice = refused("rcpt_to", 554, "5.7.1", text)
        assert advice[:2] == ["blocklist-refused-query", "blocklist-answers"]
        assert advice.index("address-in-blocklist") > 1

    @pytest.mark.parametrize("kind", ["transient", "permanent"])
    def test_every_code_of_microsofts_family_has_advice_of_its_own(self, kind):
        digit = {"transient": 4, "permanent": 5}[kind]
        for detail in range(500, 1000):
            silent = refused("rcpt_to", digit * 100 + 50, f"{digit}.7.{detail}")
            assert silent != refused("rcpt_to", digit * 100 + 50, f"{digit}.8.{detail}"), detail


class TestWordsThatDecide:
    """Where the codes say little, and the words say it all."""

    def test_a_greylist_with_a_blocklist_of_its_own_is_a_greylist(self):
        text = "Greylisted: your address is on a blocklist, try again later"
        advice = refused("rcpt_to", 451, "4.7.1", text)
        assert advice[:2] == ["greylist", "address-in-blocklist"]

    def test_a_client_seen_for_the_first_time_may_try_again_at_any_stage(self):
        text = "Internal resources are temporarily unavailable"
        assert first(refused("data", 451, None, text)) == "greylist"

    def test_a_server_that_takes_no_mail_over_ipv6_is_asked_over_ipv4(self):
        text = "We do not accept mail over IPv6 from you"
        assert first(refused("mail_from", 550, "5.7.1", text)) == "ipv4-only"

    @pytest.mark.parametrize("text", ["Too many hops 27 (25 max)", "mail loops back to myself"])
    def test_a_loop_is_known_by_its_words(self, text):
        assert first(refused("message", 554, None, text)) == "mail-loop"
