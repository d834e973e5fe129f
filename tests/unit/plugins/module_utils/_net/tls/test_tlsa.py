# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the TLSA records of a server are looked for, and what is taken of them."""

from __future__ import annotations

import dns.rcode
import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.dane import Tlsa
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.tlsa import MAX_RECORDS, look_up
from ansible_collections.mailops.smtp.tests.unit import dns_server

SECONDS = 5.0
DIGEST = "ab" * 32
RECORD = f"TLSA 3 1 1 {DIGEST}"
PARSED = Tlsa(3, 1, 1, bytes.fromhex(DIGEST))
HOST, OWNER = "mx.example.com", "_25._tcp.mx.example.com"
TARGET, TARGET_OWNER = "mx.example.net", "_25._tcp.mx.example.net"


def test_they_are_at_the_port_of_the_host():
    with dns_server.asked({HOST: ["A 192.0.2.1"], OWNER: [RECORD]}, secure=[HOST, OWNER]):
        answer = look_up(HOST, 25, SECONDS)
    assert answer.records == (PARSED,)
    assert answer.secure
    assert (answer.host, answer.alias, answer.error) == (HOST, None, None)


def test_a_host_may_have_none():
    with dns_server.asked({HOST: ["A 192.0.2.1"]}):
        answer = look_up(HOST, 25, SECONDS)
    assert (answer.records, answer.error) == ((), None)


def test_a_host_without_an_address_may_have_some():
    with dns_server.asked({OWNER: [RECORD]}):
        assert look_up(HOST, 25, SECONDS).records == (PARSED,)


def test_those_of_the_target_of_an_alias_come_first():
    answers = {HOST: [f"CNAME {TARGET}.", "A 192.0.2.1"], OWNER: [], TARGET_OWNER: [RECORD]}
    with dns_server.asked(answers, secure=answers) as server:
        answer = look_up(HOST, 25, SECONDS)
    assert answer.records == (PARSED,)
    assert (answer.host, answer.alias) == (TARGET, HOST)
    assert server.asked == [f"{HOST} A", f"{TARGET_OWNER} TLSA"]


def test_those_of_the_alias_itself_come_next():
    answers = {HOST: [f"CNAME {TARGET}.", "A 192.0.2.1"], OWNER: [RECORD]}
    with dns_server.asked(answers, secure=[HOST]) as server:
        answer = look_up(HOST, 25, SECONDS)
    assert answer.records == (PARSED,)
    assert (answer.host, answer.alias) == (HOST, None)
    assert server.asked[1:] == [f"{TARGET_OWNER} TLSA", f"{OWNER} TLSA"]


def test_an_alias_that_dnssec_does_not_vouch_for_is_not_followed():
    answers = {HOST: [f"CNAME {TARGET}.", "A 192.0.2.1"], OWNER: [], TARGET_OWNER: [RECORD]}
    with dns_server.asked(answers) as server:
        assert look_up(HOST, 25, SECONDS).records == ()
    assert f"{TARGET_OWNER} TLSA" not in server.asked


@pytest.mark.parametrize("broken", [HOST, OWNER])
def test_what_goes_wrong_is_told(broken):
    answers = {HOST: ["A 192.0.2.1"], OWNER: [RECORD]}
    with dns_server.asked({**answers, broken: dns.rcode.SERVFAIL}):
        answer = look_up(HOST, 25, SECONDS)
    assert answer.records == ()
    assert "SERVFAIL" in str(answer.error)


def test_a_hostile_server_has_no_more_than_so_many():
    records = [f"TLSA 3 1 1 {number:064x}" for number in range(MAX_RECORDS + 9)]
    with dns_server.asked({HOST: ["A 192.0.2.1"], OWNER: records}):
        assert len(look_up(HOST, 25, SECONDS).records) == MAX_RECORDS
