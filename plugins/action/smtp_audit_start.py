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

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import BadFile, all_checks
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.baseline_file import (
    read_baseline_file,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.compare import BadBaseline
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.formats import RENDERERS
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.role import (
    NAMES,
    SERVERS,
    known_options,
    own_options,
    plans_of,
    selected,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.role_use import use_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variables import check_known
from ansible_collections.mailops.smtp.plugins.plugin_utils._report import files
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.play import Play

Variables = Mapping[str, t.Any]

_CLEAR_FACTS = (
    "Clear the facts of this host with meta: clear_facts. If a task with set_fact made them, remove"
    " cacheable from it"
)


class ActionModule(ActionBase):
    """Check the variables of the role, once for all hosts of the play."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Fail if a variable of the role is wrong. Otherwise return the id of this use of it."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        try:
            self._check(variables)
        except BadVariable as error:
            return {**result, "failed": True, "msg": str(error)}
        return {**result, "changed": False, "use": use_of(self._task)}

    def _check(self, variables: Variables) -> None:
        given = self._task.args
        play = Play(variables)
        spec = self._task._role._get_role_argspecs()["main"]["options"]
        for host in play.hosts:
            check_known(play[host], list(spec), known_options(), host, NAMES)
        check_known(variables, list(spec), known_options(), "the play", NAMES)
        if play.shadowing:
            raise BadVariable("", f"{play.first_shadowing}. {_CLEAR_FACTS}")
        self._check_types(spec, variables)
        own = own_options(variables, self._templar.template)
        plans = plans_of(given["servers"], own, given["options"])
        try:
            entries = all_checks(given.get("own_checks") or None)
        except BadFile as error:
            raise BadVariable("smtp_audit_own_checks", error) from error
        for plan in plans:
            selected(plan, entries)
        self._check_files(given)

    def _check_types(self, spec: Variables, own: Variables) -> None:
        """Check the types and choices of the variables, as Ansible does for a role of a play.

        The playbook of the collection skips that, because Ansible does it for each host.
        """
        given = {name: self._templar.template(own[name]) for name in spec if name in own}
        errors = ArgumentSpecValidator(spec).validate(given).error_messages
        if errors and SERVERS in given:
            raise BadVariable("", "; ".join(errors))

    def _check_files(self, given: Variables) -> None:
        """Check whether the baseline can be read and the files can be written."""
        if given.get("baseline"):
            try:
                read_baseline_file(str(given["baseline"]))
            except BadBaseline as error:
                raise BadVariable("smtp_audit_baseline", error) from error
        if not given.get("dest") or self._task.check_mode:
            return
        try:
            with files.opened(Path(given["dest"]).absolute()) as folder:
                folder.check([file for file, _render in RENDERERS.values()], [])
        except files.NotWritten as error:
            raise BadVariable("smtp_audit_report_dir", error) from error
