# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remedies: what holds for each of them, and wrong files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue.index import (
    subjects,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice import remedy
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.remedy import (
    PLACEHOLDERS,
    SERVERS,
    remedies,
)

CATALOGUE = {one.id for subject in subjects() for one in subject}
TEXTS = [
    (name, text) for name, one in remedies().items() for text in (*one.check, *one.change.values())
]

# What a check begins with, or names, in place of a command: something to read in a result or a log.
READ = ("The same ", "The file ", "The protocol log", "Email Log Search")

# Words in capitals that are no placeholders.
WORDS = [
    "AAAA",
    "AUTH",
    "DEFAULT",
    "DOMAIN-TLD",
    "EHLO",
    "FEATURE",
    "HELO",
    "PLAIN",
    "PREGREET",
    "PROXY",
    "QUIT",
    "RELAY",
    "SCRAM-SHA",
    "SECLEVEL",
    "SIZE",
    "SMTP",
    "STARTTLS",
    "TLSA",
    "TYPE",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that takes the place of the remedies."""
    monkeypatch.setattr(remedy, "_FOLDER", tmp_path)
    return tmp_path


def test_every_remedy_is_for_a_cause_of_the_catalogue():
    assert remedies().keys() - CATALOGUE == set()


def test_most_causes_have_a_remedy():
    assert len(remedies()) >= 100


def test_the_causes_that_people_meet_most_have_one():
    most_met = [
        "relay-for-address",
        "local-domains",
        "recipient-known",
        "reverse-dns",
        "address-in-spf",
        "helo-name",
        "use-tls",
        "log-in",
        "user-and-password",
        "message-size",
        "mailbox-full",
        "greylist",
        "limits-for-one-client",
        "address-in-blocklist",
        "renew-certificate",
        "name-in-certificate",
        "send-intermediates",
        "self-signed-certificate",
        "service-listens",
        "firewall-drops",
        "proxy-header-wanted",
        "starttls-stripped",
        "tls-versions",
        "client-denied",
        "sender-rights",
        "aligned-domain",
        "server-look-ups",
        "queue-space",
    ]
    assert [one for one in most_met if one not in remedies()] == []


@pytest.mark.parametrize("server", SERVERS)
def test_every_server_has_remedies(server: str):
    assert sum(server in one.change for one in remedies().values()) >= 15


@pytest.mark.parametrize(("name", "text"), TEXTS, ids=[name for name, _text in TEXTS])
def test_a_text_is_a_sentence_or_two_in_plain_characters(name: str, text: str):
    assert re.fullmatch(r"[A-Z`][ -~]*\.", text)
    assert len(text) <= 260, "is it two?"
    assert "  " not in text
    assert text.count("`") % 2 == 0


@pytest.mark.parametrize(
    ("name", "check"),
    [(name, check) for name, one in remedies().items() for check in one.check],
)
def test_a_check_begins_with_what_to_run_or_to_read(name: str, check: str):
    assert check.startswith(("`", *READ))


def test_words_in_capitals_are_explained_on_the_page():
    used = {
        word
        for _name, text in TEXTS
        for part in re.findall(r"`([^`]+)`", text)
        for word in re.findall(r"(?<![\w$%*.-])[A-Z]{4,}(?:-[A-Z]+)?(?![\w*])", part)
    }
    assert used - PLACEHOLDERS.keys() - set(WORDS) == set()


def test_every_placeholder_is_used():
    texts = "\n".join(text for _name, text in TEXTS)
    assert [one for one in PLACEHOLDERS if not re.search(rf"\b{one}\b", texts)] == []


class TestWrongFiles:
    """A mistake in a file is an error, not a remedy that is missing."""

    def load(self) -> None:
        remedies.__wrapped__()

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("{}", "must have check, change, or both"),
            ("{check: [a], fix: b}", "and nothing else"),
            ("{check: text}", "check must be a list of texts"),
            ("{check: [1]}", "check must be a list of texts"),
            ("{change: [a]}", "change must be a dictionary of texts"),
            ("{change: {postfix: 1}}", "change must be a dictionary of texts"),
            ("{change: {postfixx: a}}", "change has postfixx, which is no server"),
        ],
    )
    def test_it_is_named(self, row: str, problem: str, folder: Path):
        (folder / "policy.yml").write_text(f"log-in: {row}\n")
        with pytest.raises(ValueError, match=problem) as error:
            self.load()
        assert str(error.value).startswith("policy.yml: log-in")

    def test_a_cause_with_two_remedies_is_an_error(self, folder: Path):
        for name in ("login.yml", "policy.yml"):
            (folder / name).write_text("log-in: {check: [a]}\n")
        with pytest.raises(ValueError, match=r"policy\.yml: log-in has a remedy already"):
            self.load()
