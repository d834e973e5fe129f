# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials in, the lines of an AUTH command out (RFC 4954, with SASL as in RFC 4422). No I/O.

A mechanism is a generator of responses. It yields its initial response first, or None if the server
sends the first challenge. Then it is sent each challenge, and None when the server has accepted the
login: now it returns, or raises ProbeError if the server has skipped a step. An `SaslExchange` runs
a mechanism over the AUTH command of SMTP.

No text of this module quotes a challenge, which may contain the secret in any form.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import os
import re
import typing as t

from ..errors import ProbeError
from ..text import printable

# The mechanisms that take a password, the strongest first. `auto` chooses from these alone, since
# it must not send a password as a token.
STRENGTH = ("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN")

# The mechanisms that send the secret itself.
PLAINTEXT = ("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER")

# The line that cancels an exchange, in place of a response (RFC 4954 section 4).
CANCEL = "*"

# RFC 5321 section 4.5.3.1.4, CRLF included. The limit is for the command, not for later responses.
MAX_COMMAND_OCTETS = 512

# RFC 5802 and RFC 7677 ask servers for at least 4096; Dovecot offers and Cyrus SASL accepts no
# fewer. With fewer, an impostor could quickly guess the password from the proof that the client
# sends.
MIN_ITERATIONS = 4096

# A hostile server could ask for many (RFC 5802 section 9), and no deadline interrupts the
# computation. A million takes half a second, and is more than the 600,000 that OWASP recommends.
# The clients of Dovecot and Cyrus SASL accept at most 524,288 and 65,536.
MAX_ITERATIONS = 1_000_000

# The errors that a server may send (RFC 5802 section 7).
SCRAM_ERRORS = (
    "invalid-encoding",
    "extensions-not-supported",
    "invalid-proof",
    "channel-bindings-dont-match",
    "server-does-support-channel-binding",
    "channel-binding-not-supported",
    "unsupported-channel-binding-type",
    "unknown-user",
    "invalid-username-encoding",
    "no-resources",
    "other-error",
)

# The status in the error of XOAUTH2 and OAUTHBEARER (RFC 7628 section 3.2.2): a word such as
# invalid_token, or an HTTP status. No token looks like this.
_OAUTH_STATUS = re.compile("[a-z]{1,20}(?:_[a-z]{1,20})?|[1-5][0-9]{2}")
_MAX_REASON_BYTES = 4096

# RFC 4422 section 3.1, and the limit on names of mechanisms in a message.
_MECHANISM = re.compile("[A-Z0-9_-]{1,20}")
_MAX_NAMES = 12

_HASHES = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-1": "sha1", "CRAM-MD5": "md5"}

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_SERVER_FIRST = re.compile(rb"r=([!-+\--~]+),s=([^,]+),i=([1-9][0-9]*)(?:,.*)?", re.DOTALL)
_SERVER_FINAL = re.compile(rb"v=([^,]+)(?:,.*)?", re.DOTALL)

Responses = t.Generator[t.Optional[bytes], t.Optional[bytes], None]
Challenge = t.Generator[t.Optional[bytes], t.Optional[bytes], bytes]
OnEvent = t.Callable[[str], None]


class CannotSend(ValueError):
    """A mechanism cannot send what an option holds, which the message does not show."""

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(problem)
        self.option = option


class Credentials(t.NamedTuple):
    """A user, a password or token, and the server, if it has host and port."""

    user: str
    secret: str
    host: str | None = None
    port: int | None = None


