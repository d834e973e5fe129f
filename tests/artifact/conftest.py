# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The artifact, as `make build` makes it, and a home into which it is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# A place of the recipes. What it finds here is what `installed` below has: the artifact.
from ansible_collections.mailops.smtp.tests.recipes.conftest import (  # noqa: F401
    BIN,
    SECONDS,
    place,
    relay,
)
from ansible_collections.mailops.smtp.tests.recipes.recipes import ROOT


def build(folder: Path) -> Path:
    """Build the artifact in a folder."""
    builder = ROOT / "tests" / "tools" / "build_artifact.py"
    subprocess.run([sys.executable, builder, folder], check=True, timeout=SECONDS)
    (artifact,) = folder.iterdir()
    return artifact


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the artifact."""
    return build(tmp_path_factory.mktemp("artifact"))


@pytest.fixture(scope="session")
def installed(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the artifact into a home that is empty."""
    home = tmp_path_factory.mktemp("home")
    subprocess.run(
        [BIN / "ansible-galaxy", "collection", "install", "--offline", artifact],
        cwd=home,
        env={"HOME": str(home), "LANG": "C.UTF-8"},
        check=True,
        timeout=SECONDS,
    )
    return home
