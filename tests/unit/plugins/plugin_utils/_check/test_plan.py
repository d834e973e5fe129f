# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the role become options of the module, or are refused by name."""

from __future__ import annotations

import datetime
import re
import typing as t

import pytest
from ansible.errors import AnsibleUndefinedVariable
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import (
    BadVariable,
    HostPlan,
    check_receipt,
    check_server_logs,
    in_terms_of_role,
    may_send,
    only_in_options,
    own_options,
    plan_of,
    planned_as_given,
    receipt_in_terms_of_role,
    unused_options,
)

DATE = datetime.date(2026, 1, 31)
KNOWN = ["host", "port", "tls", "mail_from", "rcpt_to", "message", "timeout", "login_user"]


def planned(servers: t.Any, options: t.Any = None, **variables: t.Any) -> HostPlan:
    """Return the plan of a host."""
    return plan_of(servers, variables, options or {}, KNOWN)


def refusal(servers: t.Any = "relay", options: t.Any = None, **variables: t.Any) -> str:
    with pytest.raises(BadVariable) as error:
        planned(servers, options, **variables)
    return str(error.value)


@pytest.mark.parametrize(
    ("servers", "targets"),
    [
        ("relay1, relay2:587,", [{"host": "relay1"}, {"host": "relay2", "port": 587}]),
        (["[2001:db8::1]:25"], [{"host": "2001:db8::1", "port": 25}]),
        ("smtps://relay", [{"host": "relay", "tls": "implicit"}]),
        ('[{"host": "relay", "port": 26}]', [{"host": "relay", "port": 26}]),
        ('["relay"]', [{"host": "relay"}]),
        ("[relay1, relay2:587]", [{"host": "relay1"}, {"host": "relay2", "port": 587}]),
        ("[::1]", [{"host": "::1"}]),
        ("[::1]:25,relay", [{"host": "::1", "port": 25}, {"host": "relay"}]),
        ("relay1\nrelay2\n", [{"host": "relay1"}, {"host": "relay2"}]),
        ([{"host": "relay:587", "name": "a"}], [{"host": "relay", "port": 587, "name": "a"}]),
        ([{"host": "relay:587", "port": "587"}], [{"host": "relay", "port": 587}]),
        ([{"mx": "example.com"}], [{"mx": "example.com"}]),
        (["lmtp:/run/lmtp"], [{"socket": "/run/lmtp", "protocol": "lmtp"}]),
    ],
)
def test_servers_may_be_written_as_people_write_them(servers: t.Any, targets: t.Any) -> None:
    plan = planned(servers)
    assert plan.options == {"targets": targets}
    assert [one.get("host") for one in plan.planned] == [one.get("host") for one in targets]


def test_a_server_wins_over_a_variable_and_null_is_the_modules_default() -> None:
    plan = planned(
        ["relay:587", {"host": "b", "port": 26}, {"host": "c", "tls": None}],
        {"timeout": 3},
        port=25,
        tls="required",
    )
    assert plan.options["targets"] == [
        {"timeout": 3, "port": 587, "tls": "required", "host": "relay"},
        {"timeout": 3, "port": 26, "tls": "required", "host": "b"},
        {"timeout": 3, "port": 25, "host": "c"},
    ]


def test_a_message_may_be_json_as_it_comes_from_the_command_line() -> None:
    plan = planned("relay", message='{"subject": "Hi"}')
    assert plan.options["targets"] == [{"host": "relay", "message": {"subject": "Hi"}}]


def test_options_of_the_task_are_not_options_of_a_target() -> None:
    plan = planned("relay", {"concurrency": 3, "per_server": 1})
    assert plan.options == {"concurrency": 3, "per_server": 1, "targets": [{"host": "relay"}]}


def test_servers_are_identified_even_if_some_options_are_wrong() -> None:
    servers = ["relay:smtp", {"port": 25, "login_password": "S3cret"}, {"host": "a", "tls": None}]
    assert planned_as_given(servers, {"port": 26, "helo": "x"}) == [
        {"host": "relay:smtp", "port": 26},
        {"port": 25},
        {"host": "a", "port": 26},
    ]
    assert planned_as_given({"host": "x"}, {}) == []


@pytest.mark.parametrize(
    "server",
    [
        "smtp://ann:S3cret@relay",
        "ann:S3cret@relay:25",
        "host=relay login_password=S3cret",
        {"host": "smtps://ann:S3cret@relay", "port": 25},
    ],
)
def test_a_server_with_an_account_in_it_is_not_shown(server: t.Any) -> None:
    (shown,) = planned_as_given([server], {})
    assert shown["host"] == "(not shown)"


def test_a_domain_with_an_account_in_it_is_not_shown() -> None:
    assert planned([{"mx": "ann:S3cret@example.com"}]).planned == [{"mx": "(not shown)"}]
    assert planned([{"mx": "example.com"}]).planned == [{"mx": "example.com"}]


