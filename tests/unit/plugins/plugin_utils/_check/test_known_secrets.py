# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts find out after a login has none of its passwords, in whatever encoding."""

from __future__ import annotations

import base64
import typing as t

import pytest
from ansible import template
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.mailops.smtp.plugins.plugin_utils._check import known_secrets
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.known_secrets import (
    pattern_of,
    variables_of,
    without_secrets,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_linear

LOGIN = {"smtp_check_login_user": "ann", "smtp_check_login_password": "correct horse"}
# Before ansible-core 2.19, any text is a template.
trusted = getattr(template, "trust_as_template", str)
RESPONSE = base64.b64encode(b"\0ann\0correct horse").decode()


@pytest.mark.parametrize(
    "variables",
    [
        LOGIN,
        {"smtp_check_options": {"login_user": "ann", "login_password": "correct horse"}},
        {"smtp_check_servers": ["a", {"host": "b", "login_password": "correct horse"}], **LOGIN},
    ],
)
def test_a_password_is_masked_in_every_text_of_an_answer(variables: dict[str, t.Any]) -> None:
    answer = {
        "certainty": "proven",
        "cause": f"I was told {RESPONSE}.",
        "evidence": [{"fact": "greeting", "value": "correct horse", "says": ""}],
        "transcript": [f"[0.001] S: 220-{RESPONSE[:9]}", f"[0.002] S: 220 {RESPONSE[9:]}"],
        "unasked": [],
        "seconds": 5,
    }
    assert without_secrets(answer, pattern_of([variables])) == {
        "certainty": "proven",
        "cause": "I was told (not shown).",
        "evidence": [{"fact": "greeting", "value": "(not shown)", "says": ""}],
        "transcript": ["[0.001] S: 220-(not shown)", "[0.002] S: 220 (not shown)"],
        "unasked": [],
        "seconds": 5,
    }


def test_a_password_that_is_a_word_of_the_answer_changes_no_verdict() -> None:
    answer = {"certainty": "proven", "cause_id": "proven", "problem": "proven"}
    pattern = pattern_of([{"smtp_check_login_password": "proven"}])
    assert without_secrets(answer, pattern) == {**answer, "problem": "(not shown)"}


def test_without_a_password_nothing_is_changed() -> None:
    answer = {"cause": "x"}
    assert pattern_of([{"smtp_check_servers": ["relay"], "smtp_check_options": {}}]) is None
    assert without_secrets(answer, None) is answer


@pytest.mark.parametrize("password", ["secret-{}", "{:05}"])
def test_the_work_grows_as_the_accounts_do(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr(known_secrets, "_MAX_PAIRS", 100)

    def accounts(number: int) -> list[dict[str, t.Any]]:
        numbers = range(number)
        accounts = [{"login_user": one, "login_password": password.format(one)} for one in numbers]
        return [{"smtp_check_servers": accounts}]

    assert_linear(pattern_of, accounts, sizes=(20, 80))


class HostVars(dict[str, dict[str, t.Any]]):
    """The variables of all hosts, not templated."""

    raw_get = dict.__getitem__


def passwords(host: str, **of_play: t.Any) -> set[t.Any]:
    """Return the passwords that a host may have, as the task knows them, which runs as web1."""
    of_hosts = {
        name: {"inventory_hostname": name, "vault_pw": f"of {name}"} for name in ("web1", "web2")
    }
    of_hosts["web2"]["smtp_check_login_password"] = trusted("own {{ vault_pw }}")
    of_hosts["web2"]["smtp_check_servers"] = trusted("{{ undefined }}")
    variables = {**of_hosts["web1"], "hostvars": HostVars(of_hosts), **of_play}
    # The action may have run as another host before, with the variables of that.
    templar = Templar(DataLoader(), variables={"vault_pw": "of a third host"})
    known = variables_of(host, variables, templar)
    assert not any("smtp_check_servers" in one for one in known)
    return {one.get("smtp_check_login_password") for one in known} - {None}


def test_a_variable_of_the_play_has_the_values_of_the_asked_host() -> None:
    of_play = {"smtp_check_login_password": trusted("{{ vault_pw }}")}
    assert "of web2" in passwords("web2", **of_play)
    assert passwords("web1", **of_play) == {"of web1"}


def test_a_variable_of_the_play_and_one_of_the_host_both_count() -> None:
    """The play's takes precedence over the host's, but the task may have that of its own host."""
    found = passwords("web2", smtp_check_login_password="of the play")
    assert found >= {"of the play", "own of web2"}


def test_what_the_play_sets_for_the_variable_of_a_host_counts() -> None:
    assert "own of the play" in passwords("web2", vault_pw="of the play")
