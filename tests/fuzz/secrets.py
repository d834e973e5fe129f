# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret in a text, in one of the forms in which a server may write it, is masked.

The forms are written here once more, so that they do not share the mistakes of the code.
"""

from __future__ import annotations

import base64
import html
import json
import typing as t
import urllib.parse

from ansible_collections.mailops.smtp.plugins.module_utils._net.redaction import secret_pattern

MASK = "(not shown)"

USER = "ann@example.org"

# Of a shorter one the text of an innocent server may have as much.
MIN_CHARACTERS = 8


def _in_base64(secret: str, before: bytes) -> str:
    return base64.b64encode(before + secret.encode() + b"\0after").decode()


def _in_latin_1(secret: str) -> str:
    """Write it in Latin-1, which comes as backslash escapes; of what has no Latin-1, as it is."""
    try:
        return secret.encode("latin-1").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return secret


FORMS: tuple[t.Callable[[str, bytes], str], ...] = (
    lambda secret, _before: secret,
    lambda secret, _before: secret.upper(),
    _in_base64,
    lambda secret, _before: base64.b64encode(f"\0{USER}\0{secret}".encode()).decode(),
    lambda secret, before: base64.urlsafe_b64encode(before + secret.encode()).decode(),
    lambda secret, _before: secret.encode().hex(),
    lambda secret, _before: secret.encode().hex().upper(),
    lambda secret, _before: "".join(f"%{byte:02x}" for byte in secret.encode()),
    lambda secret, _before: urllib.parse.quote(secret, safe=""),
    lambda secret, _before: urllib.parse.quote_plus(secret),
    lambda secret, _before: json.dumps(secret)[1:-1],
    lambda secret, _before: "".join(f"\\u{ord(one):04x}" for one in secret if ord(one) < 0x10000),
    lambda secret, _before: html.escape(secret),
    lambda secret, _before: "".join(f"&#{ord(one)};" for one in secret),
    lambda secret, _before: "".join(f"&#x{ord(one):x};" for one in secret),
    lambda secret, _before: _in_latin_1(secret),
)


def secret_in_text(data: bytes) -> None:
    """Take a secret, a form and a text around it from the data, and look for what is left."""
    if len(data) < MIN_CHARACTERS + 4:
        return
    which, length, alignment, cut = data[0], data[1] % 24, data[2] % 4, data[3]
    rest = data[4:].decode("utf-8", "replace")
    secret = _secret(rest[: MIN_CHARACTERS + length])
    around = rest[MIN_CHARACTERS + length :]
    if secret is None:
        return
    written = FORMS[which % len(FORMS)](secret, b"\0" * alignment)
    begin, end = around[: cut % 16], around[cut % 16 :]
    text = f"{begin} {written} {end}"
    if MASK.lower() in secret.lower() or secret.lower() in MASK.lower():
        return
    masked = secret_pattern(USER, secret).sub(MASK, text)
    left = masked.replace(MASK, "\0").lower()
    assert written.lower() not in left, f"{secret!r} as {written!r} is shown: {masked!r}"
    if cut > 127 and len(written) > 16:
        _check_lines(secret, written, cut)


def _check_lines(secret: str, written: str, cut: int) -> None:
    """Break a form over two lines of a reply: of neither line enough is left to know it."""
    middle = 6 + cut % (len(written) - 12)
    lines = [f"one {written[:middle]}", f"{written[middle:]} two"]
    masked = secret_pattern(USER, secret).sub_lines(MASK, lines)
    assert len(masked) == len(lines)
    left = "".join(line.replace(MASK, "\0") for line in masked).lower()
    assert written[:middle].lower() + written[middle:].lower() not in left, (
        f"{secret!r} as {written!r}, broken after {middle} characters, is shown: {masked!r}"
    )


def _secret(text: str) -> str | None:
    """Return a text that can be a secret: one line of characters that are printed."""
    if len(text) < MIN_CHARACTERS or not text.isprintable() or text != text.strip():
        return None
    if len(set(text)) < MIN_CHARACTERS // 2:  # "aaaaaaaa" stands in innocent texts
        return None
    return text
