# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

r"""Variants of a text: the text with the escapes of URLs, JSON, HTML or mail undone. No I/O.

A `Variant` has one character for each byte of UTF-8, in lower case, so that `é`, `%C3%A9`,
`\u00e9` and `&eacute;` become the same. It maps each of its characters to the characters of the
original text. A `Rewrite` makes a variant in one pass, in linear time for any text.
"""

from __future__ import annotations

import functools
import re
import typing as t
from array import array

Span = t.Tuple[int, int]

# The number of nested escapes that are undone, as in JSON in JSON in a URL.
_MAX_ROUNDS = 3

_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "a": "\a", "v": "\v", "0": "\0"}


class Rewrite(t.NamedTuple):
    """One pass over a text: each match of `pattern` is replaced by its `meaning`."""

    marks: str  # a text with none of these characters is left as it is
    pattern: t.Pattern[str]
    meaning: t.Callable[[str], str]


class Variant:
    """An original text, or another variant after one rewrite."""

    __slots__ = ("_ends", "_rewrite", "_source", "_source_text", "_starts", "text")

    def __init__(
        self, source_text: str, rewrite: Rewrite | None, source: Variant | None = None
    ) -> None:
        self._source_text = source_text
        self._rewrite = rewrite
        self._source = source
        self._starts: t.Sequence[int] = ()
        self._ends: t.Sequence[int] = ()
        text = source_text
        if rewrite is not None:
            text = rewrite.pattern.sub(lambda match: rewrite.meaning(match.group()), text)
        self.text = text.lower() if source is None else text

    @classmethod
    def of(cls, text: str) -> Variant:
        """Return the variant that is the text itself."""
        return cls(text, None if text.isascii() else _NOT_ASCII)

    def rewritten(self, rewrite: Rewrite) -> Variant | None:
        """Return this variant after a rewrite, or None if the rewrite changes nothing."""
        if not any(mark in self.text for mark in rewrite.marks):
            return None
        variant = Variant(self.text, rewrite, self)
        return variant if variant.text != self.text else None

    def spans_in_original(self, spans: t.Iterable[Span]) -> list[Span]:
        """Map spans of this variant, which are not empty, to spans of the original text."""
        if self._rewrite is not None:
            if not self._ends:
                self._locate(self._rewrite)
            spans = [(self._starts[begin], self._ends[end - 1]) for begin, end in spans]
        return list(spans) if self._source is None else self._source.spans_in_original(spans)

    def _locate(self, rewrite: Rewrite) -> None:
        """Record the span of the source that each character comes from."""
        starts, ends = array("I"), array("I")
        position = 0
        for match in rewrite.pattern.finditer(self._source_text):
            begin, end = match.span()
            starts.extend(range(position, begin))
            ends.extend(range(position + 1, begin + 1))
            count = len(rewrite.meaning(match.group()))
            starts.extend([begin] * count)
            ends.extend([end] * count)
            position = end
        starts.extend(range(position, len(self._source_text)))
        ends.extend(range(position + 1, len(self._source_text) + 1))
        self._starts, self._ends = starts, ends


def unescaped(variant: Variant) -> t.Iterator[Variant]:
    """Yield a variant and its variants with escapes undone, each text once."""
    seen = set()
    for one in (variant, *_two_by_two(variant), *_all_at_once(variant)):
        if one.text not in seen:
            seen.add(one.text)
            yield one


def _two_by_two(variant: Variant) -> t.Iterator[Variant]:
    """Undo one kind of escape, then a second: text that looks like a third may be literal."""
    for rewrite in _ESCAPES:
        outer = variant.rewritten(rewrite)
        if outer is not None:
            yield outer
            yield from filter(None, map(outer.rewritten, _ESCAPES))


def _all_at_once(variant: Variant) -> t.Iterator[Variant]:
    """Undo all kinds of escapes, up to _MAX_ROUNDS times."""
    whole: Variant | None = variant
    for _round in range(_MAX_ROUNDS):
        whole = whole.rewritten(_ANY_ESCAPE) if whole is not None else None
        if whole is not None:
            yield whole


def folded(text: str) -> str:
    """Return a text as a reading has it."""
    return Variant.of(text).text


def _character(number: int) -> str:
    return _bytes_of(chr(number)) if number <= 0x10FFFF else ""


