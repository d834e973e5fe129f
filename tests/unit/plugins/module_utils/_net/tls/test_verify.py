# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a chain is what a client that verifies would have said to the server itself.

Each chain is judged twice: by `verify_chain`, and in a handshake with a server that has the chain
and its key, in TLS 1.2 and in TLS 1.3.
"""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.verify import (
    MAX_CHAIN_BYTES,
    Trust,
    VerifyFailure,
    all_failures,
    set_checks,
    trust_only,
    verify_chain,
)
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("cryptography")

from ansible_collections.mailops.smtp.tests.unit.parties import NAME, Party, issue
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

VERSIONS = [
    pytest.param(ssl.TLSVersion.TLSv1_2, id="TLSv1.2"),
    pytest.param(ssl.TLSVersion.TLSv1_3, id="TLSv1.3"),
]

# X509_V_ERR_*: the ssl module has no names for them.
NOT_YET_VALID, EXPIRED, SELF_SIGNED, SELF_SIGNED_IN_CHAIN, NO_ISSUER = 9, 10, 18, 19, 20
BAD_SIGNATURE, CHAIN_TOO_LONG, PATH_TOO_LONG, WRONG_PURPOSE, CRITICAL = 7, 22, 25, 26, 34
NAME_NOT_PERMITTED, WRONG_HOST, WRONG_IP = 47, 62, 64
WEAK_KEY, WEAK_CA_KEY, WEAK_DIGEST = 66, 67, 68
NO_AUTHORITY = (24, 79)  # OpenSSL 1.1.1 and 3


def with_sha1(party: Party, issuer: Party) -> Party:
    """Sign a certificate again, with SHA-1 and RSA, which `cryptography` refuses to do."""
    sha256_rsa, sha1_rsa = (bytes.fromhex("2a864886f70d0101") + end for end in (b"\x0b", b"\x05"))
    signed = party.certificate.tbs_certificate_bytes.replace(sha256_rsa, sha1_rsa)
    digest = hashlib.sha1(signed).digest()  # noqa: S324
    # RFC 8017 section 9.2.
    info = bytes.fromhex("3021300906052b0e03021a05000414") + digest
    numbers = issuer.key.private_numbers()
    modulus = numbers.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    padded = b"\0\1" + b"\xff" * (size - 3 - len(info)) + b"\0" + info
    signature = pow(int.from_bytes(padded, "big"), numbers.d, modulus).to_bytes(size, "big")
    der = party.der.replace(sha256_rsa, sha1_rsa)[:-size] + signature
    return Party(party.key, x509.load_der_x509_certificate(der), party.chain[1:])


def client_context(*roots: Party, ciphers: str = "") -> ssl.SSLContext:
    """Return the context of a client that verifies, and trusts these and nobody else."""
    pem = "".join(ssl.DER_cert_to_PEM_cert(root.der) for root in roots)
    # Without `cadata` it would trust whom the system trusts.
    context = ssl.create_default_context(cadata=pem or ssl.DER_cert_to_PEM_cert(STRANGER.der))
    if ciphers:
        context.set_ciphers(ciphers)
    return context


def in_a_handshake(
    chain: t.Sequence[bytes],
    key: t.Any,
    server_name: str,
    context: ssl.SSLContext,
    version: ssl.TLSVersion,
    path: t.Any,
) -> VerifyFailure | None:
    """Let a client meet a server that has the chain and its key, and give what it says of it."""
    pem = path / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + "".join(map(ssl.DER_cert_to_PEM_cert, chain)).encode()
    )
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.set_ciphers("ALL:@SECLEVEL=0")
    server_context.load_cert_chain(pem)
    server_context.minimum_version = server_context.maximum_version = version
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    client = context.wrap_bio(to_client, to_server, server_hostname=server_name or None)
    for _flight in range(4):
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLCertVerificationError as error:
            return VerifyFailure(error.verify_message, error.verify_code)
        else:
            return None
        with contextlib.suppress(ssl.SSLWantReadError):
            server.do_handshake()
    raise AssertionError("the handshake does not come to an end")


STRANGER = issue("A stranger", authority=True)
ROOT = issue("The root", authority=True)
MIDDLE = ROOT.issue("The intermediate", authority=True)
GOOD = MIDDLE.issue()


class Case(t.NamedTuple):
    """A server, what it sends if not its own chain, and what OpenSSL ought to say of it."""

    server: Party
    code: int | tuple[int, int] | None = None
    name: str = NAME
    chain: t.Sequence[bytes] | None = None
    roots: t.Sequence[Party] = (ROOT,)
    ciphers: str = ""


def key_cases() -> dict[str, Case]:
    """Return cases that differ in their keys and signatures."""
    rsa_1024 = rsa.generate_private_key(65537, 1024)  # noqa: S505
    rsa_2048 = rsa.generate_private_key(65537, 2048)
    rsa_3072 = rsa.generate_private_key(65537, 3072)
    rsa_root = issue("An RSA root", authority=True, key=rsa_3072)
    rsa_middle = rsa_root.issue("An RSA intermediate", authority=True, key=rsa_2048)
    weak_middle = ROOT.issue("A weak intermediate", authority=True, key=rsa_1024)
    sha1 = with_sha1(rsa_root.issue(key=rsa_2048), rsa_root)
    sha1_middle = with_sha1(
        rsa_root.issue("An intermediate with SHA-1", authority=True, key=rsa_2048), rsa_root
    )
    ed25519_key = ed25519.Ed25519PrivateKey.generate()
    ed25519_root = issue("An Ed25519 root", authority=True, key=ed25519_key)
    low, usual, high = (f"DEFAULT:@SECLEVEL={level}" for level in (0, 2, 3))
    return {
        "ECDSA-P-256": Case(GOOD),
        "ECDSA-P-384": Case(MIDDLE.issue(key=ec.generate_private_key(ec.SECP384R1()))),
        "RSA-2048": Case(MIDDLE.issue(key=rsa_2048)),
        "RSA-3072": Case(MIDDLE.issue(key=rsa_3072)),
        "RSA-all-the-way": Case(rsa_middle.issue(key=rsa_2048), roots=[rsa_root]),
        "ECDSA-below-RSA": Case(rsa_middle.issue(), roots=[rsa_root]),
        "Ed25519": Case(MIDDLE.issue(key=ed25519_key)),
        "Ed25519-all-the-way": Case(ed25519_root.issue(key=ed25519_key), roots=[ed25519_root]),
        "RSA-unknown": Case(MIDDLE.issue(key=rsa_2048), NO_ISSUER, roots=[]),
        "Ed25519-unknown": Case(MIDDLE.issue(key=ed25519_key), NO_ISSUER, roots=[]),
        "RSA-1024": Case(MIDDLE.issue(key=rsa_1024), WEAK_KEY, ciphers=usual),
        "RSA-1024-at-level-0": Case(MIDDLE.issue(key=rsa_1024), ciphers=low),
        "RSA-2048-at-level-3": Case(MIDDLE.issue(key=rsa_2048), WEAK_KEY, ciphers=high),
        "intermediate-RSA-1024": Case(weak_middle.issue(), WEAK_CA_KEY, ciphers=usual),
        "intermediate-RSA-1024-at-level-0": Case(weak_middle.issue(), ciphers=low),
        "SHA-1": Case(sha1, WEAK_DIGEST, roots=[rsa_root], ciphers=usual),
        "SHA-1-at-level-0": Case(sha1, roots=[rsa_root], ciphers=low),
        "SHA-1-and-unknown": Case(sha1, NO_ISSUER, ciphers=usual),
        "intermediate-SHA-1": Case(
            sha1_middle.issue(), WEAK_DIGEST, roots=[rsa_root], ciphers=usual
        ),
    }


def name_cases() -> dict[str, Case]:
    """Return cases that differ in names."""
    addressed = MIDDLE.issue(names=["192.0.2.1", "2001:db8::1", NAME])
    wild = MIDDLE.issue("*.example.org")
    permitted = x509.NameConstraints([x509.DNSName("example.net")], None)
    constrained = ROOT.issue("Constrained", authority=True, extensions=[(permitted, True)])
    return {
        "wrong-name": Case(GOOD, WRONG_HOST, "mx.example.net"),
        "upper-case": Case(GOOD, None, "MX.Example.ORG"),
        "trailing-dot": Case(GOOD, WRONG_HOST, "mx.example.org."),
        "any-name": Case(GOOD, None, ""),
        "any-name-unknown": Case(GOOD, NO_ISSUER, "", roots=[]),
        "IPv4": Case(addressed, None, "192.0.2.1"),
        "IPv6": Case(addressed, None, "2001:DB8:0::1"),
        "wrong-IPv4": Case(addressed, WRONG_IP, "192.0.2.2"),
        "wrong-IPv6": Case(addressed, WRONG_IP, "2001:db8::2"),
        "address-as-DNS-name": Case(MIDDLE.issue(names=["a.test", NAME]), WRONG_IP, "192.0.2.1"),
        "wildcard": Case(wild),
        "wildcard-for-two-labels": Case(wild, WRONG_HOST, "a.b.example.org"),
        "wildcard-for-none": Case(wild, WRONG_HOST, "example.org"),
        "IDN": Case(MIDDLE.issue("xn--bcher-kva.example"), None, "b\u00fccher.example"),
        "CN-alone": Case(MIDDLE.issue(names=[])),
        "CN-beside-an-address": Case(MIDDLE.issue(names=["192.0.2.1"])),
        "CN-beside-a-name": Case(MIDDLE.issue(names=["other.example"]), WRONG_HOST),
        "no-name": Case(MIDDLE.issue("A server", names=[]), WRONG_HOST),
        "constrained": Case(constrained.issue("mx.example.net"), None, "mx.example.net"),
        "name-not-permitted": Case(constrained.issue(), NAME_NOT_PERMITTED),
    }


def chain_cases() -> dict[str, Case]:
    """Return cases that differ in what vouches for the certificate."""
    alone = issue(NAME)
    old_middle = ROOT.issue("Old", authority=True, days=(-30, -1))
    no_authority = ROOT.issue("Not an authority")
    short = ROOT.issue("Short", authority=True, path_length=0)
    below_short = short.issue("Below short", authority=True)
    forged = ROOT.issue("The intermediate", authority=True)  # with another key
    for_clients = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    unknown = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\5\0")
    tower = ROOT
    for storey in range(110):
        tower = tower.issue(f"Storey {storey}", authority=True, key=MIDDLE.key)
    return {
        "expired": Case(MIDDLE.issue(days=(-30, -1 / 24)), EXPIRED),
        "not-yet-valid": Case(MIDDLE.issue(days=(1 / 24, 30)), NOT_YET_VALID),
        "intermediate-expired": Case(old_middle.issue(), EXPIRED),
        "unknown-authority": Case(GOOD, NO_ISSUER, roots=[]),
        "unknown-root-sent": Case(
            GOOD, SELF_SIGNED_IN_CHAIN, chain=[*GOOD.chain, ROOT.der], roots=[]
        ),
        "trusted-root-sent": Case(GOOD, chain=[*GOOD.chain, ROOT.der]),
        "no-intermediate-sent": Case(GOOD, NO_ISSUER, chain=[GOOD.der]),
        "intermediate-trusted": Case(GOOD, chain=[GOOD.der], roots=[ROOT, MIDDLE]),
        "wrong-intermediate-sent": Case(GOOD, NO_ISSUER, chain=[GOOD.der, STRANGER.der]),
        "forged-intermediate": Case(GOOD, NO_ISSUER, chain=[GOOD.der, forged.der]),
        "self-signed": Case(alone, SELF_SIGNED),
        "self-signed-and-trusted": Case(alone, roots=[alone]),
        "self-signed-and-expired": Case(issue(NAME, days=(-30, -1)), SELF_SIGNED),
        "self-signed-with-another-name": Case(issue("localhost"), SELF_SIGNED),
        "expired-with-another-name": Case(MIDDLE.issue("a.test", days=(-30, -1)), WRONG_HOST),
        "another-order-and-more": Case(
            GOOD, chain=[GOOD.der, ROOT.der, STRANGER.der, forged.der, MIDDLE.der, GOOD.der]
        ),
        "intermediate-is-no-authority": Case(no_authority.issue(), NO_AUTHORITY),
        "path-too-long": Case(below_short.issue(), PATH_TOO_LONG),
        "for-clients-only": Case(MIDDLE.issue(extensions=[(for_clients, False)]), WRONG_PURPOSE),
        "unknown-critical-extension": Case(MIDDLE.issue(extensions=[(unknown, True)]), CRITICAL),
        "110-intermediates": Case(tower.issue(), CHAIN_TOO_LONG),
        "150-strangers": Case(GOOD, chain=[*GOOD.chain, *[STRANGER.der] * 150]),
    }


CASES = {**key_cases(), **name_cases(), **chain_cases()}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_the_answer_is_that_of_a_handshake(case, version, tmp_path):
    chain = case.chain or case.server.chain
    context = client_context(*case.roots, ciphers=case.ciphers)
    context.check_hostname = bool(case.name)
    expected = in_a_handshake(chain, case.server.key, case.name, context, version, tmp_path)
    assert verify_chain(chain, case.name, context) == expected
    codes = case.code if isinstance(case.code, tuple) else (case.code,)
    assert (expected.code if expected else None) in codes


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("flags", [ssl.VERIFY_DEFAULT, ssl.VERIFY_X509_STRICT, 0x80000])
@pytest.mark.parametrize("name", ["ECDSA-P-256", "CN-alone", "self-signed", "no-intermediate-sent"])
def test_the_flags_of_the_context_count(name, flags, version, tmp_path):
    case = CASES[name]
    chain = case.chain or case.server.chain
    # With VERIFY_X509_PARTIAL_CHAIN (the last) any trusted certificate is an anchor.
    context = client_context(case.server)
    context.verify_flags = ssl.VerifyFlags(flags)
    expected = in_a_handshake(chain, case.server.key, NAME, context, version, tmp_path)
    assert verify_chain(chain, NAME, context) == expected


def test_a_common_name_need_not_count():
    case = CASES["CN-alone"]
    context = client_context(ROOT)
    context.hostname_checks_common_name = False
    failure = verify_chain(case.server.chain, NAME, context)
    assert failure is not None
    assert failure.code == WRONG_HOST


def test_a_refusal_has_the_words_of_openssl():
    assert verify_chain(GOOD.chain, "a.test", client_context(ROOT)) == VerifyFailure(
        "Hostname mismatch, certificate is not valid for 'a.test'.", WRONG_HOST
    )


def test_a_forged_signature_is_found():
    der = bytearray(GOOD.der)
    der[-1] ^= 1
    failure = verify_chain([bytes(der), *GOOD.chain[1:]], NAME, client_context(ROOT))
    assert failure is not None
    assert failure.code == BAD_SIGNATURE


# All that is wrong, where OpenSSL stops at the first


def trust_in(*roots: Party, ciphers: str = "") -> Trust:
    """Trust these and nobody else."""
    return Trust(
        lambda names, times: set_checks(client_context(*roots, ciphers=ciphers), names, times)
    )


def codes(server: Party, trust: Trust, **options: t.Any) -> list[int | None]:
    """What is wrong with what a server sends."""
    chain = options.pop("chain", server.chain)
    refusals = all_failures(chain, options.pop("name", NAME), trust, **options)
    assert all(failure.text.isprintable() for failure in refusals)
    return [failure.code for failure in refusals]


PAST, FUTURE = (-30, -1), (1, 30)


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({}, []),
        ({"days": PAST}, [EXPIRED]),
        ({"days": FUTURE}, [NOT_YET_VALID]),
        ({"subject": "a.test"}, [WRONG_HOST]),
        ({"days": PAST, "subject": "a.test"}, [WRONG_HOST, EXPIRED]),
        ({"days": FUTURE, "subject": "a.test"}, [WRONG_HOST, NOT_YET_VALID]),
    ],
)
@pytest.mark.parametrize("vouched", ["trusted", "unknown", "self-signed", "not sent"])
def test_one_reason_does_not_hide_the_next(
    options: dict[str, t.Any], wrong: list[int], vouched: str
) -> None:
    server = issue(**{"subject": NAME, **options}) if vouched == "self-signed" else None
    server = server or MIDDLE.issue(**options)
    chain = server.chain[:1] if vouched == "not sent" else server.chain
    root = STRANGER if vouched == "unknown" else ROOT
    not_trusted = {"trusted": [], "self-signed": [SELF_SIGNED]}.get(vouched, [NO_ISSUER])

    found = codes(server, trust_in(root), chain=chain)

    assert sorted(map(str, found)) == sorted(map(str, [*not_trusted, *wrong]))


def test_what_openssl_says_comes_first() -> None:
    server = MIDDLE.issue("a.test", days=PAST)
    failure = verify_chain(server.chain, NAME, client_context(ROOT))

    assert all_failures(server.chain, NAME, trust_in(ROOT))[0] == failure
    said = VerifyFailure("as a handshake said", WRONG_HOST)
    refusals = all_failures(server.chain, NAME, trust_in(ROOT), said)
    assert [one.text for one in refusals] == ["as a handshake said", "certificate has expired"]


def test_a_name_is_looked_at_where_the_key_is_too_weak() -> None:
    server = MIDDLE.issue("a.test", days=PAST, key=rsa.generate_private_key(65537, 1024))  # noqa: S505

    found = codes(server, trust_in(ROOT, ciphers="DEFAULT:@SECLEVEL=2"))

    assert found == [WEAK_KEY, EXPIRED, WRONG_HOST]


def test_without_a_name_there_is_no_wrong_one() -> None:
    assert codes(MIDDLE.issue("a.test", days=PAST), trust_in(ROOT), name="") == [EXPIRED]
    assert codes(MIDDLE.issue("a.test"), trust_in(ROOT), name="") == []


def test_an_authority_that_has_expired_is_told_apart() -> None:
    old = issue("An old root", authority=True, days=PAST)
    middle = old.issue("Below it", authority=True)
    server = middle.issue()

    refusals = all_failures([*server.chain, old.der], NAME, trust_in(ROOT))
    assert [one.text for one in refusals if one.code == EXPIRED] == [
        "certificate has expired (one sent with the server's own)"
    ]
    # Beside a way that is trusted it does not matter.
    assert codes(GOOD, trust_in(ROOT), chain=[*GOOD.chain, old.der]) == []
    assert codes(GOOD, trust_in(ROOT), chain=[*GOOD.chain, old.der], name="a.test") == [WRONG_HOST]


@pytest.mark.parametrize("chain", [[], [b""], [b"garbage", b"garbage"], [GOOD.der, b"garbage"]])
def test_of_what_cannot_be_read_one_reason_is_told(chain: list[bytes]) -> None:
    assert len(all_failures(chain, NAME, trust_in(ROOT))) == 1
    assert len(all_failures(chain, NAME, trust_only(chain))) == 1


def every_code(chain: list[bytes]) -> list[int | None]:
    """What is wrong with a chain. At the top of the module, to be called by name."""
    return [failure.code for failure in all_failures(chain, NAME, trust_in(ROOT))]


@pytest.mark.parametrize("sent", [[GOOD.der] * 250, [b""] * 30_000, [bytes(9)] * 9000])
def test_a_chain_as_long_as_it_may_be_is_judged_in_little_time(sent: list[bytes]) -> None:
    assert_ends(every_code, sent)


def test_a_name_that_is_none_does_not_hide_the_rest() -> None:
    assert codes(MIDDLE.issue(days=PAST), trust_in(ROOT), name="a..b") == [None, EXPIRED]


# What no server could send


@pytest.mark.parametrize(
    "chain",
    [
        pytest.param([], id="none"),
        pytest.param([b""], id="empty"),
        pytest.param([b"no certificate"], id="garbage"),
        pytest.param([GOOD.der[:-1]], id="cut-short"),
        pytest.param([GOOD.der + b"\0"], id="too-long"),
        pytest.param([*GOOD.chain, b"no certificate"], id="garbage-at-the-end"),
        pytest.param([*GOOD.chain, *[STRANGER.der] * 300], id="more-than-openssl-takes"),
        pytest.param([b"\0" * (MAX_CHAIN_BYTES + 1)], id="more-than-a-message-may-have"),
    ],
)
def test_a_chain_that_cannot_be_read_is_refused(chain):
    failure = verify_chain(chain, NAME, client_context(ROOT))
    assert failure is not None
    assert failure.code is None
    assert failure.text.isprintable()
    assert "_ssl.c" not in failure.text
    assert "[" not in failure.text


@pytest.mark.parametrize(
    "name",
    ["a\0b", ".example.org", "a..b", "x" * 64, ".".join(["x" * 60] * 5), "\ud800", "\x1b[31m"],
    ids=ascii,
)
def test_a_name_that_is_none_is_refused(name):
    failure = verify_chain(GOOD.chain, name, client_context(ROOT))
    assert failure is not None
    assert failure.text.isprintable()


@settings(max_examples=2 * settings().max_examples)
@given(st.lists(st.binary(max_size=300), max_size=5), st.text(max_size=20))
def test_garbage_is_never_trusted(chain, name):
    failure = verify_chain(chain, name, client_context(ROOT))
    assert failure is not None
    assert failure.text.isprintable()


@settings(max_examples=3 * settings().max_examples)
@given(st.integers(0, len(GOOD.der) * 8 - 1))
def test_a_certificate_with_one_bit_changed_is_never_trusted(bit):
    der = bytearray(GOOD.der)
    der[bit // 8] ^= 1 << bit % 8
    assert verify_chain([bytes(der), *GOOD.chain[1:]], NAME, client_context(ROOT)) is not None


def test_a_handshake_that_ends_is_not_taken_for_trust(monkeypatch):
    go_on, calls = ssl.SSLObject.do_handshake, []

    def end(client):
        calls.append(client)
        if len(calls) == 1:
            go_on(client)

    monkeypatch.setattr(ssl.SSLObject, "do_handshake", end)
    assert verify_chain(GOOD.chain, NAME, client_context(ROOT)) == VerifyFailure(
        "the certificates cannot be judged: it has ended", None
    )


# The context


@pytest.mark.parametrize("name", ["ECDSA-P-256", "RSA-2048", "Ed25519"])
@pytest.mark.parametrize(
    "ciphers", ["ECDHE+AESGCM", "ECDHE+CHACHA20", "DHE+AES:ECDSA+AES", "kRSA+AES:ECDSA+AES"]
)
def test_any_cipher_suite_for_the_key_will_do(ciphers, name):
    case = CASES[name]
    assert verify_chain(case.server.chain, NAME, client_context(ROOT, ciphers=ciphers)) is None


def test_a_chain_is_not_taken_to_be_good_where_no_suite_is_for_its_key():
    context = client_context(ROOT, ciphers="ECDHE-RSA-AES128-GCM-SHA256")
    assert verify_chain(GOOD.chain, NAME, context) == VerifyFailure(
        "the certificates cannot be judged: wrong certificate type", None
    )
    # What is wrong with the chain itself is still told.
    failure = verify_chain(GOOD.chain[:1], NAME, context)
    assert failure is not None
    assert failure.code == NO_ISSUER


def without_verification(context):
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE


def without_names(context):
    context.check_hostname = False


def without_tls_1_2(context):
    context.minimum_version = ssl.TLSVersion.TLSv1_3


@pytest.mark.parametrize("change", [without_verification, without_names, without_tls_1_2])
def test_a_context_that_cannot_judge_is_refused(change):
    context = client_context(ROOT)
    change(context)
    with pytest.raises(ValueError, match="the context"):
        verify_chain(GOOD.chain, NAME, context)


def test_a_context_without_verification_is_refused_without_a_name_too():
    context = client_context(ROOT)
    without_verification(context)
    with pytest.raises(ValueError, match="the context"):
        verify_chain(GOOD.chain, "", context)


def test_a_context_is_left_as_it_is_and_may_be_shared():
    context = client_context(ROOT)

    def state():
        return context.verify_mode, context.check_hostname, context.options, context.verify_flags

    before = state()
    names = [NAME, "a.test"] * 50
    with ThreadPoolExecutor(4) as pool:
        refusals = list(pool.map(lambda name: verify_chain(GOOD.chain, name, context), names))
    assert [failure is None for failure in refusals] == [name == NAME for name in names]
    assert state() == before
