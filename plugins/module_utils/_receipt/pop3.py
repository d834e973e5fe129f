# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inbox behind POP3 (RFC 1939), which tells of no new mail: each look is a new session."""

from __future__ import annotations

import contextlib
import poplib
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import Broken

from .account import Account, Answers, connect, refusal_kind, start_tls, words_of
from .head import Head, read_head
from .store import Store
from .words import Found, Place

if t.TYPE_CHECKING:
    from .deadline import Deadline
    from .wire import Wire

INBOX = Place("INBOX")

# The newest messages of a mailbox, each a command of its own; older ones are not looked at.
NEWEST = 2000

# What is left of the time for the server to delete what was marked.
QUIT_SECONDS = 5.0


class _Socket:
    """A wire as poplib takes it: a socket and the file that it makes of it."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.sendall = wire.send

    def makefile(self, _mode: str) -> _Socket:
        return self

    def readline(self, most: int) -> bytes:
        """Give a line. One that poplib would not take is cut, as a header can be so long."""
        line = self._wire.readline()
        return line if len(line) < most else line[: most - 3] + b"\r\n"

    def shutdown(self, _how: int) -> None:
        """Do nothing: closing is enough."""

    def close(self) -> None:
        self._wire.close()


class Client(poplib.POP3):
    """poplib on a wire."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        super().__init__("")

    def _create_socket(self, _timeout: t.Any) -> t.Any:
        return _Socket(self.wire)

    def ask(self, command: str) -> bytes:
        """Send a command with an answer of one line. Raises poplib.error_proto."""
        answer: bytes = self._shortcmd(command)  # type: ignore[attr-defined]
        return answer


class Pop3Store(Store):
    """What a user has in the inbox at a server."""

    knows_junk = False

    def __init__(self, account: Account, deadline: Deadline) -> None:
        super().__init__(str(account), deadline)
        self._account = account
        self._seen: set[str] = set()
        self.places = (INBOX,)

    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[Found]:
        """Look at what is new, the newest first, until all is found."""
        with _session(self._account, self.deadline) as client:
            missing = set(wanted)
            new = [one for one in _numbers(client).items() if one[0] not in self._seen]
            self._seen.update(uid for uid, _number in new[NEWEST:])
            for uid, number in new[:NEWEST]:
                head = _head(client, number)
                token = head.token_in(wanted)
                if token is not None:
                    arrived = head.hops[-1].time if head.hops else None
                    yield Found(token, INBOX, uid, arrived, head, (uid,))
                    missing.discard(token)
                self._seen.add(uid)
                if not missing:
                    return

    def delete(self, found: t.Sequence[Found]) -> t.Iterator[tuple[t.Any, ...]]:
        """Delete in a session of its own, which the server does not do before QUIT."""
        with _session(self._account, self.deadline) as client:
            numbers = _numbers(client)
            marked = []
            late = 0
            for one in found:
                number = numbers.get(one.uid or "")
                if number is None:
                    continue
                if self.deadline.left < QUIT_SECONDS:
                    late += 1
                elif one.token in _head(client, number).tokens:
                    client.dele(number)
                    marked.append(one.key)
            client.quit()
        yield from marked
        if late:
            raise Broken("timeout", f"the time was over before the last {late} messages")


@contextlib.contextmanager
def _session(account: Account, deadline: Deadline) -> t.Iterator[Client]:
    """Log in, and leave: with QUIT where all went well, so that nothing is deleted otherwise."""
    wire = connect(account, deadline)
    try:
        client = Client(wire)
        if account.tls == "starttls":
            _start_tls(client, account)
        _log_in(client, account)
        yield client
        if client.sock is not None:
            client.quit()
    except GeneratorExit:
        with contextlib.suppress(Broken, poplib.error_proto):
            client.quit()
        raise
    except poplib.error_proto as error:
        text = words_of(error)
        raise Broken("busy" if refusal_kind(text) == "busy" else "protocol", text) from None
    finally:
        wire.close()


def _start_tls(client: Client, account: Account) -> None:
    try:
        client.ask("STLS")
    except poplib.error_proto as error:
        raise Broken("tls", f"the server refuses STARTTLS (STLS): {words_of(error)}") from None
    start_tls(client.wire, account)


def _log_in(client: Client, account: Account) -> None:
    answers = Answers(account, account.mechanism) if account.mechanism != "LOGIN" else None
    try:
        if answers is None:
            client.user(account.user)
            client.pass_(account.secret)
        else:
            _authenticate(client, account.mechanism, answers)
    except poplib.error_proto as error:
        text = "; ".join([words_of(error), *(answers.reasons if answers else ())])
        raise Broken(refusal_kind(text), f"{account.user} may not log in: {text}") from None


def _authenticate(client: Client, mechanism: str, answers: Answers) -> None:
    """Hold a SASL exchange (RFC 5034), which poplib does not know."""
    import base64
    import binascii

    answer = client.ask(f"AUTH {mechanism}")
    while answer.startswith(b"+ ") or answer == b"+":
        try:
            challenge = base64.b64decode(answer[2:], validate=True)
        except binascii.Error:
            return  # it is no challenge, but `+ logged in`
        answer = client.ask(base64.b64encode(answers(challenge)).decode("ascii"))


def _numbers(client: Client) -> dict[str, int]:
    """Give the number of each message by its unique id, the newest first."""
    try:
        _response, lines, _octets = client.uidl()
    except poplib.error_proto as error:
        raise Broken("unsupported", f"the server refuses UIDL: {words_of(error)}") from None
    found = {}
    for line in reversed(lines):
        number, _space, uid = line.decode("ascii", "replace").partition(" ")
        if number.isdigit() and uid.isprintable():
            found[uid.strip()] = int(number)
    return found


def _head(client: Client, number: int) -> Head:
    try:
        _response, lines, _octets = client.top(number, 0)
    except poplib.error_proto as error:
        raise Broken("unsupported", f"the server refuses TOP: {words_of(error)}") from None
    return read_head(b"\r\n".join(lines))
