# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each target of `make fuzz`, with its seeds and some hundred inputs that are near to them."""

from __future__ import annotations

import random
import sys

import pytest

if sys.version_info < (3, 10):
    pytest.skip("one of the targets is for the controller", allow_module_level=True)

from ansible_collections.mailops.smtp.plugins.module_utils._receipt import imap
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline
from ansible_collections.mailops.smtp.tests.fuzz.registry import REGISTRY
from ansible_collections.mailops.smtp.tests.fuzz.targets import ACCOUNT, TOKEN, fed_stream

INPUTS = 200


def near(seeds: list[bytes], drawn: random.Random) -> bytes:
    """Return a seed with some bytes changed, added or left out."""
    data = bytearray(drawn.choice(seeds))
    for _change in range(drawn.randrange(1, 5)):
        mailbox = drawn.randrange(len(data) + 1)
        data[mailbox : mailbox + drawn.randrange(9)] = drawn.choice(
            (b"", bytes([drawn.randrange(256)]), drawn.choice(seeds)[: drawn.randrange(20)])
        )
    return bytes(data)


@pytest.mark.parametrize("name", list(REGISTRY))
def test_a_target_finds_nothing_near_its_seeds(name: str) -> None:
    target, seeds = REGISTRY[name].target, REGISTRY[name].seeds()
    drawn = random.Random(name)
    assert seeds
    for data in [b"", *seeds, *(near(seeds, drawn) for _input in range(INPUTS))]:
        try:
            target(data)
        except Exception as error:
            raise AssertionError(f"{name} fails with {data!r}") from error


def test_the_seed_of_imap_is_a_session_in_which_the_token_is_found_and_deleted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (session,) = REGISTRY["imap_store"].seeds()
    monkeypatch.setattr(imap, "connect", lambda _account, _deadline: fed_stream(session))
    store = imap.ImapStore(ACCOUNT, None, Deadline(60.0))
    found = list(store.find({TOKEN}))
    assert [one.token for one in found] == [TOKEN]
    assert [mailbox.name for mailbox in store.mailboxes] == ["INBOX", "Junk"]
