# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real mail servers, each started once, and a table of what was negotiated with them.

A module of tests names its server, and each test the feature that it is about:

    pytestmark = pytest.mark.server.with_args(postfix.start)

    @pytest.mark.feature("STARTTLS")
    def test_starttls(hold):
        record = hold("smtp", tls="required")

The row of the table tells of the last dialogue that the test held.
"""

from __future__ import annotations

import contextlib
import tempfile
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.tests.interop import audit_score, room, score, table
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.server import LOOPBACK, Server
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.settle import settle

Start = t.Callable[[Path, Certificates], t.ContextManager[Server]]
Hold = t.Callable[..., Record]

ROW = "interop row"
TRIALS = "trials_of_planted_causes"
AUDITS = "audits_of_planted_faults"


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest of the marks, which it would not take otherwise."""
    config.addinivalue_line("markers", "server(start): the server that the tests of a module need")
    config.addinivalue_line("markers", "feature(name): what the test is about, for the table")


@pytest.fixture(scope="session")
def folder() -> t.Iterator[Path]:
    """Make a folder that the servers' own users can enter, with a short path: sockets go in it."""
    with tempfile.TemporaryDirectory(prefix="interop-") as made:
        path = Path(made)
        path.chmod(0o755)
        yield path


@pytest.fixture(scope="session")
def certificates(folder: Path) -> Certificates:
    """Make the certificates of all servers."""
    (folder / "tls").mkdir()
    return Certificates(folder / "tls")


@pytest.fixture(scope="session")
def started(folder: Path, certificates: Certificates) -> t.Iterator[t.Callable[[Start], Server]]:
    """Return a function that starts a server where it does not run yet; all stop at the end."""
    servers: dict[Start, Server] = {}
    with contextlib.ExitStack() as running:

        def start_once(start: Start) -> Server:
            if start not in servers:
                own_folder = folder / start.__module__.rpartition(".")[2]
                own_folder.mkdir(exist_ok=True)  # it may have failed to start before
                servers[start] = running.enter_context(start(own_folder, certificates))
            return servers[start]

        yield start_once


@pytest.fixture
def server(request: pytest.FixtureRequest, started: t.Callable[[Start], Server]) -> Server:
    """Return the server of the test's module."""
    lack = room.missing()
    if lack is not None:
        pytest.skip(lack)
    mark = request.node.get_closest_marker("server")
    assert mark is not None
    return started(mark.args[0])


@pytest.fixture(scope="session")
def rows() -> dict[str, table.Row]:
    """Return what was negotiated so far, by test."""
    return {}


@pytest.fixture
def hold(
    request: pytest.FixtureRequest,
    server: Server,
    certificates: Certificates,
    rows: dict[str, table.Row],
) -> Hold:
    """Hold a dialogue with a listener of the server; options are those of the module."""

    def hold_with(listener: str, **options: t.Any) -> Record:
        whom: dict[str, t.Any] = {"host": LOOPBACK, "port": server.ports.get(listener)}
        if options.get("socket"):
            whom = {"host": None}
        options = {
            **DEFAULTS,
            **whom,
            "helo": "client.example.test",
            "ca_path": str(certificates.ca),
            "tls_server_name": SERVER_NAME,
            "timeout": 15.0,
            **options,
        }
        record = settle(plan_from(options, check_mode=False))
        mark = request.node.get_closest_marker("feature")
        if mark is not None:
            row = table.Row(server.name, mark.args[0], table.negotiated(record), "")
            request.node.user_properties[:] = [(ROW, row)]
            rows[request.node.nodeid] = row
        return record

    return hold_with


@pytest.fixture(scope="session")
def trials(request: pytest.FixtureRequest) -> list[score.Trial]:
    """Return the list of the trials of all modules: each appends its own."""
    found: list[score.Trial] = []
    setattr(request.config, TRIALS, found)
    return found


@pytest.fixture(scope="session")
def audits(request: pytest.FixtureRequest) -> audit_score.Audits:
    """Return the lists of what audits have said: each test appends its own."""
    found = audit_score.Audits([], [])
    setattr(request.config, AUDITS, found)
    return found


def pytest_terminal_summary(terminalreporter: t.Any, config: pytest.Config) -> None:
    """Print the table, and the scores on planted causes and faults."""
    rows = []
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            row = dict(report.user_properties).get(ROW)
            if row is not None and report.when == "call":
                rows.append(row._replace(outcome=outcome))
    if rows:
        terminalreporter.section("interop")
        for line in table.lines(sorted(rows, key=lambda row: row.server)):
            terminalreporter.write_line(line)
    trials = getattr(config, TRIALS, [])
    if trials:
        terminalreporter.section("planted causes")
        for line in score.lines(trials):
            terminalreporter.write_line(line)
    audits = getattr(config, AUDITS, None)
    if audits is not None:
        terminalreporter.section("audits")
        for line in audit_score.lines(*audits):
            terminalreporter.write_line(line)
