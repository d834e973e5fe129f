# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IDLE (RFC 2177), which imaplib knows from Python 3.14 on only."""

from __future__ import annotations

import re
import time
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import Broken

if t.TYPE_CHECKING:
    from .imap_client import Client

# imaplib makes tags of four letters and a number.
_TAG = b"IDLE"

_NEWS = re.compile(rb"\* \d+ (?:EXISTS|RECENT)\b", re.IGNORECASE)

_BYE = b"* BYE"


def idle(client: Client, seconds: float) -> bool:
    """Wait until the server tells of a new message in the selected mailbox, or so many seconds.

    Gives False where the server does not know IDLE after all. Raises Broken.
    """
    client.send(_TAG + b" IDLE\r\n")
    line = client.readline()
    while not line.startswith(b"+"):
        if line.startswith(_TAG):
            return False
        line = client.readline()
    end = time.monotonic() + seconds
    while client.wire.wait(max(end - time.monotonic(), 0.0)):
        line = client.readline()
        if line.upper().startswith(_BYE):
            raise Broken("disconnect", "the server ended the session")
        if _NEWS.match(line) or line.startswith(_TAG):
            break
    if not line.startswith(_TAG):
        client.send(b"DONE\r\n")
        while not client.readline().startswith(_TAG):
            pass
    return True
