# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audits of servers in memory, each a story."""

from __future__ import annotations

import base64
import json
import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Verdict
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.observed import Observed
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.result import result_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.lookup import ServerLookup
from ansible_collections.mailops.smtp.tests.unit.audits import (
    ACCEPTS,
    FROM_OWN,
    HELLO,
    LOCAL,
    NULL_SENDER,
    QUIT,
    REFUSES,
    RELAY,
    RESET,
    TO_OWN,
    TO_RCPT,
    VANTAGE,
    asks_for_tls,
    audit,
    offer_of,
    plan_options,
    verdicts,
)
from ansible_collections.mailops.smtp.tests.unit.memory import HOST, PORT
from ansible_collections.mailops.smtp.tests.unit.tls_answers import alert

FROM_NOBODY = """
C: MAIL FROM:<>
S: 250 2.1.0 Ok
C: RCPT TO:<bob@example.net>"""
REFUSAL = "\nS: 554 5.7.1 Relay access denied"
ACCEPTANCE = "\nS: 250 2.1.5 Ok"
OWN_TAKEN = f"{HELLO}{TO_OWN}{ACCEPTANCE}{QUIT}"
NO_RIGHTS = f"{HELLO}{FROM_OWN}{REFUSAL}{RESET}{REFUSES}{QUIT}"
RIGHTS = f"{HELLO}{FROM_OWN}{ACCEPTANCE}{RESET}{ACCEPTS}{QUIT}"
RIGHTS_OF_OWN_SENDER = f"{HELLO}{FROM_OWN}{ACCEPTANCE}{RESET}{REFUSES}{QUIT}"


def test_a_server_that_takes_its_own_mail_and_no_other_is_sound() -> None:
    script = f"{HELLO}{REFUSES}{RESET}{FROM_NOBODY}{REFUSAL}{RESET}{QUIT}"

    report = audit(NO_RIGHTS, OWN_TAKEN, script, checks=[RELAY, NULL_SENDER, VANTAGE, LOCAL])

    assert verdicts(report) == {
        "relay-02": "sound",
        "relay-01": "sound",
        "ctl-vantage": "sound",
        "ctl-local": "sound",
    }
    assert report.controls.measured == "does not relay"
    assert report.connections == 3
    assert report.results[0].verdict.evidence == (
        "RCPT TO:<bob@example.net>: 554 5.7.1 Relay access denied"
    )


def test_a_server_that_refuses_everything_is_not_sound() -> None:
    scripts = [
        NO_RIGHTS,
        f"{HELLO}{TO_OWN}{REFUSAL}{QUIT}",
        f"{HELLO}{REFUSES}{RESET}{QUIT}",
    ]

    report = audit(*scripts, checks=[VANTAGE, LOCAL, RELAY])

    assert verdicts(report)["ctl-local"] == "finding"
    assert verdicts(report)["relay-02"] == "undecided"
    assert "it is no proof, as ctl-local has not passed" in report.results[2].verdict.evidence


def test_an_open_relay_is_one_finding_and_not_one_for_each_form() -> None:
    script = f"{HELLO}{ACCEPTS}{RESET}{FROM_NOBODY}{ACCEPTANCE}{RESET}{QUIT}"

    report = audit(RIGHTS, OWN_TAKEN, script, checks=[VANTAGE, LOCAL, RELAY, NULL_SENDER])

    assert verdicts(report) == {
        "ctl-vantage": "undecided",
        "ctl-local": "sound",
        "relay-02": "finding",
        "relay-01": "undecided",
    }
    vantage, _local, open_relay, _null = report.results
    assert "it is an open relay, or it trusts the host" in vantage.verdict.evidence
    assert "which one host alone cannot tell from an open relay" in open_relay.verdict.evidence


def test_what_only_a_trick_gets_relayed_is_a_finding_of_its_own() -> None:
    script = f"{HELLO}{REFUSES}{RESET}{FROM_NOBODY}{ACCEPTANCE}{RESET}{QUIT}"

    report = audit(NO_RIGHTS, script, checks=[VANTAGE, RELAY, NULL_SENDER])

    assert verdicts(report)["relay-01"] == "finding"
    assert "unless" not in report.results[2].verdict.evidence


def test_a_refusal_that_a_host_with_relay_rights_sees_says_nothing_of_strangers() -> None:
    report = audit(RIGHTS, f"{HELLO}{REFUSES}{RESET}{QUIT}", checks=[VANTAGE, RELAY])

    assert verdicts(report)["relay-02"] == "undecided"
    assert "as for no stranger" in report.results[1].verdict.evidence


