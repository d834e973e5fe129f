# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets by their names, each with the inputs to begin with."""

from __future__ import annotations

import base64
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.message import TOKEN_HEADER

from . import secrets, targets

Target = t.Callable[[bytes], None]

_HEADER = f"{TOKEN_HEADER}: {targets.TOKEN}".encode()
_RECEIVED = (
    b"from client.example.com (unknown [IPv6:2001:db8::1]) (using TLSv1.3 with cipher"
    b" TLS_AES_256_GCM_SHA384 (256/256 bits)) by mx.example.org (Postfix) with ESMTPS id 4XyZ1a"
    b" for <bob@example.org>; Tue, 24 Nov 2026 12:00:00 +0000 (UTC)"
)
_RESULTS = (
    b"mx.example.org 1; spf=pass smtp.mailfrom=example.com; dkim=fail (bad) header.d=example.com;"
    b" dmarc=none policy.dmarc=none"
)
_HEAD = b"\r\n".join(
    [b"Received: " + _RECEIVED, b"Authentication-Results: " + _RESULTS, _HEADER, b"", b""]
)
_SCRAM = base64.b64encode(b"r=" + base64.b64encode(bytes(18)) + b"server,s=c2FsdA==,i=4096")
_LITERAL = b"{%d}\r\n%s" % (len(_HEAD), _HEAD)
_IMAP = b"\0".join(
    [
        b"* OK [CAPABILITY IMAP4rev1] ready\r\n",
        b"* CAPABILITY IMAP4rev1 UIDPLUS\r\nTAG OK done\r\n",
        b"TAG OK logged in\r\n",
        b"* CAPABILITY IMAP4rev1 UIDPLUS\r\nTAG OK done\r\n",
        b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Junk) "/" "Junk"\r\nTAG OK done\r\n',
        b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 2] x\r\nTAG OK [READ-ONLY] x\r\n",
        b"* SEARCH 1\r\nTAG OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (X)] {%d}\r\n%s\r\n\r\n)\r\nTAG OK done\r\n"
        % (len(_HEADER) + 4, _HEADER),
        b'* 1 FETCH (UID 1 INTERNALDATE "24-Nov-2026 13:00:00 +0100" BODY[HEADER] %s)\r\n'
        b"TAG OK done\r\n" % _LITERAL,
        b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\nTAG OK x\r\n",
        b"* 1 FETCH (FLAGS (\\Deleted))\r\nTAG OK done\r\n",
        b"* 1 EXPUNGE\r\nTAG OK done\r\n",
        b"* BYE\r\nTAG OK bye\r\n",
    ]
)
_POP3 = b"\0".join(
    [
        b"+OK ready\r\n",
        b"+OK user\r\n",
        b"+OK in\r\n",
        b"+OK\r\n1 one\r\n2 two\r\n.\r\n",
        b"+OK\r\n" + _HEAD + b".\r\n",
        b"+OK\r\nSubject: other\r\n\r\n.\r\n",
        b"+OK bye\r\n",
    ]
)
_MBOX = (
    b"From ann@example.com Tue Nov 24 12:00:00 2026\n" + _HEAD.replace(b"\r", b"") + b"Hello\n\n"
)
_CELL = (
    b'{"format": 1, "created": "2026-11-24T12:00:00Z", "cells": [\n'
    b'{"host": "web1", "server": "relay:25", "verdict": "failed", "short": "550", "name": "relay",'
    b' "dialogues": [{"title": "relay", "replies": [{"stage": "helo", "code": 250, "lines": []}],'
    b' "seconds": {"helo": 0.1}, "capabilities": {"SIZE": ["1"]}, "tls": null}]}\n]}\n'
)


def _certificates() -> list[bytes]:
    """Make certificates; there are none to begin with where trustme is not installed."""
    try:
        import trustme
        from cryptography.hazmat.primitives.serialization import Encoding
        from cryptography.x509 import load_pem_x509_certificate
    except ImportError:
        return []
    ca = trustme.CA(organization_name='Ünïted "CA", Inc.')
    blobs = [ca.issue_cert("mx.example.org", "192.0.2.1", "2001:db8::1").cert_chain_pems[0]]
    pems = [ca.cert_pem.bytes(), *(blob.bytes() for blob in blobs)]
    return [load_pem_x509_certificate(pem).public_bytes(Encoding.DER) for pem in pems]


