# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks in files: those of the collection, and a user's own."""

from __future__ import annotations

import math
import re
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.parts import share_key
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import (
    BadFile,
    Entry,
    all_checks,
    checks_of_collection,
    entries_from,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.select import select
from ansible_collections.mailops.smtp.tests.unit.audits import RELAY

OWN: dict[str, t.Any] = {**RELAY, "id": "own-01", "finding": "It relays."}

_REFERENCE = re.compile(
    r"RFC [0-9]{3,4} (section [0-9]+(\.[0-9]+)*|appendix [A-Z](\.[0-9]+)?)"
    r"|CVE-[0-9]{4}-[0-9]{4,6}|[A-Z][\w. ]+\([0-9]\) \w+|CERT VU#[0-9]+|[A-Z][\w ,.()-]{8,}"
)


def by_id() -> dict[str, Entry]:
    """Return the checks of the collection."""
    return {entry.check.id: entry for entry in checks_of_collection()}


def test_the_controls_and_the_relay_checks_are_there() -> None:
    found = by_id()

    assert {f"relay-{number:02d}" for number in range(1, 31)} <= set(found)
    assert {"ctl-local", "ctl-trusted", "ctl-authed", "ctl-vantage"} <= set(found)
    assert found["ctl-vantage"].check.is_control == "vantage"
    assert len(all_checks()) == len(found)


@pytest.mark.parametrize("identity", by_id())
def test_a_check_of_the_collection_says_what_a_reader_needs(identity: str) -> None:
    entry = by_id()[identity]

    assert entry.check.proves.endswith(".")
    assert entry.finding.endswith(".")
    assert all(text.endswith(".") for text in entry.change.values())
    assert entry.references
    assert all(_REFERENCE.fullmatch(one) for one in entry.references), entry.references


def test_a_relay_check_is_for_strangers_alone() -> None:
    relay = [entry.check for entry in by_id().values() if entry.group == "relay"]

    assert {check.vantages for check in relay} == {("untrusted",)}
    assert [check.id for check in relay if check.risk] == ["relay-29"]


def test_the_message_of_a_relay_check_shows_something_by_its_arrival() -> None:
    assert [one.check.id for one in by_id().values() if one.arrival] == ["relay-29"]


RARE = {"client_cert", "null_mx_domain", "spf_domain", "wanted_size"}


@pytest.mark.parametrize("profile", ["relay", "mx", "submission"])
@pytest.mark.parametrize("vantage", ["untrusted", "trusted", "authed"])
def test_all_checks_of_risk_0_fit_into_the_connections_of_an_audit(
    profile: str, vantage: str
) -> None:
    """A port where nothing listens costs no connection; a few are left for second attempts.

    Nor does a check that needs a variable which few users set. Those few that are set fit, too.
    The same offer of TLS is made once, at the end of a connection in plain text if there is one.
    """
    checks = [
        entry.check
        for entry in select(checks_of_collection(), profile)
        if vantage in entry.check.vantages and not {*entry.check.needs} & RARE
    ]
    shared: dict[str, int] = {}
    offers = set()
    alone = plain = 0
    for check in [one for one in checks if not one.dns]:
        parts = math.prod(map(len, check.variants.values()))
        key = share_key(check._replace(every_address=False))
        if check.offers_tls:
            offers |= {(check.steps, number) for number in range(parts)}
            continue
        sends = bool(check.steps) and all(step.kind == "send" for step in check.steps)
        plain += key is None and sends
        if key is None:
            alone += parts
        else:
            shared[key] = shared.get(key, 0) + parts

    plain += math.ceil(shared.get("plain", 0) / 3)
    alone += max(len(offers) - plain, 0)
    assert alone + sum(math.ceil(parts / 3) for parts in shared.values()) <= 38


def write(folder: Path, text: str) -> str:
    """Write a file of checks, and return its path."""
    path = folder / "own.yml"
    path.write_text(text, encoding="utf-8")
    return str(path)


OWN_FILE = """
- id: own-01
  proves: Our newsletter cannot be sent by strangers.
  from: [untrusted]
  unless: [relay-02]
  steps:
    - hello: true
    - MAIL FROM:<news@{own_domain}>
    - RCPT TO:<{user}>
  want: {rcpt: [refused, 450]}
  finding: >-
    Strangers can send
    our newsletter.
  change: {postfix: Use check_sender_access.}
  references: Our policy, section 5
"""


def test_a_users_own_file_has_the_same_form(tmp_path: Path) -> None:
    *_others, own = all_checks(write(tmp_path, OWN_FILE))

    assert (own.check.id, own.group) == ("own-01", "own")
    assert own.check.want == {"rcpt": ("refused", "450")}
    assert own.finding == "Strangers can send our newsletter."
    assert own.references == ("Our policy, section 5",)
    assert "finding" not in own.definition


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- id: own-01\n  steps: [", "own.yml is not YAML: "),
        ("id: own-01", "own.yml: must be a list of checks, each with id, proves, steps, want and"),
        ("- relay", "own.yml: check 1 must be a dictionary"),
        (
            OWN_FILE.replace("want:", "wants:"),
            "own.yml: check 1 (own-01): has no key 'wants'; did you mean want?",
        ),
        (
            OWN_FILE.replace("MAIL FROM", "MAIL {form}"),
            "own.yml: check 1 (own-01): steps[1].send has no variable 'form'",
        ),
        (
            OWN_FILE.replace("own-01", "relay-02"),
            "own.yml: id relay-02 is that of an earlier check",
        ),
        (OWN_FILE.replace("relay-02", "relay-99"), "own-01: unless names no check: 'relay-99'"),
        (OWN_FILE + "\n- 5", "own.yml: check 2 must be a dictionary"),
        (
            OWN_FILE.replace("postfix:", "postfx:"),
            "check 1 (own-01): change has no server 'postfx'; did you mean postfix?",
        ),
        (
            OWN_FILE.replace("[refused, 450]", "/(a+)+/"),
            "check 1 (own-01): want.rcpt has a repetition within a repetition",
        ),
        ("- !!python/object:os.system {}", "own.yml is not YAML: "),
    ],
)
def test_a_wrong_file_is_named_with_its_check_and_key(
    tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(BadFile) as error:
        all_checks(write(tmp_path, text))

    assert problem in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"own\.yml cannot be read: No such file or directory"):
        all_checks(str(tmp_path / "own.yml"))


