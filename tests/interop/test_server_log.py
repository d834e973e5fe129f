# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers refuse, each for one reason, and their own logs say which.

The servers have many sessions with this one client, and seldom log its port.
"""

from __future__ import annotations

import json
import sys
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log import collect
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.model import Decision
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.options import request_from
from ansible_collections.mailops.smtp.tests.interop import dovecot, exim, postfix
from ansible_collections.mailops.smtp.tests.interop.server import LOOPBACK, Server
from ansible_collections.mailops.smtp.tests.unit.settle import result_of

LOGS = {postfix.start: "output.txt", exim.start: "log/mainlog", dovecot.start: "dovecot.log"}

LOG_SECONDS = 5.0

ADDRESSES = (f"127.0.2.{number}" for number in range(1, 255))

FROM_BOB = {"mail_from": "bob@example.org"}
TO_ALICE = {**FROM_BOB, "rcpt_to": ["alice@example.test"]}
TO_NOBODY = {**FROM_BOB, "rcpt_to": ["nobody@example.test"]}
TO_ANOTHER_DOMAIN = {**FROM_BOB, "rcpt_to": ["carol@example.net"]}
TOO_LARGE = {**TO_ALICE, "mail_parameters": ["SIZE=900000"]}
WRONG_PASSWORD = {"tls": "required", "login_user": "alice", "login_password": "wrong"}
LMTP = {"protocol": "lmtp", "tls": "never"}
FROM_BALANCER = {
    "version": 1,
    "source": "192.0.2.1",
    "source_port": 4000,
    "destination": "192.0.2.2",
    "destination_port": 25,
}


class Case(t.NamedTuple):
    """A dialogue that fails, with the cause that the log of the server names.

    `words` are in the deciding line, and `certain` is whether it names the cause itself.
    """

    listener: str
    options: t.Mapping[str, t.Any]
    cause_id: str | None
    words: str
    certain: bool = True


def from_address(address: str, **options: t.Any) -> dict[str, t.Any]:
    return {"source_address": address, **TO_ALICE, **options}


POSTFIX = {
    "relaying": Case("smtp", TO_ANOTHER_DOMAIN, "relay-for-address", "Relay access denied", False),
    "unknown user": Case("smtp", TO_NOBODY, "recipient-known", "<nobody@example.test>"),
    "banned": Case("smtp", from_address(postfix.BANNED), "client-denied", "may not send here"),
    "banned at once": Case(
        "eager", from_address(postfix.BANNED), "client-denied", "reject: CONNECT from"
    ),
    "greylisted": Case(
        "smtp", from_address(postfix.GREYLISTED), "client-denied", "come back later"
    ),
    "wrong password": Case(
        "smtp", {**WRONG_PASSWORD, **TO_ALICE}, "user-and-password", "Password mismatch"
    ),
    "no login": Case(
        "submission", {"tls": "required", **TO_ALICE}, "client-denied", "Access denied", False
    ),
    "too large": Case("smtp", TOO_LARGE, "message-size", "size exceeds"),
    "no policy service": Case(
        "policy_down", TO_ALICE, "server-look-ups", "problem talking to server private/policy"
    ),
    "no milter": Case("milter_down", TO_ALICE, "slow-scanner", "connect to Milter service"),
    "no table": Case("no_table", TO_ALICE, "server-look-ups", "/missing"),
    "no name": Case("strict", TO_ALICE, "reverse-dns", "cannot find your hostname"),
    "postscreen's list": Case(
        "postscreen", from_address(postfix.BANNED), "client-denied", "DENYLISTED"
    ),
    "postscreen's first sight": Case(
        "postscreen", from_address("127.0.0.121"), "postscreen-tests", "450 4.3.2"
    ),
    "before postscreen's greeting": Case(
        "postscreen", from_address("127.0.0.122", tls="implicit"), "speaks-too-early", "PREGREET"
    ),
    "no client certificate": Case(
        "client_cert", {"tls": "required", **TO_ALICE}, "client-certificate", "abort: TLS"
    ),
    "unknown authority": Case(
        "unknown_ca", {"tls": "required", **TO_ALICE}, None, "alert unknown ca", False
    ),
    "no PROXY header": Case(
        "balanced", {**TO_ALICE, "timeout": 5.0}, "proxy-header-wanted", "haproxy read"
    ),
}

EXIM = {
    "relaying": Case("smtp", TO_ANOTHER_DOMAIN, "relay-for-address", "relay not permitted", False),
    "unknown user": Case("smtp", TO_NOBODY, "recipient-known", "Unrouteable address"),
    "banned": Case("smtp", from_address(exim.BANNED), "client-denied", '"connect" ACL'),
    "greylisted": Case("smtp", from_address(exim.GREYLISTED), "greylist", "come back later"),
    "wrong password": Case(
        "smtp", {**WRONG_PASSWORD, **TO_ALICE}, "user-and-password", "authenticator failed", False
    ),
    "HELO name": Case("smtp", from_address("127.0.0.123", helo="a_b"), "helo-name", "EHLO"),
    "too large": Case("smtp", {**TOO_LARGE, **FROM_BOB}, "message-size", "message too big"),
    "expired certificate": Case(
        "expired", {"tls": "required", **TO_ALICE}, None, "gnutls_handshake", False
    ),
}

DOVECOT = {
    "wrong password": Case(
        "submission", {**WRONG_PASSWORD, **TO_ALICE}, "user-and-password", "auth failed", False
    ),
    "no login": Case(
        "submission", {"tls": "required", **TO_ALICE}, "log-in", "no auth attempts", False
    ),
    "full mailbox": Case(
        "lmtp",
        {**LMTP, **FROM_BOB, "rcpt_to": ["full@example.test"], "message": {}},
        "mailbox-full",
        "Quota exceeded",
    ),
    "PROXY header of a stranger": Case(
        "balanced",
        {"source_address": dovecot.STRANGER, "proxy": FROM_BALANCER, "timeout": 1.0},
        "proxy-header-unwanted",
        "Client not trusted",
    ),
}


@pytest.fixture
def dialogue(hold):
    """Hold a dialogue that fails; return its result, and the seconds when it began and ended.

    Each has an address of its own, as hosts do, unless the case is about an address.
    """

    def fail(case: Case) -> tuple[dict[str, t.Any], float, float]:
        began = time.time()
        record = hold(case.listener, **{"source_address": next(ADDRESSES), **case.options})
        assert record.failure is not None
        return result_of(record), began, time.time()

    return fail


def decision_of(start: t.Any, server: Server, **options: t.Any) -> Decision | None:
    """Return what the log says, as soon as it has the dialogue: others may write it."""
    given = {
        "client_port": None,
        "slack": 5.0,
        "queue_id": None,
        "reply": None,
        "sender": None,
        "recipients": None,
        "server": "auto",
        "path": [str(server.folder / LOGS[start])],
        "lines": 50,
        **options,
    }
    request = request_from(given, time.time())
    end = time.monotonic() + LOG_SECONDS
    while True:
        logs = collect.Logs(request, time.time(), end)
        decision = collect.chosen_of(logs, request).decision
        if decision is not None or time.monotonic() > end:
            return decision
        time.sleep(0.02)


def asked(
    start: t.Any, server: Server, case: Case, dialogue: t.Any
) -> tuple[dict[str, t.Any], Decision | None]:
    """Hold the dialogue, and ask the log of its server why it failed."""
    result, began, ended = dialogue(case)
    decision = decision_of(
        start,
        server,
        client=[result["client"]["address"]],
        client_port=result["client"]["port"],
        since=str(began),
        until=str(ended),
        reply=result["failure"]["text"] if result["failure"]["code"] else None,
        sender=case.options.get("mail_from"),
        recipients=case.options.get("rcpt_to"),
    )
    return result, decision


def check(case: Case, decision: Decision | None) -> None:
    assert decision is not None
    assert case.words in decision.line.text
    assert decision.rule.cause_id == case.cause_id
    assert decision.rule.certain is case.certain


@pytest.mark.server.with_args(postfix.start)
@pytest.mark.parametrize("name", POSTFIX)
def test_the_log_of_postfix_says_why(name, dialogue, server):
    check(POSTFIX[name], asked(postfix.start, server, POSTFIX[name], dialogue)[1])


@pytest.mark.server.with_args(postfix.start)
def test_a_key_that_cannot_be_read_is_said_once_and_found_for_each_later_dialogue(dialogue, server):
    case = Case("no_key", TO_ALICE, "starttls-not-now", "error opening chain file")
    for _dialogue in range(2):
        check(case, asked(postfix.start, server, case, dialogue)[1])


@pytest.mark.server.with_args(postfix.start)
def test_the_second_connection_in_a_minute_is_over_the_limit(hold, dialogue, server):
    options = from_address("127.0.0.125")
    hold("limited", **options)
    case = Case("limited", options, "limits-for-one-client", "Connection rate limit exceeded")
    check(case, asked(postfix.start, server, case, dialogue)[1])


@pytest.mark.server.with_args(exim.start)
@pytest.mark.parametrize("name", EXIM)
def test_the_log_of_exim_says_why(name, dialogue, server):
    check(EXIM[name], asked(exim.start, server, EXIM[name], dialogue)[1])


@pytest.mark.server.with_args(dovecot.start)
@pytest.mark.parametrize("name", DOVECOT)
def test_the_log_of_dovecot_says_why(name, dialogue, server):
    check(DOVECOT[name], asked(dovecot.start, server, DOVECOT[name], dialogue)[1])


@pytest.mark.server.with_args(postfix.start)
def test_a_dialogue_at_another_time_is_another(dialogue, server):
    result, began, _ended = dialogue(POSTFIX["relaying"])
    address = result["client"]["address"]
    window = {"since": str(began - 100), "until": str(began - 90)}
    request = request_from(
        {
            "client": [address],
            "client_port": None,
            "slack": 5.0,
            "queue_id": None,
            "reply": None,
            "sender": None,
            "recipients": ["carol@example.net"],
            "server": "auto",
            "path": [str(server.folder / "output.txt")],
            "lines": 50,
            **window,
        },
        time.time(),
    )
    found = collect.collect(request)
    assert (found["deciding"], found["lines"]) == (None, [])
    assert json.dumps(found)
    assert server.ports["smtp"] in [
        one["port"] for one in found["listeners"] if one["address"] == LOOPBACK
    ]


@pytest.mark.server.with_args(postfix.start)
def test_dialogues_of_one_client_in_one_second_are_told_apart_by_the_reply(dialogue, server):
    same = {"source_address": "127.0.0.126"}
    cases = [
        Case(one.listener, {**one.options, **same}, one.cause_id, one.words, one.certain)
        for one in (POSTFIX["relaying"], POSTFIX["no policy service"], POSTFIX["no name"])
    ]
    held = [dialogue(case) for case in cases]
    for case, (result, _began, _ended) in zip(cases, held):
        decision = decision_of(
            postfix.start,
            server,
            client=["127.0.0.126"],
            since=str(held[0][1]),
            until=str(held[-1][2]),
            reply=result["failure"]["text"],
        )
        check(case, decision)
        assert decision is not None
        assert decision.exact


@pytest.mark.server.with_args(postfix.start)
def test_which_of_two_dialogues_a_line_is_about_is_not_known_without_the_reply(dialogue, server):
    same = {"source_address": "127.0.0.127"}
    _result, began, _ended = dialogue(
        POSTFIX["unknown user"]._replace(options={**TO_NOBODY, **same})
    )
    _result, _began, ended = dialogue(POSTFIX["too large"]._replace(options={**TOO_LARGE, **same}))
    decision = decision_of(
        postfix.start, server, client=["127.0.0.127"], since=str(began), until=str(ended)
    )
    assert decision is not None
    assert not decision.exact


@pytest.mark.skipif(sys.version_info < (3, 10), reason="the controller has a later Python")
@pytest.mark.server.with_args(postfix.start)
@pytest.mark.parametrize(
    ("name", "certainty"),
    [("unknown user", "proven"), ("no policy service", "proven"), ("relaying", "consistent")],
)
def test_the_controller_asks_for_this_dialogue_and_takes_the_line_for_proof(
    name, certainty, dialogue, server
):
    from ansible_collections.mailops.smtp.plugins.plugin_utils._check import server_log

    result, _began, _ended = dialogue(POSTFIX[name])
    given = server_log.log_request(result)
    assert given["recipients"] == POSTFIX[name].options["rcpt_to"]

    decision = decision_of(postfix.start, server, **given)

    assert decision is not None
    found = server_log.evidence_of({"deciding": collect.deciding_of(decision)}, result)
    assert (found.cause_id, found.certainty) == (POSTFIX[name].cause_id, certainty)
    assert POSTFIX[name].words in found.evidence[0]["value"]
