# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module runs as its own process, as with Ansible, and returns what a log says."""

from __future__ import annotations

import time

import pytest
from ansible_collections.mailops.smtp.plugins.modules import smtp_server_log
from ansible_collections.mailops.smtp.tests.unit.runs import run_module

MODULE = smtp_server_log.__name__


@pytest.fixture
def log(tmp_path):
    """Return the path of a log in which a client was refused just now."""
    path = tmp_path / "mail.log"
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    path.write_text(
        f"{stamp} mx postfix/smtpd[1]: connect from a[192.0.2.7]\n"
        f"{stamp} mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[192.0.2.7]: 554 5.7.1"
        " <c@example.net>: Relay access denied; from=<b@example.org> to=<c@example.net>\n"
    )
    return str(path)


def test_the_result_has_the_documented_shape(log) -> None:
    yaml = pytest.importorskip("yaml")
    documented = yaml.safe_load(smtp_server_log.RETURN)

    result = run_module(MODULE, client=["192.0.2.7"], path=[log])

    assert result["changed"] is False
    assert set(documented) <= set(result)
    assert set(documented["deciding"]["contains"]) == set(result["deciding"])
    assert result["deciding"]["cause_id"] == "relay-for-address"


def test_check_mode_reads_the_same(log) -> None:
    result = run_module(MODULE, client=["192.0.2.7"], path=[log], _ansible_check_mode=True)
    assert len(result["lines"]) == 2


def test_a_wrong_option_is_named() -> None:
    result = run_module(MODULE, client=["mx.example.com"])
    assert result["failed"]
    assert result["msg"] == "client must be an IP address, not mx.example.com"


def test_the_options_are_documented_with_their_defaults() -> None:
    yaml = pytest.importorskip("yaml")
    documented = yaml.safe_load(smtp_server_log.DOCUMENTATION)["options"]
    spec = smtp_server_log.argument_spec()
    assert set(documented) == set(spec)
    for name, option in spec.items():
        for key in ("type", "default", "choices", "elements", "required"):
            assert documented[name].get(key) == option.get(key), name
