# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages and the kinds are defined twice, for mypy and for the run time."""

from __future__ import annotations

import ast
import inspect
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net import errors
from ansible_collections.mailops.smtp.plugins.module_utils._smtp import model


def literal(module: t.Any, name: str) -> list[str]:
    """Return the values of a Literal, which exists only for mypy."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            assert isinstance(node.value, ast.Subscript), name
            inner = node.value.slice
            elements = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            words: list[str] = []
            for one in elements:
                if isinstance(one, ast.Name):
                    words += literal(errors, one.id)
                else:
                    words.append(ast.literal_eval(one))
            return words
    raise KeyError(name)


@pytest.mark.skipif(not hasattr(ast, "unparse"), reason="ast.unparse came with Python 3.9")
def test_the_types_have_the_same_names_as_the_tuples() -> None:
    assert literal(model, "Stage") == list(model.STAGES)
    assert set(literal(model, "Kind")) == set(model.KINDS)


def test_every_stage_but_the_proxy_header_can_be_expected() -> None:
    assert set(model.STAGES) - set(model.EXPECT_STAGES) == {"proxy"}


def test_a_dialogue_can_stop_at_every_stage_before_a_message_is_sent() -> None:
    assert model.STOP_STAGES[-1] == "rcpt_to"
    assert set(model.STOP_STAGES) < set(model.EXPECT_STAGES)


def test_kinds_that_connect_can_expect_are_kinds() -> None:
    assert set(model.CONNECT_KINDS) < set(model.KINDS)
