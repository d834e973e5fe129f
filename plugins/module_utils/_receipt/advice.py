# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Advice on a message that did not arrive, and on a store that cannot be searched. No I/O."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .model import WantedMessage

# A server that greylists accepts a later try, and queues try again within this time.
PATIENCE_SECONDS = 30 * 60.0

IN_THE_LOG = (
    "Look for the queue id in the log of the server that has accepted the message: there it says"
    " whether it was delivered, deferred or bounced (Postfix also `postqueue -p`, Exim `exim -bp`"
    " and `exigrep`, Exchange its message trace)."
)
SOMEWHERE_IN_THE_LOG = (
    "Look for the recipient and the time in the log and the queue of the server that has accepted"
    " the message: there it says whether it was delivered, deferred or bounced."
)
IN_JUNK = (
    "Look for it in the junk folder, which was not looked through: {why}. If it is there, its"
    " headers say which filter has put it there."
)
LATER = (
    "Look again later: a server that greylists takes a message at a later try, most often within"
    " half an hour, and a full or slow queue takes its time (raise `timeout`)."
)
BOUNCED = "Look for a bounce in the mailbox of the sender: it says who refused it, and why."
ELSEWHERE = (
    "Check that this is the mailbox of the recipient, behind all aliases and forwarding, and that"
    " no filter rule (Sieve) or quarantine takes the message elsewhere (`mailboxes`)."
)

# What to do if the store could not be searched, by the kind of the error.
HINTS = {
    "resolve": "check the name of the host, and the resolver of the host that runs the module",
    "connect": "check host and port, and the packet filters between here and there",
    "timeout": "check host and port, the packet filters in between, and that `tls` is what the"
    " port speaks",
    "disconnect": "check that `tls` is what the port speaks, and look in the server's log",
    "tls": "check `tls`, `ca_path` and `tls_server_name`, or the server's certificate",
    "login": "check `login_user` and `login_password`, and that the server lets this user in",
    "protocol": "check that the port is the one for this protocol",
    "busy": "try again later, or raise `timeout`",
    "mailbox": "check `mailboxes` or `path`, and the rights of the user",
    "unsupported": "check `tls`, without which many servers offer less",
    "local": "it is the host that runs the module that lacks something",
    "internal": "please report it to those who maintain this module",
}


class SearchScope(t.NamedTuple):
    """Whether a mailbox for junk was searched, and whether the store could have had one."""

    junk: bool
    can_have_junk: bool


def advise(wanted: WantedMessage, scope: SearchScope, waited: float) -> list[str]:
    """Return where to look for a message, `waited` seconds after it was accepted."""
    junk = []
    if not scope.junk:
        why = "there is none by its special use or a usual name"
        junk = [
            IN_JUNK.format(why=why if scope.can_have_junk else "it is not in what was looked at")
        ]
    log = IN_THE_LOG if wanted.queue_id else SOMEWHERE_IN_THE_LOG
    later = [LATER] if waited < PATIENCE_SECONDS else []
    return [log, *junk, *later, BOUNCED, ELSEWHERE]
