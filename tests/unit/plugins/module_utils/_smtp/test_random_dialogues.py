# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hundreds of dialogues with servers that behave at random, held against an oracle of their own.

What fails here names its seed: `python tests/fuzz/dialogues.py --seed SEED` repeats it, and
`make fuzz DIALOGUES=10000` holds as many as one likes.
"""

from __future__ import annotations

import collections
import ssl
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp import dialogue
from ansible_collections.mailops.smtp.tests.unit.random_dialogue import (
    Authority,
    Outcome,
    hold,
    is_right,
)

DIALOGUES = 600
AT_ONCE = 12  # most of them wait


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make a CA, and a certificate for the servers."""
    trustme = pytest.importorskip("trustme")
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    return Authority(str(path), context)


@pytest.fixture(scope="module")
def outcomes(authority: Authority) -> t.Iterator[list[Outcome]]:
    """Hold all dialogues."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dialogue, "QUIT_SECONDS", 1.0)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield list(pool.map(lambda seed: hold(seed, authority), range(DIALOGUES)))


def test_each_result_is_as_the_oracle_says(outcomes: list[Outcome]) -> None:
    wrong = [outcome for outcome in outcomes if outcome.faults]
    assert not wrong, "\n\n".join(map(str, wrong))


def test_the_oracle_has_said_enough(outcomes: list[Outcome]) -> None:
    verdicts = collections.Counter(outcome.verdict.passes for outcome in outcomes)
    assert verdicts[True] > DIALOGUES / 4
    assert verdicts[False] > DIALOGUES / 4
    assert verdicts[None] < DIALOGUES / 4


def test_nothing_is_wrong_with_a_server_that_is_right(outcomes: list[Outcome]) -> None:
    right = [outcome for outcome in outcomes if is_right(outcome.seed)]
    assert all(outcome.verdict.passes for outcome in right), [
        str(outcome) for outcome in right if not outcome.verdict.passes
    ]
