# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What servers are called in a report, and what files are. No I/O."""

from __future__ import annotations

import hashlib
import re
import typing as t
from collections.abc import Mapping

from .reading import mapping, shown, text, whole

IMPLICIT_TLS_PORT = 465
SMTP_PORT = 25


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
        given = mapping(item)
        found = mapping(result.get("server"))
        label = shown(given.get("name") or "")
        address = text(given.get("address")) or ""
        path = text(given.get("socket"))
        if path is not None:
            return cls(path, "", address, label)
        host = text(given.get("host")) or text(given.get("mx"))
        host = host or text(found.get("host")) or text(found.get("address")) or "no host"
        port = given.get("port") or whole(found.get("port"))
        implicit = given.get("tls") == "implicit"
        port = port or (IMPLICIT_TLS_PORT if implicit else SMTP_PORT)
        return cls(host, shown(port), address, label, "host" not in given and "mx" in given)

    @property
    def title(self) -> str:
        """Give it as people write it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            ("MX of " if self.mx else "")
            + (f"{host}:{self.port}" if self.port else host)
            + (f" at {self.address}" if self.address else "")
            + (f" ({self.label})" if self.label else "")
        )

    @property
    def stem(self) -> str:
        """Give it as a file name without its suffix: SERVER-PORT, SERVER-PORT-LABEL."""
        parts = [
            _safe(self.host, 100) or "no-host",
            _single_dashes(_safe(self.port, 10)),
            _safe(self.address, 50),
            _single_dashes(_safe(self.label, 50)),
        ]
        return "-".join(filter(None, parts))


def numbered(name: str, earlier: dict[str, int], form: str) -> str:
    """Tell a name from earlier ones that are the same but for the case: the second is number 2.

    `earlier` counts them, and is kept by the caller.
    """
    count = earlier[name.lower()] = earlier.get(name.lower(), 0) + 1
    if count == 1:
        return name
    # Somebody may be called that already.
    return numbered(name + form.format(count), earlier, form)


def folder_of(host: str) -> str:
    """Give the name of a host's folder. Where it has to be changed, a hash keeps two apart."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", host[:100])
    safe = re.sub(r"\.{2,}|^[._-]+|[._-]+$", "_", safe) or "_"
    if safe == host:
        return host
    digest = hashlib.sha256(host.encode("utf-8", "backslashreplace")).hexdigest()
    return f"{safe}-{digest[:8]}"


def _safe(name: str, length: int) -> str:
    """Keep letters, digits, dots, dashes and underscores."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return re.sub(r"\.{2,}", ".", safe)[:length].strip("._-")


def _single_dashes(name: str) -> str:
    """Keep two dashes for the number of a name that is there already."""
    return re.sub("-+", "-", name)
