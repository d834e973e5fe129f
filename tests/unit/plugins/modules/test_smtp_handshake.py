# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module runs as its own process, as with Ansible, and writes one JSON document."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import typing as t

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.mailops.smtp.plugins.doc_fragments.dialogue import ModuleDocFragment
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.dialogue_module import (
    DialogueModule,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    argument_spec,
)
from ansible_collections.mailops.smtp.plugins.modules import smtp_handshake
from ansible_collections.mailops.smtp.tests.unit.returned import OF_ANSIBLE, problems
from ansible_collections.mailops.smtp.tests.unit.runs import run_module
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer, closed_port

MODULE = smtp_handshake.__name__

SENDS_A_MESSAGE = """
    S: 220 mx.example.org ESMTP
    C: EHLO client.example.com
    S: 250-mx.example.org
    S: 250 SIZE 1000000
    C: MAIL FROM:<ann@example.com>
    S: 250 2.1.0 Ok
    C: RCPT TO:<bob@example.org>
    S: 250 2.1.5 Ok
    C: DATA
    S: 354 go on
    C: (message)
    S: 250 2.0.0 Ok: queued as 4XyZ1234abc
    C: QUIT
    S: 221 2.0.0 Bye
    """

LONG = 10.0

OPTIONS = {
    "helo": "client.example.com",
    "mail_from": "ann@example.com",
    "rcpt_to": ["bob@example.org"],
}


def run(**options: t.Any) -> dict[str, t.Any]:
    """Run the module."""
    return run_module(MODULE, **options)


def test_a_dialogue_that_passes(scripted: t.Any) -> None:
    server: ScriptedServer = scripted(SENDS_A_MESSAGE)

    result = run(host=server.host, port=server.port, message={"body": "Hello"}, **OPTIONS)

    assert result["passed"] is True
    assert result["changed"] is True
    assert result["failure"] is None
    assert [reply["code"] for reply in result["replies"]] == [220, 250, 250, 250, 354, 250, 221]
    assert result["message"]["queue_id"] == "4XyZ1234abc"


# A probing host compiles each file that a task imports, twice.
SELDOM = (
    "_net.resolver",
    "advice.engine",
    "options.expectation",
    "options.this_host",
    "run.certificate_probe",
    "tls.faults",
    "wire.message",
    "wire.proxy_header",
)
NEVER = ("._receipt.", "._server_log.", "._smtp.audit.", "._smtp.diagnosis.")


def test_a_dialogue_imports_only_what_it_needs(scripted: t.Any) -> None:
    server: ScriptedServer = scripted(
        """
        S: 220 mx.example.org ESMTP
        C: EHLO client.example.com
        S: 250 mx.example.org
        C: MAIL FROM:<ann@example.com>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@example.org>
        S: 250 2.1.5 Ok
        C: QUIT
        S: 221 2.0.0 Bye
        """
    )
    options = {"host": server.host, "port": server.port, **OPTIONS}

    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", MODULE],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode(),
        capture_output=True,
        check=False,
        timeout=300,
    )

    assert json.loads(process.stdout.decode())["passed"] is True
    imported = process.stderr.decode().split()
    assert any(name.endswith("._smtp.run.runner") for name in imported)
    assert not [name for name in imported if name.endswith(SELDOM)]
    assert not [name for name in imported if any(room in name for room in NEVER)]


@pytest.mark.parametrize("password", ["perm", "55", "auth", "0", "7.8"])
def test_a_password_that_is_a_part_of_a_verdict_does_not_hide_it(
    scripted: t.Any, password: str
) -> None:
    server: ScriptedServer = scripted(
        f"""
        S: 220 mx.example.org ESMTP
        C: EHLO client.example.com
        S: 250-mx.example.org
        S: 250 AUTH PLAIN
        C: /^AUTH PLAIN /
        S: 550 5.7.8 it is not <{password}>
        C: QUIT
        S: 221 2.0.0 Bye
        """
    )
    login = {"login_user": "ann", "login_password": password, "allow_plaintext_auth": True}

    result = run(host=server.host, port=server.port, auth_mechanism="PLAIN", **login, **OPTIONS)

    failure = result["failure"]
    assert (failure["stage"], failure["kind"]) == ("auth", "permanent")
    assert (failure["code"], failure["enhanced_code"]) == (550, "5.7.8")
    assert result["server"]["port"] == server.port
    assert isinstance(result["seconds"]["total"], float)
    assert password not in failure["text"]
    if "invocation" in result:
        assert password not in str(result["invocation"]["module_args"]["login_password"])


