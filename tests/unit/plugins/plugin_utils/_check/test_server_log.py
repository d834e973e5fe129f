# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller asks the log of a server for, and what it takes for proof."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.options import request_from
from ansible_collections.mailops.smtp.plugins.modules.smtp_server_log import argument_spec
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.server_log import (
    evidence_of,
    log_request,
)

RESULT: dict[str, t.Any] = {
    "passed": False,
    "failure": {
        "stage": "rcpt_to",
        "kind": "permanent",
        "code": 550,
        "text": "5.1.1 <n@example.test>: Recipient address rejected: User unknown",
    },
    "server": {"host": "mx", "port": 25, "address": "192.0.2.1"},
    "client": {"helo": "web1", "address": "10.0.0.7", "port": 40000, "seen_as": None},
    "replies": [
        {"stage": "mail_from", "command": "MAIL FROM:<bob@example.org> SIZE=1", "code": 250},
        {"stage": "rcpt_to", "command": "x", "code": 250, "recipient": "a@example.test"},
        {"stage": "rcpt_to", "command": "x", "code": 550, "recipient": "n@example.test"},
    ],
    "message": None,
    "seconds": {"total": 1.5},
    "started": "2026-11-28T16:48:10Z",
}
LINE = "Nov 28 16:48:10 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[10.0.0.7]: 550 5.1.1 <n>"
DECIDING: dict[str, t.Any] = {
    "line": LINE,
    "server": "postfix",
    "time": 1795884490.0,
    "kind": "refusal",
    "cause": "The recipient is not in the server's table of users.",
    "cause_id": "recipient-known",
    "certain": True,
    "exact": True,
}
LOG: dict[str, t.Any] = {"deciding": DECIDING, "listeners": [], "limits": {}, "not_read": []}


def with_client(**changes: t.Any) -> dict[str, t.Any]:
    return {**RESULT, "client": {**RESULT["client"], **changes}}


# The request


def test_the_request_names_the_dialogue() -> None:
    request = log_request(RESULT)
    assert request == {
        "client": ["10.0.0.7"],
        "client_port": 40000,
        "since": "1795884490",
        "until": "1795884492.5",
        "reply": "5.1.1 <n@example.test>: Recipient address rejected: User unknown",
        "sender": "bob@example.org",
        "recipients": ["n@example.test"],
    }
    defaults = {name: option.get("default") for name, option in argument_spec().items()}
    assert request_from({**defaults, **request}, 1795884500.0).since == 1795884490.0


def test_behind_nat_the_address_that_the_server_sees_is_asked_for_and_no_port() -> None:
    request = log_request(with_client(seen_as="198.51.100.9"))
    assert request["client"] == ["198.51.100.9"]
    assert "client_port" not in request
    assert log_request(with_client(seen_as="10.0.0.7"))["client_port"] == 40000


@pytest.mark.parametrize(
    "result",
    [
        {},
        with_client(address=None),
        with_client(address="{{ lookup('pipe', 'id') }}"),
        {**RESULT, "client": []},
        {**RESULT, "started": None},
        {**RESULT, "started": "yesterday"},
        {**RESULT, "started": "2026-99-28T16:48:10Z"},
    ],
)
def test_without_address_and_time_nothing_is_asked(result) -> None:
    assert log_request(result) == {}


def test_hostile_values_are_left_out_or_bounded() -> None:
    request = log_request(
        {
            **with_client(port="25", seen_as=7),
            "seconds": {"total": 1e300},
            "failure": {"code": 550, "text": "\x1b[2J" * 1000},
            "message": {"queue_id": ["x"]},
            "replies": [None, {"command": 7}, {"code": True, "recipient": "x"}]
            + [{"code": 550, "recipient": "a" * 1000}] * 100,
        }
    )
    assert set(request) == {"client", "since", "until", "reply", "recipients"}
    assert float(request["until"]) - float(request["since"]) == 1
    assert request["reply"].isprintable()
    assert len(request["reply"]) == 500
    assert [len(one) for one in request["recipients"]] == [254] * 10


# The evidence


def test_a_line_that_names_the_cause_of_this_dialogue_proves_it() -> None:
    found = evidence_of(LOG, RESULT)
    assert (found.cause_id, found.certainty) == ("recipient-known", "proven")
    assert found.evidence == [
        {
            "fact": "the server's log",
            "value": LINE,
            "says": "The recipient is not in the server's table of users.",
        }
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"exact": False},
        {"exact": "true"},
        {"certain": False},
        {"kind": "end"},
        {"kind": "hint"},
        {"line": LINE.replace("550", "450")},  # the client got another reply
    ],
)
def test_another_line_is_only_consistent_with_it(change) -> None:
    found = evidence_of({**LOG, "deciding": {**DECIDING, **change}}, RESULT)
    assert (found.cause_id, found.certainty) == ("recipient-known", "consistent")


@pytest.mark.parametrize(
    ("cause_id", "code", "certainty"),
    [
        ("server-look-ups", 451, "proven"),
        ("server-look-ups", None, "proven"),
        ("server-look-ups", 550, "consistent"),  # it is refused for good, and so for another reason
        ("authentication-service", 535, "proven"),
    ],
)
def test_a_fault_is_the_cause_of_a_refusal_for_now(cause_id, code, certainty) -> None:
    line = "mx postfix/smtpd[1]: warning: problem talking to server private/policy: x"
    fault = {**DECIDING, "kind": "fault", "line": line, "cause_id": cause_id}
    result = {**RESULT, "failure": {"stage": "rcpt_to", "code": code}}
    assert evidence_of({"deciding": fault}, result).certainty == certainty


