# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cause in a sentence: who, what, where, in the words of people who run mail servers. No I/O."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity

from ..model.failures import without_server
from .explain import Explanation
from .grid import Grid, Members, indices
from .symptoms import Symptom

_MAX_NAMES = 3
_MAX_TEXT = 100

# Failures that hosts have on their way to a server: what one of them cannot do, and what none can.
_ON_THE_WAY = {
    "connect": ("{hosts} cannot connect to {servers}", "no host can connect to {servers}"),
    "timeout": ("{hosts} {get} no answer from {servers}", "no host gets an answer from {servers}"),
    "resolve": ("{hosts} cannot resolve {servers}", "no host can resolve {servers}"),
    "local": ("{hosts} cannot connect to {servers}", "no host can connect to {servers}"),
    "unreachable": ("Ansible cannot reach {hosts}", "Ansible cannot reach any host"),
    "no shard": ("{hosts} {are} missing", "every host is missing"),
    "bad shard": ("{hosts} cannot be merged", "no shard can be merged"),
    "no result": ("the module did not run on {hosts}", "the module did not run on any host"),
}

# Failures that are the servers' answer, or lack of one, once they are connected.
_OF_SERVERS = {
    "disconnect": "{servers} {close} the connection of {hosts}",
    "tls": "TLS with {servers} fails for {hosts}",
    "protocol": "{servers} {break} the protocol with {hosts}",
    "timeout": "{servers} {stop} answering {hosts}",
    "transient": "{servers} {defer} {hosts}",
    "permanent": "{servers} {refuse} {hosts}",
    "expectation": "{servers} {do} not meet the expectations of {hosts}",
    "unsupported": "{servers} {do} not offer {hosts} what was asked for",
    "internal": "the module failed unexpectedly with {servers} on {hosts}",
    "missing": "messages from {hosts} by {servers} did not arrive",
    "unconfirmed": "nobody could look whether messages from {hosts} by {servers} arrived",
}

# Verbs in the singular and in the plural.
_VERBS = {
    "are": ("is", "are"),
    "break": ("breaks", "break"),
    "close": ("closes", "close"),
    "defer": ("defers", "defer"),
    "do": ("does", "do"),
    "get": ("gets", "get"),
    "refuse": ("refuses", "refuse"),
    "stop": ("stops", "stop"),
}

# Hosts of which there is no report.
_MISSING = ("no shard", "bad shard")

# How the texts of hosts without a result begin, which their sentences say already.
_SAID = ("Ansible cannot reach the host: ", "the shard cannot be merged: ")


def sentence_of(
    explanation: Explanation, symptom: Symptom, grid: Grid, example: str, explained: Sequence[int]
) -> str:
    """Say an explanation in one sentence.

    `example` is the text of one of its failures. `explained` has for each server the hosts whose
    cells any explanation explains.
    """
    said = _what(explanation, symptom, grid) + _detail(symptom, example)
    # A report that is missing has nothing to do with what other hosts see.
    return said if symptom.kind in _MISSING else said + _contrast(explanation, grid, explained)


def _what(explanation: Explanation, symptom: Symptom, grid: Grid) -> str:
    """Say what happens, without how it shows."""
    hosts, servers = explanation.hosts, explanation.servers
    on_the_way = symptom.stage in ("", "connect") and symptom.kind in _ON_THE_WAY
    if on_the_way:
        some, none = _ON_THE_WAY[symptom.kind]
        template = none if hosts.sort == "all" and hosts.size > 1 else some
        subject = hosts
    else:
        template = _OF_SERVERS.get(symptom.kind, "{servers} and {hosts} fail")
        subject = servers
    singular = subject.size == 1 or subject.sort in ("all", "group", "port")
    number = 0 if singular else 1
    return template.format(
        hosts=hosts_phrase(hosts, grid.hosts),
        servers=servers_phrase(servers, grid.servers, every="any" if on_the_way else "every"),
        **{name: forms[number] for name, forms in _VERBS.items()},
    )


def hosts_phrase(hosts: Members, names: Sequence[str]) -> str:
    """Say which hosts are meant, as short as it can be said."""
    if hosts.sort == "all" and hosts.size > 1:
        return "every host"
    if hosts.sort == "group":
        return f"group {hosts.name}"
    if hosts.sort == "network":
        return f"the hosts in {hosts.name}"
    return _listed(hosts, names, "hosts")


def servers_phrase(servers: Members, names: Sequence[str], every: str = "every") -> str:
    """Say which servers are meant, as short as it can be said."""
    if servers.sort == "all" and servers.size > 1:
        return f"{every} server"
    if servers.sort == "port" and servers.size > 1:
        return f"{every} server on port {servers.name}"
    if servers.sort == "network" and servers.size > 1:
        return f"the servers in {servers.name}"
    return _listed(servers, names, "servers")


def _listed(members: Members, names: Sequence[str], what: str) -> str:
    """Name a few; of many, the number and examples."""
    found = [names[at] for at in indices(members.bits)]
    if len(found) > _MAX_NAMES:
        return f"{len(found):,} {what} ({', '.join(found[: _MAX_NAMES - 1])} …)"
    *first, last = found
    return f"{', '.join(first)} and {last}" if first else last


def _detail(symptom: Symptom, example: str) -> str:
    """Say how it shows: the stage, the codes, and the server's or the system's own words."""
    for begin in _SAID:
        example = example.removeprefix(begin)
    words = without_server(example)
    if symptom.enhanced_code and words.startswith(symptom.enhanced_code):
        words = words[len(symptom.enhanced_code) :]
    codes = [str(code) for code in (symptom.code, symptom.enhanced_code) if code]
    text = " ".join(filter(None, [*codes, _cut(words)]))
    where = f" at {symptom.stage}" if symptom.stage not in ("", "connect", "receipt") else ""
    return f"{where} ({text})" if text else where


def _contrast(explanation: Explanation, grid: Grid, explained: Sequence[int]) -> str:
    """Say for which other hosts it is different: that is what makes it a cause.

    Others that have a cause of their own say nothing.
    """
    if explanation.exceptions:
        return f"; but {quantity(explanation.exceptions, 'cell')} of these passed"
    passed = red = 0
    for at in indices(explanation.servers.bits):
        passed += (grid.passed[at] & ~explanation.hosts.bits).bit_count()
        failed = grid.failed[at] & ~explanation.hosts.bits & ~explained[at]
        red += failed.bit_count()
    if explanation.servers.sort == "all" and explanation.servers.size > 1:
        return ""
    if passed and not red:
        return "; all others get through"
    return f"; {passed:,} of {passed + red:,} others get through" if passed else ""


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 2]} …"
