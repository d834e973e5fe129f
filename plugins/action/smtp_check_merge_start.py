# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that checks the variables of the playbook that merges reports.

Its documentation is in plugins/modules/smtp_check_merge_start.py.
"""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    dialogue_spec,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.merge import (
    OF_ROLE,
    SPEC,
    check_values,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import PREFIX
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.start import StartAction
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variable_types import (
    check_fail_on,
    check_types,
    unused_reports,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variables import check_known

_ROLE = Path(__file__).parents[2] / "roles" / "smtp_check" / "meta" / "argument_specs.yml"


class ActionModule(StartAction):
    """Check the variables of the playbook. Those of the role alone may be set, and are not used."""

    def check(self, variables: dict[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
        """Return warnings, and no values. Raise BadVariable."""
        of_role = self._loader.load_from_file(str(_ROLE))["argument_specs"]["main"]["options"]
        check_known(variables, list(of_role), dialogue_spec(), "the play")
        spec = {**SPEC, **{name: of_role[name] for name in OF_ROLE}}
        values = check_types(spec, variables, self._templar.template)
        check_fail_on(values, PREFIX)
        check_values(values, variables["groups"], variables["hostvars"])
        return {}, unused_reports(spec, values, PREFIX)
