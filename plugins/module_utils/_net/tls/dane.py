# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a server's chain matches the TLSA records of its name (RFC 7672, RFC 7671). No I/O.

Mail uses two of the four usages of TLSA records: DANE-EE (3), whose data is that of the server's
own certificate or key, and DANE-TA (2), whose data is that of an authority in the chain. The other
two need public authorities, which RFC 7672 section 3.1.3 rules out.
"""

from __future__ import annotations

import hashlib
import typing as t

from ..text import escape
from .certificate import read_certificate

if t.TYPE_CHECKING:
    from .certificate import Certificate

DANE_TA = 2
DANE_EE = 3

_CERTIFICATE = 0
_PUBLIC_KEY = 1
_FULL = 0
_DIGESTS: dict[int, t.Callable[[bytes], bytes]] = {
    1: lambda data: hashlib.sha256(data).digest(),
    2: lambda data: hashlib.sha512(data).digest(),
}
_DIGEST_BYTES = {1: 32, 2: 64}

# The limit on a record as text: one with the longest digest is shown whole, one with a certificate
# in it is cut.
_SHOWN_CHARACTERS = len("2 1 2 ") + 2 * 64

# The limit on authorities that are verified. A server sends one or two; a hostile one could have
# thousands verified.
_MAX_AUTHORITIES = 10

# Takes the certificate of an authority (DER), and returns why the chain does not verify with it, or
# None.
FailureOf = t.Callable[[bytes], t.Optional[str]]

# Replaces the secrets in a text that is to be shown.
Mask = t.Callable[[str], str]


class Tlsa(t.NamedTuple):
    """One TLSA record (RFC 6698 section 2.1)."""

    usage: int
    selector: int
    matching_type: int
    data: bytes

    def __str__(self) -> str:
        """Return the record for a sentence, without long data."""
        count = len(self.data)
        data = self.data.hex() if count <= max(_DIGEST_BYTES.values()) else f"({count} bytes)"
        return f"{self._fields_text} {data}"

    def shown(self, mask: Mask) -> str:
        """Return the record as in a zone file, cut if it is long."""
        text = mask(f"{self._fields_text} {self.data.hex()}")
        return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."

    @property
    def _fields_text(self) -> str:
        return f"{self.usage} {self.selector} {self.matching_type}"

    @property
    def usable(self) -> bool:
        """Whether a mail client can use the record."""
        return (
            self.usage in (DANE_TA, DANE_EE)
            and self.selector in (_CERTIFICATE, _PUBLIC_KEY)
            and (
                self.matching_type == _FULL
                or _DIGEST_BYTES.get(self.matching_type) == len(self.data)
            )
        )

    def matches(self, der: bytes) -> bool:
        """Whether the record is for this certificate (DER), or for its key."""
        return _association(self.selector, self.matching_type, der) == self.data

    def matches_read(self, certificate: Certificate) -> bool | None:
        """Whether the record is for a certificate that was read; None if that cannot be told.

        Of the whole certificate, only its SHA-256 is known then.
        """
        if self.selector == _PUBLIC_KEY:
            return _digest(self.matching_type, certificate.public_key_der) == self.data
        if self.matching_type == _FULL:
            return _digest(1, self.data).hex() == certificate.sha256
        return self.data.hex() == certificate.sha256 if self.matching_type == 1 else None


def _association(selector: int, matching_type: int, der: bytes) -> bytes | None:
    """Return the data that a record would have for a certificate; None if it is malformed."""
    if selector == _PUBLIC_KEY:
        try:
            der = read_certificate(der).public_key_der
        except ValueError:
            return None
    return _digest(matching_type, der)


def _digest(matching_type: int, data: bytes) -> bytes:
    return _DIGESTS.get(matching_type, bytes)(data)


class NextHop(t.NamedTuple):
    """A domain whose MX records were looked up (the "next-hop domain" of RFC 7672).

    `target` is the name that the domain is an alias of, or the domain itself. `secure` is whether
    DNSSEC vouches for the MX records, or for their absence.
    """

    domain: str
    target: str
    secure: bool


class TlsaAnswer(t.NamedTuple):
    """The answer of the DNS to a query for the TLSA records of a server.

    `host` is the name of the server that has the records. `alias` is the name that was queried, if
    it is another. `secure` is whether DNSSEC vouches for the records. `error` is why they could not
    be looked up, or None. `next_hop` is the domain that the server is a mail exchanger of, or None
    if no MX records were looked up.
    """

    host: str
    port: int
    secure: bool = False
    records: tuple[Tlsa, ...] = ()
    error: str | None = None
    alias: str | None = None
    next_hop: NextHop | None = None

    @property
    def name(self) -> str:
        """The name that the records stand under (RFC 6698 section 3)."""
        return f"_{self.port}._tcp.{self.host}"

    @property
    def reference_names(self) -> tuple[str, ...]:
        """The names of which a certificate must have one, with DANE-TA (RFC 7672 section 3.2.2)."""
        hop = self.next_hop
        names = [self.host, self.alias, *((hop.domain, hop.target) if hop else ())]
        return tuple(dict.fromkeys(name for name in names if name))


class Dane(t.NamedTuple):
    """The result of matching a chain with TLSA records: the record that matches, or an error."""

    answer: TlsaAnswer
    matched: Tlsa | None
    error: str | None

    def __str__(self) -> str:
        return self.error or f"DANE: the certificate matches TLSA {self.matched}"

    def as_result(self, mask: Mask) -> dict[str, t.Any]:
        """Return the value of `tls.dane` in the module's result."""
        return {
            "name": mask(escape(self.answer.name)),
            "secure": self.answer.secure,
            "records": [record.shown(mask) for record in self.answer.records],
            "matched": self.matched.shown(mask) if self.matched else None,
            "error": mask(self.error) if self.error is not None else None,
        }


