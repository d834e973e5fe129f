# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role that audits servers, with its playbook, from hosts of this machine."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import (
    ACCEPTS,
    FROM_OWN,
    HELLO,
    QUIT,
    REFUSES,
    RESET,
)
from ansible_collections.mailops.smtp.tests.unit.role_runs import HONEST, audit, lying
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer, closed_port

# An open relay, and a sound one: first to the control of the vantage, then to the check.
OPEN = (
    f"{HELLO}{FROM_OWN}\nS: 250 2.1.5 Ok{RESET}{ACCEPTS}{QUIT}",
    f"{HELLO}{ACCEPTS}{RESET}{QUIT}",
)
SOUND = (
    f"{HELLO}{FROM_OWN}\nS: 554 5.7.1 no{RESET}{REFUSES}{QUIT}",
    f"{HELLO}{REFUSES}{RESET}{QUIT}",
)

VARIABLES: dict[str, t.Any] = {
    "smtp_audit_helo": "client.example.org",
    "smtp_audit_tls": "never",
    "smtp_audit_own_domain": "example.com",
    "smtp_audit_user": "ann",
    "smtp_audit_other_domain": "example.net",
    "smtp_audit_other_user": "bob",
    "smtp_audit_stranger": "eve",
    "smtp_audit_checks": ["relay-02"],
    "smtp_audit_throttle": 1,
}


def report(folder: Path) -> dict[str, t.Any]:
    found: dict[str, t.Any] = json.loads((folder / "out" / "audit.json").read_text())
    return found


def at(*servers: ScriptedServer) -> list[str]:
    return [f"127.0.0.1:{server.port}" for server in servers]


