# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether people read what a playbook prints. Other callbacks print for programs."""

from __future__ import annotations

from ansible import constants

_FOR_PEOPLE = ("default", "ansible.builtin.default")


def prints_for_people() -> bool:
    """Return whether the callback that prints the run is Ansible's default."""
    return constants.DEFAULT_STDOUT_CALLBACK in _FOR_PEOPLE
