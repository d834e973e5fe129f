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

from ..untrusted import integer, json_value, mapping, number, one_line, sequence, text

Reader = Callable[[t.Any], t.Any]


def boolean(value: t.Any) -> bool | None:
    """Read what is true or false."""
    return value if isinstance(value, bool) else None


def text_or_empty(value: t.Any) -> str:
    """Read a text that may be empty."""
    return text(value) or ""


def list_of(read: Reader) -> Reader:
    """Read a list, each item in a certain way."""
    return lambda value: [read(item) for item in sequence(value)]


def dictionary(**known: Reader) -> Reader:
    """Read a dictionary, the known ones of its keys each in its way; None where it is none."""

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


# What is kept of a receipt. Where a message could not be looked for, nothing is.
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

# The parts of a result that are kept, in their order.
PARTS: dict[str, Reader] = {
    "started": text,
    "attempts": integer,
    "failure": dictionary(
        stage=text,
        kind=text,
        code=integer,
        enhanced_code=text,
        text=text,
        advice=list_of(text_or_empty),
    ),
    "server": dictionary(host=text, port=integer, address=text, name=text, mx_preference=integer),
    "client": dictionary(helo=text, address=text, port=integer),
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
