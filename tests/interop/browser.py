# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's Chromium without a screen, in a room of its own, and what it sees of a page.

It is told what to do over two named pipes, in the words of the DevTools protocol
(https://chromedevtools.github.io/devtools-protocol/): messages in JSON, each with a NUL at its end.
All that it would ask of a network goes to a proxy that is a listener of ours, which answers nobody
and remembers who came.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import socket
import subprocess
import threading
import time
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop.room import Room

ROOM = Room("chromium", ["chromium-headless-shell", "fonts-dejavu-core"])
PATIENCE = 60.0

# The second line has it ask the proxy for loopback too, and nothing by itself.
COMMAND = """
exec chromium-headless-shell --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-lcd-text \
  --proxy-server="$1" --proxy-bypass-list='<-loopback>' --disable-background-networking \
  --user-data-dir="$2/profile" --remote-debugging-pipe 3<"$2/to" 4>"$2/from"
"""


class Browser:
    """A browser that runs. `asked` is what it has asked a network for, as the proxy saw it."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, asked: list[str]) -> None:
        self.asked = asked
        self._process = process
        # Open for both, so that neither end waits for the other.
        self._to = os.open(str(folder / "to"), os.O_RDWR)
        self._from = os.open(str(folder / "from"), os.O_RDWR)
        self._buffer = b""
        self._number = 0
        self.events: list[dict[str, t.Any]] = []

    def close(self) -> None:
        """Let go of the pipes."""
        os.close(self._to)
        os.close(self._from)

    def page(self) -> Page:
        """Open an empty page, with a context of its own: no cache, no storage."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        target = self.ask("Target.createTarget", url="about:blank", browserContextId=context)
        attached = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        return Page(self, attached["sessionId"])

    def ask(self, method: str, session: str | None = None, **parameters: t.Any) -> t.Any:
        """Send a command and give its result. Raises RuntimeError with what the browser says."""
        self._number += 1
        command: dict[str, t.Any] = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            command["sessionId"] = session
        os.write(self._to, json.dumps(command).encode() + b"\0")
        answer = self.wait_for(lambda message: message.get("id") == self._number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def wait_for(self, wanted: t.Callable[[dict[str, t.Any]], bool]) -> dict[str, t.Any]:
        """Read messages up to the one that is wanted; those that are no answers are kept."""
        until = time.monotonic() + PATIENCE
        while True:
            while b"\0" in self._buffer:
                one, _nul, self._buffer = self._buffer.partition(b"\0")
                message = json.loads(one)
                if "id" not in message:
                    self.events.append(message)
                if wanted(message):
                    return t.cast("dict[str, t.Any]", message)
            ready, _w, _x = select.select([self._from], [], [], 1.0)
            if ready:
                self._buffer += os.read(self._from, 1 << 20)
            elif self._process.poll() is not None:
                raise RuntimeError("Chromium has ended")
            elif time.monotonic() > until:
                raise RuntimeError(f"Chromium has said nothing for {PATIENCE} seconds")


class Page:
    """A page in the browser."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: t.Any) -> t.Any:
        """Send a command that concerns this page."""
        return self._browser.ask(method, self._session, **parameters)

    def open(self, address: str) -> None:
        """Go to an address, and wait until all of it is there."""
        before = len(self.events("Page.loadEventFired"))
        self.ask("Page.navigate", url=address)
        if len(self.events("Page.loadEventFired")) == before:
            self._browser.wait_for(
                lambda message: (
                    message.get("method") == "Page.loadEventFired"
                    and message.get("sessionId") == self._session
                )
            )

    def look(self, width: int, height: int = 900, scheme: str = "light") -> None:
        """Have a window of that size, and a user who likes that scheme."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.ask(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )

    def without_javascript(self) -> None:
        """Have no page run a script; `value` can still be asked."""
        self.ask("Emulation.setScriptExecutionDisabled", value=True)

    def value(self, expression: str) -> t.Any:
        """Return what an expression in JavaScript comes to, promises included."""
        answer = self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def click(self, selector: str) -> None:
        """Click in the middle of the first element that a selector finds, as a mouse would.

        What is scrolled into sight may be laid out only then, and move.
        """
        middle = (
            "(() => {"
            f"const it = document.querySelector({json.dumps(selector)});"
            "it.scrollIntoView({behavior: 'instant', block: 'center'});"
            "const box = it.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2];})()"
        )
        box, before = self.value(middle), None
        while box != before:
            time.sleep(0.03)
            box, before = self.value(middle), box
        for kind in ("mousePressed", "mouseReleased"):
            where = {"x": box[0], "y": box[1], "button": "left", "clickCount": 1}
            self.ask("Input.dispatchMouseEvent", type=kind, **where)

    def press(self, key: str, code: int, *, shift: bool = False) -> None:
        """Press a key that writes nothing, by its name and its number on Windows' keyboards."""
        key_of = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        key_of["modifiers"] = 8 * shift
        if key == "Enter":
            key_of["text"] = "\r"  # a link is followed by what the key writes
        self.ask("Input.dispatchKeyEvent", type="keyDown", **key_of)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **key_of)

    def write(self, text: str) -> None:
        """Write a text where the focus is, as a keyboard would."""
        self.ask("Input.insertText", text=text)

    def seen(self) -> list[tuple[str, str]]:
        """Return what a screen reader is told: roles and names, in their order."""
        nodes = self.ask("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored")
        ]

    def picture(self) -> bytes:
        """Return what is in the window, as a PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def events(self, method: str) -> list[dict[str, t.Any]]:
        """Return the parameters of all events of a kind that there were."""
        return [
            event["params"]
            for event in self._browser.events
            if event["method"] == method and event.get("sessionId") == self._session
        ]


@contextlib.contextmanager
def running(folder: Path) -> t.Iterator[Browser]:
    """Run Chromium as long as the context lasts. The folder is where it finds pages.

    Raises RuntimeError where it cannot be installed, or does not start.
    """
    ROOM.furnish()
    for pipe in ("to", "from"):
        os.mkfifo(str(folder / pipe))
    with contextlib.ExitStack() as stack:
        address, asked = stack.enter_context(_proxy())
        command = ("sh", "-euc", COMMAND, "sh", address, str(folder))
        process = stack.enter_context(ROOM.running(folder, *command))
        browser = Browser(process, folder, asked)
        stack.callback(browser.close)
        browser.ask("Browser.getVersion")
        yield browser


@contextlib.contextmanager
def _proxy() -> t.Iterator[tuple[str, list[str]]]:
    """Listen as a proxy does, remember the first line of each request, and close."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                client, _address = listener.accept()
                with client:
                    line = client.recv(4096).partition(b"\r\n")[0]
                if not line:
                    return
                asked.append(line.decode("ascii", "backslashreplace"))

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        finally:
            # A connection that says nothing tells the thread to end.
            socket.create_connection(listener.getsockname()).close()
