# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter mailops.smtp.explain, as a playbook uses it."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.mailops.smtp.plugins.filter import explain as plugin
from ansible_collections.mailops.smtp.plugins.filter.explain import FilterModule
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import STAGES
from jinja2 import Environment, UndefinedError

explain = FilterModule().filters()["explain"]

RESULT = {
    "passed": False,
    "failure": {"stage": "rcpt_to", "kind": "permanent", "code": 550, "text": "Relaying denied"},
}
ROWS = [{"id": "own-cause", "cause": "Ours.", "advice": "Ask us.", "code": 550}]


def render(template: str, **variables: t.Any) -> str:
    """Return what a template of Jinja makes with the filter."""
    environment = Environment(autoescape=False)  # noqa: S701 - as Ansible does
    environment.filters["explain"] = explain
    return environment.from_string(template).render(variables)


def test_a_reply_in_a_template():
    template = "{{ ('550 5.7.1 Relaying denied' | explain(stage='rcpt_to')).causes[0].id }}"
    assert render(template) == "relay-for-address"


def test_results_are_mapped():
    template = "{% for one in results | map('explain') %}{{ one.causes[0].id }}{% endfor %}"
    assert render(template, results=[RESULT, RESULT]) == "relay-for-address" * 2


def test_a_code_may_be_a_number():
    assert explain(421)["code"] == 421


def test_own_rows_are_a_list_or_a_file(tmp_path: Path):
    path = tmp_path / "advice.yml"
    path.write_text(yaml.safe_dump(ROWS))
    for advice in (ROWS, str(path)):
        assert explain("550 no", advice=advice)["causes"][0]["id"] == "own-cause"


@pytest.mark.parametrize("advice", [None, ""])
def test_without_own_rows_it_explains_as_ever(advice: str | None):
    assert explain("550 no", advice=advice) == explain("550 no")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["Relaying denied"], "the input must begin with a reply code, as in '550 5.7.1"),
        ([""], "the input must begin with a reply code, as in '550 5.7.1 Relaying denied', not an"),
        (
            [["550 no"]],
            "the input must be a reply, such as '550 5.7.1 Relaying denied', not a list",
        ),
        ([True], "not a bool"),
        ([None], "not a NoneType"),
        ([{}], "the input must be a result of smtp_handshake"),
        ([{"results": []}], "the input has several results; use RESULT.results | map("),
        (["550 no", "rcpt"], "stage cannot be 'rcpt'; did you mean rcpt_to?"),
        (["550 no", "xx\x1b[2J"], r"stage cannot be 'xx\x1b[2J'; choose one of connect, proxy"),
        ([RESULT, "rcpt_to"], "stage cannot be used with a result, which has its own stage"),
        (["550 no", None, "/nowhere"], "advice: /nowhere cannot be read: No such file"),
        (["550 no", None, {"a": 1}], "advice must be a list of rows"),
        (["550 no", None, [{}]], "advice: row 1: id is missing"),
    ],
)
def test_an_error_says_what_to_write(arguments: list[t.Any], problem: str):
    with pytest.raises(AnsibleFilterError) as error:
        explain(*arguments)
    assert f"mailops.smtp.explain: {problem}" in str(error.value) or problem in str(error.value)
    assert "\x1b" not in str(error.value)


def test_a_variable_that_is_not_defined_is_named():
    with pytest.raises(UndefinedError, match="'reply' is undefined"):
        render("{{ reply | explain }}")


class TestDocumentation:
    """The documentation says what the filter takes and returns."""

    def test_the_stages_are_all_there(self):
        options = yaml.safe_load(plugin.DOCUMENTATION)["options"]
        assert tuple(options["stage"]["choices"]) == STAGES

    def test_every_key_is_there(self):
        value = yaml.safe_load(plugin.RETURN)["_value"]
        found = explain("550 5.7.1 Relaying denied")
        assert list(value["contains"]) == list(found)
        assert list(value["contains"]["causes"]["contains"]) == list(found["causes"][0])

    def test_the_samples_are_true(self):
        contains = yaml.safe_load(plugin.RETURN)["_value"]["contains"]
        found = explain("550 5.7.1 Relaying denied")
        for key in ("code", "enhanced_code", "meaning", "kind"):
            assert contains[key]["sample"] == found[key]
        first = contains["causes"]["contains"]
        for key in ("id", "cause", "source"):
            assert first[key]["sample"] == found["causes"][0][key]

    def test_the_output_in_the_examples_is_true(self):
        printed = json.dumps(explain("550 5.7.1 Relaying denied", stage="rcpt_to"), indent=2)
        lines = re.findall(r"^# (.*\w.*)$", plugin.EXAMPLES, re.MULTILINE)
        assert len(lines) == 8
        assert [one for one in lines if one.partition("...")[0].strip() not in printed] == []
