# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The patterns of the option `expect`. No I/O."""

from __future__ import annotations

import re
import typing as t

from ..model import CONNECT_KINDS

if t.TYPE_CHECKING:
    from ..._net.errors import ProbeError
    from ..wire.reply import Reply

# Limit on the text in which a regular expression is searched, since a server can send any text.
_SEARCHED_CHARACTERS = 8192

_CODE = re.compile(r"[1-5][0-9xX]{2}")

_ENHANCED_CODE = re.compile(r"[245](?:\.(?:[0-9]{1,3}|[xX])){2}")


class Pattern(t.NamedTuple):
    """A pattern: `550`, `5xx`, `5.7.1`, `5.7.x`, `550 5.7.1`, `/text/` or `timeout`.

    `written` is the pattern as the user wrote it. Each other field is None if it may be anything.
    """

    written: str
    code: t.Pattern[str] | None = None
    enhanced_code: t.Pattern[str] | None = None
    text: t.Pattern[str] | None = None
    kind: str | None = None

    @classmethod
    def parse(cls, stage: str, written: str) -> Pattern:
        """Parse a pattern for a stage. Raise ValueError, which says what can be written there."""
        if len(written) > 2 and written.startswith("/") and written.endswith("/"):
            try:
                return cls(written, text=re.compile(written[1:-1], re.IGNORECASE))
            except (re.error, OverflowError, RecursionError) as error:
                raise ValueError(f"{written} is not a regular expression: {error}") from error
        if written.startswith("/") and not written.endswith("/"):
            raise ValueError(
                f"{written!r} has no / at its end; a pattern with a comma must be an item of a list"
            )
        if stage == "connect":
            if written in CONNECT_KINDS:
                return cls(written, kind=written)
            kinds = ", ".join(CONNECT_KINDS)
            raise ValueError(
                f"{written!r} is not one of {kinds} or /text/, as no reply comes before the"
                " greeting; write reply codes for the stage greeting"
            )
        words = written.split(" ")
        code = words.pop(0) if words and _CODE.fullmatch(words[0]) else None
        enhanced_code = words.pop(0) if words and _ENHANCED_CODE.fullmatch(words[0]) else None
        if words or not (code or enhanced_code):
            raise ValueError(
                f"{written!r} is not a reply code (550, 5xx), an enhanced status code (5.7.1),"
                " both (550 5.7.1), or /text/"
            )
        if code and enhanced_code and code[0] != enhanced_code[0]:
            raise ValueError(
                f"{written!r} matches no reply: both codes must have the same first digit"
                " (RFC 2034 section 4)"
            )
        return cls(
            written,
            code=_digits(code) if code else None,
            enhanced_code=_digits(enhanced_code) if enhanced_code else None,
        )

    def matches_reply(self, reply: Reply) -> bool:
        """Return whether a reply matches the pattern."""
        if self.text is not None:
            return self._matches_text(reply.judged)
        wanted = ((self.code, str(reply.code)), (self.enhanced_code, reply.enhanced_code or ""))
        return all(
            pattern is None or pattern.fullmatch(actual) is not None for pattern, actual in wanted
        )

    def matches_error(self, error: ProbeError) -> bool:
        """Return whether the error of a connection matches the pattern."""
        return self.kind == error.kind or self._matches_text(error.text)

    def _matches_text(self, text: str) -> bool:
        return self.text is not None and bool(self.text.search(text[:_SEARCHED_CHARACTERS]))


Patterns = t.Tuple[Pattern, ...]


def _digits(written: str) -> t.Pattern[str]:
    digits = "[0-9]+" if "." in written else "[0-9]"
    return re.compile(re.escape(written.lower()).replace("x", digits))
