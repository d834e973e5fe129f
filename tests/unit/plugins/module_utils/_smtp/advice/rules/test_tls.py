# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to check when STARTTLS, the handshake, the certificate or DANE fails."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.failures import (
    broken,
    first,
    refused,
    unexpected,
)


class TestStarttls:
    """TLS was asked for, and there was no handshake."""

    def test_starttls_not_offered_is_not_switched_on_or_taken_out_on_the_way(self):
        advice = broken("starttls", "unsupported", "the server does not offer STARTTLS")
        assert advice[:3] == ["starttls-on", "starttls-stripped", "compare-extensions"]

    @pytest.mark.parametrize("missing", ["STARTTLS", "AUTH, STARTTLS", "STARTTLS: no certificate"])
    def test_starttls_that_is_expected_may_be_taken_out_on_the_way_too(self, missing):
        advice = unexpected("helo", text=f"the server does not offer {missing}")
        assert advice[1:3] == ["starttls-on", "starttls-stripped"]

    def test_454_with_4_3_0_to_starttls_is_a_milter_that_does_not_answer(self):
        advice = refused("starttls", 454, "4.3.0", "Try again later")
        assert advice[:2] == ["milter-answers", "starttls-not-now"]

    @pytest.mark.parametrize(
        ("enhanced_code", "text"),
        [
            ("4.7.0", "TLS not available due to local problem"),  # Postfix
            (None, "TLS currently unavailable"),  # Exim
            ("4.3.3", "TLS not available"),  # Sendmail
        ],
    )
    def test_454_to_starttls_is_the_servers_own_key_or_certificate(self, enhanced_code, text):
        advice = refused("starttls", 454, enhanced_code, text)
        assert first(advice) == "starttls-not-now"
        assert "authentication-service" not in advice

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
        assert first(advice) == "starttls-refused"
        assert "use-tls" not in advice

    def test_plain_text_behind_the_reply_to_starttls_is_an_attack(self):
        text = "plain text was injected after the reply to STARTTLS"
        assert first(broken("starttls", "protocol", text)) == "injected-plain-text"


def handshake(words, stage="starttls"):
    """Advise on a handshake that failed with these words of OpenSSL's."""
    return broken(stage, "tls", f"the TLS handshake failed: {words}")


class TestHandshake:
    """TLS was begun, and did not come about."""

    @pytest.mark.parametrize("words", ["wrong version number", "record layer failure"])
    def test_plain_text_on_the_way_in_is_a_port_for_starttls(self, words):
        advice = handshake(words, "connect")
        assert first(advice) == "plain-text-first"
        # A Postfix that waits for a PROXY header says 421 to a handshake.
        assert advice[1] == "proxy-header-wanted"

    @pytest.mark.parametrize("words", ["wrong version number", "record layer failure"])
    def test_plain_text_after_starttls_is_not_a_wrong_port(self, words):
        advice = handshake(words)
        assert first(advice) == "plain-text-after-starttls"
        assert "plain-text-first" not in advice

    def test_plain_text_to_a_tls_port_is_met_by_silence(self):
        assert first(broken("greeting", "timeout", "no answer within 30 s")) == "tls-port"

    def test_silence_to_a_handshake_is_no_firewall_that_drops_connections(self):
        advice = broken("connect", "timeout", "no answer to the TLS handshake")
        assert advice[:2] == ["tls-from-first-byte", "proxy-header-wanted"]
        assert {"firewall-drops", "capture-on-server"}.isdisjoint(advice)

    def test_silence_after_starttls_may_be_a_certificate_that_is_too_large_for_the_path(self):
        assert (
            first(broken("starttls", "timeout", "no answer to the TLS handshake"))
            == "large-packets"
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
        assert first(handshake(words)) == "log-of-handshake"
        at_connect = handshake(words, "connect")
        assert at_connect[:3] == ["hang-up-in-handshake", "log-of-handshake", "proxy-header-wanted"]

    @pytest.mark.parametrize(
        "words",
        ["tlsv1 alert protocol version", "unsupported protocol", "version too low"],
    )
    def test_a_version_that_one_side_does_not_take(self, words):
        advice = handshake(words)
        assert advice[:2] == ["tls-versions", "old-tls"]

    def test_the_signatures_of_old_tls_are_those_of_an_old_server(self):
        assert first(handshake("legacy sigalg disallowed or unsupported")) == "old-tls"

    def test_no_version_at_all_is_a_matter_of_this_host(self):
        assert first(handshake("no protocols available")) == "openssl-leaves-no-version"

    @pytest.mark.parametrize("says", ["sslv3", "ssl/tls"])  # OpenSSL 3.0; later
    def test_a_handshake_failure_is_ciphers_or_in_tls_1_2_a_certificate_of_ours(self, says):
        advice = handshake(f"{says} alert handshake failure")
        assert advice[:3] == ["tls-ciphers", "client-certificate", "log-of-handshake"]

    def test_no_shared_cipher(self):
        assert first(handshake("tlsv1 alert insufficient security")) == "tls-ciphers"

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
        assert first(advice) == "client-certificate"
        assert {"name-authority", "name-root-authority"}.isdisjoint(advice)

    def test_an_expired_certificate_of_ours_is_not_the_servers(self):
        advice = broken("helo", "tls", "the connection was lost: sslv3 alert certificate expired")
        assert first(advice) == "renew-client-certificate"
        assert "renew-certificate" not in advice

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ("dh key too small", "dh-group"),
            ("unsafe legacy renegotiation disabled", "secure-renegotiation"),
            ("tlsv1 unrecognized name", "name-for-sni"),
            ("tlsv1 alert internal error", "log-of-handshake"),
        ],
    )
    def test_what_else_openssl_has_to_say(self, words, says):
        assert first(handshake(words)) == says

    def test_words_that_nobody_knows_send_us_to_look_at_the_port(self):
        assert first(handshake("bad extension")) == "what-port-speaks"

    def test_an_alert_that_nobody_knows_has_come_over_tls(self):
        advice = handshake("tlsv1 alert user cancelled")
        assert first(advice) == "log-of-handshake"
        assert "what-port-speaks" not in advice

    def test_a_connection_that_stands_still_has_no_advice_on_handshakes(self):
        advice = broken("connect", "timeout", "192.0.2.1 port 465: no answer within 10.0 s")
        assert first(advice) == "firewall-drops"
        assert "tls-from-first-byte" not in advice


