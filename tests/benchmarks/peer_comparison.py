# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask all tools about all servers, and judge and count their answers."""

from __future__ import annotations

import concurrent.futures
import datetime
import importlib.metadata
import importlib.util
import itertools
import os
import platform
import ssl
import sys
import typing as t

from ansible_collections.mailops.smtp.tests.benchmarks.peer_servers import (
    LIMIT,
    Story,
    random_stories,
    recorded_stories,
    serving,
    slow_stories,
)
from ansible_collections.mailops.smtp.tests.benchmarks.peer_tools import (
    SENDER,
    TIMEOUT,
    Tool,
    debian_tools,
    python_tools,
    recipients,
    version_in_text,
)
from ansible_collections.mailops.smtp.tests.benchmarks.peer_verdicts import (
    JUDGEMENTS,
    NOT_ABLE,
    RIGHT,
    breaks_syntax,
    count,
    judge,
    questions,
    was_taken,
)
from ansible_collections.mailops.smtp.tests.unit.authority import Authority
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.dialogues import TO_STARTTLS
from ansible_collections.mailops.smtp.tests.unit.oracle import Verdict
from ansible_collections.mailops.smtp.tests.unit.oracle import judge as oracle

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ansible_collections.mailops.smtp.tests.unit.random_server import Event

TAKES = "takes the mail"
REFUSES = "refuses, with a code of its own"
BREAKS = "breaks the protocol"
LEAVES = "is silent, or closes the connection"
UNSAFE = "fails at TLS, or shows a bad certificate"
GROUPS = (TAKES, REFUSES, BREAKS, LEAVES, UNSAFE)

# Faults at these stages are beyond a tool that goes to RCPT.
AFTER_RCPT = ("data", "message", "quit")

CERTIFICATES = ("good", "unknown CA", "expired", "another name")


class Answer(t.NamedTuple):
    """What a tool said about a server, what it printed, and what the server saw of it."""

    outcome: str
    output: str
    wire: list[Event]
    verdict: Verdict | None


class Result(t.NamedTuple):
    """A server, what is true of it, and how each tool is judged."""

    story: Story
    good: bool
    group: str
    what: str
    judgements: dict[str, str]
    answers: Sequence[Answer]


class Comparison(t.NamedTuple):
    """All results, the tools, and a line for each tool that could not be had."""

    results: list[Result]
    tools: list[Tool]
    skipped: list[str]


def compare(root: Path, scratch: Path, at_once: int, only: str, random_servers: int) -> Comparison:
    """Ask all tools about all servers whose name has `only` in it."""
    contexts, ca = _certificates(scratch)
    stories = [
        *recorded_stories(sys.executable, root, scratch / "stories.json"),
        *slow_stories(),
        *_certificate_stories(),
        *random_stories(random_servers),
    ]
    stories = [story for story in stories if only in story.name]
    with debian_tools() as (debian, skipped):
        own, *others = python_tools(_versions(root))
        tools = [own, *debian, *others]
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            jobs = [
                pool.submit(ask_one, story, tool, contexts, ca)
                for story in stories
                for tool in tools
            ]
            answers = [job.result() for job in jobs]
    each = [answers[at : at + len(tools)] for at in range(0, len(answers), len(tools))]
    found = [judge_all(story, tools, one) for story, one in zip(stories, each, strict=True)]
    return Comparison(found, tools, skipped)


def _versions(root: Path) -> dict[str, str]:
    """Return the versions of the tools that run with this Python."""
    general = importlib.util.find_spec("ansible_collections.community.general")
    assert general is not None, "the package ansible has community.general"
    (folder,) = list(general.submodule_search_locations or [])
    with open(os.path.join(folder, "MANIFEST.json"), encoding="utf-8") as file:
        mail = version_in_text(file.read())
    return {
        "mailops.smtp": version_in_text((root / "galaxy.yml").read_text(encoding="utf-8")),
        "smtplib": f"Python {platform.python_version()}",
        "community.general.mail": f"community.general {mail}",
    }


