# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Maildirs, as delivery agents and mail programs leave them."""

from __future__ import annotations

import os
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt import maildir as maildir_module
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.local_store import open_path
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.store import Store

NOON = 1795521600


def maildir(path: Path) -> Path:
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    return path


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Return an empty Maildir."""
    return maildir(tmp_path / "Maildir")


def put(folder: Path, name: str, token: str = "", moment: float = NOON) -> Path:
    header = f"X-SMTP-Handshake-Token: {token}\n" if token else ""
    path = folder / name
    path.write_text(f"{header}Subject: x\n\nX-SMTP-Handshake-Token: in-the-body\n")
    os.utime(str(path), (moment, moment))
    return path


def store_of(path: Path, *mailboxes: str) -> Store:
    return open_path(str(path), mailboxes or None, Deadline(10))


def found(store: Store, *tokens: str) -> list[tuple[str, str, bool]]:
    return sorted((one.token, *one.mailbox) for one in store.find(set(tokens)))


def test_messages_are_found_in_the_inbox_and_in_what_is_for_junk(inbox: Path) -> None:
    put(inbox / "new", "1.a", "ours-1")
    put(inbox / "cur", "2.b:2,S", "ours-2")
    put(maildir(inbox / ".Junk E-mail") / "cur", "3.c:2,", "ours-3")
    put(maildir(inbox / "Spam") / "new", "4.d", "ours-4")  # as Dovecot has it with LAYOUT=fs
    put(maildir(inbox / ".Work") / "new", "5.e", "ours-5")
    put(inbox / "tmp", "6.f", "ours-6")
    assert found(store_of(inbox), *(f"ours-{n}" for n in range(1, 7)), "in-the-body") == [
        ("ours-1", "INBOX", False),
        ("ours-2", "INBOX", False),
        ("ours-3", "Junk E-mail", True),
        ("ours-4", "Spam", True),
    ]


def test_junk_that_cannot_be_read_is_left_out_with_a_warning(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox / "new", "1.a", "ours")
    maildir(inbox / ".Junk")
    files = maildir_module._files

    def not_junk(folder: str, deadline: Deadline) -> t.Any:
        if folder.endswith("Junk"):
            raise StoreError("mailbox", f"{folder}: Permission denied")
        return files(folder, deadline)

    monkeypatch.setattr(maildir_module, "_files", not_junk)
    store = store_of(inbox)
    assert found(store, "ours") == [("ours", "INBOX", False)]
    assert found(store, "ours") == []
    assert len(store.warnings) == 1
    with pytest.raises(StoreError, match="Permission denied"):
        found(store_of(inbox, "INBOX", "Junk"), "ours")


def test_a_message_arrived_when_its_file_was_written(inbox: Path) -> None:
    put(inbox / "cur", "1.a:2,RS", "ours", NOON + 2.5)
    (one,) = store_of(inbox).find({"ours"})
    assert (one.arrived, one.uid) == (NOON + 2.5, "1.a")


def test_only_what_is_new_is_looked_at_again_and_its_flags_make_nothing_new(inbox: Path) -> None:
    store = store_of(inbox)
    path = put(inbox / "new", "1.a", "ours")
    assert len(found(store, "ours")) == 1
    path.rename(inbox / "cur" / "1.a:2,S")
    assert found(store, "ours") == []
    put(inbox / "new", "2.b", "ours")
    assert len(found(store, "ours")) == 1


def test_a_mailbox_is_named_as_people_write_it(inbox: Path) -> None:
    put(maildir(inbox / ".Entw&APw-rfe.2026") / "new", "1.a", "ours")
    assert found(store_of(inbox, "Entwürfe/2026"), "ours") == [("ours", "Entwürfe/2026", False)]
    with pytest.raises(StoreError, match=r"there is no mailbox Post .* INBOX, Entwürfe\.2026"):
        found(store_of(inbox, "Post"), "ours")


def test_what_is_no_file_is_not_opened(inbox: Path) -> None:
    os.mkfifo(str(inbox / "new" / "1.fifo"))
    (inbox / "new" / "4.folder").mkdir()
    (inbox / "new" / "2.link").symlink_to("/dev/zero")
    put(inbox / "new", "3.c", "ours")
    began = time.monotonic()
    assert len(found(store_of(inbox), "ours")) == 1
    assert time.monotonic() - began < 5


def test_delete_removes_what_was_found_wherever_it_is_by_now(inbox: Path) -> None:
    store = store_of(inbox)
    ours = put(inbox / "new", "1.a", "ours")
    others = [put(inbox / "new", "2.b", "theirs"), put(inbox / "cur", "3.c:2,T")]
    (one,) = store.find({"ours"})
    ours.rename(inbox / "cur" / "1.a:2,S")
    assert list(store.delete([one])) == [one.key]
    assert {path for path in inbox.rglob("*") if path.is_file()} == set(others)


def test_a_look_that_the_time_ends_is_not_one_that_found_nothing(inbox: Path) -> None:
    put(inbox / "new", "1.a", "ours")
    store = open_path(str(inbox), None, Deadline(0))
    with pytest.raises(StoreError) as caught:
        found(store, "lost")
    assert caught.value.kind == "timeout"


def test_of_very_many_files_the_newest_are_looked_at_first(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maildir_module, "MAX_FILES", 2)
    store = store_of(inbox)
    for number in range(5):
        put(inbox / "new", f"{number}.a", f"ours-{number}", NOON + number)
    wanted = [f"ours-{number}" for number in range(5)]
    looks = [[token for token, *_place in found(store, *wanted)] for _look in range(3)]
    assert looks == [["ours-3", "ours-4"], ["ours-1", "ours-2"], ["ours-0"]]


def test_delete_removes_nothing_but_the_file_that_it_has_read(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who owns the Maildir puts a link in the place of its folder while root looks into it."""
    store = store_of(inbox)
    put(inbox / "new", "1.a", "ours")
    (one,) = store.find({"ours"})
    elsewhere = maildir(tmp_path / "elsewhere")
    others = put(elsewhere / "new", "1.a", "theirs")
    unlink = os.unlink

    def unlink_elsewhere(name: str, **options: t.Any) -> None:
        (inbox / "new").rename(inbox / "gone")
        (inbox / "new").symlink_to(elsewhere / "new")
        unlink(name, **options)

    monkeypatch.setattr(os, "unlink", unlink_elsewhere)
    assert list(store.delete([one])) == [one.key]
    assert others.exists()
    assert list((inbox / "gone").iterdir()) == []


def test_delete_leaves_another_message_under_the_same_name(inbox: Path) -> None:
    store = store_of(inbox)
    put(inbox / "new", "1.a", "ours")
    (one,) = store.find({"ours"})
    other = put(inbox / "new", "1.a", "theirs")
    assert list(store.delete([one])) == []
    assert other.exists()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "No such file"),
        (lambda path: path.mkdir(), "not a Maildir"),
        (lambda path: path.write_text("Hello\n"), "not an mbox"),
        (lambda path: os.mkfifo(str(path)), "not an mbox"),
    ],
)
def test_what_is_neither_maildir_nor_mbox_is_said(
    tmp_path: Path, make: t.Callable[[Path], t.Any], words: str
) -> None:
    path = tmp_path / "box"
    make(path)
    with pytest.raises(StoreError, match=words) as caught:
        store_of(path)
    assert str(path) in caught.value.text