def choose(wanted: str, offered: t.Sequence[str], tls: bool, allow_plaintext: bool) -> str:
    """Return the wanted mechanism, or for `auto` the strongest that client and server know.

    Raises ProbeError, kind `unsupported`, with the offered mechanisms and why none can be used.
    """
    names = [name.upper() for name in offered]
    if not names:
        hint = "" if tls else ", at least not without TLS"
        raise ProbeError("unsupported", f"the server does not offer AUTH{hint}")
    known = [name for name in (STRENGTH if wanted == "auto" else (wanted,)) if name in names]
    if not known:
        all_names = _list_names(names)
        text = f"the server does not offer AUTH {wanted}, but {all_names}"
        if wanted == "auto":
            text = f"the server offers AUTH {all_names}, and `auto` takes {', '.join(STRENGTH)}"
        raise ProbeError("unsupported", text)
    safe = [name for name in known if tls or allow_plaintext or name not in PLAINTEXT]
    if not safe:
        text = f"without TLS, AUTH {' or '.join(known)} would send the secret in the clear"
        raise ProbeError("unsupported", f"{text}, and allow_plaintext_auth is false")
    usable = [name for name in safe if _has_hash(name)]
    if not usable:
        text = f"this host lacks the hash function of {' and '.join(safe)} (is it in FIPS mode?)"
        raise ProbeError("unsupported", text)
    return usable[0]


def prepared(mechanism: str, user: str, secret: str) -> tuple[str, str]:
    """Return user and secret as a mechanism sends them. Raises CannotSend.

    With `auto`, only values that no mechanism can send are refused.
    """
    for option, value in (("login_user", user), ("login_password", secret)):
        if not value and (mechanism, option) != ("OAUTHBEARER", "login_user"):
            raise CannotSend(option, "is empty")
        if re.search("[\0\ud800-\udfff]", value):
            raise CannotSend(option, "contains a NUL character, or half of a surrogate pair")
        if re.search("[\r\n]", value):
            problem = "contains a line break; the filter `trim` removes that at the end of a file"
            raise CannotSend(option, problem)
    if mechanism in ("XOAUTH2", "OAUTHBEARER"):
        if re.search(r"[\x00-\x1f\x7f]", user):
            raise CannotSend("login_user", "contains a control character")
        if not re.fullmatch(r"[!-~]+", secret):
            problem = (
                "must be a token, one word of printable ASCII characters (is there a line break?)"
            )
            raise CannotSend("login_password", problem)
    if mechanism.startswith("SCRAM-"):
        return _saslprep("login_user", user), _saslprep("login_password", secret)
    return user, secret


def _list_names(names: t.Sequence[str]) -> str:
    """Return names of mechanisms as text. No name is cut, so that a secret in it can be masked."""
    known = [name for name in names if _MECHANISM.fullmatch(name)][:_MAX_NAMES]
    more = len(names) - len(known)
    return ", ".join([*known, *([f"{more} more"] if more else [])])


class SaslExchange:
    """One AUTH command, and the responses to the challenges (334) after it.

    `on_event` is called with the reason that a server sends before it refuses the login. The
    methods raise ProbeError; the caller then responds to a challenge with CANCEL.
    """

    def __init__(self, mechanism: str, credentials: Credentials, on_event: OnEvent) -> None:
        try:
            user, secret = prepared(mechanism, credentials.user, credentials.secret)
        except CannotSend as error:  # with `auto`, the mechanism was not known before
            raise ProbeError("unsupported", f"{error.option}: {error}") from error
        self._mechanism = mechanism
        credentials = credentials._replace(user=user, secret=secret)
        self._responses = MECHANISMS[mechanism](credentials, on_event)
        self._initial = next(self._responses)

    def command(self, with_initial: bool = True) -> str:
        """Return the command, with the initial response if there is one and it fits."""
        command = f"AUTH {self._mechanism}"
        if self._initial is None or not with_initial:
            return command
        whole = f"{command} {encode(self._initial) or '='}"
        if len(whole) + len("\r\n") > MAX_COMMAND_OCTETS:
            return command
        self._initial = None
        return whole

    def answer(self, text: str) -> str:
        """Return the response to a challenge, from the text of its reply."""
        challenge = decode(text)
        if self._initial is not None:  # an empty challenge, which asks for the initial response
            initial, self._initial = self._initial, None
            return encode(initial)
        try:
            return encode(self._responses.send(challenge) or b"")
        except StopIteration:
            problem = f"the server asks for more than {self._mechanism} has to say"
            raise ProbeError("protocol", problem) from None

    def accepted(self) -> None:
        """Raise ProbeError if the server has accepted the login (235) too early."""
        if self._initial is not None:
            raise ProbeError("protocol", "the server accepted the login before it knew the user")
        next(self._responses, None)


