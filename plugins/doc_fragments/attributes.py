# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attributes that every module and action of the collection states."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation that is shared by more than one plugin."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description:
      - Can run in C(check_mode) and return changed status prediction without modifying target.
  diff_mode:
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when
        in diff mode.
  platform:
    description: Target operating systems that the plugin can be run against.
    platforms: posix
    support: full
"""

    # Of the actions that are parts of a role.
    ROLE_PART = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
"""
