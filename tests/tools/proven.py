# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say in three lines what a dialogue has proven, and what it has not. No I/O.

Each word comes from the result of the dialogue. A server that was not asked has proven nothing.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping

Dialogue = t.Mapping[str, t.Any]


# A failure at one of these stages is told with the way to the server.
_ON_THE_WAY = ("connect", "proxy", "greeting", "helo", "starttls")


def proven(dialogue: Dialogue, *, arrived: bool = False) -> tuple[str, str, str]:
    """Return three lines: the way to the server, mail that it takes, and what stays open.

    `arrived` is True if the caller has seen the message where the server has put it.
    """
    return (_way(dialogue), _mail(dialogue), _open(dialogue, arrived))


def _way(dialogue: Dialogue) -> str:
    """Return whether the server was reached, speaks SMTP, and encrypts."""
    server = _server(dialogue["server"])
    if not _replies(dialogue, "greeting"):
        if dialogue["client"]["port"] is None:
            return f"Not proven: that {server} can be reached{_why(dialogue)}."
        return (
            f"Proven: {server} takes connections. Not proven: that it speaks SMTP{_why(dialogue)}."
        )
    if not _accepted(dialogue, "helo"):
        return f"Proven: {server} was reached. Not proven: that it takes mail{_why(dialogue)}."
    return f"Proven: {server} was reached and speaks SMTP, {_tls(dialogue)}{_login(dialogue)}."


def _tls(dialogue: Dialogue) -> str:
    tls, failure = dialogue["tls"], dialogue["failure"] or {}
    if tls:
        valid = "a valid" if tls["verified"] else "no valid"
        why = f" ({tls['verify_error']})" if tls["verify_error"] else ""
        return f"with {tls['version']} and {valid} certificate{why}"
    if failure.get("stage") == "starttls":
        return f"without TLS{_why(dialogue)}"
    if "STARTTLS" not in dialogue["capabilities"]:
        return "without TLS, which it does not offer"
    return "without TLS, which was not asked for"


def _login(dialogue: Dialogue) -> str:
    return ", and the login works" if _accepted(dialogue, "auth") else ""


def _mail(dialogue: Dialogue) -> str:
    """Return for whom the server takes mail, and for whom it does not."""
    asked = _replies(dialogue, "rcpt_to")
    if not asked:
        return f"Not proven: that it takes mail for a recipient{_why_not_asked(dialogue)}."
    taken = [reply["recipient"] for reply in asked if reply["accepted"]]
    refused = [f"{one['recipient']} ({_reply(one)})" for one in asked if not one["accepted"]]
    parts = []
    if _accepted(dialogue, "message"):
        parts.append(f"Proven: it took a message for {_listed(taken)}{_queued(dialogue)}.")
    elif taken:
        parts.append(f"Proven: it would take mail for {_listed(taken)}.")
    if refused:
        parts.append(f"Proven: it does not take mail for {_listed(refused)}.")
    return " ".join(parts)


def _open(dialogue: Dialogue, arrived: bool) -> str:
    """Return what the dialogue cannot prove, or did not try."""
    proof, missing = "", []
    if not _replies(dialogue, "auth"):
        missing.append("that a login works, because none was tried")
    if arrived:
        proof = "Proven: the message arrived. "
    elif _accepted(dialogue, "message"):
        missing.append("that the message arrives (look into the mailbox of the recipient)")
    elif _replies(dialogue, "data"):
        missing.append(f"that a message arrives{_why(dialogue)}")
    else:
        missing.append("that a message arrives, because none was sent")
    return f"{proof}Not proven: {'; '.join(missing)}." if missing else proof.rstrip()


def _why(dialogue: Dialogue) -> str:
    """Return the reason why the dialogue failed, as the end of a sentence."""
    failure = dialogue["failure"]
    if not failure:
        return ""
    code = f"{failure['code']} " if failure["code"] else ""  # the text has the enhanced code
    said = f"{code}{failure['text']}".rstrip(".")
    return f", because of a failure at {failure['stage']} ({failure['kind']}: {said})"


def _why_not_asked(dialogue: Dialogue) -> str:
    if dialogue["failure"]:
        stage = dialogue["failure"]["stage"]
        told = stage in _ON_THE_WAY
        return f", because the dialogue ended at {stage}" if told else _why(dialogue)
    return ", because it was not asked (FROM= and TO= ask it)"


def _server(server: Mapping[str, t.Any]) -> str:
    address = server["address"]
    named = f" ({address})" if address and address != server["host"] else ""
    return f"{server['host']}{named} port {server['port']}"


def _reply(reply: Mapping[str, t.Any]) -> str:
    return f"{reply['code']} {' '.join(reply['lines'])}".rstrip()


def _queued(dialogue: Dialogue) -> str:
    identifier = dialogue["message"]["queue_id"]
    return f", and queued it as {identifier}" if identifier else ""


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _replies(dialogue: Dialogue, stage: str) -> list[Mapping[str, t.Any]]:
    return [reply for reply in dialogue["replies"] if reply["stage"] == stage]


def _accepted(dialogue: Dialogue, stage: str) -> bool:
    """Return whether the last reply at this stage was positive."""
    replies = _replies(dialogue, stage)
    return bool(replies) and bool(replies[-1]["accepted"])
