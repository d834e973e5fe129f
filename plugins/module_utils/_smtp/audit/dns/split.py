# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What this host's DNS says, for a comparison with other hosts. No I/O but `ask`.

One host alone has nothing to compare. The report has the answers of all hosts. The addresses of a
mail exchanger outside the own domain are not compared: those of large providers depend on where one
asks.
"""

from __future__ import annotations

import typing as t

from ..model import Verdict
from .asker import Unanswered

if t.TYPE_CHECKING:
    from .asker import Asker
    from .subject import Subject

Answers = t.Dict[str, t.List[str]]

_MAX_EXCHANGERS = 3
_MAX_CHARACTERS = 200

ALONE = "one host alone has nothing to compare; the report compares hosts of the same dns_view"


def ask(asker: Asker, subject: Subject) -> Verdict:
    """Ask what is compared."""
    found = answers(asker, subject)
    return Verdict("not_applicable" if found else "undecided", ALONE if found else "no answer came")


def answers(asker: Asker, subject: Subject) -> Answers:
    """Return the answers, each by its question. A question without an answer is left out."""
    found: Answers = {}
    hosts = [subject.host] if subject.host else []
    if subject.own_domain:
        exchangers = _note(found, asker, subject.own_domain, "MX")
        inside = f".{subject.own_domain.rstrip('.').lower()}"
        hosts += [one.host for one in exchangers if one.host.endswith(inside)][:_MAX_EXCHANGERS]
    for host in dict.fromkeys(hosts):
        for kind in ("A", "AAAA"):
            _note(found, asker, host, kind)
    return found


def _note(found: Answers, asker: Asker, name: str, kind: str) -> tuple[t.Any, ...]:
    try:
        records = asker.find(name, kind).records
    except Unanswered:
        return ()
    shown = [str(one)[:_MAX_CHARACTERS] for one in records]
    found[f"{name[:_MAX_CHARACTERS]} {kind}"] = sorted(shown)
    return records
