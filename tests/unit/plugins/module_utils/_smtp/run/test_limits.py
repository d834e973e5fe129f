# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that may have few files open holds fewer dialogues at once, and says so."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run import limits

SCRIPT = f"""
import json, resource, sys
from {limits.__name__} import allowed_at_once
soft, hard, wanted = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
print(json.dumps([*allowed_at_once(wanted), resource.getrlimit(resource.RLIMIT_NOFILE)[0]]))
"""


def allowed(soft: int, hard: int, wanted: int) -> t.Any:
    """Ask in a process with these limits: how many, what is told, and what the limit is then."""
    arguments = map(str, (soft, hard, wanted))
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, check=True, timeout=30
    )
    return json.loads(run.stdout)


def test_an_ordinary_host_allows_what_is_wanted() -> None:
    assert allowed(256, 256, 20) == [20, None, 256]


def test_a_limit_that_the_process_may_raise_is_raised() -> None:
    number, told, limit = allowed(64, 256, 50)
    assert (number, told) == (50, None)
    assert 64 < limit <= 256


def test_a_limit_that_it_may_not_raise_shrinks_the_concurrency_and_is_told() -> None:
    number, told, _limit = allowed(64, 200, 500)
    assert 1 <= number < 100
    assert told.startswith(f"at most {number} dialogues are held at once, and not 500:")
    assert "200 open files" in told


def test_one_dialogue_is_held_whatever_the_limit() -> None:
    assert allowed(30, 30, 20)[0] == 1
