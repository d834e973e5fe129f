# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers are called what people call them, and files what every file system takes."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.naming import (
    Server,
    folder_name,
    unique_name,
)
from ansible_collections.mailops.smtp.tests.unit.reports import NASTY


@pytest.mark.parametrize(
    ("item", "title", "stem"),
    [
        ({"host": "mx1"}, "mx1:25", "mx1-25"),
        ({"host": "mx1", "port": 587}, "mx1:587", "mx1-587"),
        ({"host": "mx1", "port": "587"}, "mx1:587", "mx1-587"),
        ({"host": "mx1", "tls": "implicit"}, "mx1:465", "mx1-465"),
        ({"host": "mx1", "name": "the relay"}, "mx1:25 (the relay)", "mx1-25-the_relay"),
        ({"host": "2001:db8::1"}, "[2001:db8::1]:25", "2001_db8__1-25"),
        ({"host": "mx1", "address": "192.0.2.1"}, "mx1:25 at 192.0.2.1", "mx1-25-192.0.2.1"),
        ({"mx": "example.com"}, "MX of example.com:25", "example.com-25"),
        ({"mx": "example.com", "host": "mx1"}, "mx1:25", "mx1-25"),
        ({"socket": "/run/lmtp"}, "/run/lmtp", "run_lmtp"),
        ({"host": "mx1", "name": "a--2"}, "mx1:25 (a--2)", "mx1-25-a-2"),
        ({"host": "../../etc/passwd"}, "../../etc/passwd:25", "etc_passwd-25"),
        ({"host": "mx1", "port": {"a": 1}}, "mx1:{'a': 1}", "mx1-a___1"),
        ({}, "no host:25", "no_host-25"),
        ("mx1", "mx1:25", "mx1-25"),
        ("mx1:587", "mx1:587", "mx1-587"),
        ("[2001:db8::1]:587", "[2001:db8::1]:587", "2001_db8__1-587"),
        ({"host": "mx1:587", "name": "relay"}, "mx1:587 (relay)", "mx1-587-relay"),
        ({"host": "smtps://mx1"}, "mx1:465", "mx1-465"),
        (None, "no host:25", "no_host-25"),
    ],
)
def test_a_server_has_a_title_and_a_file(item: t.Any, title: str, stem: str) -> None:
    server = Server.of(item, {})
    assert server.title == title
    assert server.stem == stem


def test_what_the_target_does_not_say_the_result_does() -> None:
    result = {"server": {"host": "mx1", "port": 2525, "address": "192.0.2.1"}}
    assert Server.of(None, result).title == "mx1:2525"
    assert Server.of("an item of a loop", result).title == "mx1:2525"
    assert Server.of({"host": "mx2"}, result).title == "mx2:2525"
    assert Server.of({}, {"server": {"address": "192.0.2.1"}}).title == "192.0.2.1:25"


def test_a_file_name_is_short_and_plain_whatever_the_server_is_called() -> None:
    stem = Server.of({"host": NASTY * 10, "name": NASTY * 10, "address": NASTY * 10}, {}).stem
    assert len(stem) < 230
    assert stem.isascii()
    assert not set(stem) & set("/\\ \n\0'\"$`")
    assert not stem.startswith((".", "-"))


def test_names_that_are_the_same_are_numbered() -> None:
    earlier: dict[str, int] = {}
    names = [unique_name(name, earlier, "--{}") for name in ("a", "b", "A", "a")]
    assert names == ["a", "b", "A--2", "a--3"]


def test_a_number_is_not_given_that_somebody_has_already() -> None:
    earlier: dict[str, int] = {}
    names = [unique_name(name, earlier, " #{}") for name in ("a #2", "a", "a", "a", "a #2", "a #3")]
    assert len({name.lower() for name in names}) == len(names)
    assert names[:4] == ["a #2", "a", "a #3", "a #4"]


@pytest.mark.parametrize("host", ["web1", "web1.example.com", "a_b", "A-1"])
def test_a_host_that_can_be_a_folder_is_one(host: str) -> None:
    assert folder_name(host) == host


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "..",
        "../..",
        "/",
        "-rf",
        ".ssh",
        "a/b",
        "a b",
        "c\u00e4t",
        "x" * 300,
        NASTY,
        "\udcff",
    ],
)
def test_any_other_host_has_a_folder_that_is_safe(host: str) -> None:
    folder = folder_name(host)
    assert folder.isascii()
    assert 0 < len(folder) <= 110
    assert not folder.startswith((".", "-"))
    assert "/" not in folder
    assert ".." not in folder


def test_two_hosts_whose_safe_names_are_the_same_have_two_folders() -> None:
    names = ["a b", "a/b", "a_b", "x" * 101, "x" * 102, "a..b", "a.-"]
    assert len({folder_name(name) for name in names}) == len(names)
