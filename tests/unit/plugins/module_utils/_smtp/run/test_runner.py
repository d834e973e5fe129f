# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many dialogues at once: outcomes are in order and independent, and limits are observed."""

from __future__ import annotations

import base64
import errno
import json
import socketserver
import subprocess
import sys
import threading
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.targets import targets_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run import lookup
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run import runner as runner_module
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.job_queue import JobQueue
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.retry import Attempts
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.runner import (
    Outcome,
    run_dialogues,
    summary,
    warning_about_address,
)
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer, closed_port

ANSWERS = """
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250 mx.example.org
C: QUIT
S: 221 2.0.0 Bye
"""
REFUSES = "S: 554 5.7.1 not you\nC: QUIT\nS: 221 2.0.0 Bye"

PATIENCE = 10.0
HOUR = 3600.0

DEFAULTS_MODULE = "ansible_collections.mailops.smtp.tests.unit.defaults"


def run_targets(*targets: dict[str, t.Any], **options: t.Any) -> list[Outcome]:
    """Hold the dialogues of several targets, with the options of the task."""
    nothing = dict.fromkeys([*DEFAULTS, "name"])
    whole = {
        **DEFAULTS,
        "host": None,
        "helo": "client.example.com",
        "timeout": 5.0,
        "targets": [{**nothing, **target} for target in targets],
        **options,
    }
    warn = options.pop("warn", print)
    return run_dialogues(targets_from(whole), whole["concurrency"], whole["per_server"], warn)


def at(server: ScriptedServer) -> dict[str, t.Any]:
    return {"host": server.host, "port": server.port}


def test_a_password_that_another_server_was_told_is_masked_too(scripted: t.Any) -> None:
    secret = base64.b64encode(b"\0ann\0correct horse").decode()
    told = scripted(
        f"S: 220 mx\nC: EHLO client.example.com\nS: 250-mx\nS: 250 AUTH PLAIN\n"
        f"C: AUTH PLAIN {secret}\nS: 235 Ok\nC: QUIT\nS: 221 Bye"
    )
    tells = scripted(ANSWERS.replace("ESMTP", f"{secret} or correct horse"))

    outcomes = run_targets(
        {**at(told), "login_user": "ann", "login_password": "correct horse"},
        at(tells),
        allow_plaintext_auth=True,
    )

    assert [outcome.kind for outcome in outcomes] == [None, None]
    shown = json.dumps([outcome.result for outcome in outcomes])
    assert "(not shown) or (not shown)" in shown
    assert secret not in shown
    assert "correct horse" not in shown


def test_each_target_has_its_outcome_in_the_order_of_the_targets(scripted: t.Any) -> None:
    silent = scripted("*: silence")
    up, refusing = scripted(ANSWERS), scripted(REFUSES)

    outcomes = run_targets(
        {"name": "slow", **at(silent), "timeout": 0.5},
        {"name": "up", **at(up)},
        {"name": "refusing", **at(refusing)},
        {"name": "down", "host": "127.0.0.1", "port": closed_port()},
        {"name": "lost", "host": "no-such-host.invalid"},
    )

    assert [(outcome.item["name"], outcome.kind) for outcome in outcomes] == [
        ("slow", "timeout"),
        ("up", None),
        ("refusing", "permanent"),
        ("down", "connect"),
        ("lost", "resolve"),
    ]
    assert summary(outcomes) == {
        "total": 5,
        "passed": 1,
        "failed": 4,
        "kinds": {"timeout": 1, "permanent": 1, "connect": 1, "resolve": 1},
    }


def test_the_dialogue_of_a_single_target_runs_in_the_calling_thread(scripted: t.Any) -> None:
    threads = threading.active_count()
    server = scripted(ANSWERS)

    (outcome,) = run_targets(at(server))

    assert outcome.passed
    assert threading.active_count() <= threads + 1  # the scripted server's own


def test_a_name_that_cannot_be_resolved_can_be_expected() -> None:
    (outcome,) = run_targets({"host": "no-such-host.invalid", "expect": {"connect": ["resolve"]}})
    assert outcome.passed


class Connections:
    """Counts simultaneous connections. The first `wanted` ones wait for each other."""

    def __init__(self, wanted: int) -> None:
        self._lock = threading.Lock()
        self._meeting = threading.Barrier(wanted)
        self.current = self.maximum = 0

    def enter(self) -> None:
        with self._lock:
            self.current += 1
            self.maximum = max(self.maximum, self.current)
        self._meeting.wait(PATIENCE)

    def leave(self) -> None:
        with self._lock:
            self.current -= 1


class CountingServer(socketserver.StreamRequestHandler):
    """A server that sends its greeting when the wanted number of clients is connected."""

    def handle(self) -> None:
        connections: Connections = t.cast(t.Any, self.server).connections
        connections.enter()
        self.wfile.write(b"220 mx.example.org\r\n")
        for line in self.rfile:
            if line.startswith(b"QUIT"):
                connections.leave()
                self.wfile.write(b"221 Bye\r\n")
                return
            self.wfile.write(b"250 mx.example.org\r\n")


