# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of docs/recipes, their files, and the shell that is in those."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ROOT / "docs" / "recipes"
FILES = RECIPES / "files"

# A link to a file, and the block that comes next.
_SHOWN = re.compile(r"\(files/([^)]+)\)(?:(?!```|\(files/).)*\n\n```\w*\n(.*?)```", re.DOTALL)


def names() -> list[str]:
    """Name all files."""
    return sorted(path.name for path in FILES.iterdir())


def pages() -> list[Path]:
    """Return all pages."""
    return sorted(RECIPES.glob("*.md"))


def shown_in(page: Path) -> dict[str, str]:
    """Return each file that a page shows, as it is shown there."""
    return dict(_SHOWN.findall(page.read_text(encoding="utf-8")))


def without_header(name: str) -> str:
    """Return the text of a file without the lines of its licence, as a page shows it."""
    lines = (FILES / name).read_text(encoding="utf-8").splitlines(keepends=True)
    start = 1 if lines[0].startswith("#!") else 0
    return "".join(lines[:start] + lines[start + 3 :])


def load(name: str) -> t.Any:
    """Read a file of YAML."""
    return yaml.safe_load((FILES / name).read_text(encoding="utf-8"))


# The workflows and pipelines, with their jobs.
GITHUB = {"github-actions.yml": ["mail-check"], "github-slices.yml": ["slice", "merge"]}
GITLAB = {"gitlab-ci.yml": ["mail-check"], "gitlab-slices.yml": ["slice", "mail-check"]}


def github_steps(workflow: str = "github-actions.yml", job: str = "mail-check") -> dict[str, str]:
    """Return the shell of the GitHub workflow, by the names of the steps."""
    steps = load(workflow)["jobs"][job]["steps"]
    return {step["name"]: step["run"] for step in steps if "run" in step}


def gitlab_script(pipeline: str = "gitlab-ci.yml", name: str = "mail-check") -> dict[str, str]:
    """Return the shell of the GitLab job. The runner puts the lines of a part into one script."""
    job = load(pipeline)[name]
    parts = ("before_script", "script")
    return {part: "\n".join(job[part]) for part in parts if part in job}


def jenkins_steps() -> list[str]:
    """Return the shell of the Jenkinsfile, without what Groovy makes of backslashes."""
    text = (FILES / "Jenkinsfile").read_text(encoding="utf-8")
    return [step.replace("\\\\", "\\") for step in re.findall(r"sh '''(.*?)'''", text, re.DOTALL)]
