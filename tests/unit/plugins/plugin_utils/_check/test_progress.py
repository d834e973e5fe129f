# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""While hosts work, a line says how many have finished, and who works longest."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._check.progress import Progress


def progress(total: int, *started: str, finished: tuple[str, ...] = ()) -> Progress:
    """Return the progress of a task since second 0, with one host started in each second."""
    known = Progress(total, 0)
    for second, host in enumerate(started):
        known.start(host, second)
    for host in finished:
        known.finish(host)
    return known


def test_it_names_the_hosts_that_are_at_work_and_since_when() -> None:
    known = progress(1200, "web1", "web2", "web3", finished=("web2",))
    assert known.line(30) == (
        "1 of 1,200 hosts finished after 30 s; at work: web1 for 30 s, web3 for 28 s; "
        "1,197 not started"
    )


def test_it_names_three_hosts_at_most_and_counts_the_rest() -> None:
    line = progress(5, *"abcde").line(10)
    assert line == (
        "0 of 5 hosts finished after 10 s; at work: a for 10 s, b for 9 s, c for 8 s, 2 more"
    )


def test_there_is_nothing_to_say_if_no_host_is_at_work() -> None:
    assert progress(2).line(10) is None
    assert progress(2, "a", finished=("a",)).line(10) is None


def test_a_retried_host_counts_from_its_first_start() -> None:
    known = progress(1, "a")
    known.start("a", 20)
    assert known.line(30) == "0 of 1 hosts finished after 30 s; at work: a for 30 s"


def test_more_hosts_than_expected_raise_the_total() -> None:
    line = progress(1, "a", "b", finished=("a",)).line(10)
    assert line == "1 of 2 hosts finished after 10 s; at work: b for 9 s"
