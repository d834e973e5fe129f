# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find misspelt variables of a role, with which a check would ask for less and pass. No I/O.

Values are not templated.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Collection, Iterable, Mapping

from .plan import OF_TASK, PREFIX, BadVariable, did_you_mean


class RoleNames(t.NamedTuple):
    """The names of the variables of a role, without their prefix.

    `returned` are the variables that the role sets, each with the option that may be meant instead.
    `synonyms` are other words for options, which are suggested before similar names. `others` are
    options of the module that only the variable for other options can have. `of_merge` are the
    variables of the playbook that merges reports.
    """

    prefix: str
    returned: Mapping[str, str]
    synonyms: Mapping[str, str]
    others: tuple[str, ...] = ()
    of_merge: tuple[str, ...] = ()

    @property
    def of_playbooks(self) -> set[str]:
        """The variables of the playbooks, which the role does not have."""
        return {f"{self.prefix}{name}" for name in ("hosts", *self.of_merge)}

    @property
    def options(self) -> str:
        """The variable for other options of the module."""
        return f"{self.prefix}options"


# The variables that the role smtp_check sets.
_RETURNED = {
    "logs": "server_logs",
    "diagnoses": "diagnose",
    "receipts": "receipt",
    "report": "reports",
    "result": "",
}

_SYNONYMS = {
    "dest": "report_dir",
    "dir": "report_dir",
    "ehlo": "helo",
    "folder": "report_dir",
    "forks": "throttle",
    "format": "reports",
    "formats": "reports",
    "from": "mail_from",
    "host": "servers",
    "host_pattern": "hosts",
    "imap": "receipt",
    "limit": "hosts",
    "mailbox": "receipt",
    "output": "report_dir",
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

SMTP_CHECK = RoleNames(PREFIX, _RETURNED, _SYNONYMS, OF_TASK, ("shards", "expected_hosts"))


# What ansible-core makes of the words after -e that are no NAME=VALUE.
_WITHOUT_NAME = "_raw_params"


def check_command_line(variables: Mapping[t.Any, t.Any]) -> None:
    """Raise BadVariable if a value after -e was cut off at a blank, or is a file without its @.

    ansible-core keeps only the first word of a value that is not in quotes, so a list of servers or
    recipients would lose all but the first, and the check would pass. The lost words are not shown,
    as they may be those of a password.
    """
    if _WITHOUT_NAME in variables:
        raise BadVariable(
            "-e",
            "a value ends at the first blank, so some words were lost, or a file lacks its @; write"
            " lists without blanks, as in -e NAME=a,b, or all variables into a file for -e @FILE",
        )


def check_known(
    variables: Mapping[t.Any, t.Any],
    of_role: Iterable[str],
    of_module: Collection[str],
    where: str,
    role: RoleNames = SMTP_CHECK,
) -> None:
    """Raise BadVariable for the first variable with the prefix of the role that it does not have.

    `of_role` are the options of the role, `of_module` those of its module. `where` says whose
    variables these are.
    """
    known = {*of_role, *role.of_playbooks}
    for name in sorted(name for name in variables if isinstance(name, str)):
        if not name.startswith(role.prefix) or name in known:
            continue
        short = name[len(role.prefix) :]
        if short not in role.returned:
            suggestion = _suggestion(short, known, of_module, role)
            # YAML reads {password:secret}, without a blank after the colon, as one name.
            shown = re.split(r"\W", name)[0]
            raise BadVariable(
                shown, f"is no variable of the role (it is set for {where}){suggestion}"
            )
        if not _is_returned(variables[name]):
            option = role.returned[short]
            meant = f"; did you mean {role.prefix}{option}?" if option else ""
            raise BadVariable(name, f"is for the role to set (it is set for {where}){meant}")


def _suggestion(
    short: str, known: Iterable[str], of_module: Collection[str], role: RoleNames
) -> str:
    """Return the end of a sentence that suggests a variable."""
    synonym = role.synonyms.get(short)
    if synonym:
        return f"; did you mean {role.prefix}{synonym}?"
    if short in of_module or short in role.others:
        return f"; write {short} in {role.options}"
    # All names have the same prefix, so only the rest is compared.
    near = did_you_mean(short, [one[len(role.prefix) :] for one in known], role.prefix)
    return near or did_you_mean(short, [*of_module, *role.others], f"{role.options}.")


def _is_returned(value: t.Any) -> bool:
    """Return whether a task registered the value, or the role set it at its start."""
    return isinstance(value, Mapping) and (not value or "changed" in value or "failed" in value)
