# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers, by name. No I/O."""

from __future__ import annotations

import functools
import re
import typing as t

from ..model import LogLine, Rule, Traits
from . import dovecot, exim, haraka, opensmtpd, postfix, sendmail

_TRAITS: dict[str, t.Callable[[LogLine], Traits]] = {
    "postfix": postfix.traits_of,
    "exim": exim.traits_of,
    "dovecot": dovecot.traits_of,
    "sendmail": sendmail.traits_of,
    "opensmtpd": opensmtpd.traits_of,
    "haraka": haraka.traits_of,
}

RULES: dict[str, tuple[Rule, ...]] = {
    "postfix": postfix.RULES,
    "exim": exim.RULES,
    "dovecot": dovecot.RULES,
    "sendmail": sendmail.RULES,
    "opensmtpd": opensmtpd.RULES,
    "haraka": haraka.RULES,
}


# What a client has chosen itself, such as an address, must not look like a reason of the server.
_CHOSEN = re.compile(r"<[^<>]*>")


# The reason of the server is near the beginning. A pattern may take quadratic time.
_MAX_CHARACTERS = 500


def traits_of(line: LogLine) -> Traits:
    """Return what a line tells of its session."""
    return _TRAITS[line.server](line)


def rule_for(line: LogLine) -> Rule | None:
    """Return the first rule of the line's server whose pattern is in the line, or None."""
    return _rule_for(line.server, _CHOSEN.sub("<>", line.text)[:_MAX_CHARACTERS])


@functools.lru_cache(maxsize=4096)
def _rule_for(server: str, text: str) -> Rule | None:
    return next((rule for rule in RULES[server] if rule.pattern.search(text)), None)


def order_of(line: LogLine, rule: Rule) -> int:
    """Return the place of a rule among those of the line's server: the first tell most."""
    return RULES[line.server].index(rule)
