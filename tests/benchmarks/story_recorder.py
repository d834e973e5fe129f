# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plugin of pytest: write down the scripted servers of the unit tests.

It stands between a test and the fixtures that hold a dialogue, and notes which script the server
had, and which options the dialogue. The file that the option --stories names has them in JSON.
"""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

_FIXTURES = ("hold", "dialogue")

_stories: list[dict[str, t.Any]] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--stories", help="the file for the scripted servers")


@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> t.Iterator[None]:
    """Have a test hold its dialogues through `noted`."""
    for name in _FIXTURES:
        if name in pyfuncitem.funcargs:
            real: t.Any = pyfuncitem.funcargs[name]
            pyfuncitem.funcargs[name] = _noted(pyfuncitem.nodeid, real)
    yield


def _noted(test: str, hold: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """Return a function that notes what it is called with, and calls another."""

    def hold_and_note(*scripts: t.Any, **options: t.Any) -> t.Any:
        shown = {name: _plain(value) for name, value in options.items()}
        _stories.append({"test": test, "scripts": _plain(scripts), "options": shown})
        return hold(*scripts, **options)

    return hold_and_note


def _plain(value: t.Any) -> t.Any:
    """Return a value as JSON can hold it: what is no text, number or list is its name."""
    return json.loads(json.dumps(value, default=repr))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the file."""
    path = session.config.getoption("--stories")
    if path:
        Path(path).write_text(json.dumps(_stories), encoding="utf-8")
