# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs as people have them, and the sentences that say what to mend."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.causes import causes_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.model import Cause, Causes
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.matrix import Matrix
from ansible_collections.mailops.smtp.tests.unit.reports import failed, passed
from ansible_collections.mailops.smtp.tests.unit.work import assert_linear

Item = Mapping[str, t.Any]
Sees = Callable[[str, Item], dict[str, t.Any] | None]

SERVERS = [
    {"host": f"relay{at}", "port": port} for at, port in ((1, 25), (2, 25), (3, 587), (4, 25))
]
HOSTS = [f"web{at}" for at in range(12)]
GROUPS = {host: ["all", "dmz" if at < 4 else "lan"] for at, host in enumerate(HOSTS)}


def address_of(host: str) -> str:
    """Return the address of a host: those of the dmz are in another network."""
    at = HOSTS.index(host)
    return f"10.{1 if at < 4 else 2}.0.{at}"


def refused(item: Item) -> dict[str, t.Any]:
    """Return the result of a closed port."""
    text = f"192.0.2.1 port {item['port']}: Connection refused"
    return failed(item, "connect", "connect", None, text)


def run(
    sees: Sees,
    servers: Sequence[Item] = SERVERS,
    hosts: Sequence[str] = HOSTS,
    groups: Mapping[str, Sequence[str]] = GROUPS,
    unreachable: Sequence[str] = (),
) -> Causes:
    """Return the causes of a run in which each host sees what it sees, or passes."""
    registered = []
    for host in hosts:
        if host in unreachable:
            result: dict[str, t.Any] = {"unreachable": True, "msg": "ssh: timed out"}
        else:
            results = [sees(host, item) or passed(item) for item in servers]
            for one in results:
                one["client"] = {"helo": "x", "address": address_of(host), "port": 1}
            result = {"results": results}
        registered.append(Host(host, result, servers, host in unreachable))
    return causes_of(matrix_of(registered), groups)


def only(causes: Causes) -> Cause:
    """Return the one cause that there is."""
    assert causes.unexplained == ()
    (cause,) = causes.found
    return cause


def test_a_run_without_a_red_cell_has_no_cause() -> None:
    assert run(lambda _host, _item: None) == Causes()


def test_a_server_that_nobody_reaches() -> None:
    cause = only(run(lambda _host, item: refused(item) if item["host"] == "relay2" else None))
    assert cause.sentence == "no host can connect to relay2:25 (Connection refused)"
    assert (cause.where, cause.stage, cause.kind, cause.certainty) == (
        "server",
        "connect",
        "connect",
        "consistent",
    )
    assert cause.hosts == tuple(HOSTS)
    assert cause.servers == ("relay2:25",)
    assert len(cause.cells) == 12
    assert [one.fact for one in cause.evidence] == ["other servers"]


def test_a_group_that_one_server_refuses() -> None:
    def sees(host: str, item: Item) -> dict[str, t.Any] | None:
        if "dmz" in GROUPS[host] and item["host"] == "relay3":
            text = f"5.7.1 <{host}[{address_of(host)}]>: Client host rejected: Access denied"
            return failed(item, "rcpt_to", "permanent", 554, text)
        return None

    cause = only(run(sees))
    assert cause.sentence.startswith(
        "relay3:587 refuses group dmz at rcpt_to (554 5.7.1 <web0[10.1.0.0]>"
    )
    assert cause.sentence.endswith("; all others get through")
    assert (cause.where, cause.code, cause.groups) == ("policy", 554, ("dmz",))


def test_a_network_is_named_where_there_is_no_group() -> None:
    def sees(host: str, item: Item) -> dict[str, t.Any] | None:
        if HOSTS.index(host) < 4 and item["host"] == "relay3":
            return failed(
                item, "connect", "timeout", None, "192.0.2.1 port 587: no answer within 10.0 s"
            )
        return None

    cause = only(run(sees, groups={}))
    assert cause.sentence == (
        "the hosts in 10.1.0.0/24 get no answer from relay3:587 (no answer within 10.0 s);"
        " all others get through"
    )
    assert (cause.where, cause.groups) == ("path", ("10.1.0.0/24",))


