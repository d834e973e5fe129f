# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read checks from YAML files: those of the collection, and a user's own.

A file is a list of checks. docs/audit_checks.md has the form. Its values are not templated.
"""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Iterable, Mapping
from pathlib import Path

from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import sentence
from ansible_collections.mailops.smtp.plugins.module_utils._net.nearest import nearest
from ansible_collections.mailops.smtp.plugins.module_utils._net.regular_file import open_file
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import (
    KEYS,
    BadCheck,
    check_from,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Check
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.message import TOKEN_HEADER
from yaml import YAMLError

from .._advice.pattern import BadPattern, check_pattern
from .._advice.yaml_text import load_yaml

_FOLDER = Path(__file__).parent / "checks"

# The group of a user's own checks.
OWN = "own"

# The servers that `change` may name.
SERVERS = ("postfix", "exim", "sendmail", "opensmtpd", "exchange", "dovecot", "haraka")

# The keys that only a report needs. They do not go to the probing host.
_REPORT_KEYS = ("finding", "change", "references", "controls", "arrival")

_MAX_BYTES = 1_000_000
_MAX_CHECKS = 500
_MAX_CHARACTERS = 2000
_MAX_ITEMS = 30


class BadFile(ValueError):
    """A file of checks cannot be used. The text says the file, the check, the key, and why."""


class Entry(t.NamedTuple):
    """A check with what a report says of it.

    `definition` is the check as the module reads it. `finding` is what it means if the check is
    not sound, and `change` what to change, by server. If `arrival` is true, only the arrival of its
    message in a mailbox is a finding, and its acceptance alone is undecided.
    """

    check: Check
    group: str
    definition: Mapping[str, t.Any]
    finding: str
    change: Mapping[str, str]
    references: tuple[str, ...]
    controls: tuple[str, ...]
    arrival: bool = False


@functools.lru_cache(maxsize=1)
def checks_of_collection() -> tuple[Entry, ...]:
    """Return the checks of the collection. Raise BadFile."""
    return tuple(
        entry for path in sorted(_FOLDER.glob("*.yml")) for entry in _read(path, path.stem)
    )


def all_checks(own_checks: str | None = None) -> tuple[Entry, ...]:
    """Return the checks of the collection, and those of a user's file. Raise BadFile."""
    entries = checks_of_collection()
    if own_checks:
        entries = (*entries, *_read(Path(own_checks).expanduser(), OWN))
    _check_ids(entries, own_checks)
    return entries


def _read(path: Path, group: str) -> list[Entry]:
    try:
        with open_file(str(path)) as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > _MAX_BYTES:
        raise BadFile(f"{path} has more than {_MAX_BYTES:,} bytes")
    try:
        rows = load_yaml(data.decode("utf-8"))
    except (YAMLError, ValueError, RecursionError) as error:
        raise BadFile(f"{path} is not YAML: {escape(str(error))}") from error
    try:
        return entries_from(rows, group)
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from error


def entries_from(rows: t.Any, group: str) -> list[Entry]:
    """Return the checks of a list. Raise BadFile."""
    if not isinstance(rows, list):
        raise BadFile("must be a list of checks, each with id, proves, steps, want and finding")
    if len(rows) > _MAX_CHECKS:
        raise BadFile(f"has more than {_MAX_CHECKS:,} checks")
    return [_Row(row, index).entry(group) for index, row in enumerate(rows)]


def _check_ids(entries: Iterable[Entry], own_checks: str | None) -> None:
    """Raise BadFile for an id that two checks have, or that `unless` names and nobody has."""
    known: set[str] = set()
    for entry in entries:
        if entry.check.id in known:
            where = own_checks if entry.group == OWN else f"{entry.group}.yml"
            raise BadFile(f"{where}: id {entry.check.id} is that of an earlier check")
        known.add(entry.check.id)
    for entry in entries:
        for name in entry.check.unless:
            if name not in known:
                near = nearest(name, known)
                hint = f"; did you mean {near}?" if near else ""
                raise BadFile(f"{entry.check.id}: unless names no check: '{escape(name)}'{hint}")


