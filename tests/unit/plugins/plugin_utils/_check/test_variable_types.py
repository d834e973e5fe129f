# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value that a variable of the role cannot have is refused, before anything is connected."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleUndefinedVariable
from ansible.parsing.yaml import objects
from ansible_collections.mailops.smtp.plugins.module_utils._net.argument_spec import converted
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variable_types import (
    check_fail_on,
    check_types,
    unused_reports,
)
from jinja2.nativetypes import NativeEnvironment

TOP = Path(__file__).parents[5]

FORMATS = {"type": "list", "elements": "str", "choices": ["html", "json", "junit"]}
SPEC: dict[str, dict[str, t.Any]] = {
    "smtp_check_servers": {"type": "raw", "required": True},
    "smtp_check_port": {"type": "int"},
    "smtp_check_throttle": {"type": "int", "default": 0},
    "smtp_check_fail": {"type": "bool", "default": True},
    "smtp_check_helo": {"type": "str"},
    "smtp_check_login_password": {"type": "str"},
    "smtp_check_report_dir": {"type": "path", "default": ""},
    "smtp_check_server_logs": {"type": "dict", "default": {}},
    "smtp_check_fail_on": {"type": "str", "choices": ["broken", "new"], "default": "broken"},
    "smtp_check_reports": {**FORMATS, "default": ["html", "json"]},
}


OF_VAULT = getattr(objects, "AnsibleVaultEncryptedUnicode", None)


class TaggedText(str):
    """A text as ansible-core 2.19 has it."""


def template(value: t.Any) -> t.Any:
    if value == "{{ name_of_none }}":
        raise AnsibleUndefinedVariable("'name_of_none' is undefined")
    return value


def check(**variables: t.Any) -> dict[str, t.Any]:
    given = {f"smtp_check_{name}": value for name, value in variables.items()}
    return check_types(SPEC, given, template)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"throttle": "many"}, "smtp_check_throttle must be a whole number, not a text"),
        ({"throttle": None}, "smtp_check_throttle must be a whole number, not null"),
        ({"throttle": ""}, "smtp_check_throttle must be a whole number, not a text"),
        ({"fail": "perhaps"}, "smtp_check_fail must be true or false, not a text"),
        ({"fail": None}, "smtp_check_fail must be true or false, not null"),
        ({"fail_on": None}, "smtp_check_fail_on: null is not one of broken, new"),
        ({"fail_on": ["new"]}, "smtp_check_fail_on must be one of broken, new"),
        (
            {"server_logs": '{"relay": "web1"}'},
            (
                "smtp_check_server_logs must be a dictionary; after -e, write all of it as JSON: -e"
                """ '{"smtp_check_server_logs": {...}}'"""
            ),
        ),
        (
            {"helo": TaggedText("a"), "port": TaggedText("x")},
            "smtp_check_port must be a whole number, not a text",
        ),
        (
            {"helo": ["a"]},
            "smtp_check_helo must be a text, not a list; a text in brackets needs quotes",
        ),
        ({"helo": False}, "smtp_check_helo must be a text, not false; write it in quotes"),
        (
            {"login_password": {"S3cret": 1}},
            "smtp_check_login_password must be a text, not a dictionary",
        ),
        (
            {"login_password": 1.1},  # YAML makes it of 1.10, which is another password
            "smtp_check_login_password must be a text, not a decimal number; write it in quotes",
        ),
        (
            {"report_dir": True},
            "smtp_check_report_dir must be a path, not true; write it in quotes",
        ),
        ({"port": True}, "smtp_check_port must be a whole number, not true"),
        ({"port": float("inf")}, "smtp_check_port must be a whole number, not a decimal number"),
        ({"helo": "{{ name_of_none }}"}, "smtp_check_helo: 'name_of_none' is undefined"),
        (
            {"reports": "html,jsn"},
            "smtp_check_reports: 'jsn' is not one of html, json, junit; did you mean json?",
        ),
        (
            {"reports": "[html, json]"},
            (
                "smtp_check_reports is a text in brackets, and no list; after -e, write a,b or all"
                """ of it as JSON: -e '{"smtp_check_reports": ["a", "b"]}'"""
            ),
        ),
        ({"reports": [True]}, "smtp_check_reports: true is not one of html, json, junit"),
        (
            {"port": "smtp", "fail": 5},
            (
                "smtp_check_port must be a whole number, not a text; smtp_check_fail must be true"
                " or false, not a whole number"
            ),
        ),
    ],
)
def test_a_wrong_value_is_told_with_what_to_write(variables: dict[str, t.Any], told: str) -> None:
    with pytest.raises(BadVariable) as error:
        check(**variables)
    assert str(error.value) == told


