# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metrics in Prometheus's text format, for the textfile collector of node_exporter. No I/O.

The labels `host` and `server` identify a cell. If it has several dialogues, `dialogue` identifies
one of them. (`job` and `instance` identify the node that Prometheus scraped.) The value of a label
never comes from a mail server, but from the inventory, the user, the DNS, or a fixed list. There
are no timestamps, since the collector refuses a file with timestamps.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import typing as t
from collections.abc import Iterable, Iterator

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES

from ..model import receipts
from ..model.cells import WITHOUT_RESULT
from ..model.naming import DUPLICATE_TITLE, unique_name
from ..model.verdict import NOT_RUN, VERDICTS

if t.TYPE_CHECKING:
    from ..causes.model import Cause
    from ..model.cells import Cell
    from ..model.dialogues import Dialogue
    from ..report import Report

PREFIX = "smtp_handshake_"

# Everything that has a duration.
TIMED = ("resolve", "tls", *STAGES, "total")

# The value of a label for a stage or a kind that the module does not have.
_OTHER = "other"

# What a cause may have as its stage and its kind. The module did not run where its stage is empty.
_CAUSE_STAGES = frozenset(["", *STAGES, receipts.STAGE])
_CAUSE_KINDS = frozenset([*KINDS, *receipts.KINDS, *WITHOUT_RESULT])

# The value of the label of a server for a cause that several servers have.
_SEVERAL = "several"

# Limit on the causes.
MAX_CAUSES = 100

# Limit on the characters of a label. The end of a longer value is replaced by a hash.
MAX_LABEL = 200

Sample = tuple[str, "int | float"]


class Family(t.NamedTuple):
    """A metric: its name without the prefix, its description, and a function that yields samples.

    A sample is a text with all labels, and a value.
    """

    name: str
    help: str
    samples: t.Callable[[Report], Iterator[Sample]]


def render(report: Report) -> Iterator[str]:
    """Yield the families one after another, with a line for each sample."""
    for family in FAMILIES:
        name = PREFIX + family.name
        yield f"# HELP {name} {family.help}\n# TYPE {name} gauge\n"
        for labels, value in family.samples(report):
            yield f"{name}{{{labels}}} {value!r}\n" if labels else f"{name} {value!r}\n"


def _run_timestamp(report: Report) -> Iterator[Sample]:
    seconds = _unix_time(report.created)
    if seconds is not None:
        yield "", seconds


def _cells(report: Report) -> Iterator[Sample]:
    for verdict in VERDICTS:
        yield _labels(verdict=verdict), report.counts[verdict]


def _cells_passed(report: Report) -> Iterator[Sample]:
    for cell in report.cells:
        if cell.verdict != NOT_RUN:
            yield _labels_of(cell), int(cell.passed)


def _cause_cells(report: Report) -> Iterator[Sample]:
    """Yield the cells of each cause. Causes with the same labels are counted together."""
    counted: dict[str, int] = {}
    for cause in report.causes.found[:MAX_CAUSES]:
        labels = _labels_of_cause(cause)
        counted[labels] = counted.get(labels, 0) + len(cause.cells)
    yield from counted.items()


def _labels_of_cause(cause: Cause) -> str:
    return _labels(
        where=cause.where,
        stage=cause.stage if cause.stage in _CAUSE_STAGES else _OTHER,
        kind=cause.kind if cause.kind in _CAUSE_KINDS else _OTHER,
        server=cause.servers[0] if len(cause.servers) == 1 else _SEVERAL,
    )


def _unexplained_cells(report: Report) -> Iterator[Sample]:
    yield "", len(report.causes.unexplained)


def _failures(report: Report) -> Iterator[Sample]:
    for cell in report.broken:
        if cell.missing is not None:
            yield f"{_labels_of(cell)},{_labels(kind=cell.missing.short)}", 1
    for labels, dialogue in _dialogues(report.broken):
        if dialogue.passed:
            continue
        failure = dialogue.failure
        stage = (failure and failure.known_stage) or _OTHER
        kind = (failure and failure.known_kind) or _OTHER
        yield f"{labels},{_labels(stage=stage, kind=kind)}", 1


