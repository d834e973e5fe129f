# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options as they were typed, before Ansible reads, logs or returns them. No I/O.

Ansible hides the value of `login_password`. It cannot know that a misspelt option, or a text where
a dictionary belongs, has a password in it. So what is not as documented is left out of the options,
and only said to be wrong.
"""

from __future__ import annotations

import difflib
import re
import typing as t

Spec = t.Mapping[str, t.Any]

# Ansible's own words for a value that is not to be shown.
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

_ACCOUNTS = ("imap", "pop3")

# Ansible hands these on with the options.
_INTERNAL = "_ansible_"

_MAX_CHARACTERS = 60

_KINDS = {
    str: "a text",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a dictionary",
}


class Checked(t.NamedTuple):
    """Options of which nothing is secret that Ansible does not know of, and what is wrong."""

    options: dict[str, t.Any]
    problem: str | None


def checked(options: t.Mapping[str, t.Any], spec: Spec) -> Checked:
    """Leave out what is not as documented; `spec` is as Ansible takes it."""
    problems: list[str] = []
    good = _known(options, spec, "", problems)
    for name in _ACCOUNTS:
        if good.get(name) is not None:
            good[name] = _account(name, good[name], spec[name]["options"], problems)
    return Checked(good, problems[0] if problems else None)


def _known(
    options: t.Mapping[str, t.Any], spec: Spec, prefix: str, problems: list[str]
) -> dict[str, t.Any]:
    """Return the options that there are, and say of each other that there is none."""
    good = {}
    for name, value in options.items():
        if name in spec or str(name).startswith(_INTERNAL):
            good[name] = value
        else:
            problems.append(_no_such_option(str(name), spec, prefix))
    return good


def _no_such_option(name: str, spec: Spec, prefix: str) -> str:
    # In `{login_password:secret}` YAML reads one name, as there is no blank behind the colon.
    word = re.match(r"\w{0,60}", name)
    shown = prefix + (word.group() if word else "")
    if word and word.group() in spec:
        return f"{shown}: a colon must be followed by a blank"
    if not prefix:
        for account in _ACCOUNTS:
            if name in spec[account]["options"]:
                return f"{shown}: it belongs into imap or pop3"
    near = difflib.get_close_matches(name[:_MAX_CHARACTERS], spec, n=1)
    if near:
        return f"{shown}: there is no such option; did you mean {prefix}{near[0]}?"
    return f"{shown}: there is no such option, but {', '.join(sorted(spec))}"


def _account(name: str, given: t.Any, spec: Spec, problems: list[str]) -> t.Any:
    required = [one for one in spec if spec[one].get("required")]
    if not isinstance(given, dict):
        wanted = ", ".join(required[:-1]) + f" and {required[-1]}"
        problems.append(f"{name}: it must be a dictionary with {wanted}, not {_named(given)}")
        return HIDDEN
    good = _known(given, spec, f"{name}.", problems)
    missing = [one for one in required if good.get(one) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        names = " and ".join(f"{name}.{one}" for one in missing)
        problems.append(f"{names} {verb} required")
    for option, value in good.items():
        if spec[option]["type"] in ("str", "path") and not _is_text(value):
            what = _named(value) + _quote(value)
            problems.append(f"{name}.{option}: it must be a text, not {what}")
            good[option] = HIDDEN
    if "@" in str(good.get("host")):
        problems.append(f"{name}.host: write the name of the server alone, without user@")
        good["host"] = HIDDEN
    return good


def _is_text(value: t.Any) -> bool:
    """Whether a value is a text or a whole number, which nobody misreads when it is one."""
    return value is None or (isinstance(value, (str, int)) and not isinstance(value, bool))


def _named(value: t.Any) -> str:
    """Return the kind of a value in the words of who writes YAML."""
    if value is True or value is False:
        return str(value).lower()
    return _KINDS.get(type(value), "something else")


def _quote(value: t.Any) -> str:
    return " (write it in quotes)" if isinstance(value, (bool, float)) else ""