def _certificates(scratch: Path) -> tuple[dict[str, ssl.SSLContext], str]:
    """Return the context of a server for each certificate, and the path of the CA."""
    (scratch / "other").mkdir()
    authority, other = Authority(scratch), Authority(scratch / "other")
    # The tools know the server by its address, but for ours, which is also told its name.
    names = ("mx.example.org", "127.0.0.1")
    return {
        "good": authority.context(*names),
        "unknown CA": other.context(*names),
        "expired": authority.context(*names, days=-1),
        "another name": authority.context("other.example.org"),
    }, authority.path


def _certificate_stories() -> list[Story]:
    script = f"{TO_STARTTLS}\n*: tls".strip()
    return [
        Story(f"certificate: {name}", script, tls=True, certificate=name) for name in CERTIFICATES
    ]


def ask_one(story: Story, tool: Tool, contexts: Mapping[str, ssl.SSLContext], ca: str) -> Answer:
    """Start the server, and ask a tool about it."""
    with serving(story, contexts) as server:
        outcome, output = tool.ask(server.port, story, ca)
    # Of several connections the last one that went furthest is that of the mail.
    lengths = [(len(questions(_plain(one))), number) for number, one in enumerate(server.wires)]
    wire = server.wires[max(lengths)[1]] if lengths else []
    options = {
        **DEFAULTS,
        "tls": "required" if story.tls else "never",
        "mail_from": SENDER,
        "rcpt_to": recipients(story),
        "message": {"body": "Test\n"} if tool.last == "MESSAGE" else None,
    }
    return Answer(outcome, output, wire, oracle(options, False, wire) if wire else None)


def _plain(wire: Sequence[Event]) -> list[tuple[str, bytes]]:
    return [(event.who, event.data) for event in wire]


def judge_all(story: Story, tools: Sequence[Tool], answers: Sequence[Answer]) -> Result:
    """Judge the answers of all tools about one server."""
    whole = [one for one, tool in zip(answers, tools, strict=True) if tool.last == "MESSAGE"]
    good = story.certificate in ("", "good") and any(
        one.verdict is not None and one.verdict.passes is True for one in whole
    )
    verdicts = [one.verdict for one in whole if one.verdict is not None]
    # A tool that leaves before it asks says nothing of the cause.
    telling = [one for one in verdicts if one.reason.kinds]
    verdict = next(iter([*telling, *verdicts]), None)
    stage = verdict.reason.stage if verdict is not None and not good else None
    judgements = {}
    for tool, answer in zip(tools, answers, strict=True):
        if tool.last == "RCPT" and stage in AFTER_RCPT:
            judgements[tool.name] = NOT_ABLE
            continue
        taken = was_taken(_plain(answer.wire), story.recipients, tool.last)
        if story.certificate not in ("", "good"):
            taken = False  # it must not be sent there
        judgements[tool.name] = judge(answer.outcome, good, taken, _has_cause(answer))
    answers_quit = all(one.codes for one in questions(_plain(whole[0].wire)) if one.verb == "QUIT")
    return Result(
        story,
        good,
        _group(story, good, verdict),
        _what(story, good, verdict, answers_quit),
        judgements,
        answers,
    )


def _has_cause(answer: Answer) -> bool:
    """Whether the server did something to this tool that is a cause to report a failure."""
    verdict = answer.verdict
    if verdict is None:  # the tool has not connected
        return False
    open_or_bad = verdict.passes is None or bool(verdict.reason.kinds)
    return open_or_bad or breaks_syntax(_plain(answer.wire))


def _group(story: Story, good: bool, verdict: Verdict | None) -> str:
    if good:
        return TAKES
    if story.tls:
        return UNSAFE
    kinds = verdict.reason.kinds if verdict is not None else ()
    if "timeout" in kinds:
        return LEAVES
    if "transient" in kinds[:1] or "permanent" in kinds[:1]:
        return REFUSES
    return BREAKS


def _what(story: Story, good: bool, verdict: Verdict | None, answers_quit: bool) -> str:
    """Say what the server does."""
    if story.certificate:
        return f"certificate: {story.certificate}"
    if good:
        return TAKES if answers_quit else f"{TAKES}, and does not answer QUIT"
    if verdict is None:
        return "no connection"
    reason = verdict.reason
    if "timeout" in reason.kinds:
        return f"no answer at {reason.stage}"
    return reason.text.replace("was not asked", "cannot be asked")


