# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redaction of a secret in text, however it is written. No I/O; linear in the text.

A server that has received a secret may repeat it as it is, in base64 or hexadecimal, or escaped as
in its logs, its JSON or its web pages, and split over lines. So all encodings of the secret are
looked for in all variants of a text (see `variants`).
"""

from __future__ import annotations

import base64
import functools
import itertools
import re
import typing as t

from .text import escape, printable
from .variants import (
    LINE_BEGIN,
    WITHOUT_HEX_SEPARATORS,
    WITHOUT_SPACES,
    Span,
    Variant,
    folded,
    unescaped,
)

# The base64 of a text around a secret of this length has at least seven characters that depend on
# the secret alone. With fewer characters, ordinary words would match.
_MIN_BYTES = 6

# A shorter secret is not looked for across a line break, where two ordinary words could form it,
# nor in hexadecimal, where it is an ordinary number.
_MIN_BYTES_APART = 4

_BASE64 = frozenset("abcdefghijklmnopqrstuvwxyz0123456789+/")

# The characters of a word of base64, escaped or not, in which a secret was found.
_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_%\\")
_WORD_END = re.compile(r"[A-Za-z0-9+/_%\\-]*={0,2}")

_PADDING = re.compile(r"(?:=|%3d|\\u003d){0,2}", re.IGNORECASE)

_ANYTHING = re.compile(".*", re.DOTALL)

_LINE_BEGIN = re.compile(LINE_BEGIN)


class Encoding(t.NamedTuple):
    """One encoding of a secret, as it occurs in a variant of a text.

    `whole` is whether it must be a whole word. `within` is whether it is a part of a word of
    base64, all of which is then redacted: the characters next to it also hold bits of the secret.
    `padded` is whether the padding of base64 may follow.
    """

    text: str
    whole: bool = False
    within: bool = False
    padded: bool = False

    def spans(self, text: str) -> t.Iterator[Span]:
        """Yield the spans of a text that are this encoding."""
        length = len(self.text)
        begin = text.find(self.text)
        while begin >= 0:
            end = begin + length
            if not self.whole or not _is_in_word(text, begin, end):
                yield begin, end
            begin = text.find(self.text, end)


class Encodings(t.NamedTuple):
    """All encodings of some secrets, by the variants of a text in which they are looked for."""

    verbatim: tuple[Encoding, ...] = ()
    without_spaces: tuple[Encoding, ...] = ()
    hexadecimal: tuple[Encoding, ...] = ()

    def plus(self, *others: Encodings) -> Encodings:
        """Return the encodings of all."""
        columns = zip(self, *others)
        return Encodings(*(tuple(dict.fromkeys(itertools.chain(*column))) for column in columns))


class SecretPattern:
    """Matches all encodings of a secret; used like a pattern of the `re` module."""

    def __init__(self, user: str = "", encodings: Encodings | None = None) -> None:
        self.user = user
        self._encodings = encodings or Encodings()

    def also(self, secret: bytes) -> SecretPattern:
        """Return a pattern that also matches another secret, which is not empty."""
        return SecretPattern(self.user, self._encodings.plus(_encodings(secret, ())))

    def finditer(self, text: str) -> t.Iterator[t.Match[str]]:
        """Yield a match for each occurrence of a secret, in order."""
        for begin, end in self._spans(text):
            match = _ANYTHING.fullmatch(text, begin, end)
            if match is not None:
                yield match

    def sub(self, replacement: str, text: str) -> str:
        """Replace each occurrence of a secret; one across line breaks is replaced in each line."""
        return _replaced(replacement, text, self._spans(text))

    def sub_lines(self, replacement: str, lines: t.Iterable[str]) -> list[str]:
        """Replace each occurrence of a secret in consecutive lines, also across them."""
        text = "\n".join(line.replace("\n", " ") for line in lines)
        return self.sub(replacement, text).split("\n")

    def _spans(self, text: str) -> list[Span]:
        """Return all spans of a text that show a secret, merged and in order."""
        found: list[Span] = []
        within: list[Span] = []
        for variant, encodings in self._variants(text):
            for encoding in encodings:
                if encoding.text in variant.text:
                    spans = variant.spans_in_original(encoding.spans(variant.text))
                    if encoding.padded:
                        spans = [(begin, _end(_PADDING, text, end)) for begin, end in spans]
                    (within if encoding.within else found).extend(spans)
        return _merged(found + _widened(text, _merged(within)))

    def _variants(self, text: str) -> t.Iterator[tuple[Variant, tuple[Encoding, ...]]]:
        verbatim = Variant.of(text)
        without_spaces = (
            verbatim.rewritten(WITHOUT_SPACES) if self._encodings.without_spaces else None
        )
        for variant in unescaped(verbatim):
            yield variant, self._encodings.verbatim
        for variant in unescaped(without_spaces) if without_spaces is not None else ():
            yield variant, self._encodings.without_spaces
        yield verbatim.rewritten(WITHOUT_HEX_SEPARATORS) or verbatim, self._encodings.hexadecimal


def secret_pattern(user: str, secret: str) -> SecretPattern:
    """Return a pattern that matches a secret, which is not empty, in all its encodings."""
    return joint_pattern(user, ((user, secret),))


def joint_pattern(user: str, secrets: tuple[tuple[str, str], ...]) -> SecretPattern:
    """Return a pattern that matches several secrets, each of which comes after its user.

    A server may repeat in one dialogue what it was told in another. `user` is that of this one.
    """
    return SecretPattern(user, _joint_encodings(secrets))


def depends_on_user(secret: str) -> bool:
    """Return whether the encodings of a secret depend on its user, as those of a short one do."""
    return len(_utf_8(secret)) < _MIN_BYTES


@functools.lru_cache(maxsize=16)  # many dialogues have the same secrets
def _joint_encodings(secrets: tuple[tuple[str, str], ...]) -> Encodings:
    return Encodings().plus(*itertools.starmap(_encodings_of, secrets))


def _encodings_of(user: str, secret: str) -> Encodings:
    """Return the encodings of a secret that comes after its user.

    In the base64 of a longer text, the secret begins at the first, second or third byte of a group
    of three. For each case there is a trace: the characters that hold bits of the secret alone. A
    word with a trace in it is matched as a whole. For a short secret only two words are matched:
    its own base64, and that of its PLAIN response. Case is ignored, since servers change it.
    """
    data = _utf_8(secret)
    response = (_utf_8(f"\0{user}\0{secret}"),) if depends_on_user(secret) else ()
    return _encodings(data, (data, *response))


def _utf_8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _encodings(data: bytes, words: tuple[bytes, ...]) -> Encodings:
    """Return the encodings of a secret; `words` are whole texts to look for in base64."""
    written = [Encoding(text) for text in _spellings(data)]
    in_bytes = _in_bytes(data)
    if len(data) < _MIN_BYTES:
        in_base64 = list(_whole_words(words))
    else:
        in_base64 = [Encoding(text, within=True) for one in in_bytes for text in _traces(one)]
    verbatim = (*written, *in_base64)
    if len(data) < _MIN_BYTES_APART:
        return Encodings(verbatim)
    # Without spaces, the beginning and the end of a word are unknown.
    squeezed = [Encoding("".join(encoding.text.split())) for encoding in written]
    traces = [encoding for encoding in in_base64 if encoding.within]
    whole = [encoding._replace(whole=False) for encoding in _whole_words((*in_bytes, *words))]
    # An escaped space remains where the other spaces are removed.
    encodings = dict.fromkeys((*squeezed, *written, *traces, *whole))
    apart = (encoding for encoding in encodings if len(encoding.text) >= _MIN_BYTES_APART)
    hexadecimal = [one.hex() for one in in_bytes]
    if re.fullmatch(rb"[0-9A-Fa-f]{8,}", data):  # a digest
        hexadecimal.append(data.decode("ascii").lower())
    return Encodings(verbatim, tuple(apart), tuple(map(Encoding, hexadecimal)))


def _spellings(data: bytes) -> t.Iterable[str]:
    """Return the spellings of a secret in a variant of a text."""
    texts = {one.decode("latin-1").lower(): None for one in _in_bytes(data)}
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    for spelling in (text, escape(text), *map(printable, _in_bytes(data))):
        texts[folded(spelling)] = None
    for cased in (text.upper(), text.lower()):  # the case of escaped bytes is not folded
        texts[cased.encode("utf-8", "surrogatepass").decode("latin-1").lower()] = None
    for variant in unescaped(Variant.of(text)):  # a secret that contains escapes itself
        if len(variant.text) >= _MIN_BYTES:
            texts[variant.text] = None
    texts.update((one.replace(" ", "+"), None) for one in list(texts))  # as in an HTML form
    return list(texts)


def _in_bytes(data: bytes) -> list[bytes]:
    """Return the secret in UTF-8, and in Latin-1 if that differs."""
    try:
        latin_1 = data.decode("utf-8").encode("latin-1")
    except UnicodeError:
        return [data]
    return [data] if latin_1 == data else [data, latin_1]


def _traces(data: bytes) -> t.Iterator[str]:
    """Yield the characters of base64 that hold bits of the data alone, for each alignment."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + data).decode("ascii")
        yield from _alphabets(encoded[(before * 8 + 5) // 6 : (before + len(data)) * 8 // 6])


def _whole_words(words: t.Iterable[bytes]) -> t.Iterator[Encoding]:
    """Yield the base64 of each word, without padding."""
    for word in words:
        for text in _alphabets(base64.b64encode(word).decode("ascii").rstrip("=")):
            yield Encoding(text, whole=True, padded=True)


def _alphabets(encoded: str) -> t.Iterator[str]:
    """Yield base64 in both alphabets of RFC 4648, in lower case."""
    yield encoded.lower()
    if "+" in encoded or "/" in encoded:
        yield encoded.translate(str.maketrans("+/", "-_")).lower()


def _is_in_word(text: str, begin: int, end: int) -> bool:
    return text[begin - 1 : begin] in _BASE64 or text[end : end + 1] in _BASE64


def _merged(spans: list[Span]) -> list[Span]:
    """Return the spans in order; spans that overlap or touch are merged."""
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _end(pattern: t.Pattern[str], text: str, position: int) -> int:
    """Return the end of a pattern's match at a position, or the position itself."""
    match = pattern.match(text, position)
    return match.end() if match else position


def _widened(text: str, spans: list[Span]) -> list[Span]:
    """Widen spans to the words of base64 around them, in linear time."""
    widened: list[Span] = []
    done = 0
    for span_begin, span_end in spans:
        begin = span_begin
        while begin > done and text[begin - 1] in _WORD:
            begin -= 1
        if span_end > done:
            done = _end(_WORD_END, text, span_end)
        widened.append((begin, done))
    return widened


def _replaced(replacement: str, text: str, spans: list[Span]) -> str:
    """Replace spans of a text, but not line breaks and the codes at the beginning of a line."""
    pieces = []
    position = 0
    for begin, end in spans:
        # An earlier replacement is not a secret.
        around = text[max(0, end - len(replacement)) : begin + len(replacement)]
        if replacement in around and end - begin <= len(replacement):
            continue
        pieces.append(text[position:begin])
        pieces.append(_replaced_lines(replacement, text[begin:end]))
        position = end
    return "".join((*pieces, text[position:]))


def _replaced_lines(replacement: str, shown: str) -> str:
    first, *others = shown.split("\n")
    lines = [replacement if first else ""]
    for line in others:
        kept = line[: _end(_LINE_BEGIN, line, 0)]
        lines.append(kept + replacement if len(kept) < len(line) else line)
    return "\n".join(lines)
