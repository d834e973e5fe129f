# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the unit tests share: a scripted server, and a dialogue with it."""

from __future__ import annotations

import typing as t
from pathlib import Path

import hypothesis
import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.memory import (
    HOST,
    PORT,
    MemoryNetwork,
    needs_socket,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer
from ansible_collections.mailops.smtp.tests.unit.settle import settle

if t.TYPE_CHECKING:
    import ssl

    from ansible_collections.mailops.smtp.tests.unit.authority import Authority

# Of a client whose patience suits a test.
CLIENT: dict[str, t.Any] = {
    **DEFAULTS,
    "helo": "client.example.com",
    "connect_timeout": 5.0,
    "timeout": 5.0,
    "deadline": 10.0,
    "retry_delay": 0.0,
}

# A machine that has other things to do says nothing about the code. Each run tries the same
# examples, so that it is red for what was changed. For new ones there is --examples.
PATIENT = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], derandomize=True
)
hypothesis.settings.register_profile("patient", PATIENT)
hypothesis.settings.register_profile("quick", PATIENT, max_examples=25)

Hold = t.Callable[..., Record]

# The tests in which every story is a play of a role.
_OF_ROLES = ("action/test_smtp_check", "action/test_smtp_audit_role")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run leave out what says the same on every Python, and takes half of the time."""
    text = "leave out the thorough tests, and try a quarter of the examples in the others"
    parser.addoption("--quick", action="store_true", help=text)
    text = "do so for the tests of module_utils alone"
    parser.addoption("--quick-module-utils", action="store_true", help=text)
    text = "try so many examples in each test that has no number of its own, new ones each time"
    parser.addoption("--examples", type=int, help=text)
    text = "leave out the plays of the roles, each of which takes a second or more"
    parser.addoption("--without-role", action="store_true", help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Draw new examples where they are asked for."""
    examples = config.getoption("--examples")
    if examples:
        for profile in ("patient", "quick"):
            hypothesis.settings.register_profile(
                profile, PATIENT, derandomize=False, max_examples=examples
            )


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Say how many examples the tests of a file try, before it is read."""
    if isinstance(collector, pytest.Module):
        quick = _is_quick(collector.nodeid, collector.config)
        hypothesis.settings.load_profile("quick" if quick else "patient")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what a quick run does not need."""
    left_out = {item for item in items if _is_left_out(item, config)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _is_left_out(item: pytest.Item, config: pytest.Config) -> bool:
    if config.getoption("--without-role") and any(one in item.nodeid for one in _OF_ROLES):
        return True
    return _is_quick(item.nodeid, config) and _is_thorough(item)


def _is_quick(nodeid: str, config: pytest.Config) -> bool:
    partly = config.getoption("--quick-module-utils") and "module_utils" in nodeid
    return bool(config.getoption("--quick") or partly)


def _is_thorough(item: pytest.Item) -> bool:
    """Whether a test measures the work for hostile input, or is marked."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    names = code.co_names if code is not None else ()
    measures = "assert_ends" in names or "assert_linear" in names
    return measures or item.get_closest_marker("thorough") is not None


@pytest.fixture
def scripted() -> t.Iterator[t.Callable[..., ScriptedServer]]:
    """Start scripted servers; when the test ends, every script must have been followed."""
    servers: list[ScriptedServer] = []

    def start(*scripts: str, **options: t.Any) -> ScriptedServer:
        servers.append(ScriptedServer(*scripts, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.join()


@pytest.fixture
def hold(scripted: t.Callable[..., ScriptedServer]) -> Hold:
    """Hold a dialogue with a server that follows the scripts; options are those of the module.

    The server is in memory, unless a script needs a socket. Without a script it is the options'.
    """

    def hold_with(*scripts: str, check_mode: bool = False, **options: t.Any) -> Record:
        if not scripts:
            return settle(plan_from({**CLIENT, **options}, check_mode=check_mode))
        if needs_socket(scripts) or options.get("tls") == "implicit":
            server = scripted(*scripts)
            where = {"host": server.host, "port": server.port}
            record = settle(plan_from({**CLIENT, **where, **options}, check_mode=check_mode))
            server.join()
            return record
        network = MemoryNetwork(*scripts)
        where = {"host": HOST, "port": PORT}
        plan = plan_from({**CLIENT, **where, **options}, check_mode=check_mode)
        record = settle(plan, network)
        network.join()
        return record

    return hold_with


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Make a CA."""
    pytest.importorskip("trustme")
    from ansible_collections.mailops.smtp.tests.unit.authority import Authority

    return Authority(tmp_path)


@pytest.fixture
def dialogue(scripted: t.Any, hold: Hold) -> t.Callable[..., Record]:
    """Hold a dialogue with a server that has a context."""

    def hold_with(script: str | list[str], context: ssl.SSLContext, **options: t.Any) -> Record:
        scripts = [script] if isinstance(script, str) else script
        server: ScriptedServer = scripted(*scripts, context=context)
        return hold(host=server.host, port=server.port, **options)

    return hold_with
