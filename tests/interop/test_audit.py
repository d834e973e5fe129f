# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planted faults: does an audit find them, and does it find nothing in servers that are sound?

All audits are made side by side, on a host of their own. Each test tells of one of them.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import sys
import typing as t
from pathlib import Path

import pytest

if sys.version_info < (3, 10):
    pytest.skip("no controller runs on this Python", allow_module_level=True)

from ansible_collections.mailops.smtp.tests.interop import (
    audit_score,
    audited,
    audited_dovecot,
    audited_exim,
    audited_haraka,
    audited_opensmtpd,
    audited_own,
    audited_postfix,
    haraka,
    own_host,
    planted_dns,
    room,
    unbound,
)
from ansible_collections.mailops.smtp.tests.interop.audit_score import Acquittal, Audits, Trial
from ansible_collections.mailops.smtp.tests.interop.audited import Place

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import (
        Profile,
        Vantage,
    )
    from ansible_collections.mailops.smtp.tests.interop.certificates import Certificates

# Most of them wait for a silence.
AT_ONCE = 48

# The number of the first sound listener of all servers, and of the first faulty one.
FIRST_SOUND, FIRST_FAULTY = 2, 30

# When the scores are better, these are to be raised.
FAULTS = 256
FALSE_FINDINGS = 0

# The faults that no check finds yet, and why.
MISSED: dict[str, str] = {}


class Auditee(t.NamedTuple):
    """A mail server with its faults.

    `profiles` are those in which it is sound, and `options` those of each audit. In its sound form
    it has faults that are its own: those of `faults` without settings.

    `listener` are settings of its sound listeners. Two with the same `start` are one server, of
    which the second is audited in the name of another client, from `vantages` alone. More than
    `sound_at_least` checks are sound, so that "nothing found" says something.
    """

    name: str
    start: t.Callable[..., t.ContextManager[None]]
    faults: t.Sequence[audited.Fault]
    profiles: t.Sequence[Profile] = ("mx", "relay", "submission")
    options: t.Mapping[str, t.Any] = audited.NOTHING
    listener: audited.Settings = audited.NOTHING
    vantages: t.Sequence[Vantage] = ()
    sound_at_least: int = 10

    @property
    def of_its_own(self) -> frozenset[str]:
        """The checks that find something in its sound form, and rightly."""
        return frozenset(one.check for one in self.faults if not one.settings)


@contextlib.contextmanager
def _nothing(
    _folder: Path, _certificates: Certificates, _places: t.Sequence[Place]
) -> t.Iterator[None]:
    """Run no server."""
    yield


AUDITEES = (
    Auditee("postfix", audited_postfix.start, audited_postfix.FAULTS),
    Auditee("exim", audited_exim.start, audited_exim.FAULTS),
    Auditee("dovecot", audited_dovecot.start, audited_dovecot.FAULTS, audited_dovecot.PROFILES),
    Auditee(
        "opensmtpd",
        audited_opensmtpd.start,
        audited_opensmtpd.FAULTS,
        audited_opensmtpd.PROFILES,
        audited_opensmtpd.OPTIONS,
    ),
    Auditee("haraka", audited_haraka.start, audited_haraka.FAULTS),
    Auditee(
        "own",
        audited_own.start,
        audited_own.FAULTS,
        options={"spf_domain": audited.UNSENT_DOMAIN},
    ),
    *(
        Auditee(
            f"postfix by {name}",
            audited_postfix.start,
            (),
            ("mx",),
            {"source_address": f"{own_host.TRUSTED}.7", **options},
            listener,
            ("untrusted",),
        )
        for name, listener, options in audited_postfix.BY_ANOTHER
    ),
    Auditee("no server", _nothing, (), ("none",), sound_at_least=0),
)

VANTAGES: t.Mapping[Profile, t.Sequence[Vantage]] = {
    "mx": ("untrusted", "trusted"),
    "relay": ("untrusted", "trusted"),
    "submission": ("untrusted", "trusted", "authed"),
    "none": ("untrusted", "trusted"),
}

