# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Maildir or mbox at a path."""

from __future__ import annotations

import os

from .._net.stream import reason_of
from .deadline import Deadline
from .errors import StoreError
from .local_file import NotAFile, printable_path
from .maildir import MaildirStore, is_maildir
from .mbox import MboxStore, is_mbox
from .store import Store


def open_path(path: str, mailboxes: tuple[str, ...] | None, deadline: Deadline) -> Store:
    """Return the Maildir or the mbox at a path. Raises StoreError if there is neither."""
    if is_maildir(path):
        return MaildirStore(path, mailboxes, deadline)
    try:
        os.stat(path)
        if os.path.isdir(path):
            os.listdir(path)
            reason = "not a Maildir, since it has no folders cur and new"
        elif not is_mbox(path):
            reason = "not an mbox, since it does not begin with a line `From `"
        elif any(name.upper() != "INBOX" for name in mailboxes or ()):
            reason = "an mbox has only the mailbox INBOX"
        else:
            return MboxStore(path, deadline)
    except NotAFile as error:
        reason = f"not an mbox: {error}"
    except OSError as error:
        reason = reason_of(error)
    raise StoreError("mailbox", f"{printable_path(path)}: {reason}")
