# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many random dialogues, side by side."""

from __future__ import annotations

import ssl
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import trustme
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.steps import quit as step_7

from .random_dialogue import Authority, Outcome, hold

# Most of them wait most of the time.
AT_ONCE = 12

# For the reply to QUIT, which a server that misbehaves does not give.
QUIT_SECONDS = 1.0


def authority(folder: Path) -> Authority:
    """Make a CA, and a certificate for the servers."""
    ca = trustme.CA()
    path = folder / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    return Authority(str(path), context)


def hold_all(seeds: t.Iterable[int], folder: Path) -> t.Iterator[Outcome]:
    """Hold the dialogue of each seed, and return what came of them, in order."""
    known = authority(folder)
    patched = mock.patch.object(step_7, "QUIT_SECONDS", QUIT_SECONDS)
    with patched, ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda seed: hold(seed, known), seeds)
