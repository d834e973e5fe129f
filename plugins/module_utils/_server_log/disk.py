# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The free space of the file system with the queue."""

from __future__ import annotations

import os
import typing as t

from .._net.stream import reason_of
from .._net.text import escape

# Where each server has its queue, unless its settings say otherwise.
_QUEUES = {
    "postfix": "/var/spool/postfix",
    "exim": "/var/spool/exim4",
    "sendmail": "/var/spool/mqueue",
    "opensmtpd": "/var/spool/smtpd",
    "haraka": "/opt/haraka/queue",
    "dovecot": "/var/mail",
}
_SETTINGS = {"postfix": "queue_directory", "exim": "spool_directory"}
_OTHER = "/var/spool/exim"


def path_of_queue(servers: t.Iterable[str], limits: t.Mapping[str, t.Mapping[str, str]]) -> str:
    """Return the folder of the queue of the first server that is known to have one."""
    for server in servers:
        setting = limits.get(server, {}).get(_SETTINGS.get(server, ""))
        for path in (setting, _QUEUES.get(server), _OTHER if server == "exim" else None):
            if path and os.path.isdir(path):
                return path
    return "/var/spool" if os.path.isdir("/var/spool") else "/"


def read(path: str) -> tuple[dict[str, t.Any] | None, str | None]:
    """Return the space of a path, and what kept it from being read, or None."""
    try:
        status = os.statvfs(path)
    except OSError as error:
        return None, f"{escape(path)}: {reason_of(error)}"
    return {
        "path": escape(path),
        "total_bytes": status.f_blocks * status.f_frsize,
        "free_bytes": status.f_bavail * status.f_frsize,  # for users other than root
        "free_inodes": status.f_favail if status.f_files else None,  # btrfs has no number
    }, None
