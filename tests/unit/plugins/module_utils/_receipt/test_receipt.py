# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is returned, what the task says, and what it advises."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt import advice
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.advice import (
    SearchScope,
    advise,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.header_section import (
    HeaderSection,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.model import (
    FoundMessage,
    Mailbox,
    WantedMessage,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.receipt import (
    receipt,
    sentence,
    summary,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.received import read_hop
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.redaction import Redactor

NOON = 1795521600.0
REDACTOR = Redactor("ann", "correct-horse-42")
FIRST = read_hop("from a by b; Tue, 24 Nov 2026 12:00:00 +0000")


def found(arrived: float | None = NOON + 3, key: int = 0, **header: t.Any) -> FoundMessage:
    whole = HeaderSection(("ours",), header.get("hops", (FIRST,)), ())
    return FoundMessage("ours", Mailbox("Spam", junk=True), "7", arrived, whole, (key,))


def of(
    wanted: WantedMessage, *copies: FoundMessage, deleted: t.AbstractSet[t.Any] = frozenset()
) -> t.Any:
    return receipt(wanted, copies, deleted, [], REDACTOR)


def missing(number: int) -> t.Any:
    return of(WantedMessage(f"token-{number}", host=f"web{number}", server="mx", queue_id="4Xy"))


@pytest.mark.parametrize(
    ("accepted", "arrived", "hops", "seconds"),
    [
        (NOON + 1, NOON + 3, (FIRST,), 2),
        (None, NOON + 3, (FIRST,), 3),
        (NOON + 1.25, NOON + 1, (FIRST,), 0),  # within the second
        (NOON + 60, NOON, (FIRST,), -60),  # clocks disagree
        (None, NOON, (), None),
        (None, NOON, (read_hop("from a by b"),), None),
        (NOON, None, (FIRST,), None),
    ],
)
def test_the_time_from_acceptance_to_arrival(
    accepted: float | None, arrived: float | None, hops: t.Any, seconds: float | None
) -> None:
    assert (
        of(WantedMessage("ours", accepted=accepted), found(arrived, hops=hops))["seconds"]
        == seconds
    )


def test_a_message_is_deleted_when_all_its_copies_are() -> None:
    copies = found(key=1), found(key=2)
    assert of(WantedMessage("ours"), *copies, deleted={(1,)})["deleted"] is False
    assert of(WantedMessage("ours"), *copies, deleted={(1,), (2,)})["deleted"] is True
    assert of(WantedMessage("ours"), deleted={(1,)})["deleted"] is False
    assert of(WantedMessage("ours"), *copies)["copies"] == 2


def test_a_secret_is_in_nothing_that_a_server_or_a_probing_host_says() -> None:
    """All but the token comes from others, and the token must stay as it is to be known by."""
    said = "Y29ycmVjdC1ob3JzZS00Mg=="
    wanted = WantedMessage("correct-horse-42", said, said, said)
    copy = found()._replace(mailbox=Mailbox(said), uid=said)
    one = of(wanted, copy)
    assert one["token"] == "correct-horse-42"
    for name in ("host", "server", "queue_id", "mailbox", "uid"):
        assert one[name] == "(not shown)"


def test_a_name_is_cut_after_its_secret_was_taken_out() -> None:
    copy = found()._replace(mailbox=Mailbox("x" * 245 + "correct-horse-42"))
    assert "correct" not in of(WantedMessage("ours"), copy)["mailbox"]
    assert (
        len(of(WantedMessage("ours"), found()._replace(mailbox=Mailbox("x" * 4000)))["mailbox"])
        == 255
    )


def test_receipts_are_counted() -> None:
    receipts = [of(WantedMessage("ours"), found()), missing(1), missing(2)]
    assert summary(receipts) == {"total": 3, "found": 1, "missing": 2, "junk": 1}


def test_the_first_few_that_are_missing_are_named_and_the_rest_is_counted() -> None:
    receipts = [of(WantedMessage("ours"), found()), *map(missing, range(1, 6))]
    assert sentence(receipts, "imap.example.org port 993", 60) == (
        "5 of 6 messages did not arrive at imap.example.org port 993 within 60 s:"
        " token token-1 (from web1, to mx, queue id 4Xy);"
        " token token-2 (from web2, to mx, queue id 4Xy);"
        " token token-3 (from web3, to mx, queue id 4Xy); and 2 more"
    )
    assert sentence([of(WantedMessage("ours"))], "/mbox", 0.5) == (
        "the message did not arrive at /mbox within 0.5 s: token ours"
    )


def test_advice_begins_with_the_log_where_there_is_something_to_look_for() -> None:
    known = advise(
        WantedMessage("ours", queue_id="4Xy"), SearchScope(junk=True, can_have_junk=True), 10
    )
    assert known[0] == advice.IN_THE_LOG
    assert (
        advise(WantedMessage("ours"), SearchScope(True, True), 10)[0] == advice.SOMEWHERE_IN_THE_LOG
    )


def test_advice_tells_of_junk_where_it_was_not_looked_through() -> None:
    def junk(scope: SearchScope) -> list[str]:
        return [one for one in advise(WantedMessage("ours"), scope, 10) if "junk folder" in one]

    assert junk(SearchScope(junk=True, can_have_junk=True)) == []
    assert "there is none" in junk(SearchScope(junk=False, can_have_junk=True))[0]
    assert "not in what was looked at" in junk(SearchScope(junk=False, can_have_junk=False))[0]


def test_who_has_waited_for_long_is_not_told_to_wait() -> None:
    scope = SearchScope(True, True)
    assert advice.LATER in advise(WantedMessage("ours"), scope, 60)
    assert advice.LATER not in advise(WantedMessage("ours"), scope, 7200)
