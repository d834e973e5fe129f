# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release sets one number, wherever the documentation says since when there is something."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.version_info < (3, 10):
    pytest.skip("a release is made with a later Python", allow_module_level=True)

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(TOOLS)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in {
        "galaxy.yml": "name: smtp\nversion: 0.1.0\n",
        "plugins/modules/one.py": 'version_added: 0.1.0\nnew:\n  version_added: "0.2.0"\n',
        "plugins/filter/two.yml": "version_added: 0.10.0\n",
        "roles/three/meta/argument_specs.yml": "version_added: 1.0.0\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_was_not_released_was_added_in_the_new_version(tree: Path):
    import set_version

    set_version.set_version(tree, "1.0.0")

    assert (tree / "galaxy.yml").read_text() == "name: smtp\nversion: 1.0.0\n"
    module = (tree / "plugins/modules/one.py").read_text()
    assert module == 'version_added: 0.1.0\nnew:\n  version_added: "1.0.0"\n'
    assert (tree / "plugins/filter/two.yml").read_text() == "version_added: 1.0.0\n"
    role = tree / "roles/three/meta/argument_specs.yml"
    assert role.read_text() == "version_added: 1.0.0\n"


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "v1.0.0", "1.0", ""])
def test_a_version_that_is_not_a_later_one_changes_nothing(tree: Path, version: str):
    import set_version

    with pytest.raises(ValueError, match="is not"):
        set_version.set_version(tree, version)
    assert "version: 0.1.0" in (tree / "galaxy.yml").read_text()
    assert '"0.2.0"' in (tree / "plugins/modules/one.py").read_text()
