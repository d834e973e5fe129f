# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCP listeners of a host, as ss and the kernel name them."""

from __future__ import annotations

import socket
import time

from ansible_collections.mailops.smtp.plugins.module_utils._server_log import (
    commands,
    listeners,
)

SS = """\
State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
LISTEN 101    100          0.0.0.0:25         0.0.0.0:*
LISTEN 0      128             [::]:587           [::]:*
LISTEN 0      4096   127.0.0.53%lo:53         0.0.0.0:*
LISTEN 0      128                *:465              *:*
LISTEN x      128             [::]:1             [::]:*
ESTAB  0      0          127.0.0.1:25       127.0.0.1:4000
rubbish
"""
TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0019 00000000:0000 0A 00000000:00000005 00:00000000 00000000     0        0 1
   1: 0100007F:0019 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 2
   2: rubbish:zz 0 0A 0:0
"""
TABLE6 = """\
  sl  local_address                         remote_address  st tx_queue rx_queue
   0: B80D0120000000000000000001000000:0019 0:0000 0A 00000000:00000000 00:0 0 0 0 1
"""


def test_ss_names_the_use_and_the_limit_of_each_queue() -> None:
    assert listeners.parse_ss(SS) == [
        {"address": "0.0.0.0", "port": 25, "queued": 101, "queue_limit": 100},
        {"address": "::", "port": 587, "queued": 0, "queue_limit": 128},
        {"address": "127.0.0.53%lo", "port": 53, "queued": 0, "queue_limit": 4096},
        {"address": "*", "port": 465, "queued": 0, "queue_limit": 128},
    ]


def test_the_table_of_the_kernel_names_no_limit() -> None:
    assert listeners.parse_table(TABLE) == [
        {"address": "127.0.0.1", "port": 25, "queued": 5, "queue_limit": None}
    ]
    assert listeners.parse_table(TABLE6) == [
        {"address": "2001:db8::1", "port": 25, "queued": 0, "queue_limit": None}
    ]


def test_their_number_is_bounded() -> None:
    assert len(listeners.parse_ss("LISTEN 0 1 0.0.0.0:25 0.0.0.0:*\n" * 1000)) == 200


def test_a_listener_of_this_host_is_found_with_and_without_ss(tmp_path, monkeypatch) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(7)
        port = sock.getsockname()[1]
        monkeypatch.setattr(commands, "_FOLDERS", ())
        monkeypatch.setenv("PATH", str(tmp_path))
        found, problem = listeners.read(time.monotonic() + 10)
    assert port in [one["port"] for one in found if one["address"] == "127.0.0.1"]
    assert problem == "this host has no ss, so the limits of accept queues are not known"


def test_a_host_without_both_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(commands, "_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(listeners, "TABLES", (str(tmp_path / "none"),))
    assert listeners.read(time.monotonic() + 10) == ([], "this host has no ss")
