# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A parser for certificates in DER (RFC 5280). No I/O; linear in the size of the certificate.

The ssl module parses only a certificate that it has verified, but users need to read the one that
does not verify. Nothing is verified here: no signature, no dates, no names.
"""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import re
import typing as t

from ..text import escape, printable

# OpenSSL accepts at most 100 KiB for a whole chain.
MAX_CERTIFICATE_BYTES = 128 * 1024
MAX_OID_BYTES = 128

_BOOLEAN = 0x01
_INTEGER = 0x02
_BIT_STRING = 0x03
_OCTET_STRING = 0x04
_OID = 0x06
_UTC_TIME = 0x17
_GENERALIZED_TIME = 0x18
_SEQUENCE = 0x30
_SET = 0x31

# Types with one byte for each character are decoded as Latin-1, T61 included, as OpenSSL does.
_ENCODINGS = {
    0x0C: "utf-8",  # UTF8String
    0x12: "latin-1",  # NumericString
    0x13: "latin-1",  # PrintableString
    0x14: "latin-1",  # T61String
    0x16: "latin-1",  # IA5String
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}

# The first nine are those of RFC 4514 section 3.
_ATTRIBUTES = {
    "2.5.4.3": "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
    "1.2.840.113549.1.9.1": "emailAddress",
    "2.5.4.5": "serialNumber",
}

_SUBJECT_ALT_NAME = "2.5.29.17"

# The characters that RFC 4514 section 2.4 escapes; `escape` does control characters.
_SPECIAL = re.compile(r'[",+;<>\\]|\A[ #]| \Z')

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z")


class Certificate(t.NamedTuple):
    """The fields of a certificate; each text is printable.

    `subject` and `issuer` are written as in RFC 4514: the last part first. `names` are the DNS
    names and IP addresses of the subjectAltName extension, in its order. Without that extension it
    is empty: the CN in `subject` no longer names a server (RFC 9525 section 2), although OpenSSL
    still accepts it if there is no other name (RFC 6125). `serial` is in upper-case hexadecimal, as
    in ssl.SSLSocket.getpeercert(). `not_before` and `not_after` are in ISO 8601, in UTC. `sha256`
    is the digest of the certificate in lower-case hexadecimal.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: str
    not_after: str
    serial: str
    sha256: str
    public_key_der: bytes  # SubjectPublicKeyInfo, to which selector 1 of a TLSA record refers


def read_certificate(der: bytes) -> Certificate:
    """Parse a certificate. Raises ValueError if it is malformed."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise _malformed(f"it has more than {MAX_CERTIFICATE_BYTES} bytes")
    whole = _Reader(der)
    certificate = _Reader(whole.take(_SEQUENCE))
    whole.end()
    fields = _Reader(certificate.take(_SEQUENCE))
    certificate.take(_SEQUENCE)  # the algorithm of the signature
    certificate.take(_BIT_STRING)
    certificate.end()

    fields.take_if(0xA0)  # version, which a certificate of version 1 does not have
    serial = _serial(fields.take(_INTEGER))
    fields.take(_SEQUENCE)  # the algorithm of the signature, again
    issuer = _name(fields.take(_SEQUENCE))
    validity = _Reader(fields.take(_SEQUENCE))
    not_before, not_after = _time(validity), _time(validity)
    validity.end()
    subject = _name(fields.take(_SEQUENCE))
    public_key = fields.element(_SEQUENCE)
    fields.take_if(0x81)  # issuerUniqueID
    fields.take_if(0x82)  # subjectUniqueID
    extensions = fields.take_if(0xA3)
    fields.end()
    return Certificate(
        subject=subject,
        issuer=issuer,
        names=tuple(_names(extensions)) if extensions is not None else (),
        not_before=not_before,
        not_after=not_after,
        serial=serial,
        sha256=hashlib.sha256(der).hexdigest(),
        public_key_der=public_key.whole,
    )


def days_left(certificate: Certificate, now: float) -> int:
    """Return the whole days until a certificate expires: 0 on its last day, then -1."""
    not_after = datetime.datetime.fromisoformat(certificate.not_after[:-1])
    seconds = not_after.replace(tzinfo=datetime.timezone.utc).timestamp() - now
    return int(seconds // 86400)


class _Element(t.NamedTuple):
    tag: int
    content: bytes
    whole: bytes


class _Reader:
    """Reads the elements of a DER value one after the other, without parsing their content."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def element(self, *tags: int) -> _Element:
        """Read the next element, which must have one of these tags, if tags are given."""
        data, start = self._data, self._position
        begin = start + 2
        if begin > len(data):
            raise _malformed("it is cut short")
        tag, length = data[start:begin]
        if tag & 0x1F == 0x1F or tag not in (tags or (tag,)):
            raise _malformed(f"an element of type 0x{tag:02x} is where another belongs")
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4:  # 0 is the indefinite form, which DER does not have
                raise _malformed("a length is not valid")
            length = int.from_bytes(data[begin : begin + count], "big")
            begin += count
        end = begin + length
        if end > len(data):
            raise _malformed("it is cut short")
        self._position = end
        return _Element(tag, data[begin:end], data[start:end])

    def take(self, tag: int) -> bytes:
        """Read the next element, which must have this tag, and return its content."""
        return self.element(tag).content

    def take_if(self, tag: int) -> bytes | None:
        """Read the next element if it has this tag, and return its content, or None."""
        here = self._position
        return self.take(tag) if self._data[here : here + 1] == bytes([tag]) else None

    def each(self, *tags: int) -> t.Iterator[_Element]:
        """Read all other elements, each of which must have one of these tags, if tags are given."""
        while self._position < len(self._data):
            yield self.element(*tags)

    def end(self) -> None:
        """Raise ValueError unless all elements were read."""
        if self._position < len(self._data):
            raise _malformed("there is more than belongs there")