def untrusted(words):
    """Advise on a certificate of which OpenSSL says these words."""
    return broken("starttls", "tls", f"the certificate is not trusted: {words}")


class TestCertificate:
    """The server's certificate is not good, for a reason that OpenSSL gives."""

    def test_an_expired_one_may_also_be_another_of_its_chain(self):
        advice = untrusted("certificate has expired")
        assert advice[:3] == ["renew-certificate", "expired-in-chain", "clock-ahead"]

    def test_one_that_is_not_yet_valid_is_a_matter_of_clocks(self):
        assert first(untrusted("certificate is not yet valid")) == "compare-clocks"

    def test_one_that_will_expire_soon_is_renewed_before(self):
        text = "the certificate is good for 4 days, less than 14"
        advice = unexpected("starttls", text=text)
        assert advice[:2] == ["renew-certificate", "renewal-still-runs"]

    def test_a_wrong_name(self):
        words = "Hostname mismatch, certificate is not valid for 'mx.example.com'."
        advice = untrusted(words)
        assert advice[:2] == ["name-in-certificate", "certificate-for-sni"]
        assert advice == untrusted("hostname 'mx.example.com' doesn't match 'mail.example.net'")

    def test_an_address_is_asked_for_by_its_name(self):
        advice = untrusted("IP address mismatch, certificate is not valid for '192.0.2.1'.")
        assert advice[:2] == ["name-instead-of-address", "name-in-certificate"]

    def test_a_server_cannot_be_called_what_openssl_says(self):
        words = "Hostname mismatch, certificate is not valid for 'expired.self-signed.example'."
        assert untrusted(words) == untrusted(words.replace("expired.self-signed", "mx"))

    def test_a_server_that_sends_no_intermediate_ought_to(self):
        advice = untrusted(
            "unable to get local issuer certificate, and the server sent no intermediate"
            " certificate"
        )
        assert advice[:2] == ["send-intermediates", "name-authority"]

    @pytest.mark.parametrize(
        "words",
        ["unable to get local issuer certificate", "unable to verify the first certificate"],
    )
    def test_where_it_sends_some_or_that_is_not_known_the_authority_comes_first(self, words):
        advice = untrusted(words)
        assert advice[:2] == ["name-authority", "send-intermediates"]

    @pytest.mark.parametrize("hyphen", [" ", "-"])  # OpenSSL 1.1.1; 3
    def test_a_root_that_is_sent_does_not_have_to_be_trusted(self, hyphen):
        advice = untrusted(f"self{hyphen}signed certificate in certificate chain")
        assert advice[:2] == ["name-authority", "update-authorities"]
        assert "send-intermediates" not in advice

    @pytest.mark.parametrize("hyphen", [" ", "-"])
    def test_its_own_issuer_is_nobody_whom_this_host_trusts(self, hyphen):
        assert first(untrusted(f"self{hyphen}signed certificate")) == "self-signed-certificate"

    def test_an_intermediate_alone_is_not_trusted(self):
        advice = untrusted("unable to get issuer certificate")
        assert first(advice) == "name-root-authority"

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ("certificate signature failure", "authority-made-anew"),
            ("EE certificate key too weak", "stronger-certificate"),
            ("CA md too weak", "stronger-certificate"),
            ("unsuitable certificate purpose", "certificate-for-servers"),
            ("unsupported certificate purpose", "certificate-for-servers"),  # OpenSSL 1.1.1
            ("Missing Authority Key Identifier", "strict-authority"),
            ("Basic Constraints of CA cert not marked critical", "strict-authority"),
            ("invalid CA certificate", "authority-that-may"),
            ("permitted subtree violation", "authority-that-may"),
        ],
    )
    def test_what_else_can_be_wrong_with_it(self, words, says):
        assert first(untrusted(words)) == says

    def test_the_last_thing_is_to_look_with_openssl(self):
        assert untrusted("certificate has expired")[-1] == "judge-certificate-by-hand"
        assert first(untrusted("application verification failure")) == "judge-certificate-by-hand"


