# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planted faults of the DNS: does an audit find them, and nothing in domains that are sound?

The resolver is Unbound, which validates, and the server is a Postfix with a name for each domain.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import sys
import typing as t
from pathlib import Path

import pytest

if sys.version_info < (3, 10):
    pytest.skip("no controller runs on this Python", allow_module_level=True)

import trustme
from ansible_collections.mailops.smtp.tests.interop import (
    audited,
    audited_dns,
    audited_postfix,
    own_host,
    room,
    unbound,
)
from ansible_collections.mailops.smtp.tests.interop.audit_score import Acquittal, Audits, Trial
from ansible_collections.mailops.smtp.tests.interop.audited import Place
from ansible_collections.mailops.smtp.tests.interop.audited_dns import (
    BLOCKLIST,
    FAULTS,
    Fault,
    Planted,
)
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.interop.certificates import Certificates

AT_ONCE = 8
FIRST = 10

FAULTY = {fault.name: Planted(number, fault) for number, fault in enumerate(FAULTS, FIRST)}
SOUND = {profile: Planted(number, None) for number, profile in enumerate(("relay", "mx"), 2)}
# The sound form, seen with a blocklist that refuses to answer, and with one that knows nothing.
DOUBTFUL = (audited_dns.REFUSING, audited_dns.EMPTY)

# The checks that are sound in a sound domain: all but the comparison of hosts.
MADE = 9


class Results(t.NamedTuple):
    """What came of all audits, by the names of faults, profiles, and blocklists."""

    trials: t.Mapping[str, audited.Verdicts]
    sound: t.Mapping[str, audited.Verdicts]
    doubtful: t.Mapping[str, audited.Verdicts]


@pytest.fixture(scope="module")
def results(folder: Path, certificates: Certificates) -> Results:
    """Make all audits, on a host of their own."""
    lack = room.missing()
    if lack is not None:
        pytest.skip(lack)
    own = folder / "audited-dns"
    (own / "postfix").mkdir(parents=True)
    own_host.write_files(own)
    own_host.write_files(own / "postfix")
    for each in (unbound.ROOM, audited_postfix.ROOM):  # while packages can still be fetched
        each.furnish()
    return own_host.run_on(own, lambda: _audit_all(own, certificates))


def _audit_all(folder: Path, certificates: Certificates) -> Results:
    planted = [*FAULTY.values(), *SOUND.values()]
    authority = trustme.CA()
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    with contextlib.ExitStack() as running:
        running.enter_context(
            audited_dns.start(folder / "dns", planted, _tlsa(certificates.good.chain))
        )
        running.enter_context(audited_dns.policies(authority, planted))
        places = [_place(one) for one in planted]
        running.enter_context(audited_postfix.start(folder / "postfix", certificates, places))
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as workers:
            trials = {
                name: workers.submit(_audit, one, "relay", ca, BLOCKLIST)
                for name, one in FAULTY.items()
            }
            sound = {
                profile: workers.submit(_audit, one, profile, ca, BLOCKLIST)
                for profile, one in SOUND.items()
            }
            doubtful = {
                zone: workers.submit(_audit, SOUND["relay"], "relay", ca, zone) for zone in DOUBTFUL
            }
            return Results(
                {name: job.result() for name, job in trials.items()},
                {name: job.result() for name, job in sound.items()},
                {name: job.result() for name, job in doubtful.items()},
            )


def _tlsa(chain: Path) -> str:
    """Return the TLSA record of the key of a certificate."""
    certificate = x509.load_pem_x509_certificate(chain.read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"3 1 1 {hashlib.sha256(key).hexdigest()}"


def _place(one: Planted) -> Place:
    settings = one.fault.settings if one.fault is not None else {}
    return Place(one.number, "relay", {"myhostname": one.host, **settings})


def _audit(one: Planted, profile: str, ca: Path, blocklist: str) -> audited.Verdicts:
    options = {
        "host": one.host,
        "tls_server_name": None,
        "own_domain": one.domain,
        "user": "alice",
        "second_user": None,
        "dnsbl": [blocklist],
        **(one.fault.options if one.fault is not None else {}),
    }
    if profile == "mx":
        options["sends_from"] = [one.ip]
    place = _place(one)._replace(profile=t.cast(t.Any, profile))
    return audited.audit(place, ["dns"], ca, **options)


def _by_verdict(done: audited.Verdicts, verdict: str) -> dict[str, str]:
    return {
        name: one["evidence"]
        for name, one in done.checks.items()
        if one["verdict"] == verdict and name.startswith("dn-")
    }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_an_audit_finds_the_planted_fault_and_no_other(
    fault: Fault, results: Results, audits: Audits
) -> None:
    done = results.trials[fault.name]
    check = done.checks[fault.check]
    trial = Trial(f"DNS: {fault.name}", fault.check, check["verdict"], check["evidence"])
    audits.trials.append(trial)

    assert trial.found, trial
    others = _by_verdict(done, "finding").keys() - {fault.check, *fault.also}
    assert not others, {name: done.checks[name]["evidence"] for name in others}


@pytest.mark.parametrize("profile", SOUND)
def test_an_audit_finds_nothing_in_a_sound_domain(
    profile: str, results: Results, audits: Audits
) -> None:
    done = results.sound[profile]
    false, undecided = _by_verdict(done, "finding"), _by_verdict(done, "undecided")
    sound = _by_verdict(done, "sound")
    audits.acquittals.append(Acquittal(f"DNS of the {profile}", len(sound), undecided, false))

    assert (false, undecided) == ({}, {})
    assert len(sound) == MADE, sound


@pytest.mark.parametrize("zone", DOUBTFUL)
def test_a_blocklist_that_fails_its_health_test_is_not_believed(
    zone: str, results: Results
) -> None:
    assert list(_by_verdict(results.doubtful[zone], "undecided")) == ["dn-bl"]


def test_the_hosts_would_be_compared_by_what_unbound_has_said(results: Results) -> None:
    facts = results.sound["relay"].result["facts"]
    domain, ip = SOUND["relay"].domain, SOUND["relay"].ip

    assert facts["dns"][f"{domain} MX"] == [f"10 mx.{domain}"]
    assert facts["dns"][f"mx.{domain} A"] == [ip]
    assert [one["ip"] for one in facts["addresses"]] == [ip]
    assert "STARTTLS" in facts["addresses"][0]["keywords"]
