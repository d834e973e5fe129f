# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers of the unit tests, for clients other than ours: they take any command.

The scripts are those of the unit tests. In a unit test the client must follow its script to the
letter. Here a command of the client is compared by its verb only, and where the script has no
answer to it, the server answers as an ordinary one does. So a script that ends with QUIT after EHLO
becomes a server that takes a mail, and does at the stages of the script what the script says.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import re
import socket
import ssl
import struct
import subprocess
import threading
import time
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.unit.random_server import (
    Event,
    LoggingServer,
    Manner,
    RandomServer,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import DRIP_SECONDS, bytes_of, steps_of

TESTS = "tests/unit/plugins/module_utils/_smtp"
TEST_FILES = ("test_dialogue.py", "steps", "session", "run")

# How long a tool may take, and a server waits for it.
LIMIT = 20.0
PATIENCE = 2 * LIMIT

# A dialogue of these options asks no more than whether the server takes the mail. A server whose
# client expected more, such as a refusal, is one whom we ask for just that.
OPTIONS = {
    "deadline", "expect", "helo", "mail_from", "mail_parameters", "max_seconds", "message",
    "rcpt_to", "retries", "retry_delay", "stop_after", "timeout", "tls",
}  # fmt: skip


class Story(t.NamedTuple):
    """A server: its name, its script, how many recipients it is asked for, and whether by TLS.

    `script` is None for the random server whose seed is the number in its name. `certificate` is
    the name of a certificate, where it shows one.
    """

    name: str
    script: str | None
    recipients: int = 1
    tls: bool = False
    certificate: str = ""
    seed: int = 0


def recorded_stories(python: str, root: Path, file: Path) -> list[Story]:
    """Run the unit tests with a Python, and return the scripted servers that they have."""
    command = [
        python, "-m", "pytest", "-q", "--quick", "-p", f"{__package__}.story_recorder",
        "--stories", str(file), *(f"{TESTS}/{name}" for name in TEST_FILES),
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=root,
        env={"PYTHONPATH": str(root / ".venv" / "collections"), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the unit tests failed:\n{done.stdout[-3000:]}")
    return stories_from(json.loads(file.read_text(encoding="utf-8")))


def stories_from(noted: t.Iterable[t.Mapping[str, t.Any]]) -> list[Story]:
    """Return the servers that any client can be asked to send a mail to, each once."""
    found: dict[tuple[str, int], Story] = {}
    for one in noted:
        scripts, options = one["scripts"], one["options"]
        if len(scripts) != 1 or not isinstance(scripts[0], str) or not set(options) <= OPTIONS:
            continue
        steps = steps_of(scripts[0])
        if not _is_for_anybody(steps) or options.get("tls") == "implicit":
            continue
        if steps[-1] == ("C:", "QUIT"):  # the script says nothing of the answer
            steps.pop()
        script = "\n".join(" ".join(step).strip() for step in steps)
        recipients = max(len(options.get("rcpt_to") or ()), 1)
        tls = any(who == "C:" and text == "STARTTLS" for who, text in steps)
        found.setdefault((script, recipients), Story(_title(one["test"]), script, recipients, tls))
    return list(found.values())


def _title(test: str) -> str:
    """Return the name of a test as people read it, its parameters in brackets."""
    name, bracket, parameters = test.partition("::")[2].partition("[")
    title = name.rpartition("::")[2].replace("test_", "", 1).replace("_", " ")
    return f"{title} ({parameters[:-1]})" if bracket else title


def _is_for_anybody(steps: t.Sequence[tuple[str, str]]) -> bool:
    """Whether a script needs no certificate, and no client that does more than send a mail."""
    waits = [who in ("C:", "C>") for who, _text in steps]
    pipelined = any(one and other for one, other in itertools.pairwise(waits))
    special = any(
        who == "C>"
        or (who == "*:" and text == "tls")
        or re.match(r"/?\^?(AUTH|XCLIENT|BDAT)", text)
        for who, text in steps
    )
    ends_in_message = any(text.startswith("(") for _who, text in steps)
    return not special and (not pipelined or ends_in_message) and steps[0][0] != "C:"


def slow_stories() -> list[Story]:
    """Return servers that are slow as those of the unit tests are, for clients with more patience.

    A unit test waits for a fraction of a second. These send a byte now and then for a minute.
    """
    many = 60 / DRIP_SECONDS / len("250-mx.example.org\r\n")
    greeting, hello = (["S: " + line] * round(many) for line in ("220-mx.example.org", "250-mx"))
    start = ["S: 220 mx.example.org", "C: EHLO", "*: drip"]
    return [
        Story("a greeting that takes a minute", "\n".join(["*: drip", *greeting, "S: 220 mx"])),
        Story("a reply to EHLO that takes a minute", "\n".join([*start, *hello * 2, "S: 250 mx"])),
    ]


def random_stories(number: int) -> list[Story]:
    """Return servers that behave at random, most with one fault."""
    return [Story(f"random server {seed}", None, seed=seed) for seed in range(1, number + 1)]


class ScriptedServer(LoggingServer):
    """Follows a script."""

    SECONDS_TO_END = 2 * PATIENCE

    def __init__(self, script: str, context: ssl.SSLContext | None = None) -> None:
        self._steps = steps_of(script)
        self._context = context
        self._stopping = threading.Event()
        super().__init__()

    def hold(self, connection: socket.socket, wire: list[Event]) -> None:
        """Hold a session."""
        connection.settimeout(PATIENCE)
        session = _Session(connection, self._steps, wire, self._context, self._stopping)
        with contextlib.suppress(OSError, _Over):
            session.hold()
        with contextlib.suppress(OSError):
            session.connection.close()

    def stop(self) -> None:
        """Stop, also a session that is deaf."""
        self._stopping.set()
        super().stop()


class _Over(Exception):
    """The connection is over."""


class _Session:
    """One connection."""

    def __init__(
        self,
        connection: socket.socket,
        steps: t.Sequence[tuple[str, str]],
        wire: list[Event],
        context: ssl.SSLContext | None,
        stopping: threading.Event,
    ) -> None:
        self._stopping = stopping
        self.connection = connection
        self._steps = list(steps)
        self._wire = wire
        self._context = context
        self._came = b""
        self._drips = False
        self._in_message = False
        self._answers = {
            "EHLO": "250 mx.example.org",
            "HELO": "250 mx.example.org",
            "MAIL": "250 2.1.0 Ok",
            "RCPT": "250 2.1.5 Ok",
            "DATA": "354 End data with <CR><LF>.<CR><LF>",
            "RSET": "250 2.0.0 Ok",
            "NOOP": "250 2.0.0 Ok",
            "QUIT": "221 2.0.0 Bye",
        }

    def hold(self) -> None:
        """Hold the session to its end."""
        self._play()
        while True:
            if self._in_message:
                self._take_message()
            else:
                self._take_command(self._line())

    def _take_command(self, line: str) -> None:
        verb = line[:4].upper()  # four letters tell all commands apart
        if self._steps and _verb_of(self._steps[0][1]) == verb:
            self._steps.pop(0)
            if not self._play():  # the script has no answer to it
                self._fall_silent()
        else:
            self._say(self._answers.get(verb, "502 5.5.2 Command not recognized"))
            self._in_message = verb == "DATA"
        if verb == "QUIT":
            raise _Over

    def _take_message(self) -> None:
        """Take lines to the dot, or to the line of the message that the script waits for."""
        self._in_message = False
        step = self._steps[0][1] if self._steps else ""
        while True:
            line = self._line()
            if step.startswith("/") and not _verb_of(step):
                break
            if line == ".":
                break
        if step == "(message)" or (step.startswith("/") and not _verb_of(step)):
            self._steps.pop(0)
            if not self._play():
                self._fall_silent()
        else:
            self._say("250 2.0.0 Ok: queued as 4XyZ1234abc")

    def _play(self) -> bool:
        """Do what the script says, up to what it waits for. Return whether anything was sent."""
        sent = False
        while self._steps and self._steps[0][0] not in ("C:", "C>"):
            who, text = self._steps.pop(0)
            if who == "*:":
                self._happen(text)
                sent = sent or text == "tls"
            else:
                self._send(bytes_of(text) + (b"\r\n" if who == "S:" else b""))
                sent = True
        return sent

    def _fall_silent(self) -> None:
        """Send nothing more, and read until the client leaves."""
        while self._receive():
            pass
        raise _Over

    def _happen(self, what: str) -> None:
        if what == "drip":
            self._drips = True
        elif what == "tls":
            assert self._context is not None
            self.connection = self._context.wrap_socket(self.connection, server_side=True)
            self._wire.append(Event("*", b"tls"))
            self._answers["STARTTLS"] = "503 5.5.1 TLS already active"
        elif what == "hush":
            time.sleep(0.1)
        elif what == "silence":
            self._fall_silent()
        elif what == "deaf":
            self._stopping.wait(PATIENCE)
            raise _Over
        elif what == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._wire.append(Event("*", b"reset"))
            raise _Over
        else:
            assert what == "close", f"no such step: {what}"
            raise _Over

    def _say(self, reply: str) -> None:
        self._send(f"{reply}\r\n".encode())

    def _send(self, data: bytes) -> None:
        pieces = [bytes([byte]) for byte in data] if self._drips else [data]
        for piece in pieces:
            if self._drips:
                time.sleep(DRIP_SECONDS)
            self.connection.sendall(piece)
            self._wire.append(Event("S", piece))
        last = data.split(b"\n")[-2:-1]
        self._in_message = bool(last) and last[0].startswith(b"354") and self._asked_for_message()

    def _asked_for_message(self) -> bool:
        """Whether the last line of the client was DATA."""
        sent = b"".join(event.data for event in self._wire if event.who == "C")
        return sent.upper().endswith(b"DATA\r\n")

    def _line(self) -> str:
        while b"\n" not in self._came:
            if not self._receive():
                raise _Over
        line, _end, self._came = self._came.partition(b"\n")
        return line.rstrip(b"\r").decode("latin-1")

    def _receive(self) -> bool:
        data = self.connection.recv(65536)
        if data:
            self._wire.append(Event("C", data, isinstance(self.connection, ssl.SSLSocket)))
        self._came += data
        return bool(data)


def _verb_of(step: str) -> str:
    """Return the verb of the command that a line of a script waits for."""
    match = re.match(r"/?\^?(EHLO|HELO|STARTTLS|MAIL|RCPT|DATA|QUIT)\b", step)
    return match.group(1)[:4] if match else ""


@contextlib.contextmanager
def serving(
    story: Story, contexts: t.Mapping[str, ssl.SSLContext]
) -> t.Iterator[ScriptedServer | RandomServer]:
    """Run the server of a story."""
    server: ScriptedServer | RandomServer
    if story.script is None:
        server = RandomServer(_manner(story.seed))
    else:
        server = ScriptedServer(story.script, contexts.get(story.certificate))
    try:
        yield server
    finally:
        server.stop()


def _manner(seed: int) -> Manner:
    """Return the manner of a random server: one in five is right, and most have one fault."""
    drawn = random.Random(seed)
    fault_at = None if drawn.random() < 0.2 else drawn.randrange(1, 8)
    silent = drawn.random() < 0.15
    return Manner(str(seed), fault_at=fault_at, silent=silent, varies=False)