def dane(words):
    """Advise on a certificate that TLSA records do not vouch for."""
    return broken("starttls", "tls", f"DANE: {words}")


NAME = "_25._tcp.mx.example.com"


class TestDane:
    """The DNS does not vouch for the server's certificate."""

    def test_no_record(self):
        assert first(dane(f"there is no TLSA record at {NAME}")) == "publish-tlsa"

    def test_records_that_nobody_vouches_for_are_a_resolver_or_a_zone(self):
        advice = dane(f"DNSSEC does not vouch for the TLSA records of {NAME}")
        assert advice[:2] == ["validating-resolver-for-tlsa", "sign-server-zone"]

    def test_mail_exchangers_that_nobody_vouches_for_are_another_zone(self):
        advice = dane("DNSSEC does not vouch for the MX records of example.com")
        assert advice[:2] == ["validating-resolver-for-mx", "sign-mail-domain"]

    def test_signatures_that_are_wrong_are_a_servfail(self):
        words = "All nameservers failed to answer the query: answered SERVFAIL"
        advice = dane(f"the TLSA records of {NAME} cannot be looked up: {words}")
        assert first(advice) == "wrong-signatures"

    def test_a_resolver_that_is_silent_is_no_servfail(self):
        words = "The resolution lifetime expired after 5.001 seconds"
        advice = dane(f"the TLSA records of {NAME} cannot be looked up: {words}")
        assert first(advice) == "resolver-of-this-host"

    def test_records_of_the_web(self):
        words = f"none of the 2 TLSA records of {NAME} is usable for mail (RFC 7672)"
        assert first(dane(words)) == "tlsa-usable-for-mail"

    def test_a_certificate_renewed_before_its_record(self):
        advice = dane(f"the certificate matches none of the 1 TLSA records of {NAME}")
        assert advice[:3] == ["tlsa-before-renewal", "hash-of-served-key", "send-authority-of-tlsa"]

    def test_an_authority_that_this_python_does_not_see(self):
        advice = dane(
            f"the certificate matches none of the 1 TLSA records of {NAME}"
            " (this Python does not show the intermediate certificates)"
        )
        assert first(advice) == "newer-python-for-tlsa"

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ("certificate has expired", "renew-certificate"),
            ("Hostname mismatch, certificate is not valid for 'mx'.", "name-in-certificate"),
            ("unable to get local issuer certificate", None),
        ],
    )
    def test_an_authority_that_matches_wants_a_chain_a_name_and_dates(self, words, says):
        advice = dane(f"the certificate matches TLSA 2 0 1 8d02536c, but {words}")
        assert first(advice) == "mend-certificate-of-tlsa"
        assert says is None or says in advice
        assert "name-authority" not in advice, "nobody asks it"

    def test_postfix_can_give_a_second_opinion(self):
        assert dane(f"there is no TLSA record at {NAME}")[-1] == "judge-dane-by-postfix"

    def test_a_name_with_other_words_in_it(self):
        words = "there is no TLSA record at _25._tcp.expired.self-signed.example"
        assert dane(words) == dane(f"there is no TLSA record at {NAME}")
