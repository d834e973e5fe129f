# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does a server's chain match the TLSA records of its name? (RFC 7672, RFC 7671) No I/O.

Of the four usages of TLSA records, mail knows two: DANE-EE (3), which names the server's own
certificate or key, and DANE-TA (2), which names an authority in the chain that it sends. The other
two would need the public authorities, which RFC 7672 section 3.1.3 keeps out.
"""

from __future__ import annotations

import hashlib
import typing as t

from ..text import escape
from .certificate import read_certificate

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

# A record with a whole certificate in it is some kilobytes; as text, its beginning will do. That of
# the longest digest is shown whole.
_SHOWN_CHARACTERS = len("2 1 2 ") + 2 * 64

# Of the authorities that records name, so many are looked at: a server sends one or two, and a
# hostile one has thousands checked.
_MAX_AUTHORITIES = 10

# Why a chain that begins at the authority with this certificate (DER) would not verify, or None.
FailureOf = t.Callable[[bytes], t.Optional[str]]

# Leaves secrets out of a text that is to be shown.
Mask = t.Callable[[str], str]


class Tlsa(t.NamedTuple):
    """One TLSA record (RFC 6698 section 2.1)."""

    usage: int
    selector: int
    matching_type: int
    data: bytes

    def __str__(self) -> str:
        """Name the record in a sentence; what is long is not in it."""
        count = len(self.data)
        data = self.data.hex() if count <= max(_DIGEST_BYTES.values()) else f"({count} bytes)"
        return f"{self._fields_text} {data}"

    def shown(self, mask: Mask) -> str:
        """Return the record as a zone has it, in part where it is long."""
        text = mask(f"{self._fields_text} {self.data.hex()}")
        return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."

    @property
    def _fields_text(self) -> str:
        return f"{self.usage} {self.selector} {self.matching_type}"

    @property
    def usable(self) -> bool:
        """Whether it means something to a mail client."""
        return (
            self.usage in (DANE_TA, DANE_EE)
            and self.selector in (_CERTIFICATE, _PUBLIC_KEY)
            and (
                self.matching_type == _FULL
                or _DIGEST_BYTES.get(self.matching_type) == len(self.data)
            )
        )

    def matches(self, der: bytes) -> bool:
        """Whether it names this certificate, or its key."""
        return _association(self.selector, self.matching_type, der) == self.data


def _association(selector: int, matching_type: int, der: bytes) -> bytes | None:
    """Return what the records of a kind say of a certificate; None where it cannot be read."""
    if selector == _PUBLIC_KEY:
        try:
            der = read_certificate(der).public_key_der
        except ValueError:
            return None
    return _DIGESTS.get(matching_type, bytes)(der)


class NextHop(t.NamedTuple):
    """A domain whose MX records were looked up: whose mail would go where they lead.

    `target` is what the domain is an alias of, or itself. `secure` is whether DNSSEC vouches for
    the MX records, or for there being none.
    """

    domain: str
    target: str
    secure: bool


class TlsaAnswer(t.NamedTuple):
    """What the DNS says of a server.

    `host` is the name that its TLSA records stand under, and `name` where that is; `alias` is the
    name that was asked for, where that is another. `secure` is whether DNSSEC vouches for the
    records. `error` is why they could not be looked up, or None. `next_hop` is the domain that the
    server is a mail exchanger of, None where nobody has asked for its MX records.
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
        """The name of the records (RFC 6698 section 3)."""
        return f"_{self.port}._tcp.{self.host}"

    @property
    def reference_names(self) -> tuple[str, ...]:
        """The names that a certificate may be for, with DANE-TA (RFC 7672 section 3.2.2)."""
        hop = self.next_hop
        names = [self.host, self.alias, *((hop.domain, hop.target) if hop else ())]
        return tuple(dict.fromkeys(name for name in names if name))


class Dane(t.NamedTuple):
    """How a chain stands to the TLSA records: one that it matches, or the error."""

    answer: TlsaAnswer
    matched: Tlsa | None
    error: str | None

    def __str__(self) -> str:
        return self.error or f"DANE: the certificate matches TLSA {self.matched}"

    def as_result(self, mask: Mask) -> dict[str, t.Any]:
        """Return the value that the module documents."""
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
    """Look for a record that the chain matches.

    `chain` is in DER, the server's own certificate first, and `whole` says whether that is all that
    the server sent. Of an authority that a record names, `why_not` says whether the server's
    certificate comes from there; for the server's own certificate the record is all that counts,
    and neither its name nor its dates do (RFC 7672 section 3.1.1).
    """
    error = _unusable_reason(answer)
    if error is not None:
        return Dane(answer, None, f"DANE: {error}")
    records = _usable(answer.records)
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
    """Return the records that name an authority, each with the certificate that it names.

    An authority is above the server's own certificate, which is none even where it has signed
    itself or is sent twice (RFC 7671 section 5.2). One that is whole in a record need not be sent.
    """
    above = [der for der in dict.fromkeys(chain[1:]) if der != chain[0]]
    named: dict[tuple[int, int], dict[bytes | None, list[bytes]]] = {}
    for record in records:
        if record.usage != DANE_TA or not chain:
            continue
        kind = record.selector, record.matching_type
        if kind not in named:  # so that no certificate is read for each of many records
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
    # Where DANE is a must, there is no way to a mail exchanger by other records (RFC 7672 sections
    # 2.2.1 and 6).
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
    authorities = [record for record in _usable(answer.records) if record.usage == DANE_TA]
    if chain and any(record.matches(chain[0]) for record in authorities):
        text += " (one with usage 2 is of the server's own certificate, which usage 3 is for)"
    elif not whole and authorities:
        text += " (this Python does not show the intermediate certificates)"
    elif any((one.selector, one.matching_type) == (_PUBLIC_KEY, _FULL) for one in authorities):
        # OpenSSL can do with the key alone; RFC 7671 section 5.2.2 does not rely on that.
        text += " (the server must send the certificate of an authority whose key is in a record)"
    return text


def _usable(records: t.Sequence[Tlsa]) -> list[Tlsa]:
    """Leave out what means nothing, and SHA-256 where there is SHA-512 (RFC 7671 section 9)."""
    usable = [record for record in records if record.usable]
    strongest: dict[tuple[int, int], int] = {}
    for record in usable:
        kind = record[:2]
        strongest[kind] = max(strongest.get(kind, 0), record.matching_type)
    return [record for record in usable if record.matching_type in (_FULL, strongest[record[:2]])]
