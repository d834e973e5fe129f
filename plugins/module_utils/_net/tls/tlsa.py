# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The TLSA records of a server, from this host's resolver. Needs dnspython."""

from __future__ import annotations

import time

from ..dns import NoAnswer, NoSuchName, query
from .dane import Tlsa, TlsaAnswer

# The limit on records that are used, since a hostile server can have thousands.
MAX_RECORDS = 50


def look_up(host: str, port: int, seconds: float) -> TlsaAnswer:
    """Look up the TLSA records of a server.

    If its name is an alias and DNSSEC vouches for that, the records of the alias's target are
    looked up first (RFC 7672 section 2.2.2). A failed look-up is the `error` of the answer.
    """
    end = time.monotonic() + seconds
    try:
        target = _target(host, end)
        answer = _records(target, port, end)
        if target != host and not answer.records:
            answer = _records(host, port, end)
    except NoAnswer as error:
        return TlsaAnswer(host, port, error=str(error))
    return answer._replace(alias=host if answer.host != host else None)


def _target(host: str, end: float) -> str:
    """Return the target of an alias that DNSSEC vouches for, and any other name as it is."""
    try:
        found = query(host, "A", end - time.monotonic())
    except NoSuchName:  # its TLSA records may exist all the same
        return host
    return found.name if found.secure else host


def _records(host: str, port: int, end: float) -> TlsaAnswer:
    answer = TlsaAnswer(host, port)
    try:
        found = query(answer.name, "TLSA", end - time.monotonic())
    except NoSuchName:
        return answer
    records = [Tlsa(one.usage, one.selector, one.mtype, one.cert) for one in found.records]
    return answer._replace(secure=found.secure, records=tuple(records[:MAX_RECORDS]))
