# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recognise the line of a cell that passed, as the json renderer writes it, without parsing it.

Nearly all cells of a large run passed with one dialogue. Their lines are copied into the merged
report as they are, so it must be certain that the renderer would write the same: `LINE` admits
only printable ASCII, and numbers in the form in which Python writes them. Parts that many cells
have in common are groups of the pattern, which only finds their ends. The code that takes such a
part checks it, once for all cells that have it.
"""

from __future__ import annotations

import re
import typing as t

# A text with anything in it, one that needs no other escape than those of quotes and backslashes,
# and the same or null.
_ANY_TEXT = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_TEXT = rb'"[ !#-\[\]-~]*(?:\\["\\][ !#-\[\]-~]*)*"'
_FULL_TEXT = rb'"(?!")' + _TEXT[1:]
_TEXT_OR_NULL = rb"(?:null|" + _FULL_TEXT + rb")"

# A float is written without an exponent from 0.0001 on. With six decimals it is written as it is.
_INTEGER = rb"-?(?:0|[1-9][0-9]{0,8})"
_INTEGER_OR_NULL = rb"(?:null|" + _INTEGER + rb")"
_NUMBER = rb"(?!0\.0000)(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[0-9]{0,5}[1-9]))?"
_BOOLEAN_OR_NULL = rb"(?:true|false|null)"

# An object with no other in it, and one with such objects in it.
_INNER = rb'\{[^{}"]*(?:' + _ANY_TEXT + rb'[^{}"]*)*\}'
_OUTER = rb'\{[^{}"]*(?:(?:' + _ANY_TEXT + rb"|" + _INNER + rb')[^{}"]*)*\}'


def _object(**values: bytes) -> bytes:
    """Return the pattern of an object with these keys, in this order."""
    return rb"\{" + _pairs(**values) + rb"\}"


def _pairs(**values: bytes) -> bytes:
    return b", ".join(b'"%s": %s' % (key.encode(), value) for key, value in values.items())


def _list(item: bytes) -> bytes:
    return rb"\[(?:" + item + rb"(?:, " + item + rb")*)?\]"


def _group(name: str, pattern: bytes) -> bytes:
    return b"(?P<" + name.encode() + b">" + pattern + b")"


_REPLY = _object(
    stage=_TEXT_OR_NULL,
    command=_TEXT_OR_NULL,
    code=_INTEGER_OR_NULL,
    enhanced_code=_TEXT_OR_NULL,
    lines=_list(_TEXT),
    seconds=rb"(?:null|" + _NUMBER + rb")",
    accepted=_BOOLEAN_OR_NULL,
    tls=_BOOLEAN_OR_NULL,
    recipient=_TEXT_OR_NULL,
)
_CLIENT = (
    rb"\{"
    + _pairs(helo=_TEXT_OR_NULL, address=_group("address", _TEXT_OR_NULL), port=_INTEGER_OR_NULL)
    + rb"(?:, "
    + _pairs(seen_as=_TEXT_OR_NULL)
    + rb")?\}"
)
_STAGE = rb'"[a-z_]{1,40}"'
_SECONDS = (
    rb"\{(?:" + _STAGE + rb": " + _NUMBER + rb"(?:, " + _STAGE + rb": " + _NUMBER + rb")*)?\}"
)
_RANGES = rb"\{[^{}]*\}"
_DIALOGUE = _object(
    title=_group("title", _ANY_TEXT),
    transcript=_group("file", rb'"[A-Za-z0-9._-]{1,250}"'),
    passed=rb"true",
    started=_group("started", _TEXT_OR_NULL),
    attempts=_group("attempts", _INTEGER_OR_NULL),
    failure=rb"null",
    server=_group("server", _INNER),
    client=_CLIENT,
    replies=_group("replies", _list(_REPLY)),
    capabilities=_group("capabilities", _INNER),
    tls=_group("tls", rb"null|" + _OUTER),
    message=rb"(?:null|"
    + _object(id=_TEXT_OR_NULL, token=_TEXT_OR_NULL, bytes=_INTEGER_OR_NULL, queue_id=_TEXT_OR_NULL)
    + rb")",
    receipt=rb"null",
    seconds=_group("seconds", _SECONDS),
    seconds_range=_group("ranges", _RANGES),
)
LINE = re.compile(
    rb"    "
    + _object(
        host=_group("host", _ANY_TEXT),
        server=_group(
            "identity",
            _ANY_TEXT + rb', "name": (?:null|' + _ANY_TEXT + rb'), "place": ' + _ANY_TEXT,
        ),
        verdict=rb'"passed"',
        short=rb'"ok"',
        reasons=rb"\[\]",
        cause=rb"null",
        dialogues=rb"\[" + _DIALOGUE + rb"\]",
    )
    + rb",?\n?"
)

# Longer lines are not tried, since a pattern may take long for what it does not match.
MAX_LINE = 20_000

# Texts with commands for CI systems are written with an escape: see `escape`.
_MAY_BE_COMMAND = re.compile(rb'##|[ "]::[A-Za-z]')

_PAIR = re.compile(rb'"([a-z_]+)": ([0-9.]+)')
_RANGE = re.compile(rb'"([a-z_]+)": \[([0-9.]+), ([0-9.]+)\]')
_NUMBER_ALONE = re.compile(_NUMBER)
_REPLY_BEGINS = b'{"stage": "'
_QUIT = b'{"stage": "quit", '
_STAGE_AND_CODE = re.compile(
    rb'\{"stage": '
    + _FULL_TEXT
    + rb', "command": '
    + _TEXT_OR_NULL
    + rb', "code": ([0-9]{1,9}|null),'
)


class Seconds(t.NamedTuple):
    """The stages of a dialogue, and how long each took."""

    stages: tuple[bytes, ...]
    values: list[float]


def matched(line: bytes) -> re.Match[bytes] | None:
    """Return a line of a cell that passed with its parts, or None for any other line."""
    if len(line) > MAX_LINE or _MAY_BE_COMMAND.search(line):
        return None
    return LINE.fullmatch(line)


def seconds_of(seconds: bytes, ranges: bytes) -> Seconds | None:
    """Read the times of a line, or return None if the renderer would write other ranges of them.

    Whole numbers are not read either, since they would become floats.
    """
    pairs = _PAIR.findall(seconds)
    same = b", ".join([b'"%b": [%b, %b]' % (stage, one, one) for stage, one in pairs])
    if ranges[1:-1] != same and not _are_ranges_of(pairs, ranges):
        return None
    if any(b"." not in one for _stage, one in pairs):
        return None
    return Seconds(tuple([stage for stage, _one in pairs]), [float(one) for _stage, one in pairs])


def _are_ranges_of(pairs: list[tuple[bytes, bytes]], ranges: bytes) -> bool:
    """Return whether ranges, with the times of earlier runs, hold the times of a line."""
    found = _RANGE.findall(ranges)
    written = b", ".join([b'"%b": [%b, %b]' % one for one in found])
    return (
        written == ranges[1:-1]
        and [one[0] for one in found] == [one[0] for one in pairs]
        and all(_NUMBER_ALONE.fullmatch(end) for one in found for end in one[1:])
        and all(
            float(least) <= float(value) <= float(most)
            for (_stage, value), (_same, least, most) in zip(pairs, found, strict=True)
        )
    )


def last_code(replies: bytes) -> int | None:
    """Return the code of the last reply before QUIT.

    No text of a reply can have the beginning of a reply in it, since its quotes are escaped.
    """
    at = replies.rfind(_REPLY_BEGINS)
    while at >= 0 and replies.startswith(_QUIT, at):
        at = replies.rfind(_REPLY_BEGINS, 0, at)
    found = _STAGE_AND_CODE.match(replies, at) if at >= 0 else None
    return int(found[1]) if found and found[1] != b"null" else None
