# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts have found out as JSON, so that a later merge of reports has all of it. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ..causes.model import Diagnosis
from ..model.cells import CellKey


def diagnoses_documents(
    diagnoses: Mapping[CellKey, Sequence[Diagnosis]], hosts: Sequence[str], servers: Sequence[str]
) -> Iterator[dict[str, t.Any]]:
    """Yield each diagnosis as the json report has it, with its cell, in the order of the cells.

    `host` is the host that was asked, which is another than that of the cell for a log.
    """
    at_host = {host: at for at, host in enumerate(hosts)}
    at_server = {server: at for at, server in enumerate(servers)}
    for host, server in sorted(diagnoses, key=lambda key: (at_host[key[0]], at_server[key[1]])):
        for one in diagnoses[host, server]:
            yield {"cell": {"host": host, "server": server}, **dataclasses.asdict(one)}