def test_values_as_people_write_them_have_their_types() -> None:
    found = check(
        servers="relay",
        port="25",
        throttle=5,
        fail="no",
        helo=5,
        report_dir="~/reports",
        reports="html,junit",
        server_logs={"relay": "web1"},
        not_of_the_role=1,
    )
    assert found == {
        "smtp_check_servers": "relay",
        "smtp_check_port": 25,
        "smtp_check_throttle": 5,
        "smtp_check_fail": False,
        "smtp_check_helo": "5",
        "smtp_check_report_dir": str(Path.home() / "reports"),
        "smtp_check_reports": ["html", "junit"],
        "smtp_check_server_logs": {"relay": "web1"},
    }


def test_a_text_in_brackets_is_the_list_that_ansible_core_makes_of_it() -> None:
    """ansible-core 2.16 does so, and later versions do not."""
    given = {"smtp_check_reports": "['html', 'junit']"}

    def of_2_16(value: t.Any) -> t.Any:
        return ["html", "junit"] if value == "{{ smtp_check_reports }}" else value

    assert check_types(SPEC, given, of_2_16) == {"smtp_check_reports": ["html", "junit"]}
    with pytest.raises(BadVariable, match="is a text in brackets, and no list"):
        check_types(SPEC, given, lambda value: value)


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("playbooks/merge.yml", "smtp_check_"),
        ("roles/smtp_check/vars/main.yml", "smtp_check_"),
        ("roles/smtp_audit/tasks/main.yml", "smtp_audit_"),
    ],
)
def test_reports_that_are_null_are_those_of_the_default(path: str, prefix: str) -> None:
    (formats,) = re.findall(r'formats: (?:"|>-\s+)({{.*?}})', (TOP / path).read_text(), re.DOTALL)
    defaults = yaml.safe_load((TOP / "roles" / prefix[:-1] / "defaults/main.yml").read_text())

    def found(reports: t.Any) -> t.Any:
        values = {f"{prefix}report_dir": "reports", f"{prefix}reports": reports}
        return NativeEnvironment().from_string(formats).render(values)

    assert found(None) == defaults[f"{prefix}reports"]
    assert (found([]), found(["junit"])) == ([], ["junit"])


def test_null_is_as_good_as_not_set_where_there_is_such_a_value() -> None:
    found = check(servers=None, port=None, report_dir=None, reports=None)

    assert set(found.values()) == {None}


@pytest.mark.parametrize(
    ("formats", "folder", "warns"),
    [
        (["junit"], "", True),
        (["junit"], "reports", False),
        (["html", "json"], "", False),
        ([], "", False),
        (None, "", False),
    ],
)
def test_files_that_the_user_names_need_a_folder(formats: t.Any, folder: str, warns: bool) -> None:
    values = {"smtp_check_reports": formats, "smtp_check_report_dir": folder}
    told = "smtp_check_reports is set, but no file is written, because smtp_check_report_dir is not"

    found = unused_reports(SPEC, values, "smtp_check_")
    assert found == ([f"{told} set"] if warns else [])


def test_what_is_new_is_known_by_a_baseline_alone() -> None:
    new = {"smtp_audit_fail_on": "new"}
    check_fail_on({**new, "smtp_audit_baseline": "audit.json"}, "smtp_audit_")
    check_fail_on({"smtp_audit_fail_on": "finding"}, "smtp_audit_")
    with pytest.raises(BadVariable, match="smtp_audit_fail_on: new needs smtp_audit_baseline"):
        check_fail_on({**new, "smtp_audit_baseline": ""}, "smtp_audit_")


@pytest.mark.skipif(
    not hasattr(OF_VAULT, "__ENCRYPTED__"), reason="ansible-core 2.19 has templates decrypt a text"
)
def test_a_password_of_a_vault_is_a_text() -> None:
    assert OF_VAULT is not None
    server = {"login_password": OF_VAULT(b"of a vault")}  # without a vault, what it was given
    values = check(login_password=server["login_password"], servers=[server])
    clear = {"login_password": "of a vault"}
    assert values == {"smtp_check_login_password": "of a vault", "smtp_check_servers": [clear]}
    assert type(values["smtp_check_servers"][0]["login_password"]) is str
    spec = {"login_password": {"type": "str", "no_log": True}}
    assert converted("server", server, spec) == clear