def test_a_server_that_believes_own_senders_is_found_and_its_refusals_stand() -> None:
    own_sender = {
        **RELAY,
        "id": "relay-17",
        "unless": ["relay-02"],
        "steps": [{"hello": True}, "MAIL FROM:<{user}>", "RCPT TO:<{other_user}>"],
    }
    script = f"{HELLO}{REFUSES}{RESET}{FROM_OWN}{ACCEPTANCE}{RESET}{QUIT}"

    report = audit(RIGHTS_OF_OWN_SENDER, script, checks=[VANTAGE, RELAY, own_sender])

    assert verdicts(report) == {"ctl-vantage": "sound", "relay-02": "sound", "relay-17": "finding"}
    assert report.controls.measured == "relays for own senders"


def test_a_check_for_strangers_is_not_made_from_a_trusted_host() -> None:
    report = audit(claimed="trusted")

    assert verdicts(report) == {"relay-02": "not_applicable"}
    assert report.connections == 0


def test_421_ends_the_audit_and_all_else_is_undecided() -> None:
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\nS: 421 4.7.0 too many errors{QUIT}"

    report = audit(script, checks=[RELAY, NULL_SENDER, {**RELAY, "id": "relay-99"}])

    assert set(verdicts(report).values()) == {"undecided"}
    assert report.connections == 1
    assert report.ended_early == "the server replied 421 4.7.0 too many errors"
    assert "421 4.7.0 too many errors" in report.results[2].verdict.evidence


LOGIN: dict[str, t.Any] = {
    "login_user": "ann",
    "login_password": "correct-horse",
    "allow_plaintext_auth": True,
    "auth_mechanism": "PLAIN",
}
PLAIN = base64.b64encode(b"\0ann\0correct-horse").decode()
OFFERS_AUTH = """
S: 220 mx.example.com ESMTP
C: EHLO client.example.org
S: 250-mx.example.com
S: 250 AUTH PLAIN
C: /^AUTH PLAIN /"""


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (f"S: {PLAIN}\nC: QUIT", "undecided"),
        (f"S: 535 5.7.8 not {PLAIN}{QUIT}", "finding"),
        (f"S: 235 Ok\nS: 421 4.7.0 correct-horse or {PLAIN}{QUIT}", "undecided"),
        (f"S: 235 Ok\nC: RSET\nS: 421 {PLAIN}{QUIT}", "undecided"),
        (f"S: 235 Ok\nC: RSET\nS: 554-{PLAIN[:9]}\nS: 554 {PLAIN[9:]}{QUIT}", "finding"),
        (f"S: 235 Ok\nC: RSET\nS: {PLAIN}\nC: QUIT", "undecided"),
    ],
)
def test_a_server_that_repeats_the_password_is_quoted_without_it(answer: str, verdict: str) -> None:
    steps = [{"hello": True}, {"login": True}, {"send": "RSET", "name": "after"}]
    wanted = {"auth": "accepted", "after": "accepted"}
    check = {**RELAY, "id": "own", "from": ["authed"], "steps": steps, "want": wanted}

    report = audit(
        f"{OFFERS_AUTH}\n{answer}",
        checks=[check, {**check, "id": "other"}],
        claimed="authed",
        followed=False,
        **LOGIN,
    )

    assert report.results[0].verdict.name == verdict
    shown = repr(report)
    for secret in ("correct-horse", PLAIN, PLAIN[:9], PLAIN[9:]):
        assert secret not in shown


@pytest.mark.parametrize("words", ["horsemail 7.1", r"horsemail\t7.1"])
def test_a_reply_that_has_the_password_in_it_is_judged_as_it_came(words: str) -> None:
    version = {
        "id": "ban-version",
        "proves": "It does not tell its version.",
        "steps": [],
        "predicates": [{"lacks": {"in": "greeting", "text": r"horsemail\s[0-9]"}}],
    }

    (result,) = audit(
        f"S: 220 mx.example.com {words}{RESET}{QUIT}",
        checks=[version],
        **{**LOGIN, "login_password": "horsemail"},
    ).results

    assert result.verdict.name == "finding"
    assert "horsemail" not in repr(result[1:])
    assert "is not shown" in result.verdict.evidence


