# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/advice.md is what the tables of advice say."""

from __future__ import annotations

import re
import sys

import pytest

if sys.version_info < (3, 10):
    pytest.skip("the page has remedies, which are for the controller", allow_module_level=True)

import yaml
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue.index import (
    subjects,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Rule
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.rules.groups import OPEN
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.own_rows import KEYS, rows_from
from ansible_collections.mailops.smtp.tests.tools import advice_page
from ansible_collections.mailops.smtp.tests.tools.advice_page import PAGE, page

WRITTEN = PAGE.read_text(encoding="utf-8")


def test_the_page_is_up_to_date():
    assert page() == WRITTEN, "run tests/tools/advice_page.py"


def test_every_cause_has_its_place_and_leads():
    ids = [one.id for subject in subjects() for one in subject]
    assert re.findall(r"(?m)^`([a-z0-9-]+)`\. ", WRITTEN) == ids
    assert "Leads here:\n\n\n" not in WRITTEN


def test_the_example_of_own_rows_can_be_used():
    (example,) = re.findall(r"```yaml\n(.*?)```", WRITTEN, re.DOTALL)
    rows = rows_from(yaml.safe_load(example))
    assert list(rows.advice) == ["gateway-not-registered", "greylist"]


def test_every_key_of_a_row_is_explained():
    _before, _heading, own = WRITTEN.partition("## Your own rows")
    table = own.partition("| Key | Value |")[2].partition("\n\n")[0]
    first_column = " ".join(line.split("|")[1] for line in table.splitlines()[2:])
    assert set(re.findall(r"`([a-z_]+)`", first_column)) == set(KEYS)


class TestRules:
    """What a rule asks for, in a line."""

    @pytest.mark.parametrize(
        ("rule", "line"),
        [
            (Rule("x"), "any failure"),
            (Rule("x", stage="auth rcpt_to", code="550 554"), "`auth` or `rcpt_to`, 550 or 554"),
            (Rule("x", kind="transient permanent", text="no"), "*refused*, `/no/`"),
            (Rule("x", enhanced="- X.7.1"), "no enhanced code or X.7.1"),
            (Rule("x", enhanced=OPEN + " X.4.5"), "*open code* or X.4.5"),
            (Rule("x", enhanced="X.7.1 X.7.2 X.7.3 X.7.4 X.8.5"), "X.7.1 to X.7.4 or X.8.5"),
            (Rule("x", code="421", where="port:465"), "421, where `port:465`"),
        ],
    )
    def test_it_is_short(self, rule: Rule, line: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(advice_page, "RULES", (rule,))
        assert list(advice_page._leads("x")) == [line]


def test_main_writes_the_page(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(advice_page, "PAGE", tmp_path / "advice.md")
    assert advice_page.main() == 0
    assert (tmp_path / "advice.md").read_text(encoding="utf-8") == page()