def test_a_host_that_reaches_nothing() -> None:
    def sees(host: str, item: Item) -> dict[str, t.Any] | None:
        return (
            failed(item, "connect", "local", None, "Network is unreachable")
            if host == "web7"
            else None
        )

    cause = only(run(sees))
    assert cause.sentence == "web7 cannot connect to any server (Network is unreachable)"
    assert (cause.where, cause.hosts) == ("host", ("web7",))


def test_hosts_that_ansible_cannot_reach() -> None:
    cause = only(run(lambda _host, _item: None, unreachable=["web3", "web9"]))
    assert cause.sentence == "Ansible cannot reach web3 and web9 (ssh: timed out)"
    assert (cause.where, cause.kind) == ("host", "unreachable")


def test_a_port_that_is_blocked_for_all() -> None:
    def sees(_host: str, item: Item) -> dict[str, t.Any] | None:
        timeout = "192.0.2.1 port 25: no answer within 10.0 s"
        return failed(item, "connect", "timeout", None, timeout) if item["port"] == 25 else None

    cause = only(run(sees))
    assert cause.sentence.startswith("no host gets an answer from any server on port 25")


def test_an_option_that_is_wrong_everywhere() -> None:
    def sees(_host: str, item: Item) -> dict[str, t.Any] | None:
        return failed(item, "auth", "permanent", 535, "5.7.8 authentication failed")

    cause = only(run(sees))
    assert (
        cause.sentence
        == "every server refuses every host at auth (535 5.7.8 authentication failed)"
    )
    assert cause.where == "options"


def test_a_mailbox_that_lost_all_messages() -> None:
    def sees(_host: str, item: Item) -> dict[str, t.Any] | None:
        return failed(item, "receipt", "missing", None, "not found")

    assert only(run(sees)).where == "mailbox"


def test_starttls_that_is_stripped_on_one_path_is_evidence() -> None:
    def sees(host: str, item: Item) -> dict[str, t.Any] | None:
        if "dmz" in GROUPS[host]:
            text = "the server does not offer STARTTLS"
            result = failed(item, "starttls", "unsupported", None, text)
            return {**result, "capabilities": {"SIZE": []}, "tls": None}
        return None

    cause = only(run(sees, servers=SERVERS[:1]))
    assert cause.where == "path"
    (evidence,) = [one for one in cause.evidence if one.fact.startswith("STARTTLS")]
    assert evidence.value == "STARTTLS is not offered; for others STARTTLS is offered"


def test_another_certificate_on_one_path_is_evidence() -> None:
    def sees(host: str, item: Item) -> dict[str, t.Any] | None:
        if "dmz" in GROUPS[host]:
            result = failed(item, "starttls", "tls", None, "the certificate is not trusted")
            return {**result, "tls": {"certificate": {"issuer": "CN=Inspection"}}}
        return None

    cause = only(run(sees, servers=SERVERS[:1]))
    (evidence,) = [one for one in cause.evidence if one.fact.startswith("certificate")]
    assert evidence.value.startswith("issued by CN=Inspection; for others issued by CN=R11")


def test_one_cell_is_told_as_a_path_and_no_more_is_said_of_it() -> None:
    def sees(host: str, item: Item) -> dict[str, t.Any] | None:
        one = (host, item["host"]) == ("web5", "relay4")
        return failed(item, "mail_from", "transient", 451, "4.3.0 try again") if one else None

    cause = only(run(sees))
    assert cause.sentence == (
        "relay4:25 defers web5 at mail_from (451 4.3.0 try again); all others get through"
    )
    assert cause.certainty == "open"


def test_the_cause_that_explains_most_comes_first() -> None:
    def sees(host: str, item: Item) -> dict[str, t.Any] | None:
        if item["host"] == "relay2":
            return refused(item)
        return failed(item, "connect", "local", None, "no route") if host == "web7" else None

    found = run(sees).found
    assert [one.where for one in found] == ["server", "host"]
    assert [len(one.cells) for one in found] == [12, 3]


