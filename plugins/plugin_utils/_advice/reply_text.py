# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a reply as people have it at hand: as text, from a terminal, a bounce or a log. No I/O."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Stage

# How much of a text that is no reply is shown.
_SHOWN = 60

# The longest reply that the collection reads from a server.
MAX_CHARACTERS = 65_536

# Where a reply begins in its line: at the beginning, after the time and the side in a transcript,
# or after the words of a log or a bounce, such as "said: " or "Diagnostic-Code: smtp; ".
_BEGINNING = re.compile(
    r"(?:^\s*|^\s*(?:\[[ 0-9.]{1,20}\]\s{1,4})?S:\s{1,4}|[:;]\s{1,4})([2-5][0-9]{2})(?=[ -]|\s*$)"
)
_NEXT = re.compile(r"\s*(?:(?:\[[ 0-9.]{1,20}\]\s{1,4})?S:\s{1,4})?([2-5][0-9]{2})(?:([ -])(.*))?$")

# How Postfix and Exim name the command, after the reply and before it.
_AFTER = re.compile(r"(?<!\s)\s*\(in reply to ([A-Za-z /]{1,60})\).*$", re.DOTALL)
_BEFORE = re.compile(r"\bafter (?:pipelined )?([A-Za-z ]{1,40})")
_COMMANDS: tuple[tuple[str, Stage], ...] = (
    ("end of data", "message"),
    ("rcpt to", "rcpt_to"),
    ("mail from", "mail_from"),
    ("data", "data"),
    ("ehlo", "helo"),
    ("helo", "helo"),
    ("lhlo", "helo"),
    ("starttls", "starttls"),
    ("auth", "auth"),
    ("initial connection", "greeting"),
)


class NoReply(ValueError):
    """A text is not a reply. The text of the error says what to write."""


class GivenReply(t.NamedTuple):
    """A reply, and the stage that its log names, if it names one."""

    reply: Reply
    stage: Stage | None


def read_reply(text: str) -> GivenReply:
    """Return the reply in a text. Raise NoReply."""
    if len(text) > MAX_CHARACTERS:
        raise NoReply(f"has more than {MAX_CHARACTERS} characters; write the reply alone")
    lines = [line for line in text.splitlines() if line.strip()]
    found = _BEGINNING.search(lines[0]) if lines else None
    if found is None:
        shown = escape(text[:_SHOWN]) if text.strip() else "an empty text"
        raise NoReply(
            f"must begin with a reply code, as in '550 5.7.1 Relaying denied', not {shown}"
        )
    stage = _stage(text, lines[0][: found.start(1)])
    lines = _AFTER.sub("", "\n".join([lines[0][found.start(1) :], *lines[1:]])).splitlines()
    return GivenReply(_reply(found.group(1), lines), stage)


def _reply(code: str, lines: list[str]) -> Reply:
    """Join the lines of a reply. Logs and bounces wrap lines, or write them one after the other."""
    texts: list[str] = []
    for line in lines:
        # Postfix writes a reply of several lines in one, with the code before each.
        for part in re.split(rf"(?<=\S)\s+(?={code}[ -]\S)", line) if "-" in line else [line]:
            found = _NEXT.match(part)
            if found is None:
                texts[-1] = f"{texts[-1]} {escape(part.strip())}".strip()
            elif found.group(1) != code:
                raise NoReply(f"has two codes, {code} and {found.group(1)}; write one reply alone")
            else:
                texts.append(escape((found.group(3) or "").strip()))
    return Reply(int(code), tuple(texts))


def _stage(text: str, before: str) -> Stage | None:
    """Return the stage of the command that a log names, or None."""
    named = _AFTER.search(text) or _BEFORE.search(before)
    if named is not None:
        for command, stage in _COMMANDS:
            if named.group(1).lower().startswith(command):
                return stage
    return None
