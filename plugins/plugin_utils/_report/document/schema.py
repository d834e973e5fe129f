# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report keeps of a result, and of which type each value is.

A probing host may return anything. What is documented of the module's result is read as what it
should be, so that the `json` report is what docs/smtp_report.schema.json says, whatever came. A key
that is not known here is kept: it may be a newer module's.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ..untrusted import mapping, number, plain, sequence, shown, text, whole

Read = Callable[[t.Any], t.Any]


def flag(value: t.Any) -> bool | None:
    """Read what is true or false."""
    return value if isinstance(value, bool) else None


def line(value: t.Any) -> str:
    """Read a text that may be empty."""
    return text(value) or ""


def each(read: Read) -> Read:
    """Read a list, each item in a certain way."""
    return lambda value: [read(item) for item in sequence(value)]


def keys(**known: Read) -> Read:
    """Read a dictionary, the known ones of its keys each in its way; None where it is none."""

    def read(value: t.Any) -> dict[str, t.Any] | None:
        if not isinstance(value, Mapping):
            return None
        return {
            name: known.get(name, plain)(inner)
            for name, inner in ((shown(key), inner) for key, inner in value.items())
        }

    return read


def _capabilities(value: t.Any) -> dict[str, list[str]]:
    return {shown(key): each(line)(inner) for key, inner in mapping(value).items()}


def _each_dictionary(**known: Read) -> Read:
    read = keys(**known)
    return lambda value: [read(item) for item in sequence(value) if isinstance(item, Mapping)]


# What is kept of a receipt. Where a message could not be looked for, nothing is.
RECEIPT = keys(
    token=text,
    found=flag,
    mailbox=text,
    junk=flag,
    uid=text,
    copies=whole,
    seconds=number,
    hops=_each_dictionary(
        **dict.fromkeys(
            ("from", "address", "by", "with", "tls_version", "tls_cipher", "id", "time"), text
        ),
        tls=flag,
        delay=number,
        clock_skew=flag,
    ),
    authentication_results=_each_dictionary(
        **dict.fromkeys(("server", "spf", "dkim", "dmarc", "text"), text)
    ),
    host=text,
    server=text,
    queue_id=text,
    deleted=flag,
    advice=each(line),
)

# The parts of a result that are kept, in their order.
PARTS: dict[str, Read] = {
    "started": text,
    "attempts": whole,
    "failure": keys(
        stage=text, kind=text, code=whole, enhanced_code=text, text=text, advice=each(line)
    ),
    "server": keys(host=text, port=whole, address=text, name=text, mx_preference=whole),
    "client": keys(helo=text, address=text, port=whole),
    "replies": _each_dictionary(
        stage=text,
        command=text,
        code=whole,
        enhanced_code=text,
        lines=each(line),
        seconds=number,
        accepted=flag,
        tls=flag,
        recipient=text,
    ),
    "capabilities": _capabilities,
    "tls": keys(
        version=text,
        cipher=text,
        bits=whole,
        verified=flag,
        verify_error=text,
        certificate=keys(
            subject=text,
            issuer=text,
            names=each(line),
            not_before=text,
            not_after=text,
            days_left=whole,
            serial=text,
            sha256=text,
        ),
        chain=_each_dictionary(subject=text, issuer=text),
        dane=keys(name=text, secure=flag, records=each(line), matched=text, error=text),
    ),
    "message": keys(id=text, token=text, bytes=whole, queue_id=text),
}
