# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role that audits servers, with its playbook, from hosts of this machine."""

from __future__ import annotations

import base64
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
    TO_OWN,
)
from ansible_collections.mailops.smtp.tests.unit.role_runs import (
    HONEST,
    assert_mistakes_are_told_without_secrets,
    audit,
    each_case,
    each_login,
    lying,
)
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer, closed_port

# An open relay, and a sound one: first to the control of the vantage, then to two checks. In the
# second the server accepts a recipient of its own first.
NEXT = f"{TO_OWN}\nS: 250 2.1.5 Ok\nC: RCPT TO:<bob@example.net>\nS: "
OPEN = (
    f"{HELLO}{FROM_OWN}\nS: 250 2.1.5 Ok{RESET}{ACCEPTS}{QUIT}",
    f"{HELLO}{ACCEPTS}{RESET}{NEXT}250 2.1.5 Ok{RESET}{QUIT}",
)
CONTROL = f"{HELLO}{FROM_OWN}\nS: 554 5.7.1 no{RESET}{REFUSES}{QUIT}"
SOUND = (CONTROL, f"{HELLO}{REFUSES}{RESET}{NEXT}554 5.7.1 no{RESET}{QUIT}")

# The same, if only the first check is made. The server trusts the second host.
SILENT = (CONTROL, f"{HELLO}{REFUSES}{RESET}{QUIT}")
TRUSTS = (
    f"{HELLO}{FROM_OWN}\nS: 250 2.1.5 Ok{RESET}{ACCEPTS}{QUIT}",
    f"{HELLO}{FROM_OWN}\nS: 250 2.1.5 Ok{QUIT}",
)

VARIABLES: dict[str, t.Any] = {
    "smtp_audit_helo": "client.example.org",
    "smtp_audit_tls": "never",
    "smtp_audit_own_domain": "example.com",
    "smtp_audit_user": "ann",
    "smtp_audit_other_domain": "example.net",
    "smtp_audit_other_user": "bob",
    "smtp_audit_stranger": "eve",
    "smtp_audit_checks": ["relay-02", "relay-25"],
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
    _before, last_screen = printed.split("PLAY RECAP")
    assert f"1. relay-02 at 127.0.0.1:{relay.port}: The server relays for strangers." in last_screen
    assert f"Report: {tmp_path}/out/audit.html" in last_screen
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
    _before, last_screen = printed.split("PLAY RECAP")
    assert "1 server, audited from 1 host: 0 findings" in last_screen


@pytest.mark.thorough
def test_refusals_of_one_stranger_alone_prove_nothing_and_say_what_is_missing(
    tmp_path: Path, scripted: t.Any
) -> None:
    server = scripted(*SILENT)
    variables = {**VARIABLES, "smtp_audit_checks": ["relay-02"]}

    status, printed = audit(tmp_path, {"web1": HONEST}, smtp_audit_servers=at(server), **variables)

    told = " ".join(printed.split())
    assert status == 2, printed
    assert "no host with relay rights was in the run, so refusals may be those of" in told
    assert "web1: 1 server without proof" in told


def test_a_trusted_host_of_the_same_run_is_the_control_of_a_stranger(
    tmp_path: Path, scripted: t.Any
) -> None:
    server = scripted(*SILENT, *TRUSTS)
    variables = {**VARIABLES, "smtp_audit_checks": ["relay-02"]}

    status, printed = audit(
        tmp_path,
        {"web1": HONEST, "web2": {**HONEST, "smtp_audit_from": "trusted"}},
        smtp_audit_servers=at(server),
        **variables,
    )

    assert status == 0, printed
    assert "no host with relay rights" not in printed


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("mailbox", "verdict", "words"),
    [
        (False, "undecided", "accepted at DATA, and whether it was relayed is not known"),
        (True, "sound", "the message was not seen in the mailbox within 0.1 s"),
    ],
)
def test_a_message_that_was_accepted_is_relayed_only_if_it_is_seen(
    tmp_path: Path, scripted: t.Any, mailbox: bool, verdict: str, words: str
) -> None:
    to_data = f"{HELLO}{ACCEPTS}\nC: DATA\nS: 354 go\nC: (message)\nS: 250 2.0.0 queued"
    server = scripted(CONTROL, f"{to_data}{QUIT}")
    (tmp_path / "box" / "new").mkdir(parents=True)
    (tmp_path / "box" / "cur").mkdir()
    receipt = {"path": str(tmp_path / "box"), "timeout": 0.1, "delay": 0.1}

    status, printed = audit(
        tmp_path,
        {"web1": HONEST},
        smtp_audit_servers=at(server),
        smtp_audit_report_dir="out",
        **{**VARIABLES, "smtp_audit_checks": ["relay-29"]},
        smtp_audit_max_risk=1,
        smtp_audit_receipt=receipt if mailbox else {},
    )

    assert status == (0 if mailbox else 2), printed
    (found,) = (one for one in report(tmp_path)["audits"][0]["checks"] if one["id"] == "relay-29")
    assert (found["verdict"], words in found["evidence"]) == (verdict, True)


