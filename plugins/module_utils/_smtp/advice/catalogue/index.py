# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue: advice by its id. Each subject has a file of its own.

A module reaches a probing host as source, so each file is compiled when it is imported. Therefore
subjects are imported one after the other, until all advice on a failure is found.
"""

from __future__ import annotations

import typing as t

from ..model import Advice


def subjects() -> t.Iterator[tuple[Advice, ...]]:
    """Yield the advice of each subject, the subjects of most failures first."""
    from .connection import CONNECTION

    yield CONNECTION
    from .server import SERVER

    yield SERVER
    from .policy import POLICY

    yield POLICY
    from .access import ACCESS

    yield ACCESS
    from .services import SERVICES

    yield SERVICES
    from .login import LOGIN

    yield LOGIN
    from .envelope import ENVELOPE

    yield ENVELOPE
    from .tls import TLS

    yield TLS
    from .certificate import CERTIFICATE

    yield CERTIFICATE
    from .message import MESSAGE

    yield MESSAGE
    from .providers import PROVIDERS

    yield PROVIDERS
    from .this_host import THIS_HOST

    yield THIS_HOST


def look_up(ids: t.Sequence[str]) -> list[Advice]:
    """Return the advice with these ids, in their order."""
    found: dict[str, Advice] = {}
    for subject in subjects():
        found.update((advice.id, advice) for advice in subject if advice.id in ids)
        if len(found) == len(ids):
            break
    return [found[one] for one in ids]
