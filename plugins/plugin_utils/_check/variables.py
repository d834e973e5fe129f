# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that look like the role's and are none: a misspelt one asks for less, and is green.

No I/O. Values are looked at as they are, without templating.
"""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Iterable, Mapping

from .plan import OF_TASK, OPTIONS, PREFIX, BadVariable, hint

# What the playbook has beside the role's options.
OF_PLAYBOOK = f"{PREFIX}hosts"

# What the role returns in, and which option of the role is called much the same.
RETURNED = {
    f"{PREFIX}receipts": f"{PREFIX}receipt",
    f"{PREFIX}report": f"{PREFIX}reports",
    f"{PREFIX}result": "",
}

# What people call an option that has a name of SMTP's here. They come before names that are alike.
_CALLED = {
    "dest": "report_dir",
    "dir": "report_dir",
    "ehlo": "helo",
    "folder": "report_dir",
    "formats": "reports",
    "from": "mail_from",
    "host": "servers",
    "pass": "login_password",
    "password": "login_password",
    "recipient": "rcpt_to",
    "recipients": "rcpt_to",
    "relay": "servers",
    "relays": "servers",
    "sender": "mail_from",
    "server": "servers",
    "ssl": "tls",
    "starttls": "tls",
    "targets": "servers",
    "to": "rcpt_to",
    "user": "login_user",
    "username": "login_user",
}


def check_known(
    variables: Mapping[t.Any, t.Any],
    of_role: Iterable[str],
    of_module: Collection[str],
    where: str,
) -> None:
    """Raise BadVariable for the first variable that looks like the role's and is none of its own.

    `of_role` are the options of the role, `of_module` those of smtp_handshake, and `where` says
    whose the variables are.
    """
    known = {*of_role, OF_PLAYBOOK}
    for name in sorted(name for name in variables if isinstance(name, str)):
        if not name.startswith(PREFIX) or name in known:
            continue
        if name not in RETURNED:
            told = _meant(name, known, of_module)
            raise BadVariable(name, f"is no variable of the role (it is set for {where}){told}")
        if not _is_returned(variables[name]):
            meant = f"; did you mean {RETURNED[name]}?" if RETURNED[name] else ""
            raise BadVariable(name, f"is for the role to set (it is set for {where}){meant}")


def _meant(name: str, known: Iterable[str], of_module: Collection[str]) -> str:
    """Return the end of a sentence that says which variable was meant."""
    short = name[len(PREFIX) :]
    called = _CALLED.get(short)
    if called:
        return f"; did you mean {PREFIX}{called}?"
    if short in of_module or short in OF_TASK:
        return f"; write {short} in {OPTIONS}"
    # All begin alike, so only what follows is compared.
    near = hint(short, [one[len(PREFIX) :] for one in known], PREFIX)
    return near or hint(short, [*of_module, *OF_TASK], f"{OPTIONS}.")


def _is_returned(value: t.Any) -> bool:
    """Whether a value is what a task has registered, or what the role itself begins with."""
    return isinstance(value, Mapping) and (not value or "changed" in value or "failed" in value)