def fail_with_all_that_ansible_adds() -> None:
    module = DialogueModule(argument_spec=argument_spec())
    password = module.params["login_password"]
    module.warn(f"the server knows {password}")
    try:
        raise ValueError(password)
    except ValueError:
        module.fail_json(msg=f"it has told {password}", kind="permanent", code=550)


@pytest.mark.parametrize("password", ["perm", "55", "correct horse"])
def test_a_password_is_hidden_in_what_ansible_adds_to_a_result(password: str) -> None:
    internal = {"verbosity": 3, "tracebacks_for": ["error"], "inject_invocation": True}
    options = {f"_ansible_{name}": one for name, one in internal.items() if name in PASS_VARS}
    # A Python of its own: what Ansible adds is other where a test has imported the controller.
    process = subprocess.run(
        [sys.executable, "-c", f"import {__name__} as t; t.fail_with_all_that_ansible_adds()"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": {"login_password": password, **options}}).encode(),
        capture_output=True,
        check=False,
        timeout=300,
    )

    result = json.loads(process.stdout.decode())
    assert (result.pop("kind"), result.pop("code")) == ("permanent", 550)
    assert "the server knows ****" in str(result["warnings"])
    assert result.keys() >= {"warnings", "exception"}
    assert password not in str(result)


def test_a_dialogue_that_fails_still_returns_everything(scripted: t.Any) -> None:
    server: ScriptedServer = scripted(
        """
        S: 220 mx.example.org ESMTP
        C: EHLO client.example.com
        S: 250 mx.example.org
        C: MAIL FROM:<ann@example.com>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@example.org>
        S: 554 5.7.1 <bob@example.org>: Relay access denied
        C: QUIT
        S: 221 2.0.0 Bye
        """
    )

    result = run(host=server.host, port=server.port, message={}, **OPTIONS)

    assert result["failed"] is True
    assert result["changed"] is False
    assert result["msg"] == (
        f"127.0.0.1 port {server.port}: 554 5.7.1 <bob@example.org>: Relay access denied"
        " in reply to rcpt_to <bob@example.org>"
    )
    advice = result["failure"].pop("advice")
    for name in ("seconds", "round_trip"):
        assert 0 < result["failure"].pop(name) < LONG
    assert result["failure"] == {
        "stage": "rcpt_to",
        "kind": "permanent",
        "code": 554,
        "enhanced_code": "5.7.1",
        "text": "5.7.1 <bob@example.org>: Relay access denied",
        "errno": None,
        "tcp_info": None,
    }
    assert "mynetworks" in advice[0]
    assert result["transcript"][-2].endswith("] S: 221 2.0.0 Bye")


@pytest.mark.parametrize(
    "options",
    [
        {"mx": "example.org"},
        {"targets": [{"host": "mx.example.org", "tls": "required", "dane": True}]},
    ],
)
def test_a_missing_dnspython_is_named(options: dict[str, t.Any]) -> None:
    start = f"import sys, runpy; sys.modules['dns.name'] = None; runpy.run_module({MODULE!r}, {{}},"
    process = subprocess.run(
        [sys.executable, "-c", f"{start} '__main__')"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode(),
        capture_output=True,
        check=False,
        timeout=300,
    )
    result = json.loads(process.stdout.decode())
    assert result["failed"] is True
    if "mx" in options:
        assert "Failed to import the required Python library (dnspython)" in result["msg"]
    else:  # of one target of several it is that target's own business
        assert result["results"][0]["failure"]["kind"] == "local"
        assert "dane needs the library dnspython on this host" in result["msg"]


ANSWERS = """
    S: 220 mx.example.org ESMTP
    C: EHLO client.example.com
    S: 250 mx.example.org
    C: QUIT
    S: 221 2.0.0 Bye
    """


def test_the_result_of_many_targets_is_like_that_of_a_loop(scripted: t.Any) -> None:
    server: ScriptedServer = scripted(ANSWERS)
    closed = closed_port()

    result = run(
        helo="client.example.com",
        targets=[
            {"name": "up", "host": server.host, "port": server.port},
            {"name": "down", "host": "127.0.0.1", "port": closed},
        ],
    )

    assert [one["passed"] for one in result["results"]] == [True, False]
    assert [one["failed"] for one in result["results"]] == [False, True]
    assert result["results"][1]["item"] == {"name": "down", "host": "127.0.0.1", "port": closed}
    assert result["summary"] == {"total": 2, "passed": 1, "failed": 1, "kinds": {"connect": 1}}
    assert result["changed"] is False
    assert result["msg"] == (
        f"1 of 2 dialogues failed: 127.0.0.1 port {closed}: Connection refused at connect"
    )


def test_a_secret_in_a_target_is_not_shown(scripted: t.Any) -> None:
    server: ScriptedServer = scripted(ANSWERS)

    result = run(
        helo="client.example.com",
        targets=[
            {
                "host": server.host,
                "port": server.port,
                "login_user": "ann",
                "login_password": "correct horse",
            },
        ],
    )

    assert result["results"][0]["failure"]["stage"] == "auth"
    assert "correct horse" not in json.dumps(result)
    assert result["results"][0]["item"]["login_user"] == "ann"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"targets": []}, "targets[0].targets is an option of the task, and not of a target"),
        ({"time_out": 5}, "targets[0].time_out is not an option; did you mean timeout?"),
        ({"name": "a", "login_passwort": "correct horse"}, "targets[0] (a).login_passwort is not"),
        ({"message": {"subjet": "x"}}, "targets[0].message.subjet is not an option; did"),
        ({"message": True}, "targets[0].message must be a dictionary, not true"),
        (
            {"expect": {"rcpt_to": {}}},
            "targets[0].expect.rcpt_to must be a list of texts, not a dictionary",
        ),
        ({"port": "many"}, "targets[0].port must be a whole number, not a text"),
        ({"tls": "perhaps"}, "targets[0].tls must be one of opportunistic, required, implicit"),
        ({"port": 0}, "targets[0].port must be between 1 and 65535, not 0"),
        ({"host": "relay:smtp"}, "targets[0].host "),
        ({"host": "127.0.0.1:25", "port": 26}, "targets[0].port: 26 contradicts 127.0.0.1:25"),
    ],
)
def test_a_bad_option_of_a_target_is_refused_before_the_module_connects(
    target: dict[str, t.Any], words: str
) -> None:
    secret = {"login_user": "ann", "login_password": "correct horse"}

    result = run(targets=[{"host": "127.0.0.1", **target, **secret}])

    assert result["msg"].startswith(words)
    assert "correct horse" not in json.dumps(result)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"targets": "host=a login_password=S3cret"}, "targets[0] "),
        ({"targets": ["smtp://ann:S3cret@127.0.0.1"]}, "targets[0] "),
        ({"host": "smtp://ann:S3cret@127.0.0.1"}, "host "),
        (
            {"targets": [{"login_password": ["S3cret"]}]},
            "targets[0].login_password must be a text",
        ),
        ({"targets": [{"login_password": {"S3cret": 1}}]}, "targets[0].login_password must be"),
        ({"host": "a", "login_user": "b", "login_password": ["S3cret"]}, "login_password must be"),
        (
            {"host": "a", "login_passwort": "S3cret"},
            "login_passwort is not an option; did you mean login_password?",
        ),
        ({"hots": "a"}, "hots is not an option; did you mean host?"),
        ({"host": "a", "message": "hi"}, "message must be a dictionary, not a text"),
        ({"host": "a", "expect": "550"}, "expect must be a dictionary, not a text"),
        ({"host": "a", "proxy": True}, "proxy must be a dictionary, not true"),
        ({"host": "a", "expect": ["550"]}, "expect must be a dictionary, not a list"),
        ({"host": "a", "expect": {"rcpt": "550"}}, "expect.rcpt is not an option; did you mean"),
        ({"mx": "postmaster@example.com"}, "mx must be a domain alone, such as example.com"),
        ({"targets": [{"auth": {"password": "S3cret"}}]}, "targets[0].auth is not an option"),
    ],
)
def test_no_part_of_a_secret_in_a_bad_option_is_shown(
    options: dict[str, t.Any], words: str
) -> None:
    result = run(**options, _ansible_verbosity=3)

    assert result["msg"].startswith(words)
    assert "S3cret" not in json.dumps(result)


