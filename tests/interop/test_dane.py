# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DANE: Postfix shows a certificate, and Unbound vouches for a TLSA record, or does not.

Whether certificate and record go together is asked of OpenSSL too, which knows DANE by itself.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import typing as t

import dns.resolver
import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.targets import targets_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.runner import (
    Outcome,
    run_dialogues,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.tests.interop import postfix, unbound
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.server import LOOPBACK, Server
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

pytestmark = pytest.mark.server.with_args(postfix.start)

Hold = t.Callable[..., Record]

SHOWS_INTERMEDIATES = sys.version_info >= (3, 8)


class Case(t.NamedTuple):
    """A listener, whose certificate it is, and the record that names it, or another."""

    listener: str
    record: str
    of: str  # the certificate that the record is made of, by its name
    depth: int  # 0 is the server's own, 1 the one that issued it
    good: bool


# By the name of the host. DANE-EE has no one look at the name in the certificate, DANE-TA has.
CASES = {
    "ee-certificate-sha256": Case("smtp", "3 0 1", "good", 0, True),
    "ee-key-sha256": Case("smtp", "3 1 1", "good", 0, True),
    "ee-key-sha512": Case("smtp", "3 1 2", "good", 0, True),
    "ee-whole-key": Case("smtp", "3 1 0", "good", 0, True),
    "ee-implicit": Case("smtps", "3 1 1", "good", 0, True),
    "ee-expired": Case("expired", "3 1 1", "expired", 0, True),
    "ee-unknown-ca": Case("unknown_ca", "3 1 1", "unknown_ca", 0, True),
    "ee-old-key": Case("smtp", "3 1 1", "wrong_name", 0, False),
    "mx": Case("with_intermediate", "2 0 1", "with_intermediate", 1, True),
    "ta-of-another-name": Case("with_intermediate", "2 1 2", "with_intermediate", 1, False),
    "ta-own-certificate": Case("smtp", "2 0 1", "good", 0, False),
    "ta-own-key": Case("with_intermediate", "2 1 1", "with_intermediate", 0, False),
    "ta-not-sent": Case("without_intermediate", "2 1 1", "with_intermediate", 1, False),
    "pkix-ee": Case("smtp", "1 1 1", "good", 0, False),
}


# Mail domains, of which the one is in the certificate of `with_intermediate`. Their host is in no
# zone of ours, so its TLSA records are those of a name that is.
DOMAINS = ("mx", "domain")


def rdata(case: Case, certificates: Certificates) -> str:
    """Return a record as it stands in a zone."""
    _usage, selector, matching_type = case.record.split()
    pem = getattr(certificates, case.of).chain.read_bytes()
    blocks = pem.split(b"-----END CERTIFICATE-----\n")
    certificate = x509.load_pem_x509_certificate(
        blocks[case.depth] + b"-----END CERTIFICATE-----\n"
    )
    if selector == "0":
        data = certificate.public_bytes(Encoding.DER)
    else:
        data = certificate.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
    if matching_type != "0":
        data = {"1": hashlib.sha256, "2": hashlib.sha512}[matching_type](data).digest()
    return f"{case.record} {data.hex()}"


@pytest.fixture(scope="module")
def resolver(
    folder: t.Any, started: t.Any, certificates: Certificates
) -> t.Iterator[dns.resolver.Resolver]:
    """Have this process ask an Unbound that knows all the records."""
    ports = started(postfix.start).ports
    records = [
        f"_{ports[case.listener]}._tcp.{host} IN TLSA {rdata(case, certificates)}"
        for host, case in CASES.items()
    ]
    records += [f"{domain} IN MX 10 localhost." for domain in DOMAINS]
    with unbound.asked(folder / "unbound", records) as resolver:
        yield resolver


@pytest.fixture
def hold_with_dane(resolver: dns.resolver.Resolver, hold: Hold) -> Hold:
    """Hold a dialogue with a listener of Postfix, as the server of some name."""

    def hold_as(listener: str, name: str, **options: t.Any) -> Record:
        tls = "implicit" if listener == "smtps" else "required"
        return hold(listener, tls=tls, dane=True, tls_server_name=name, **options)

    return hold_as


def openssl_agrees(server: Server, case: Case, host: str, record: str) -> bool:
    """Ask OpenSSL's own DANE."""
    starttls = [] if case.listener == "smtps" else ["-starttls", "smtp"]
    connect = ["-connect", f"{LOOPBACK}:{server.ports[case.listener]}", *starttls]
    dane = ["-dane_tlsa_domain", host, "-dane_tlsa_rrdata", record, "-dane_ee_no_namechecks"]
    process = subprocess.run(
        ["openssl", "s_client", "-verify_return_error", *connect, *dane],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=20,
    )
    assert "CONNECTED" in process.stdout
    return process.returncode == 0 and "Verification: OK" in process.stdout


@pytest.mark.parametrize("name", CASES)
@pytest.mark.feature("DANE")
def test_a_record_and_a_certificate_go_together_as_openssl_says(
    hold_with_dane: Hold, server: Server, certificates: Certificates, name: str
) -> None:
    case, host = CASES[name], f"{name}.{unbound.SIGNED}"
    if case.record.startswith("2") and not SHOWS_INTERMEDIATES:
        pytest.skip("Python 3.7 does not show the certificate that a DANE-TA record names")

    record = hold_with_dane(case.listener, host)

    assert record.tls is not None
    dane = record.tls.as_result(str)["dane"]
    assert dane["name"] == f"_{server.ports[case.listener]}._tcp.{host}"
    assert dane["secure"] is True
    assert (record.failure is None) is case.good
    assert (dane["error"] is None) is case.good
    assert dane["matched"] == (dane["records"][0] if case.good else None)
    if shutil.which("openssl") and not case.record.startswith("1"):  # OpenSSL has the authorities
        assert openssl_agrees(server, case, host, rdata(case, certificates)) is case.good


@pytest.mark.skipif(SHOWS_INTERMEDIATES, reason="only Python 3.7 shows no intermediates")
@pytest.mark.feature("DANE-TA on Python 3.7")
def test_python_3_7_says_that_it_cannot_see_the_authority(hold_with_dane: Hold) -> None:
    record = hold_with_dane("with_intermediate", SERVER_NAME)

    assert record.failure is not None
    assert (record.failure.stage, record.failure.kind) == ("starttls", "tls")
    assert "this Python does not show the intermediate certificates" in record.failure.text


@pytest.mark.feature("DANE, the host is an alias")
def test_the_records_of_an_alias_are_those_of_its_target(
    hold_with_dane: Hold, server: Server
) -> None:
    record = hold_with_dane("with_intermediate", f"alias.{unbound.SIGNED}")

    assert record.tls is not None
    port = server.ports["with_intermediate"]
    assert record.tls.as_result(str)["dane"]["name"] == f"_{port}._tcp.{SERVER_NAME}"
    if SHOWS_INTERMEDIATES:  # and the certificate is for the name of the target
        assert record.failure is None


def test_a_server_that_has_a_record_no_longer_matched_is_told_so(hold_with_dane: Hold) -> None:
    record = hold_with_dane("smtp", f"ee-old-key.{unbound.SIGNED}")

    assert record.failure is not None
    assert (record.failure.stage, record.failure.kind) == ("starttls", "tls")
    assert record.failure.text.startswith("DANE: the certificate matches none of the 1 TLSA")
    assert record.replies[-1].stage == "quit"


@pytest.fixture
def hold_by_mx(
    resolver: dns.resolver.Resolver, server: Server, certificates: Certificates
) -> t.Callable[..., Outcome]:
    """Hold a dialogue with the mail exchanger of a domain, whose TLSA records are of some name."""

    def hold_as(domain: str, listener: str, name: str) -> Outcome:
        options = {
            **DEFAULTS,
            "host": None,
            "mx": domain,
            "port": server.ports[listener],
            "address_family": "ipv4",
            "helo": "client.example.test",
            "tls": "required",
            "dane": True,
            "tls_server_name": name,
            "ca_path": str(certificates.ca),
        }
        (outcome,) = run_dialogues(targets_from(options), 1, 1)
        return outcome

    return hold_as


@pytest.mark.parametrize(
    ("domain", "error"),
    [
        (f"domain.{unbound.SIGNED}", None),
        (
            f"domain.{unbound.UNSIGNED}",
            f"DANE: DNSSEC does not vouch for the MX records of domain.{unbound.UNSIGNED}",
        ),
    ],
)
def test_records_of_a_mail_exchanger_count_where_dnssec_vouches_for_the_mx_records(
    hold_by_mx: t.Callable[..., Outcome], domain: str, error: str | None
) -> None:
    outcome = hold_by_mx(domain, "smtp", f"ee-key-sha256.{unbound.SIGNED}")

    dane = outcome.result["tls"]["dane"]
    assert (dane["secure"], len(dane["records"])) == (True, 1)
    assert dane["error"] == error
    assert outcome.passed is (error is None)
    if error is not None:
        failure = outcome.result["failure"]
        assert (failure["stage"], failure["kind"]) == ("starttls", "tls")
        assert failure["text"] == error


@pytest.mark.skipif(not SHOWS_INTERMEDIATES, reason="Python 3.7 shows no intermediates")
@pytest.mark.parametrize(("domain", "good"), [("mx", True), ("domain", False)])
def test_with_an_authority_the_certificate_may_be_for_the_mail_domain_itself(
    hold_by_mx: t.Callable[..., Outcome], domain: str, good: bool
) -> None:
    name = f"ta-of-another-name.{unbound.SIGNED}"

    outcome = hold_by_mx(f"{domain}.{unbound.SIGNED}", "with_intermediate", name)

    assert outcome.passed is good
    error = outcome.result["tls"]["dane"]["error"]
    assert error is None if good else "ta-of-another-name" in error


UNTRUSTED = {
    "DANE, no DNSSEC": (
        f"ee-key-sha256.{unbound.UNSIGNED}",
        "DANE: DNSSEC does not vouch for the TLSA records of",
    ),
    "DANE, bad signatures": (f"ee-key-sha256.{unbound.BOGUS}", "answered SERVFAIL"),
    "DANE, no record": (f"ns.{unbound.SIGNED}", "DANE: there is no TLSA record at"),
}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param(*case, marks=pytest.mark.feature(feature), id=feature)
        for feature, case in UNTRUSTED.items()
    ],
)
def test_a_record_that_nobody_vouches_for_is_none(
    hold_with_dane: Hold, name: str, words: str
) -> None:
    record = hold_with_dane("smtp", name)

    assert record.failure is not None
    assert (record.failure.stage, record.failure.kind) == ("starttls", "tls")
    assert words in record.failure.text
    assert record.tls is not None
    assert record.tls.certificate is not None


@pytest.mark.feature("DANE, no resolver answers")
def test_a_resolver_that_does_not_answer_is_named_in_time(
    resolver: dns.resolver.Resolver, hold_with_dane: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolver, "port", 9)

    record = hold_with_dane("smtp", f"ee-key-sha256.{unbound.SIGNED}", timeout=1.0)

    assert record.failure is not None
    assert record.failure.kind == "tls"
    assert "cannot be looked up" in record.failure.text
    assert record.seconds["resolve"] < 5
