# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The meanings of reply codes, each with its RFC. No I/O."""

from __future__ import annotations

# RFC 5321 section 4.2.3 unless another RFC is named.
_MEANINGS: dict[int, str] = {
    211: "system status, or help",
    214: "help",
    220: "the service is ready",
    221: "the server closes the connection",
    235: "the login succeeded (RFC 4954 section 6)",
    250: "the command is accepted and done",
    251: "the recipient is not local, and the server will forward",
    252: "the server cannot verify the address, but will accept the message and try to deliver it",
    334: "the server asks for the next part of the login (RFC 4954 section 4)",
    354: "the server waits for the message",
    421: "the service is not available, and the server closes the connection",
    432: "a password transition is needed (RFC 4954 section 6)",
    450: "the mailbox is not available, for now: it is busy, or a policy refuses for now",
    451: "the server failed to process the command, for now",
    452: "the server has not enough storage, or takes no more recipients of this message",
    454: "a temporary failure, of TLS (RFC 3207 section 4) or of the login (RFC 4954 section 6)",
    455: "the server cannot accommodate the parameters, for now",
    500: "the server does not recognize the command, or its line is too long",
    501: "the parameters of the command are wrong",
    502: "the server does not implement the command",
    503: "the command came out of order",
    504: "the server does not implement a parameter of the command",
    521: "the host never accepts mail (RFC 7504 section 3)",
    523: "the server requires encryption (RFC 5248)",
    524: "the server requires encryption for this login mechanism (RFC 5248)",
    525: "the account is disabled (RFC 5248)",
    530: "the server requires a login (RFC 4954 section 6), or STARTTLS (RFC 3207 section 4)",
    534: "the login mechanism is too weak (RFC 4954 section 6)",
    535: "the user or the password is wrong (RFC 4954 section 6)",
    538: "the login mechanism requires encryption (RFC 4954 section 6, obsolete)",
    550: "the mailbox is not available, or a policy refuses",
    551: "the recipient is not local, and the server does not forward",
    552: "the storage for the recipient is exceeded, or the message is too large",
    553: "the address of the mailbox is not allowed, such as wrong syntax",
    554: "the transaction failed, or there is no SMTP service here",
    555: "the server does not recognize a parameter of MAIL or RCPT",
    556: "the domain does not accept mail (RFC 7504 section 4)",
}

# RFC 5321 section 4.2.1.
_CLASSES = {
    2: "the command is accepted",
    3: "the server waits for more",
    4: "the server refuses for now",
    5: "the server refuses",
}


def meaning_of_code(code: int) -> str:
    """Return what a reply code means. An unknown code means what its first digit says.

    >>> meaning_of_code(354)
    'the server waits for the message'
    >>> meaning_of_code(571)
    'the server refuses (no RFC defines this code)'
    """
    if code in _MEANINGS:
        return _MEANINGS[code]
    return f"{_CLASSES[code // 100]} (no RFC defines this code)"
