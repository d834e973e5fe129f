# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that look like the role's and are none: a misspelt one asks for less, and is green.

No I/O.
"""

from __future__ import annotations

from collections.abc import Iterable

from .plan import PREFIX, BadVariable, hint

# What the role and its playbook have beside the role's options.
OF_ROLE = frozenset(
    f"{PREFIX}{name}" for name in ("hosts", "planned", "receipts", "report", "result", "use")
)

# What people call an option that has a name of SMTP's here. They come before names that are alike.
_CALLED = {
    "from": "mail_from",
    "host": "servers",
    "password": "login_password",
    "recipient": "rcpt_to",
    "recipients": "rcpt_to",
    "relay": "servers",
    "relays": "servers",
    "sender": "mail_from",
    "server": "servers",
    "targets": "servers",
    "to": "rcpt_to",
    "user": "login_user",
    "username": "login_user",
}


def check_known(names: Iterable[str], options: Iterable[str], where: str) -> None:
    """Raise BadVariable for the first name that begins as the role's and is none of its variables.

    `options` are the variables of the role, and `where` says whose the names are.
    """
    known = {*options, *OF_ROLE}
    for name in sorted(names):
        if not name.startswith(PREFIX) or name in known:
            continue
        called = _CALLED.get(name[len(PREFIX) :])
        meant = f"; did you mean {PREFIX}{called}?" if called else hint(name, known)
        raise BadVariable(name, f"is no variable of the role (it is set for {where}){meant}")
