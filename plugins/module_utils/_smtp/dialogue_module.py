# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AnsibleModule for modules with the options of a dialogue, which may contain secrets."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

from .options.secret_options import hide_structured_passwords, secrets_in


class DialogueModule(AnsibleModule):  # type: ignore[misc]  # ansible-core has no py.typed
    """An AnsibleModule that finds all secrets before it logs or returns anything.

    Ansible itself does not know the options of the targets, so it would show their passwords. It
    would also show the value of a misspelled option.
    """

    def _load_params(self) -> None:
        super()._load_params()
        self.no_log_values.update(secrets_in(self.params))
        self.bad_passwords = list(hide_structured_passwords(self.params))