class _Row:
    """One check as it is written. Its errors name the check and the key."""

    def __init__(self, row: t.Any, index: int) -> None:
        self._where = f"check {index + 1}"
        if not isinstance(row, Mapping):
            raise BadFile(f"{self._where} must be a dictionary")
        self._row = {key: value for key, value in row.items() if value is not None}
        identity = self._row.get("id")
        if isinstance(identity, str):
            self._where = f"{self._where} ({escape(identity)[:40]})"

    def entry(self, group: str) -> Entry:
        """Return the check with what a report says of it."""
        definition = {key: value for key, value in self._row.items() if key not in _REPORT_KEYS}
        for key in definition:
            if key not in KEYS:
                near = nearest(key, (*KEYS, *_REPORT_KEYS))
                hint = f"did you mean {near}?" if near else f"choose one of {', '.join(KEYS)}"
                self._wrong("", f"has no key '{escape(str(key))[:60]}'; {hint}")
        try:
            check = check_from(definition)
        except BadCheck as error:
            raise BadFile(f"{self._where}: {escape(str(error))}") from error
        self._check_patterns(check)
        return Entry(
            check,
            group,
            definition,
            self._text("finding", self._row.get("finding", "")),
            self._change(),
            self._texts("references"),
            self._texts("controls"),
            self._arrival(check),
        )

    def _arrival(self, check: Check) -> bool:
        value = self._row.get("arrival", False)
        if not isinstance(value, bool):
            self._wrong("arrival", "must be true or false")
        sent = "".join(text for step in check.steps for text in step.texts)
        if value and f"{TOKEN_HEADER}: {{token}}" not in sent:
            self._wrong("arrival", f"needs a message with the header {TOKEN_HEADER}: {{token}}")
        return value

    def _check_patterns(self, check: Check) -> None:
        """Raise BadFile for a regular expression that may be slow on a long reply."""
        patterns = [
            (f"{key}.{name}", one[1:-1])
            for key, wants in (
                ("want", check.want),
                ("requires", check.requires),
                ("never", check.never),
            )
            for name, alternatives in wants.items()
            for one in alternatives
            if one.startswith("/")
        ]
        patterns += [
            (f"predicates.{one.name}", one.argument["text"])
            for one in check.predicates
            if "text" in one.argument
        ]
        for key, pattern in patterns:
            try:
                check_pattern(pattern)
            except BadPattern as error:
                self._wrong(key, str(error))

    def _text(self, key: str, value: t.Any) -> str:
        if not isinstance(value, str):
            self._wrong(key, "must be a text")
        joined = " ".join(value.split())
        if not joined:
            self._wrong(key, "is missing")
        if not joined.isprintable():
            self._wrong(key, "has characters that cannot be shown; leave them out")
        if len(joined) > _MAX_CHARACTERS:
            self._wrong(key, f"has more than {_MAX_CHARACTERS:,} characters")
        return joined

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self._row.get(key, [])
        items = value if isinstance(value, list) else [value]
        if len(items) > _MAX_ITEMS:
            self._wrong(key, f"has more than {_MAX_ITEMS} items")
        return tuple(self._text(key, one) for one in items)

    def _change(self) -> dict[str, str]:
        value = self._row.get("change", {})
        if not isinstance(value, Mapping):
            self._wrong("change", "must be a dictionary, with a text for each server")
        for name in value:
            if name not in SERVERS:
                near = nearest(name, SERVERS)
                hint = f"did you mean {near}?" if near else f"choose one of {', '.join(SERVERS)}"
                self._wrong("change", f"has no server '{escape(str(name))[:60]}'; {hint}")
        return {name: self._text(f"change.{name}", text) for name, text in value.items()}

    def _wrong(self, key: str, problem: str) -> t.NoReturn:
        raise BadFile(f"{self._where}: {sentence(key, problem)}")