def _codes(report: Report) -> Iterator[Sample]:
    for labels, dialogue in _dialogues(report.cells):
        failure = None if dialogue.passed else dialogue.failure
        code = failure.code if failure else None
        if code is None:
            code = dialogue.last_code
        if code is not None:
            yield labels, code


def _seconds(report: Report) -> Iterator[Sample]:
    for labels, dialogue in _dialogues(report.cells):
        seconds = dialogue.seconds
        for stage in TIMED:
            if stage in seconds:
                yield f'{labels},stage="{stage}"', seconds[stage]


def _delivery_seconds(report: Report) -> Iterator[Sample]:
    for labels, dialogue in _dialogues(report.cells):
        receipt = dialogue.receipt
        if receipt is not None and receipt.found and receipt.seconds is not None:
            yield labels, receipt.seconds


def _certificate_expiries(report: Report) -> Iterator[Sample]:
    for labels, dialogue in _dialogues(report.cells):
        certificate = dialogue.certificate
        seconds = _unix_time(certificate.not_after) if certificate else None
        if seconds is not None:
            yield labels, seconds


FAMILIES = (
    Family("run_timestamp_seconds", "When the report was made.", _run_timestamp),
    Family("cells", "Pairs of a host and a server, by what became of them.", _cells),
    Family(
        "passed",
        "Whether all dialogues of a host with a server passed; what was not run is not here.",
        _cells_passed,
    ),
    Family("cause_cells", "Cells that did not pass, by what explains them.", _cause_cells),
    Family("unexplained_cells", "Cells that did not pass and have no cause.", _unexplained_cells),
    Family("failure", "1 for each dialogue that did not pass, by stage and kind.", _failures),
    Family("last_reply_code", "The code that decided, or else the last one before QUIT.", _codes),
    Family("stage_seconds", "Seconds that each stage of a dialogue took.", _seconds),
    Family(
        "delivery_seconds",
        "Seconds from the acceptance of a message to its arrival in the mailbox.",
        _delivery_seconds,
    ),
    Family(
        "certificate_not_after_timestamp_seconds",
        "Until when the certificate of a server is good.",
        _certificate_expiries,
    ),
)


def _dialogues(cells: Iterable[Cell]) -> Iterator[tuple[str, Dialogue]]:
    """Yield each dialogue with labels that identify it."""
    for cell in cells:
        labels = _labels_of(cell)
        if len(cell.dialogues) == 1:
            yield labels, cell.dialogues[0]
            continue
        titles: dict[str, int] = {}
        for dialogue in cell.dialogues:
            title = unique_name(dialogue.title, titles, DUPLICATE_TITLE)
            yield f"{labels},{_labels(dialogue=title)}", dialogue


def _labels_of(cell: Cell) -> str:
    return _labels(host=cell.host, server=cell.server)


def _labels(**values: str) -> str:
    return ",".join(f'{name}="{_label(value)}"' for name, value in values.items())


@functools.lru_cache(maxsize=1_000)  # a host and a server have many samples
def _label(value: str) -> str:
    """Return the value of a label, limited in length and escaped for the format."""
    if len(value) > MAX_LABEL:
        digest = hashlib.sha256(value.encode()).hexdigest()[:8]
        value = f"{value[: MAX_LABEL - 12]}...-{digest}"
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


@functools.lru_cache(maxsize=1024)  # many hosts see the same certificate
def _unix_time(written: str) -> int | None:
    """Return a time such as 2026-12-30T23:59:59Z in seconds since 1970, or None if it is none."""
    try:
        read = datetime.datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None
    return int(read.replace(tzinfo=datetime.timezone.utc).timestamp())