def encode(data: bytes) -> str:
    """Encode in base64."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """Decode base64, strictly as RFC 4954 section 4 requires. Raises ProbeError."""
    if not _BASE64.fullmatch(text):
        raise ProbeError("protocol", "what the server sends as a challenge is not base64")
    return base64.b64decode(text)


def plain(credentials: Credentials, _on_event: OnEvent) -> Responses:
    """PLAIN (RFC 4616), which leaves SASLprep to the server."""
    yield f"\0{credentials.user}\0{credentials.secret}".encode()


def login(credentials: Credentials, _on_event: OnEvent) -> Responses:
    """LOGIN (draft-murchison-sasl-login-00), whose challenges may have any text."""
    yield from _require_challenge(None, "before it asked for the user")
    yield from _require_challenge(credentials.user.encode(), "before it asked for the password")
    yield credentials.secret.encode()


def cram_md5(credentials: Credentials, _on_event: OnEvent) -> Responses:
    """CRAM-MD5 (RFC 2195)."""
    challenge = yield from _require_challenge(None, "without a challenge")
    if not challenge:
        raise ProbeError("protocol", "the server's CRAM-MD5 challenge is empty")
    digest = _hmac("md5", credentials.secret.encode(), challenge)
    yield f"{credentials.user} {digest.hex()}".encode()


def scram(hash_name: str, credentials: Credentials, on_event: OnEvent) -> Responses:
    """SCRAM (RFC 5802, RFC 7677), without channel binding.

    The server's signature cannot be part of reply 235 (RFC 4954 section 4). It is the last
    challenge, and the response to it is empty.
    """
    nonce = encode(os.urandom(18))
    client_first = f"n={_saslname(credentials.user)},r={nonce}".encode()
    server_first = yield from _require_scram_challenge(b"n,," + client_first, on_event)
    whole_nonce, salt, iterations = _read_server_first(server_first, nonce.encode())
    client_final = b"c=biws,r=" + whole_nonce

    salted = hashlib.pbkdf2_hmac(hash_name, credentials.secret.encode(), salt, iterations)
    messages = b",".join([client_first, server_first, client_final])
    client_key = _hmac(hash_name, salted, b"Client Key")
    stored_key = hashlib.new(hash_name, client_key).digest()
    proof = bytes(a ^ b for a, b in zip(client_key, _hmac(hash_name, stored_key, messages)))
    signature = _hmac(hash_name, _hmac(hash_name, salted, b"Server Key"), messages)

    client_final += b",p=" + base64.b64encode(proof)
    match = _SERVER_FINAL.fullmatch((yield from _require_scram_challenge(client_final, on_event)))
    if match is None or not hmac.compare_digest(
        decode(match.group(1).decode("latin-1")), signature
    ):
        raise ProbeError("protocol", "the server's SCRAM signature is wrong: it may be an impostor")
    yield b""


def xoauth2(credentials: Credentials, on_event: OnEvent) -> Responses:
    """XOAUTH2, the predecessor of OAUTHBEARER, as Google and Microsoft document it."""
    reason = yield f"user={credentials.user}\1auth=Bearer {credentials.secret}\1\1".encode()
    if reason is not None:
        yield from _expect_refusal(_oauth_status(reason), b"", on_event)


def oauthbearer(credentials: Credentials, on_event: OnEvent) -> Responses:
    """OAUTHBEARER (RFC 7628), in which the user is optional."""
    user = f"a={_saslname(credentials.user)}" if credentials.user else ""
    host = f"host={credentials.host}\1" if credentials.host else ""
    port = f"port={credentials.port}\1" if credentials.port else ""
    reason = yield f"n,{user},\1{host}{port}auth=Bearer {credentials.secret}\1\1".encode()
    if reason is not None:
        yield from _expect_refusal(_oauth_status(reason), b"\1", on_event)


MECHANISMS: dict[str, t.Callable[[Credentials, OnEvent], Responses]] = {
    "SCRAM-SHA-256": functools.partial(scram, "sha256"),
    "SCRAM-SHA-1": functools.partial(scram, "sha1"),
    "CRAM-MD5": cram_md5,
    "PLAIN": plain,
    "LOGIN": login,
    "XOAUTH2": xoauth2,
    "OAUTHBEARER": oauthbearer,
}


def _require_challenge(response: bytes | None, too_early: str) -> Challenge:
    """Yield a response, and return the challenge that must follow it."""
    challenge = yield response
    if challenge is None:
        raise ProbeError("protocol", f"the server accepted the login {too_early}")
    return challenge


def _require_scram_challenge(response: bytes, on_event: OnEvent) -> Challenge:
    message = yield from _require_challenge(
        response, "without its SCRAM signature: it may be an impostor"
    )
    if message.startswith(b"e="):
        yield from _expect_refusal(_scram_error(message), b"", on_event)
    if re.search(rb"(?:^|,)m=", message):
        raise ProbeError(
            "unsupported", "the server demands an extension of SCRAM that is not known"
        )
    return message


def _expect_refusal(reason: str | None, response: bytes, on_event: OnEvent) -> Responses:
    """Report why the server will refuse the login, and raise ProbeError unless it does."""
    event = f"the server's reason: {reason}" if reason else "the server's reason is not shown"
    on_event(event)
    yield response
    raise ProbeError(
        "protocol", "the server gave a reason to refuse the login, and did not refuse it"
    )


def _scram_error(message: bytes) -> str | None:
    """Return the error of SCRAM if RFC 5802 defines it, or None."""
    error = printable(message[len(b"e=") :].partition(b",")[0])
    return error if error in SCRAM_ERRORS else None


def _oauth_status(reason: bytes) -> str | None:
    """Return the status in an error in JSON (RFC 7628 section 3.2.2), or None."""
    try:
        fields = json.loads(reason[:_MAX_REASON_BYTES].decode("utf-8"))
    except (ValueError, RecursionError):  # also of JSON that was cut
        return None
    status = str(fields.get("status")) if isinstance(fields, dict) else ""
    return status if _OAUTH_STATUS.fullmatch(status) else None


def _read_server_first(message: bytes, nonce: bytes) -> tuple[bytes, bytes, int]:
    """Return the whole nonce, the salt, and the number of iterations."""
    match = _SERVER_FIRST.fullmatch(message)
    if match is None:
        raise ProbeError("protocol", "what the server sends is not a SCRAM challenge")
    whole_nonce, salt, digits = match.groups()
    if not whole_nonce.startswith(nonce) or whole_nonce == nonce:
        raise ProbeError(
            "protocol", "the server's SCRAM nonce does not continue that of the client"
        )
    iterations = int(digits[:9])  # more digits are too large in any case
    if not MIN_ITERATIONS <= iterations <= MAX_ITERATIONS:
        count = iterations if len(digits) <= 9 else "too many"
        limits = f"from {MIN_ITERATIONS} to {MAX_ITERATIONS} are accepted"
        raise ProbeError(
            "unsupported", f"the server asks for {count} iterations of SCRAM; {limits}"
        )
    return whole_nonce, decode(salt.decode("latin-1")), iterations


def _saslname(user: str) -> str:
    return user.replace("=", "=3D").replace(",", "=2C")


def _saslprep(option: str, value: str) -> str:
    from .saslprep import saslprep  # imported here for its large tables

    try:
        result = saslprep(value)
    except ValueError as error:
        raise CannotSend(option, f"SCRAM cannot send it: {error}") from None
    if not result:
        raise CannotSend(option, "SCRAM cannot send it: SASLprep (RFC 4013) leaves nothing of it")
    return result


def _hmac(hash_name: str, key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hash_name).digest()


def _has_hash(mechanism: str) -> bool:
    """Whether this host has the hash function of a mechanism. In FIPS mode it lacks MD5."""
    try:
        return mechanism not in _HASHES or bool(_hmac(_HASHES[mechanism], b"key", b""))
    except ValueError:
        return False