def test_the_plan_of_a_target_has_no_password() -> None:
    plan = planned([{"host": "relay", "name": "a", "login_password": "S3cret"}])
    assert plan.planned == [{"name": "a", "host": "relay"}]


@pytest.mark.parametrize(
    ("servers", "words"),
    [
        ({"host": "x"}, "smtp_check_servers must be a list, not a dictionary"),
        (5, "smtp_check_servers must be a list of servers"),
        (None, "smtp_check_servers is not set; name a server, as in -e smtp_check_servers=relay."),
        ([], "smtp_check_servers is empty"),
        (" , ", "smtp_check_servers is empty"),
        ('[{"host"', "smtp_check_servers begins like JSON"),
        ([["relay"]], "smtp_check_servers[0] must be a server such as relay:587"),
        (["relay:smtp"], "smtp_check_servers[0] has no port"),
        ([{"relay.example.com": 587}], "smtp_check_servers[0] is a dictionary, because no port"),
        ([{"host": "relay:0"}], "smtp_check_servers[0].host has no port"),
        ([{"host": "relay:25", "port": 26}], "smtp_check_servers[0].port contradicts the host"),
        (["smtp://ann:S3cret@relay"], "smtp_check_servers[0] contains a user"),
        ([{"host": "a", "helo": DATE}], "smtp_check_servers[0].helo must be a text, not a date"),
    ],
)
def test_a_wrong_server_is_named_by_its_variable(servers: t.Any, words: str) -> None:
    told = refusal(servers)
    assert words in told
    assert "S3cret" not in told


@pytest.mark.parametrize(
    ("options", "variables", "words"),
    [
        (
            {"tmeout": 3},
            {},
            "smtp_check_options.tmeout is not an option; did you mean timeout?",
        ),
        (
            {"login_password:S3cret": None},
            {},
            "smtp_check_options.login_password is not an option",
        ),
        (
            {"host": "a"},
            {},
            "smtp_check_options.host has no effect; name the servers in smtp_check_s",
        ),
        ([], {}, "smtp_check_options must be a dictionary"),
        ({}, {"message": "{x"}, "smtp_check_message must be a dictionary"),
        ({}, {"message": True}, "smtp_check_message must be a dictionary"),
        (
            {},
            {"message": {"subjet": "x"}},
            "smtp_check_message.subjet is not an option; did you mean subject?",
        ),
        ({}, {"message": {"body": DATE}}, "smtp_check_message.body must be a text, not a date"),
        ({"xclient": {"NAME": DATE}}, {}, "smtp_check_options.xclient.NAME must be a text, not"),
    ],
)
def test_options_and_message_are_checked_by_name(
    options: t.Any, variables: dict[str, t.Any], words: str
) -> None:
    if options == []:
        with pytest.raises(BadVariable, match=words):
            plan_of("relay", variables, [], KNOWN)
    else:
        assert words in refusal("relay", options, **variables)


def test_a_variable_overrides_an_option_with_a_warning() -> None:
    variables, options = {"tls": "required", "port": 25}, {"tls": "never", "port": 25}
    plan = planned("relay", options, **variables)
    assert plan.options["targets"] == [{"tls": "required", "port": 25, "host": "relay"}]
    (told,) = unused_options(variables, options)
    assert told.startswith("smtp_check_options.tls is not used, because smtp_check_tls is set")


class TestReceipt:
    def test_messages_can_be_looked_for_only_if_some_are_sent(self) -> None:
        check_receipt({"path": "/m"}, planned("relay", message={}))
        check_receipt({"path": "/m"}, planned(["a", {"host": "b", "message": {}}]))
        check_receipt({}, planned("relay"))

    @pytest.mark.parametrize(
        ("known", "sends"),
        [
            ({"smtp_check_message": {}}, True),
            ({"smtp_check_servers": "{{ relays | map('combine', {'message': {}}) }}"}, True),
            ({"smtp_check_options": {"message": {}}}, True),
            ({"smtp_check_message": None, "smtp_check_servers": ["relay"]}, False),
            ({}, False),
        ],
    )
    def test_another_host_may_send_the_messages(self, known: dict[str, t.Any], sends: bool) -> None:
        assert may_send(known) is sends
        if sends:
            check_receipt({"path": "/m"}, planned("relay"), sends)

    @pytest.mark.parametrize(
        ("receipt", "words"),
        [
            ({"path": "/m"}, "looks for messages, but no message is sent; set smtp_check_message"),
            (
                {"pth": "/m"},
                "smtp_check_receipt.pth is not an option; did you mean path?",
            ),
            ({"tokens": []}, "smtp_check_receipt.tokens is not an option; the options are delay, "),
            (
                '{"path": "/m"}',
                (
                    "smtp_check_receipt must be a dictionary; after -e, write all of it as JSON:"
                    """ -e '{"smtp_check_receipt": {...}}'"""
                ),
            ),
        ],
    )
    def test_wrong_options_of_the_receipt_are_named(self, receipt: t.Any, words: str) -> None:
        with pytest.raises(BadVariable) as error:
            check_receipt(receipt, planned("relay"))
        assert words in str(error.value)


