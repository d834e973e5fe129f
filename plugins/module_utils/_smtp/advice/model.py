# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What advice is made of: a piece of advice, a rule, and the facts that rules ask for."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ..model import Kind, Stage


class Advice(t.NamedTuple):
    """What to check next: one or two sentences, in which commands and options are in backticks.

    Rules refer to advice by its `id`, which stays what it is when the text changes. `source` is
    where the facts are from: a section of an RFC, a manual page with the word to look for in it, a
    URL, or an option or return value of `smtp_handshake`. A semicolon separates two sources.
    `cause` is one short sentence that states the cause. It is true for every failure that leads to
    this advice.
    """

    id: str
    text: str
    source: str
    cause: str = ""


class Facts(t.NamedTuple):
    """What is known of a failure: what rules can ask for.

    Without a reply that decided there are no codes, and `text` is a description.
    """

    stage: Stage
    kind: Kind
    code: int | None = None
    enhanced_code: str | None = None
    text: str = ""


class Rule(t.NamedTuple):
    """When all of this holds, then that is the advice; a column that is left out always holds.

    Each column but `text` is a list of words, separated by spaces. `then` is a list of ids, the
    most likely cause first. Of each other column, one word must be true. An enhanced code is
    written as in the registry, with an X for its class ("X.7.1"), or by its subject ("X.7"), or as
    "-" for a reply without one. `text` is a regular expression, found anywhere, in upper or lower
    case.
    """

    then: str
    stage: str = ""
    kind: str = ""
    code: str = ""
    enhanced: str = ""
    text: str = ""
