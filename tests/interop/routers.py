# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client, three routers and a server, each a network namespace, with rules of nft in any of them.

    with routers.start(folder, {"r2": drop(25)}) as network:
        with network.inside("server"):
            listener = routers.listen(25)
        with network.inside("client"):
            ...  # connect to 10.0.4.2

A socket stays in the namespace in which it was made, and a thread begins in that of its maker.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import subprocess
import threading
import time
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop.room import Room

HERE = Path(__file__).resolve().parent

# What is done with a connection.
Handler = t.Callable[[socket.socket], None]

NODES = ("client", "r1", "r2", "r3", "server")
SERVER = "10.0.4.2"
SERVER6 = "fd00:4::2"

_CLONE_NEWNET = 0x40000000
_CLONE_NEWNS = 0x00020000
_LIBC = ctypes.CDLL(None, use_errno=True)
_PATIENCE = 30.0


class Routers:
    """A network that is laid. `room` is the process that holds it."""

    def __init__(self, room: subprocess.Popen[bytes]) -> None:
        (child,) = Path(f"/proc/{room.pid}/task/{room.pid}/children").read_text().split()
        self._root = Path(f"/proc/{child}/root", *_room().root.parts[1:])

    @contextlib.contextmanager
    def inside(self, node: str) -> t.Iterator[None]:
        """Have this thread, and the threads that it starts, use the network of a node."""
        with inside_namespace(self._root / "run" / "netns" / node):
            yield


@contextlib.contextmanager
def inside_namespace(path: Path) -> t.Iterator[None]:
    """Have this thread, and the threads and processes that it starts, use a network namespace."""
    with Path("/proc/thread-self/ns/net").open("rb") as own:
        with path.open("rb") as other:
            _enter(other.fileno())
        try:
            yield
        finally:
            _enter(own.fileno())


def see(files: t.Mapping[str, str], folder: Path) -> None:
    """Have this thread, and the threads that it starts, see other files at these paths.

    The thread cannot go back. `folder` is for the files.
    """
    if _LIBC.unshare(_CLONE_NEWNS):
        raise _last_error()
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    for number, (path, text) in enumerate(files.items()):
        file = folder / f"seen{number}"
        file.write_text(text)
        subprocess.run(["mount", "--bind", str(file), path], check=True)


@contextlib.contextmanager
def start(
    folder: Path, rules: t.Mapping[str, str] | None = None, commands: str = ""
) -> t.Iterator[Routers]:
    """Lay the network. `rules` has the nft of each node, and `commands` is a script for the end."""
    folder.mkdir(exist_ok=True)
    room = _room()
    room.furnish()
    for node in NODES:
        (folder / f"{node}.nft").write_text((rules or {}).get(node, ""))
    (folder / "commands").write_text(commands)
    script = (HERE / "routers.sh").read_text()
    command = ("unshare", "--net", "sh", "-euc", script, "sh", str(folder))
    with room.running(folder, *command) as process:
        _await_end(folder, process)
        yield Routers(process)


def listen(port: int, ip: str = "", backlog: int = 100) -> socket.socket:
    """Listen on an IPv4 address, or all, of the node that this thread is inside of."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((ip, port))
    listener.listen(backlog)
    return listener


def serve(listener: socket.socket, handle: Handler) -> None:
    """Handle each connection in a thread of its own, until the listener is shut down."""

    def handle_one(sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError):
            handle(sock)

    def accept() -> None:
        while True:
            try:
                sock, _peer = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle_one, args=(sock,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def drop(*ports: int, chain: str = "prerouting") -> str:
    """Return rules that drop what goes to these ports."""
    return _rules(chain, [f"tcp dport {port} drop" for port in ports])


def reject(how: str, *ports: int, chain: str = "forward") -> str:
    """Return rules that reject what goes to these ports, such as "with tcp reset"."""
    return _rules(chain, [f"tcp dport {port} reject {how}" for port in ports])


def rules(chain: str, *lines: str) -> str:
    """Return rules of nft for one of the hooks prerouting, input, forward, output."""
    return _rules(chain, lines)


def _rules(chain: str, lines: t.Iterable[str]) -> str:
    body = "\n".join(lines)
    return (
        f"table inet {chain}_rules {{ chain rules {{ type filter hook {chain} priority -150;\n"
        f"{body}\n}}\n}}\n"
    )


def _room() -> Room:
    return Room("routers", ["nftables", "iproute2"])


def _await_end(folder: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while not (folder / "laid").exists():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the routers are not laid: {(folder / 'output.txt').read_text()}")
        time.sleep(0.02)


def _enter(namespace: int) -> None:
    if _LIBC.setns(namespace, _CLONE_NEWNET):
        raise _last_error()


def _last_error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
