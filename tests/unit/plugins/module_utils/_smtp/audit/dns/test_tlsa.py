# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TLSA records of a server, and the certificates that it shows."""

from __future__ import annotations

import hashlib
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.certificate import Certificate
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.observed import Observed
from ansible_collections.mailops.smtp.tests.unit.dns_checks import HOST, IP, ask, verdict_of

NAME = f"_25._tcp.{HOST}"
KEY = b"key of the server"
WHOLE = b"certificate of the server"
ABOVE = b"key of the authority"
SECOND = "198.51.100.26"


def certificate(whole: bytes, key: bytes) -> Certificate:
    digest = hashlib.sha256(whole).hexdigest()
    return Certificate("CN=mx", "CN=ca", (HOST,), "", "", "1", digest, key)


CHAIN = (certificate(WHOLE, KEY), certificate(b"authority", ABOVE))
SEEN = {IP: Observed(certificates=CHAIN)}


def tlsa(fields: str, data: bytes) -> str:
    digest = {"0": lambda one: one, "1": sha256, "2": sha512}[fields[-1]](data)
    return f"TLSA {fields} {digest.hex()}"


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def sha512(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


def judged(*records: str, secure: bool = True, **other: t.Any) -> str:
    other.setdefault("observed", SEEN)
    return verdict_of("tlsa", {NAME: records}, secure=[NAME] if secure else [], **other)


@pytest.mark.parametrize(
    "record",
    [
        tlsa("3 1 1", KEY),
        tlsa("3 1 2", KEY),
        tlsa("3 1 0", KEY),
        tlsa("3 0 1", WHOLE),
        tlsa("3 0 0", WHOLE),
        tlsa("2 1 1", ABOVE),
        tlsa("2 0 1", b"authority"),
    ],
)
def test_a_record_of_the_certificate_that_is_shown_is_sound(record: str) -> None:
    assert judged(record) == "sound"
    assert judged(record, tlsa("3 1 1", b"the next key")) == "sound"


@pytest.mark.parametrize(
    "record", [tlsa("3 1 1", b"old key"), tlsa("3 1 1", ABOVE), tlsa("2 1 1", KEY)]
)
def test_a_record_of_another_certificate_is_a_finding(record: str) -> None:
    assert judged(record) == "finding"


def test_a_record_with_sha_256_does_not_count_beside_one_with_sha_512() -> None:
    """RFC 7671 section 9."""
    assert judged(tlsa("3 1 1", KEY), tlsa("3 1 2", b"old key")) == "finding"


def test_a_record_that_dnssec_does_not_vouch_for_is_a_finding() -> None:
    assert judged(tlsa("3 1 1", KEY), secure=False) == "finding"


def test_a_record_that_is_not_for_mail_is_a_finding() -> None:
    assert judged(tlsa("1 1 1", KEY)) == "finding"
    assert judged(tlsa("1 1 1", KEY), tlsa("3 1 1", KEY)) == "sound"


def test_without_records_there_is_nothing_to_match() -> None:
    assert judged() == "not_applicable"
    assert verdict_of("tlsa", tls_name="", observed={}) == "not_applicable"


def test_a_server_that_is_named_by_its_address_is_asked_for_by_its_own_name() -> None:
    observed = {IP: Observed(server_name=HOST, certificates=CHAIN)}

    assert judged(tlsa("3 1 1", KEY), tls_name="", observed=observed) == "sound"


def test_a_certificate_that_was_not_seen_is_not_judged() -> None:
    verdict = ask("tlsa", {NAME: [tlsa("3 1 1", KEY)]}, secure=[NAME], observed={})

    assert (verdict.name, IP in verdict.evidence) == ("undecided", True)


def test_each_address_counts() -> None:
    record = tlsa("3 1 1", KEY)
    both: dict[str, t.Any] = {"addresses": (IP, SECOND)}
    other = {**SEEN, SECOND: Observed(certificates=(certificate(b"x", b"y"),))}

    assert judged(record, **both) == "undecided"
    assert judged(record, **both, observed=other) == "finding"
    assert judged(record, **both, observed={**SEEN, SECOND: SEEN[IP]}) == "sound"


def test_what_cannot_be_compared_is_undecided() -> None:
    """The whole certificate is not kept, nor does Python 3.7 show that of an authority."""
    alone = {IP: Observed(certificates=CHAIN[:1])}

    assert judged(tlsa("3 0 2", WHOLE)) == "undecided"
    assert judged(tlsa("2 1 1", ABOVE), observed=alone) == "undecided"
