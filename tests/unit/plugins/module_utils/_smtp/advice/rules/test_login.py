# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to check when a login fails, or cannot be made."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.failures import (
    broken,
    first,
    refused,
)


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
        assert first(advice) == "user-and-password"
        assert {"use-tls", "log-in"}.isdisjoint(advice)

    def test_535_may_be_a_mechanism_for_which_the_server_has_no_password(self):
        assert refused("auth", 535, "5.7.8", "Error: authentication failed")[1] == "hashed-password"

    def test_exchange_wants_its_user_names(self):
        assert (
            refused("auth", 535, "5.7.3", "Authentication unsuccessful")[1] == "exchange-user-name"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
            "Authentication unsuccessful, user is locked by your organization's security defaults",
            "",
        ],
    )
    def test_5_7_139_is_a_login_by_smtp_that_microsoft_365_does_not_allow(self, text):
        advice = refused("auth", 535, "5.7.139", text)
        assert advice[:2] == ["microsoft-smtp-auth", "microsoft-token"]

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("basic authentication is disabled.", "microsoft-token"),
            ("the user credentials were incorrect.", "user-and-password"),
        ],
    )
    def test_5_7_139_says_in_words_what_it_is_about(self, text, says):
        advice = refused("auth", 535, "5.7.139", f"Authentication unsuccessful, {text}")
        assert first(advice) == says

    def test_5_7_30_is_a_password_where_microsoft_365_wants_a_token(self):
        text = "Basic authentication is not supported for Client Submission."
        assert first(refused("auth", 550, "5.7.30", text)) == "microsoft-token"

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (535, "5.7.8", "Username and Password not accepted. - gsmtp"),
            (534, "5.7.9", "Application-specific password required. - gsmtp"),
            (534, "5.7.14", "Please log in via your web browser and then try again."),
        ],
    )
    def test_google_wants_an_app_password_or_a_token(self, code, enhanced_code, text):
        assert first(refused("auth", code, enhanced_code, text)) == "app-password"

    @pytest.mark.parametrize(
        ("code", "enhanced_code", "text"),
        [
            (454, "4.7.0", "Too many login attempts, please try again later. - gsmtp"),
            (535, "5.7.0", "(#AUTH005) Too many bad auth attempts."),
        ],
    )
    def test_too_many_logins_lock_everybody_out(self, code, enhanced_code, text):
        assert first(refused("auth", code, enhanced_code, text)) == "login-locked"

    def test_a_postfix_that_counts_auth_commands_counts_those_of_a_client(self):
        text = "Error: too many AUTH commands from unknown[192.0.2.7]"
        assert first(refused("auth", 450, "4.7.1", text)) == "limits-for-one-client"

    def test_a_hang_up_in_the_login_may_be_a_lock_too(self):
        advice = broken("auth", "disconnect", "the server closed the connection")
        assert advice[:2] == ["login-locked", "authentication-service"]

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
        assert first(refused("auth", code, enhanced_code, text)) == "log-in-over-tls"

    def test_534_is_a_mechanism_that_is_too_weak(self):
        assert first(refused("auth", 534, "5.7.9", "too weak")) == "stronger-mechanism"

    @pytest.mark.parametrize("text", ["A password transition is needed", ""])
    def test_432_wants_the_password_once_in_plain(self, text):
        advice = refused("auth", 432, "4.7.12", text)
        assert first(advice) == "password-transition"

    def test_525_is_an_account_that_is_switched_off(self):
        assert first(refused("auth", 525, "5.7.13")) == "account-enabled"
        assert first(refused("auth", 525, None)) == "account-enabled"
        assert first(refused("auth", 535, "5.7.13")) == "account-enabled"

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
        assert first(refused("auth", code, enhanced_code, text)) == "authentication-service"
        assert first(broken("auth", "timeout", "no answer within 30 s")) == "authentication-service"

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
        assert first(refused("auth", code, enhanced_code, text)) == "auth-on"

    def test_504_is_a_mechanism_that_is_not_known(self):
        text = "CRAM-MD5 authentication mechanism not supported"
        assert first(refused("auth", 504, None, text)) == "offered-mechanism"
        advice = refused("auth", 504, "5.7.4", "Unrecognized authentication type")
        assert advice[1] == "exchange-basic-auth"

    def test_501_is_a_response_that_was_not_understood(self):
        assert first(refused("auth", 501, None, "Invalid base64")) == "mechanism-not-understood"

    def test_a_response_may_be_too_long(self):
        assert (
            first(refused("auth", 500, "5.5.6", "SASL response limit exceeded"))
            == "length-of-secret"
        )


class TestLoginNotPossible:
    """This side ended the login, or did not begin it."""

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("without TLS, AUTH PLAIN would send the secret in the clear", "log-in-over-tls"),
            ("the server does not offer AUTH, at least not without TLS", "log-in-over-tls"),
            ("the server does not offer AUTH", "auth-on"),
            ("the server does not offer AUTH SCRAM-SHA-256, but PLAIN", "offered-mechanism"),
            (
                "the server offers AUTH XOAUTH2, and `auto` takes SCRAM-SHA-256, PLAIN",
                "mechanism-for-token",
            ),
            (
                "this host lacks the hash function of CRAM-MD5 (is it in FIPS mode?)",
                "plain-instead",
            ),
            (
                "the server asks for 1000 iterations of SCRAM; from 4096 are accepted",
                "plain-instead",
            ),
            ("login_password: SCRAM cannot send it: it has a control character", "plain-instead"),
        ],
    )
    def test_no_mechanism_will_do(self, text, says):
        assert first(broken("auth", "unsupported", text)) == says

    def test_without_tls_the_server_may_have_no_auth_at_all(self):
        text = "the server does not offer AUTH, at least not without TLS"
        assert broken("auth", "unsupported", text)[1] == "auth-on"

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
        assert first(advice) == "impostor"
        assert {"mechanism-not-understood", "mechanism-out-of-step"}.isdisjoint(advice), (
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
        assert first(broken("auth", "protocol", text)) == "mechanism-out-of-step"
