# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When and by what a report is made."""

from __future__ import annotations

import datetime
import functools
import platform
from pathlib import Path

import yaml
from ansible.release import __version__ as ansible_version

from .untrusted import mapping


def now() -> str:
    """Return the time, such as 2026-11-24T12:00:00Z."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def made_by() -> str:
    """Return the names and versions of the collection and of ansible-core."""
    collection = _collection_version()
    return f"mailops.smtp{collection and ' '}{collection}, ansible-core {ansible_version}"


def versions() -> dict[str, str]:
    """Return the versions that a report is made with."""
    return {
        "collection": _collection_version(),
        "ansible_core": ansible_version,
        "python": platform.python_version(),
    }


@functools.lru_cache
def _collection_version() -> str:
    """Return the version of the collection, or nothing if it is unknown.

    An installed collection has a manifest. A working copy has galaxy.yml.
    """
    root = Path(__file__).resolve().parents[3]
    for name in ("MANIFEST.json", "galaxy.yml"):
        if (root / name).exists():
            found = mapping(yaml.safe_load((root / name).read_text(encoding="utf-8")))
            version = mapping(found.get("collection_info", found)).get("version")
            return str(version)
    return ""
