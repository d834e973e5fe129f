# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wrong option is named with what it must be, and a value that may be a secret is not shown."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.argument_spec import (
    converted,
    unknown_option,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption

SECRET = "S3cret-42"
PROXY = {"source": {"type": "str"}, "version": {"type": "int", "choices": [1, 2], "default": 1}}
SPEC: dict[str, dict[str, t.Any]] = {
    "host": {"type": "str"},
    "names": {"type": "list", "elements": "str"},
    "ports": {"type": "list", "elements": "int"},
    "proxy": {"type": "dict", "options": PROXY},
    "seconds": {"type": "float"},
    "tls": {"type": "bool"},
}
MANY = {f"{letter}{letter}": {"type": "str"} for letter in "abcdefghijklm"}


def refusal(**given: t.Any) -> str:
    with pytest.raises(BadOption) as caught:
        converted("server", given, SPEC)
    assert SECRET not in str(caught.value)
    return str(caught.value)


def test_each_value_gets_the_type_of_its_option_and_no_default_is_added_beside_them() -> None:
    given = {"host": 25, "names": "a,b", "ports": ["1"], "seconds": "1.5", "tls": "yes"}
    assert converted("server", {**given, "proxy": {"source": "::1"}}, SPEC) == {
        "host": "25",
        "names": ["a", "b"],
        "ports": [1],
        "seconds": 1.5,
        "tls": True,
        "proxy": {"source": "::1", "version": 1},
    }
    assert converted("server", {}, SPEC) == {}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tls": SECRET}, "server.tls must be true or false, not a text"),
        ({"seconds": SECRET}, "server.seconds must be a number, not a text"),
        ({"seconds": []}, "server.seconds must be a number, not a list"),
        ({"names": {"a": 1}}, "server.names must be a list of texts, not a dictionary"),
        ({"ports": [SECRET]}, "server.ports[0] must be a whole number, not a text"),
        ({"proxy": {"source": [SECRET]}}, "server.proxy.source must be a text, not a list; a text"),
        ({"proxy": True}, "server.proxy must be a dictionary, not true"),
        ({"proxy": [SECRET]}, "server.proxy must be a dictionary, not a list"),
        ({"proxy": SECRET}, "server.proxy must be a dictionary, not a text"),
        ({"proxy": {"version": 3}}, "server.proxy.version must be one of 1, 2"),
        ({"proxy": {"sorce": SECRET}}, "server.proxy.sorce is not an option; did you mean source?"),
        ({"hots": SECRET}, "server.hots is not an option; did you mean host?"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_must_be(given: t.Any, message: str) -> None:
    assert refusal(**given).startswith(message)


@pytest.mark.parametrize(
    ("path", "name", "spec", "message"),
    [
        ("", "zzz", SPEC, "zzz is not an option; the options are host, names, ports, proxy,"),
        ("", "zzz", MANY, "zzz is not an option"),
        ("a", f"host:{SECRET}", SPEC, "a.host must be followed by a colon and a blank"),
        ("a", f"host={SECRET}", SPEC, "a.host must be followed by a colon and a blank"),
        ("a", f"hots:{SECRET}", SPEC, "a.hots is not an option; did you mean host?"),
        ("a", "x-host", SPEC, "a.x-host is not an option; did you mean host?"),
        ("a", f":{SECRET}", SPEC, "a.'' is not an option"),
        ("a", 25, SPEC, "a.25 is not an option"),
        ("a", "z" * 1000, MANY, f"a.{'z' * 60} is not an option"),
    ],
)
def test_an_unknown_name_is_answered_with_what_was_meant(
    path: str, name: object, spec: t.Any, message: str
) -> None:
    shown = str(unknown_option(path, name, spec))
    assert shown.startswith(message)
    assert SECRET not in shown
    assert len(shown) < 150
