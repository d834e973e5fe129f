# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokens of accepted messages are found, whatever a host has registered."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.tokens import tokens_of
from ansible_collections.mailops.smtp.tests.unit.work import assert_linear
from hypothesis import given
from hypothesis import strategies as st

TOKEN = "2f1c6b1f8d0d4b8b9d5c8a3f0e7a6b54"


def result(**parts: t.Any) -> dict[str, t.Any]:
    return {
        "changed": True,
        "message": {"token": TOKEN, "queue_id": "4XyZ"},
        "server": {"host": "relay", "port": 25},
        **parts,
    }


def tokens(*results: t.Any) -> list[dict[str, str]]:
    return list(tokens_of("web1", {"results": list(results), "use": "this"}, "this"))


def test_an_accepted_message_becomes_a_token_with_its_details() -> None:
    assert tokens(result()) == [
        {"token": TOKEN, "host": "web1", "server": "relay:25", "queue_id": "4XyZ"}
    ]


@pytest.mark.parametrize(
    "strange",
    [
        {"changed": False},
        {"changed": "yes"},
        {"message": None},
        {"message": TOKEN},
        {"message": {}},
        {"message": {"token": "a b"}},
        {"message": {"token": "x" * 1000}},
        {"message": {"token": [TOKEN]}},
        {"message": {"token": '" OR ALL'}},
    ],
)
def test_an_invalid_token_does_not_hide_the_others(strange: dict[str, t.Any]) -> None:
    assert [one["token"] for one in tokens(result(**strange), result())] == [TOKEN]


@pytest.mark.parametrize(
    ("server", "named"),
    [
        ({"host": None, "address": "/run/lmtp", "port": None}, "/run/lmtp"),
        ({"host": "a", "port": True}, "a"),
        ({}, "a server without a name"),
        (None, "a server without a name"),
        ({"host": "x" * 1000}, "x" * 255),
    ],
)
def test_a_message_without_a_server_becomes_a_token(server: t.Any, named: str) -> None:
    (one,) = tokens(result(server=server))
    assert one["server"] == named


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["use", "results", "message", "token", "changed"]), inner)
    ),
)


@given(ANYTHING)
def test_anything_may_be_registered(registered: t.Any) -> None:
    list(tokens_of("web1", registered, "this"))
    list(tokens_of("web1", {"use": "this", "results": registered}, "this"))


def test_the_time_is_proportional_to_the_results() -> None:
    assert_linear(tokens, lambda size: [result()] * size)


def test_a_message_of_an_earlier_run_of_the_role_is_not_looked_for() -> None:
    registered = {"use": "earlier", "results": [result()]}
    assert not list(tokens_of("web1", registered, "this"))
    assert list(tokens_of("web1", registered, "earlier"))
