# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether this controller runs in a container, such as an execution environment of AWX.

A host with a local connection then measures the container: its source address, its name servers and
its certificate authorities, which are not those of the machine below.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

# Podman and Docker make these files, systemd-nspawn and Podman set the first variable, and
# Kubernetes sets the second one.
_FILES = ("run/.containerenv", ".dockerenv")
_VARIABLES = ("container", "KUBERNETES_SERVICE_HOST")


def in_container(root: Path, environment: Mapping[str, str]) -> bool:
    """Return whether a process with this root and environment runs in a container."""
    files = any((root / name).exists() for name in _FILES)
    return files or any(environment.get(name) for name in _VARIABLES)