ALL_FAULTS = [fault for one in AUDITEES for fault in one.faults]
ALL_SOUND = [
    (one, profile, vantage)
    for one in AUDITEES
    for profile in one.profiles
    for vantage in one.vantages or VANTAGES[profile]
]


Sound = t.Tuple[Auditee, "Profile", "Vantage"]

_numbers = iter(range(FIRST_SOUND, FIRST_FAULTY))
SOUND = {
    (one.name, profile): Place(next(_numbers), profile, one.listener)
    for one in AUDITEES
    for profile in one.profiles
}
FAULTY = {
    fault.name: Place(number, fault.profile, fault.settings, fault.ipv6)
    for number, fault in enumerate(ALL_FAULTS, FIRST_FAULTY)
}


class Results(t.NamedTuple):
    """What came of all audits: by the name of the fault, and by that of the sound server.

    `lacking` is why OpenSMTPD was not audited: it cannot be installed, or it has ended.
    """

    trials: t.Mapping[str, Trial]
    acquittals: t.Mapping[str, Acquittal]
    lacking: str = ""


def _name(auditee: Auditee, profile: Profile, vantage: Vantage) -> str:
    return f"{auditee.name} as {profile}, {vantage}"


@pytest.fixture(scope="module")
def results(folder: Path, certificates: Certificates) -> Results:
    """Make all audits."""
    lack = room.missing() or haraka.missing()
    if lack is not None:
        pytest.skip(lack)
    own = folder / "audited"
    for name in ("", "dns", *(one.name for one in AUDITEES)):
        (own / name).mkdir()
        own_host.write_files(own / name)
    with (own / "hosts").open("a") as hosts:
        for place in (SOUND["postfix", "relay"], FAULTY[audited_postfix.SECOND_ADDRESS]):
            hosts.write(f"{place.address} {audited_postfix.TWO_ADDRESSES}\n")
    # While packages can still be fetched.
    for each in (unbound.ROOM, audited_postfix.ROOM, audited_exim.ROOM):
        each.furnish()
    lacking = ""
    try:
        audited_opensmtpd.ROOM.furnish()
    except RuntimeError as error:  # Debian has it, but not everybody has Debian
        lacking = f"OpenSMTPD cannot be installed: {error}"
    haraka.install(own / "haraka")
    auditees = [one for one in AUDITEES if not lacking or one.name != "opensmtpd"]
    found = own_host.run_on(own, lambda: _audit_all(own, certificates, auditees))
    return found._replace(lacking=lacking or found.lacking)


def _audit_all(folder: Path, certificates: Certificates, auditees: t.Sequence[Auditee]) -> Results:
    all_sound = [who for who in ALL_SOUND if who[0] in auditees]
    with contextlib.ExitStack() as running:
        running.enter_context(planted_dns.start(folder / "dns", _records()))
        for one in auditees:
            if one.vantages:  # it is one of the servers before
                continue
            alike = [each for each in auditees if each.start is one.start]
            places = [SOUND[each.name, profile] for each in alike for profile in each.profiles]
            places += [FAULTY[fault.name] for fault in one.faults]
            running.enter_context(one.start(folder / one.name, certificates, places))
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as workers:
            audits = [
                (
                    who,
                    workers.submit(
                        _audit_sound, certificates, SOUND[who[0].name, who[1]], who, ids
                    ),
                )
                for who in all_sound
                for ids in audited.all_audits(who[1], who[2], waiting=not who[0].vantages)
            ]
            trials = [
                workers.submit(_try_out, certificates, FAULTY[fault.name], one, fault)
                for one in auditees
                for fault in one.faults
            ]
            results = Results(
                {one.result().name: one.result() for one in trials},
                {
                    _name(*who): _acquittal(
                        who, [job.result() for whose, job in audits if whose == who]
                    )
                    for who in all_sound
                },
            )
        return _without_what_ended(results, folder, auditees)


