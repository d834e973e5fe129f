# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An option that cannot be meant as it is says so, with what was meant."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.options.checks import (
    SPEC,
    check_hosts,
    check_names,
    check_types,
    check_variables,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.formats import FORMATS
from ansible_collections.mailops.smtp.tests.unit.plays import play_of
from ansible_collections.mailops.smtp.tests.unit.reports import passed

RESULT = passed({"host": "mx1"})
PLANNED = [{"host": "mx1"}]
USE = "0242ac11-0002-5a7b-9c3d-000000000011"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"varable": "x"}, "'varable' is not an option; did you mean variable?"),
        ({"formats": ["htm"]}, "formats: 'htm' is not a format; did you mean html?"),
        ({"formats": "csv,jsn"}, "formats: 'jsn' is not a format; did you mean json?"),
        ({"formats": ["/tmp/report.html"]}, "did you mean html?"),
        ({"formats": ["out/smtp_handshake.prom"]}, "did you mean prometheus?"),
        ({"formats": ["summary.md"]}, "did you mean markdown?"),
        ({"formats": ["out.xml"]}, "did you mean junit?"),
        ({"formats": [{"html": True}]}, " is not a format; choose one of csv, "),
        ({"formats": {"html": True}}, " is not a format; choose one of csv, "),
        ({"formats": 5}, "formats: '5' is not a format; choose one of csv, html"),
        ({"fail_on": "newer"}, "fail_on cannot be 'newer'; did you mean new?"),
    ],
)
def test_a_word_that_is_none_is_told_with_the_nearest(
    arguments: dict[str, t.Any], told: str
) -> None:
    with pytest.raises(BadOption) as error:
        check_names(arguments)
    assert told in str(error.value)
    assert len(str(error.value)) < 160


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"dest": False}, "dest must be a path, not false; write it in quotes"),
        ({"hosts": ["web1", None]}, "hosts[1] must be a text, not null"),
        ({"shards": {"a": "b"}}, "shards must be a list of paths, not a dictionary"),
        ({"server_logs": ["a"]}, "server_logs must be a dictionary, not a list"),
    ],
)
def test_a_value_of_a_wrong_type_is_told(arguments: dict[str, t.Any], told: str) -> None:
    with pytest.raises(BadOption) as error:
        check_types(arguments)
    assert str(error.value) == told


@pytest.mark.parametrize(
    "formats", [None, [], "", "html", "html, json", ["html", " json "], list(FORMATS)]
)
def test_words_that_are_right_are_taken_as_ansible_takes_them(formats: t.Any) -> None:
    check_names({**dict.fromkeys(SPEC), "formats": formats, "fail_on": "new"})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"variable": "prob"}, "variable: no host has a variable prob; did you mean probe?"),
        (
            {"variable": RESULT},
            "variable must be the name of a variable, not its value; did you mean probe?",
        ),
        (
            {"variable": [RESULT]},
            "variable must be the name of a variable, not its value; did you mean probe?",
        ),
        (
            {"variable": "a b"},
            "variable must be the name of a variable, not 'a b'; did you mean probe?",
        ),
        ({"planned": "plan"}, "planned: no host has a variable plan; did you mean planned?"),
        ({"planned": PLANNED}, "planned must be the name of a variable, not its value; did "),
        ({"receipts": "receipt"}, "receipts: no host has a variable receipt; did you mean looked?"),
        (
            {"use": "report.use"},
            "use must be the name of a variable, not 'report.use'; did you mean own",
        ),
        (
            {"use": {"use": USE}},
            "use must be the name of a variable, not its value; did you ",
        ),
    ],
)
def test_a_variable_that_no_host_has_is_told_with_the_one_that_was_meant(
    arguments: dict[str, t.Any], told: str
) -> None:
    play = play_of(
        {
            "gone": {},
            "web1": {"probe": RESULT, "planned": PLANNED, "looked": {"receipts": []}, "own": USE},
        }
    )
    with pytest.raises(BadOption) as error:
        check_variables({"variable": "probe", **arguments}, play, USE)
    assert told in str(error.value)
    assert len(str(error.value)) < 160


def test_a_variable_that_one_host_has_is_enough() -> None:
    """The others never came to the probe, and are rows."""
    play = play_of({"gone": {}, "web1": {"probe": RESULT}})
    check_variables({"variable": "probe"}, play, USE)


def test_where_nobody_has_anything_all_hosts_are_rows() -> None:
    check_variables({"variable": "probe", "planned": "planned"}, play_of({"gone": {}}), USE)


def test_before_the_probe_nobody_needs_to_have_anything() -> None:
    play = play_of({"web1": {"other": RESULT}})
    check_variables({"variable": "probe", "hosts": []}, play, USE)


def test_where_all_hosts_left_before_this_use_they_are_rows_whatever_others_are_called() -> None:
    """A variable of another task that looks right is not the one that was meant then."""
    play = play_of({"web1": {"other": RESULT, "use": "an earlier one"}})
    check_variables({"variable": "probe", "use": "use"}, play, USE)
    with pytest.raises(BadOption, match="did you mean other"):
        check_variables(
            {"variable": "probe", "use": "use"},
            play_of({"web1": {"other": RESULT, "use": USE}}),
            USE,
        )


def test_a_host_that_is_not_in_the_inventory_is_told() -> None:
    play = play_of({"web1": {}, "app1": {}})
    check_hosts(["web1", "app1"], play)
    with pytest.raises(BadOption, match="hosts: 'web' is not in the inventory; did you mean web1"):
        check_hosts(["web"], play)
