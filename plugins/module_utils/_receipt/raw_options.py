# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of mail_receipt before Ansible reads, logs or returns them. No I/O.

Ansible hides the value of `login_password`. It does not hide a password under a misspelt name, or
in a text where a dictionary belongs. So each value that is not as documented is removed here, and
the task fails with what is wrong with it.
"""

from __future__ import annotations

import typing as t

from .._net.argument_spec import HIDDEN, Spec, unknown_option
from .._net.errors import BadOption
from .._net.option_types import check_type, type_of

_ACCOUNTS = ("imap", "pop3")

# Ansible passes its own settings to a module among the options.
_INTERNAL = "_ansible_"


class Checked(t.NamedTuple):
    """Options without any value that may be a secret in the wrong place.

    `problem` says what was wrong with the first such value, or is None if all were right.
    """

    options: dict[str, t.Any]
    problem: str | None


def checked(options: t.Mapping[str, t.Any], spec: Spec) -> Checked:
    """Remove the values that are not as documented; `spec` is the module's argument spec."""
    problems: list[BadOption] = []
    good = _known(options, spec, "", problems)
    for name in _ACCOUNTS:
        if good.get(name) is not None:
            good[name] = _account(name, good[name], spec[name]["options"], problems)
    return Checked(good, str(problems[0]) if problems else None)


def _known(
    options: t.Mapping[str, t.Any], spec: Spec, path: str, problems: list[BadOption]
) -> dict[str, t.Any]:
    """Return the options that the spec has, and add a problem for each other one."""
    good = {}
    for name, value in options.items():
        if name in spec:
            good[name] = _of_its_type(path, name, value, spec, problems)
        elif str(name).startswith(_INTERNAL):
            good[name] = value
        elif not path and name in spec["imap"]["options"]:
            problems.append(BadOption(name, "must be written in imap or pop3, not beside them"))
        else:
            problems.append(unknown_option(path, name, spec))
    return good


def _of_its_type(
    path: str, name: str, value: t.Any, spec: Spec, problems: list[BadOption]
) -> t.Any:
    """Return the value of an option; if it is not of the option's type, add a problem."""
    if value is None or name in _ACCOUNTS:
        return value
    try:
        check_type(f"{path}.{name}" if path else name, spec[name], value)
    except BadOption as error:
        problems.append(error)
        return HIDDEN
    return value


def _account(name: str, given: t.Any, spec: Spec, problems: list[BadOption]) -> t.Any:
    """Return an account without the values that may be secrets, and add what is wrong with it."""
    required = [one for one in spec if spec[one].get("required")]
    if not isinstance(given, dict):
        needed = ", ".join(required[:-1]) + f" and {required[-1]}"
        problems.append(
            BadOption(name, f"must be a dictionary with {needed}, not {type_of(given)}")
        )
        return HIDDEN
    good = _known(given, spec, name, problems)
    missing = [f"{name}.{one}" for one in required if good.get(one) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        problems.append(BadOption(" and ".join(missing), f"{verb} required"))
    if "@" in str(good.get("host")):
        problem = "must be the name of the server alone, without user@"
        problems.append(BadOption(f"{name}.host", problem))
        good["host"] = HIDDEN
    return good