def test_an_open_relay_is_a_finding_of_both_hosts_and_a_sound_one_is_not(
    tmp_path: Path, scripted: t.Any
) -> None:
    relay, sound = scripted(*OPEN, *OPEN), scripted(*SOUND, *SOUND)

    status, printed = audit(
        tmp_path,
        {"web1": HONEST, "web2": HONEST},
        smtp_audit_servers=at(relay, sound),
        smtp_audit_report_dir="out",
        smtp_audit_reports=["csv", "html", "json", "junit", "markdown"],
        **VARIABLES,
    )

    assert status == 2, printed
    (finding,) = report(tmp_path)["findings"]
    assert (finding["check"], finding["server"]) == ("relay-02", f"127.0.0.1:{relay.port}")
    assert [(one["host"], one["from"]) for one in finding["seen"]] == [
        ("web1", "untrusted"),
        ("web2", "untrusted"),
    ]
    assert any("agree that it relays for them: web1, web2" in one for one in finding["compared"])
    assert any("STIG" in one for one in finding["controls"])
    assert "The server relays for strangers. It is an open relay." in printed
    assert "web2: 1 finding: relay-02 at" in printed
    files = ["audit.csv", "audit.html", "audit.json", "audit.md", "audit.xml"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == files


def test_hosts_that_differ_show_whom_the_server_trusts(tmp_path: Path, scripted: t.Any) -> None:
    server = scripted(*OPEN, *SOUND)

    status, printed = audit(
        tmp_path,
        {"web1": HONEST, "web2": HONEST},
        smtp_audit_servers=at(server),
        smtp_audit_report_dir="out",
        **VARIABLES,
    )

    assert status == 2, printed
    says = [(one["what"], one["check"]) for one in report(tmp_path)["vantages"]]
    assert says == [("contradiction", ""), ("contradiction", "relay-02")]
    assert "web1: 1 finding" in printed
    assert "web2: 1 finding" not in printed


def test_a_sound_server_passes(tmp_path: Path, scripted: t.Any) -> None:
    server = scripted(*SOUND)

    status, printed = audit(tmp_path, {"web1": HONEST}, smtp_audit_servers=at(server), **VARIABLES)

    assert status == 0, printed
    assert "1 server, audited from 1 host: 0 findings" in printed


def test_with_a_baseline_a_known_finding_passes_and_one_that_is_mended_is_told(
    tmp_path: Path, scripted: t.Any
) -> None:
    server = scripted(*OPEN, *OPEN, *SOUND)
    variables = {
        "smtp_audit_servers": at(server),
        "smtp_audit_report_dir": "out",
        **VARIABLES,
    }

    before, _printed = audit(tmp_path, {"web1": HONEST}, **variables)
    old = tmp_path / "old.json"
    (tmp_path / "out" / "audit.json").rename(old)
    known, printed = audit(tmp_path, {"web1": HONEST}, smtp_audit_baseline="old.json", **variables)
    mended, told = audit(tmp_path, {"web1": HONEST}, smtp_audit_baseline="old.json", **variables)

    assert (before, known, mended) == (2, 0, 0), printed
    assert "0 worse, 0 better" in printed
    assert "better: relay-02 at" in told


def test_each_batch_reports_on_the_hosts_so_far(tmp_path: Path, scripted: t.Any) -> None:
    server = scripted(*SOUND, *SOUND)
    role = {"ansible.builtin.import_role": {"name": "mailops.smtp.smtp_audit"}}
    variables = {"smtp_audit_servers": at(server), **VARIABLES}
    play = {"hosts": "all", "gather_facts": False, "serial": 1, "vars": variables, "tasks": [role]}
    (tmp_path / "play.json").write_text(json.dumps([play]))

    ran = run_playbook(tmp_path, {"all": {"hosts": {"web1": HONEST, "web2": HONEST}}}, "play.json")

    assert ran.returncode == 0, ran.stdout
    assert "1 server, audited from 1 host: 0 findings" in ran.stdout
    assert "1 server, audited from 2 hosts: 0 findings" in ran.stdout


def test_a_server_that_nobody_answers_at_is_no_success(tmp_path: Path) -> None:
    status, printed = audit(
        tmp_path,
        {"web1": HONEST},
        smtp_audit_servers=[f"127.0.0.1:{closed_port()}"],
        **VARIABLES,
    )

    assert status == 2, printed
    assert "web1: 1 server without proof" in printed
    assert "nothing proven" in printed


def test_a_host_that_lies_chooses_nothing_and_hides_no_other_host(
    tmp_path: Path, scripted: t.Any
) -> None:
    server = scripted(*OPEN)
    facts = {
        "smtp_audit_report_dir": str(tmp_path / "elsewhere"),
        "smtp_audit_fail": False,
        "smtp_audit_report": {"verdicts": {}, "not_written": ""},
    }
    liar = {
        "checks": [{"id": "relay-02", "verdict": "sound", "evidence": "{{ 7 * 7 }}\u001b[2J"}],
        "vantage": {"measured": "does not relay"},
        "changed": False,
        "ansible_facts": facts,
    }

    status, printed = audit(
        tmp_path,
        {"web1": HONEST, "z-liar": lying(tmp_path, "liar", liar)},
        smtp_audit_servers=at(server),
        smtp_audit_report_dir="out",
        **VARIABLES,
    )

    assert status == 2, printed
    assert "web1: 1 finding" in printed
    assert not (tmp_path / "elsewhere").exists()
    (sound,) = report(tmp_path)["findings"][0]["others"]
    assert (sound["host"], sound["evidence"]) == ("z-liar", "{{ 7 * 7 }}\\x1b[2J")


@pytest.mark.parametrize(
    "returned",
    [
        {"failed": True, "msg": "no such thing"},
        {"checks": 5},
        {"checks": [None, [], {"id": {}}, {"id": "relay-02", "verdict": "good"}]},
    ],
)
def test_a_host_that_returns_anything_else_is_in_the_report(
    tmp_path: Path, returned: dict[str, t.Any]
) -> None:
    status, printed = audit(
        tmp_path,
        {"strange": lying(tmp_path, "strange", returned)},
        smtp_audit_servers="relay",
        smtp_audit_report_dir="out",
        **VARIABLES,
    )

    assert status == 2, printed
    assert "strange: 1 server without proof: relay:25" in printed
    (one,) = report(tmp_path)["audits"]
    assert (one["host"], one["server"]) == ("strange", "relay:25")


def test_an_unreachable_host_is_in_the_report(tmp_path: Path, scripted: t.Any) -> None:
    server = scripted(*SOUND)
    gone = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": closed_port()}

    status, printed = audit(
        tmp_path,
        {"a-gone": gone, "web1": HONEST},
        smtp_audit_servers=at(server),
        smtp_audit_report_dir="out",
        **VARIABLES,
    )

    assert status in (2, 4), printed
    lost, found = report(tmp_path)["audits"]
    assert lost["problem"].startswith("no result: ")
    assert found["problem"] is None


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"smtp_audit_server": "relay"}, "did you mean smtp_audit_servers?"),
        ({"smtp_audit_own_domian": "x"}, "did you mean smtp_audit_own_domain?"),
        ({"smtp_audit_vantage": "trusted"}, "did you mean smtp_audit_from?"),
        ({"smtp_audit_timeout": 5}, "write timeout in smtp_audit_options"),
        ({"smtp_audit_options": {"tiemout": 5}}, "did you mean timeout?"),
        ({"smtp_audit_servers": []}, "smtp_audit_servers is empty; name a server"),
        ({"smtp_audit_servers": [{"host": "a", "prot": 5}]}, "did you mean port?"),
        ({"smtp_audit_from": "inside"}, "untrusted, trusted, authed"),
        ({"smtp_audit_checks": ["relay-2"]}, "smtp_audit_checks names no check or group"),
        ({"smtp_audit_checks": ["relay-29"]}, "set max_risk to 1"),
        ({"smtp_audit_own_checks": "none.yml"}, "none.yml cannot be read"),
        ({"smtp_audit_baseline": "none.json"}, "smtp_audit_baseline: none.json cannot be read"),
        ({"smtp_audit_report_dir": "inventory.json"}, "inventory.json is not a folder"),
    ],
)
def test_a_wrong_variable_ends_the_run_before_any_host_connects(
    tmp_path: Path, variables: dict[str, t.Any], words: str
) -> None:
    given = {"smtp_audit_servers": "relay", **VARIABLES, **variables}
    status, printed = audit(tmp_path, {"web1": HONEST, "web2": HONEST}, **given)

    assert status == 2, printed
    assert words in " ".join(printed.split())
    assert "Audit all servers" not in printed