def test_the_advice_is_that_of_most_cells() -> None:
    def sees(host: str, item: Item) -> dict[str, t.Any] | None:
        if item["host"] != "relay2":
            return None
        result = refused(item)
        result["failure"]["advice"] = ["rare", "common"] if host == "web0" else ["common"]
        return result

    assert only(run(sees)).advice == ("common", "rare")


@pytest.mark.parametrize("value", [{"passed": False}, {"passed": "no", "failure": []}, {"msg": 5}])
def test_results_that_are_none_are_a_cause_as_well(value: dict[str, t.Any]) -> None:
    causes = run(lambda _host, _item: dict(value))
    cells = sum(len(one.cells) for one in causes.found) + len(causes.unexplained)
    assert cells == len(HOSTS) * len(SERVERS)


def test_a_host_that_is_not_reached_is_a_cause_among_scattered_cells_too() -> None:
    def sees(host: str, item: Item) -> dict[str, t.Any] | None:
        at = HOSTS.index(host)
        if SERVERS.index(dict(item)) != at % 4:
            return None
        return failed(item, "rcpt_to", "permanent", 500 + at, f"reason {'abcdefghijkl'[at]}")

    causes = run(sees, unreachable=["web3"])
    assert [one.sentence for one in causes.found] == ["Ansible cannot reach web3 (ssh: timed out)"]
    assert len(causes.unexplained) == 11


def test_a_server_of_two_hosts_is_said_of_those_two() -> None:
    registered = []
    for host in HOSTS[:5]:
        servers = SERVERS[:2] if host in ("web0", "web1") else SERVERS[:1]
        results = [refused(one) if one["host"] == "relay2" else passed(one) for one in servers]
        registered.append(Host(host, {"results": results}, servers, left=False))
    cause = only(causes_of(matrix_of(registered), {}))
    assert cause.hosts == ("web0", "web1")
    assert cause.sentence == "web0 and web1 cannot connect to relay2:25 (Connection refused)"


def made_up(size: int) -> Matrix:
    """Return the matrix of a host that makes up servers, each with a reason of its own."""
    letters = str.maketrans("0123456789", "abcdefghij")
    servers = [{"host": f"evil{at}", "port": 25} for at in range(size)]
    results = [
        failed(one, "rcpt_to", "permanent", 550, str(at).translate(letters))
        for at, one in enumerate(servers)
    ]
    evil = Host("evil", {"results": results}, servers, left=False)
    return matrix_of([evil, Host("web1", {"results": [passed(SERVERS[0])]}, SERVERS[:1], False)])


def test_what_one_host_makes_up_is_named_and_no_cause() -> None:
    causes = causes_of(made_up(300), {})
    assert causes.found == ()
    assert len(causes.unexplained) == 300


def test_the_work_for_what_one_host_makes_up_grows_with_it_and_no_faster() -> None:
    assert_linear(lambda matrix: causes_of(matrix, {}), made_up, sizes=(300, 600, 1_200))


@pytest.mark.parametrize(("seconds", "told"), [(1, True), (59, False)])
def test_the_rate_of_the_run_itself_is_evidence_for_421(seconds: int, told: bool) -> None:
    """Twelve hosts, one after the other: each second is often, each minute is not."""

    def sees(host: str, item: Item) -> dict[str, t.Any]:
        at = HOSTS.index(host) * seconds
        started = f"2026-11-24T12:{at // 60:02}:{at % 60:02}Z"
        if host not in ("web10", "web11"):
            return passed(item, started=started)
        result = failed(item, "greeting", "transient", 421, "4.7.0 too many connections")
        return {**result, "started": started}

    cause = run(sees, servers=SERVERS[:1]).found[0]
    evidence = [one for one in cause.evidence if one.fact == "rate of this run"]
    assert bool(evidence) is told
    if told:
        assert evidence[0].value == (
            "12 dialogues of this run with relay1:25 began within a minute"
        )


def test_a_time_that_is_none_is_no_evidence() -> None:
    def sees(_host: str, item: Item) -> dict[str, t.Any]:
        result = failed(item, "greeting", "transient", 421, "4.7.0 too many connections")
        return {**result, "started": "yesterday"}

    cause = only(run(sees, servers=SERVERS[:1]))
    assert [one.fact for one in cause.evidence] == []
