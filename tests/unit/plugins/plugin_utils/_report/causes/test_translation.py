# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that is refused may be another one to the server: a router has changed its address."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.causes import causes_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.model import Evidence
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
)
from ansible_collections.mailops.smtp.tests.unit.reports import failed, passed

ITEM = {"host": "relay1", "port": 25}
REFUSED: dict[str, t.Any] = {"code": 554, "text": "5.7.1 Relay access denied"}


def evidence(client: t.Any, seconds: t.Any = None, **failure: t.Any) -> list[Evidence]:
    """Return the evidence of one refused host among three about the address of the client."""
    red = failed(ITEM, **{**REFUSED, **failure})
    red["client"] = client
    red["seconds"] = {"total": 0.1} if seconds is None else seconds
    hosts = [Host("web1", {"results": [red]}, [ITEM], left=False)]
    hosts += [
        Host(name, {"results": [passed(ITEM)]}, [ITEM], left=False) for name in ("web2", "web3")
    ]
    (cause,) = causes_of(matrix_of(hosts), {}).found
    return [one for one in cause.evidence if one.fact == "address of the client"]


@pytest.mark.parametrize(
    ("own", "seen"),
    [("10.0.0.5", "203.0.113.7"), ("fd00::5", "2001:db8::7"), ("10.0.0.5", "127.0.0.1")],
)
def test_a_refused_host_with_another_address_to_the_server(own: str, seen: str) -> None:
    (found,) = evidence({"address": own, "seen_as": seen})
    assert found.value == f"relay1:25 sees {seen}, web1 has {own}"
    assert found.says == f"address translation (NAT, a proxy): the server judges {seen}"


@pytest.mark.parametrize(
    "client",
    [
        pytest.param({"address": "10.0.0.5", "seen_as": "10.0.0.5"}, id="the same"),
        pytest.param(
            {"address": "2001:db8::5", "seen_as": "2001:DB8:0::5"}, id="written otherwise"
        ),
        pytest.param({"address": "10.0.0.5", "seen_as": None}, id="the server does not say it"),
        pytest.param({"address": "10.0.0.5"}, id="an older module does not say it"),
        pytest.param({"address": None, "seen_as": "203.0.113.7"}, id="a UNIX socket"),
        pytest.param({"address": "10.0.0.5", "seen_as": "<b>{{ x }}</b>"}, id="no address"),
        pytest.param({"address": "10.0.0.5", "seen_as": ["203.0.113.7"]}, id="a list"),
        pytest.param({"address": "10.0.0.5", "seen_as": 3405803783}, id="a number"),
        pytest.param({"address": "10.0.0.5", "seen_as": "203.0.113.7" + "7" * 10**6}, id="long"),
        pytest.param("10.0.0.5", id="no dictionary"),
    ],
)
def test_no_other_address_is_evidence(client: t.Any) -> None:
    assert evidence(client) == []


@pytest.mark.parametrize("stage", ["proxy", "xclient"])
def test_an_address_that_the_client_presents_is_not_translated(stage: str) -> None:
    client = {"address": "10.0.0.5", "seen_as": "203.0.113.7"}
    assert evidence(client, seconds={stage: 0.1, "total": 0.1}) == []
    assert evidence(client, seconds="no dictionary") != []


def test_only_a_refusal_depends_on_the_address() -> None:
    client = {"address": "10.0.0.5", "seen_as": "203.0.113.7"}
    assert evidence(client, stage="data", kind="timeout", code=None, text="no answer") == []
