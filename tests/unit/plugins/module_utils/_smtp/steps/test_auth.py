# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login sends the right lines, and no secret is shown."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    Hold,
    encoded,
    failed,
    offering,
    stages,
)
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, sentence_of


class TestAuth:
    LOGIN: t.ClassVar[dict[str, t.Any]] = {
        "login_user": "ann",
        "login_password": "tanstaaftanstaaf",
    }
    PLAIN = encoded("\0ann\0tanstaaftanstaaf")

    def test_a_login_in_one_line(self, hold: Hold) -> None:
        record = hold(
            f"{offering('AUTH PLAIN')}\nC: AUTH PLAIN {self.PLAIN}\nS: 235 2.7.0 welcome{END}",
            **self.LOGIN,
            allow_plaintext_auth=True,
        )

        assert record.failure is None
        assert stages(record)[2] == ("auth", 235)

    def test_a_login_by_challenge(self, hold: Hold) -> None:
        record = hold(
            f"""{offering("AUTH CRAM-MD5")}
C: AUTH CRAM-MD5
S: 334 {encoded("<1896.697170952@postoffice.reston.mci.net>")}
C: {encoded("tim b913a602c7eda7a495b4e6e7334d3890")}
S: 235 2.7.0 welcome{END}""",
            login_user="tim",
            login_password="tanstaaftanstaaf",
        )

        assert record.failure is None

    @pytest.mark.parametrize(
        ("offered", "options", "text"),
        [
            ((), {}, "the server does not offer AUTH, at least not without TLS"),
            (("AUTH PLAIN LOGIN",), {}, "without TLS, AUTH PLAIN or LOGIN would send the secret"),
            (
                ("AUTH PLAIN",),
                {"auth_mechanism": "CRAM-MD5"},
                "the server does not offer AUTH CRAM",
            ),
        ],
    )
    def test_without_a_way_to_log_in_nothing_is_sent(
        self, hold: Hold, offered: tuple[str, ...], options: t.Any, text: str
    ) -> None:
        record = hold(offering(*offered) + END, **self.LOGIN, **options)

        assert failed(record) == ("auth", "unsupported", None)
        assert record.failure is not None
        assert record.failure.text.startswith(text)

    def test_a_wrong_password_is_a_refusal(self, hold: Hold) -> None:
        record = hold(
            f"{offering('AUTH PLAIN')}\nC: AUTH PLAIN {self.PLAIN}\nS: 535 5.7.8 no{END}",
            **self.LOGIN,
            allow_plaintext_auth=True,
        )

        assert failed(record) == ("auth", "permanent", 535)

    def test_a_refused_login_can_be_what_was_expected(self, hold: Hold) -> None:
        record = hold(
            f"{offering('AUTH PLAIN')}\nC: AUTH PLAIN {self.PLAIN}\nS: 535 5.7.8 no{END}",
            **self.LOGIN,
            allow_plaintext_auth=True,
            expect={"auth": ["535"]},
        )

        assert record.failure is None

    def test_an_invalid_challenge_is_cancelled(self, hold: Hold) -> None:
        record = hold(
            f"{offering('AUTH CRAM-MD5')}\nC: AUTH CRAM-MD5\nS: 334 !\nC: *\nS: 501 ok{END}",
            **self.LOGIN,
        )

        assert failed(record) == ("auth", "protocol", None)

    @pytest.mark.parametrize("end", ["*: close", "*: hush\nC: QUIT", "S: what?\nC: QUIT"])
    def test_a_server_that_does_not_answer_the_cancellation_is_not_asked_again(
        self, hold: Hold, end: str
    ) -> None:
        record = hold(
            f"{offering('AUTH CRAM-MD5')}\nC: AUTH CRAM-MD5\nS: 334 !\nC: *\n{end}",
            **self.LOGIN,
            timeout=0.5,
            retries=3,
        )

        assert failed(record) == ("auth", "protocol", None)
        assert record.failure is not None
        assert record.failure.text == "what the server sends as a challenge is not base64"
        assert record.attempts == 1

    def test_a_scram_server_without_a_signature_is_a_failure(self, hold: Hold) -> None:
        record = hold(
            f"{offering('AUTH SCRAM-SHA-256')}\nC: /^AUTH SCRAM-SHA-256 /\nS: 235 come in{END}",
            **self.LOGIN,
        )

        assert failed(record) == ("auth", "protocol", None)

    def test_no_secret_is_recorded_in_any_form(self, hold: Hold) -> None:
        secret = self.LOGIN["login_password"]
        record = hold(
            f"""{offering("AUTH LOGIN")}
C: AUTH LOGIN
S: 334 {encoded("Username:")}
C: {encoded("ann")}
S: 334 {encoded("Password:")}
C: {encoded(secret)}
S: 535-5.7.8 your password {secret} is wrong
S: 535-5.7.8 {encoded(secret)}
S: 535 5.7.8 {self.PLAIN} or {encoded("xx" + secret)}{END}""",
            **self.LOGIN,
            allow_plaintext_auth=True,
        )

        shown = json.dumps(result_of(record)) + sentence_of(record)
        for written in (secret, encoded(secret), self.PLAIN, encoded("xx" + secret)):
            assert written not in shown
        assert "C: AUTH LOGIN (not shown)" in shown
        assert "S: 334 (not shown)" in shown
        assert failed(record) == ("auth", "permanent", 535)


class TestMaskingDoesNotChangeTheVerdict:
    """The unmasked reply is judged, even if it contains the password."""

    LOGIN: t.ClassVar[dict[str, t.Any]] = {
        "login_user": "ann",
        "auth_mechanism": "PLAIN",
        "allow_plaintext_auth": True,
    }

    def test_a_password_that_equals_a_capability_does_not_hide_it(self, hold: Hold) -> None:
        script = """
        S: 220 mx
        C: EHLO client.example.com
        S: 250-mx
        S: 250-VRFY
        S: 250 AUTH PLAIN
        C: QUIT
        S: 221 Bye"""
        record = hold(
            script, **self.LOGIN, login_password="vrfy", forbid_capabilities=["VRFY"], tls="never"
        )

        assert failed(record) == ("helo", "expectation", None)
        assert "vrfy" not in json.dumps(result_of(record)["replies"]).lower()

    def test_an_expectation_is_compared_with_the_unmasked_reply(self, hold: Hold) -> None:
        script = """
        S: 220 mx
        C: EHLO client.example.com
        S: 250-mx
        S: 250 AUTH PLAIN
        C: /^AUTH PLAIN/
        S: 535 5.7.8 the word relay is no password
        C: QUIT
        S: 221 Bye"""
        record = hold(
            script,
            **self.LOGIN,
            login_password="relay",
            tls="never",
            expect={"auth": ["/the word relay/"]},
        )

        assert record.failure is None
        assert "relay" not in " ".join(result_of(record)["transcript"])
