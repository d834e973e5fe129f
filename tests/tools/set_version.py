# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set the version of the collection, in galaxy.yml and wherever something says when it was added.

What says that it was added in a later version than that of galaxy.yml was added in the version that
is set now, whose number nobody knew before.

Usage: python set_version.py VERSION
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from collection_files import ROOT

DOCUMENTED = ("plugins/**/*.py", "plugins/**/*.yml", "roles/*/meta/argument_specs.yml")

_VERSION = re.compile(r"(?m)^version: (\S+)$")
_ADDED = re.compile(r"""(?m)(\bversion_added: ["']?)(\d+\.\d+\.\d+)\b""")

Version = tuple[int, ...]


def number(version: str) -> Version:
    """Return a version as its numbers. Raise ValueError if it is not of the form 1.2.3."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ValueError(f"{version} is not a version such as 1.2.3")
    return tuple(map(int, version.split(".")))


def set_version(root: Path, version: str) -> None:
    """Set the version in the files below a folder. Raise ValueError if it is not a later one."""
    galaxy = root / "galaxy.yml"
    text = galaxy.read_text(encoding="utf-8")
    (released,) = _VERSION.findall(text)
    if number(version) <= number(released):
        raise ValueError(f"{version} is not later than {released}")
    galaxy.write_text(_VERSION.sub(f"version: {version}", text), encoding="utf-8")
    for pattern in DOCUMENTED:
        for path in root.glob(pattern):
            text = path.read_text(encoding="utf-8")
            path.write_text(dated(text, number(released), version), encoding="utf-8")


def dated(text: str, released: Version, version: str) -> str:
    """Return a text in which what is not released was added in a version."""

    def date(match: re.Match[str]) -> str:
        is_released = number(match.group(2)) <= released
        return match.group() if is_released else f"{match.group(1)}{version}"

    return _ADDED.sub(date, text)


if __name__ == "__main__":
    try:
        set_version(ROOT, sys.argv[1])
    except ValueError as error:
        sys.exit(str(error))