HOSTILE = r"S: 220 mx.example.com Exim\t4.94\x1b[2J Postf\xe4cher ##vso[task.complete]"


@pytest.mark.parametrize("login", [{}, LOGIN], ids=["no-login", "login"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (r"Exim\s\d", r"'Exim\t4'"),
        (r"\x1b\[", r"'\x1b['"),
        ("postf\u00e4cher", "'Postf\u00e4cher'"),
        (r"##vso\[", r"'#\x23vso['"),
    ],
)
def test_a_text_that_a_greeting_may_not_have_is_found_as_it_came(
    text: str, says: str, login: dict[str, t.Any]
) -> None:
    version = {
        "id": "ban-version",
        "proves": "It does not tell its version.",
        "steps": [],
        "predicates": [{"lacks": {"in": "greeting", "text": text}}],
    }

    report = audit(f"{HOSTILE}{RESET}{QUIT}", checks=[version], **login)
    shown = result_of(report, plan_from(plan_options()))

    (check,) = shown["checks"]
    assert (check["verdict"], check["evidence"]) == (
        "finding",
        f"the reply to greeting says {says}",
    )
    assert check["reply"]["text"] == (
        r"mx.example.com Exim\t4.94\x1b[2J Postf\xe4cher #\x23vso[task.complete]"
    )
    assert json.dumps(shown, ensure_ascii=False).isprintable()
    assert "##" not in repr(shown)


def test_a_server_of_which_a_refusal_is_expected_is_known_by_its_greeting_as_it_came() -> None:
    check = {
        **RELAY,
        "want": {},
        "predicates": [{"refused_by": {"of": "rcpt", "greeting": r"\.com\sExim\s4"}}],
    }
    hello = HELLO.replace(" ESMTP", r"\tExim\t4")

    report = audit(f"{hello}{ACCEPTS}{RESET}{QUIT}", checks=[check])

    assert verdicts(report) == {"relay-02": "finding"}


def test_a_reply_that_is_wanted_is_judged_as_it_came() -> None:
    refuses = f"{TO_RCPT}\n" + r"S: 554 5.7.1\tRelay\taccess\x1b denied"

    wanted = {"rcpt": r"/^5\.7\.1\sRelay\saccess\x1b denied$/"}
    report = audit(f"{HELLO}{refuses}{RESET}{QUIT}", checks=[{**RELAY, "want": wanted}])

    assert verdicts(report) == {"relay-02": "sound"}
    (check,) = result_of(report, plan_from(plan_options()))["checks"]
    assert check["evidence"].endswith(r"554 5.7.1\tRelay\taccess\x1b denied")
    assert check["reply"]["enhanced_code"] == "5.7.1"


@pytest.mark.parametrize(
    "goodbye", ["C: RSET\nS: 421 4.7.0 enough", "S: 421 4.7.0 enough"], ids=["answer", "unasked"]
)
def test_421_between_two_checks_ends_the_audit_too(goodbye: str) -> None:
    report = audit(f"{HELLO}{REFUSES}\n{goodbye}{QUIT}", checks=[RELAY, NULL_SENDER])

    assert verdicts(report) == {"relay-02": "sound", "relay-01": "undecided"}
    assert report.connections == 1


def test_a_421_that_a_check_wants_does_not_end_the_audit() -> None:
    many = {
        **RELAY,
        "id": "cmd-flood",
        "risk": 2,
        "steps": [{"hello": True}, {"send": "XYZZY", "name": "last"}],
        "want": {"last": ["421", "closed"]},
    }
    script = f"{HELLO}\nC: XYZZY\nS: 421 4.7.0 too many errors{QUIT}"

    report = audit(
        f"{HELLO}{REFUSES}{RESET}{QUIT}",
        script,
        f"{HELLO}{REFUSES}{QUIT}",
        checks=[many, RELAY, {**RELAY, "id": "z", "ports": [25]}],
        limits={"max_risk": 2},
    )

    assert verdicts(report) == {"cmd-flood": "sound", "relay-02": "sound", "z": "sound"}


@pytest.mark.parametrize("ending", ["*: silence\nC: QUIT", "*: close", "*: reset"])
def test_a_server_that_stops_answering_is_never_sound(ending: str) -> None:
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\n{ending}"

    assert verdicts(audit(script)) == {"relay-02": "undecided"}


