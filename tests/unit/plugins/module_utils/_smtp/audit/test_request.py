# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of an audit."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.request import (
    NOT_USED,
    OWN_OPTIONS,
    Request,
    argument_spec,
    request_from,
)
from ansible_collections.mailops.smtp.tests.unit.audits import RELAY
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS

OPTIONS: dict[str, t.Any] = {
    **{name: value for name, value in DEFAULTS.items() if name in argument_spec()},
    **{name: one.get("default") for name, one in OWN_OPTIONS.items()},
    "host": "mx.example.com",
    "own_domain": "example.com",
    "user": "ann",
    "other_domain": "example.net",
    "definitions": [RELAY],
}


def request(check_mode: bool = False, **options: t.Any) -> Request:
    """Return the request of some options."""
    return request_from({**OPTIONS, **options}, check_mode)


def test_a_request_has_the_server_the_checks_and_the_variables() -> None:
    found = request(host="mx.example.com:587")

    assert (found.plan.endpoint.host, found.plan.endpoint.port) == ("mx.example.com", 587)
    assert [check.id for check in found.checks] == ["relay-02"]
    assert (found.claimed, found.max_risk, found.connections) == ("untrusted", 0, 40)
    assert found.plan.envelope.message is None


def test_local_parts_get_their_domain_and_strangers_a_name() -> None:
    assert request().variables == {
        "own_domain": "example.com",
        "user": "ann@example.com",
        "user_local": "ann",
        "second_user": None,
        "other_domain": "example.net",
        "other_user": "smtp-audit-recipient@example.net",
        "other_local": "smtp-audit-recipient",
        "stranger": "smtp-audit-sender@example.net",
        "null_mx_domain": None,
        "spf_domain": None,
        "dmarc_domain": None,
        "wanted_size": None,
        "client_cert": None,
    }


def test_what_is_not_known_stays_unknown() -> None:
    variables = request(own_domain=None, user=None, other_domain=None).variables

    assert set(variables.values()) == {None}


def test_check_mode_takes_no_risk() -> None:
    assert request(max_risk=2).max_risk == 2
    assert request(check_mode=True, max_risk=2).max_risk == 0


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"host": ""}, "host"),
        ({"port": 99999}, "port"),
        ({"own_domain": "ann@example.com"}, "own_domain must be a domain, such as example.com"),
        ({"own_domain": "a\r\nb"}, "own_domain"),
        ({"own_domain": "https://example.com"}, "own_domain must be a domain, such as example.com"),
        ({"own_domain": "example..com"}, "own_domain must be a domain, such as example.com"),
        ({"own_domain": "192.0.2.1"}, "own_domain must be a domain, such as example.com"),
        ({"own_domain": "."}, "own_domain must be a domain, such as example.com"),
        (
            {"other_domain": "EXAMPLE.com."},
            "other_domain must be a domain that the server does not",
        ),
        ({"user": "ann@example.org"}, "user must be an address of example.com"),
        ({"user": "ann lee"}, "user must be a mail address, such as ann@example.com"),
        ({"user": "a\nb"}, "user"),
        ({"wanted_size": 0}, "wanted_size must be a number of bytes, not 0"),
        ({"second_user": "x", "own_domain": None, "user": None}, "second_user must be a mail addr"),
        ({"stranger": "ann@a..b.com", "other_domain": None}, "stranger must be a mail address"),
        ({"stranger": f"ann@{'x' * 64}.com", "other_domain": None}, "stranger must be a mail addr"),
        ({"stranger": "eve@example.com"}, "stranger must be an address of example.net"),
        ({"connections": 41}, "connections must be between 1 and 40, not 41"),
        ({"audit_deadline": 0.0}, "audit_deadline must be more than 0"),
        ({"definitions": []}, "definitions is empty"),
        (
            {"definitions": [RELAY, RELAY]},
            "definitions[1] has the id of an earlier check, relay-02",
        ),
        ({"definitions": [{**RELAY, "id": None}]}, "definitions[0]: id is missing"),
        ({"definitions": [{**RELAY, "steps": ["DATA"]}]}, "no message is sent at risk 0"),
        ({"definitions": [RELAY] * 1001}, "definitions has more than 1000 checks"),
        ({"login_user": "ann"}, "login_password is required with login_user"),
        ({"sends_from": ["relay"]}, "sends_from must be a list of IP addresses"),
        ({"sends_from": ["192.0.2.1"] * 7}, "sends_from must have at most 6 items"),
        ({"dnsbl": ["https://bl.example.org"]}, "dnsbl must be a list of domains"),
        ({"dnsbl": ["bl"]}, "dnsbl must be a list of domains"),
        ({"dns_view": "a\nb"}, "dns_view must be a name of at most 60 characters"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(BadOption) as error:
        request(**options)

    assert problem in str(error.value)


def test_options_of_other_dialogues_are_no_options_of_an_audit() -> None:
    assert not set(NOT_USED) & set(argument_spec())
    assert "targets" not in argument_spec()


def test_the_checks_of_the_dns_have_options_of_their_own() -> None:
    dns = request(sends_from=["192.0.2.1", "2001:db8::1"], dnsbl=["BL.example.org"]).dns

    assert dns == ("relay", ("192.0.2.1", "2001:db8::1"), ("bl.example.org",), "")
    assert request(profile="mx", dns_view="inside").dns == ("mx", (), (), "inside")


def test_a_domain_is_named_as_in_smtp() -> None:
    variables = request(own_domain="bücher.example.", user="ann@bücher.example").variables

    assert variables["own_domain"] == "xn--bcher-kva.example"
    assert variables["user"] == "ann@xn--bcher-kva.example"
