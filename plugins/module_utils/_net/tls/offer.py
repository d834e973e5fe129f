# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send a ClientHello that was built by hand, and read what the server chooses.

The handshake is not continued. The connection is of no use afterwards.
"""

from __future__ import annotations

import os
import typing as t

from ..errors import ProbeError
from .client_hello import RANDOM_BYTES, client_hello
from .server_hello import AnswerReader, BadAnswer, Choice

if t.TYPE_CHECKING:
    from ..network import Stream
    from .client_hello import Offer

CLOSED = "the server closed the connection"


class Refusal(t.NamedTuple):
    """The server took nothing of what was offered. `text` says how it refused."""

    text: str

    def __str__(self) -> str:
        return self.text


def make_offer(stream: Stream, offer: Offer, server_name: str, until: float) -> Choice | Refusal:
    """Return what the server chooses of an offer, or how it refuses.

    A server that closes the connection refuses, too. Raises ProbeError: `timeout`, `protocol` if
    the answer is not one of TLS, and `tls` if the connection itself breaks.
    """
    reader = AnswerReader()
    try:
        stream.send(client_hello(offer, server_name, os.urandom(RANDOM_BYTES)), until)
        while reader.choice is None and reader.refusal is None:
            reader.feed(stream.receive(until))
    except BadAnswer as error:
        raise ProbeError("protocol", str(error)) from error
    except ProbeError as error:
        if error.kind != "disconnect":
            raise
        return _refusal(CLOSED, reader)
    if reader.choice is None:
        return _refusal(reader.refusal or CLOSED, reader)
    _check_choice(reader.choice, offer)
    return reader.choice


def _refusal(text: str, reader: AnswerReader) -> Refusal:
    """Return a refusal, with what the server had chosen before."""
    chosen = reader.chosen
    after = f" after a ServerHello with {chosen.version}, {chosen.cipher}" if chosen else ""
    return Refusal(f"{text}{after}")


def _check_choice(choice: Choice, offer: Offer) -> None:
    """Raise ProbeError if the server chose what was not offered."""
    for name, number, offered in (
        (choice.version, choice.version_number, offer.version_numbers),
        (choice.cipher, choice.cipher_number, offer.cipher_numbers),
    ):
        if number not in offered:
            raise ProbeError("protocol", f"the server chose {name}, which was not offered")
