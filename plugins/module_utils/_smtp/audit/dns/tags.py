# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a record of tags, such as `v=DMARC1; p=reject`. No I/O."""

from __future__ import annotations

import typing as t


def tags_of(record: str) -> dict[str, str]:
    """Return the tags of a record: the first value of each, by its name in lower case.

    >>> tags_of("v=TLSRPTv1; rua=mailto:a@example.com")
    {'v': 'TLSRPTv1', 'rua': 'mailto:a@example.com'}
    """
    found: dict[str, str] = {}
    for part in record.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def versions(texts: t.Iterable[str], version: str) -> list[str]:
    """Return the records that begin with a version, such as `v=STSv1`."""
    return [one for one in texts if one.partition(";")[0].replace(" ", "") == f"v={version}"]
