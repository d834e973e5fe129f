# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""imaplib on a wire, from the greeting to the login."""

from __future__ import annotations

import contextlib
import imaplib
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.printable import printable
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import Broken

from .account import Account, Answers, refusal_kind, start_tls, words_of
from .imap_syntax import quoted

if t.TYPE_CHECKING:
    from .wire import Wire


class Client(imaplib.IMAP4):
    """imaplib on a wire. It greets the server when it is made."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        super().__init__("")
        self.learn()

    def open(self, *_args: t.Any, **_kwargs: t.Any) -> None:
        """Do nothing: the wire is open."""

    def read(self, size: int) -> bytes:
        """Read a literal."""
        return self.wire.read(size)

    def readline(self) -> bytes:
        """Read a line."""
        return self.wire.readline()

    def send(self, data: t.Any) -> None:
        """Send a command."""
        self.wire.send(bytes(data))

    def shutdown(self) -> None:
        """Close the connection."""
        self.wire.close()

    def learn(self) -> None:
        """Ask what the server offers: TLS and a login change that."""
        _answer, data = self.capability()
        self._offered = text_of(data).upper().split()

    def offers(self, *names: str) -> bool:
        """Whether the server has one of these capabilities."""
        return any(name in self._offered for name in names)


@contextlib.contextmanager
def told() -> t.Iterator[None]:
    """Raise Broken for what imaplib raises."""
    try:
        yield
    except imaplib.IMAP4.abort as error:
        text = words_of(error)
        kind = "protocol" if "unexpected" in text else "disconnect"
        raise Broken(kind, f"the session ended: {text}") from None
    except (imaplib.IMAP4.error, ValueError) as error:  # the latter of a number without end
        raise Broken("protocol", words_of(error)) from None


def logged_in(wire: Wire, account: Account) -> Client:
    """Greet the server, start TLS where that is wished, and log in. Raises Broken."""
    client = Client(wire)
    if account.tls == "starttls":
        if client.state != "NONAUTH":  # PREAUTH, after which there can be no STARTTLS
            raise Broken("tls", "the server let us in before TLS")
        if not client.offers("STARTTLS"):
            raise Broken("tls", "the server does not offer STARTTLS")
        answer, data = client.xatom("STARTTLS")
        if answer != "OK":
            raise Broken("tls", f"the server refuses STARTTLS: {text_of(data)}")
        start_tls(wire, account)
        client.learn()
    if client.state == "NONAUTH":
        _log_in(client, account)
        client.learn()
    return client


def _log_in(client: Client, account: Account) -> None:
    """Log in. A password goes by LOGIN, and by AUTHENTICATE PLAIN where LOGIN cannot send it."""
    mechanism = account.mechanism
    refused = client.offers("LOGINDISABLED")
    if mechanism == "LOGIN" and (refused or not (account.user + account.secret).isascii()):
        mechanism = "PLAIN"
        if not client.offers("AUTH=PLAIN"):
            why = "LOGIN (LOGINDISABLED)" if refused else "a password that is not ASCII"
            raise Broken("unsupported", f"the server does not take {why}")
    answers = Answers(account, mechanism) if mechanism != "LOGIN" else None
    try:
        if answers is not None:
            client.authenticate(mechanism, answers)
        else:
            client.login(quoted(account.user.encode("ascii")).decode("ascii"), account.secret)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        text = "; ".join([words_of(error), *(answers.reasons if answers else ())])
        raise Broken(refusal_kind(text), f"{account.user} may not log in: {text}") from None


def number_of(data: t.Any) -> int | None:
    """Give the number in the last line of an answer, None where there is none."""
    last = text_of(data[-1:])
    return int(last) if last.isdigit() else None


def text_of(data: t.Any) -> str:
    """Give the lines of an answer as one; a hostile one has literals and nothing in their place."""
    return printable(b" ".join(part for part in data if isinstance(part, bytes)))
