# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host without a network, or without a resolver, never proves what was expected of a server."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.interop import room
from ansible_collections.mailops.smtp.tests.interop.dead_network import EXCHANGERS

MODULE = "ansible_collections.mailops.smtp.plugins.modules.smtp_handshake"

# What a busy machine may take longer.
PATIENCE = 15.0


def run(resolver: str, **options: t.Any) -> dict[str, t.Any]:
    """Run the module on a host that has nothing but its loopback."""
    lack = room.missing()
    if lack is not None:
        pytest.skip(lack)
    script = str(Path(__file__).with_name("dead_network.py"))
    process = subprocess.run(
        [
            *("unshare", "--net", "--mount", "--kill-child", "--fork"),
            *(sys.executable, script, MODULE, json.dumps(options), resolver),
        ],
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert process.stdout, process.stderr.decode()
    result: dict[str, t.Any] = json.loads(process.stdout)
    return result


@pytest.mark.parametrize("host", ["192.0.2.25", "2001:db8::25"])
@pytest.mark.parametrize("wanted", ["connect", "timeout"])
def test_a_host_without_a_network_has_not_been_refused(host: str, wanted: str) -> None:
    result = run("dead", host=host, expect={"connect": [wanted]})
    assert result["failed"]
    assert result["failure"]["kind"] == "local"
    assert "Network is unreachable" in result["failure"]["text"]


@pytest.mark.parametrize(
    ("resolver", "why"),
    [
        ("dead", "the resolver did not say that there is no such name"),
        ("silent", "the resolver did not say that there is no such name"),
    ],
)
def test_a_resolver_that_is_down_does_not_say_that_there_is_no_such_name(
    resolver: str, why: str
) -> None:
    result = run(resolver, host="relay.example.test", expect={"connect": ["resolve"]})
    assert result["failed"]
    assert result["failure"]["kind"] == "resolve"
    assert why in result["failure"]["text"]


def test_one_that_says_so_is_believed() -> None:
    result = run("absent", host="relay.example.test", expect={"connect": ["resolve"]})
    assert not result.get("failed"), result["msg"]


@pytest.mark.parametrize("resolver", ["dead", "silent"])
def test_nor_does_it_say_so_of_a_domain(resolver: str) -> None:
    result = run(resolver, mx="example.test", timeout=2, expect={"connect": ["resolve"]})
    assert result["summary"] == {"total": 1, "passed": 0, "failed": 1, "kinds": {"resolve": 1}}
    assert "the resolver has not answered" in result["results"][0]["failure"]["text"]


def test_the_deadline_holds_for_all_exchangers_of_a_domain() -> None:
    started = time.monotonic()
    result = run("exchangers", mx="example.test", deadline=2)
    assert time.monotonic() - started < PATIENCE  # one after the other it would be 24 s
    assert result["summary"]["kinds"] == {"resolve": EXCHANGERS}
    assert max(one["seconds"]["resolve"] for one in result["results"]) < PATIENCE


def test_what_one_target_lacks_is_its_own_business() -> None:
    result = run(
        "absent",
        targets=[
            {"name": "no such file", "host": "127.0.0.1", "tls": "required", "ca_path": "/none"},
            {"name": "no way", "host": "192.0.2.25"},
            {"name": "closed", "host": "127.0.0.1", "port": 9},
        ],
    )
    assert [one["failure"]["kind"] for one in result["results"]] == ["local", "local", "connect"]