def test_a_server_that_is_down_is_asked_three_times_and_no_more() -> None:
    checks = [{**RELAY, "id": f"relay-{number}"} for number in range(10, 20)]

    report = audit(checks=checks)

    assert set(verdicts(report).values()) == {"undecided"}
    assert report.connections == 3
    assert report.ended_early is not None
    assert "Connection refused" in report.ended_early


def test_an_endless_reply_costs_one_check_its_verdict() -> None:
    endless = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\n" + "\n".join(["S: 250-x"] * 1100)

    report = audit(
        f"{endless}\nC: QUIT",
        f"{HELLO}{FROM_NOBODY}{REFUSAL}{RESET}{QUIT}",
        checks=[RELAY, NULL_SENDER],
        followed=False,
    )

    assert verdicts(report) == {"relay-02": "undecided", "relay-01": "sound"}


def test_a_drip_is_ended_by_the_deadline() -> None:
    script = "*: drip\n" + "\n".join(["S: 220-welcome to a very slow server"] * 900)

    report = audit(script, deadline=60.0, followed=False, timeout=5.0)

    assert verdicts(report) == {"relay-02": "undecided"}
    assert report.seconds < 61


def test_a_connection_that_others_have_spent_is_not_held_against_a_check() -> None:
    spent = f"{HELLO}{REFUSES}{RESET}\nC: MAIL FROM:<>\n*: close"
    again = f"{HELLO}{FROM_NOBODY}{REFUSAL}{RESET}{QUIT}"

    report = audit(spent, again, checks=[RELAY, NULL_SENDER])

    assert verdicts(report) == {"relay-02": "sound", "relay-01": "sound"}


def test_a_server_that_takes_no_second_ehlo_gets_a_connection_for_each_name() -> None:
    greeting, said = "\nS: 220 mx.example.com ESMTP", "\nC: EHLO {}\nS: 250 mx.example.com"
    checks = [
        {**RELAY, "id": f"helo-{name}", "steps": [{"hello": name}], "want": {"helo": "accepted"}}
        for name in ("foo", "bar")
    ]
    first = f"{greeting}{said.format('foo')}{RESET}\nC: EHLO bar\nS: 503 5.5.1 Already identified"

    report = audit(f"{first}{QUIT}", f"{greeting}{said.format('bar')}{RESET}{QUIT}", checks=checks)

    assert set(verdicts(report).values()) == {"sound"}


def test_a_server_without_rset_gets_a_connection_for_each_check() -> None:
    first = f"{HELLO}{REFUSES}\nC: RSET\nS: 502 what?{QUIT}"

    report = audit(
        first, f"{HELLO}{FROM_NOBODY}{REFUSAL}{RESET}{QUIT}", checks=[RELAY, NULL_SENDER]
    )

    assert set(verdicts(report).values()) == {"sound"}


def test_at_most_three_checks_share_a_connection() -> None:
    checks = [{**RELAY, "id": f"relay-{number}"} for number in range(10, 14)]
    three = f"{HELLO}{(REFUSES + RESET) * 3}{QUIT}"

    report = audit(three, f"{HELLO}{REFUSES}{RESET}{QUIT}", checks=checks)

    assert report.connections == 2
    assert all("S: 220 mx.example.com ESMTP" in one.transcript[2] for one in report.results)
    assert all(sum("554" in line for line in one.transcript) == 1 for one in report.results)


def test_a_long_audit_makes_forty_connections_and_waits_for_them() -> None:
    checks = [
        {**RELAY, "id": f"own-{number}", "steps": ["XYZZY"], "want": {"xyzzy": "refused"}}
        for number in range(45)
    ]
    script = f"S: 220 mx.example.com\nC: XYZZY\nS: 500 what?{QUIT}"

    report = audit(*[script] * 40, checks=checks)

    assert report.connections == 40
    assert 60 <= report.seconds < 61
    assert list(verdicts(report).values()) == ["sound"] * 40 + ["undecided"] * 5
    assert report.results[-1].verdict.evidence == (
        "it was not asked: an audit makes at most 40 connections to a server"
    )


# Several connections of one check


