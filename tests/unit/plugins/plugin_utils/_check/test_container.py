# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A container is known by what its engine leaves in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.container import in_container


@pytest.mark.parametrize("name", ["run/.containerenv", ".dockerenv"])
def test_a_file_of_the_engine(tmp_path: Path, name: str) -> None:
    (tmp_path / "run").mkdir()
    assert not in_container(tmp_path, {})
    (tmp_path / name).touch()
    assert in_container(tmp_path, {})


@pytest.mark.parametrize(
    "environment", [{"container": "podman"}, {"KUBERNETES_SERVICE_HOST": "192.0.2.1"}]
)
def test_a_variable(tmp_path: Path, environment: dict[str, str]) -> None:
    assert in_container(tmp_path, environment)
    assert not in_container(tmp_path, dict.fromkeys(environment, ""))
