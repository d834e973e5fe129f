# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook never ends green without having asked a server."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.recipes.conftest import Place

CHECK = ("ansible-playbook", "mailops.smtp.check", "-i", "inventory.yml", "-e", "@servers.yml")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--tags", "smtp", "--limit", "here"),
        ("-e", "smtp_check_hosts=localhost"),
    ],
)
def test_it_asks(place: Place, arguments: tuple[str, ...]) -> None:
    ran = place.run(*CHECK, *arguments)
    assert ran.returncode == 0, ran.stdout
    assert "1 server: 1 passed" in ran.stdout, ran.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("-e", "smtp_check_hosts=nobody"),
        ("-e", "smtp_check_hosts=localhost", "--limit", "here"),
        ("-e", "smtp_check_hosts=here:!here"),
    ],
)
def test_a_pattern_that_matches_nobody_fails(place: Place, arguments: tuple[str, ...]) -> None:
    ran = place.run(*CHECK, *arguments)
    assert ran.returncode == 2, ran.stdout
    assert "matches no host of this run" in ran.stdout, ran.stdout


def test_without_an_inventory_it_asks_from_localhost_alone_if_it_is_told_to(place: Place) -> None:
    check = ("ansible-playbook", "mailops.smtp.check", "-e", "@servers.yml")
    asked = place.run(*check, "-e", "smtp_check_hosts=localhost")
    assert asked.returncode == 0, asked.stdout

    nobody = place.run(*check)
    assert nobody.returncode == 2, nobody.stdout
    assert "matches no host of this run" in nobody.stdout, nobody.stdout
