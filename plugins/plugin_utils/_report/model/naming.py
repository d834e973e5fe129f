# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What servers are called in a report, and what files are. No I/O."""

from __future__ import annotations

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

# A name is cut there: the host that sends it may be compromised. DNS has 255 characters.
_MAX_NAME = 1_000

# A server that is written with more than its name has one of these.
_PARTS = re.compile(r"[:/\[]")


# A server, as a title and as a file name, comes again where it is asked twice.
DUPLICATE_TITLE = " #{}"
DUPLICATE_FILE = "--{}"


class Server(t.NamedTuple):
    """A server as the user named it; `address` is one of several that a name has."""

    host: str
    port: str
    address: str = ""
    label: str = ""
    mx: bool = False

    @classmethod
    def of(cls, item: t.Any, result: Mapping[str, t.Any]) -> Server:
        """Find out from a target as it was given, and from the result where that does not say."""
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
        """Return it as people write it."""
        return self.place + (f" ({self.label})" if self.label else "")

    @property
    def place(self) -> str:
        """Return where it is, without what the user calls it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            ("MX of " if self.mx else "")
            + (f"{host}:{self.port}" if self.port else host)
            + (f" at {self.address}" if self.address else "")
        )

    @property
    def stem(self) -> str:
        """Return it as a file name without its suffix: SERVER-PORT, SERVER-PORT-LABEL."""
        parts = [
            _safe(self.host, 100) or "no-host",
            _single_dashes(_safe(self.port, 10)),
            _safe(self.address, 50),
            _single_dashes(_safe(self.label, 50)),
        ]
        return "-".join(filter(None, parts))


def unique_name(name: str, earlier: dict[str, int], form: str) -> str:
    """Tell a name from earlier ones that are the same but for the case: the second is number 2.

    `earlier` has the last number of each name that is taken, and is kept by the caller. A number
    that makes a name that is taken is left out. Each name that is taken can be in the way of one
    other name only, and only once, so that the work for all names grows as they do.
    """
    key = name.lower()
    if key not in earlier:
        earlier[key] = 1
        return name
    number = earlier[key] + 1
    while (key + form.format(number).lower()) in earlier:
        number += 1
    earlier[key] = number
    earlier[key + form.format(number).lower()] = 1
    return name + form.format(number)


def folder_name(host: str) -> str:
    """Return the name of a host's folder. Where it has to be changed, a hash keeps two apart."""
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
    """Return a target as options. It may be a text, and so may its host: `relay:587`.

    The text that a loop went through may be anything, so what is `known` by the result is better.
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
    """Keep letters, digits, dots, dashes and underscores."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return re.sub(r"\.{2,}", ".", safe)[:length].strip("._-")


def _single_dashes(name: str) -> str:
    """Keep two dashes for the number of a name that is there already."""
    return re.sub("-+", "-", name)