def _malformed(problem: str) -> ValueError:
    return ValueError(f"the certificate is malformed: {problem}")


def _serial(content: bytes) -> str:
    number = int.from_bytes(content, "big", signed=True)
    digits = f"{abs(number):X}"
    return ("-" if number < 0 else "") + "0" * (len(digits) % 2) + digits


def _time(fields: _Reader) -> str:
    """Read a time in UTCTime or GeneralizedTime (RFC 5280 section 4.1.2.5)."""
    tag, content, _whole = fields.element(_UTC_TIME, _GENERALIZED_TIME)
    text = content.decode("latin-1")
    if tag == _UTC_TIME:
        text = ("20" if text < "50" else "19") + text
    match = _TIME.fullmatch(text)
    if match is None:
        raise _malformed("a time is not valid")
    time = "{}-{}-{}T{}:{}:{}".format(*match.groups())
    return datetime.datetime.fromisoformat(time).isoformat() + "Z"


def _name(content: bytes) -> str:
    parts = []
    for part in _Reader(content).each(_SET):
        attributes = []
        for attribute in _Reader(part.content).each(_SEQUENCE):
            fields = _Reader(attribute.content)
            oid = _oid(fields.take(_OID))
            attributes.append(f"{_ATTRIBUTES.get(oid, oid)}={_value(fields.element())}")
            fields.end()
        parts.append("+".join(attributes))
    return ",".join(reversed(parts))


def _value(element: _Element) -> str:
    """Return the value of an attribute: text, or # and the hexadecimal DER of other types."""
    encoding = _ENCODINGS.get(element.tag)
    if encoding is not None:
        try:
            text = element.content.decode(encoding)
        except UnicodeDecodeError:
            pass
        else:
            return escape(_SPECIAL.sub(r"\\\g<0>", text))
    return f"#{element.whole.hex()}"


def _oid(content: bytes) -> str:
    if not content or len(content) > MAX_OID_BYTES or content[-1] & 0x80:
        raise _malformed("an object identifier is not valid")
    arcs = [0]
    for byte in content:
        arcs[-1] = arcs[-1] << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(0)
    first, *others = arcs[:-1]
    root = min(first // 40, 2)
    return ".".join(map(str, (root, first - 40 * root, *others)))


def _names(content: bytes) -> t.Iterator[str]:
    outer = _Reader(content)
    extensions = _Reader(outer.take(_SEQUENCE))
    outer.end()
    for extension in extensions.each(_SEQUENCE):
        fields = _Reader(extension.content)
        oid = _oid(fields.take(_OID))
        fields.take_if(_BOOLEAN)  # whether it is critical
        value = _Reader(fields.take(_OCTET_STRING))
        fields.end()
        if oid == _SUBJECT_ALT_NAME:
            for name in _Reader(value.take(_SEQUENCE)).each():
                if name.tag == 0x82:  # dNSName
                    yield printable(name.content)
                elif name.tag == 0x87:  # iPAddress: 4 or 16 bytes, others raise ValueError
                    yield str(ipaddress.ip_address(name.content[:17]))
            value.end()
