# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artifact installs works: modules, filter, roles and playbooks, far from the checkout."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.recipes.conftest import Place

PLAYBOOK = ("ansible-playbook", "-i", "inventory.yml")
FEW_CHECKS = ["relay-02", "relay-05"]


def audit(place: Place) -> dict[str, t.Any]:
    """Return the variables of an audit of the relay, which does not fail by what it finds."""
    return {
        "smtp_audit_servers": [{"host": "127.0.0.1", "port": place.relay.port}],
        "smtp_audit_own_domain": "example.com",
        "smtp_audit_user": "postmaster",
        "smtp_audit_other_domain": "example.net",
        "smtp_audit_checks": FEW_CHECKS,
        "smtp_audit_fail_on": "never",
    }


def report(place: Place, folder: str) -> dict[str, t.Any]:
    """Return the json report in a folder."""
    (path,) = Path(place.folder, folder).glob("*.json")
    found: dict[str, t.Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_ansible_finds_the_artifact_and_no_other_copy(place: Place) -> None:
    ran = place.run("ansible-galaxy", "collection", "list", "mailops.smtp", "--format", "json")
    home = place.environment["HOME"]
    assert list(json.loads(ran.stdout)) == [f"{home}/.ansible/collections/ansible_collections"]
    ran = place.run("ansible-galaxy", "collection", "verify", "--offline", "mailops.smtp")
    assert ran.returncode == 0, ran.stdout


def test_a_play_with_module_filter_and_both_roles(place: Place) -> None:
    server = {"host": "127.0.0.1", "port": place.relay.port}
    explained = "{{ ('550 5.7.1 no' | mailops.smtp.explain(stage='rcpt_to')).causes[0].id }}"
    checked = {"smtp_check_servers": [server], **place.envelope("postmaster@example.com")}
    tasks = [
        {"mailops.smtp.smtp_handshake": server},
        {"ansible.builtin.debug": {"msg": f"explained as {explained}"}},
        {"ansible.builtin.include_role": {"name": "mailops.smtp.smtp_check"}, "vars": checked},
        {"ansible.builtin.include_role": {"name": "mailops.smtp.smtp_audit"}, "vars": audit(place)},
    ]
    place.lay("play.yml", [{"hosts": "here", "gather_facts": False, "tasks": tasks}])

    ran = place.run(*PLAYBOOK, "play.yml")

    assert ran.returncode == 0, ran.stdout
    assert "explained as relay-for-address" in ran.stdout, ran.stdout
    assert "1 host, 1 server: 1 passed" in ran.stdout, ran.stdout
    assert "sound" in ran.stdout, ran.stdout


def test_the_playbooks_check_and_merge(place: Place) -> None:
    place.ask("postmaster@example.net")  # which the relay refuses
    check = (*PLAYBOOK, "mailops.smtp.check", "-e", "@servers.yml")
    ran = place.run(*check, "-e", "smtp_check_report_dir=shards", "-e", "smtp_check_reports=json")
    assert ran.returncode == 2, ran.stdout
    assert report(place, "shards")["causes"], ran.stdout

    place.lay("merge.yml", {"smtp_check_shards": ["shards"], "smtp_check_report_dir": "merged"})
    ran = place.run(*PLAYBOOK, "mailops.smtp.merge", "-e", "@merge.yml")
    assert ran.returncode == 2, ran.stdout
    assert "554 5.7.1" in ran.stdout, ran.stdout
    assert report(place, "merged")["causes"], ran.stdout


def test_the_playbook_audit(place: Place) -> None:
    place.lay("audit.yml", {**audit(place), "smtp_audit_report_dir": "reports"})
    ran = place.run(*PLAYBOOK, "mailops.smtp.audit", "-e", "@audit.yml")
    assert ran.returncode == 0, ran.stdout
    assert report(place, "reports")["format"] == 1, ran.stdout