def test_the_worst_of_all_variants_is_the_verdict() -> None:
    check = {
        **RELAY,
        "steps": [{"hello": "{name}"}, "MAIL FROM:<{stranger}>", "RCPT TO:<{other_user}>"],
        "variants": {"name": ["localhost", "mx.{own_domain}"]},
    }
    script = f"""
S: 220 mx.example.com
C: EHLO localhost
S: 250 mx.example.com{ACCEPTS}{RESET}
C: EHLO mx.example.com
S: 250 mx.example.com{REFUSES}{RESET}{QUIT}"""

    report = audit(script, checks=[check])

    (result,) = report.results
    assert result.verdict.name == "finding"
    assert result.verdict.evidence == "name localhost: RCPT TO:<bob@example.net>: 250 2.1.5 Ok"
    assert result.connections == 2
    assert any(line.endswith("*: name localhost") for line in result.transcript)


def test_every_address_is_asked() -> None:
    lookup = ServerLookup(
        (
            Address(socket.AF_INET, (HOST, PORT)),
            Address(socket.AF_INET6, ("2001:db8::1", PORT, 0, 0)),
        )
    )

    report = audit(
        f"{HELLO}{REFUSES}{QUIT}",
        f"{HELLO}{ACCEPTS}{QUIT}",
        checks=[{**RELAY, "every_address": True}],
        lookup=lookup,
    )

    assert report.results[0].verdict.evidence.startswith("2001:db8::1 port 25: RCPT TO")
    assert verdicts(report) == {"relay-02": "finding"}


def test_a_port_where_nothing_listens_is_not_a_fault() -> None:
    report = audit(f"{HELLO}{REFUSES}{QUIT}", checks=[{**RELAY, "ports": [25, 2525, 587, 10025]}])

    assert verdicts(report) == {"relay-02": "sound"}
    assert report.connections == 1
    assert report.ended_early is None


def test_a_second_listener_that_relays_is_a_finding() -> None:
    report = audit(
        f"{HELLO}{REFUSES}{QUIT}",
        f"{HELLO}{ACCEPTS}{QUIT}",
        checks=[{**RELAY, "ports": [25, 2525]}],
    )

    assert report.results[0].verdict.evidence.startswith("port 2525: ")


# What is not asked


def test_a_check_whose_variable_is_not_known_is_not_applicable() -> None:
    report = audit(user={"own_domain": "example.com"})

    assert verdicts(report) == {"relay-02": "not_applicable"}
    assert report.results[0].verdict.evidence == "stranger, other_user is not known"


def test_a_control_of_another_vantage_says_nothing_here() -> None:
    trusted = {**LOCAL, "id": "ctl-trusted", "from": ["trusted"]}

    report = audit(f"{HELLO}{REFUSES}{RESET}{QUIT}", checks=[trusted, RELAY])

    assert verdicts(report) == {"ctl-trusted": "not_applicable", "relay-02": "sound"}
    assert report.controls.failed == {}


def test_a_control_that_could_not_be_made_has_not_passed() -> None:
    user = {"stranger": "eve@example.net", "other_user": "bob@example.net"}

    report = audit(f"{HELLO}{REFUSES}{RESET}{QUIT}", checks=[LOCAL, RELAY], user=user)

    assert verdicts(report) == {"ctl-local": "not_applicable", "relay-02": "undecided"}


def test_a_risk_that_is_not_allowed_is_not_taken() -> None:
    report = audit(checks=[{**RELAY, "risk": 1}])

    assert verdicts(report) == {"relay-02": "not_applicable"}
    assert report.results[0].verdict.evidence == "its risk is 1, and max_risk is 0"


def test_a_message_can_be_found_again_by_its_token() -> None:
    check = {
        **RELAY,
        "risk": 1,
        "steps": [
            *RELAY["steps"],
            "DATA",
            {"bytes": r"X-SMTP-Handshake-Token: {token}\r\n\r\n.\r\n", "name": "message"},
        ],
        "want": {"rcpt": "refused"},
    }
    script = f"{HELLO}{ACCEPTS}\nC: DATA\nS: 354 go\nC: (message)\nS: 250 queued{QUIT}"

    report = audit(script, checks=[check], limits={"max_risk": 1})

    (result,) = report.results
    assert result.token is not None
    assert any(result.token in line for line in result.transcript)


# Connections of their own


def test_the_only_address_of_a_server_needs_no_connection_of_its_own() -> None:
    everywhere = {**RELAY, "id": "relay-23", "every_address": True}

    report = audit(f"{HELLO}{(REFUSES + RESET) * 2}{QUIT}", checks=[RELAY, everywhere])

    assert verdicts(report) == {"relay-02": "sound", "relay-23": "sound"}


