# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of each plugin and role are run, or are parts of what is.

test_guides.py runs those of the plugins that people use. The modules that are parts of a role, or
of a playbook, cannot run without it: their examples are tasks there, which its own tests run.
"""

from __future__ import annotations

import functools
import typing as t

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import dialogue_spec
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit import role as audit
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import all_checks
from ansible_collections.mailops.smtp.plugins.plugin_utils._check import plan as check
from ansible_collections.mailops.smtp.tests.recipes import guides
from ansible_collections.mailops.smtp.tests.recipes.recipes import ROOT

Values = t.Dict[str, t.Any]


def pages(*kinds: str) -> set[str]:
    """Return the files of plugins of some kinds."""
    paths = [path for kind in kinds for path in ROOT.glob(f"plugins/{kind}/*.py")]
    return {str(path.relative_to(ROOT)) for path in paths}


def with_examples() -> list[str]:
    """Return the files of plugins of any kind that have EXAMPLES."""
    return sorted(page for page in pages("*") if "\nEXAMPLES = " in guides.read(page))


def tasks_of(tasks: t.Iterable[Values]) -> t.Iterator[Values]:
    """Yield tasks, and those in blocks."""
    for task in tasks:
        yield from tasks_of(task["block"]) if "block" in task else [task]


@functools.lru_cache(maxsize=None)
def tasks_of_collection() -> list[Values]:
    """Return all tasks of the roles, and of the playbooks."""
    files = [yaml.safe_load(path.read_text("utf-8")) for path in ROOT.glob("roles/*/tasks/*.yml")]
    for path in ROOT.glob("playbooks/*.yml"):
        files += [play.get("tasks", []) for play in yaml.safe_load(path.read_text("utf-8"))]
    return [task for tasks in files for task in tasks_of(tasks)]


def is_part(example: Values, task: Values) -> bool:
    """Whether a task has the name, the keywords and the options of an example."""
    of_options = (key for key, value in example.items() if isinstance(value, dict))
    return (
        example["name"] == task.get("name")
        and example.keys() <= task.keys()
        and all(example[key].keys() <= task[key].keys() for key in of_options)
    )


def test_each_module_and_filter_has_examples() -> None:
    assert pages("modules", "filter") <= set(with_examples())


@pytest.mark.parametrize("page", sorted(set(with_examples()) - set(guides.DOCUMENTED)))
def test_examples_that_are_not_run_are_tasks_of_the_collection(page: str) -> None:
    (examples,) = guides.examples(page)
    for example in examples:
        assert any(is_part(example, task) for task in tasks_of_collection()), example


def shown(role: str) -> list[Values]:
    """Return the variables of a role in each example of its page, and of the guide to it."""
    found = []
    for page in (f"roles/{role}/README.md", *(["docs/audit.md"] if role == "smtp_audit" else [])):
        for example in guides.examples(page):
            if isinstance(example, list):
                found += [one["vars"] for play in example for one in play["roles"]]
            elif any(name.startswith(role) for name in example):
                found.append(example)
    return found


@pytest.mark.parametrize("variables", shown("smtp_check"))
def test_a_check_can_be_made_with_the_variables_that_are_shown(variables: Values) -> None:
    variables = valid("smtp_check", variables)
    own = check.own_options(variables, lambda value: value)
    check.plan_of(variables["smtp_check_servers"], own, {}, dialogue_spec())


@pytest.mark.parametrize("variables", shown("smtp_audit"))
def test_an_audit_can_be_made_with_the_variables_that_are_shown(variables: Values) -> None:
    variables = valid("smtp_audit", variables)
    own = audit.own_options(variables, lambda value: value)
    servers, options = variables["smtp_audit_servers"], variables.get("smtp_audit_options", {})
    entries = all_checks(None)
    for plan in audit.plans_of(servers, own, options):
        assert audit.selected(plan, entries)


def valid(role: str, variables: Values) -> Values:
    """Return variables with a server if they name none. Insist that Ansible takes them."""
    specs = yaml.safe_load(guides.read(f"roles/{role}/meta/argument_specs.yml"))
    named = variables.get(f"{role}_servers")
    servers = named if isinstance(named, list) else ["relay.example.com"]  # a text is a template
    whole = {**variables, f"{role}_servers": servers}
    found = ArgumentSpecValidator(specs["argument_specs"]["main"]["options"]).validate(whole)
    assert found.error_messages == []
    return whole
