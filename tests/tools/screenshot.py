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

WIDTH, HEIGHT = 1200, 1950

Result = dict[str, t.Any]
Fault = t.Callable[[Result, str], Result]

SERVERS: tuple[Result, ...] = (
    {"host": "relay1.example.com", "name": "relay"},
    {"host": "relay2.example.com", "name": "standby"},
    {"host": "mail.example.com", "port": 587},
    {"host": "mail.example.com", "port": 465},
    {"host": "mx.partner.example"},
    {"host": "mx2.partner.example"},
)

# The inventory: the hosts of each group, and their network.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "web": ("10.1.0.", tuple(f"web{number}" for number in range(1, 9))),
    "batch": ("10.2.0.", tuple(f"batch{number}" for number in range(1, 6))),
    "dmz": ("192.0.2.", tuple(f"dmz{number}" for number in range(1, 8))),
}

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
    """Return the report of today, compared with that of yesterday."""
    refused = {("batch", 0): _denied}
    yesterday = _report("2026-11-23T12:00:00Z", {**refused, ("web", 5): _greylisted})
    document = json.loads("".join(as_json.render(yesterday)))
    filtered: dict[tuple[str, int], Fault] = {("dmz", 4): _filtered, ("dmz", 5): _filtered}
    expired = {(group, 3): _expired for group in GROUPS}
    today = _report("2026-11-24T12:00:00Z", {**refused, **filtered, **expired})
    comparison = compare(read_baseline([json.dumps(document)]), today, today.causes)
    return dataclasses.replace(today, comparison=comparison)


def _report(created: str, broken: t.Mapping[tuple[str, int], Fault]) -> Report:
    """Return the report of a day, with what is broken for each group at some servers."""
    hosts: list[Host] = []
    groups: dict[str, list[str]] = {}
    for group, (network, names) in GROUPS.items():
        for number, name in enumerate(names, 11):
            client = f"{network}{number}"
            results = [
                broken.get((group, at), _passed)(server, client)
                for at, server in enumerate(SERVERS)
            ]
            hosts.append(reports.probed(name, *results))
            groups[name] = [group]
    return Report.of(matrix_of(hosts), created, reports.MADE_BY, groups)


def _passed(item: Result, client: str) -> Result:
    return reports.passed(item, client={"address": client})


def _failed(
    item: Result, client: str, stage: str, kind: str, codes: tuple[int, str] | None, text: str,
    *advice: str, lines: t.Sequence[str] = (),
) -> Result:  # fmt: skip
    code, enhanced_code = codes or (None, None)
    said = f"{code} {enhanced_code} {text} in reply to {stage}" if codes else f"{text} at {stage}"
    return reports.failed(
        item,
        client={"address": client},
        msg=f"{item['host']} port {item.get('port', 25)}: {said}",
        transcript=lines,
        failure={
            "stage": stage,
            "kind": kind,
            "code": code,
            "enhanced_code": enhanced_code,
            "text": text,
            "advice": list(advice),
        },
    )


def _denied(item: Result, client: str) -> Result:
    return _failed(
        item,
        client,
        "rcpt_to",
        "permanent",
        (554, "5.7.1"),
        "Relay access denied",
        "Let the server relay for the addresses of these hosts (Postfix: `postconf mynetworks`).",
        "If these hosts should log in, say so with `login_user`.",
        lines=[
            "[0.013] S: 220 relay1.example.com ESMTP",
            "[0.052] S: 554 5.7.1 Relay access denied",
        ],
    )


def _filtered(item: Result, client: str) -> Result:
    return _failed(
        item,
        client,
        "connect",
        "timeout",
        None,
        "no answer within 10 s",
        "A firewall drops the connection: outgoing port 25 is often closed.",
        lines=["[0.001] *: connecting", "[10.001] *: no answer within 10 s"],
    )


def _expired(item: Result, client: str) -> Result:
    return _failed(
        item,
        client,
        "connect",
        "tls",
        None,
        "the certificate expired on 2026-11-23",
        "Renew the certificate of the server, and have the server load it.",
        "See what it shows: `openssl s_client -connect mail.example.com:465`.",
        lines=["[0.002] *: connected", "[0.020] *: the certificate expired on 2026-11-23"],
    )


def _greylisted(item: Result, client: str) -> Result:
    return _failed(
        item, client, "rcpt_to", "transient", (450, "4.2.0"), "Greylisted", lines=["S: 450 4.2.0"]
    )


def main() -> int:
    """Write the picture, or the page."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "report.png"
    return write(out, "".join(html.render(sample())))


def write(out: Path, page: str) -> int:
    """Write a picture of a page, or the page if the name of the file ends in .html."""
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
