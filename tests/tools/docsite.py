# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site into docs/docsite/build/html: `make docs`.

The sources are the guides where they are, and the reference of each plugin and role, which
antsibull-docs makes. They are laid side by side as in the repository, so that links between guides
lead to the same places in a code forge and on the site. A warning is an error.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "docsite"
SOURCE = SITE / "build" / "source"
HTML = SITE / "build" / "html"
BIN = Path(sys.executable).parent

COMMUNITY = ("CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES = ("README.md", *COMMUNITY, "docs/**/*.md", "roles/*/*.md")
PICTURES = ("docs/*.png", "docs/*.svg")


def lay_sources() -> None:
    """Copy the guides to where Sphinx reads them."""
    shutil.rmtree(SITE / "build", ignore_errors=True)
    for pattern in PAGES + PICTURES:
        for path in ROOT.glob(pattern):
            if SITE not in path.parents:
                copy = SOURCE / path.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, copy)
    shutil.copy2(SITE / "index.md", SOURCE)
    (SOURCE / "reference").mkdir()


def main() -> int:
    """Build the site, and say where it is."""
    lay_sources()
    config = ["--config-file", str(SITE / "antsibull-docs.cfg")]
    what = ["collection", "--use-current", "--squash-hierarchy", "--fail-on-error"]
    where = ["--dest-dir", str(SOURCE / "reference"), "mailops.smtp"]
    subprocess.run([str(BIN / "antsibull-docs"), *config, *what, *where], check=True)
    strict = ["--fail-on-warning", "--quiet", "--jobs", "auto"]
    command = [str(BIN / "sphinx-build"), *strict, "-b", "html", "-c", str(SITE)]
    built = subprocess.run([*command, str(SOURCE), str(HTML)], check=False)
    if built.returncode == 0:
        print(f"The site: {(HTML / 'index.html').relative_to(ROOT)}")
    return built.returncode


if __name__ == "__main__":
    sys.exit(main())
