# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that checks the variables of the role smtp_audit before the first probe.

Its documentation is in plugins/modules/smtp_audit_start.py.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from pathlib import Path

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import BadFile, all_checks
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.baseline_file import (
    read_baseline_file,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.compare import BadBaseline
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.formats import RENDERERS
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.role import (
    NAMES,
    PREFIX,
    check_options,
    check_receipt,
    known_options,
    own_options,
    plans_of,
    selected,
    unset_variables,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.role_use import use_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.start import StartAction
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variable_types import (
    check_fail_on,
    check_types,
    unused_reports,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variables import check_known
from ansible_collections.mailops.smtp.plugins.plugin_utils._report import files
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.play import (
    CLEAR_FACTS,
    Play,
)

Variables = Mapping[str, t.Any]


class ActionModule(StartAction):
    """Check the variables of the role, once for all hosts of the play."""

    def check(self, variables: Variables) -> tuple[dict[str, t.Any], list[str]]:
        """Return the id of this use of the role, and warnings. Raise BadVariable."""
        play = Play(variables)
        spec = self._task._role._get_role_argspecs()["main"]["options"]
        for host in play.hosts:
            check_known(play[host], list(spec), known_options(), host, NAMES)
        check_known(variables, list(spec), known_options(), "the play", NAMES)
        if play.shadowing:
            raise BadVariable("", f"{play.first_shadowing}. {CLEAR_FACTS}")
        values = check_types(spec, variables, self._templar.template)
        given = {name[len(PREFIX) :]: value for name, value in values.items()}
        check_fail_on(values, PREFIX)
        own = own_options(variables, self._templar.template)
        plans = plans_of(given.get("servers"), own, given["options"])
        try:
            entries = all_checks(given["own_checks"] or None)
        except BadFile as error:
            raise BadVariable("smtp_audit_own_checks", error) from error
        for plan in plans:
            check_options(plan)
        if given["throttle"] < 0:
            raise BadVariable("smtp_audit_throttle", f"must be 0 or more, not {given['throttle']}")
        chosen = [selected(plan, entries) for plan in plans]
        check_receipt(given["receipt"], chosen)
        self._check_files(given)
        warnings = (unset_variables(*both) for both in zip(plans, chosen, strict=True))
        found = dict.fromkeys(one for several in warnings for one in several)
        return {"use": use_of(self._task)}, [*found, *unused_reports(spec, values, PREFIX)]

    def _check_files(self, given: Variables) -> None:
        """Check whether the baseline can be read and the files can be written."""
        if given["baseline"]:
            try:
                read_baseline_file(given["baseline"])
            except BadBaseline as error:
                raise BadVariable("smtp_audit_baseline", error) from error
        if not given["report_dir"] or not given["reports"] or self._task.check_mode:
            return
        try:
            with files.opened(Path(given["report_dir"]).absolute()) as folder:
                folder.check([file for file, _render in RENDERERS.values()], [])
        except files.NotWritten as error:
            raise BadVariable("smtp_audit_report_dir", error) from error