def _without_what_ended(results: Results, folder: Path, auditees: t.Sequence[Auditee]) -> Results:
    """Return the results without those of an OpenSMTPD that has not lived to the end."""
    one = next((each for each in auditees if each.name == "opensmtpd"), None)
    if one is None:
        return results
    places = [SOUND[one.name, profile] for profile in one.profiles]
    lacking = audited_opensmtpd.why_ended(folder / one.name, places)
    if not lacking:
        return results
    own = {fault.name for fault in one.faults}
    return Results(
        {name: trial for name, trial in results.trials.items() if name not in own},
        {
            name: acquittal
            for name, acquittal in results.acquittals.items()
            if not name.startswith(f"{one.name} ")
        },
        lacking,
    )


def _records() -> t.Iterator[str]:
    numbers = range(1, audited.NUMBERS)
    yield from planted_dns.records(numbers, [])
    yield from planted_dns.names_outside(numbers, [])
    yield f"{audited.SILENT_DOMAIN}. MX 0 ."


def _try_out(
    certificates: Certificates, place: Place, auditee: Auditee, fault: audited.Fault
) -> Trial:
    """Make the check that must find a planted fault."""
    if fault.check not in audited.known_checks():
        return Trial(fault.name, fault.check, "unknown", "there is no such check")
    options = {**auditee.options, **fault.options}
    if "client_cert" in options:
        pem = getattr(certificates, options["client_cert"])
        options.update(client_cert=str(pem.chain), client_key=str(pem.key))
    done = audited.audit(place, [fault.check], certificates.ca, fault.vantage, **options)
    check = done.checks[fault.check]
    return Trial(fault.name, fault.check, check["verdict"], check["evidence"])


def _audit_sound(
    certificates: Certificates, place: Place, who: Sound, ids: t.Sequence[str]
) -> audited.Verdicts:
    auditee, _profile, vantage = who
    return audited.audit(place, ids, certificates.ca, vantage, **auditee.options)


def _acquittal(who: Sound, audits: t.Sequence[audited.Verdicts]) -> Acquittal:
    """Return what all audits of a sound server from one vantage have said, each check once."""
    auditee = who[0]
    checks = {name: one for audit in audits for name, one in audit.checks.items()}
    made = {
        name: one
        for name, one in checks.items()
        if one["verdict"] != "not_applicable" and name not in auditee.of_its_own
    }
    verdicts = [one["verdict"] for one in made.values()]
    false = {name: one["evidence"] for name, one in made.items() if one["verdict"] == "finding"}
    undecided = {
        name: one["evidence"] for name, one in made.items() if one["verdict"] == "undecided"
    }
    return Acquittal(_name(*who), verdicts.count("sound"), undecided, false)


@pytest.mark.parametrize("name", [one.name for one in ALL_FAULTS])
def test_an_audit_finds_the_planted_fault(name: str, results: Results, audits: Audits) -> None:
    if name not in results.trials:
        pytest.skip(results.lacking)
    trial = results.trials[name]
    audits.trials.append(trial)
    if name in MISSED:
        assert not trial.found, "it is found now, so it is no longer to be named in MISSED"
        pytest.xfail(MISSED[name])
    assert trial.found, trial


@pytest.mark.parametrize("name", [_name(*who) for who in ALL_SOUND])
def test_an_audit_finds_nothing_in_a_sound_server(
    name: str, results: Results, audits: Audits
) -> None:
    if name not in results.acquittals:
        pytest.skip(results.lacking)
    acquittal = results.acquittals[name]
    audits.acquittals.append(acquittal)
    assert not acquittal.false, acquittal
    (least,) = [one[0].sound_at_least for one in ALL_SOUND if _name(*one) == name]
    assert acquittal.sound > least, acquittal


def test_the_scores_are_no_worse_than_they_were(results: Results) -> None:
    trials = list(results.trials.values())
    acquittals = list(results.acquittals.values())
    report = "\n".join(audit_score.lines(trials, acquittals))
    assert len(trials) >= FAULTS or results.lacking, report
    assert sum(one.found for one in trials) >= len(trials) - len(MISSED), report
    assert sum(len(one.false) for one in acquittals) <= FALSE_FINDINGS, report
