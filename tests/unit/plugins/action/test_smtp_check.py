# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role with hosts that return wrong results or fail early, and with wrong variables."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.unit.role_runs import HONEST, check, lying, passes
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer, closed_port

ANSWERS = "S: 220 mx\nC: /EHLO/\nS: 250 mx\nC: QUIT\nS: 221 bye"


class TestAHostThatLies:
    """A host that returns wrong values is a row with a reason, and controls nothing else."""

    def test_its_facts_change_neither_folder_nor_verdict(
        self, tmp_path: Path, scripted: t.Any
    ) -> None:
        server: ScriptedServer = scripted(ANSWERS)
        facts = {
            "smtp_check_report_dir": str(tmp_path / "elsewhere"),
            "smtp_check_fail": False,
            "smtp_check_report": {"verdicts": {}, "not_written": ""},
        }
        liar = {"results": [{"passed": False}], "changed": False, "ansible_facts": facts}
        status, printed = check(
            tmp_path,
            {"a-liar": lying(tmp_path, "liar", liar), "honest": HONEST},
            smtp_check_servers=[{"host": "127.0.0.1", "port": server.port}],
        )

        assert status == 2, printed
        assert not (tmp_path / "elsewhere").exists()
        assert "a-liar found 1 of 1 servers broken" in printed
        assert "honest found" not in printed

    def test_an_invalid_result_is_a_row_with_a_reason(
        self, tmp_path: Path, scripted: t.Any
    ) -> None:
        server: ScriptedServer = scripted(ANSWERS)
        strange = {"failed": True, "msg": "requires " * 80_000}
        status, printed = check(
            tmp_path,
            {"strange": lying(tmp_path, "strange", strange), "honest": HONEST},
            smtp_check_servers=f"127.0.0.1:{server.port}",
        )

        assert status == 2, printed
        assert "2 hosts, 1 server: 1 passed" in printed
        assert "strange asked none of 1 servers" in printed


def test_a_failure_of_become_is_a_failure_of_the_host(tmp_path: Path) -> None:
    host = {
        **HONEST,
        "ansible_become": True,
        "ansible_become_user": "nobody",
        "ansible_become_exe": "/nonexistent/sudo",
    }
    status, printed = check(
        tmp_path,
        {"web1": host, "web2": host},
        smtp_check_servers=f"127.0.0.1:{closed_port()}",
        smtp_check_report_dir="reports",
    )

    assert status == 2, printed
    assert "2 hosts, 1 server: 0 passed" in printed
    assert "web2 asked none of 1 servers" in printed
    assert (tmp_path / "reports" / "report.html").exists()


def test_a_lack_of_the_host_for_one_server_does_not_hide_the_others(
    tmp_path: Path, scripted: t.Any
) -> None:
    server: ScriptedServer = scripted(ANSWERS)
    lacking = {"host": "127.0.0.1", "port": 9, "tls": "required", "ca_path": "/nonexistent"}
    status, printed = check(
        tmp_path,
        {"web1": HONEST},
        smtp_check_servers=[lacking, f"127.0.0.1:{server.port}"],
    )

    assert status == 2, printed
    assert "1 host, 2 servers: 1 passed" in printed
    assert "ca_path: /nonexistent" in printed


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"smtp_check_recipient": "a@b.c"}, "did you mean smtp_check_rcpt_to?"),
        ({"smtp_check_message": True}, "smtp_check_message must be a dictionary"),
        ({"smtp_check_receipt": {"path": "/m"}}, "no message is sent; set smtp_check_message"),
        ({"smtp_check_server_logs": {"relay": "web3"}}, "web3, which is not in the inventory"),
        ({"smtp_check_throttle": -1}, "smtp_check_throttle must be 0 or more, not -1"),
    ],
)
def test_a_wrong_variable_ends_the_run_before_any_host_connects(
    tmp_path: Path, variables: dict[str, t.Any], words: str
) -> None:
    status, printed = check(
        tmp_path, {"web1": HONEST, "web2": HONEST}, smtp_check_servers="relay", **variables
    )

    assert status == 2, printed
    assert words in printed
    assert "Hold the dialogues" not in printed
    assert "argument_spec_data" not in printed


