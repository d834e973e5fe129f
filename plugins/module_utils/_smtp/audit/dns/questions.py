# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the checks of the DNS of one audit, after its dialogues. This needs dnspython."""

from __future__ import annotations

import typing as t

from ...._net import dns
from ...._net.text import escape
from ..model import Verdict
from . import blocklists, dmarc, dnssec, mx, ptr, spf, split, sts, tlsa, tlsrpt
from .asker import Asker, Unanswered

if t.TYPE_CHECKING:
    from ..observed import Observed
    from .split import Answers
    from .subject import Subject

# By the names that checks have for them, which `model` has, too.
QUESTIONS: dict[str, t.Callable[[Asker, Subject], Verdict]] = {
    "ptr": ptr.ask,
    "mx": mx.ask,
    "sts": sts.ask,
    "tlsrpt": tlsrpt.ask,
    "spf": spf.ask,
    "dmarc": dmarc.ask,
    "dnssec": dnssec.ask,
    "tlsa": tlsa.ask,
    "blocklists": blocklists.ask,
    "split": split.ask,
}


class DnsChecks:
    """The checks of the DNS of one audit. All of them share the answers, and the limits."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._asker: Asker | None = None
        self._compares = False  # whether a check has asked for what hosts are compared by

    def make(
        self, name: str, observed: t.Mapping[str, Observed], seconds: float
    ) -> tuple[Verdict, list[str]]:
        """Return the verdict on a question, and the lines of what was asked.

        `observed` is what the server has shown at each address, and `seconds` what is left of the
        audit. No exception is raised for the DNS or a network.
        """
        if dns.MISSING is not None:
            return Verdict("not_applicable", _missing_library()), []
        if self._asker is None:
            self._asker = Asker(seconds=seconds)
        asker = self._asker
        asker.begin()
        self._compares = self._compares or QUESTIONS[name] is split.ask
        self._subject = self._subject._replace(observed=observed)
        try:
            verdict = QUESTIONS[name](asker, self._subject)
        except Unanswered as error:
            verdict = Verdict("undecided", str(error))
        except Exception as error:  # noqa: BLE001 - other checks must go on
            verdict = Verdict("undecided", f"unexpected {type(error).__name__}: {error}")
        return verdict._replace(evidence=escape(verdict.evidence)), asker.lines

    def answers(self) -> Answers:
        """Return the answers that hosts are compared by, if a check has asked for them."""
        if self._asker is None or not self._compares:
            return {}
        return split.answers(self._asker, self._subject)


def _missing_library() -> str:
    from ansible.module_utils.basic import missing_required_lib  # only such a host needs it

    return str(missing_required_lib("dnspython"))
