# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a user's own rows of advice from a YAML file, and check them.

A file is a list of rows. A row says when it holds (`stage`, `kind`, `code`, `enhanced_code`,
`text`), and what its cause is (`id`, `cause`, `advice`, `check`, `change`, `source`). A row with
the id of the catalogue has its cause and advice from there, unless it has its own.

The values are not templated. docs/advice.md has an example.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterable, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import sentence
from ansible_collections.mailops.smtp.plugins.module_utils._net.nearest import nearest
from ansible_collections.mailops.smtp.plugins.module_utils._net.option_types import (
    is_text,
    type_problem,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.regular_file import open_file
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue.index import (
    subjects,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Advice, Rule
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES
from yaml import YAMLError

from .pattern import BadPattern, check_pattern
from .remedy import Remedy, remedies
from .yaml_text import load_yaml

KEYS = (
    "id",
    "cause",
    "advice",
    "stage",
    "kind",
    "code",
    "enhanced_code",
    "text",
    "check",
    "change",
    "source",
)
_CONDITIONS = ("stage", "kind", "code", "enhanced_code", "text")

_MAX_BYTES = 1_000_000
_MAX_ROWS = 1000
_MAX_CHARACTERS = 1000
_MAX_CHECKS = 10
_MAX_SHOWN = 60

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+){0,7}")
_CODE = re.compile(r"[2-5][0-9][0-9]")
_ENHANCED_CODE = re.compile(r"-|[X245](\.[0-9]{1,3}){1,2}")
_SERVER = re.compile(r"[a-z][a-z0-9_]{0,39}")

# The kinds of failure of each class of enhanced codes. A rule has a code without its class.
_KIND_OF_CLASS = {"4": "transient", "5": "permanent", "2": "expectation"}


class BadRow(ValueError):
    """A row, or its file, cannot be used. The text says where, what is wrong, and what to write."""


class OwnRows(t.NamedTuple):
    """Rules of a user, with the causes that they lead to."""

    rules: tuple[Rule, ...] = ()
    advice: Mapping[str, Advice] = {}
    remedies: Mapping[str, Remedy] = {}


NO_ROWS = OwnRows()


def read_rows(path: str) -> OwnRows:
    """Return the rows of a file. Raise BadRow."""
    try:
        with open_file(path) as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise BadRow(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > _MAX_BYTES:
        raise BadRow(f"{path} has more than {_MAX_BYTES:,} bytes")
    try:
        rows = load_yaml(data.decode("utf-8"))
    except (YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadRow(f"{path} is not YAML: {escape(str(error))}") from error
    try:
        return rows_from(rows)
    except BadRow as error:
        raise BadRow(f"{path}: {error}") from error


def rows_from(rows: t.Any) -> OwnRows:
    """Check rows, and return them. Raise BadRow."""
    if not isinstance(rows, list):
        raise BadRow("must be a list of rows, each with id, cause, advice, and when it holds")
    if len(rows) > _MAX_ROWS:
        raise BadRow(f"has more than {_MAX_ROWS:,} rows")
    known = {one.id: one for subject in subjects() for one in subject}
    rules: list[Rule] = []
    advice: dict[str, Advice] = {}
    own: dict[str, Remedy] = {}
    for index, row in enumerate(rows):
        read = _Row(row, index)
        name = read.id
        piece = read.advice(advice.get(name) or known.get(name))
        if name in advice and piece != advice[name]:
            read.wrong("id", f"is that of an earlier row with another cause, {name}")
        advice[name] = piece
        own[name] = read.remedy(own.get(name) or remedies().get(name, Remedy()))
        rules += read.rules()
    return OwnRows(tuple(rules), advice, own)


class _Row:
    """One row. Its errors name the row and the key."""

    def __init__(self, row: t.Any, index: int) -> None:
        self._where = f"row {index + 1}"
        if not isinstance(row, Mapping):
            raise BadRow(f"{self._where} must be a dictionary, not {_shown(row)}")
        self._row = {key: value for key, value in row.items() if value is not None}
        for key in self._row:
            if key not in KEYS:
                near = nearest(key, KEYS)
                hint = f"did you mean {near}?" if near else f"choose one of {', '.join(KEYS)}"
                raise BadRow(f"{self._where} has no key {_shown(key)}; {hint}")
        self.id = self._text("id")
        if not _ID.fullmatch(self.id):
            self.wrong("id", "must be words of a-z and 0-9 with - between them, as mail-gateway")
        self._where = f"{self._where} ({self.id})"

    def wrong(self, key: str, problem: str) -> t.NoReturn:
        """Raise BadRow for a key of this row."""
        raise BadRow(f"{self._where}: {sentence(key, problem)}")

    def advice(self, known: Advice | None) -> Advice:
        """Return the piece of advice. What the row leaves out is that of a known piece."""
        base = known or Advice(self.id, "", "")
        return Advice(
            self.id,
            self._text("advice", base.text),
            self._text("source", base.source, required=False),
            self._text("cause", base.cause),
        )

    def remedy(self, known: Remedy) -> Remedy:
        """Return how to check the cause, and what to change."""
        return Remedy(self._checks() or known.check, self._change() or known.change)

    def rules(self) -> list[Rule]:
        """Return the rules of this row: one for each class of enhanced codes."""
        if not any(key in self._row for key in _CONDITIONS):
            self.wrong("", f"has no condition; write at least one of {', '.join(_CONDITIONS)}")
        rule = Rule(
            self.id,
            stage=self._words("stage", STAGES),
            kind=self._words("kind", KINDS),
            code=self._words("code", _CODE, "a reply code, such as 550"),
            text=self._pattern(),
        )
        codes = self._words("enhanced_code", _ENHANCED_CODE, "such as 5.7.1, X.7.1, 5.7 or -")
        if not codes:
            return [rule]
        by_class: dict[str, list[str]] = {}
        for code in codes.split():
            by_class.setdefault(code[0], []).append("X" + code[1:] if code != "-" else code)
        return [
            rule._replace(enhanced=" ".join(words), kind=self._kind_of(first, rule.kind))
            for first, words in by_class.items()
        ]

    def _kind_of(self, first: str, kind: str) -> str:
        """Return the kind of failure of a class of enhanced codes."""
        of_class = _KIND_OF_CLASS.get(first, kind)
        if kind and of_class not in kind.split() and first in _KIND_OF_CLASS:
            self.wrong("enhanced_code", f"begins with {first}, which is never of the kind {kind}")
        return of_class

    def _text(self, key: str, default: str = "", required: bool = True) -> str:
        value = self._row.get(key, default)
        if not isinstance(value, str):
            self.wrong(key, f"must be a text, not {_shown(value)}")
        joined = " ".join(value.split())
        if required and not joined:
            self.wrong(key, "is missing")
        return self._plain(key, joined)

    def _plain(self, key: str, text: str) -> str:
        if not text.isprintable():
            self.wrong(key, "has characters that cannot be shown; leave them out")
        if len(text) > _MAX_CHARACTERS:
            self.wrong(key, f"has more than {_MAX_CHARACTERS:,} characters")
        return text

    def _words(self, key: str, allowed: Iterable[str] | re.Pattern[str], what: str = "") -> str:
        """Return the words of a condition, as a rule has them."""
        value = self._row.get(key, "")
        items = value if isinstance(value, list) else [value]
        for one in items:
            if not is_text(one):
                self.wrong(key, type_problem({"type": "str"}, one))
        words = " ".join(map(str, items)).replace(",", " ").split()
        if key in self._row and not words:
            self.wrong(key, "is empty; leave it out, or write when the row holds")
        for word in words:
            if isinstance(allowed, re.Pattern):
                if not allowed.fullmatch(word):
                    self.wrong(key, f"must be {what}, not {_shown(word)}")
            elif word not in allowed:
                self._unknown_word(key, word, tuple(allowed))
        return " ".join(words)

    def _unknown_word(self, key: str, word: str, allowed: tuple[str, ...]) -> t.NoReturn:
        near = nearest(word, allowed)
        hint = f"did you mean {near}?" if near else f"choose one of {', '.join(allowed)}"
        self.wrong(key, f"cannot be {_shown(word)}; {hint}")

    def _pattern(self) -> str:
        """Return the regular expression."""
        value = self._row.get("text", "")
        if not isinstance(value, str):
            self.wrong("text", f"must be a regular expression, not {_shown(value)}")
        try:
            check_pattern(value)
        except BadPattern as error:
            self.wrong("text", str(error))
        return value

    def _checks(self) -> tuple[str, ...]:
        value = self._row.get("check", [])
        items = value if isinstance(value, list) else [value]
        if len(items) > _MAX_CHECKS or not all(isinstance(one, str) for one in items):
            self.wrong("check", f"must be a list of at most {_MAX_CHECKS} texts")
        return tuple(self._plain("check", " ".join(one.split())) for one in items)

    def _change(self) -> dict[str, str]:
        value = self._row.get("change", {})
        if not isinstance(value, Mapping):
            self.wrong("change", "must be a dictionary, with a text for each server")
        for name, text in value.items():
            if not isinstance(name, str) or not _SERVER.fullmatch(name):
                self.wrong("change", f"must have names such as postfix, not {_shown(name)}")
            if not isinstance(text, str):
                self.wrong(f"change.{name}", f"must be a text, not {_shown(text)}")
        return {
            name: self._plain(f"change.{name}", " ".join(text.split()))
            for name, text in value.items()
        }


def _shown(value: t.Any) -> str:
    """Return a value in quotes, limited in length."""
    text = escape(str(value))
    return f"'{text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 3] + '...'}'"
