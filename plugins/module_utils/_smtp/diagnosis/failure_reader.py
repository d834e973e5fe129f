# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a failure that `smtp_handshake` has returned. No I/O."""

from __future__ import annotations

import typing as t

from ..._net.errors import BadOption
from ..._net.tcp_info import TcpInfo
from ..model import KINDS, STAGES, Failure

_MAX_CHARACTERS = 4096
_MAX_NUMBER = 1e9  # seconds
_MISSING = (
    "is required: the failure that smtp_handshake has returned. A dialogue that has passed has none"
    " (null), so there is nothing to diagnose: use `when: dialogue is failed`"
)

# The keys of a failure that are read, with their types and what to write. All may be null.
_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "code": ((int,), "must be a reply code such as 550, or null"),
    "enhanced_code": ((str,), "must be a text such as 5.7.1, or null"),
    "text": ((str,), "must be a text"),
    "errno": ((str,), "must be a name such as ECONNREFUSED, or null"),
    "seconds": ((int, float), "must be a number of seconds, or null"),
    "round_trip": ((int, float), "must be a number of seconds, or null"),
    "tcp_info": ((dict,), "must be a dictionary, or null"),
}
_COUNTERS = ("unacked", "retransmits", "mss", "path_mtu")


def read_failure(option: str, given: t.Any) -> Failure:
    """Return the failure. Raise BadOption, which names `option` and the key that is wrong."""
    if not isinstance(given, dict):
        raise BadOption(option, _MISSING)
    for name, choices in (("stage", STAGES), ("kind", KINDS)):
        if given.get(name) not in choices:
            raise BadOption(f"{option}.{name}", f"must be one of {', '.join(choices)}")
    read = {name: _read(option, name, given.get(name)) for name in _TYPES}
    if read["code"] is not None and not 100 <= read["code"] <= 599:
        raise BadOption(f"{option}.code", _TYPES["code"][1])
    read["text"] = (read["text"] or "")[:_MAX_CHARACTERS]
    read["tcp_info"] = _tcp_info(f"{option}.tcp_info", read["tcp_info"])
    return Failure(stage=given["stage"], kind=given["kind"], **read)


def _read(option: str, name: str, value: t.Any) -> t.Any:
    types, problem = _TYPES[name]
    if value is None:
        return None
    is_right = _is_number(value) if float in types else isinstance(value, types)
    if not is_right or isinstance(value, bool):
        raise BadOption(f"{option}.{name}", problem)
    return value


def _is_number(value: t.Any) -> bool:
    """Return whether a value is a number that is finite, and not too large for a float."""
    return isinstance(value, (int, float)) and abs(value) < _MAX_NUMBER


def _tcp_info(option: str, given: dict[str, t.Any] | None) -> TcpInfo | None:
    if given is None:
        return None
    for name in _COUNTERS:
        if not isinstance(given.get(name), int) or isinstance(given[name], bool):
            raise BadOption(f"{option}.{name}", "must be an integer")
    rtt = given.get("rtt")
    return TcpInfo(
        **{name: given[name] for name in _COUNTERS},
        rtt=float(rtt) if rtt is not None and _is_number(rtt) else None,
    )