def test_an_exception_costs_one_check_its_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit import auditor

    def fail(*_arguments: object) -> t.NoReturn:
        raise RuntimeError("this was not foreseen")

    monkeypatch.setattr(auditor, "judge", fail)

    report = audit(f"{HELLO}{REFUSES}{QUIT}")

    assert report.results[0].verdict.name == "undecided"
    assert "RuntimeError: this was not foreseen" in report.results[0].verdict.evidence


@pytest.mark.parametrize(
    "options", [{"proxy": {"version": 1}}, {"xclient": {"ADDR": "198.51.100.7"}}]
)
def test_no_other_port_is_asked_in_the_name_of_another_client(options: dict[str, t.Any]) -> None:
    report = audit(checks=[{**RELAY, "ports": [2525]}], **options)

    (result,) = report.results
    assert result.verdict.name == "not_applicable"
    assert "presented at the port of the server alone" in result.verdict.evidence


@pytest.mark.parametrize(
    "options",
    [{"xclient": {"ADDR": "198.51.100.7"}}, {"proxy": {"version": 1, "source": "198.51.100.7"}}],
)
def test_nothing_comes_before_the_greeting_in_the_name_of_another_client(
    options: dict[str, t.Any],
) -> None:
    steps = [{"early": "x", "name": "first"}]
    check = {**RELAY, "risk": 2, "steps": steps, "want": {"first": "refused"}}

    (result,) = audit(checks=[check], limits={"max_risk": 2}, **options).results

    assert result.verdict.name == "not_applicable"
    assert "another client is presented" in result.verdict.evidence


def test_a_check_that_waits_has_the_time_for_it() -> None:
    steps = [{"hello": True}, {"wait": 200}, "NOOP"]
    check = {**RELAY, "steps": steps, "want": {"noop": "accepted"}}
    script = f"{HELLO}\nC: NOOP\nS: 250 Ok{QUIT}"

    assert verdicts(audit(script, checks=[check], deadline=30.0)) == {"relay-02": "sound"}


def test_the_time_of_the_audit_ends_a_check_that_waits() -> None:
    steps = [{"hello": True}, {"wait": 200}, "NOOP"]
    check = {**RELAY, "steps": steps, "want": {"noop": "accepted"}}

    report = audit(HELLO, checks=[check], followed=False, limits={"seconds": 100.0})

    assert verdicts(report) == {"relay-02": "undecided"}


def test_who_may_use_xforward_is_not_asked_in_the_name_of_another_client() -> None:
    steps = [{"hello": True}, {"send": "XFORWARD ADDR=192.0.2.1", "name": "answer"}]
    check = {**RELAY, "steps": steps, "want": {"answer": "refused"}}

    (result,) = audit(checks=[check], xclient={"ADDR": "198.51.100.7"}).results

    assert result.verdict.name == "not_applicable"


class Asked:
    """Makes checks of the DNS, and remembers what the server had shown by then."""

    def __init__(self) -> None:
        self.observed: list[dict[str, Observed]] = []

    def make(
        self, _name: str, observed: t.Mapping[str, Observed], _seconds: float
    ) -> tuple[Verdict, list[str]]:
        """Return a finding."""
        self.observed.append(dict(observed))
        return Verdict("finding", "there is no such domain"), ["[0.000] *: DNS"]


DNS = {"id": "dn-mx", "proves": "Mail arrives.", "dns": "mx"}


def test_the_dns_is_asked_after_the_dialogues_and_over_no_connection() -> None:
    asked = Asked()

    report = audit(f"{HELLO}{REFUSES}{RESET}{QUIT}", checks=[DNS, RELAY], limits={"dns": asked})

    assert verdicts(report) == {"dn-mx": "finding", "relay-02": "sound"}
    assert asked.observed[0][HOST].server_name == "mx.example.com"
    assert (report.results[0].transcript, report.results[0].connections) == (
        ("[0.000] *: DNS",),
        0,
    )
    assert report.connections == 1


def test_the_dns_is_asked_even_if_the_server_is_down() -> None:
    assert verdicts(audit(checks=[RELAY, DNS], limits={"dns": Asked()})) == {
        "relay-02": "undecided",
        "dn-mx": "finding",
    }


def test_a_check_of_the_dns_needs_its_variables_too() -> None:
    asked = Asked()

    report = audit(checks=[{**DNS, "needs": ["second_user"]}], limits={"dns": asked})

    assert verdicts(report) == {"dn-mx": "not_applicable"}
    assert asked.observed == []
    assert verdicts(audit(checks=[DNS])) == {"dn-mx": "not_applicable"}


