# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A target inherits the options of the task that it does not set itself."""

from __future__ import annotations

import datetime
import sys
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.argument_spec import HIDDEN
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption, HostLacks
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    dialogue_spec,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.target_types import (
    TargetTypes,
)
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


def test_what_targets_take_from_the_task_is_read_once_and_never_taken_from_another_target() -> None:
    login = {"login_user": "ann", "login_password": "secret"}
    first, own, last = planned(
        {"host": "a.example.org"},
        {"host": "b.example.org", "timeout": 5.0, **login},
        {"host": "c.example.org"},
        timeout=7.0,
        expect={"greeting": ["220"]},
    )
    assert [one.plan.limits.timeout for one in (first, own, last)] == [7.0, 5.0, 7.0]
    assert [one.plan.login is None for one in (first, own, last)] == [True, False, True]
    assert first.plan.expectations is own.plan.expectations is last.plan.expectations
    assert first.plan.expected("greeting")[0].written == "220"


def test_an_option_of_the_task_that_is_wrong_is_no_fault_of_a_target_with_its_own() -> None:
    own = {"host": "a.example.org", "timeout": 5.0}
    assert planned(own, timeout=-1.0)[0].plan.limits.timeout == 5.0
    assert refusal(own, {"host": "b.example.org"}, timeout=-1.0).startswith("targets[1].timeout ")


@pytest.mark.parametrize(
    ("own", "of_task"),
    [
        ({"tls": "implicit"}, {"expect": {"starttls": ["220"]}}),
        ({"forbid_capabilities": ["DSN"]}, {"expect_capabilities": ["DSN"]}),
    ],
)
def test_what_the_task_expects_of_all_targets_may_be_impossible_for_one(
    own: dict[str, t.Any], of_task: dict[str, t.Any]
) -> None:
    one = {"host": "a.example.org"}
    assert len(planned(one, {**one, **own}, **of_task)) == 2
    assert refusal(one, {**one, **own, **of_task}).startswith("targets[1].")
    with pytest.raises(BadOption):
        targets_from({**DEFAULTS, **one, **own, **of_task})


def test_a_contradiction_in_the_task_is_one_for_all_targets() -> None:
    both = {"expect_capabilities": ["DSN"], "forbid_capabilities": ["dsn"]}
    assert "contains dsn" in refusal({"host": "a.example.org"}, **both)


def test_each_plan_knows_the_passwords_of_all_targets_unless_there_are_very_many() -> None:
    def secrets(number: int) -> list[int]:
        logins = [
            {"host": "a.example.org", "login_user": f"ann{one}", "login_password": "secret"}
            for one in range(number)
        ]
        return [len(one.plan.secrets) for one in planned(*logins, {"host": "b.example.org"})]

    assert secrets(0) == [0]
    assert secrets(3) == [3, 3, 3, 3]
    assert secrets(101) == [*[1] * 101, 0]


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
    assert refusal({**good, "name": "x" * 100, "port": 0}).startswith(
        f"targets[0] ({'x' * 60}...).port must be"
    )
    assert refusal({"port": 25}).startswith(
        "targets[0].host: exactly one of host, socket and mx is required"
    )


# What this host lacks

LACKS: tuple[dict[str, t.Any], ...] = (
    {"source_address": "192.0.2.1"},
    {"ca_path": "/nonexistent.pem"},
    {"tls_ciphers": ["CIPHER-OF-TOMORROW"]},
)


@pytest.mark.parametrize("needs", LACKS, ids=lambda needs: next(iter(needs)))
def test_what_this_host_lacks_for_one_of_several_targets_is_its_own_failure(
    needs: dict[str, t.Any],
) -> None:
    (option,) = needs
    good, lacking = planned({"host": "a"}, {"host": "b", **needs})

    assert good.lack is None
    assert isinstance(lacking.lack, HostLacks)
    assert lacking.lack.option == option
    assert lacking.plan.endpoint.title == "b port 25"


@pytest.mark.parametrize("needs", LACKS, ids=lambda needs: next(iter(needs)))
def test_what_this_host_lacks_for_the_only_target_is_an_error_before_it_connects(
    needs: dict[str, t.Any],
) -> None:
    with pytest.raises(HostLacks) as lack:
        targets_from({**DEFAULTS, "host": "a", **needs})
    assert lack.value.option == next(iter(needs))


def test_what_this_host_lacks_makes_no_other_option_wrong() -> None:
    message = {"mail_from": "", "rcpt_to": ["a@b"], "message": {"src": "/nonexistent.eml"}}
    (file,) = planned({"host": "a", **message, "expect": {"message": ["250"]}})
    assert str(file.lack).startswith("message.src: cannot read /nonexistent.eml on this host")


def test_a_python_without_ssl_fails_the_targets_that_need_tls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ssl", None)
    plain, encrypted = planned({"host": "a"}, {"host": "b", "tls": "required"})
    assert plain.lack is None
    assert str(encrypted.lack) == "tls: Python has no ssl module on this host"