def test_a_file_without_an_end_is_not_read() -> None:
    with pytest.raises(BadFile, match="/dev/zero cannot be read: it is not a regular file"):
        all_checks("/dev/zero")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"finding": None}, "finding is missing"),
        ({"finding": ["x"]}, "finding must be a text"),
        ({"finding": "x\x1b[2J"}, "finding has characters that cannot be shown; leave them out"),
        ({"finding": "x" * 2001}, "finding has more than 2,000 characters"),
        ({"change": "x"}, "change must be a dictionary, with a text for each server"),
        ({"change": {"postfix": 5}}, "change.postfix must be a text"),
        ({"arrival": "yes"}, "arrival must be true or false"),
        ({"arrival": True}, "arrival needs a message with the header X-SMTP-Handshake-Token"),
        ({"references": [5]}, "references must be a text"),
        ({"references": ["x"] * 31}, "references has more than 30 items"),
        ({"never": {"rcpt": "/(a+)+/"}}, "never.rcpt has a repetition within a repetition"),
        (
            {"predicates": [{"lacks": {"in": "helo", "text": "(a+)+"}}]},
            "predicates.lacks has a rep",
        ),
    ],
)
def test_what_a_report_says_is_checked_too(changes: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(BadFile) as error:
        entries_from([{**OWN, **changes}], "own")

    assert f"check 1 (own-01): {problem}" in str(error.value)


def test_a_file_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="more than 1,000,000 bytes"):
        all_checks(write(tmp_path, "#" * 1_000_001))
    with pytest.raises(BadFile, match="more than 500 checks"):
        entries_from([OWN] * 501, "own")
