# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw docs/site.png: the start page of the documentation site, as Chromium shows it.

    make docs
    .venv/bin/python tests/tools/site_screenshot.py

Chromium is installed into a room of its own (tests/interop/room.py), so this needs root. Given a
folder, it puts pictures of some pages there instead, in light and dark, on a desk and on a phone,
and fails if a page is wider than its window, or has a heading that is larger than the one above it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".venv" / "collections"))

from ansible_collections.mailops.smtp.tests.interop import browser  # noqa: E402

HTML = ROOT / "docs" / "docsite" / "build" / "html"
PAGES = (
    "index",
    "docs/quickstart",
    "docs/telnet",
    "docs/reading",
    "docs/audit",
    "docs/advice",
    "docs/architecture",
    "reference/smtp_handshake_module",
    "reference/smtp_check_role",
    "reference/index",
)
WINDOWS = {"desk": 1200, "phone": 360}
FAULTS = """
(() => {
  const size = (name) => {
    const heading = document.querySelector(`article ${name}`);
    return heading ? parseFloat(getComputedStyle(heading).fontSize) : 0;
  };
  const sizes = ["h1", "h2", "h3", "h4"].map(size).filter((one) => one);
  const faults = [];
  if (document.documentElement.scrollWidth > window.innerWidth) faults.push("it is too wide");
  if (sizes.some((one, at) => one >= sizes[at - 1])) faults.push("a heading is too large");
  return faults;
})()
"""


def pictures(folder: Path) -> list[str]:
    """Write pictures of some pages; return what is wrong with some."""
    faults = []
    with tempfile.TemporaryDirectory() as pipes, browser.running(Path(pipes)) as chromium:
        for name in PAGES:
            for window, width in WINDOWS.items():
                for scheme in ("light", "dark"):
                    page = chromium.page()
                    page.look(width, 1000, scheme)
                    page.open((HTML / f"{name}.html").as_uri())
                    picture = f"{name.replace('/', '-')}-{window}-{scheme}.png"
                    (folder / picture).write_bytes(page.picture())
                    faults += [f"{picture}: {fault}" for fault in page.value(FAULTS)]
    return faults


def main() -> int:
    """Write docs/site.png, or pictures of some pages."""
    if len(sys.argv) > 1:
        faults = pictures(Path(sys.argv[1]))
        print("".join(f"{fault}\n" for fault in faults), end="")
        return 1 if faults else 0
    with tempfile.TemporaryDirectory() as pipes, browser.running(Path(pipes)) as chromium:
        page = chromium.page()
        page.look(1200, 800)
        page.open((HTML / "index.html").as_uri())
        (ROOT / "docs" / "site.png").write_bytes(page.picture())
    return 0


if __name__ == "__main__":
    sys.exit(main())