def tables(comparison: Comparison) -> Iterator[str]:
    """Yield the lines of the tables, in Markdown."""
    results, tools = comparison.results, comparison.tools
    names = [tool.name for tool in tools]
    yield "| Tool | " + " | ".join(JUDGEMENTS) + " |"
    yield "|---|" + "---:|" * len(JUDGEMENTS)
    for name in names:
        counted = count(result.judgements[name] for result in results)
        yield f"| {name} | " + " | ".join(str(counted[one]) for one in JUDGEMENTS) + " |"
    yield ""
    yield "Right, of all servers of a kind that the tool is able to judge:"
    yield ""
    yield "| The server | " + " | ".join(names) + " |"
    yield "|---|" + "---:|" * len(names)
    for group in GROUPS:
        mine = [result for result in results if result.group == group]
        cells = [_share([result.judgements[name] for result in mine]) for name in names]
        yield f"| {group} | " + " | ".join(cells) + " |"
    yield ""
    yield "## Where a tool was not right"
    yield ""
    yield "| Server | What it does | " + " | ".join(names) + " |"
    yield "|---|---|" + "---|" * len(names)
    for result in results:
        judged = result.judgements
        if any(one not in (RIGHT, NOT_ABLE) for one in judged.values()):
            cells = [judged[name] if judged[name] != RIGHT else "" for name in names]
            yield (
                f"| {_cell(result.story.name)} | {_cell(result.what)} | " + " | ".join(cells) + " |"
            )


def details(comparison: Comparison) -> Iterator[str]:
    """Yield what led to each judgement that is not RIGHT: the wire, and what the tool printed."""
    for result in comparison.results:
        for tool, answer in zip(comparison.tools, result.answers, strict=True):
            judgement = result.judgements[tool.name]
            if judgement not in (RIGHT, NOT_ABLE):
                yield f"{tool.name}, {result.story.name}: {judgement} ({result.what})"
                for who, events in itertools.groupby(answer.wire, lambda event: event.who):
                    yield f"    {who} {b''.join(event.data for event in events)[:300]!r}"
                yield from (f"    > {line}" for line in answer.output.splitlines()[-12:])


def _share(judgements: Sequence[str]) -> str:
    able = [one for one in judgements if one != NOT_ABLE]
    return f"{able.count(RIGHT)} of {len(able)}"


def _cell(text: str) -> str:
    """Return a text for a cell of a table, as code: it has words of servers."""
    text = text.replace("\\n", " ").strip()
    shown = text if len(text) <= 90 else f"{text[:87]}..."
    return "`" + shown.replace("|", "\\|").replace("`", "'") + "`"


def values_of_head(comparison: Comparison) -> dict[str, str]:
    """Return what the head of the page says of the run."""
    scripted = sum(result.story.seed == 0 for result in comparison.results)
    rows = [f"| {one.name} | {one.version} | {one.told} |" for one in comparison.tools]
    rows += [
        f"| {line.partition(':')[0]} | skipped |{line.partition(':')[2]} |"
        for line in comparison.skipped
    ]
    core = importlib.metadata.version("ansible-core")
    own, *others = [tool.name for tool in comparison.tools]
    not_right = [one.judgements for one in comparison.results if one.judgements[own] != RIGHT]
    better = [one for one in not_right if any(one[name] == RIGHT for name in others)]
    return {
        "own_right": str(len(comparison.results) - len(not_right)),
        "better": str(len(better) or "none"),
        "date": datetime.date.today().isoformat(),
        "machine": f"{platform.system()}, Python {platform.python_version()}, ansible-core {core}",
        "servers": str(len(comparison.results)),
        "scripted": str(scripted),
        "random": str(len(comparison.results) - scripted),
        "good": str(sum(result.good for result in comparison.results)),
        "tools": "\n".join(rows),
        "timeout": str(TIMEOUT),
        "limit": f"{LIMIT:g}",
    }