@pytest.fixture
def counting() -> t.Iterator[t.Callable[[int], t.Any]]:
    """Start servers that wait for a number of simultaneous connections."""
    servers: list[socketserver.ThreadingTCPServer] = []

    def start(wanted: int) -> socketserver.ThreadingTCPServer:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), CountingServer)
        server.daemon_threads = True
        t.cast(t.Any, server).connections = Connections(wanted)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("per_server", [1, 2, 3])
def test_per_server_limits_the_dialogues_with_one_server(counting: t.Any, per_server: int) -> None:
    server = counting(per_server)
    host, port = server.server_address

    outcomes = run_targets(*[{"host": host, "port": port}] * 6, per_server=per_server)

    assert all(outcome.passed for outcome in outcomes)
    assert server.connections.maximum == per_server


def test_two_names_of_one_address_are_one_server(counting: t.Any) -> None:
    server = counting(2)
    port = server.server_address[1]
    names = [{"host": "localhost", "address_family": "ipv4"}, {"host": "127.0.0.1"}]

    outcomes = run_targets(*names * 3, port=port)

    assert all(outcome.passed for outcome in outcomes)
    assert server.connections.maximum == 2


def test_concurrency_limits_all_dialogues(counting: t.Any) -> None:
    connections = Connections(3)
    servers = [counting(1) for _server in range(6)]
    for server in servers:
        server.connections = connections
    targets = [
        {"host": server.server_address[0], "port": server.server_address[1]} for server in servers
    ]

    outcomes = run_targets(*targets, concurrency=3)

    assert all(outcome.passed for outcome in outcomes)
    assert connections.maximum == 3


