# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The extensions that a server offers in its reply to EHLO (RFC 5321 section 4.1.1.1). No I/O."""

from __future__ import annotations

import typing as t

from .reply import spaced

if t.TYPE_CHECKING:
    from .reply import Reply

# The extension that a parameter of MAIL or RCPT belongs to, if their names differ.
_EXTENSION_OF_PARAMETER = {
    "BODY=8BITMIME": "8BITMIME",  # RFC 6152
    "BODY=BINARYMIME": "BINARYMIME",  # RFC 3030
    "BODY=7BIT": "8BITMIME",
    "RET": "DSN",  # RFC 3461
    "ENVID": "DSN",
    "NOTIFY": "DSN",
    "ORCPT": "DSN",
    "BY": "DELIVERBY",  # RFC 2852
    "HOLDFOR": "FUTURERELEASE",  # RFC 4865
    "HOLDUNTIL": "FUTURERELEASE",
    "SOLICIT": "NO-SOLICITING",  # RFC 3865
    "TRANSID": "CHECKPOINT",  # RFC 1845
}


class Capabilities(t.Dict[str, t.List[str]]):
    """A dictionary of keywords, in upper case, and their parameters as the server wrote them."""

    @classmethod
    def from_reply(cls, reply: Reply) -> Capabilities:
        """Read a reply to EHLO, without its first line.

        `AUTH=LOGIN`, which servers send for clients older than RFC 2554, counts as `AUTH LOGIN`.
        """
        # Dictionaries as ordered sets: a hostile reply can name a hundred thousand parameters.
        offered: dict[str, dict[str, None]] = {}
        for line in map(spaced, reply.lines[1:]):
            legacy = line.upper().startswith("AUTH=")
            keyword, *parameters = (line.replace("=", " ", 1) if legacy else line).split() or [""]
            if keyword:
                offered.setdefault(keyword.upper(), {}).update(dict.fromkeys(parameters))
        return cls({keyword: list(parameters) for keyword, parameters in offered.items()})

    def offers(self, wanted: str) -> bool:
        """Return whether a keyword is offered, with all parameters that follow it.

        >>> Capabilities(AUTH=["PLAIN", "LOGIN"]).offers("auth plain")
        True
        """
        keyword, *parameters = wanted.upper().split()
        offered = self.get(keyword)
        return offered is not None and set(parameters) <= {name.upper() for name in offered}


def extension_of(parameter: str) -> str:
    """Return the EHLO keyword of the extension that a parameter of MAIL or RCPT belongs to."""
    upper = parameter.upper()
    keyword = upper.partition("=")[0]
    return _EXTENSION_OF_PARAMETER.get(upper) or _EXTENSION_OF_PARAMETER.get(keyword, keyword)
