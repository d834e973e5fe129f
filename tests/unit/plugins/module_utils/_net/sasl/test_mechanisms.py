# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SASL mechanisms against the examples of their RFCs, and against servers that cheat."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import re
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.sasl import mechanisms as sasl
from ansible_collections.mailops.smtp.plugins.module_utils._net.sasl.saslprep import saslprep
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends, assert_linear
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

AUTO_TAKES = "SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN"
IN_THE_CLEAR = "would send the secret in the clear, and allow_plaintext_auth is false"
IMPOSTOR = "it may be an impostor"

SetNonce = t.Callable[[str], None]


def exchange(
    mechanism: str,
    user: str = "ann",
    secret: str = "correct horse",
    events: list[str] | None = None,
    **where: t.Any,
) -> sasl.SaslExchange:
    """An exchange whose events go to a list."""
    events = [] if events is None else events
    return sasl.SaslExchange(mechanism, sasl.Credentials(user, secret, **where), events.append)


def b64(text: str) -> str:
    """The base64 of a text."""
    return base64.b64encode(text.encode()).decode()


def plain_text(line: str) -> str:
    """What a line, or the last word of a command, is the base64 of."""
    return base64.b64decode(line.rpartition(" ")[2]).decode()


def broken(call: t.Callable[..., t.Any], *arguments: t.Any) -> tuple[str, str]:
    """The kind and the text with which a call breaks the dialogue."""
    with pytest.raises(ProbeError) as caught:
        call(*arguments)
    return caught.value.kind, caught.value.text


class TestChoice:
    ALL = ("LOGIN", "PLAIN", "XOAUTH2", "CRAM-MD5", "SCRAM-SHA-1", "OAUTHBEARER", "SCRAM-SHA-256")

    @pytest.mark.parametrize(
        ("offered", "chosen"),
        [
            (ALL, "SCRAM-SHA-256"),
            (("LOGIN", "SCRAM-SHA-1", "PLAIN", "CRAM-MD5"), "SCRAM-SHA-1"),
            (("PLAIN", "LOGIN", "CRAM-MD5"), "CRAM-MD5"),
            (("LOGIN", "PLAIN"), "PLAIN"),
            (("GSSAPI", "LOGIN"), "LOGIN"),
            (("plain", "scram-sha-256"), "SCRAM-SHA-256"),
            (("SCRAM-SHA-256-PLUS", "SCRAM-SHA-1"), "SCRAM-SHA-1"),
        ],
    )
    def test_auto_takes_the_strongest(self, offered: tuple[str, ...], chosen: str) -> None:
        assert sasl.choose("auto", offered, True, False) == chosen

    @pytest.mark.parametrize("mechanism", ALL)
    def test_what_is_wanted_and_offered_is_taken(self, mechanism: str) -> None:
        assert sasl.choose(mechanism, self.ALL, True, False) == mechanism

    def test_without_tls_auto_takes_a_challenge_and_response(self) -> None:
        assert sasl.choose("auto", ["PLAIN", "CRAM-MD5"], False, False) == "CRAM-MD5"

    @pytest.mark.parametrize("mechanism", ["auto", "PLAIN"])
    def test_without_tls_a_secret_goes_in_the_clear_where_that_is_allowed(
        self, mechanism: str
    ) -> None:
        assert sasl.choose(mechanism, ["PLAIN"], False, True) == "PLAIN"

    @pytest.mark.parametrize(
        ("wanted", "offered", "tls", "sentence"),
        [
            ("auto", (), True, "the server does not offer AUTH"),
            ("PLAIN", (), False, "the server does not offer AUTH, at least not without TLS"),
            (
                "CRAM-MD5",
                ALL[:2],
                True,
                "the server does not offer AUTH CRAM-MD5, but LOGIN, PLAIN",
            ),
            (
                "auto",
                ("GSSAPI", "XOAUTH2"),
                True,
                f"the server offers AUTH GSSAPI, XOAUTH2, and `auto` takes {AUTO_TAKES}",
            ),
            (
                "auto",
                ("LOGIN", "PLAIN"),
                False,
                f"without TLS, AUTH PLAIN or LOGIN {IN_THE_CLEAR}",
            ),
            (
                "OAUTHBEARER",
                ALL,
                False,
                f"without TLS, AUTH OAUTHBEARER {IN_THE_CLEAR}",
            ),
        ],
    )
    def test_it_says_why_nothing_fits(
        self, wanted: str, offered: tuple[str, ...], tls: bool, sentence: str
    ) -> None:
        assert broken(sasl.choose, wanted, offered, tls, False) == ("unsupported", sentence)

    def test_what_a_hostile_server_offers_is_bounded(self) -> None:
        offered = [f"X{number}" for number in range(10_000)]

        text = broken(sasl.choose, "auto", offered, True, True)[1]

        assert "AUTH X0, X1, X2, X3, X4, X5, X6, X7, X8, X9, X10, X11, 9988 more, and" in text

    def test_a_name_that_is_none_is_counted_and_not_cut(self) -> None:
        offered = ["GSSAPI", "X" * 300, "\x1b[2J", "two words"]

        assert broken(sasl.choose, "PLAIN", offered, True, True)[1] == (
            "the server does not offer AUTH PLAIN, but GSSAPI, 3 more"
        )

    def test_every_mechanism_has_its_place(self) -> None:
        assert set(sasl.STRENGTH) | set(sasl.PLAINTEXT) == set(sasl.MECHANISMS) == set(self.ALL)


