# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AnsibleModule for modules with the options of a dialogue, which may contain secrets."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.parameters import remove_values

from .._net.checked_module import CheckedModule
from .._net.errors import BadOption
from .options.secret_options import (
    hide_structured_passwords,
    secrets_in,
    with_verdicts,
)


class DialogueModule(CheckedModule):
    """A CheckedModule that finds all secrets before it logs or returns anything.

    Ansible itself does not know the options of the targets, so it would show their passwords. It
    would also show the value of a misspelled option.
    """

    no_log_values: set[str]
    _result: t.Mapping[str, t.Any] = {}  # what is returned, with nothing hidden

    def _look_for_secrets(self) -> None:
        self.no_log_values.update(secrets_in(self.params))
        for option, problem in hide_structured_passwords(self.params):
            self.problem = self.problem or str(BadOption(option, problem))

    def warn(self, warning: str, **kwargs: t.Any) -> None:
        """Add a warning. Since ansible-core 2.19, Ansible hides nothing in it."""
        super().warn(remove_values(warning, self.no_log_values), **kwargs)

    def exit_json(self, **kwargs: t.Any) -> None:
        """Return a result, with its verdicts as they are."""
        self._result = kwargs
        super().exit_json(**kwargs)

    def fail_json(self, msg: str, **kwargs: t.Any) -> None:
        """Fail, with the problem if there is one."""
        self._result = {"msg": self.problem or msg, **kwargs}
        super().fail_json(msg, **kwargs)

    def jsonify(self, data: dict[str, t.Any]) -> str:
        """Return what is printed as JSON, with its verdicts as they are."""
        text: str = super().jsonify(self._with_verdicts(data))
        return text

    def _record_module_result(self, o: dict[str, t.Any]) -> None:
        """Print what is returned, with its verdicts as they are: since ansible-core 2.19."""
        super()._record_module_result(self._with_verdicts(o))

    def _with_verdicts(self, hidden: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return what Ansible has made of a result, of which it should hide nothing but secrets.

        Ansible hides a password wherever its characters stand, as `relay` in the check `relay-02`,
        `time` in the kind `timeout`, or `55` in the code 550. What it has added to the result, such
        as warnings, stays as it is.
        """
        if not self.no_log_values:
            return hidden
        return {**hidden, **with_verdicts(hidden, self._result)}
