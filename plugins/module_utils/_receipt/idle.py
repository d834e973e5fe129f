# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IDLE (RFC 2177): the server tells of new mail, instead of being asked."""

from __future__ import annotations

import time
import typing as t

from .imap_response import CONTINUE

if t.TYPE_CHECKING:
    from .imap_client import Client

_NEWS = ("EXISTS", "RECENT")


def idle(client: Client, seconds: float) -> bool:
    """Wait until the server tells of a new message in the selected mailbox, or so many seconds.

    Return False where the server does not know IDLE after all. Raises StoreError.
    """
    tag = client.begin(b"IDLE")
    response = client.hear()
    while response.tag != CONTINUE:
        if response.tag == tag:
            return False
        response = client.hear()
    end = time.monotonic() + seconds
    while client.stream.wait(max(end - time.monotonic(), 0.0)):
        response = client.hear()
        if response.tag == tag or response.kind in _NEWS:
            break
    if response.tag != tag:
        client.stream.send(b"DONE\r\n")
        while client.hear().tag != tag:
            pass
    return True
