# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A target inherits the options of the task that it does not set itself."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.argument_spec import HIDDEN
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.targets import (
    Target,
    targets_from,
)
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS

# A target without options, as Ansible passes it to the module.
NOTHING: dict[str, t.Any] = {
    "name": None,
    **{name: None for name in DEFAULTS if name not in ("targets", "concurrency", "per_server")},
}


def planned(*targets: dict[str, t.Any], **options: t.Any) -> list[Target]:
    given = [{**NOTHING, **target} for target in targets]
    return targets_from({**DEFAULTS, "host": None, "targets": given, **options})


def refusal(*targets: dict[str, t.Any], **options: t.Any) -> str:
    with pytest.raises(BadOption) as error:
        planned(*targets, **options)
    return str(error.value)


def test_without_targets_the_task_is_the_only_one() -> None:
    (target,) = targets_from({**DEFAULTS, "host": "mx.example.org", "port": 2525})
    assert target.plan.endpoint.title == "mx.example.org port 2525"
    assert target.item == {"host": "mx.example.org"}


def test_a_target_inherits_the_options_of_the_task() -> None:
    first, second = planned(
        {"host": "a.example.org"},
        {"host": "b.example.org", "port": 587, "mail_from": ""},
        port=2525,
        mail_from="ann@example.com",
        rcpt_to=["bob@example.net"],
    )
    assert (first.plan.endpoint.port, first.plan.envelope.mail_from) == (2525, "ann@example.com")
    assert (second.plan.endpoint.port, second.plan.envelope.mail_from) == (587, "")
    assert second.plan.envelope.rcpt_to == ("bob@example.net",)


def test_the_task_may_name_the_server_of_several_targets() -> None:
    targets = planned({"port": 25}, {"port": 587}, host="mx.example.org")
    assert [target.plan.endpoint.title for target in targets] == [
        "mx.example.org port 25",
        "mx.example.org port 587",
    ]


@pytest.mark.parametrize(
    "own", [{"host": "b.example.org"}, {"socket": "/run/lmtp"}, {"mx": "example.org"}]
)
@pytest.mark.parametrize("task_option", ["host", "socket", "mx"])
def test_a_target_that_names_its_server_has_none_from_the_task(
    own: dict[str, t.Any], task_option: str
) -> None:
    (target,) = planned(own, **{task_option: "a.example.org", "protocol": "lmtp", "port": 24})
    assert (target.plan.endpoint.socket or target.plan.endpoint.host) in own.values()
    assert target.mx == own.get("mx")


def test_the_item_of_a_target_has_no_password() -> None:
    given = {
        "name": "submission",
        "host": "mx.example.org",
        "login_user": "ann",
        "login_password": "correct horse",
    }
    (target,) = planned(
        {**given, "message": {"subject": "Hi", "body": None}, "rcpt_to": ["b@c"]}, mail_from="a@b"
    )
    assert target.item == {
        **given,
        "login_password": HIDDEN,
        "message": {"subject": "Hi"},
        "rcpt_to": ["b@c"],
    }
    assert target.plan.login is not None
    assert target.plan.login.password == "correct horse"


def test_a_bad_option_is_named_with_its_target() -> None:
    good = {"host": "a.example.org"}
    assert refusal(good, {"host": "b", "port": 0}).startswith("targets[1].port must be")
    assert refusal({**good, "name": "relay", "rcpt_to": ["b@c"]}).startswith(
        "targets[0] (relay).mail_from is required with rcpt_to"
    )
    assert refusal({"port": 25}).startswith(
        "targets[0].host: exactly one of host, socket and mx is required"
    )


def test_a_domain_is_checked_as_a_host_is() -> None:
    assert refusal({"mx": "ex ample.org"}).startswith("targets[0].mx: ")
    assert refusal({"mx": "example.org", "host": "a"}) == (
        "targets[0].mx cannot be used together with host or socket"
    )


def test_an_empty_list_of_targets_is_refused() -> None:
    assert refusal() == "targets is empty; name a target, or omit the option"


@pytest.mark.parametrize("option", ["concurrency", "per_server"])
@pytest.mark.parametrize("number", [0, -1, 501])
def test_a_wrong_number_of_dialogues_at_once_is_refused(option: str, number: int) -> None:
    assert refusal({"host": "a"}, **{option: number}).startswith(f"{option} must be between")
