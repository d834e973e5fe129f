# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name servers and the hosts file of this host may know the server by other addresses."""

from __future__ import annotations

import contextlib
import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.resolvers import (
    NameServerAnswer,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.budget import OutOfBudget
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    resolver,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import (
    Conclusion,
    Finding,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.lookup import ServerLookup
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of

NAME = "mx.example.org"
FOUND = NameServerAnswer("192.0.2.53", "found", ("192.0.2.25",))
OTHER = NameServerAnswer("192.0.2.54", "found", ("198.51.100.25",))
ABSENT = NameServerAnswer("192.0.2.55", "no such name")
DEAD = NameServerAnswer("192.0.2.56", "no answer", problem="timed out\x1b")


def view(*answers: NameServerAnswer) -> resolver.NameView:
    return resolver.NameView(NAME, ("192.0.2.25",), (), answers)


def conclusions(findings: t.Iterable[Finding]) -> list[Conclusion]:
    return [one.conclusion for one in findings if one.conclusion]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([FOUND], [], id="it is known"),
        pytest.param([FOUND, FOUND], [], id="they agree"),
        pytest.param([DEAD, DEAD], [("resolver-answers", "consistent")], id="all dead"),
        pytest.param([ABSENT, ABSENT], [("look-name-up-here", "consistent")], id="no such name"),
        pytest.param([FOUND, ABSENT], [("split-horizon", "proven")], id="only one knows it"),
        pytest.param([FOUND, OTHER], [("split-horizon", "consistent")], id="other addresses"),
        pytest.param([FOUND, DEAD], [("resolver-answers", "open")], id="one is dead"),
        pytest.param([], [], id="no name server"),
    ],
)
def test_answers_come_to_a_cause(answers: list[NameServerAnswer], expected: list[t.Any]) -> None:
    found = conclusions(resolver.findings_of_answers(view(*answers)))
    assert found == [Conclusion(*one) for one in expected]


def test_each_name_server_is_evidence() -> None:
    known, dead, _all = resolver.findings_of_answers(view(FOUND, DEAD))
    assert (known.evidence.fact, known.evidence.value) == ("name server 192.0.2.53", "192.0.2.25")
    assert (dead.evidence.value, dead.evidence.says) == ("no answer", "timed out\\x1b")


FAILURE = Failure("connect", "timeout", "no answer within 3.0 s")


def test_without_dnspython_it_says_that_it_was_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "ask_each", lambda *_given: None)
    monkeypatch.setattr(resolver, "hosts_addresses", lambda _name: [])
    failure = FAILURE._replace(kind="resolve")
    investigation, _network = investigation_of(failure=failure, host=NAME)
    investigation.lookup = ServerLookup()

    with pytest.raises(OSError, match="dnspython is not installed"):
        list(resolver.answers_of_name_servers(investigation))


@contextlib.contextmanager
def listener() -> t.Iterator[int]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield sock.getsockname()[1]


class TestTheExperiment:
    @pytest.fixture(autouse=True)
    def host(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have the name servers say 127.0.0.1, and the hosts file another address."""
        answer = NameServerAnswer("192.0.2.53", "found", ("127.0.0.1",))
        monkeypatch.setattr(resolver, "name_servers", lambda: ["192.0.2.53"])
        monkeypatch.setattr(resolver, "ask_each", lambda *_arguments: [answer])
        monkeypatch.setattr(resolver, "hosts_addresses", lambda _name: ["192.0.2.1"])

    def findings(self, port: int, used: str, failure: Failure = FAILURE) -> list[Finding]:
        investigation, _network = investigation_of(failure=failure, host=NAME, port=port)
        address = Address(socket.AF_INET, (used, port))
        investigation.lookup = investigation.lookup.at(address)
        return list(resolver.answers_of_name_servers(investigation))

    def test_an_entry_that_is_dead_beside_a_good_address_is_proven(self) -> None:
        with listener() as port:
            found = conclusions(self.findings(port, "192.0.2.1"))
        assert found == [
            Conclusion("hosts-file-entry", "consistent"),
            Conclusion("hosts-file-entry", "proven"),
        ]

    def test_without_an_entry_it_is_the_name_server(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(resolver, "hosts_addresses", lambda _name: [])
        with listener() as port:
            found = conclusions(self.findings(port, "192.0.2.1"))
        assert found == [Conclusion("split-horizon", "proven")]

    def test_an_address_that_is_no_better_proves_nothing(self) -> None:
        found = conclusions(self.findings(1, "192.0.2.1"))
        assert Conclusion("hosts-file-entry", "proven") not in found

    def test_a_server_that_says_421_gets_no_connection(self) -> None:
        with listener() as port:
            investigation, _network = investigation_of(failure=FAILURE, host=NAME, port=port)
            address = Address(socket.AF_INET, ("192.0.2.1", port))
            investigation.lookup = investigation.lookup.at(address)
            investigation.note_codes([421])
            with pytest.raises(OutOfBudget, match="421"):
                list(resolver.answers_of_name_servers(investigation))

    def test_addresses_that_agree_are_not_tried(self) -> None:
        assert conclusions(self.findings(1, "127.0.0.1")) == []

    def test_a_name_that_does_not_resolve_has_no_address_to_compare(self) -> None:
        failure = Failure("connect", "resolve", "no such name")
        investigation, _network = investigation_of(failure=failure, host=NAME)
        investigation.lookup = investigation.lookup._replace(addresses=())
        assert list(resolver.answers_of_name_servers(investigation))

    def test_a_name_with_addresses_of_the_other_family_alone(self) -> None:
        failure = Failure("connect", "resolve", "No address associated with hostname")
        investigation, _network = investigation_of(
            failure=failure, host=NAME, address_family="ipv6"
        )
        investigation.lookup = investigation.lookup._replace(addresses=())
        findings = list(resolver.answers_of_name_servers(investigation))
        assert findings[-1].evidence.value == "127.0.0.1"
        assert findings[-1].conclusion == Conclusion("address-of-family", "consistent")
        assert "split-horizon" in findings[-1].excludes

    @pytest.mark.parametrize(
        ("exchangers", "expected"),
        [
            pytest.param(["mx1.example.org"], "mail-domain-as-host", id="a mail domain"),
            pytest.param([""], "look-name-up-here", id="a null MX"),
            pytest.param([], "look-name-up-here", id="nothing"),
        ],
    )
    def test_a_mail_domain_has_exchangers_and_no_address(
        self, monkeypatch: pytest.MonkeyPatch, exchangers: list[str], expected: str
    ) -> None:
        class Dns:
            def __init__(self, _budget: object) -> None:
                pass

            def exchangers(self, _name: str) -> list[str]:
                return exchangers

        monkeypatch.setattr(resolver, "DomainLookup", Dns)
        monkeypatch.setattr(resolver, "ask_each", lambda *_arguments: [ABSENT])
        failure = Failure("connect", "resolve", "No address associated with hostname")
        investigation, _network = investigation_of(failure=failure, host="example.org")
        investigation.lookup = investigation.lookup._replace(addresses=())
        findings = list(resolver.answers_of_name_servers(investigation))
        excluded = {cause for finding in findings for cause in finding.excludes}
        causes = [one.cause for one in conclusions(findings) if one.cause not in excluded]
        assert causes == [expected]

    def test_an_address_is_not_looked_up(self) -> None:
        investigation, _network = investigation_of(failure=FAILURE, host="127.0.0.1")
        assert list(resolver.answers_of_name_servers(investigation)) == []
