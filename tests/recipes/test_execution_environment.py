# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-builder makes of the collection, as far as it goes without a container engine."""

from __future__ import annotations

import shutil

from ansible_collections.mailops.smtp.tests.recipes import recipes
from ansible_collections.mailops.smtp.tests.recipes.conftest import BIN, Place

BUILDER = str(BIN / "ansible-builder")


def test_an_image_gets_what_local_connections_need(place: Place) -> None:
    collections = f"{place.environment['HOME']}/.ansible/collections"
    ran = place.run(BUILDER, "introspect", collections)
    assert ran.returncode == 0, ran.stdout
    assert "dnspython  # from collection mailops.smtp" in ran.stdout, ran.stdout


def test_the_recipe_makes_a_build_context(place: Place) -> None:
    for name in ("execution-environment.yml", "requirements.yml"):
        shutil.copy(recipes.FILES / name, place.folder)
    ran = place.run(BUILDER, "create", "--output-filename", "Containerfile")
    assert ran.returncode == 0, ran.stdout
    context = place.folder / "context"
    assert "mailops/smtp.git" in (context / "_build" / "requirements.yml").read_text()
    assert "FROM" in (context / "Containerfile").read_text()