def test_each_host_but_the_first_goes_through_two_tasks(tmp_path: Path, scripted: t.Any) -> None:
    """Each further task of each host costs the controller about a twelfth of a ping."""
    server: ScriptedServer = scripted(*[ANSWERS] * 3)
    status, printed = check(
        tmp_path,
        {"web1": HONEST, "web2": HONEST, "web3": HONEST},
        smtp_check_servers=[f"127.0.0.1:{server.port}"],
    )

    assert status == 0, printed
    assert [passes(printed, host) for host in ("web2", "web3")] == [2, 2], printed
    assert "Validating arguments" not in printed


@pytest.mark.parametrize("hosts", [3, 13])
def test_below_a_long_recap_the_last_lines_say_what_is_broken(tmp_path: Path, hosts: int) -> None:
    status, printed = check(
        tmp_path,
        {f"web{number}": HONEST for number in range(hosts)},
        smtp_check_servers=f"127.0.0.1:{closed_port()}",
        smtp_check_report_dir="reports",
    )

    assert status == 2, printed
    assert printed.count("fatal: [") == hosts
    assert printed.count("Origin: ") <= 1  # an error is shown once, and not for each host
    _before, _recap, after = printed.partition("PLAY RECAP")
    last = [line for line in after.splitlines() if line and "ok=" not in line][1:]
    assert bool(last) == (hosts == 13), printed
    if last:
        first = next(at for at, line in enumerate(last) if line.startswith("13 hosts have failed."))
        assert last[first].endswith("13 of 13 cells are broken:")
        assert last[first + 1].startswith("1. no host can connect to 127.0.0.1:")
        assert all(line.startswith("   ") for line in last[first + 2 : -1])  # what was found out
        assert last[-1] == f"Report: {tmp_path}/reports/report.html"


PLAY = """
- hosts: all
  gather_facts: false
  {setting}
  roles: [mailops.smtp.smtp_check]
  tasks:
    - ansible.builtin.debug: {{msg: "{{{{ inventory_hostname }}}} goes on"}}
"""


@pytest.mark.parametrize(
    ("setting", "goes_on"),
    [
        ("strategy: free", True),
        ("serial: 1", True),
        ("max_fail_percentage: 60", True),
        ("max_fail_percentage: 40", False),
        ("any_errors_fatal: true", False),
    ],
)
def test_a_failed_host_ends_the_play_for_the_others_only_if_the_play_says_so(
    tmp_path: Path, scripted: t.Any, setting: str, goes_on: bool
) -> None:
    server: ScriptedServer = scripted(ANSWERS)
    (tmp_path / "play.yml").write_text(PLAY.format(setting=setting))
    hosts = {
        "well": {**HONEST, "smtp_check_servers": [f"127.0.0.1:{server.port}"]},
        "lost": {**HONEST, "smtp_check_servers": [f"127.0.0.1:{closed_port()}"]},
    }
    ran = run_playbook(tmp_path, {"all": {"hosts": hosts}}, "play.yml")

    assert ran.returncode == 2, ran.stdout
    assert ("well goes on" in ran.stdout) == goes_on, ran.stdout
    assert "lost goes on" not in ran.stdout
    assert "lost found 1 of 1 servers broken" in ran.stdout
    assert "well found" not in ran.stdout


KEEP = """
- hosts: all
  gather_facts: false
  roles: [mailops.smtp.smtp_check]
  tasks:
    - ansible.builtin.copy: {content: "{{ smtp_check_result | to_json }}", dest: "{{ kept }}"}
"""

TO_RCPT = """S: 220 mx
C: /EHLO/
S: 250-mx.example.com
S: 250-SIZE 10240000
S: 250-8BITMIME
S: 250 PIPELINING
C: /MAIL/
S: 250 2.1.0 Ok
C: /RCPT/
S: 250 2.1.5 Ok
C: QUIT
S: 221 2.0.0 Bye"""