@pytest.mark.thorough
def test_with_a_baseline_a_known_finding_may_pass_and_one_that_is_mended_is_told(
    tmp_path: Path, scripted: t.Any
) -> None:
    server = scripted(*OPEN, *OPEN, *OPEN, *SOUND)
    variables = {
        "smtp_audit_servers": at(server),
        "smtp_audit_report_dir": "out",
        **VARIABLES,
    }

    before, _printed = audit(tmp_path, {"web1": HONEST}, smtp_audit_fail_on="never", **variables)
    old = tmp_path / "old.json"
    (tmp_path / "out" / "audit.json").rename(old)
    variables["smtp_audit_baseline"] = "old.json"
    each, _printed = audit(tmp_path, {"web1": HONEST}, **variables)
    known, printed = audit(tmp_path, {"web1": HONEST}, smtp_audit_fail_on="new", **variables)
    mended, told = audit(tmp_path, {"web1": HONEST}, smtp_audit_fail_on="new", **variables)

    assert (before, each, known, mended) == (0, 2, 0, 0), printed
    assert "0 worse, 0 better" in printed
    assert "better: relay-02 at" in told


@pytest.mark.thorough
@pytest.mark.parametrize(("fail_on", "status"), [("finding", 0), ("undecided", 2)])
def test_what_is_undecided_fails_a_host_if_the_user_says_so(
    tmp_path: Path, scripted: t.Any, fail_on: str, status: int
) -> None:
    busy = NEXT.replace("250 2.1.5", "450 4.2.0").rpartition("\nC: RCPT TO:")[0]
    server = scripted(CONTROL, f"{HELLO}{REFUSES}{RESET}{RESET}{busy}{RESET}{QUIT}")
    variables = {**VARIABLES, "smtp_audit_checks": ["relay-02", "relay-25", "ban-version"]}

    ended, printed = audit(
        tmp_path,
        {"web1": HONEST},
        smtp_audit_servers=at(server),
        smtp_audit_fail_on=fail_on,
        **variables,
    )

    assert ended == status, printed


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


@pytest.mark.thorough
def test_two_hosts_find_that_the_dns_tells_them_different_things(tmp_path: Path) -> None:
    def told(name: str, exchanger: str, **variables: str) -> dict[str, t.Any]:
        returned = {
            "checks": [{"id": "dn-split", "verdict": "not_applicable", "evidence": "alone"}],
            "facts": {"dns": {"example.com MX": [exchanger]}, **variables},
        }
        return lying(tmp_path, name, returned)

    status, printed = audit(
        tmp_path,
        {
            "web1": told("web1", "10 mx.example.com"),
            "web2": told("web2", "10 old.example.com"),
            "app1": told("app1", "10 inner.example.com", dns_view="inside"),
        },
        smtp_audit_servers="relay",
        smtp_audit_report_dir="out",
        **{**VARIABLES, "smtp_audit_checks": ["dn-split"]},
    )

    assert status == 2, printed
    (finding,) = report(tmp_path)["findings"]
    assert finding["check"] == "dn-split"
    assert [(one["host"], one["evidence"]) for one in finding["seen"]] == [
        ("web1", "example.com MX is 10 mx.example.com here, and 10 old.example.com from web2"),
        ("web2", "example.com MX is 10 old.example.com here, and 10 mx.example.com from web1"),
    ]


def test_hosts_that_return_anything_else_are_in_the_report(tmp_path: Path) -> None:
    returned = {
        "fails": {"failed": True, "msg": "no such thing"},
        "number": {"checks": 5},
        "strange": {"checks": [None, [], {"id": {}}, {"id": "relay-02", "verdict": "good"}]},
    }

    status, printed = audit(
        tmp_path,
        {name: lying(tmp_path, name, result) for name, result in returned.items()},
        smtp_audit_servers="relay",
        smtp_audit_report_dir="out",
        **VARIABLES,
    )

    assert status == 2, printed
    audits = report(tmp_path)["audits"]
    assert [(one["host"], one["server"]) for one in audits] == [
        (name, "relay:25") for name in returned
    ]
    for name in returned:
        assert f"{name}: 1 server without proof: relay:25" in printed


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