def test_a_target_and_a_host_may_be_texts(scripted: t.Any) -> None:
    first, second, third = scripted(ANSWERS), scripted(ANSWERS), scripted(ANSWERS)

    many = run(
        targets=[f"127.0.0.1:{first.port}", {"host": f"smtp://127.0.0.1:{second.port}/"}],
        helo="client.example.com",
    )
    one = run(host=f"127.0.0.1:{third.port}", helo="client.example.com")

    assert [result["item"] for result in many["results"]] == [
        {"host": "127.0.0.1", "port": first.port},
        {"host": "127.0.0.1", "port": second.port},
    ]
    assert one["passed"] is True


def test_a_lack_of_this_host_for_one_target_does_not_stop_the_others(scripted: t.Any) -> None:
    server = scripted(ANSWERS)

    result = run(
        targets=[
            {"host": "127.0.0.1", "tls": "required", "ca_path": "/nonexistent/ca.pem"},
            {
                "host": "127.0.0.1",
                "message": {"src": "/nonexistent"},
                "mail_from": "a@example.com",
                "rcpt_to": ["b@example.com"],
            },
            {"host": "127.0.0.1", "source_address": "192.0.2.1"},
            {"host": "127.0.0.1", "port": server.port},
        ],
        helo="client.example.com",
    )

    failures = [one["failure"] for one in result["results"]]
    assert [failure and failure["kind"] for failure in failures] == ["local"] * 3 + [None]
    assert [failure["text"].partition(":")[0] for failure in failures[:3]] == [
        "ca_path",
        "message.src",
        "source_address",
    ]