def match_tlsa(
    answer: TlsaAnswer, chain: t.Sequence[bytes], whole: bool, failure_of: FailureOf
) -> Dane:
    """Return the first record that the chain matches, or why no record matches.

    `chain` is in DER, the server's own certificate first. `whole` is whether it is all that the
    server sent. `failure_of` verifies the chain with an authority from a record of usage DANE-TA.
    For usage DANE-EE, neither the name nor the dates of the certificate matter (RFC 7672 section
    3.1.1).
    """
    error = _unusable_reason(answer)
    if error is not None:
        return Dane(answer, None, f"DANE: {error}")
    records = usable_records(answer.records)
    for record in records:
        if record.usage == DANE_EE and chain and record.matches(chain[0]):
            return Dane(answer, record, None)
    refusals = []
    reasons: dict[bytes, str | None] = {}
    for record, authority in _authorities(records, chain):
        if authority not in reasons and len(reasons) < _MAX_AUTHORITIES:
            reasons[authority] = failure_of(authority)
        reason = reasons.get(authority, "too many certificates match such records")
        if reason is None:
            return Dane(answer, record, None)
        if authority in chain:
            refusals.append(f"the certificate matches TLSA {record}, but {reason}")
    text = "; ".join(refusals[:_MAX_AUTHORITIES]) or _nothing_matches(answer, chain, whole)
    return Dane(answer, None, f"DANE: {text}")


def _authorities(
    records: t.Sequence[Tlsa], chain: t.Sequence[bytes]
) -> t.Iterator[tuple[Tlsa, bytes]]:
    """Yield the records of usage DANE-TA, each with the certificate of its authority.

    The server's own certificate is never an authority, even if it is self-signed or sent twice (RFC
    7671 section 5.2). A server need not send an authority whose whole certificate is in a record.
    """
    above = [der for der in dict.fromkeys(chain[1:]) if der != chain[0]]
    named: dict[tuple[int, int], dict[bytes | None, list[bytes]]] = {}
    for record in records:
        if record.usage != DANE_TA or not chain:
            continue
        kind = record.selector, record.matching_type
        if (
            kind not in named
        ):  # so that each certificate is parsed once, not for each of many records
            named[kind] = {}
            for der in above:
                named[kind].setdefault(_association(*kind, der), []).append(der)
        found = named[kind].get(record.data, [])
        if not found and kind == (_CERTIFICATE, _FULL) and record.data != chain[0]:
            found = [record.data]
        for authority in found:
            yield record, authority


def _unusable_reason(answer: TlsaAnswer) -> str | None:
    name, count = escape(answer.name), len(answer.records)
    hop = answer.next_hop
    # Mandatory DANE fails if the MX records are not secure (RFC 7672 sections 2.2.1 and 6).
    if hop is not None and not hop.secure:
        return f"DNSSEC does not vouch for the MX records of {escape(hop.domain)}"
    if answer.error is not None:
        return f"the TLSA records of {name} cannot be looked up: {answer.error}"
    if not answer.records:
        return f"there is no TLSA record at {name}"
    if not answer.secure:
        return f"DNSSEC does not vouch for the TLSA records of {name}"
    if not any(record.usable for record in answer.records):
        return f"none of the {count} TLSA records of {name} is usable for mail (RFC 7672)"
    return None


def _nothing_matches(answer: TlsaAnswer, chain: t.Sequence[bytes], whole: bool) -> str:
    count = len(answer.records)
    text = f"the certificate matches none of the {count} TLSA records of {escape(answer.name)}"
    authorities = [record for record in usable_records(answer.records) if record.usage == DANE_TA]
    if chain and any(record.matches(chain[0]) for record in authorities):
        text += " (one with usage 2 is of the server's own certificate, which usage 3 is for)"
    elif not whole and authorities:
        text += " (this Python does not show the intermediate certificates)"
    elif any((one.selector, one.matching_type) == (_PUBLIC_KEY, _FULL) for one in authorities):
        # OpenSSL can do with the key alone; RFC 7671 section 5.2.2 does not rely on that.
        text += " (the server must send the certificate of an authority whose key is in a record)"
    return text


def usable_records(records: t.Sequence[Tlsa]) -> list[Tlsa]:
    """Return the usable records, without SHA-256 if there is SHA-512 (RFC 7671 section 9)."""
    usable = [record for record in records if record.usable]
    strongest: dict[tuple[int, int], int] = {}
    for record in usable:
        kind = record[:2]
        strongest[kind] = max(strongest.get(kind, 0), record.matching_type)
    return [record for record in usable if record.matching_type in (_FULL, strongest[record[:2]])]
