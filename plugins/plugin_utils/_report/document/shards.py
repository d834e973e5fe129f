# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report was merged from as JSON, bounded for the report and for the result. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Sequence

from ..model.shards import ReadShard, Shards

# Limits on the items of each list: in the json report, and in the result of the task, which Ansible
# registers. Then the limit on the characters of a text there.
_MAX_ITEMS = 10_000
MAX_ITEMS_OF_RESULT = 100
_MAX_TEXT = 600


def shards_document(shards: Shards, most: int = _MAX_ITEMS) -> dict[str, t.Any]:
    """Return what a report was merged from."""
    return {
        "files": [_file(one) for one in shards.files[:most]],
        "broken": [one._asdict() for one in shards.broken[:most]],
        "missing_hosts": _names(shards.missing_hosts, most),
        "doubled": {
            "cells": shards.doubled_total,
            "first": [one._asdict() for one in shards.doubled[:most]],
        },
        "hosts_in_several": _names(shards.hosts_in_several, most),
        "moved_names": [
            {"name": name, "places": list(places[:most])}
            for name, places in shards.several_places[:most]
        ],
    }


def shards_result(shards: Shards) -> dict[str, t.Any]:
    """Return the same with less of everything, and with the numbers of all."""
    return {
        "files_total": len(shards.files),
        "broken_total": len(shards.broken),
        **t.cast("dict[str, t.Any]", _cut(shards_document(shards, MAX_ITEMS_OF_RESULT))),
    }


def _file(one: ReadShard) -> dict[str, t.Any]:
    return {**one._asdict(), "slice": dataclasses.asdict(one.slice) if one.slice else None}


def _names(names: Sequence[str], most: int) -> dict[str, t.Any]:
    return {"total": len(names), "first": list(names[:most])}


def _cut(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {key: _cut(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_cut(one) for one in value]
    if isinstance(value, str) and len(value) > _MAX_TEXT:
        return value[: _MAX_TEXT - 3] + "..."
    return value
