# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of servers in a report, and of files. No I/O."""

from __future__ import annotations

import functools
import hashlib
import re
import typing as t
from collections.abc import Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.server_text import (
    parse_server,
)

from ..untrusted import integer, mapping, one_line, text

IMPLICIT_TLS_PORT = 465
SMTP_PORT = 25

# Limit in characters, since a compromised host may send any name. DNS allows 255.
_MAX_NAME = 1_000

# A text that is more than the name of a server has one of these characters.
_PARTS = re.compile(r"[:/\[]")


# How a title and a file name are numbered where a host asks a server more than once.
DUPLICATE_TITLE = " #{}"
DUPLICATE_FILE = "--{}"


class Server(t.NamedTuple):
    """A server as the user named it. `address` is one of several addresses of the name."""

    host: str
    port: str
    address: str = ""
    label: str = ""
    mx: bool = False

    @classmethod
    def of(cls, item: t.Any, result: Mapping[str, t.Any]) -> Server:
        """Return the server of a target, with what the target leaves out taken from the result."""
        found = mapping(result.get("server"))
        given = _options(item, known="host" in found)
        label = _name(one_line(given.get("name") or "")) or ""
        address = _name(given.get("address")) or ""
        path = _name(given.get("socket"))
        if path is not None:
            return cls(path, "", address, label)
        host = _name(given.get("host")) or _name(given.get("mx"))
        host = host or _name(found.get("host")) or _name(found.get("address")) or "no host"
        port = given.get("port") or integer(found.get("port"))
        implicit = given.get("tls") == "implicit"
        port = port or (IMPLICIT_TLS_PORT if implicit else SMTP_PORT)
        port = _name(one_line(port)) or ""
        return cls(host, port, address, label, "host" not in given and "mx" in given)

    @property
    def title(self) -> str:
        """The server as people write it."""
        return self.place + (f" ({self.label})" if self.label else "")

    @property
    def place(self) -> str:
        """The address of the server, without the name that the user gave it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            ("MX of " if self.mx else "")
            + (f"{host}:{self.port}" if self.port else host)
            + (f" at {self.address}" if self.address else "")
        )

    @property
    def stem(self) -> str:
        """The name of a file without its suffix: SERVER-PORT, or SERVER-PORT-LABEL."""
        parts = [
            _safe(self.host, 100) or "no-host",
            _single_dashes(_safe(self.port, 10)),
            _safe(self.address, 50),
            _single_dashes(_safe(self.label, 50)),
        ]
        return "-".join(filter(None, parts))


def unique_name(name: str, taken: dict[str, int], form: str) -> str:
    """Return a name that differs from all earlier ones in more than case: the second is number 2.

    `taken` has the last number of each name so far. The caller keeps it from call to call, and this
    function adds to it. A number is skipped if another name already looks like the result. Each
    name can cause one skip only, so that the work for all names is linear.
    """
    key = name.lower()
    if key not in taken:
        taken[key] = 1
        return name
    number = taken[key] + 1
    while (key + form.format(number).lower()) in taken:
        number += 1
    taken[key] = number
    taken[key + form.format(number).lower()] = 1
    return name + form.format(number)


@functools.lru_cache(maxsize=1_000)  # a host has a file for each server
def folder_name(host: str) -> str:
    """Return the name of the folder of a host, with a hash where characters had to be replaced."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", host[:100])
    safe = re.sub(r"\.{2,}|^[._-]+|[._-]+$", "_", safe) or "_"
    if safe == host:
        return host
    digest = hashlib.sha256(host.encode("utf-8", "backslashreplace")).hexdigest()
    return f"{safe}-{digest[:8]}"


def transcript_path(host: str, file: str) -> str:
    """Return the path of a transcript, relative to the folder of all transcripts."""
    return f"{folder_name(host)}/{file}"


def _options(item: t.Any, known: bool) -> Mapping[str, t.Any]:
    """Return a target as options. A target may be a text, and so may its host: `relay:587`.

    The text of a loop's item may mean anything, so it is ignored if the server is `known` from the
    result.
    """
    if isinstance(item, str):
        return {} if known else _options({"host": item}, known)
    given = mapping(item)
    host = given.get("host")
    if not isinstance(host, str) or len(host) > _MAX_NAME or not _PARTS.search(host):
        return given
    try:
        parsed = parse_server(host)
    except ValueError:
        return given
    return {**parsed, **{key: value for key, value in given.items() if key != "host"}}


def _name(value: t.Any) -> str | None:
    return text(value, _MAX_NAME)


def _safe(name: str, length: int) -> str:
    """Replace all but letters, digits, dots, dashes and underscores."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return re.sub(r"\.{2,}", ".", safe)[:length].strip("._-")


def _single_dashes(name: str) -> str:
    """Replace several dashes by one, since two dashes precede the number of a duplicate."""
    return re.sub("-+", "-", name)