def _chains() -> list[bytes]:
    """Put certificates into messages of TLS 1.2 and of TLS 1.3."""
    found = []
    for version, context, extensions in ((b"\x00", b"", b""), (b"\xff", b"\0", b"\0\0")):
        listed = b"".join(
            len(one).to_bytes(3, "big") + one + extensions for one in _certificates() or [b"x"]
        )
        body = context + len(listed).to_bytes(3, "big") + listed
        found.append(version + b"\x0b" + len(body).to_bytes(3, "big") + body)
    return found


class Entry(t.NamedTuple):
    """A target, and what makes its seeds."""

    target: Target
    seeds: t.Callable[[], list[bytes]]


def _each(*seeds: bytes) -> t.Callable[[], list[bytes]]:
    return lambda: list(seeds)


REGISTRY: dict[str, Entry] = {
    "reply": Entry(
        targets.reply,
        _each(
            b"\0220-mx.example.org ESMTP\r\n220 ready\r\n250-mx\r\n250 SIZE 1\r\n550 5.7.1 no\r\n",
            b"\1250 2.0.0 Ok: queued as 4XyZ1234abc\r\n421 bye\r\n\r\n",
            b"\2250 OK id=1tFabc-000000001-abcd\n250 ok 1732449600 qp 1234\r\n25",
            b"\0250 mx Hello [10.0.0.5] [IPv6:2001:db8::7]\r\n550 Your IP 192.0.2.7 is bad\r\n",
        ),
    ),
    "capabilities": Entry(
        targets.capabilities,
        _each(b"mx.example.org\nSIZE 10\nAUTH PLAIN LOGIN\nAUTH=LOGIN\nstarttls\n8BITMIME"),
    ),
    "certificate": Entry(targets.certificate, _certificates),
    "chain": Entry(targets.chain_message, _chains),
    "sasl": Entry(
        targets.sasl_exchange,
        lambda: [
            bytes([number]) + text
            for number in range(7)
            for text in (
                b"",
                b"VXNlcm5hbWU6\nUGFzc3dvcmQ6",
                _SCRAM + b"\ndj1hYWFh",
                b"ZT1vdGhlci1lcnJvcg==",
                base64.b64encode(b'{"status":"invalid_token"}') + b"\n",
            )
        ],
    ),
    "server_text": Entry(
        targets.server_text,
        _each(
            b"relay:587",
            b"[2001:db8::1]:25",
            b"2001:db8::1",
            b"smtps://relay",
            b"smtp://relay:587/",
            b"lmtp:/run/socket",
            b"lmtp://host:24",
        ),
    ),
    "printable": Entry(targets.show, _each(b"250 \xff\x1b[2J caf\xc3\xa9 \xe2\x80\xae")),
    "received": Entry(targets.received, _each(_RECEIVED, b'by x with LMTP; (a (b) c) "d;" ;')),
    "authentication_results": Entry(targets.authentication_results, _each(_RESULTS)),
    "head": Entry(targets.head, _each(_HEAD)),
    "moment": Entry(
        targets.moment, _each(b"Tue, 24 Nov 2026 12:00:00 +0100 (CET)", b"24-Nov-2026 13:00:00 +0")
    ),
    "mbox": Entry(targets.mbox, _each(_MBOX + _MBOX, b"From \n\nFrom x\n\nFrom")),
    "maildir": Entry(targets.maildir, _each(b"1732449600.M1P2.host:2,S\0Junk\0Entw&APw-rfe\0&-")),
    "imap_response": Entry(
        targets.imap_response,
        _each(
            b'* LIST (\\Junk) "/" "Junk \\"E-mail\\""\r\n* LIST () NIL {2}\r\nab\r\n',
            b"* 1 FETCH (UID 7 BODY[] " + _LITERAL + b")\r\n* 2 EXISTS\r\n+ go on\r\nA1 OK x\r\n",
        ),
    ),
    "imap_name": Entry(targets.imap_name, _each(b"Entw&APw-rfe &- Co", b"&2D3eAA-", b"&&&&-")),
    "imap_store": Entry(targets.imap_store, _each(_IMAP)),
    "pop3_store": Entry(targets.pop3_store, _each(_POP3)),
    "baseline": Entry(targets.baseline, _each(_CELL, b'{"format": 1, "cells": [1, {}, null]}')),
    "secret": Entry(
        secrets.secret_in_text,
        lambda: [
            bytes([number, 12, number % 4, 200]) + 'Sw0rd+f/sh?"ü"<2026> and more'.encode()
            for number in range(len(secrets.FORMS))
        ],
    ),
}
