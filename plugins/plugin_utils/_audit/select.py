# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Select the checks to make. No I/O.

A check of risk 0 is made unless others are named. A check of risk 1 or 2 is made only if it is
named, by its id or its group, and if its risk is allowed, too. One that is for those who ask for
it (`by_name`) must be named by its id. The controls are always made.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.argument_spec import check_options
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption, sentence
from ansible_collections.mailops.smtp.plugins.module_utils._net.nearest import nearest
from ansible_collections.mailops.smtp.plugins.module_utils._net.option_types import type_problem
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.request import OWN_OPTIONS

if t.TYPE_CHECKING:
    from .load import Entry


class BadSelection(ValueError):
    """The options name no check, or one that cannot be made. The text says which."""


# The options that select checks.
OPTIONS = ("profile", "max_risk", "checks", "skip")


def selected_by(options: Mapping[str, t.Any], entries: Sequence[Entry]) -> list[Entry]:
    """Return the checks that options of the module select. Raise BadSelection."""
    given = {name: options[name] for name in OPTIONS if options.get(name) is not None}
    try:
        check_options("", given, OWN_OPTIONS)
    except BadOption as error:
        raise BadSelection(str(error)) from error
    for name, value in given.items():
        choices = OWN_OPTIONS[name].get("choices")
        if choices and str(value) not in map(str, choices):
            raise BadSelection(sentence(name, type_problem(OWN_OPTIONS[name], value)))
    return select(
        entries,
        str(options.get("profile") or "relay"),
        int(options.get("max_risk") or 0),
        _names("checks", options.get("checks")),
        _names("skip", options.get("skip")),
    )


def _names(option: str, given: t.Any) -> list[str]:
    """Return a list of names, as Ansible reads one."""
    if given is None:
        return []
    items = given.split(",") if isinstance(given, str) else given
    if not isinstance(items, list) or not all(isinstance(one, str) for one in items):
        raise BadSelection(f"{option} must be a list of ids and groups")
    return [one.strip() for one in items if one.strip()]


def select(
    entries: Sequence[Entry],
    profile: str,
    max_risk: int = 0,
    names: Sequence[str] = (),
    skip: Sequence[str] = (),
) -> list[Entry]:
    """Return the checks to make, in their order. Raise BadSelection."""
    for option, given in (("checks", names), ("skip", skip)):
        _check_names(option, given, entries)
    for entry in entries:
        if entry.check.id in names:
            _check_named(entry, profile, max_risk)
    if max_risk and not names:
        raise BadSelection(
            "max_risk has no effect without checks: name the checks of risk 1 or 2, or their group"
        )
    wanted = [entry for entry in entries if profile in entry.check.profiles]
    selected = [
        entry
        for entry in wanted
        if entry.check.is_control
        or (
            _is_selected(entry, max_risk, names)
            and entry.check.id not in skip
            and entry.group not in skip
        )
    ]
    if all(entry.check.is_control for entry in selected) and not _names_control(names, selected):
        for name in names:
            _check_group(name, [one for one in entries if one.group == name], profile, max_risk)
        option = "skip" if skip else "checks"
        raise BadSelection(sentence(option, "does not leave a check to make"))
    return selected


def _is_selected(entry: Entry, max_risk: int, names: Sequence[str]) -> bool:
    check = entry.check
    if check.risk > max_risk:
        return False
    if check.id in names:
        return True
    return not check.by_name and (entry.group in names or not (names or check.risk))


def _names_control(names: Sequence[str], selected: Sequence[Entry]) -> bool:
    return any(entry.check.id in names or entry.group in names for entry in selected)


def _check_names(option: str, given: Sequence[str], entries: Sequence[Entry]) -> None:
    known = {entry.group for entry in entries} | {entry.check.id for entry in entries}
    for name in given:
        if name in known:
            continue
        near = nearest(name, known)
        groups = ", ".join(sorted({entry.group for entry in entries}))
        hint = f"did you mean {near}?" if near else f"the groups are {groups}"
        raise BadSelection(sentence(option, f"names no check or group '{name}'; {hint}"))


def _check_group(name: str, group: Sequence[Entry], profile: str, max_risk: int) -> None:
    """Raise BadSelection for a group that is named, if no check of it can be made."""
    if not group:
        return
    risks = [entry.check.risk for entry in group if profile in entry.check.profiles]
    if not risks:
        text = f"names {name}, a group without a check for the profile {profile}"
        raise BadSelection(sentence("checks", text))
    if min(risks) > max_risk:
        text = (
            f"names {name}, a group whose checks are of risk {min(risks)} or more; set max_risk to"
            f" {min(risks)}"
        )
        raise BadSelection(sentence("checks", text))


def _check_named(entry: Entry, profile: str, max_risk: int) -> None:
    """Raise BadSelection for a check that is named by its id and cannot be made."""
    check = entry.check
    if check.risk > max_risk:
        text = f"names {check.id}, whose risk is {check.risk}; set max_risk to {check.risk}"
        raise BadSelection(sentence("checks", text))
    if profile not in check.profiles:
        profiles = " or ".join(check.profiles)
        text = f"names {check.id}, which is for the profile {profiles}, and not for {profile}"
        raise BadSelection(sentence("checks", text))
