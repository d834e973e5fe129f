# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module runs as its own process, as with Ansible, and returns what a log says."""

from __future__ import annotations

import json
import os
import sys
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.modules import smtp_server_log
from ansible_collections.mailops.smtp.tests.unit import forks
from ansible_collections.mailops.smtp.tests.unit.returned import problems
from ansible_collections.mailops.smtp.tests.unit.runs import (
    run_as_main,
    run_module,
    start_module,
)

MODULE = smtp_server_log.__name__


@pytest.fixture
def log(tmp_path):
    """Return the path of a log in which a client was refused just now."""
    path = tmp_path / "mail.log"
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    path.write_text(
        f"{stamp} mx postfix/smtpd[1]: connect from a[192.0.2.7]\n"
        f"{stamp} mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[192.0.2.7]: 554 5.7.1"
        " <c@example.net>: Relay access denied; from=<b@example.org> to=<c@example.net>\n"
    )
    return str(path)


def test_the_result_has_the_documented_shape(log) -> None:
    yaml = pytest.importorskip("yaml")
    documented = yaml.safe_load(smtp_server_log.RETURN)

    result = run_module(MODULE, client=["192.0.2.7"], path=[log])

    assert result["changed"] is False
    assert problems(result, documented) == []
    assert result["deciding"]["cause_id"] == "relay-for-address"


def test_check_mode_reads_the_same(log) -> None:
    result = start_module(MODULE, client=["192.0.2.7"], path=[log], _ansible_check_mode=True)
    assert len(result["lines"]) == 2


CHANGES = ("os.", "shutil.")
READS = ("os.listdir", "os.scandir", "os.walk", "os.getxattr", "os.listxattr", "os.putenv")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
PROGRAMS = {
    ("postconf", "mynetworks"),
    ("postconf", "-n"),
    ("postconf", "-P"),
    ("exim", "-bP"),
    ("doveconf", "-n"),
    ("journalctl", "--quiet"),
    ("ss", "-ltn"),
}


def _run_watched(name: str, path: str) -> None:
    """Run a module, and tell stderr each change of a file and each program, a JSON list a line."""

    def watch(event: str, arguments: tuple[t.Any, ...]) -> None:
        told: list[t.Any] = []
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
            told = [event, str(arguments[0])]
        elif event == "subprocess.Popen":
            told = [event, *map(str, arguments[1])]
        elif event.startswith(CHANGES) and event not in READS:
            told = [event, *map(str, arguments)]
        if told:
            os.write(2, json.dumps(told).encode() + b"\n")

    os.environ["PATH"] = path
    sys.addaudithook(watch)
    run_as_main(name)


@pytest.mark.skipif(sys.version_info < (3, 8), reason="Python tells what it does since 3.8")
def test_it_only_reads(log, tmp_path) -> None:
    for program in {name for name, _option in PROGRAMS}:
        (tmp_path / program).write_text("#!/bin/sh\n")
        (tmp_path / program).chmod(0o755)
    options = json.dumps({"ANSIBLE_MODULE_ARGS": {"client": ["192.0.2.7"]}}).encode()

    ended = forks.call(_run_watched, MODULE, str(tmp_path), imports=(MODULE,), stdin=options)

    assert json.loads(ended.stdout)["changed"] is False
    told = [json.loads(line) for line in ended.stderr.splitlines()]
    started = {(os.path.basename(args[1]), args[2]) for args in told if "Popen" in args[0]}
    assert started == PROGRAMS
    changed = {args[1] for args in told if "Popen" not in args[0]}
    # A process that is measured writes a file of its own.
    measured = os.environ.get("COVERAGE_FILE", os.devnull)
    assert {name for name in changed if not name.startswith(f"{measured}.")} == {os.devnull}


def test_a_file_of_the_user_that_cannot_be_read_is_a_warning(log) -> None:
    result = run_module(MODULE, client=["192.0.2.7"], path=[log, "/none/mail.log"])
    assert len(result["lines"]) == 2
    assert "path: /none/mail.log: No such file or directory" in str(result["warnings"])


def test_a_wrong_option_is_named() -> None:
    result = run_module(MODULE, client=["mx.example.com"])
    assert result["failed"]
    assert result["msg"] == "client must be an IP address, not mx.example.com"


def test_the_options_are_documented_with_their_defaults() -> None:
    yaml = pytest.importorskip("yaml")
    documented = yaml.safe_load(smtp_server_log.DOCUMENTATION)["options"]
    spec = smtp_server_log.argument_spec()
    assert set(documented) == set(spec)
    for name, option in spec.items():
        for key in ("type", "default", "choices", "elements", "required"):
            assert documented[name].get(key) == option.get(key), name


PASSED = {"client": {"address": "192.0.2.7"}, "failed": False}
REFUSED = {"client": {"address": "192.0.2.7"}, "failed": True}
NOT_CONNECTED = {"client": {"address": None}, "failed": True}
SKIPPED = {"skipped": True}


@pytest.mark.parametrize(
    ("dialogue", "log", "asks", "says"),
    [
        (PASSED, SKIPPED, False, False),
        (NOT_CONNECTED, SKIPPED, False, False),
        (REFUSED, {"deciding": None}, True, False),
        (REFUSED, {"deciding": {"cause": "no", "line": "no"}}, True, True),
    ],
)
def test_the_conditions_of_the_example_are_booleans(dialogue, log, asks, says) -> None:
    # Since ansible-core 2.19, a dictionary or null is no condition.
    yaml, jinja2 = pytest.importorskip("yaml"), pytest.importorskip("jinja2")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.tests["failed"] = lambda result: bool(result.get("failed"))
    environment.tests["skipped"] = lambda result: bool(result.get("skipped"))
    conditions = [one["when"] for one in yaml.safe_load(smtp_server_log.EXAMPLES) if "when" in one]

    values = [environment.compile_expression(one)(dialogue=dialogue, log=log) for one in conditions]

    assert values == [asks, says]
    assert all(isinstance(one, bool) for one in values)
