# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate is read as OpenSSL reads it, and nothing that a server sends can break the reading.

Certificates are made by hand here, since no tool makes some of those that servers have.
"""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import ssl
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.certificate import (
    MAX_CERTIFICATE_BYTES,
    MAX_OID_BYTES,
    Certificate,
    days_left,
    read_certificate,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends, assert_linear
from hypothesis import given, settings
from hypothesis import strategies as st

UTF8, NUMERIC, PRINTABLE, T61, IA5 = 0x0C, 0x12, 0x13, 0x14, 0x16
UTC_TIME, GENERALIZED_TIME, GENERAL, UNIVERSAL, BMP = 0x17, 0x18, 0x1B, 0x1C, 0x1E
SEQUENCE, SET = 0x30, 0x31
CN, C, O, EMAIL = "2.5.4.3", "2.5.4.6", "2.5.4.10", "1.2.840.113549.1.9.1"  # noqa: E741

Attribute = t.Tuple[str, int, bytes]


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def oid(dotted: str) -> bytes:
    first, second, *others = map(int, dotted.split("."))
    return der(6, *map(base_128, (40 * first + second, *others)))


def base_128(arc: int) -> bytes:
    groups = [arc & 0x7F]
    while arc > 0x7F:
        arc >>= 7
        groups.insert(0, arc & 0x7F | 0x80)
    return bytes(groups)


def name(*parts: t.Sequence[Attribute]) -> bytes:
    return der(
        SEQUENCE,
        *(
            der(SET, *(der(SEQUENCE, oid(kind), der(tag, value)) for kind, tag, value in part))
            for part in parts
        ),
    )


def common_name(value: bytes, tag: int = UTF8) -> bytes:
    return name([(CN, tag, value)])


def extension(kind: str, value: bytes, *, critical: bytes = b"") -> bytes:
    return der(SEQUENCE, oid(kind), critical, der(4, value))


def alternatives(*names: bytes) -> bytes:
    return extension("2.5.29.17", der(SEQUENCE, *names))


def dns(value: bytes) -> bytes:
    return der(0x82, value)


RSA_SHA256 = der(SEQUENCE, oid("1.2.840.113549.1.1.11"), der(5))
KEY = der(
    SEQUENCE, der(SEQUENCE, oid("1.3.101.112")), der(3, b"\0" + bytes.fromhex("d75a9801" * 8))
)
TRUE = der(1, b"\xff")


def fields(**changes: bytes) -> dict[str, bytes]:
    """Return the parts of a certificate in their order, some of them changed."""
    parts = {
        "version": der(0xA0, der(2, b"\2")),
        "serial": der(2, b"\x10\x01"),
        "algorithm": RSA_SHA256,
        "issuer": name([(C, PRINTABLE, b"XX")], [(O, UTF8, b"Example CA")]),
        "validity": der(
            SEQUENCE,
            der(UTC_TIME, b"260101000000Z"),
            der(UTC_TIME, b"270101123456Z"),
        ),
        "subject": name([(O, UTF8, b"Example")], [(CN, UTF8, b"mx.example.org")]),
        "key": KEY,
        "unique_ids": b"",
        "extensions": der(
            0xA3,
            der(
                SEQUENCE,
                extension("2.5.29.19", der(SEQUENCE), critical=TRUE),
                alternatives(dns(b"mx.example.org"), der(0x87, bytes([192, 0, 2, 1]))),
                extension("2.5.29.37", der(SEQUENCE, oid("1.3.6.1.5.5.7.3.1"))),
            ),
        ),
    }
    return {**parts, **changes}


def certificate(**changes: bytes) -> bytes:
    return der(
        SEQUENCE,
        der(SEQUENCE, *fields(**changes).values()),
        RSA_SHA256,
        der(3, b"\0" + b"signature"),
    )


def with_extensions(*extensions: bytes) -> bytes:
    return certificate(extensions=der(0xA3, der(SEQUENCE, *extensions)))


def valid(begin: bytes, end: bytes) -> bytes:
    return certificate(validity=der(SEQUENCE, begin, end))


def decoded(der_bytes: bytes, path: t.Any) -> t.Any:
    """Decode a certificate with what ssl.getpeercert() is made of."""
    pem = path / "certificate.pem"
    pem.write_text(ssl.DER_cert_to_PEM_cert(der_bytes))
    return t.cast(t.Any, ssl)._ssl._test_decode_cert(str(pem))


def printable_or_refused(der_bytes: bytes) -> None:
    failure, texts = "", []
    try:
        read = read_certificate(der_bytes)
    except ValueError as error:
        failure = str(error)
    else:
        texts = [*read.names, *(value for value in read if isinstance(value, str))]
        days_left(read, 0.0)
    assert len(failure) < 200
    assert all(text.isprintable() for text in (failure, *texts))


# What certificates say


def test_all_that_a_certificate_says():
    whole = certificate()
    assert read_certificate(whole) == Certificate(
        subject="CN=mx.example.org,O=Example",
        issuer="O=Example CA,C=XX",
        names=("mx.example.org", "192.0.2.1"),
        not_before="2026-01-01T00:00:00Z",
        not_after="2027-01-01T12:34:56Z",
        serial="1001",
        sha256=hashlib.sha256(whole).hexdigest(),
        public_key_der=KEY,
    )


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        pytest.param(UTF8, "caf\u00e9".encode(), "café", id="UTF8String"),
        pytest.param(UTF8, b"caf\xe9", "#0c04636166e9", id="UTF8String-that-is-none"),
        pytest.param(NUMERIC, b"123", "123", id="NumericString"),
        pytest.param(PRINTABLE, b"mx", "mx", id="PrintableString"),
        pytest.param(PRINTABLE, b"caf\xe9", "café", id="PrintableString-in-Latin-1"),
        pytest.param(T61, b"M\xfcller", "Müller", id="T61String"),
        pytest.param(IA5, b"a@example.org", "a@example.org", id="IA5String"),
        pytest.param(BMP, "caf\u00e9".encode("utf-16-be"), "café", id="BMPString"),
        pytest.param(BMP, b"\0m\0", "#1e03006d00", id="BMPString-of-an-odd-length"),
        pytest.param(BMP, b"\xd8\0\0m", "#1e04d800006d", id="BMPString-with-half-a-pair"),
        pytest.param(UNIVERSAL, "caf\u00e9".encode("utf-32-be"), "café", id="UniversalString"),
        pytest.param(UNIVERSAL, b"\0\x11\0\0", "#1c0400110000", id="UniversalString-too-high"),
        pytest.param(GENERAL, b"mx", "#1b026d78", id="GeneralString"),
        pytest.param(2, b"\x2a", "#02012a", id="INTEGER"),
        pytest.param(SEQUENCE, der(5), "#30020500", id="SEQUENCE"),
        pytest.param(UTF8, b"", "", id="nothing"),
        pytest.param(UTF8, b'a,b+c"d\\e<f>g;h=i', r"a\,b\+c\"d\\e\<f\>g\;h=i", id="specials"),
        pytest.param(UTF8, b"#a#", r"\#a#", id="number-sign-first"),
        pytest.param(UTF8, b" a b ", r"\ a b\ ", id="spaces"),
        pytest.param(UTF8, b" ", r"\ ", id="one-space"),
        pytest.param(UTF8, b"a\0b\x1b[2J\n", r"a\x00b\x1b[2J\n", id="control-characters"),
        pytest.param(UTF8, "\u202egro".encode(), r"\u202egro", id="right-to-left-override"),
    ],
)
def test_values_of_every_type_are_read_and_escaped(tag, value, expected):
    read = read_certificate(certificate(subject=common_name(value, tag)))
    assert read.subject == f"CN={expected}"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param(name(), "", id="empty"),
        pytest.param(
            name(
                [(O, UTF8, b"Example")],
                [(CN, UTF8, b"mx"), ("0.9.2342.19200300.100.1.1", UTF8, b"7")],
            ),
            "CN=mx+UID=7,O=Example",
            id="multi-valued",
        ),
        pytest.param(
            name([(EMAIL, IA5, b"a@example.org")]), "emailAddress=a@example.org", id="email"
        ),
        pytest.param(name([("1.2.3.4", UTF8, b"a")]), "1.2.3.4=a", id="unknown"),
        pytest.param(name([("2.999.1", UTF8, b"a")]), "2.999.1=a", id="arc-above-39"),
        pytest.param(
            name([("0.39.16384", UTF8, b"a")]), "0.39.16384=a", id="arc-of-several-octets"
        ),
    ],
)
def test_names_are_written_as_in_rfc_4514(subject, expected):
    assert read_certificate(certificate(subject=subject)).subject == expected


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        pytest.param(der(UTC_TIME, b"500101000000Z"), "1950-01-01T00:00:00Z", id="1950"),
        pytest.param(der(UTC_TIME, b"991231235959Z"), "1999-12-31T23:59:59Z", id="1999"),
        pytest.param(der(UTC_TIME, b"000229000000Z"), "2000-02-29T00:00:00Z", id="2000"),
        pytest.param(der(UTC_TIME, b"491231235959Z"), "2049-12-31T23:59:59Z", id="2049"),
        pytest.param(der(GENERALIZED_TIME, b"20500101000000Z"), "2050-01-01T00:00:00Z", id="2050"),
        pytest.param(der(GENERALIZED_TIME, b"99991231235959Z"), "9999-12-31T23:59:59Z", id="never"),
        pytest.param(der(GENERALIZED_TIME, b"00010101000000Z"), "0001-01-01T00:00:00Z", id="1"),
    ],
)
def test_times(element, expected):
    assert read_certificate(valid(element, element)).not_after == expected


@pytest.mark.parametrize(
    "element",
    [
        der(UTC_TIME, b"2601010000Z"),
        der(UTC_TIME, b"260101000000"),
        der(UTC_TIME, b"260101000000+0100"),
        der(UTC_TIME, b"20260101000000Z"),
        der(UTC_TIME, b"261301000000Z"),
        der(UTC_TIME, b"260230000000Z"),
        der(UTC_TIME, b"260101240000Z"),
        der(UTC_TIME, b"260101000060Z"),
        der(UTC_TIME, b"260101 00000Z"),
        der(UTC_TIME, "26010100000\u0660Z".encode()),
        der(UTC_TIME, b""),
        der(GENERALIZED_TIME, b"260101000000Z"),
        der(GENERALIZED_TIME, b"20260101000000.5Z"),
        der(GENERALIZED_TIME, b"00000101000000Z"),
        der(UTF8, b"260101000000Z"),
    ],
    ids=repr,
)
def test_times_that_are_none(element):
    with pytest.raises(ValueError):
        read_certificate(valid(der(UTC_TIME, b"260101000000Z"), element))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-86401, 1), (-86400, 1), (-86399, 0), (-1, 0), (0, 0), (0.5, -1), (86400, -1), (86401, -2)],
)
def test_days_left(seconds, expected):
    read = read_certificate(certificate())
    end = datetime.datetime(2027, 1, 1, 12, 34, 56, tzinfo=datetime.timezone.utc).timestamp()
    assert days_left(read, end + seconds) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x00", "00"),
        (b"\x01", "01"),
        (b"\x7f", "7F"),
        (b"\x00\x80", "80"),
        (b"\x0a\xbc", "0ABC"),
        (b"\x80", "-80"),
        (b"\xff\x7f", "-81"),
        (b"\x00" + b"\xfe" * 20, "FE" * 20),
    ],
)
def test_serial_numbers_are_written_as_openssl_does(content, expected, tmp_path):
    whole = certificate(serial=der(2, content))
    assert read_certificate(whole).serial == expected
    assert decoded(whole, tmp_path)["serialNumber"] == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param([dns(b"b.test"), dns(b"a.test")], ("b.test", "a.test"), id="in-their-order"),
        pytest.param([dns(b"*.example.org")], ("*.example.org",), id="wildcard"),
        pytest.param([dns(b"xn--bcher-kva.example")], ("xn--bcher-kva.example",), id="IDN"),
        pytest.param([der(0x87, b"\xc0\0\2\1")], ("192.0.2.1",), id="IPv4"),
        pytest.param(
            [der(0x87, bytes.fromhex("20010db8" + "00" * 11 + "01"))], ("2001:db8::1",), id="IPv6"
        ),
        pytest.param(
            [der(0x81, b"a@example.org"), der(0x86, b"http://a.test"), der(0xA4, name())],
            (),
            id="others",
        ),
        pytest.param([dns(b"a.test\0.b.test")], (r"a.test\x00.b.test",), id="NUL"),
        pytest.param([dns(b"\x1b[2J\xff")], (r"\x1b[2J\xff",), id="control-character"),
        pytest.param([], (), id="none"),
    ],
)
def test_alternative_names(names, expected):
    assert read_certificate(with_extensions(alternatives(*names))).names == expected


def test_a_common_name_is_no_name_of_the_server():
    assert read_certificate(with_extensions()).names == ()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"extensions": b""}, id="no-extensions"),
        pytest.param({"version": b"", "extensions": b""}, id="version-1"),
        pytest.param(
            {"unique_ids": der(0x81, b"\0\1") + der(0x82, b"\0\2"), "extensions": b""},
            id="unique-ids",
        ),
    ],
)
def test_what_may_be_missing(changes):
    read = read_certificate(certificate(**changes))
    assert (read.subject, read.names) == ("CN=mx.example.org,O=Example", ())


# What is no certificate


def test_a_length_may_be_longer_than_it_must_be():
    # It may not in DER, but OpenSSL takes it.
    subject = b"\x30\x84\0\0\0\x12" + common_name(b"mx.test")[2:]
    assert read_certificate(certificate(subject=subject)).subject == "CN=mx.test"


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(b"\x30\x80" + common_name(b"mx")[2:] + b"\0\0", id="indefinite"),
        pytest.param(b"\x30\x85\0\0\0\0\x0d" + common_name(b"mx")[2:], id="length-of-5-bytes"),
        pytest.param(b"\x30\xff", id="length-of-127-bytes"),
        pytest.param(b"\x30\x84\xff\xff\xff\xff", id="length-of-4-GiB"),
        pytest.param(der(SEQUENCE, b"\x31"), id="half-an-element"),
        pytest.param(der(SEQUENCE, b"\x31\x01"), id="element-cut-short"),
        pytest.param(der(SEQUENCE, der(SEQUENCE)), id="no-set"),
        pytest.param(der(SEQUENCE, der(SET, der(SET))), id="no-sequence"),
        pytest.param(der(SEQUENCE, der(SET, der(SEQUENCE))), id="no-attribute"),
        pytest.param(der(SEQUENCE, der(SET, der(SEQUENCE, oid(CN)))), id="no-value"),
        pytest.param(
            der(SEQUENCE, der(SET, der(SEQUENCE, oid(CN), der(UTF8), der(UTF8)))), id="two-values"
        ),
        pytest.param(
            der(SEQUENCE, der(SET, der(SEQUENCE, oid(CN), b"\x1f\x20\0"))), id="type-of-two-bytes"
        ),
        pytest.param(der(SEQUENCE, der(SET, der(SEQUENCE, der(6), der(UTF8)))), id="empty-oid"),
        pytest.param(
            der(SEQUENCE, der(SET, der(SEQUENCE, der(6, b"\x55\x84"), der(UTF8)))), id="cut-oid"
        ),
        pytest.param(
            der(SEQUENCE, der(SET, der(SEQUENCE, der(6, b"\1" * (MAX_OID_BYTES + 1)), der(UTF8)))),
            id="endless-oid",
        ),
    ],
)
def test_names_that_are_none(subject):
    with pytest.raises(ValueError, match="malformed"):
        read_certificate(certificate(subject=subject))


@pytest.mark.parametrize(
    "extensions",
    [
        pytest.param(der(0xA3), id="nothing"),
        pytest.param(der(0xA3, der(SET)), id="no-sequence"),
        pytest.param(der(0xA3, der(SEQUENCE), der(SEQUENCE)), id="two"),
        pytest.param(der(0xA3, der(SEQUENCE, der(SEQUENCE, oid("1.2.3")))), id="no-value"),
        pytest.param(
            der(0xA3, der(SEQUENCE, der(SEQUENCE, oid("1.2.3"), der(4), der(4)))), id="two-values"
        ),
        pytest.param(der(0xA3, der(SEQUENCE, extension("2.5.29.17", b""))), id="names-missing"),
        pytest.param(
            der(0xA3, der(SEQUENCE, extension("2.5.29.17", der(SEQUENCE) + b"\0\0"))),
            id="more-than-names",
        ),
        pytest.param(der(0xA3, der(SEQUENCE, alternatives(b"\x82\x05a"))), id="name-cut-short"),
        pytest.param(der(0xA3, der(SEQUENCE, alternatives(der(0x87, b"\1\2\3")))), id="IPv3"),
        pytest.param(der(0xA3, der(SEQUENCE, alternatives(b"\x82\x80"))), id="indefinite-length"),
        pytest.param(
            der(0xA3, der(SEQUENCE, alternatives(b"\x9f\x02\0\0"))), id="type-of-two-bytes"
        ),
        pytest.param(
            der(0xA3, der(SEQUENCE, alternatives(der(0x87, b"\1" * 5000)))), id="endless-address"
        ),
    ],
)
def test_extensions_that_are_none(extensions):
    whole = certificate(extensions=extensions)
    with pytest.raises(ValueError):
        read_certificate(whole)
    printable_or_refused(whole)


@pytest.mark.parametrize("missing", ["serial", "algorithm", "issuer", "validity", "subject", "key"])
def test_what_may_not_be_missing(missing):
    with pytest.raises(ValueError, match="malformed"):
        read_certificate(certificate(**{missing: b""}))


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x30", id="one-byte"),
        pytest.param(b"-----BEGIN CERTIFICATE-----", id="PEM"),
        pytest.param(der(SEQUENCE), id="empty"),
        pytest.param(der(SEQUENCE, der(SEQUENCE), RSA_SHA256, der(3, b"\0")), id="no-fields"),
        pytest.param(certificate() + b"\0", id="more-after-it"),
        pytest.param(
            der(SEQUENCE, der(SEQUENCE, *fields().values()), RSA_SHA256, der(3, b"\0"), der(5)),
            id="more-after-the-signature",
        ),
        pytest.param(
            certificate(validity=der(SEQUENCE, der(UTC_TIME, b"260101000000Z") * 3)),
            id="three-times",
        ),
        pytest.param(certificate(unique_ids=der(5)), id="more-in-it"),
        pytest.param(certificate(extensions=der(0xA3, der(SEQUENCE)) * 2), id="extensions-twice"),
        pytest.param(b"\x30\x80" * 50_000, id="endless-nesting"),
        pytest.param(der(SEQUENCE, bytes(MAX_CERTIFICATE_BYTES)), id="too-large"),
    ],
)
def test_what_is_no_certificate(whole):
    with pytest.raises(ValueError, match="malformed"):
        read_certificate(whole)


# What hostile servers send


def filled(piece: bytes, size: int) -> bytes:
    return piece * (size // len(piece))


HOSTILE: dict[str, t.Callable[[int], bytes]] = {
    "names": lambda size: with_extensions(alternatives(filled(dns(b""), size))),
    "long name": lambda size: with_extensions(alternatives(dns(filled(b"\xff", size)))),
    "extensions": lambda size: with_extensions(filled(extension("1.2.3", b""), size)),
    "empty sets": lambda size: certificate(subject=der(SEQUENCE, filled(der(SET), size))),
    "parts": lambda size: certificate(
        subject=der(SEQUENCE, filled(name([("1.2", UTF8, b" ")])[2:], size))
    ),
    "attributes": lambda size: certificate(
        subject=der(SEQUENCE, der(SET, filled(name([("1.2", UTF8, b" ")])[4:], size)))
    ),
    "spaces": lambda size: certificate(subject=common_name(filled(b" ", size))),
    "special characters": lambda size: certificate(subject=common_name(filled(b"\\,", size))),
    "NULs": lambda size: certificate(subject=common_name(filled(b"\0\0", size), BMP)),
    "object identifiers": lambda size: certificate(
        subject=der(
            SEQUENCE,
            filled(der(SET, der(SEQUENCE, der(6, b"\xff" * 127 + b"\1"), der(UTF8))), size),
        )
    ),
    "serial": lambda size: certificate(serial=der(2, filled(b"\x80", size))),
    "key": lambda size: certificate(key=der(SEQUENCE, filled(der(5), size))),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_work_is_linear_in_the_size(kind):
    assert_linear(read_certificate, HOSTILE[kind])


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_largest_certificate_is_read_in_little_time(kind):
    whole = HOSTILE[kind](MAX_CERTIFICATE_BYTES - 1000)
    assert len(whole) > MAX_CERTIFICATE_BYTES * 0.9
    assert_ends(read_certificate, whole, cpu_seconds=2)


@settings(max_examples=3 * settings().max_examples)
@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_or_printable(data):
    printable_or_refused(data)
    printable_or_refused(der(SEQUENCE, data))
    printable_or_refused(certificate(subject=der(SEQUENCE, data)))
    printable_or_refused(certificate(extensions=data))
    printable_or_refused(with_extensions(alternatives(data)))


@settings(max_examples=2 * settings().max_examples)
@given(st.text(max_size=50), st.sampled_from(["utf-8", "utf-16-be", "utf-32-be", "latin-1"]))
def test_text_of_any_kind_is_printable(text, encoding):
    value = text.encode(encoding, "replace")
    tag = {"utf-8": UTF8, "utf-16-be": BMP, "utf-32-be": UNIVERSAL, "latin-1": T61}[encoding]
    printable_or_refused(certificate(subject=common_name(value, tag)))
    printable_or_refused(with_extensions(alternatives(dns(value))))


def test_a_certificate_that_is_cut_short_is_refused():
    whole = certificate()
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="malformed"):
            read_certificate(whole[:length])


def test_a_certificate_with_one_bit_changed_is_refused_or_printable():
    whole = certificate()
    for bit in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        printable_or_refused(bytes(changed))


# The same certificates in other eyes


LONG_NAMES = {
    "commonName": "CN",
    "countryName": "C",
    "organizationName": "O",
    "organizationalUnitName": "OU",
}


def as_openssl_reads(whole: bytes, path: t.Any) -> dict[str, t.Any]:
    """Return what the ssl module reads, in our form."""
    facts = decoded(whole, path)

    def written(parts: t.Any) -> str:
        return ",".join(
            "+".join(f"{LONG_NAMES.get(kind, kind)}={value}" for kind, value in part)
            for part in reversed(parts)
        )

    def moment(text: str) -> str:
        seconds = ssl.cert_time_to_seconds(text)
        utc = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
        return utc.strftime("%Y-%m-%dT%H:%M:%SZ")

    return {
        "subject": written(facts["subject"]),
        "issuer": written(facts["issuer"]),
        "names": tuple(
            str(ipaddress.ip_address(value.strip())) if kind == "IP Address" else value
            for kind, value in facts.get("subjectAltName", ())
            if kind in ("DNS", "IP Address")
        ),
        "not_before": moment(facts["notBefore"]),
        "not_after": moment(facts["notAfter"]),
        "serial": facts["serialNumber"],
    }


def assert_read_as_openssl_does(whole: bytes, path: t.Any) -> None:
    ours, theirs = read_certificate(whole)._asdict(), as_openssl_reads(whole, path)
    assert {key: ours[key] for key in theirs} == theirs


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param(certificate(), id="ordinary"),
        pytest.param(certificate(version=b"", extensions=b""), id="version-1"),
        pytest.param(certificate(subject=name()), id="no-subject"),
        pytest.param(
            certificate(subject=name([(O, UTF8, b"a"), (CN, IA5, b"b")], [(C, PRINTABLE, b"XX")])),
            id="multi-valued",
        ),
        pytest.param(certificate(subject=common_name("é€𝄞".encode())), id="UTF8String"),
        pytest.param(certificate(subject=common_name(b"M\xfcller", T61)), id="T61String"),
        pytest.param(certificate(subject=common_name(b"M\xfcller", PRINTABLE)), id="Latin-1"),
        pytest.param(
            certificate(subject=common_name("é€".encode("utf-16-be"), BMP)), id="BMPString"
        ),
        pytest.param(
            certificate(subject=common_name("é€𝄞".encode("utf-32-be"), UNIVERSAL)),
            id="UniversalString",
        ),
        pytest.param(certificate(subject=common_name(b"12", NUMERIC)), id="NumericString"),
        pytest.param(certificate(subject=name([("2.999.1", UTF8, b"a")])), id="unknown-oid"),
        pytest.param(
            with_extensions(
                alternatives(
                    dns(b"a.test"),
                    der(0x87, bytes.fromhex("20010db8" + "00" * 11 + "01")),
                    dns(b"*.b.test"),
                    der(0x81, b"c@example.org"),
                )
            ),
            id="names",
        ),
        pytest.param(
            valid(der(UTC_TIME, b"700101000000Z"), der(GENERALIZED_TIME, b"20500101000000Z")),
            id="times",
        ),
    ],
)
def test_openssl_reads_the_same(whole, tmp_path):
    assert_read_as_openssl_does(whole, tmp_path)


def issued() -> t.Iterator[t.Any]:
    """Return certificates that trustme makes."""
    try:
        import trustme
    except ImportError:
        return
    authority = trustme.CA(organization_name="Example, Inc.", organization_unit_name="Mail")
    long_ago = datetime.datetime(2001, 1, 1)
    for kind in trustme.KeyType:
        made = {
            "one-name": authority.issue_cert("mx.example.org", key_type=kind),
            "common-name": authority.issue_cert(
                "mx.example.org", common_name="mx.example.org", key_type=kind
            ),
            "expired": authority.issue_cert("mx.example.org", not_after=long_ago, key_type=kind),
            "wildcard": authority.issue_cert("*.example.org", key_type=kind),
            "addresses": authority.issue_cert("192.0.2.1", "2001:db8::1", key_type=kind),
            "IDN": authority.issue_cert("b\u00fccher.example", key_type=kind),
            "many-names": authority.issue_cert(
                *(f"mx{number}.example.org" for number in range(500)), key_type=kind
            ),
            "below-another": authority.create_child_ca(key_type=kind).issue_cert("a.test"),
        }
        for label, leaf in made.items():
            pem = leaf.cert_chain_pems[0].bytes().decode()
            yield pytest.param(ssl.PEM_cert_to_DER_cert(pem), id=f"{kind.name}-{label}")
    root = authority.cert_pem.bytes().decode()
    yield pytest.param(ssl.PEM_cert_to_DER_cert(root), id="root")


ISSUED = list(issued())


@pytest.mark.skipif(not ISSUED, reason="trustme is not installed")
@pytest.mark.parametrize("whole", ISSUED)
def test_cryptography_reads_the_same(whole):
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization

    theirs = x509.load_der_x509_certificate(whole)
    names = []
    try:
        alternative = theirs.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = [str(found.value) for found in alternative.value]
    except x509.ExtensionNotFound:
        pass
    assert read_certificate(whole) == Certificate(
        subject=theirs.subject.rfc4514_string(),
        issuer=theirs.issuer.rfc4514_string(),
        names=tuple(names),
        not_before=theirs.not_valid_before_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        not_after=theirs.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        serial=f"{theirs.serial_number:0{2 * ((theirs.serial_number.bit_length() + 7) // 8)}X}",
        sha256=theirs.fingerprint(hashes.SHA256()).hex(),
        public_key_der=theirs.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )


@pytest.mark.skipif(not ISSUED, reason="trustme is not installed")
@pytest.mark.parametrize("whole", ISSUED)
def test_openssl_reads_the_same_of_what_trustme_makes(whole, tmp_path):
    ours, theirs = read_certificate(whole)._asdict(), as_openssl_reads(whole, tmp_path)
    for key in ("names", "not_before", "not_after", "serial"):
        assert ours[key] == theirs[key]


@pytest.mark.skipif(not ISSUED, reason="trustme is not installed")
@pytest.mark.parametrize("whole", ISSUED[:2])
@settings(max_examples=3 * settings().max_examples)
@given(data=st.data())
def test_a_real_certificate_that_was_damaged_is_refused_or_printable(whole, data):
    damaged = bytearray(whole)
    for _hit in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    printable_or_refused(bytes(damaged))
    printable_or_refused(bytes(damaged[: data.draw(st.integers(0, len(whole)))]))