class TestHostsWithoutMd5:
    @pytest.fixture(autouse=True)
    def _fips_mode(self, monkeypatch: pytest.MonkeyPatch) -> None:
        new = hmac.new

        def new_in_fips_mode(key: bytes, message: bytes, hash_name: str) -> t.Any:
            if hash_name == "md5":
                raise ValueError("[digital envelope routines] unsupported")
            return new(key, message, hash_name)

        monkeypatch.setattr(hmac, "new", new_in_fips_mode)

    def test_auto_passes_over_cram_md5(self) -> None:
        assert sasl.choose("auto", ["CRAM-MD5", "PLAIN"], True, False) == "PLAIN"
        assert sasl.choose("auto", ["CRAM-MD5", "SCRAM-SHA-1"], True, False) == "SCRAM-SHA-1"

    @pytest.mark.parametrize("wanted", ["auto", "CRAM-MD5"])
    def test_cram_md5_alone_is_unsupported(self, wanted: str) -> None:
        kind, text = broken(sasl.choose, wanted, ["CRAM-MD5"], True, False)

        assert kind == "unsupported"
        assert text == "this host lacks the hash function of CRAM-MD5 (is it in FIPS mode?)"


class TestWhatCanBeSent:
    @pytest.mark.parametrize("mechanism", ["auto", *sasl.MECHANISMS])
    def test_ordinary_credentials(self, mechanism: str) -> None:
        assert sasl.prepared(mechanism, "ann@x.org", "hunter,2=") == ("ann@x.org", "hunter,2=")

    @pytest.mark.parametrize("mechanism", ["auto", *sasl.MECHANISMS])
    @pytest.mark.parametrize(
        ("user", "secret", "option"),
        [
            ("ann", "", "login_password"),
            ("ann", "nul\0", "login_password"),
            ("ann", "lone \udc80 surrogate", "login_password"),
            ("nul\0", "secret", "login_user"),
            ("ann", "from a file\n", "login_password"),
            ("ann\r\n", "secret", "login_user"),
            ("lone \udc80 surrogate", "secret", "login_user"),
        ],
    )
    def test_what_no_mechanism_sends(
        self, mechanism: str, user: str, secret: str, option: str
    ) -> None:
        with pytest.raises(sasl.CannotSend) as caught:
            sasl.prepared(mechanism, user, secret)

        assert caught.value.option == option
        assert user not in str(caught.value)
        assert not secret or secret not in str(caught.value)

    @pytest.mark.parametrize("mechanism", ["auto", *sasl.STRENGTH, "XOAUTH2"])
    def test_a_user_is_needed_but_where_the_token_tells_who_it_is(self, mechanism: str) -> None:
        assert sasl.prepared("OAUTHBEARER", "", "token") == ("", "token")
        with pytest.raises(sasl.CannotSend):
            sasl.prepared(mechanism, "", "token")

    @pytest.mark.parametrize(
        ("mechanism", "user", "secret", "option"),
        [
            ("XOAUTH2", "ann\1auth=x", "token", "login_user"),
            ("OAUTHBEARER", "ann\t", "token", "login_user"),
            ("XOAUTH2", "ann", "to ken", "login_password"),
            ("OAUTHBEARER", "ann", "to\1ken", "login_password"),
            ("SCRAM-SHA-1", "ann\a", "secret", "login_user"),
            ("SCRAM-SHA-256", "ann", "se\acret", "login_password"),
            ("SCRAM-SHA-256", "ann", "\u0627se\u0627", "login_password"),
            ("SCRAM-SHA-256", "\u00ad", "secret", "login_user"),
        ],
    )
    def test_what_one_mechanism_does_not_send(
        self, mechanism: str, user: str, secret: str, option: str
    ) -> None:
        with pytest.raises(sasl.CannotSend) as caught:
            sasl.prepared(mechanism, user, secret)

        assert caught.value.option == option
        assert secret not in str(caught.value)
        assert broken(exchange, mechanism, user, secret) == (
            "unsupported",
            f"{option}: {caught.value}",
        )
        assert sasl.prepared("auto", user, secret) == (user, secret)

    def test_only_scram_prepares(self) -> None:
        assert sasl.prepared("SCRAM-SHA-1", "\u2168", "\u00bd\u00b4") == ("IX", "1\u20442 \u0301")
        assert sasl.prepared("PLAIN", "\u2168", "\u00bd") == ("\u2168", "\u00bd")


