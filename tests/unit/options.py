# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans and refusals, for the tests of options."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.plan import (
    Plan,
)
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS

ENVELOPE: dict[str, t.Any] = {"mail_from": "ann@example.com", "rcpt_to": ["bob@example.net"]}


def planned(check_mode: bool = False, **options: t.Any) -> Plan:
    """Return the plan of the defaults and some options."""
    return plan_from({**DEFAULTS, **options}, check_mode=check_mode)


def planned_message(**message: t.Any) -> Plan:
    """Return a plan that sends a message. As in the module, parts that are not given are None."""
    everything = dict.fromkeys(("subject", "body", "headers", "src", "size"))
    return planned(message=dict(everything, **message), **ENVELOPE)


def refusal(**options: t.Any) -> str:
    """Return the error message of wrong options."""
    with pytest.raises(BadOption) as refused:
        planned(**options)
    text = str(refused.value)
    assert text.isprintable()
    return text


def refusal_of_message(**message: t.Any) -> str:
    """Return the error message of a wrong message."""
    with pytest.raises(BadOption) as refused:
        planned_message(**message)
    text = str(refused.value)
    assert text.isprintable()
    return text
