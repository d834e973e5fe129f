# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether others can report failures of TLS on the way to the domain (RFC 8460). No I/O but `ask`.

Without MTA-STS and TLSA records there is not much to report, so the record is not missed.
"""

from __future__ import annotations

import typing as t

from ..model import Verdict
from .tags import tags_of, versions

if t.TYPE_CHECKING:
    from .asker import Asker
    from .subject import Subject

_VERSION = "TLSRPTv1"
_SCHEMES = ("mailto:", "https:")


def ask(asker: Asker, subject: Subject) -> Verdict:
    """Look up the record, and whether the domain has MTA-STS."""
    domain = subject.own_domain
    texts = asker.texts(f"_smtp._tls.{domain}")
    has_sts = bool(versions(asker.texts(f"_mta-sts.{domain}"), "STSv1"))
    return judge(f"_smtp._tls.{domain}", texts, has_sts)


def judge(name: str, texts: t.Sequence[str], is_missed: bool) -> Verdict:
    """Judge the TXT records of a name. `is_missed` is whether there must be one."""
    records = versions(texts, _VERSION)
    if not records:
        if texts:
            return Verdict("finding", f"{name} has no record v={_VERSION}: {texts[0]}")
        text = f"there is no record at {name}"
        if is_missed:
            return Verdict("finding", f"{text}, so nobody reports failures of MTA-STS")
        return Verdict("not_applicable", f"{text}, and none of MTA-STS")
    if len(records) > 1:  # section 3
        return Verdict("finding", f"{name} has {len(records)} records, so all are ignored")
    targets = [one.strip() for one in tags_of(records[0]).get("rua", "").split(",")]
    wrong = [one for one in targets if not one.lower().startswith(_SCHEMES)]
    if wrong:
        what = f"rua={wrong[0]}, which is no mailto: or https:" if wrong[0] else "no rua"
        return Verdict("finding", f"{name} has {what}: {records[0]}")
    return Verdict("sound", f"{name}: {records[0]}")
