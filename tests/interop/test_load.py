# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Up to two thousand dialogues of one task, up to 500 at once: none is lost, none is left open.

`make bench` holds ten thousand, and goes on for ten minutes.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.targets import targets_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.runner import run_dialogues
from ansible_collections.mailops.smtp.plugins.modules import smtp_handshake
from ansible_collections.mailops.smtp.tests.interop import postfix
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME
from ansible_collections.mailops.smtp.tests.interop.server import LOOPBACK, Server
from ansible_collections.mailops.smtp.tests.tools.process_usage import Usage, watched
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS

pytestmark = [
    pytest.mark.server.with_args(postfix.start),
    pytest.mark.skipif(sys.version_info < (3, 10), reason="one Python is enough for the load"),
]

# What the module needs apart from its dialogues: files, sockets and threads of Python and Ansible.
OF_ITS_OWN = 40

# Of each dialogue, its result in JSON has about 2.5 KiB, which are in memory several times.
KIB_OF_MODULE = 64 * 1024
KIB_FOR_EACH = 32

WAIT_SECONDS = 10.0


def options_for(port: int, dialogues: int, at_once: int) -> dict[str, t.Any]:
    """Return the options of a task with many targets, each of which has a name of its own."""
    return {
        "helo": "client.example.test",
        "mail_from": "bob@example.org",
        "rcpt_to": ["alice@example.test"],
        "concurrency": at_once,
        "per_server": at_once,
        "targets": [
            {"host": LOOPBACK, "port": port, "name": f"target {number}"}
            for number in range(dialogues)
        ],
    }


def run_module(options: dict[str, t.Any]) -> tuple[dict[str, t.Any], Usage]:
    """Run the module. Return its result, and the highest numbers of what it has held."""
    process = subprocess.Popen(
        [sys.executable, "-m", smtp_handshake.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process, watched(process.pid) as highest:
        output, _none = process.communicate(json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode())
        return json.loads(output.decode()), highest()


def sessions_at_sink(server: Server) -> int:
    """Return how many sessions smtp-sink has counted. It writes a line when a session has ended."""
    text = (server.folder / postfix.SINK_COUNTERS).read_text()
    return max(map(int, re.findall(r"sess=(\d+) ", text)), default=0)


def await_equal(number: int, counted: t.Callable[[], int]) -> int:
    """Wait until the server has counted as many. Return what it has counted at last."""
    end = time.monotonic() + WAIT_SECONDS
    while counted() < number and time.monotonic() < end:
        time.sleep(0.05)
    return counted()


def check(result: dict[str, t.Any], highest: Usage, options: dict[str, t.Any]) -> None:
    """Check that each target has its result, in order, and that the process held little more."""
    at_once, targets = options["concurrency"], options["targets"]
    assert result["summary"] == {
        "total": len(targets),
        "passed": len(targets),
        "failed": 0,
        "kinds": {},
    }
    assert [one["item"] for one in result["results"]] == targets
    ports = {one["client"]["port"] for one in result["results"][:at_once]}
    assert len(ports) == at_once, "a dialogue was told twice"
    assert highest.sockets <= at_once + OF_ITS_OWN
    assert highest.descriptors <= at_once + OF_ITS_OWN
    assert highest.threads <= at_once + OF_ITS_OWN
    assert highest.rss_kib < KIB_OF_MODULE + KIB_FOR_EACH * len(targets)


@pytest.mark.parametrize(("at_once", "dialogues"), [(200, 600), (500, 2000)])
def test_no_dialogue_with_smtp_sink_is_lost(server: Server, at_once: int, dialogues: int) -> None:
    options = options_for(server.ports["sink"], dialogues, at_once)
    before = sessions_at_sink(server)

    result, highest = run_module(options)

    check(result, highest, options)
    assert highest.sockets >= at_once
    after = before + dialogues
    assert await_equal(after, lambda: sessions_at_sink(server)) == after


def test_no_dialogue_with_postfix_is_lost_though_it_has_fewer_processes(server: Server) -> None:
    """A hundred clients are answered at once, and the others wait for their greeting.

    Recipients wait, too: Postfix takes messages no faster than it finds them in its queue.
    """
    options = options_for(server.ports["crowded"], 400, 200)

    result, highest = run_module(options)

    check(result, highest, options)
    names = {one["server"]["name"] for one in result["results"]}
    assert names == {SERVER_NAME}


def test_one_process_that_goes_on_holds_no_more_each_time(server: Server) -> None:
    options = {**DEFAULTS, **options_for(server.ports["crowded"], 100, 100)}
    found = []
    for _turn in range(3):
        outcomes = run_dialogues(targets_from(options), 100, 100)
        assert all(outcome.passed for outcome in outcomes)
        usage = Usage.of(os.getpid())
        # The kernel may still know a thread that Python has joined.
        found.append((usage.descriptors, usage.sockets, threading.active_count()))
    assert len(set(found)) == 1, found
