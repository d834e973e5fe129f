# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A script of the unit tests, played to a client that sends what it likes."""

from __future__ import annotations

import smtplib
import sys

import pytest

if sys.version_info < (3, 10):
    pytest.skip("benchmarks need Python 3.10", allow_module_level=True)

from ansible_collections.mailops.smtp.tests.benchmarks.peer_servers import (
    ScriptedServer,
    stories_from,
)
from ansible_collections.mailops.smtp.tests.benchmarks.peer_verdicts import was_taken

TO_HELO = """\
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250 mx.example.org"""


@pytest.fixture
def send():
    """Send a mail to a server with a script, and return what it has logged, and who was refused."""

    def send_to(script, *recipients):
        server = ScriptedServer(script)
        try:
            with smtplib.SMTP("127.0.0.1", server.port, "peer.example.com", 5) as client:
                refused = client.sendmail("ann@example.com", recipients or ["bob@example.org"], "x")
        finally:
            server.stop()
        (wire,) = server.wires
        return [(event.who, event.data) for event in wire], refused

    return send_to


def test_a_script_that_ends_early_takes_a_mail(send):
    wire, refused = send(TO_HELO)
    assert refused == {}
    assert was_taken(wire, 1) is True
    assert wire[0] == ("S", b"220 mx.example.org ESMTP\r\n")
    assert wire[-1] == ("S", b"221 2.0.0 Bye\r\n")


def test_the_script_is_followed_at_its_stages(send):
    script = f"""{TO_HELO}
C: MAIL FROM:<someone@example.com>
S: 250 2.1.0 Ok
C: RCPT TO:<somebody@example.com>
S: 550 5.7.1 no
C: RCPT TO:<somebody@example.com>
S: 250 2.1.5 yes"""
    wire, refused = send(script, "bob@example.org", "cy@example.org")
    assert refused == {"bob@example.org": (550, b"5.7.1 no")}
    assert was_taken(wire, 2) is False


def test_the_message_is_answered_as_the_script_says(send):
    with pytest.raises(smtplib.SMTPDataError, match="too big"):
        send(f"{TO_HELO}\nC: DATA\nS: 354 go on\nC: (message)\nS: 552 5.3.4 too big")


def test_the_connection_is_closed_where_the_script_says(send):
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(f"{TO_HELO}\nC: MAIL\n*: close")


def test_a_command_that_the_script_leaves_without_an_answer_ends_all_answers():
    server = ScriptedServer(f"{TO_HELO}\nC: MAIL")
    try:
        with smtplib.SMTP("127.0.0.1", server.port, "peer.example.com", 0.2) as client:
            client.ehlo()
            with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
                client.mail("ann@example.com")
    finally:
        server.stop()
    assert server.wires[0][-1].data.startswith(b"mail")


def story(script, **options):
    return {"test": "test_it.py::test", "scripts": [script], "options": options}


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        (story(TO_HELO), 1),
        (story(TO_HELO, rcpt_to=["a@example.org", "b@example.org"]), 2),
        (story(f"{TO_HELO}\nC: QUIT"), 1),
    ],
)
def test_a_server_for_any_client_is_taken(noted, expected):
    (found,) = stories_from([noted, noted])
    assert found.recipients == expected
    assert found.script == TO_HELO


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("tests/test_x.py::test_a_server_is_silent", "a server is silent"),
        ("tests/test_x.py::TestIt::test_it[S: 1/2::3]", "it (S: 1/2::3)"),
    ],
)
def test_a_server_is_called_as_its_test(test, expected):
    (found,) = stories_from([{**story(TO_HELO), "test": test}])
    assert found.name == expected


@pytest.mark.parametrize(
    "noted",
    [
        story(f"{TO_HELO}\nC: AUTH PLAIN\nS: 235 Ok"),
        story(f"{TO_HELO}\n*: tls"),
        story(f"{TO_HELO}\nC: MAIL\nC: RCPT\nS: 250 Ok\nS: 250 Ok"),
        story(TO_HELO, login_user="ann"),
        story(TO_HELO, tls="implicit"),
        {**story(TO_HELO), "scripts": [TO_HELO, TO_HELO]},
    ],
)
def test_a_server_for_a_client_that_can_do_more_is_left_out(noted):
    assert stories_from([noted]) == []