def _bytes_of(text: str) -> str:
    return text.casefold().encode("utf-8", "surrogatepass").decode("latin-1").lower()


def _hexadecimal(escape: str) -> str:
    """Return the meaning of `%41`, `=41` or `+41`; a soft line break means nothing."""
    return chr(int(escape[1:], 16)).lower() if escape != "=\n" else ""


@functools.lru_cache(maxsize=1024)
def _backslash(escape: str) -> str:
    r"""Return the meaning of `\x41`, `\u0041`, `\u{41}`, `\U00000041`, `\101` or `\"`."""
    kind, digits = escape[1], escape[2:].strip("{}")
    if kind == "x" and digits:
        return chr(int(digits, 16)).lower()
    if "\\" in digits:  # a pair of surrogates, as JSON has them
        high, low = int(digits[:4], 16), int(digits[-4:], 16)
        return _character(0x10000 + ((high & 0x3FF) << 10 | low & 0x3FF))
    if kind == "u" and digits:
        return _character(int(digits, 16))
    if digits:
        return chr(int(escape[1:], 8) & 0xFF).lower()
    return _CONTROLS.get(kind, kind)


@functools.lru_cache(maxsize=1024)
def _reference(escape: str) -> str:
    """Return the meaning of `&#65;`, `&#x41;` or `&amp;`; an unknown name stays as it is."""
    name = escape[1:].rstrip(";")
    if name.startswith("#"):
        return _character(int(name[2:], 16) if name[1] == "x" else int(name[1:]))
    return _bytes_of(_html_names().get(name, escape))


@functools.lru_cache(maxsize=1)
def _html_names() -> dict[str, str]:
    from html.entities import html5  # a large table that few dialogues need

    return {name.rstrip(";").lower(): text for name, text in html5.items()}


_NOT_ASCII = Rewrite("", re.compile(r"[^\0-\x7f]"), _bytes_of)

_PERCENT = Rewrite("%", re.compile("%[0-9a-f]{2}"), _hexadecimal)
_QUOTED_PRINTABLE = Rewrite("=", re.compile("=(?:[0-9a-f]{2}|\n)"), _hexadecimal)  # RFC 2045
_XTEXT = Rewrite("+", re.compile(r"\+[0-9a-f]{2}"), _hexadecimal)  # RFC 3461 section 4
_BACKSLASH = Rewrite(
    "\\",
    re.compile(
        r"\\(?:x[0-9a-f]{2}"
        r"|ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}"
        r"|u00(?:0[0-9a-f]|10)[0-9a-f]{4}|u[0-9a-f]{4}|u\{[0-9a-f]{1,6}\}"
        r"|[0-7]{3}|.)"
    ),
    _backslash,
)
_REFERENCE = Rewrite(
    "&",
    re.compile("&(?:#x0{0,8}[0-9a-f]{1,6}|#0{0,8}[0-9]{1,7}|[a-z][a-z0-9]{1,30});?"),
    _reference,
)
_ESCAPES = (_PERCENT, _QUOTED_PRINTABLE, _XTEXT, _BACKSLASH, _REFERENCE)

# Not xtext: base64 contains the plus sign, and is looked for in every variant.
_BY_MARK = {
    rewrite.marks: rewrite for rewrite in (_PERCENT, _QUOTED_PRINTABLE, _BACKSLASH, _REFERENCE)
}
_ANY_ESCAPE = Rewrite(
    "".join(_BY_MARK),
    re.compile("|".join(rewrite.pattern.pattern for rewrite in _BY_MARK.values())),
    lambda escape: _BY_MARK[escape[0]].meaning(escape),
)

# The beginning of each line of a reply: its code, and the enhanced code that each line repeats
# (RFC 2034 section 4).
LINE_BEGIN = r"(?:[2-5][0-9]{2}[ -])?(?:[245]\.[0-9]{1,3}\.[0-9]{1,3} )?"
WITHOUT_SPACES = Rewrite(" \n\t", re.compile(rf"\s+{LINE_BEGIN}"), lambda _text: "")

# As in `70:61:73`, `70 61 73`, `0x70,0x61` and `\x70\x61`.
WITHOUT_HEX_SEPARATORS = Rewrite(
    " \n\t:;,._-x", re.compile(r"(?:[\s:;,._-]|0x|\\x)+"), lambda _text: ""
)
