# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find misspelt variables of the role, with which a check would ask for less and pass. No I/O.

Values are not templated.
"""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Iterable, Mapping

from .plan import OF_TASK, OPTIONS, PREFIX, BadVariable, did_you_mean

# A variable of the playbook, which the role does not have.
OF_PLAYBOOK = f"{PREFIX}hosts"

# The variables that the role sets, each with the option that may be meant instead.
RETURNED = {
    f"{PREFIX}logs": f"{PREFIX}server_logs",
    f"{PREFIX}diagnoses": f"{PREFIX}diagnose",
    f"{PREFIX}receipts": f"{PREFIX}receipt",
    f"{PREFIX}report": f"{PREFIX}reports",
    f"{PREFIX}result": "",
}

# Other words for options, which are suggested before similar names.
_SYNONYMS = {
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
    """Raise BadVariable for the first variable with the prefix of the role that it does not have.

    `of_role` are the options of the role, `of_module` those of smtp_handshake. `where` says whose
    variables these are.
    """
    known = {*of_role, OF_PLAYBOOK}
    for name in sorted(name for name in variables if isinstance(name, str)):
        if not name.startswith(PREFIX) or name in known:
            continue
        if name not in RETURNED:
            suggestion = _suggestion(name, known, of_module)
            raise BadVariable(
                name, f"is no variable of the role (it is set for {where}){suggestion}"
            )
        if not _is_returned(variables[name]):
            meant = f"; did you mean {RETURNED[name]}?" if RETURNED[name] else ""
            raise BadVariable(name, f"is for the role to set (it is set for {where}){meant}")


def _suggestion(name: str, known: Iterable[str], of_module: Collection[str]) -> str:
    """Return the end of a sentence that suggests a variable."""
    short = name[len(PREFIX) :]
    synonym = _SYNONYMS.get(short)
    if synonym:
        return f"; did you mean {PREFIX}{synonym}?"
    if short in of_module or short in OF_TASK:
        return f"; write {short} in {OPTIONS}"
    # All names have the same prefix, so only the rest is compared.
    near = did_you_mean(short, [one[len(PREFIX) :] for one in known], PREFIX)
    return near or did_you_mean(short, [*of_module, *OF_TASK], f"{OPTIONS}.")


def _is_returned(value: t.Any) -> bool:
    """Return whether a task registered the value, or the role set it at its start."""
    return isinstance(value, Mapping) and (not value or "changed" in value or "failed" in value)