# Offers of TLS end connections, so they are made at the end of those in plain text.

OFFERED: dict[str, t.Any] = {
    "id": "tls-offered",
    "proves": "The server offers TLS.",
    "steps": ["EHLO {helo}"],
    "predicates": [{"offered_in_clear": ["STARTTLS"]}],
}
OLD = offer_of("TLSv1", "TLSv1.1")
SAYS_EHLO = """
S: 220 mx.example.com ESMTP
C: EHLO client.example.org
S: 250-mx.example.com
S: 250 STARTTLS"""


@pytest.fixture
def _no_random(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.urandom", bytes)


@pytest.mark.usefixtures("_no_random")
def test_an_offer_ends_a_connection_in_plain_text() -> None:
    report = audit(
        f"{SAYS_EHLO}{RESET}{asks_for_tls(OLD, alert(70))}",
        checks=[OLD, OFFERED],
    )

    assert report.connections == 1
    assert verdicts(report) == {"tls-floor": "sound", "tls-offered": "sound"}
    assert "ClientHello: TLSv1 TLSv1.1" in "".join(report.results[0].transcript)
    assert "ClientHello" not in "".join(report.results[1].transcript)


@pytest.mark.usefixtures("_no_random")
def test_the_same_offer_is_made_once() -> None:
    again = {**OLD, "id": "tls-old", "want": {"tls": "accepted"}}
    report = audit(f"\nS: 220 mx{asks_for_tls(OLD, alert(70))}", checks=[OLD, again])

    assert report.connections == 1
    assert verdicts(report) == {"tls-floor": "sound", "tls-old": "finding"}
    assert report.results[0].transcript == report.results[1].transcript


@pytest.mark.usefixtures("_no_random")
def test_the_second_check_with_an_offer_is_judged_on_what_came() -> None:
    version = {
        **OLD,
        "predicates": [{"lacks": {"in": "greeting", "text": "horsemail [0-9]"}}],
    }

    report = audit(
        f"\nS: 220 mx.example.com horsemail 7.1{asks_for_tls(OLD, alert(70))}",
        checks=[version, {**version, "id": "tls-old"}],
        **{**LOGIN, "login_password": "horsemail"},
    )

    assert report.connections == 1
    assert verdicts(report) == {"tls-floor": "finding", "tls-old": "finding"}
    assert "horsemail" not in repr([one[1:] for one in report.results])
    assert "is not shown" in report.results[1].verdict.evidence


@pytest.mark.usefixtures("_no_random")
def test_an_offer_to_which_nobody_has_answered_is_made_again() -> None:
    again = {**OLD, "id": "tls-old"}
    report = audit(
        f"\nS: 220 mx{asks_for_tls(OLD, b'')}",
        f"\nS: 220 mx{asks_for_tls(OLD, alert(70))}",
        checks=[OLD, again],
    )

    assert verdicts(report) == {"tls-floor": "undecided", "tls-old": "sound"}


@pytest.mark.usefixtures("_no_random")
def test_an_offer_has_a_connection_of_its_own_if_the_server_has_closed_the_other() -> None:
    report = audit(
        f"{SAYS_EHLO}{RESET}\nC: EHLO client.example.org\n*: close",
        f"\nS: 220 mx{asks_for_tls(OLD, alert(70))}",
        checks=[OLD, OFFERED],
    )

    assert verdicts(report) == {"tls-floor": "sound", "tls-offered": "sound"}
    assert report.connections == 2


def test_tls_is_not_offered_if_the_user_has_none_of_it() -> None:
    report = audit(checks=[OLD], tls="never")

    assert verdicts(report) == {"tls-floor": "not_applicable"}
    assert report.results[0].verdict.evidence == "the option tls is never"


@pytest.mark.usefixtures("_no_random")
def test_servers_that_answer_with_tls_alone_are_not_down() -> None:
    checks = [{**offer_of(version), "id": f"tls-{n}"} for n, version in enumerate(OLD_VERSIONS)]
    scripts = ["\n" + asks_for_tls(one, alert(70)).partition("Ready\n")[2] for one in checks]
    report = audit(*scripts, checks=checks, tls="implicit")

    assert set(verdicts(report).values()) == {"sound"}
    assert report.ended_early is None


OLD_VERSIONS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")
