# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process with a low limit of open files holds fewer dialogues at once, with a warning."""

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
    """Return the allowed number, the warning and the new limit of a process with these limits."""
    arguments = map(str, (soft, hard, wanted))
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, check=True, timeout=300
    )
    return json.loads(run.stdout)


def test_an_ordinary_host_allows_the_wanted_number() -> None:
    assert allowed(256, 256, 20) == [20, None, 256]


def test_a_limit_that_the_process_may_raise_is_raised() -> None:
    number, warning, limit = allowed(64, 256, 50)
    assert (number, warning) == (50, None)
    assert 64 < limit <= 256


def test_a_limit_that_the_process_may_not_raise_reduces_the_number_with_a_warning() -> None:
    number, warning, _limit = allowed(64, 200, 500)
    assert 1 <= number < 100
    assert warning.startswith(f"at most {number} dialogues are held at once, and not 500:")
    assert "200 open files" in warning


def test_one_dialogue_is_held_whatever_the_limit() -> None:
    assert allowed(30, 30, 20)[0] == 1
