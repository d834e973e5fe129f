# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the TLSA records of the server are secure, and match what it shows. No I/O but `ask`.

What the server shows is what it has shown in the dialogues of the audit, at each address. Of each
certificate its digest and its key are known, but not the whole. So the chain to an authority is not
verified again here: the option `dane` of a dialogue does that.
"""

from __future__ import annotations

import typing as t

from ...._net.tls.dane import DANE_EE, DANE_TA, Tlsa, usable_records
from ..model import Verdict

if t.TYPE_CHECKING:
    from ...._net.tls.certificate import Certificate
    from .asker import Asker, Found
    from .subject import Subject

Chains = t.Mapping[str, "t.Sequence[Certificate]"]


def ask(asker: Asker, subject: Subject) -> Verdict:
    """Look up the records of the server, by its name."""
    host = subject.tls_name or subject.server_name
    if "." not in host:
        return Verdict("not_applicable", "the name of the server is not known")
    name = f"_{subject.port}._tcp.{host}"
    shown = {ip: one.certificates for ip, one in subject.observed.items() if one.certificates}
    unseen = [ip for ip in subject.addresses if ip not in shown]
    return judge(name, asker.find(name, "TLSA"), shown, unseen)


def judge(name: str, found: Found, shown: Chains, unseen: t.Sequence[str]) -> Verdict:
    """Judge the records. `unseen` are the addresses whose certificate is not known."""
    if not found.records:
        return Verdict("not_applicable", f"there is no TLSA record at {name}")
    if not found.secure:
        return Verdict("finding", f"DNSSEC does not vouch for the TLSA records of {name}")
    usable = usable_records(found.records)
    if not usable:
        return Verdict("finding", f"no TLSA record of {name} is usable for mail: {found}")
    doubt = ""
    for ip, chain in shown.items():
        matches = [_matches(one, chain) for one in usable]
        if not any(matches) and None not in matches:
            return Verdict("finding", f"{ip} shows a certificate that no TLSA record of {name} has")
        if not any(matches):
            doubt = f"this audit cannot compare the TLSA records of {name} with {ip}"
    if unseen or not shown:
        doubt = f"no certificate was seen at {', '.join(unseen) or 'any address'}"
    if doubt:
        return Verdict("undecided", doubt)
    return Verdict("sound", f"the certificates match the TLSA records of {name}")


def _matches(record: Tlsa, chain: t.Sequence[Certificate]) -> bool | None:
    """Return whether a record is that of a certificate; None if that cannot be told."""
    certificates = chain[:1] if record.usage == DANE_EE else chain[1:]
    found = [record.matches_read(one) for one in certificates]
    if any(found):
        return True
    if None in found or (record.usage == DANE_TA and len(chain) < 2):
        return None
    return False