@pytest.mark.parametrize(
    ("message", "servers", "told"),
    [
        (
            "targets[0].login_password is required with login_user",
            ["relay"],
            "smtp_check_login_password is required with smtp_check_login_user",
        ),
        (
            "targets[1] (good).login_password is required with login_user",
            ["relay", {"host": "b", "login_user": "ann"}],
            "smtp_check_servers[1] (good).login_password is required with login_user",
        ),
        (
            "targets[0].mail_from is required with rcpt_to; write '' for the null sender",
            ["relay"],
            (
                "smtp_check_mail_from is required with smtp_check_rcpt_to;"
                " write '' for the null sender"
            ),
        ),
        (
            "targets[0].message.src: cannot read /x on this host",
            ["relay"],
            "smtp_check_message.src: cannot read /x on this host",
        ),
        (
            "targets[0].timeout must be a number",
            ["relay"],
            "smtp_check_options.timeout must be a number",
        ),
        (
            "targets[0].port must be between 1 and 65535, not 0",
            [{"host": "a", "port": 0}],
            "smtp_check_servers[0].port must be between 1 and 65535, not 0",
        ),
        (
            "targets[0] (a).host: exactly one of host, socket and mx is required",
            [{"name": "a"}],
            "smtp_check_servers[0] (a).host: exactly one of host, socket and mx is required",
        ),
        ("concurrency: 0 is not", ["a"], "smtp_check_options.concurrency: 0 is not"),
        ("targets[7].port: x", ["a"], "targets[7].port: x"),
        ("the connection was lost", ["a"], "the connection was lost"),
    ],
)
def test_a_message_of_the_module_names_the_variable_of_the_role(
    message: str, servers: t.Any, told: str
) -> None:
    assert in_terms_of_role(message, servers) == told


def test_an_option_that_stands_among_other_options_is_looked_for_there() -> None:
    options, own = {"mail_from": "a", "helo": "b", "tls": None}, {"helo": "c", "rcpt_to": None}
    in_options = only_in_options(options, own)

    def told(problem: str) -> str:
        return in_terms_of_role(f"targets[0].{problem}", ["relay"], in_options)

    assert told("mail_from is a") == "smtp_check_options.mail_from is a"
    assert told("helo is c") == "smtp_check_helo is c"
    assert told("rcpt_to is required with mail_from") == (
        "smtp_check_rcpt_to is required with smtp_check_options.mail_from"
    )


def test_a_message_of_mail_receipt_names_the_variable_of_the_role() -> None:
    told = receipt_in_terms_of_role("imap.hots: there is no such option")
    assert told == "smtp_check_receipt.imap.hots: there is no such option"
    assert receipt_in_terms_of_role("MODULE FAILURE") == "MODULE FAILURE"
    of_ansible = "argument 'timeout' is of type str and we were unable to convert to float"
    assert receipt_in_terms_of_role(of_ansible) == f"smtp_check_receipt.timeout: {of_ansible}"


def test_only_variables_that_are_set_become_options_and_each_is_templated() -> None:
    variables = {"smtp_check_port": "25", "smtp_check_login_user": None, "smtp_check_servers": "a"}
    assert own_options(variables, lambda value: value and f"templated {value}") == {
        "port": "templated 25",
        "login_user": None,
    }


def test_a_variable_with_an_undefined_one_is_named() -> None:
    def template(value: t.Any) -> t.Any:
        raise AnsibleUndefinedVariable(f"{value} is undefined")

    with pytest.raises(BadVariable, match=r"^smtp_check_helo: 'nope' is undefined$"):
        own_options({"smtp_check_helo": "'nope'"}, template)


@pytest.mark.parametrize("logs", [{}, {"relay": "relay1"}, {"relay:25": "relay1", "mx": "web1"}])
def test_logs_are_on_hosts_of_the_inventory(logs: dict[str, str]) -> None:
    check_server_logs(logs, ["web1", "relay1"])


@pytest.mark.parametrize(
    ("logs", "words"),
    [
        (["relay"], "smtp_check_server_logs must be a dictionary; after -e"),
        ({"relay": "rela1"}, "names rela1, which is not in the inventory; did you mean relay1?"),
        ({"relay": ["relay1"]}, "smtp_check_server_logs[relay] must be the name of a host"),
    ],
)
def test_a_log_elsewhere_is_refused(logs: t.Any, words: str) -> None:
    with pytest.raises(BadVariable, match=re.escape(words)):
        check_server_logs(logs, ["web1", "relay1"])
