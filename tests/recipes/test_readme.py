# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README's step 8 tells a relay that fails. test_guides.py runs it with relays that do not."""

from __future__ import annotations

import re
import socket
import typing as t

import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from ansible_collections.mailops.smtp.tests.recipes.conftest import Place
from ansible_collections.mailops.smtp.tests.recipes.recipes import ROOT


def step_8() -> list[dict[str, t.Any]]:
    """Return the tasks of the README that send messages and look for them."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (block,) = [block for block in blocks if "mailops.smtp.mail_receipt:" in block]
    tasks: list[dict[str, t.Any]] = yaml.safe_load(block)
    return tasks


@pytest.fixture
def mailbox(place: Place) -> t.Iterator[Controller]:
    """Start a relay that puts what it takes into a Maildir."""
    controller = Controller(Mailbox(place.folder / "Maildir"), hostname="127.0.0.1", port=0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    yield controller
    controller.stop()


def test_step_8_of_the_readme(place: Place, mailbox: Controller) -> None:
    send, receive, judge = step_8()
    send["mailops.smtp.smtp_handshake"]["targets"] = [
        {"host": "127.0.0.1", "port": port} for port in (mailbox.port, 9)
    ]
    del receive["mailops.smtp.mail_receipt"]["imap"]
    receive["mailops.smtp.mail_receipt"]["path"] = str(place.folder / "Maildir")
    found = {"ansible.builtin.debug": {"msg": "found {{ receipt.summary.found }}"}}
    play = {"hosts": "here", "gather_facts": False, "tasks": [send, receive, found, judge]}
    place.lay("play.yml", [play])

    ran = place.run("ansible-playbook", "-i", "inventory.yml", "play.yml")

    assert "found 1" in ran.stdout, ran.stdout
    assert ran.returncode == 2, ran.stdout
    assert "1 of 2 dialogues failed" in ran.stdout