@pytest.mark.thorough
@pytest.mark.parametrize(("transcripts", "well", "kept"), [("failures", 200, 0), ("all", 2, 2)])
def test_the_results_of_200_targets_fit_into_an_event_of_awx(
    tmp_path: Path, scripted: t.Any, transcripts: str, well: int, kept: int
) -> None:
    server: ScriptedServer = scripted(*[TO_RCPT] * well)
    target = {"host": "127.0.0.1", "port": server.port, "name": "a label of it"}
    variables = {
        "smtp_check_servers": [target] * well + [f"127.0.0.1:{closed_port()}"],
        "smtp_check_mail_from": "sender@example.com",
        "smtp_check_rcpt_to": ["recipient@example.com"],
        "smtp_check_transcripts": transcripts,
        "smtp_check_fail": False,
        "smtp_check_report_dir": "reports",
        "kept": str(tmp_path / "kept.json"),
    }
    (tmp_path / "keep.yml").write_text(KEEP)
    hosts = {"all": {"hosts": {"web1": HONEST}}}
    ran = run_playbook(tmp_path, hosts, "keep.yml", "-e", json.dumps(variables))

    assert ran.returncode == 0, ran.stdout
    registered = (tmp_path / "kept.json").read_text()
    results = json.loads(registered)["results"]
    assert [one["passed"] for one in results] == [True] * well + [False]
    assert sum(bool(one["transcript"]) for one in results) == kept + 1
    assert len(registered) < 0.6 * 700_000  # a server with TLS says half as much again
    texts = [one.read_text() for one in (tmp_path / "reports" / "transcripts" / "web1").iterdir()]
    assert sum("(not kept, because the dialogue passed" in text for text in texts) == well - kept
    assert sum("Connection refused" in text for text in texts) == 1


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"smtp_check_servers": []}, "smtp_check_servers is empty; name a server"),
        ({"smtp_check_tls": "yes"}, "value of smtp_check_tls must be one of"),
        ({"smtp_check_throttle": "all"}, "smtp_check_throttle"),
        ({"smtp_check_transcripts": "none"}, "value of smtp_check_transcripts must be one of"),
        ({"smtp_check_helo": "{{ name_of_none }}"}, "name_of_none"),
    ],
)
def test_a_value_of_the_wrong_type_ends_the_run_before_any_host_connects(
    tmp_path: Path, variables: dict[str, t.Any], words: str
) -> None:
    status, printed = check(
        tmp_path, {"web1": HONEST, "web2": HONEST}, **{"smtp_check_servers": "relay", **variables}
    )

    assert status == 2, printed
    assert words in " ".join(printed.split()), printed
    assert "Hold the dialogues" not in printed


def test_an_error_of_the_module_names_the_variable_of_the_role(tmp_path: Path) -> None:
    status, printed = check(
        tmp_path, {"web1": HONEST}, smtp_check_servers="relay", smtp_check_login_user="ann"
    )

    assert status == 2, printed
    assert "smtp_check_login_password is required with smtp_check_login_user" in printed


def test_every_host_has_its_verdict_if_the_report_cannot_be_written(
    tmp_path: Path, scripted: t.Any
) -> None:
    server: ScriptedServer = scripted(ANSWERS)
    folder = tmp_path / "reports"
    obstacle = f"mkdir -p {folder}/report.html/in-the-way"
    lost = lying(tmp_path, "lost", {"results": [{"passed": False}]}, does=obstacle)
    status, printed = check(
        tmp_path,
        {"lost": lost, "well": HONEST},
        smtp_check_servers=f"127.0.0.1:{server.port}",
        smtp_check_report_dir=str(folder),
    )

    assert status == 2, printed
    assert "lost found 1 of 1 servers broken" in printed
    assert r"does not say why))\ndest: " in printed, printed
    told = " ".join(printed.split())  # warnings are broken into lines
    assert told.count("report.html is not a file") >= 3, printed  # told, and for each host
    assert (folder / "report.json").exists()
