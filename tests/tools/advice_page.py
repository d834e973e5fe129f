# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/advice.md: all causes, with the replies that lead to them, checks and remedies.

The head of the page is in advice_page.md. The rest is made of the tables of the collection.

Usage: PYTHONPATH=.venv/collections python tests/tools/advice_page.py, anywhere, with a Python that
has ansible-core. A test compares the page with what this script makes.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Template

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue import index
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import OTHERWISE
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Advice, Rule
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.rules.groups import (
    NOT_YET,
    OPEN,
    REFUSED,
    VAGUE,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.rules.order import RULES
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.remedy import (
    PLACEHOLDERS,
    SERVERS,
    Remedy,
    remedies,
)

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "advice.md"

_HEAD = Path(__file__).with_suffix(".md")


def page() -> str:
    """Return the page."""
    subjects = list(_subjects())
    rest = [code for code in OPEN.split() if code not in VAGUE.split()]
    head = Template(_HEAD.read_text(encoding="utf-8")).substitute(
        count=sum(len(pieces) for _title, pieces in subjects),
        vague=", ".join(code for code in VAGUE.split() if code != "-"),
        rest=" or ".join([", ".join(rest[:-1]), rest[-1]]),
        placeholders="\n".join(f"| `{word}` | {what} |" for word, what in PLACEHOLDERS.items()),
    )
    return "\n".join([head, *(line for one in subjects for line in _subject(*one))])


def _subjects() -> Iterator[tuple[str, tuple[Advice, ...]]]:
    """Yield the title of each subject, and its causes. The title is in the docstring."""
    folder = Path(index.__file__).parent
    modules = [
        importlib.import_module(f"{index.__package__}.{path.stem}")
        for path in folder.glob("[!_]*.py")
        if path.stem != "index"
    ]
    titles = {id(getattr(one, one.__name__.rpartition(".")[2].upper())): one for one in modules}
    for pieces in index.subjects():
        docstring = titles[id(pieces)].__doc__ or ""
        yield re.split(r"[:.]", docstring.strip())[0], pieces


def _subject(title: str, pieces: tuple[Advice, ...]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    for one in pieces:
        yield from _cause(one, remedies().get(one.id, Remedy()))


def _cause(advice: Advice, remedy: Remedy) -> Iterator[str]:
    yield f"### {advice.cause.rstrip('.')}"
    yield ""
    yield f"`{advice.id}`. {advice.text}"
    yield ""
    yield "Leads here:"
    yield ""
    yield from (f"- {line}" for line in _leads(advice.id))
    yield ""
    if remedy.check:
        yield "Check:"
        yield ""
        yield from (f"- {line}" for line in remedy.check)
        yield ""
    if remedy.change:
        yield "Change:"
        yield ""
        yield from (
            f"- {SERVERS[name]}: {remedy.change[name]}" for name in SERVERS if name in remedy.change
        )
        yield ""
    yield f"Source: {advice.source}"
    yield ""


def _leads(name: str) -> Iterator[str]:
    """Yield a line for each rule that leads to a cause."""
    rules = [_rule(rule) for rule in RULES if name in rule.then.split()]
    if name == OTHERWISE:
        rules.append("a failure of which no rule knows the cause")
    yield from rules or ["what `smtp_diagnose` finds out, and no reply alone"]


def _rule(rule: Rule) -> str:
    """Return what a rule asks for, in a line."""
    parts = [
        "any stage but STARTTLS and AUTH" if rule.stage == NOT_YET else _code_list(rule.stage),
        "*refused*" if rule.kind == REFUSED else _code_list(rule.kind),
        " or ".join(rule.code.split()),
        _enhanced(rule.enhanced),
        f"`/{rule.text}/`" if rule.text else "",
        f"where `{rule.where}`" if rule.where else "",
    ]
    return ", ".join(part for part in parts if part) or "any failure"


def _code_list(words: str) -> str:
    return " or ".join(f"`{word}`" for word in words.split())


def _enhanced(words: str) -> str:
    """Return the enhanced codes, those of a group by its name."""
    codes = words.split()
    for group, title in ((OPEN, "open code"), (VAGUE, "vague code")):
        if set(group.split()) <= set(codes):
            rest = [code for code in codes if code not in group.split()]
            return " or ".join([f"*{title}*", *rest])
    return " or ".join("no enhanced code" if one == "-" else one for one in _ranges(codes))


def _ranges(codes: Iterable[str]) -> Iterator[str]:
    """Yield codes, with those that follow each other as a range."""
    runs: list[list[str]] = []
    for code in codes:
        if runs and _follows(runs[-1][-1], code):
            runs[-1].append(code)
        else:
            runs.append([code])
    for run in runs:
        yield from [f"{run[0]} to {run[-1]}"] if len(run) > 3 else run


def _follows(first: str, second: str) -> bool:
    """Return whether a code is the next one after another."""
    one, other = (code.rpartition(".") for code in (first, second))
    if one[0] != other[0] or not (one[2].isdigit() and other[2].isdigit()):
        return False
    return int(other[2]) == int(one[2]) + 1


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
