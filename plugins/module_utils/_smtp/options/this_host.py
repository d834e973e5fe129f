# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check what options need of this host: an address, a file, a library.

A lack is raised as HostLacks, as the same option may be right for another host. This is the only
file in this folder that does I/O, besides the files of TLS.
"""

from __future__ import annotations

import socket
import sys
import typing as t

from ..._net.errors import BadOption, HostLacks
from ..._net.regular_file import open_file
from ..wire.message import MAX_BYTES
from .readers import read_source


def check_source_address(source_address: str, family: int) -> None:
    """Raise HostLacks if this host does not have the source address."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.bind((source_address, 0))
    except (OSError, TypeError, ValueError) as error:  # the last two for an invalid zone
        problem = f"{source_address} is not an address of this host"
        raise HostLacks("source_address", problem) from error


def check_library(option: t.Literal["mx", "dane"]) -> None:
    """Raise HostLacks if this host does not have dnspython, which the option needs."""
    from ..._net import dns as dnspython

    if dnspython.MISSING is not None:
        problem = f"needs the library dnspython on this host, for {sys.executable}"
        raise HostLacks(option, problem)


def message_source(path: str) -> bytes:
    """Return the content of the file that message.src names.

    Raise HostLacks if this host cannot read the file, and BadOption if it is not a message.
    """
    option = "message.src"
    if not path:
        raise BadOption(option, "is empty")
    try:
        with open_file(path) as file:
            source = file.read(MAX_BYTES + 1)
        # A file of the kernel, such as /proc/kmsg, returns None if it has nothing to read now.
        return read_source(source or b"", path)
    except OSError as error:
        raise HostLacks(option, f"cannot read {path} on this host: {error.strerror}") from error
    except ValueError as error:
        raise BadOption(option, error) from error
