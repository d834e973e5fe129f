# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much work a call is, counted and not timed.

A test that a parser is linear must not depend on how fast or how busy a machine is. Two measures:

- `assert_linear` counts the Python lines that a call runs, on growing input. What one line does in
  C is not counted: slicing the rest of a text off in each round of a loop is quadratic and has a
  linear number of lines.
- `assert_ends` runs a call in a process of its own that may use so many seconds of CPU. It is for
  what no trace counts: regular expressions, and slices of large texts. Give it an input so large
  that a quadratic function would need a hundred times what it is allowed.
"""

from __future__ import annotations

import gc
import resource
import sys
import traceback
import typing as t

from ansible_collections.mailops.smtp.tests.unit import forks

GROWTH = 1.5  # how much more than linear still counts as linear, for what is done once at the start


def lines_run(function: t.Callable[..., t.Any], *args: t.Any) -> int:
    """Return how many lines of Python a call runs in this thread, in all that it calls too."""
    lines = 0

    def trace(_frame: t.Any, event: str, _value: t.Any) -> t.Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    gc.disable()  # it would run what other tests have left behind, in the middle of the call
    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(before)
        gc.enable()
    return lines


def assert_linear(
    function: t.Callable[[t.Any], t.Any],
    make_input: t.Callable[[int], t.Any],
    sizes: t.Sequence[int] = (500, 2000, 8000),
) -> None:
    """Fail unless the work that a function has with its input grows no faster than the input.

    `make_input` returns the input of a size. An exception is the caller's to handle: a function
    that is to raise one belongs into a function that expects it.
    """
    work = [lines_run(function, make_input(size)) for size in sizes]
    assert work[-1] > 0, "no line of Python was run, so nothing was counted: use assert_ends"
    for i in range(1, len(sizes)):
        allowed = GROWTH * work[i - 1] * sizes[i] / sizes[i - 1]
        assert work[i] <= allowed, (
            f"more than linear: {dict(zip(sizes, work))} lines of Python for each size of input"
        )


def assert_ends(
    function: t.Callable[..., t.Any],
    *args: t.Any,
    cpu_seconds: int = 5,
    raises: tuple[type[Exception], ...] = (),
) -> None:
    """Fail unless a call ends within a number of seconds of CPU, by returning or as documented.

    The call is made in a process of its own, which finds the function by its name.
    """
    module = getattr(function, "__module__", None) or "builtins"  # as of a method of str
    name = f"{module}.{function.__qualname__}"
    process = forks.call(_call_within, cpu_seconds, function, args, raises, imports=(module,))
    said = process.stderr.decode(errors="replace")
    assert process.status >= 0, f"{name} did not end within {cpu_seconds} seconds of CPU"
    assert process.status == 0, f"{name}: {said}"


def _call_within(
    cpu_seconds: int,
    function: t.Callable[..., t.Any],
    args: tuple[t.Any, ...],
    raises: tuple[type[Exception], ...],
) -> int:
    """Call a function under a limit; return the status of the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    try:
        function(*args)
    except raises:
        return 0
    except Exception:  # noqa: BLE001  # whatever it is, the test shows it
        traceback.print_exc()
        return 1
    return 0