def test_an_error_message_of_ansible_itself_shows_no_secret_of_a_target() -> None:
    secret = {"host": "127.0.0.1", "login_user": "ann", "login_password": "correct horse"}

    result = run(targets=[secret, "host=127.0.0.1 login_password=horses"], concurrency="many")

    assert "concurrency" in result["msg"]
    assert "correct horse" not in json.dumps(result)
    assert "horses" not in json.dumps(result)


def test_every_option_is_documented() -> None:
    yaml = pytest.importorskip("yaml")
    documented = {
        **yaml.safe_load(smtp_handshake.DOCUMENTATION)["options"],
        **yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"],
    }
    assert set(documented) == set(argument_spec())


@pytest.fixture
def documented() -> dict[str, t.Any]:
    """Return what the module says that it returns."""
    found: dict[str, t.Any] = pytest.importorskip("yaml").safe_load(smtp_handshake.RETURN)
    return found


@pytest.mark.parametrize("passes", [True, False])
def test_the_result_has_the_documented_shape(
    scripted: t.Any, documented: dict[str, t.Any], passes: bool
) -> None:
    if passes:
        server: ScriptedServer = scripted(SENDS_A_MESSAGE)
        result = run(host=server.host, port=server.port, message={}, **OPTIONS)
    else:
        result = run(host="127.0.0.1", port=closed_port(), **OPTIONS)

    for several in ("results", "summary"):
        del documented[several]
    assert problems(result, documented) == []


def test_the_results_of_several_targets_have_the_documented_shape(
    documented: dict[str, t.Any],
) -> None:
    result = run(targets=[{"host": "127.0.0.1", "port": closed_port()}], **OPTIONS)

    results, summary = documented.pop("results"), documented.pop("summary")
    assert result.keys() - OF_ANSIBLE == {"results", "summary"}
    assert problems(result["results"][0], {**results["contains"], **documented}) == []
    assert problems(result["summary"], summary["contains"]) == []


def test_check_mode_sends_no_message(scripted: t.Any) -> None:
    server: ScriptedServer = scripted(
        """
        S: 220 mx.example.org ESMTP
        C: EHLO client.example.com
        S: 250 mx.example.org
        C: MAIL FROM:<ann@example.com>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@example.org>
        S: 250 2.1.5 Ok
        C: QUIT
        S: 221 2.0.0 Bye
        """
    )

    result = run(
        host=server.host, port=server.port, message={}, _ansible_check_mode=True, **OPTIONS
    )

    assert result["passed"] is True
    assert result["changed"] is False
    assert result["message"] is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"rcpt_to": ["bob@example.org>\r\nRSET"]}, "rcpt_to: "),
        ({"mail_from": "ann@example.com\n"}, "mail_from: "),
        ({"helo": "two words"}, "helo must be one word"),
        ({"message": {"subject": "one\r\nBcc: eve@example.com"}}, "message.subject: "),
        ({"message": {"size": 10}}, "message.size must be at least "),
        ({"message": {"src": "/nonexistent/mail.eml"}}, "message.src: cannot read"),
        ({"expect": {"rcpt_to": ["refused"]}}, "expect.rcpt_to: 'refused' is not a reply code"),
        ({"expect": {"connect": ["550"]}}, "expect.connect: '550' is not one of"),
        ({"timeout": 0}, "timeout must be greater than 0"),
        ({"source_address": "192.0.2.1"}, "source_address: 192.0.2.1 is not an address of"),
        ({"stop_after": "message"}, "value of stop_after must be one of"),
        ({"expect": {"rcpt": ["550"]}}, "rcpt"),
    ],
    ids=lambda value: json.dumps(value)[:50] if isinstance(value, dict) else "",
)
def test_a_bad_option_is_refused_before_the_module_connects(
    options: dict[str, t.Any], says: str
) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        port = listener.getsockname()[1]

        result = run(**{"host": "127.0.0.1", "port": port, **OPTIONS, **options})

        assert result["failed"] is True
        assert says in result["msg"]
        assert not select.select([listener], [], [], 0)[0], "it connected"
