# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a target are checked as Ansible checks those of a task, without their defaults."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.target_types import (
    TargetTypes,
)

SPEC: t.Any = {
    "host": {"type": "str"},
    "port": {"type": "int", "default": 25},
    "retries": {"type": "int"},
    "message": {"type": "dict", "options": {"subject": {"type": "str", "default": "test"}}},
}


def converted(*targets: t.Any) -> list[t.Any]:
    return TargetTypes(SPEC, ["concurrency"]).converted(list(targets))


def test_a_text_stays_as_it_is_and_what_a_target_leaves_out_comes_from_the_task() -> None:
    targets = ["relay:587", {"host": "relay", "port": "587", "name": 1}, {}]
    assert converted(*targets) == ["relay:587", {"host": "relay", "port": 587, "name": "1"}, {}]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (25, "targets[1] must be a server such as relay:587, or a dictionary of the module's"),
        (["relay"], "targets[1] must be a server such as relay:587"),
        ({"relay": 587}, "targets[1] is a dictionary, because no port follows its colon at once"),
        ({"mx1": 25}, "targets[1] is a dictionary, because no port follows its colon at once"),
        ({"retrys": 3}, "targets[1].retrys is not an option; did you mean retries?"),
        ({"prot": 25}, "targets[1].prot is not an option; did you mean port?"),
        ({"name": "backup", "prot": 25}, "targets[1] (backup).prot is not an option"),
        ({"prot": 25, "name": ["a"]}, "targets[1].prot is not an option"),
        ({"name": ["a"]}, "targets[1].name must be a text, not a list"),
        ({"name": "", "port": True}, "targets[1].port must be a whole number, not true"),
        ({"name": "a\nb", "prot": 25}, "targets[1] (a\\nb).prot is not an option"),
        ({"concurrency": 5}, "targets[1].concurrency is an option of the task, and not of a targ"),
        ({"message": {"subjet": "x"}}, "targets[1].message.subjet is not an option; did you mean"),
        ({"port": "smtp"}, "targets[1].port must be a whole number, not a text"),
        ({"login_password:S3cret": None}, "targets[1].login_password is not an option"),
    ],
)
def test_a_wrong_option_is_named_with_its_target(target: t.Any, message: str) -> None:
    with pytest.raises(BadOption) as caught:
        converted("relay", target)
    assert str(caught.value).startswith(message)
    assert "S3cret" not in str(caught.value)
