# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IDLE (RFC 2177): the server announces new mail."""

from __future__ import annotations

import time
import typing as t

from .imap_response import CONTINUE

if t.TYPE_CHECKING:
    from .imap_client import Client

_NEW_MAIL = ("EXISTS", "RECENT")


def idle(client: Client, seconds: float) -> bool:
    """Wait up to `seconds` until the server announces a new message in the selected mailbox.

    Return False if the server rejects IDLE. Raises StoreError.
    """
    tag = client.send_command(b"IDLE")
    response = client.read_response()
    while response.tag != CONTINUE:
        if response.tag == tag:
            return False
        response = client.read_response()
    end = time.monotonic() + seconds
    while client.stream.wait(max(end - time.monotonic(), 0.0)):
        response = client.read_response()
        if response.tag == tag or response.kind in _NEW_MAIL:
            break
    if response.tag != tag:
        client.stream.send(b"DONE\r\n")
        while client.read_response().tag != tag:
            pass
    return True
