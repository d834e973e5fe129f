# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several hosts tell an open relay from a server that trusts one of them."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.audits import Audit
from ansible_collections.mailops.smtp.tests.unit.audit_reports import audit, report_of


def relays(host: str, measured: str = "relays", **changes: str) -> Audit:
    return audit(host, measured=measured, **changes)


def says(*audits: Audit) -> list[tuple[str, str]]:
    return [(one.what, one.says) for one in report_of(*audits).statements]


def test_two_strangers_that_differ_show_that_one_of_them_is_trusted() -> None:
    ((what, text),) = says(relays("web1"), audit("web2"))

    assert what == "contradiction"
    assert text.startswith(
        "it relays for web1 and not for web2, all said to be untrusted: it trust"
    )


def test_two_strangers_for_whom_it_relays_agree() -> None:
    assert says(relays("web1"), relays("web2")) == [
        ("agreement", "2 hosts said to be untrusted agree that it relays for them: web1, web2")
    ]


def test_two_strangers_that_are_refused_agree() -> None:
    ((what, text),) = says(audit("web1"), audit("web2"))

    assert (what, "agree that it does not relay for them: web1, web2" in text) == (
        "agreement",
        True,
    )


def test_one_stranger_alone_cannot_tell_an_open_relay_from_trust() -> None:
    ((what, text),) = says(relays("web1"), audit("app1", claimed="trusted", measured="relays"))

    assert (what, text.endswith("audit from a second untrusted host, too")) == ("alone", True)


def test_that_only_own_senders_may_is_said() -> None:
    ((_what, text),) = says(
        relays("web1", "relays for own senders"), relays("web2", "relays for own senders")
    )

    assert "agree that it relays mail from its own domain for them" in text


def test_one_refused_stranger_and_a_trusted_host_need_no_words() -> None:
    assert says(audit("web1"), audit("app1", claimed="trusted", measured="relays")) == []


def test_a_trusted_host_that_is_refused_is_told() -> None:
    ((what, text),) = says(audit("app1", claimed="trusted"))

    assert (what, text[:33]) == ("contradiction", "it does not relay for app1, said ")


def test_a_check_that_differs_within_a_vantage_is_told() -> None:
    found = report_of(audit("web1", relay_17="finding"), audit("web2"), audit("web3")).statements

    assert found[-1].check == "relay-17"
    assert found[-1].says == "a finding from web1 and sound from web2, web3, all untrusted"


@pytest.mark.parametrize("verdict", ["undecided", "not_applicable", "finding"])
def test_a_check_that_does_not_contradict_another_is_not_told(verdict: str) -> None:
    found = report_of(audit("web1", relay_17="finding"), audit("web2", relay_17=verdict)).statements

    assert [one.check for one in found] == [""]


def test_many_hosts_are_counted() -> None:
    ((_what, text),) = says(*[relays(f"web{number}") for number in range(9)])

    assert text.endswith("web0, web1, web2, web3, web4 and 4 more")
