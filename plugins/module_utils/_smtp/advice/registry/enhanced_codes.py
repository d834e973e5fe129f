# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The enhanced codes of the IANA registry, their classes and subjects, in a few words each.

https://www.iana.org/assignments/smtp-enhanced-status-codes/ has the registry, as of 2024-12-06. A
code has a meaning, and the RFC that defines it. The X stands for the class: 2, 4 or 5.
"""

from __future__ import annotations

# RFC 3463 section 2.
CLASSES: dict[str, str] = {
    "2": "success",
    "4": "refused for the time being",
    "5": "refused for good",
}

SUBJECTS: dict[str, str] = {
    "X.0": "other or undefined",
    "X.1": "an address",
    "X.2": "the mailbox of the recipient",
    "X.3": "the mail system of the recipient",
    "X.4": "the network, or the route",
    "X.5": "the protocol",
    "X.6": "the content of the message",
    "X.7": "security, or a policy",
}

CODES: dict[str, tuple[str, str]] = {  # noqa: E128 - a table
    "X.0.0": ("other or undefined", "RFC 3463 section 3.1"),
    # Addresses.
    "X.1.0": ("something about an address", "RFC 3463 section 3.2"),
    "X.1.1": ("the recipient's mailbox does not exist", "RFC 3463 section 3.2"),
    "X.1.2": ("the recipient's domain does not exist, or takes no mail", "RFC 3463 section 3.2"),
    "X.1.3": ("the recipient's address is not well formed", "RFC 3463 section 3.2"),
    "X.1.4": ("the recipient's address means more than one mailbox", "RFC 3463 section 3.2"),
    "X.1.5": ("the recipient's address is valid", "RFC 3463 section 3.2"),
    "X.1.6": ("the recipient's mailbox has moved, and nobody knows where", "RFC 3463 section 3.2"),
    "X.1.7": ("the sender's address is not well formed", "RFC 3463 section 3.2"),
    "X.1.8": ("the sender's domain does not exist, or takes no mail", "RFC 3463 section 3.2"),
    "X.1.9": ("the message went on to a server that does not report back", "RFC 3886"),
    "X.1.10": ("the recipient's domain has a null MX: it takes no mail", "RFC 7505"),
    # Mailboxes.
    "X.2.0": ("something about the recipient's mailbox", "RFC 3463 section 3.3"),
    "X.2.1": ("the recipient's mailbox is disabled", "RFC 3463 section 3.3"),
    "X.2.2": ("the recipient's mailbox is full", "RFC 3463 section 3.3"),
    "X.2.3": ("the message is too large for the recipient's mailbox", "RFC 3463 section 3.3"),
    "X.2.4": ("the mailing list cannot be expanded", "RFC 3463 section 3.3"),
    # Mail systems.
    "X.3.0": ("something about the mail system", "RFC 3463 section 3.4"),
    "X.3.1": ("the mail system has no space left", "RFC 3463 section 3.4"),
    "X.3.2": ("the mail system takes no messages now", "RFC 3463 section 3.4"),
    "X.3.3": ("the mail system lacks a feature that is asked for", "RFC 3463 section 3.4"),
    "X.3.4": ("the message is too large for the mail system", "RFC 3463 section 3.4"),
    "X.3.5": ("the mail system is not configured correctly", "RFC 3463 section 3.4"),
    "X.3.6": ("the message got another priority than it asked for", "RFC 6710"),
    # Networks and routes.
    "X.4.0": ("something about the network or the route", "RFC 3463 section 3.5"),
    "X.4.1": ("the next server does not answer", "RFC 3463 section 3.5"),
    "X.4.2": ("the connection was lost, or too slow", "RFC 3463 section 3.5"),
    "X.4.3": ("a directory, such as DNS, does not answer", "RFC 3463 section 3.5"),
    "X.4.4": ("there is no route onwards: the next server is unknown", "RFC 3463 section 3.5"),
    "X.4.5": ("the mail system is congested", "RFC 3463 section 3.5"),
    "X.4.6": ("the message goes round in a loop", "RFC 3463 section 3.5"),
    "X.4.7": ("the message was not delivered in time", "RFC 3463 section 3.5"),
    # The protocol.
    "X.5.0": ("something about the protocol", "RFC 3463 section 3.6"),
    "X.5.1": ("the command is unknown, or not due now", "RFC 3463 section 3.6"),
    "X.5.2": ("the syntax of the command is wrong", "RFC 3463 section 3.6"),
    "X.5.3": ("there are too many recipients", "RFC 3463 section 3.6"),
    "X.5.4": ("a parameter of the command is wrong", "RFC 3463 section 3.6"),
    "X.5.5": ("the servers speak different versions of the protocol", "RFC 3463 section 3.6"),
    "X.5.6": ("a line of the login is too long", "RFC 4954 section 6"),
    # The content.
    "X.6.0": ("something about the content of the message", "RFC 3463 section 3.7"),
    "X.6.1": ("the content is of a type that is not supported", "RFC 3463 section 3.7"),
    "X.6.2": ("the content must be converted, which is forbidden", "RFC 3463 section 3.7"),
    "X.6.3": ("the content must be converted, which is not possible", "RFC 3463 section 3.7"),
    "X.6.4": ("the content was converted, and has lost something", "RFC 3463 section 3.7"),
    "X.6.5": ("the content could not be converted", "RFC 3463 section 3.7"),
    "X.6.6": ("the content of the message cannot be fetched", "RFC 4468"),
    "X.6.7": ("an address that is not ASCII is not permitted", "RFC 6531 section 3.5"),
    "X.6.8": ("the reply needs UTF-8, which the client does not permit", "RFC 6531 section 3.5"),
    "X.6.9": ("headers in UTF-8 cannot be passed on to a recipient", "RFC 6531 section 3.5"),
    "X.6.10": ("not used any more: the same as X.6.8", "RFC 6531 section 3.5"),
    # Security and policy.
    "X.7.0": ("something about security or a policy", "RFC 3463 section 3.8"),
    "X.7.1": ("a policy refuses the delivery", "RFC 3463 section 3.8"),
    "X.7.2": ("the sender may not send to this mailing list", "RFC 3463 section 3.8"),
    "X.7.3": ("the message must be secured otherwise, which is not possible",
        "RFC 3463 section 3.8"),
    "X.7.4": ("a security feature is not supported", "RFC 3463 section 3.8"),
    "X.7.5": ("the message could not be decrypted", "RFC 3463 section 3.8"),
    "X.7.6": ("a cryptographic algorithm is not supported", "RFC 3463 section 3.8"),
    "X.7.7": ("the message was changed on the way", "RFC 3463 section 3.8"),
    "X.7.8": ("the user name or the password is wrong", "RFC 4954 section 6"),
    "X.7.9": ("the login mechanism is too weak", "RFC 4954 section 6"),
    "X.7.10": ("the session must be encrypted", "RFC 5248"),
    "X.7.11": ("this login mechanism needs an encrypted session", "RFC 4954 section 6"),
    "X.7.12": ("the password must be stored anew, by a login with PLAIN", "RFC 4954 section 6"),
    "X.7.13": ("the user's account is disabled", "RFC 5248"),
    "X.7.14": ("the server must trust the client, and does not", "RFC 5248"),
    "X.7.15": ("the priority of the message is too low now", "RFC 6710"),
    "X.7.16": ("the message is too large for its priority", "RFC 6710"),
    "X.7.17": ("the recipient's mailbox has another owner now", "RFC 7293"),
    "X.7.18": ("the recipient's domain has another owner now", "RFC 7293"),
    "X.7.19": ("the owner of the mailbox cannot be checked", "RFC 7293"),
    "X.7.20": ("the message has no DKIM signature that passes", "RFC 7372 section 3.1"),
    "X.7.21": ("no DKIM signature that passes is acceptable", "RFC 7372 section 3.1"),
    "X.7.22": ("no DKIM signature of the author's domain passes", "RFC 7372 section 3.1"),
    "X.7.23": ("SPF does not allow this client for the sender", "RFC 7372 section 3.2"),
    "X.7.24": ("the SPF record of the sender cannot be evaluated", "RFC 7372 section 3.2"),
    "X.7.25": ("the client's reverse DNS does not lead back to it", "RFC 7372 section 3.3"),
    "X.7.26": ("several checks of the sender failed, such as SPF and DKIM",
        "RFC 7372 section 3.4"),
    "X.7.27": ("the sender's domain has a null MX: it takes no mail", "RFC 7505"),
    "X.7.28": ("there is too much mail of this sender or for this recipient",
        "https://www.iana.org/assignments/smtp-enhanced-status-codes/"),
    "X.7.29": ("the ARC chain of the message does not pass", "RFC 8617"),
    "X.7.30": ("the message asks for REQUIRETLS, which is not supported", "RFC 8689"),
}  # fmt: skip
