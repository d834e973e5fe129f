# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print, as JSON, what a message in a Maildir says, without what its delivery put on top.

headers  name in small letters -> list of values, decoded
body     the text, decoded
raw      the lines after the headers as they are in the file (each byte one character of Latin-1)
bytes    the size of the message as it was on the wire: with CRLF, without dot-stuffing
"""

from __future__ import annotations

import email
import email.policy
import json
import re
import sys

TRACE = re.compile(
    rb"\A(?:(?:Return-Path|X-Original-To|Delivered-To|Received):[^\n]*\n(?:[ \t][^\n]*\n)*)+"
)


def main(path):
    with open(path, "rb") as file:
        content = TRACE.sub(b"", file.read())
    message = email.message_from_bytes(content, policy=email.policy.default)
    headers: dict[str, list[str]] = {}
    for name, value in message.items():
        headers.setdefault(name.lower(), []).append(str(value))
    print(
        json.dumps(
            {
                "headers": headers,
                "body": message.get_content(),
                "raw": content.partition(b"\n\n")[2].decode("latin-1"),
                "bytes": len(content) + content.count(b"\n"),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