def test_what_is_wrong_on_every_host_fails_the_task_whatever_this_host_lacks() -> None:
    lacking = {"host": "a", "ca_path": "/nonexistent.pem"}
    assert refusal({**lacking, "tls": "required", "protocol": "smtp"}) == (
        "targets[0].tls: HELO offers no STARTTLS; use protocol esmtp"
    )


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("relay:0", {}, "targets[0] has no port from 1 to 65535"),
        ("relay", {"tls": "required", "protocol": "smtp"}, "targets[0].tls: HELO offers no"),
        ("lmtp://relay", {}, "targets[0].port is required with protocol lmtp"),
        ("relay", {"stop_after": "auth"}, "targets[0].stop_after: auth is never reached without"),
    ],
)
def test_a_target_that_is_a_text_names_the_option_of_the_task_that_is_wrong(
    text: str, options: dict[str, t.Any], told: str
) -> None:
    with pytest.raises(BadOption) as error:
        targets_from({**DEFAULTS, "host": None, "targets": [text], **options})
    assert str(error.value).startswith(told)


@pytest.mark.parametrize(
    "text",
    ["ex ample.org", "", "a..b", "example.org:25", "smtp://example.org", "a@example.org", "x" * 64],
)
def test_a_domain_stands_alone(text: str) -> None:
    assert refusal({"mx": text}) == (
        "targets[0].mx must be a domain alone, such as example.com, without user@, port or scheme"
    )


@pytest.mark.parametrize("address", ["192.0.2.1", "[2001:db8::1]"])
def test_an_address_has_no_mail_exchangers(address: str) -> None:
    assert refusal({"mx": address}).endswith("; write an IP address in host")


def test_null_is_no_attribute_of_a_client_in_a_target() -> None:
    assert refusal({"host": "a", "xclient": {"NAME": None}}).startswith(
        "targets[0].xclient.NAME must be a text, not null"
    )


def test_a_domain_cannot_be_used_with_a_host() -> None:
    assert refusal({"mx": "example.org", "host": "a"}) == (
        "targets[0].mx cannot be used together with host or socket"
    )


def test_an_empty_list_of_targets_is_refused() -> None:
    assert refusal() == "targets is empty; name a target, or omit the option"


@pytest.mark.parametrize("option", ["concurrency", "per_server"])
@pytest.mark.parametrize("number", [0, -1, 501])
def test_a_wrong_number_of_dialogues_at_once_is_refused(option: str, number: int) -> None:
    assert refusal({"host": "a"}, **{option: number}).startswith(f"{option} must be between")


# Where an option, or a part of one, is a text.
TEXTS: dict[str, t.Callable[[t.Any], dict[str, t.Any]]] = {
    "name": lambda value: {"name": value},
    "host": lambda value: {"host": value},
    "socket": lambda value: {"socket": value},
    "mx": lambda value: {"mx": value},
    "source_address": lambda value: {"source_address": value},
    "helo": lambda value: {"helo": value},
    "proxy.source": lambda value: {"proxy": {"source": value}},
    "xclient.NAME": lambda value: {"xclient": {"NAME": value}},
    "ca_path": lambda value: {"ca_path": value},
    "tls_server_name": lambda value: {"tls_server_name": value},
    "tls_ciphers[0]": lambda value: {"tls_ciphers": [value]},
    "login_user": lambda value: {"login_user": value},
    "login_password": lambda value: {"login_password": value},
    "mail_from": lambda value: {"mail_from": value},
    "mail_parameters[0]": lambda value: {"mail_parameters": [value]},
    "rcpt_to[1]": lambda value: {"rcpt_to": ["ann@example.com", value]},
    "rcpt_parameters[0]": lambda value: {"rcpt_parameters": [value]},
    "message.subject": lambda value: {"message": {"subject": value}},
    "message.body": lambda value: {"message": {"body": value}},
    "message.src": lambda value: {"message": {"src": value}},
    "message.headers.X-Probe": lambda value: {"message": {"headers": {"X-Probe": value}}},
    "expect.rcpt_to[1]": lambda value: {"expect": {"rcpt_to": [550, value]}},
    "expect_capabilities[0]": lambda value: {"expect_capabilities": [value]},
    "forbid_capabilities[0]": lambda value: {"forbid_capabilities": [value]},
}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "true"),
        (1.1, "a decimal number"),  # written as 1.10
        (datetime.date(2026, 1, 31), "a date"),
    ],
)
@pytest.mark.parametrize("option", list(TEXTS))
def test_what_yaml_has_made_of_a_text_is_no_text(option: str, value: t.Any, told: str) -> None:
    types = TargetTypes(dialogue_spec())
    with pytest.raises(BadOption) as error:
        planned(*types.converted([TEXTS[option](value)]), mail_from="", rcpt_to=["bob@example.net"])
    kind = "path" if option in ("socket", "ca_path", "message.src") else "text"
    told = f"targets[0].{option} must be a {kind}, not {told}; write it in quotes"
    assert str(error.value) == told