class Greylisting(socketserver.StreamRequestHandler):
    """A server that refuses its first connections, and logs its name for each connection."""

    def handle(self) -> None:
        server = t.cast(t.Any, self.server)
        with server.lock:
            server.log.append(server.name)
            again = server.log.count(server.name) <= server.refusals
        server.connections.enter()
        self.wfile.write(b"450 later\r\n" if again else b"220 ok\r\n")
        for line in self.rfile:
            if line.startswith(b"QUIT"):
                server.connections.leave()
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def greylisting() -> t.Iterator[t.Callable[..., dict[str, t.Any]]]:
    """Start greylisting servers with a common log. Return each as a target."""
    servers: list[socketserver.ThreadingTCPServer] = []

    def start(
        name: str, log: list[str], refusals: int = 1, connections: Connections | None = None
    ) -> dict[str, t.Any]:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greylisting)
        server.daemon_threads = True
        facts = t.cast(t.Any, server)
        facts.name, facts.log, facts.refusals = name, log, refusals
        facts.connections, facts.lock = connections or Connections(1), threading.Lock()
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return {"host": server.server_address[0], "port": server.server_address[1], "name": name}

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def log_of_hours(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a log for servers. Once two have begun, hours pass for retries with each one more.

    So no retry that waits for an hour begins too early, however slow the machine is.
    """
    log: list[str] = []

    def clock() -> float:
        return time.monotonic() + 3 * HOUR * max(0, len(log) - 2)

    monkeypatch.setattr(runner_module, "JobQueue", lambda limit: JobQueue(limit, clock))
    return log


def test_a_dialogue_that_waits_for_a_retry_delays_no_other(
    greylisting: t.Any, log_of_hours: list[str]
) -> None:
    """With one worker, each server has its first dialogue before any server has its second."""
    targets = [greylisting(name, log_of_hours) for name in ("first", "second", "third")]

    outcomes = run_targets(*targets, concurrency=1, retries=1, retry_delay=HOUR)

    assert [outcome.item["name"] for outcome in outcomes] == ["first", "second", "third"]
    assert all(outcome.passed for outcome in outcomes)
    assert log_of_hours == ["first", "second", "third"] * 2
    for outcome in outcomes:
        assert outcome.result["attempts"] == 2
        transcript = "\n".join(outcome.result["transcript"])
        assert "S: 450 later" in transcript
        assert "*: attempt 1 failed; the next begins in 3600 s" in transcript
        assert "S: 220 ok" in transcript


def test_each_dialogue_is_retried_after_its_own_delay(
    greylisting: t.Any, log_of_hours: list[str]
) -> None:
    patient = {**greylisting("patient", log_of_hours), "retries": 1, "retry_delay": HOUR}
    hasty = {**greylisting("hasty", log_of_hours), "retries": 1, "retry_delay": 0.1}

    outcomes = run_targets(patient, hasty, concurrency=2)

    assert [outcome.passed for outcome in outcomes] == [True, True]
    assert log_of_hours[2:] == ["hasty", "patient"]


@pytest.mark.parametrize("retry_delay", [0.0, 0.05])
def test_a_single_dialogue_is_retried_in_the_calling_thread(
    scripted: t.Any, retry_delay: float
) -> None:
    server = scripted(REFUSES.replace("554", "450"), ANSWERS)
    threads = threading.active_count()

    (outcome,) = run_targets(at(server), retries=1, retry_delay=retry_delay)

    assert outcome.passed
    assert outcome.result["attempts"] == 2
    assert threading.active_count() <= threads


def test_per_server_limits_retries_too(
    greylisting: t.Any,
) -> None:
    log: list[str] = []
    connections = Connections(2)
    target = greylisting("busy", log, refusals=4, connections=connections)

    outcomes = run_targets(*[target] * 6, per_server=2, retries=4, retry_delay=0.01)

    assert all(outcome.passed for outcome in outcomes)
    assert len(log) == 10
    assert connections.maximum == 2


def test_every_address_of_a_name_is_a_dialogue_of_its_own() -> None:
    port = closed_port()

    outcomes = run_targets({"host": "localhost", "port": port}, every_address=True)

    addresses = [outcome.item["address"] for outcome in outcomes]
    assert "127.0.0.1" in addresses
    assert len(set(addresses)) == len(addresses)
    assert [outcome.result["server"]["address"] for outcome in outcomes] == addresses
    assert {outcome.result["server"]["host"] for outcome in outcomes} == {"localhost"}


def test_a_name_without_an_address_is_one_result() -> None:
    (outcome,) = run_targets({"host": "no-such-host.invalid"}, every_address=True)
    assert outcome.kind == "resolve"


class TestAnErrorEndsOneDialogueOnly:
    """An error in one dialogue is the result of this dialogue only."""

    def test_an_unexpected_exception_is_the_result_of_its_dialogue(
        self, scripted: t.Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        up = scripted(ANSWERS)
        begin = Attempts.hold

        def hold(attempts: Attempts) -> t.Any:
            if attempts._plan.envelope.mail_from == "odd@example.com":
                raise ZeroDivisionError("nobody foresaw this")
            return begin(attempts)

        monkeypatch.setattr(Attempts, "hold", hold)
        odd, good = run_targets(
            {"host": "127.0.0.1", "port": 9, "mail_from": "odd@example.com"}, at(up)
        )

        assert good.passed
        assert odd.kind == "internal"
        assert odd.result["failure"]["text"] == "unexpected ZeroDivisionError: nobody foresaw this"
        assert odd.sentence.startswith("127.0.0.1 port 9: unexpected ZeroDivisionError")
        assert odd.result["transcript"]

    def test_an_unexpected_exception_in_a_look_up_is_the_result_of_its_target(
        self, scripted: t.Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        up = scripted(ANSWERS)
        resolve_server = lookup.resolve_server

        def look(plan: t.Any, *arguments: t.Any) -> t.Any:
            if plan.endpoint.host == "odd.example.com":
                raise OSError(errno.EMFILE, "Too many open files")
            return resolve_server(plan, *arguments)

        monkeypatch.setattr(runner_module, "resolve_server", look)
        odd, good = run_targets({"host": "odd.example.com"}, at(up))

        assert (odd.kind, good.kind) == ("local", None)

    @pytest.mark.parametrize("allowed", [0, 1, 3])
    def test_a_host_that_starts_few_threads_holds_all_dialogues_with_a_warning(
        self, scripted: t.Any, monkeypatch: pytest.MonkeyPatch, allowed: int
    ) -> None:
        servers = [scripted(ANSWERS) for _number in range(5)]
        warnings: list[str] = []
        left = [allowed]
        start = threading.Thread.start

        def start_few(thread: threading.Thread) -> None:
            if not left[0]:
                raise RuntimeError("can't start new thread")
            left[0] -= 1
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", start_few)
        outcomes = run_targets(*map(at, servers), warn=warnings.append)

        assert [outcome.kind for outcome in outcomes] == [None] * 5
        assert len(warnings) == 1
        assert "could not start as many threads" in warnings[0]

    def test_a_process_with_a_low_limit_of_files_holds_fewer_dialogues_at_once(
        self,
    ) -> None:
        script = f"""
import json, resource
from {runner_module.__name__} import run_dialogues
from {targets_from.__module__} import targets_from
from {DEFAULTS_MODULE} import DEFAULTS
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
targets = [{{"host": "127.0.0.1", "port": {closed_port()}}} for _number in range(300)]
options = dict(DEFAULTS, host=None, helo="client.example.com", targets=targets)
warnings = []
outcomes = run_dialogues(targets_from(options), 200, 200, warnings.append)
print(json.dumps([warnings, sorted(outcome.kind for outcome in outcomes)]))
"""
        run = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True, timeout=600
        )
        warnings, kinds = json.loads(run.stdout)

        assert kinds == ["connect"] * 300
        assert len(warnings) == 1
        assert "open files; raise the limit (ulimit -n)" in warnings[0]


def test_a_mail_exchanger_that_is_an_address_causes_a_warning() -> None:
    assert warning_about_address("example.com", "mx.example.com") is None
    warning = warning_about_address("example.com", "192.0.2.7")
    assert warning is not None
    assert warning.startswith("the MX record of example.com names the address 192.0.2.7")
