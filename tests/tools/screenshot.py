# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw docs/report.png: the page of a made-up fleet's report, as Chromium shows it.

    make lint  # or anything else that makes .venv
    .venv/bin/python tests/tools/screenshot.py

Chromium is installed into a room of its own (tests/interop/room.py), so this needs root. Given the
name of a file that ends in .html, it writes the page there, for a browser of your own.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import struct
import sys
import tempfile
import typing as t
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".venv" / "collections"))

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (  # noqa: E402
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import (  # noqa: E402
    compare,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (  # noqa: E402
    Host,
    matrix_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (  # noqa: E402
    as_json,
    html,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report  # noqa: E402
from ansible_collections.mailops.smtp.tests.interop import browser  # noqa: E402
from ansible_collections.mailops.smtp.tests.unit import reports  # noqa: E402

WIDTH, HEIGHT = 1200, 1392

Result = dict[str, t.Any]

SERVERS: tuple[Result, ...] = (
    {"host": "relay1.example.com", "name": "relay"},
    {"host": "relay2.example.com", "name": "standby"},
    {"host": "mail.example.com", "port": 587},
    {"host": "mail.example.com", "port": 465},
    {"host": "mx.partner.example"},
)

HOSTS = ("web1", "web2", "app1", "app2", "batch1", "monitor", "shop-eu")

# The browser is the one here that can read a PNG.
PIXELS = """
(async () => {
  const image = new Image();
  image.src = "data:image/png;base64,PICTURE";
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const file = new Blob([context.getImageData(0, 0, image.width, image.height).data]);
  const reader = new FileReader();
  return new Promise((done) => {
    reader.onload = () => done(reader.result.split(",")[1]);
    reader.readAsDataURL(file);
  });
})()
"""


def sample() -> Report:
    """Return the report of today, held against that of yesterday."""
    yesterday = _report("2026-11-23T12:00:00Z", {("web2", 3): _expired, ("app2", 0): _denied})
    document = json.loads("".join(as_json.render(yesterday)))
    today = _report(
        "2026-11-24T12:00:00Z",
        {("app2", 0): _denied, ("batch1", 4): _filtered},
        unreachable=("shop-eu",),
    )
    comparison = compare(read_baseline([json.dumps(document)]), today)
    return dataclasses.replace(today, comparison=comparison)


def _report(
    created: str,
    broken: t.Mapping[tuple[str, int], t.Callable[[Result], Result]],
    unreachable: t.Sequence[str] = (),
) -> Report:
    hosts: list[Host] = []
    for name in HOSTS:
        if name in unreachable:
            hosts.append(reports.unreachable(name, SERVERS))
            continue
        # The monitor is meant to ask the relays alone.
        servers = SERVERS[:2] if name == "monitor" else SERVERS
        results = [
            broken.get((name, number), reports.passed)(server)
            for number, server in enumerate(servers)
        ]
        hosts.append(reports.probed(name, *results))
    return Report.of(matrix_of(hosts), created, reports.MADE_BY)


def _denied(item: Result) -> Result:
    return reports.failed(
        item,
        text="5.7.1 Relay access denied",
        msg=f"{item['host']} port 25: 554 5.7.1 Relay access denied in reply to RCPT TO",
        code=554,
        failure={
            "stage": "rcpt_to",
            "kind": "permanent",
            "code": 554,
            "enhanced_code": "5.7.1",
            "text": "Relay access denied",
            "advice": [
                "Let the server relay for the address of this host (Postfix `mynetworks`).",
                "If this host should log in, say so with `login_user`.",
            ],
        },
    )


def _filtered(item: Result) -> Result:
    return reports.failed(
        item,
        "connect",
        "timeout",
        None,
        "no answer within 10 s",
        failure={
            "stage": "connect",
            "kind": "timeout",
            "code": None,
            "enhanced_code": None,
            "text": "no answer within 10 s",
            "advice": ["A firewall drops the connection: outgoing port 25 is often closed."],
        },
    )


def _expired(item: Result) -> Result:
    return reports.failed(item, "connect", "tls", None, "the certificate has expired")


def main() -> int:
    """Write the picture, or the page."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "report.png"
    page = "".join(html.render(sample()))
    if out.suffix == ".html":
        out.write_text(page, encoding="utf-8")
        return 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "report.html").write_text(page, encoding="utf-8")
        with browser.running(folder) as chromium:
            shown = chromium.page()
            shown.look(WIDTH, HEIGHT)
            shown.ask("Emulation.setScrollbarsHidden", hidden=True)
            shown.open(f"file://{folder}/report.html")
            picture = base64.b64encode(shown.picture()).decode("ascii")
            pixels = shown.value(PIXELS.replace("PICTURE", picture))
            out.write_bytes(_png(base64.b64decode(pixels)))
    return 0


def _png(pixels: bytes) -> bytes:
    """Return a PNG of pixels of four bytes. Without filters text takes a fifth less than with."""
    lines = []
    for start in range(0, len(pixels), 4 * WIDTH):
        line = bytearray(1 + 3 * WIDTH)  # it begins with the filter: 0, none
        for color in range(3):
            line[1 + color :: 3] = pixels[start + color : start + 4 * WIDTH : 4]
        lines.append(bytes(line))
    head = struct.pack(">IIBBBBB", WIDTH, len(lines), 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


if __name__ == "__main__":
    sys.exit(main())
