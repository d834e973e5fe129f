# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module tells the first wrong option, before Ansible makes something of it or fails."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.module_utils import basic
from ansible_collections.mailops.smtp.plugins.module_utils._net.checked_module import CheckedModule

SPEC: dict[str, t.Any] = {
    "host": {"type": "str"},
    "socket": {"type": "path"},
    "count": {"type": "int", "default": 1},
    "seconds": {"type": "float", "default": 5},
    "names": {"type": "list", "elements": "str"},
    "expect": {"type": "dict", "options": {"code": {"type": "int"}}},
}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., CheckedModule]:
    """Return a function that makes a module with options, as they come to a host."""

    def make(**options: t.Any) -> CheckedModule:
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", arguments)
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        monkeypatch.setattr(CheckedModule, "_log_invocation", lambda _self: None)
        return CheckedModule(
            SPEC,
            required_one_of=[("host", "socket")],
            mutually_exclusive=[("host", "socket")],
            supports_check_mode=True,
        )

    return make


def test_right_options_are_converted_as_ansible_does(module: t.Any) -> None:
    made = module(host="relay", count="2", names="a,b", expect={"code": "550"})
    assert made.params["count"] == 2
    assert made.params["names"] == ["a", "b"]
    assert made.params["expect"] == {"code": 550}
    assert made.params["seconds"] == 5.0


def test_null_is_an_option_that_is_left_out(module: t.Any) -> None:
    made = module(host=None, socket="/run/lmtp", names=None)
    assert made.params["host"] is None
    assert made.params["names"] is None


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"host": False}, "host must be a text, not false; write it in quotes"),
        ({"hots": "relay"}, "hots is not an option; did you mean host?"),
        ({"host": "relay", "count": float("inf")}, "count must be a whole number, not a decimal"),
        ({"host": "relay", "seconds": 10**400}, "seconds must be a number, not one of more than"),
        ({"host": "relay", "count": None}, "count must be a whole number, not null"),
        ({"host": "relay", "names": [None]}, "names[0] must be a text, not null"),
        ({"host": "relay", "expect": {"code": True}}, "expect.code must be a whole number, not"),
        ({"host": "relay", "expect": {"cod": 550}}, "expect.cod is not an option; did you mean"),
        ({"host": ["relay"], "count": True}, "host must be a text, not a list; a text in"),
        ({"count": 1}, "one of the following is required: host, socket"),
    ],
)
def test_the_first_wrong_option_is_told(
    module: t.Any,
    capsys: pytest.CaptureFixture[str],
    options: dict[str, t.Any],
    message: str,
    check_mode: bool,
) -> None:
    with pytest.raises(SystemExit):
        module(**options, _ansible_check_mode=check_mode)
    result = json.loads(capsys.readouterr().out)
    assert result["failed"] is True
    assert result["msg"].startswith(message)
    assert "exception" not in result
