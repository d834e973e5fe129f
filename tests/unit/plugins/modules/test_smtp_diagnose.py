# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module runs as its own process, as with Ansible, and returns a diagnosis."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.doc_fragments.dialogue import ModuleDocFragment
from ansible_collections.mailops.smtp.plugins.modules import smtp_diagnose
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_MAIL
from ansible_collections.mailops.smtp.tests.unit.returned import problems
from ansible_collections.mailops.smtp.tests.unit.runs import run_module, start_module

MODULE = smtp_diagnose.__name__

FAILURE = {
    "stage": "rcpt_to",
    "kind": "permanent",
    "code": 550,
    "enhanced_code": "5.1.1",
    "text": "5.1.1 No such user",
    "advice": ["Check this."],
}
OPTIONS: dict[str, t.Any] = {
    "helo": "client.example.com",
    "mail_from": "ann@example.com",
    "rcpt_to": ["bob@example.org"],
    "login_password": None,
}
GOES_AWAY = f"""{TO_MAIL}
C: RCPT TO:<bob@example.org>
S: 421 4.7.0 too many errors{END}"""


def test_the_result_has_the_documented_shape(scripted: t.Any) -> None:
    yaml = pytest.importorskip("yaml")
    documented = yaml.safe_load(smtp_diagnose.RETURN)
    del documented["results"]
    server = scripted(GOES_AWAY)

    result = run_module(MODULE, host=server.host, port=server.port, failure=FAILURE, **OPTIONS)

    assert result["changed"] is False
    assert problems(result, documented) == []
    assert result["connections"] == 1
    assert result["evidence"][0]["value"] == "rcpt_to: 421 4.7.0 too many errors"
    assert "[0." in result["transcript"][0]


def test_several_failures_are_diagnosed_in_one_task(scripted: t.Any) -> None:
    server = scripted(GOES_AWAY)
    target = {"host": server.host, "port": server.port, "failure": FAILURE, "name": "relay"}

    result = start_module(MODULE, targets=[target], **OPTIONS)

    (one,) = result["results"]
    assert one["item"] == {"host": server.host, "port": server.port, "name": "relay"}
    assert one["connections"] == 1


def test_a_wrong_option_fails_before_anything_is_connected() -> None:
    result = run_module(MODULE, host="127.0.0.1", failure={"stage": "rcpt"}, **OPTIONS)

    assert result["failed"] is True
    assert result["msg"].startswith("failure.stage must be one of connect, proxy, greeting")


def test_a_password_is_never_shown() -> None:
    target = {"host": "127.0.0.1", "login_passwort": "correct horse", "failure": FAILURE}

    result = run_module(MODULE, targets=[target], **OPTIONS)

    assert result["failed"] is True
    assert "login_passwort" in result["msg"]
    assert "correct horse" not in json.dumps(result)


def test_every_option_is_documented() -> None:
    yaml = pytest.importorskip("yaml")
    documented = {
        **yaml.safe_load(smtp_diagnose.DOCUMENTATION)["options"],
        **yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"],
    }
    assert set(documented) == set(smtp_diagnose.argument_spec())