WRONG: list[tuple[dict[str, t.Any], str]] = [
    ({"smtp_audit_server": "relay"}, "did you mean smtp_audit_servers?"),
    ({"smtp_audit_own_domian": "x"}, "did you mean smtp_audit_own_domain?"),
    ({"smtp_audit_vantage": "trusted"}, "did you mean smtp_audit_from?"),
    ({"smtp_audit_timeout": 5}, "write timeout in smtp_audit_options"),
    ({"smtp_audit_options": {"tiemout": 5}}, "did you mean timeout?"),
    ({"smtp_audit_servers": []}, "smtp_audit_servers is empty; name a server"),
    ({"smtp_audit_servers": [{"host": "a", "prot": 5}]}, "did you mean port?"),
    (
        {"smtp_audit_servers": [{"host": "a", "profile": "mxx"}]},
        "smtp_audit_servers[0].profile must be one of relay, mx",
    ),
    ({"smtp_audit_throttle": -1}, "smtp_audit_throttle must be 0 or more"),
    ({"smtp_audit_throttle": None}, "smtp_audit_throttle must be a whole number, not null"),
    ({"smtp_audit_from": "inside"}, "'inside' is not one of untrusted, trusted, authed"),
    ({"smtp_audit_checks": ["relay-2"]}, "smtp_audit_checks names no check or group"),
    ({"smtp_audit_checks": ["relay-29"]}, "set smtp_audit_max_risk to 1"),
    ({"smtp_audit_own_checks": "none.yml"}, "none.yml cannot be read"),
    ({"smtp_audit_baseline": "none.json"}, "smtp_audit_baseline: none.json cannot be read"),
    ({"smtp_audit_receipt": {"path": "/x"}}, "no check sends one to look for"),
    (
        {
            "smtp_audit_receipt": {"timeout": 5},
            "smtp_audit_max_risk": 1,
            "smtp_audit_checks": ["relay-29"],
        },
        "one of the following is required: imap, pop3, path",
    ),
    (
        {
            "smtp_audit_receipt": {"path": "/x", "timeout": "soon"},
            "smtp_audit_max_risk": 1,
            "smtp_audit_checks": ["relay-29"],
        },
        "smtp_audit_receipt.timeout must be a number, not ",
    ),
    ({"smtp_audit_fail_on": "new"}, "smtp_audit_fail_on: new needs smtp_audit_baseline"),
    ({"smtp_audit_report_dir": "inventory.json"}, "inventory.json is not a folder"),
]


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return what is printed for each wrong variable."""
    cases = [{"smtp_audit_servers": "relay", **VARIABLES, **wrong} for wrong, _words in WRONG]
    return each_case(tmp_path_factory.mktemp("run"), "smtp_audit", cases)


@pytest.mark.parametrize(
    ("number", "words"), [(at, words) for at, (_wrong, words) in enumerate(WRONG)]
)
def test_a_wrong_variable_fails_all_hosts_before_any_connects(
    refusals: list[str], number: int, words: str
) -> None:
    printed = refusals[number]

    assert printed.count("The role has failed.") == 2, printed
    assert words in " ".join(printed.split())
    assert "Audit all servers" not in printed


def test_a_wrong_option_of_one_host_is_named_as_its_variable(tmp_path: Path) -> None:
    hosts = {
        "web1": {**HONEST, "smtp_audit_user": "ann"},
        "web2": {**HONEST, "smtp_audit_user": "ann@example.org"},
    }
    variables = {name: one for name, one in VARIABLES.items() if name != "smtp_audit_user"}

    status, printed = audit(
        tmp_path, hosts, smtp_audit_servers=[f"127.0.0.1:{closed_port()}"], **variables
    )

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


def test_a_password_that_is_encrypted_in_place_logs_in_and_is_never_shown(
    tmp_path: Path, scripted: t.Any
) -> None:
    password = "S3cret-Wörter"
    response = base64.b64encode(f"\0ann\0{password}".encode()).decode()
    hello = HELLO.replace("S: 250 mx", "S: 250-mx") + "\nS: 250 AUTH PLAIN"
    server: ScriptedServer = scripted(
        CONTROL.replace(HELLO, hello),
        f"{hello}\nC: AUTH PLAIN {response}\nS: 535 5.7.8 not {response}"
        f"\nC: MAIL FROM:<ann@example.com>\nS: 530 5.7.0 Authentication required{QUIT}",
    )
    right = {
        **{name.removeprefix("smtp_audit_"): value for name, value in VARIABLES.items()},
        "servers": at(server),
        "options": {"allow_plaintext_auth": True},
        "login_user": "ann",
        "from": "authed",
        "profile": "submission",
        "checks": ["ctl-authed"],
    }
    printed, logged = each_login(tmp_path, "smtp_audit", password, right)

    assert "535 5.7.8 not (not shown)" in printed, printed
    secrets = ("S3cret", response[:-4])
    assert_mistakes_are_told_without_secrets("smtp_audit", printed, logged, secrets)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("none", "the pattern none matches no host"),
        (["none", "nor"], "the pattern none,nor matches no host"),
        ("{{ outside }}", "'outside' is undefined"),
    ],
)
def test_no_hosts_are_no_success(tmp_path: Path, pattern: t.Any, told: str) -> None:
    status, printed = audit(
        tmp_path, {"web1": HONEST}, smtp_audit_servers="relay", smtp_audit_hosts=pattern
    )

    assert status == 2, printed
    assert told in " ".join(printed.split())
    assert "Audit all servers" not in printed
