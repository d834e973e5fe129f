# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A packet that the kernel could not repeat was not sent, and one that waits was not repeated.

tests/interop/test_diagnosis_network.py has a host whose own rules drop what it sends.
"""

from __future__ import annotations

import socket
import struct
import sys

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.unsent import (
    is_unsent,
    parse_unsent,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import FilteredPort

# struct tcp_info of <linux/tcp.h>, as Linux 2.6 has it.
STRUCT = struct.Struct("8B 24I")
RETRANS, TOTAL_RETRANS = 7, 23


def packed(retransmits: int, retrans: int, total: int) -> bytes:
    """Return the structure with these values, and another value elsewhere."""
    numbers = [77] * 24
    numbers[RETRANS], numbers[TOTAL_RETRANS] = retrans, total
    return STRUCT.pack(2, 9, retransmits, 9, 9, 9, 9, 9, *numbers)


@pytest.mark.parametrize(
    ("data", "unsent"),
    [
        pytest.param(packed(2, 0, 2), True, id="dropped by this host"),
        pytest.param(packed(2, 1, 2), False, id="sent, and lost on the way"),
        pytest.param(packed(0, 0, 0), False, id="not repeated yet"),
        pytest.param(packed(1, 0, 0), False, id="still in the queue of this host"),
        pytest.param(packed(2, 0, 2)[:100], False, id="cut short"),
    ],
)
def test_only_what_could_not_be_repeated_is_unsent(data: bytes, unsent: bool) -> None:
    assert parse_unsent(data) is unsent


def test_what_was_sent_to_a_filter_is_not_unsent() -> None:
    with FilteredPort() as port, socket.socket() as sock:
        sock.setblocking(False)
        sock.connect_ex((port.host, port.port))
        assert not is_unsent(sock)


def test_a_socket_that_is_closed_has_sent_nothing() -> None:
    sock = socket.socket()
    sock.close()
    assert not is_unsent(sock)


def test_another_system_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "freebsd13")
    with socket.socket() as sock:
        assert not is_unsent(sock)
