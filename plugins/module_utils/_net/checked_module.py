# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AnsibleModule that says of each wrong option what is wrong with it."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule

from .argument_spec import HIDDEN, check_option
from .errors import BadOption

# Ansible passes its own settings to a module among the options.
_INTERNAL = "_ansible_"


class CheckedModule(AnsibleModule):  # type: ignore[misc]  # ansible-core has no py.typed
    """An AnsibleModule that checks its options before Ansible converts, logs or returns them.

    `problem` says what is wrong with the first wrong option, or is None. Ansible would say that
    another option is missing, or fail with a traceback, or use a text that nobody has written.
    """

    params: dict[str, t.Any]
    problem: str | None = None

    def __init__(self, argument_spec: dict[str, t.Any], **kwargs: t.Any) -> None:
        super().__init__(argument_spec, **kwargs)
        if self.problem is not None:  # Ansible accepts the replacement of a value
            self.fail_json(msg=self.problem)

    def _load_params(self) -> None:
        super()._load_params()
        self._look_for_secrets()
        # Null is an option that is left out, also where only one of several may be given.
        self.params = {
            name: value for name, value in self.params.items() if not self._is_left_out(name, value)
        }
        for name, value in self.params.items():
            self._check(name, value)

    def _look_for_secrets(self) -> None:
        """Find and hide secrets in the options as the user wrote them. A subclass may do so."""

    def _is_left_out(self, name: str, value: t.Any) -> bool:
        option = self.argument_spec.get(name)
        return value is None and option is not None and "default" not in option

    def _check(self, name: str, value: t.Any) -> None:
        """Hide the value of a wrong option, of which only the first is told."""
        if name.startswith(_INTERNAL):
            return
        try:
            check_option("", name, value, self.argument_spec)
        except BadOption as error:
            self.problem = self.problem or str(error)
            if name in self.argument_spec:
                self.params[name] = HIDDEN

    def fail_json(self, msg: str, **kwargs: t.Any) -> None:
        """Fail, with the problem if there is one."""
        super().fail_json(msg=self.problem or msg, **kwargs)
