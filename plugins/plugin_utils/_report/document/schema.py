# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a result that the json report keeps, and the type of each value. No I/O.

A probing host may return anything. Each documented value is read as its type, so that the json
report always conforms to docs/smtp_report.schema.json. Unknown keys are kept, since a newer module
may have returned them.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ..untrusted import integer, json_value, mapping, number, one_line, sequence, text

Reader = Callable[[t.Any], t.Any]


def boolean(value: t.Any) -> bool | None:
    """Return True or False, or None for anything else."""
    return value if isinstance(value, bool) else None


def text_or_empty(value: t.Any) -> str:
    """Return a text, an empty one for anything else."""
    return text(value) or ""


def list_of(read: Reader) -> Reader:
    """Return a reader of lists, which reads each item with `read`."""
    return lambda value: [read(item) for item in sequence(value)]


def dictionary(**known: Reader) -> Reader:
    """Return a reader of dictionaries, which reads each known key with a reader of its own."""

    def read(value: t.Any) -> dict[str, t.Any] | None:
        if not isinstance(value, Mapping):
            return None
        return {
            name: known.get(name, json_value)(inner)
            for name, inner in ((one_line(key), inner) for key, inner in value.items())
        }

    return read


def _capabilities(value: t.Any) -> dict[str, list[str]]:
    return {one_line(key): list_of(text_or_empty)(inner) for key, inner in mapping(value).items()}


def _list_of_dictionaries(**known: Reader) -> Reader:
    read = dictionary(**known)
    return lambda value: [read(item) for item in sequence(value) if isinstance(item, Mapping)]


# What is kept of a receipt. It is empty if the mailbox could not be searched.
RECEIPT = dictionary(
    token=text,
    found=boolean,
    mailbox=text,
    junk=boolean,
    uid=text,
    copies=integer,
    seconds=number,
    hops=_list_of_dictionaries(
        **dict.fromkeys(
            ("from", "address", "by", "with", "tls_version", "tls_cipher", "id", "time"), text
        ),
        tls=boolean,
        delay=number,
        clock_skew=boolean,
    ),
    authentication_results=_list_of_dictionaries(
        **dict.fromkeys(("server", "spf", "dkim", "dmarc", "text"), text)
    ),
    host=text,
    server=text,
    queue_id=text,
    deleted=boolean,
    advice=list_of(text_or_empty),
)

# The parts of a result that are kept, in the order of the document.
PARTS: dict[str, Reader] = {
    "started": text,
    "attempts": integer,
    "failure": dictionary(
        stage=text,
        kind=text,
        code=integer,
        enhanced_code=text,
        text=text,
        errno=text,
        seconds=number,
        round_trip=number,
        tcp_info=dictionary(
            unacked=integer, retransmits=integer, rtt=number, mss=integer, path_mtu=integer
        ),
        advice=list_of(text_or_empty),
    ),
    "server": dictionary(host=text, port=integer, address=text, name=text, mx_preference=integer),
    "client": dictionary(helo=text, address=text, port=integer, seen_as=text),
    "replies": _list_of_dictionaries(
        stage=text,
        command=text,
        code=integer,
        enhanced_code=text,
        lines=list_of(text_or_empty),
        seconds=number,
        accepted=boolean,
        tls=boolean,
        recipient=text,
    ),
    "capabilities": _capabilities,
    "tls": dictionary(
        version=text,
        cipher=text,
        bits=integer,
        verified=boolean,
        verify_error=text,
        certificate=dictionary(
            subject=text,
            issuer=text,
            names=list_of(text_or_empty),
            not_before=text,
            not_after=text,
            days_left=integer,
            serial=text,
            sha256=text,
        ),
        chain=_list_of_dictionaries(subject=text, issuer=text),
        dane=dictionary(
            name=text, secure=boolean, records=list_of(text_or_empty), matched=text, error=text
        ),
    ),
    "message": dictionary(id=text, token=text, bytes=integer, queue_id=text),
}
