# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page names each file of the house, and no other."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.tools.house_page import differences, listed

PAGE = """\
# A page

## The house

Some words.

```
playbooks/check.yml  what people run
plugins/one/
  first.py             it begins
  second.py, third.py  they follow
plugins/two/         nobody lists its files
```
"""


@pytest.fixture
def root(tmp_path):
    """A collection that is as its page says."""
    for name in ["docs", "plugins/one", "plugins/two"]:
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "docs/architecture.md").write_text(PAGE)
    for name in ["one/first.py", "one/second.py", "one/third.py", "one/__init__.py", "two/x.py"]:
        (tmp_path / "plugins" / name).touch()
    return tmp_path


def test_a_page_that_names_all_is_green(root):
    assert differences(root) == []


def test_a_file_that_the_page_does_not_name_is_red(root):
    (root / "plugins/one/fourth.py").touch()
    assert differences(root) == ["plugins/one/fourth.py is not in docs/architecture.md"]


def test_a_file_that_is_gone_is_red(root):
    (root / "plugins/one/third.py").unlink()
    assert differences(root) == ["plugins/one/third.py is in docs/architecture.md only"]


def test_a_page_without_its_list_is_no_page():
    with pytest.raises(ValueError, match="no list of files"):
        listed("# A page\n\n## The house\n\n```\nunfinished")