@pytest.mark.parametrize(
    ("failure", "certainty", "evidence"),
    [
        ({"stage": "connect", "kind": "timeout", "code": None}, "open", 0),
        ({"stage": "connect", "kind": "connect", "code": None}, "open", 0),
        ({"stage": "starttls", "kind": "tls", "code": None}, "consistent", 1),
        ({"stage": "greeting", "kind": "timeout", "code": None}, "consistent", 1),
    ],
)
def test_a_refusal_is_that_of_another_dialogue_where_the_client_got_no_reply(
    failure, certainty, evidence
) -> None:
    found = evidence_of(LOG, {**RESULT, "failure": failure})
    assert (found.certainty, len(found.evidence)) == (certainty, evidence)


@pytest.mark.parametrize("cause_id", [None, 7, "../x", "{{ x }}", "no-such-cause", ["a"]])
def test_a_cause_that_no_line_can_name_is_none(cause_id) -> None:
    found = evidence_of({"deciding": {**DECIDING, "cause_id": cause_id}}, RESULT)
    assert (found.cause_id, found.certainty) == (None, "open")


@pytest.mark.parametrize(
    ("networks", "says"),
    [
        ("127.0.0.0/8 [::1]/128, 10.1.0.0/16", "10.0.0.7 is not among them"),
        ("127.0.0.0/8 10.0.0.0/8", "10.0.0.7 is among them"),
        ("127.0.0.0/8 cidr:/etc/postfix/networks", None),
    ],
)
def test_for_relaying_the_networks_of_postfix_are_compared(networks, says) -> None:
    deciding = {**DECIDING, "cause_id": "relay-for-address", "certain": False}
    limits = {"postfix": {"mynetworks": networks}}
    found = evidence_of({"deciding": deciding, "limits": limits}, RESULT)
    assert [one["says"] for one in found.evidence[1:]] == ([says] if says else [])


def listener(address: str, port: int = 25, queued: int = 0, limit: int | None = 100) -> t.Any:
    return {"address": address, "port": port, "queued": queued, "queue_limit": limit}


@pytest.mark.parametrize(
    ("listeners", "stage", "says"),
    [
        ([listener("0.0.0.0", 587)], "connect", ["no service has this port open"]),
        ([listener("127.0.0.1"), listener("::1")], "connect",
         ["the service listens on loopback only"]),
        ([listener("127.0.0.1"), listener("*")], "connect", []),
        ([listener("0.0.0.0", 587)], "rcpt_to", []),
        ([listener("0.0.0.0", queued=101)], "connect",
         ["the service accepts connections slower than they arrive"]),
        ([listener("0.0.0.0", queued=101, limit=None)], "greeting", []),
        ([], "connect", []),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_listeners_is_evidence(listeners, stage, says) -> None:
    result = {**RESULT, "failure": {"stage": stage}}
    found = evidence_of({"listeners": listeners}, result)
    assert [one["says"] for one in found.evidence] == says


@pytest.mark.parametrize(
    ("disk", "says"),
    [
        ({"free_bytes": 10, "free_inodes": 10, "path": "/q"}, ["the file system is almost full"]),
        ({"free_bytes": 10**12, "free_inodes": 0}, ["no file can be made there"]),
        ({"free_bytes": 10**12, "free_inodes": 10}, []),
        ({"free_bytes": "10"}, []),
        (None, []),
    ],
)
def test_a_full_file_system_is_evidence(disk, says) -> None:
    assert [one["says"] for one in evidence_of({"disk": disk}).evidence] == says


def test_what_could_not_be_read_is_said() -> None:
    reasons = ["/var/log/mail.log: Permission denied", 7, "\x1b" * 5000]
    found = evidence_of({"not_read": reasons * 50}, RESULT)
    assert found.unasked[0] == "/var/log/mail.log: Permission denied"
    assert all(one.isprintable() and len(one) <= 1000 for one in found.unasked)
    assert len(found.unasked) <= 20


@pytest.mark.parametrize(
    "hostile",
    [
        {},
        {"deciding": "x", "listeners": "x", "limits": [], "disk": 7, "not_read": "x"},
        {"deciding": {"line": ["x"], "cause": 7}, "listeners": [None, 7, {"port": []}]},
        {"limits": {"postfix": {"mynetworks": ["x"]}}},
    ],
)
def test_a_hostile_result_says_nothing(hostile) -> None:
    assert evidence_of(hostile, {"client": 7, "failure": [], "server": {"port": "25"}}) == (
        [],
        None,
        "open",
        [],
    )


def test_texts_of_the_host_are_escaped_and_bounded() -> None:
    deciding = {**DECIDING, "line": "\x1b[2J" + "a" * 5000, "cause": "\u202e" + "b" * 5000}
    (one,) = evidence_of({"deciding": deciding}).evidence
    assert one["value"].startswith("\\x1b[2J")
    assert all(text.isprintable() and len(text) <= 1000 for text in one.values())