class TestCommand:
    """The initial response goes with the command where it can (RFC 4954 section 4)."""

    @pytest.mark.parametrize("mechanism", ["LOGIN", "CRAM-MD5"])
    def test_where_the_server_speaks_first_there_is_none(self, mechanism: str) -> None:
        assert exchange(mechanism).command() == f"AUTH {mechanism}"

    @pytest.mark.parametrize("mechanism", [*sasl.STRENGTH[:2], "PLAIN", "XOAUTH2", "OAUTHBEARER"])
    def test_it_can_wait_to_be_asked_for(self, mechanism: str) -> None:
        client = exchange(mechanism, secret="secret")

        assert client.command(with_initial=False) == f"AUTH {mechanism}"
        assert "ann" in plain_text(client.answer(""))

    def test_the_line_is_as_long_as_smtp_allows_and_no_longer(self) -> None:
        # "AUTH PLAIN " and 499 octets with CRLF: 496 of base64, which is 372 bytes.
        longest = "x" * (372 - len("\0ann\0"))

        client = exchange("PLAIN", secret=longest)
        assert len(client.command()) == 11 + 496

        client = exchange("PLAIN", secret=longest + "x")
        assert client.command() == "AUTH PLAIN"
        assert plain_text(client.answer("")) == f"\0ann\0{longest}x"

    def test_an_empty_one_is_an_equals_sign(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def external(_who: sasl.Credentials, _on_event: sasl.OnEvent) -> sasl.Responses:
            yield b""

        monkeypatch.setitem(sasl.MECHANISMS, "EXTERNAL", external)

        assert exchange("EXTERNAL").command() == "AUTH EXTERNAL ="
        client = exchange("EXTERNAL")
        client.command(with_initial=False)
        assert client.answer("") == ""

    def test_a_server_that_accepts_without_it_has_not_asked_who_it_is(self) -> None:
        client = exchange("PLAIN")
        client.command(with_initial=False)

        assert broken(client.accepted)[0] == "protocol"


class TestBase64:
    @given(st.binary())
    def test_what_is_encoded_is_decoded(self, data: bytes) -> None:
        assert sasl.decode(sasl.encode(data)) == data

    @pytest.mark.parametrize(
        "text",
        [
            *("=AAA", "AAA=BBB", "=", "A", "AA", "AAA", "AA=", "AAAA=", "AAAA====", "AA==AAAA"),
            *("AA-_", "ÄÄÄÄ", "Username:"),
        ],
    )
    def test_what_is_none_is_refused(self, text: str) -> None:
        assert broken(sasl.decode, text) == (
            "protocol",
            "what the server sends as a challenge is not base64",
        )
        client = exchange("LOGIN")
        client.command()
        assert broken(client.answer, text)[0] == "protocol"

    @pytest.mark.parametrize("text", ["AA AA", "AAAA\n", "AAAA ", "!" * 60_000])
    def test_what_is_refused_is_not_shown(self, text: str) -> None:
        assert text not in broken(sasl.decode, text)[1]


class TestPlain:
    def test_the_example_of_rfc_4616(self) -> None:
        client = exchange("PLAIN", "tim", "tanstaaftanstaaf")

        assert plain_text(client.command()) == "\0tim\0tanstaaftanstaaf"
        client.accepted()

    def test_the_example_of_rfc_4954(self) -> None:
        assert exchange("PLAIN", "test", "1234").command() == "AUTH PLAIN AHRlc3QAMTIzNA=="

    @given(st.text(min_size=1), st.text(min_size=1))
    def test_it_sends_what_it_is_given(self, user: str, secret: str) -> None:
        if not set("\0\r\n") & set(user + secret):
            client = exchange("PLAIN", user, secret)
            client.command(with_initial=False)
            assert plain_text(client.answer("")) == f"\0{user}\0{secret}"

    def test_it_has_nothing_more_to_say(self) -> None:
        client = exchange("PLAIN")
        client.command()

        assert broken(client.answer, "") == (
            "protocol",
            "the server asks for more than PLAIN has to say",
        )


class TestLogin:
    @pytest.mark.parametrize(
        "prompts",
        [
            ("VXNlciBOYW1lAA==", "UGFzc3dvcmQA"),  # draft-murchison-sasl-login-00 section 2.3
            ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"),
            ("", ""),
        ],
    )
    def test_it_answers_whatever_the_prompts_say(self, prompts: tuple[str, str]) -> None:
        client = exchange("LOGIN", "tim", "tanstaaftanstaaf")

        assert client.command() == "AUTH LOGIN"
        assert client.answer(prompts[0]) == "dGlt"
        assert client.answer(prompts[1]) == "dGFuc3RhYWZ0YW5zdGFhZg=="
        client.accepted()

    @pytest.mark.parametrize(
        ("prompts", "text"),
        [
            (0, "the server accepted the login before it asked for the user"),
            (1, "the server accepted the login before it asked for the password"),
        ],
    )
    def test_a_server_that_accepts_too_early_does_not_look(self, prompts: int, text: str) -> None:
        client = exchange("LOGIN")
        client.command()
        for _prompt in range(prompts):
            client.answer("")

        assert broken(client.accepted) == ("protocol", text)


class TestCramMd5:
    CHALLENGE = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"

    def test_the_example_of_rfc_2195(self) -> None:
        client = exchange("CRAM-MD5", "tim", "tanstaaftanstaaf")

        assert client.command() == "AUTH CRAM-MD5"
        assert client.answer(self.CHALLENGE) == "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"
        client.accepted()

    def test_a_server_must_challenge(self) -> None:
        assert broken(exchange("CRAM-MD5").accepted)[0] == "protocol"
        assert broken(exchange("CRAM-MD5").answer, "") == (
            "protocol",
            "the server's CRAM-MD5 challenge is empty",
        )


class ScramServer:
    """The other side of SCRAM, which knows what a server may know (RFC 5802 section 3)."""

    def __init__(self, mechanism: str, user: str, password: str, iterations: int = 4096) -> None:
        self._hash = {"SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256"}[mechanism]
        self._user = saslprep(user)
        self._salt, self._iterations = os.urandom(16), iterations
        salted = hashlib.pbkdf2_hmac(
            self._hash, saslprep(password).encode(), self._salt, iterations
        )
        self._stored_key = hashlib.new(self._hash, self._hmac(salted, b"Client Key")).digest()
        self._server_key = self._hmac(salted, b"Server Key")

    def _hmac(self, key: bytes, message: bytes) -> bytes:
        return hmac.new(key, message, self._hash).digest()

    def first(self, line: str) -> str:
        """Answer the client's first message."""
        header, _authzid, self._client_first = plain_text(line).split(",", 2)
        match = re.fullmatch(r"n=([^,]+),r=([!-+\--~]{18,})", self._client_first)
        assert match is not None
        assert header == "n"
        assert not re.search("=(?!2C|3D)", match.group(1))
        assert match.group(1).replace("=2C", ",").replace("=3D", "=") == self._user
        self._nonce = match.group(2) + "s3rv3r%"
        salt = base64.b64encode(self._salt).decode()
        self._server_first = f"r={self._nonce},s={salt},i={self._iterations}"
        return b64(self._server_first)

    def signature(self, line: str) -> bytes | None:
        """Check the client's proof, and give a signature where it is right."""
        without_proof, _comma, proof = plain_text(line).rpartition(",p=")
        assert without_proof == f"c=biws,r={self._nonce}"
        messages = f"{self._client_first},{self._server_first},{without_proof}".encode()
        mask = self._hmac(self._stored_key, messages)
        client_key = bytes(a ^ b for a, b in zip(mask, base64.b64decode(proof)))
        if hashlib.new(self._hash, client_key).digest() != self._stored_key:
            return None
        return self._hmac(self._server_key, messages)


def verifier(signature: bytes | None) -> str:
    """The server's final message."""
    assert signature is not None, "the client did not prove that it knows the password"
    return b64("v=" + base64.b64encode(signature).decode())


def is_prepared(text: str) -> bool:
    """Whether SASLprep takes a text, and leaves something of it."""
    try:
        return bool(saslprep(text))
    except ValueError:
        return False


class TestScram:
    RFC_5802 = (
        "SCRAM-SHA-1",
        "fyko+d2lbbFgONRv9qkxdawL",
        "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    )
    RFC_7677 = (
        "SCRAM-SHA-256",
        "rOprNGfwEbeRWgbNEkqO",
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        (
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        ),
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    )
    NONCE = RFC_5802[1]
    GOOD = RFC_5802[2]

    @pytest.fixture
    def nonce(self, monkeypatch: pytest.MonkeyPatch) -> SetNonce:
        """Make the client's nonce a known one: that of RFC 5802, or another."""

        def set_nonce(nonce: str) -> None:
            monkeypatch.setattr(os, "urandom", lambda _size: base64.b64decode(nonce))

        set_nonce(self.NONCE)
        return set_nonce

    def started(self, *challenges: str, events: list[str] | None = None) -> sasl.SaslExchange:
        """The exchange of RFC 5802, after so many of the server's challenges."""
        client = exchange("SCRAM-SHA-1", "user", "pencil", events)
        client.command()
        for challenge in challenges:
            client.answer(b64(challenge))
        return client

    @pytest.mark.parametrize("example", [RFC_5802, RFC_7677], ids=["rfc_5802", "rfc_7677"])
    @pytest.mark.parametrize("extension", ["", ",x=an extension that is optional,y=1"])
    def test_the_example_of_its_rfc(
        self, example: tuple[str, ...], extension: str, nonce: SetNonce
    ) -> None:
        mechanism, client_nonce, server_first, client_final, server_final = example
        nonce(client_nonce)
        client = exchange(mechanism, "user", "pencil")

        command = client.command()
        assert command == f"AUTH {mechanism} {b64(f'n,,n=user,r={client_nonce}')}"
        assert plain_text(client.answer(b64(server_first))) == client_final
        assert client.answer(b64(server_final + extension)) == ""
        client.accepted()

    @pytest.mark.parametrize("mechanism", ["SCRAM-SHA-1", "SCRAM-SHA-256"])
    @pytest.mark.parametrize("user", ["ann", "=2C,=3D,", "grün\u00ad\u2168", "אבג"])
    def test_any_server_and_any_user(self, mechanism: str, user: str) -> None:
        server = ScramServer(mechanism, user, "p,=ß", iterations=10_000)
        client = exchange(mechanism, user, "p,=ß")

        challenge = server.first(client.command())
        assert client.answer(verifier(server.signature(client.answer(challenge)))) == ""
        client.accepted()

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(st.text(min_size=1).filter(is_prepared), st.text(min_size=1).filter(is_prepared))
    def test_any_user_and_password(self, user: str, password: str) -> None:
        server = ScramServer("SCRAM-SHA-256", user, password)
        client = exchange("SCRAM-SHA-256", user, password)
        client.command(with_initial=False)

        challenge = server.first(client.answer(""))
        assert client.answer(verifier(server.signature(client.answer(challenge)))) == ""
        client.accepted()

    def test_a_wrong_password_is_for_the_server_to_refuse(self) -> None:
        server = ScramServer("SCRAM-SHA-256", "ann", "right")
        client = exchange("SCRAM-SHA-256", "ann", "wrong")

        assert server.signature(client.answer(server.first(client.command()))) is None

    def test_no_two_exchanges_share_a_nonce(self) -> None:
        commands = {exchange("SCRAM-SHA-256").command() for _time in range(100)}

        assert len(commands) == 100

    @settings(max_examples=40, deadline=None)
    @given(st.integers(min_value=0, max_value=8 * 32 - 1))
    def test_a_signature_with_one_wrong_bit_is_none(self, bit: int) -> None:
        server = ScramServer("SCRAM-SHA-256", "ann", "secret")
        client = exchange("SCRAM-SHA-256", "ann", "secret")
        signature = server.signature(client.answer(server.first(client.command())))
        assert signature is not None
        wrong = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(32, "big")

        assert broken(client.answer, verifier(wrong)) == (
            "protocol",
            f"the server's SCRAM signature is wrong: {IMPOSTOR}",
        )

    @pytest.mark.parametrize(
        "final", ["", "v=", "v=!", "v=====", "v=AAAA", "x=1,v=AAAA", "rmF9pqV8S7suAoZWja4dJRkFsKQ="]
    )
    @pytest.mark.usefixtures("nonce")
    def test_a_signature_that_is_none_is_refused(self, final: str) -> None:
        client = self.started(self.GOOD)

        assert broken(client.answer, b64(final))[0] == "protocol"

    @pytest.mark.usefixtures("nonce")
    @pytest.mark.parametrize("challenges", [(), (GOOD,)])
    def test_a_server_that_does_not_sign_is_refused(self, challenges: tuple[str, ...]) -> None:
        client = self.started(*challenges)

        assert broken(client.accepted) == (
            "protocol",
            f"the server accepted the login without its SCRAM signature: {IMPOSTOR}",
        )

    @pytest.mark.usefixtures("nonce")
    def test_a_server_that_goes_on_after_its_signature_is_refused(self) -> None:
        client = self.started(self.GOOD, self.RFC_5802[4])

        assert broken(client.answer, "")[0] == "protocol"

    @pytest.mark.parametrize(
        ("server_first", "kind", "text"),
        [
            ("", "protocol", "not a SCRAM challenge"),
            ("hello", "protocol", "not a SCRAM challenge"),
            (f"r={NONCE}x,i=4096,s=QSXC", "protocol", "not a SCRAM challenge"),
            (f"r={NONCE}x,s=,i=4096", "protocol", "not a SCRAM challenge"),
            (f"r={NONCE}x,s=QSXC,i=04096", "protocol", "not a SCRAM challenge"),
            (f"r={NONCE}x,s=QSXC,i=-4096", "protocol", "not a SCRAM challenge"),
            (f"r={NONCE}x,s=QSXC,i=4096x", "protocol", "not a SCRAM challenge"),
            (f"r={NONCE}x,s=QSXC", "protocol", "not a SCRAM challenge"),
            (f"r={NONCE}\x7f,s=QSXC,i=4096", "protocol", "not a SCRAM challenge"),
            (f"r={NONCE}x,s=QSX,i=4096", "protocol", "not base64"),
            (f"r={NONCE}x,s=Q\ufffdSX,i=4096", "protocol", "not base64"),
            (f"r={NONCE},s=QSXC,i=4096", "protocol", "nonce does not continue"),
            (f"r={NONCE[:-1]}x,s=QSXC,i=4096", "protocol", "nonce does not continue"),
            (f"r=x{NONCE},s=QSXC,i=4096", "protocol", "nonce does not continue"),
            (f"r={NONCE}x,s=QSXC,i=1", "unsupported", "asks for 1 iterations"),
            (f"r={NONCE}x,s=QSXC,i=4095", "unsupported", "asks for 4095 iterations"),
            (f"r={NONCE}x,s=QSXC,i=1000001", "unsupported", "from 4096 to 1000000"),
            (f"r={NONCE}x,s=QSXC,i={'1' * 9000}", "unsupported", "asks for too many "),
            (f"m=x,r={NONCE}x,s=QSXC,i=4096", "unsupported", "an extension of SCRAM"),
            (f"r={NONCE}x,s=QSXC,i=4096,x=1,m=y", "unsupported", "an extension of SCRAM"),
        ],
    )
    @pytest.mark.usefixtures("nonce")
    def test_a_challenge_that_is_no_good_is_refused(
        self, server_first: str, kind: str, text: str
    ) -> None:
        broken_kind, broken_text = broken(self.started().answer, b64(server_first))

        assert broken_kind == kind
        assert text in broken_text
        assert broken_text.isprintable()
        assert len(broken_text) < 300
        assert "QSXC" not in broken_text
        assert "fyko" not in broken_text

    @pytest.mark.usefixtures("nonce")
    @pytest.mark.parametrize("challenges", [(), (GOOD,)])  # the former as in erratum 5271
    def test_an_error_of_the_servers_is_told_and_then_refused(
        self, challenges: tuple[str, ...]
    ) -> None:
        events: list[str] = []
        client = self.started(*challenges, events=events)

        assert client.answer(b64("e=invalid-proof,x=1")) == ""
        assert events == ["the server's reason: invalid-proof"]
        assert broken(client.accepted)[0] == "protocol"

    @pytest.mark.usefixtures("nonce")
    @pytest.mark.parametrize("error", ["", "invalid-proof\x1b", "hunter2", "x" * 60_000])
    def test_an_error_that_the_rfc_does_not_know_is_not_shown(self, error: str) -> None:
        events: list[str] = []

        assert self.started(events=events).answer(b64(f"e={error}")) == ""
        assert events == ["the server's reason is not shown"]


class TestXoauth2:
    # https://developers.google.com/gmail/imap/xoauth2-protocol
    TOKEN = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    RESPONSE = (
        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52"
        "YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )
    ERROR = (
        "eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9t"
        "YWlsLmdvb2dsZS5jb20vIn0K"
    )

    REASON = "401"

    def test_the_example_of_google(self) -> None:
        client = exchange("XOAUTH2", "someuser@example.com", self.TOKEN)

        assert client.command() == f"AUTH XOAUTH2 {self.RESPONSE}"
        client.accepted()

    def test_a_long_token_follows_the_command(self) -> None:
        client = exchange("XOAUTH2", "ann", "x" * 2000)

        assert client.command() == "AUTH XOAUTH2"
        assert len(client.answer("")) > 2000
        client.accepted()

    def test_an_error_is_told_and_answered_with_nothing(self) -> None:
        events: list[str] = []
        client = exchange("XOAUTH2", "someuser@example.com", self.TOKEN, events)
        client.command()

        assert client.answer(self.ERROR) == ""
        assert events == [f"the server's reason: {self.REASON}"]

    def test_after_an_error_there_is_only_a_refusal(self) -> None:
        text = "the server gave a reason to refuse the login, and did not refuse it"
        client = exchange("XOAUTH2", "ann", "token")
        client.command()
        client.answer(self.ERROR)
        assert broken(client.accepted) == ("protocol", text)

        client = exchange("XOAUTH2", "ann", "token")
        client.command()
        client.answer(self.ERROR)
        assert broken(client.answer, "") == ("protocol", text)


class TestOauthbearer:
    # RFC 7628 sections 4.1, 4.3 and 4.4
    TOKEN = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
    RESPONSE = (
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9NTg3AWF1dGg9QmVhcmVy"
        "IHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    )
    ERROR = (
        "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NoZW1lcyI6ImJlYXJlciBtYWMiLCJzY29wZSI6Imh0dHBzOi8v"
        "bWFpbC5leGFtcGxlLmNvbS8ifQ=="
    )

    REASON = "invalid_token"

    def test_the_example_of_rfc_7628(self) -> None:
        client = exchange(
            "OAUTHBEARER", "user@example.com", self.TOKEN, host="server.example.com", port=587
        )

        assert client.command() == f"AUTH OAUTHBEARER {self.RESPONSE}"
        client.accepted()

    @pytest.mark.parametrize(
        ("user", "where", "response"),
        [
            ("a,b=c", {}, "n,a=a=2Cb=3Dc,\1auth=Bearer token\1\1"),
            ("", {}, "n,,\1auth=Bearer token\1\1"),
            ("ann", {"host": "mx"}, "n,a=ann,\1host=mx\1auth=Bearer token\1\1"),
        ],
    )
    def test_what_there_is_not_is_left_out(
        self, user: str, where: dict[str, t.Any], response: str
    ) -> None:
        assert plain_text(exchange("OAUTHBEARER", user, "token", **where).command()) == response

    def test_an_error_is_told_and_answered_with_the_dummy(self) -> None:
        events: list[str] = []
        client = exchange("OAUTHBEARER", "user@example.com", self.TOKEN, events)
        client.command()

        assert client.answer(self.ERROR) == "AQ=="
        assert events == [f"the server's reason: {self.REASON}"]
        assert broken(client.accepted)[0] == "protocol"

    @pytest.mark.parametrize(
        ("reason", "shown"),
        [
            ('{"status": 401}', ": 401"),
            ('{"status": "insufficient_scope"}', ": insufficient_scope"),
            ('{"status": "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg"}', " is not shown"),
            ('{"status": "12345678"}', " is not shown"),
            ('{"status": ["invalid_token"]}', " is not shown"),
            ('{"scope": "x"}', " is not shown"),
            ('["status"]', " is not shown"),
            ("\x1b[2J" + "x" * 10_000, " is not shown"),
            ('{"status":' * 400, " is not shown"),
            ("[" * 60_000, " is not shown"),
            ('{"status":' + "1" * 4000 + "}", " is not shown"),
            ("", " is not shown"),
        ],
    )
    def test_of_a_reason_what_can_be_recognised_is_shown(self, reason: str, shown: str) -> None:
        events: list[str] = []
        client = exchange("OAUTHBEARER", "ann", "token", events)
        client.command()

        client.answer(b64(reason))

        assert events == [f"the server's reason{shown}"]


def answered(mechanism: str, unit: str, times: int) -> None:
    """Answer a long challenge, good or bad. At the top of the module, to be called by name."""
    client = exchange(mechanism, secret="token")
    nonce = client.command().rpartition(" ")[2] if mechanism.startswith("SCRAM") else ""
    start, _sign, repeated = unit.rpartition("|")
    start = start.replace("NONCE", plain_text(nonce).rpartition("=")[2])
    client.answer(b64(start + repeated * times))


# What is repeated, after a beginning that the mechanism takes.
HOSTILE = (
    *("r=", "r=NONCE|x", "r=NONCEx,s=|A", "r=NONCEx,s=QSXC,i=|1", "r=NONCEx,s=QSXC,i=4096|,m"),
    *("e=|x", "[", '{"status":', '{"status":"|a_', "\0", "="),
)


class TestBounds:
    """A reply may have 64 KiB; this is more."""

    @pytest.mark.parametrize("mechanism", ["CRAM-MD5", "LOGIN", "OAUTHBEARER", "SCRAM-SHA-1"])
    @pytest.mark.parametrize("unit", HOSTILE)
    def test_a_hostile_challenge_takes_linear_time(self, mechanism: str, unit: str) -> None:
        def answer(times: int) -> None:
            with contextlib.suppress(ProbeError):
                answered(mechanism, unit, times)

        assert_linear(answer, int)

    @pytest.mark.parametrize("mechanism", ["OAUTHBEARER", "SCRAM-SHA-1"])
    @pytest.mark.parametrize("unit", HOSTILE)
    def test_a_megabyte_ends(self, mechanism: str, unit: str) -> None:
        assert_ends(answered, mechanism, unit, 500_000, raises=(ProbeError,))