def test_a_wrong_option_of_one_host_is_named_as_its_variable(tmp_path: Path) -> None:
    wrong = {**HONEST, "smtp_audit_user": "ann@example.org"}
    variables = {name: one for name, one in VARIABLES.items() if name != "smtp_audit_user"}

    status, printed = audit(tmp_path, {"web1": wrong}, smtp_audit_servers="127.0.0.1", **variables)

    assert status == 2, printed
    assert "bad option: smtp_audit_user must be an address of example.com" in printed


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    status, printed = audit(
        tmp_path,
        {"web1": {**HONEST, "smtp_audit_from": "authed"}},
        smtp_audit_servers=[f"127.0.0.1:{closed_port()}"],
        smtp_audit_login_user="ann",
        smtp_audit_login_password="correct horse",
        smtp_audit_report_dir="out",
        **VARIABLES,
    )

    assert status == 2, printed
    assert "correct horse" not in printed
    assert "correct horse" not in (tmp_path / "out" / "audit.json").read_text()


def test_no_hosts_are_no_success(tmp_path: Path) -> None:
    status, printed = audit(
        tmp_path, {"web1": HONEST}, smtp_audit_servers="relay", smtp_audit_hosts="none"
    )

    assert status == 2, printed
    assert "the pattern none matches no host" in " ".join(printed.split())
