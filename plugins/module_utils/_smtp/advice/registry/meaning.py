# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The meaning of an enhanced code. No I/O."""

from __future__ import annotations

import re
import typing as t

from .enhanced_codes import CLASSES, CODES, SUBJECTS

_CODE = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})")

# The codes from here on are Microsoft's own. None of them is in the registry.
_FIRST_OF_MICROSOFT = 500
_LIST_OF_MICROSOFT = (
    "https://learn.microsoft.com/exchange/mail-flow-best-practices/"
    "non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online"
)
_REGISTRY = "https://www.iana.org/assignments/smtp-enhanced-status-codes/"


class Meaning(t.NamedTuple):
    """What an enhanced code means, in the words of its class, its subject and itself.

    `detail` is the meaning of the code, or says that it is in no registry. `source` is where it is
    defined. `registered` is whether the IANA registry has the code.
    """

    class_: str
    subject: str
    detail: str
    source: str
    registered: bool

    def __str__(self) -> str:
        return f"{self.class_}: {self.detail}"


def meaning_of(code: str) -> Meaning | None:
    """Return the meaning of an enhanced code, or None for a text that is not one.

    >>> str(meaning_of("4.2.2"))
    "refused for the time being: the recipient's mailbox is full"
    """
    parts = _CODE.fullmatch(code)
    if parts is None:
        return None
    # Some servers write leading zeros, which RFC 3463 section 2 forbids.
    digit, subject, detail = parts.group(1), int(parts.group(2)), int(parts.group(3))
    about = SUBJECTS.get(f"X.{subject}", "a subject that is in no registry")
    known = CODES.get(f"X.{subject}.{detail}")
    if known is not None:
        return Meaning(CLASSES[digit], about, *known, registered=True)
    if subject == 7 and detail >= _FIRST_OF_MICROSOFT:
        text, source = "a policy of Microsoft's, by a code of its own", _LIST_OF_MICROSOFT
    else:
        text, source = f"something about {about}, by a code in no registry", _REGISTRY
        if f"X.{subject}" not in SUBJECTS:
            text = "a code in no registry"
    return Meaning(CLASSES[digit], about, text, source, registered=False)
