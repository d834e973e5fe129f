# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All checks of the collection: what holds for each of them, whatever it proves."""

from __future__ import annotations

import collections
import itertools
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import (
    placeholders,
    sends_message,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import VARIABLES
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit import load
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import (
    Entry,
    all_checks,
    checks_of_collection,
)

CHECKS = checks_of_collection()
FILES = sorted((Path(load.__file__).parent / "checks").glob("*.yml"))


def each(is_meant: t.Callable[[Entry], bool] = lambda _entry: True) -> pytest.MarkDecorator:
    """Return the mark of a test that is made for all checks, or for those that are meant."""
    meant = [entry for entry in CHECKS if is_meant(entry)]
    assert meant
    return pytest.mark.parametrize("entry", meant, ids=lambda entry: entry.check.id)


def texts_of(entry: Entry) -> list[str]:
    """Return all that a check sends, its variants included."""
    sent = [text for step in entry.check.steps for text in step.texts]
    return [*sent, *itertools.chain(*entry.check.variants.values())]


def test_all_files_load_and_no_id_is_there_twice() -> None:
    counted = collections.Counter(entry.check.id for entry in all_checks())

    assert counted.most_common(1)[0][1] == 1
    assert {entry.group for entry in CHECKS} == {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_holds_the_checks_that_it_shows(path: Path) -> None:
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert [row["id"] for row in rows] == [
        entry.check.id for entry in CHECKS if entry.group == path.stem
    ]


@each(lambda entry: not entry.check.risk)
def test_no_check_of_risk_0_begins_a_message_or_sends_odd_bytes(entry: Entry) -> None:
    assert not any(map(sends_message, texts_of(entry)))
    assert not {step.kind for step in entry.check.steps} & {"bytes", "split"}


@each()
def test_what_is_to_be_filled_in_is_a_variable(entry: Entry) -> None:
    known = {*VARIABLES, *entry.check.variants}

    assert {name for text in texts_of(entry) for name in placeholders(text)} <= known


def begins_message(entry: Entry) -> bool:
    """Return whether a check sends DATA or BDAT, as a command or among other bytes."""
    lines = [line for text in texts_of(entry) for line in text.split("\\r\\n")]
    return any(map(sends_message, lines))


@each(begins_message)
def test_a_message_goes_to_the_auditor_alone(entry: Entry) -> None:
    lines = [line for text in texts_of(entry) for line in text.split("\\r\\n")]
    recipients = {line for line in lines if line.startswith("RCPT TO:")}

    assert recipients
    assert recipients <= {"RCPT TO:<{user}>", "RCPT TO:<{other_user}>"}


# They leave before the message has come to its end.
NEVER_SENT = ("sm-15", "sy-nopipe")


@each(lambda entry: begins_message(entry) and entry.check.id not in NEVER_SENT)
def test_a_message_can_be_found_again(entry: Entry) -> None:
    assert any("{token}" in text for text in texts_of(entry))


@each(lambda entry: entry.group == "smuggling")
def test_a_check_of_smuggling_is_not_made_from_a_host_that_postfix_exempts(entry: Entry) -> None:
    assert "trusted" not in entry.check.vantages


@each(lambda entry: any(step.kind == "login" for step in entry.check.steps))
def test_a_login_that_a_check_needs_must_have_been_accepted(entry: Entry) -> None:
    """Otherwise the refusal of the login would count as one of what follows."""
    login = {**entry.check.want, **entry.check.requires}.get("auth")

    assert login == ("accepted",) or entry.check.requires.get("data") == ("354",)
