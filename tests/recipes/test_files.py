# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files are what the products take, as far as that can be known without them."""

from __future__ import annotations

import re
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.mailops.smtp.tests.recipes import recipes

BIN = Path(sys.executable).parent
SCHEMAS = {
    **dict.fromkeys(recipes.GITHUB, "vendor.github-workflows"),
    **dict.fromkeys(recipes.GITLAB, "vendor.gitlab-ci"),
    "audit-gitlab-ci.yml": "vendor.gitlab-ci",
}


def _shell() -> dict[str, str]:
    """Return all shell of the recipes, as scripts that say which shell they are for."""
    scripts = {
        f"{file}: {job}: {name}": text
        for files, read in (
            (recipes.GITHUB, recipes.github_steps),
            (recipes.GITLAB, recipes.gitlab_script),
        )
        for file, jobs in files.items()
        for job in jobs
        for name, text in read(file, job).items()
    }
    bash = {name: f"#!/bin/bash\n{text}\n" for name, text in scripts.items()}
    steps = enumerate(recipes.jenkins_steps(), 1)
    plain = {f"jenkins: {number}": f"#!/bin/sh\n{text}\n" for number, text in steps}
    files = {
        name: text
        for name in recipes.names()
        for text in [(recipes.FILES / name).read_text(encoding="utf-8")]
        if text.startswith("#!")
    }
    return {**bash, **plain, **files}


SHELL = _shell()


@pytest.mark.parametrize("name", [name for name in recipes.names() if name.endswith(".yml")])
def test_yaml_can_be_read(name: str) -> None:
    assert recipes.load(name)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_pipeline_is_valid_by_its_published_schema(name: str) -> None:
    checking = [str(BIN / "check-jsonschema"), "--builtin-schema", SCHEMAS[name]]
    checked = subprocess.run([*checking, recipes.FILES / name], check=False, timeout=600)
    assert checked.returncode == 0


@pytest.mark.parametrize("name", SHELL)
def test_shellcheck_finds_nothing(name: str) -> None:
    shellcheck = [str(BIN / "shellcheck"), "--norc", "-"]
    checked = subprocess.run(shellcheck, input=SHELL[name].encode(), check=False, timeout=600)
    assert checked.returncode == 0


@pytest.mark.parametrize(
    ("role", "variables", "reports"),
    [("smtp_check", "servers.yml", 9), ("smtp_audit", "audit.yml", 1)],
)
def test_each_variable_is_one_of_the_role(role: str, variables: str, reports: int) -> None:
    specs = (recipes.ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text("utf-8")
    options = yaml.safe_load(specs)["argument_specs"]["main"]["options"]
    assert set(recipes.load(variables)) <= set(options)
    given = _given(role)
    assert {name for name, _value in given} <= set(options)
    choices = options[f"{role}_reports"]["choices"]
    formats = [value.split(",") for name, value in given if name == f"{role}_reports"]
    assert len(formats) == reports
    assert all(set(one) <= set(choices) for one in formats)


def _given(role: str) -> list[tuple[str, str]]:
    """Return the variables of a role that are set on command lines, with what they are set to."""
    return [
        found for text in SHELL.values() for found in re.findall(rf"-e ({role}_\w+)=(\S+)", text)
    ]


def test_alerts_ask_for_metrics_that_the_report_has() -> None:
    prometheus: t.Any = pytest.importorskip(
        "ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.prometheus",
        reason="there is no renderer for Prometheus yet",
    )
    rules = (recipes.FILES / "smtp-check.rules.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\bsmtp_handshake_\w+", rules))
    assert asked
    assert asked <= {prometheus.PREFIX + family.name for family in prometheus.FAMILIES}


def test_cron_and_systemd_run_the_same_script() -> None:
    program = "/usr/local/bin/smtp-check"
    page = (recipes.RECIPES / "cron-prometheus.md").read_text(encoding="utf-8")
    assert f"as `{program}`" in page
    for name in ("smtp-check.cron", "smtp-check.service"):
        assert program in (recipes.FILES / name).read_text(encoding="utf-8")
