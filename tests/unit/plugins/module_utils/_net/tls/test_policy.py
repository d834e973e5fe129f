# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When TLS must stand, and when a bad certificate is a failure."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.policy import TlsPolicy


@pytest.mark.parametrize(
    ("tls", "required"),
    [("never", False), ("opportunistic", False), ("required", True), ("implicit", True)],
)
def test_without_tls_there_is_no_dialogue(tls, required):
    assert TlsPolicy(tls).required is required
    assert TlsPolicy(tls).judges is required


def test_nothing_is_judged_that_shall_not_be_validated():
    assert not TlsPolicy("required", validate_certs=False).judges


def test_dane_takes_the_place_of_the_authorities():
    assert not TlsPolicy("required", dane=True).judges


@pytest.mark.parametrize(
    ("policy", "depends"),
    [
        (TlsPolicy("never", ca_path="/etc/ca.pem"), False),
        (TlsPolicy("opportunistic", cert_min_days=14, tls_server_name="mx.example.org"), False),
        (TlsPolicy("opportunistic", ca_path=""), True),
        (TlsPolicy("opportunistic", client_cert="/etc/client.pem"), True),
        (TlsPolicy("opportunistic", client_key="/etc/client.pem"), True),
        (TlsPolicy("opportunistic", tls_min_version="1.3"), True),
        (TlsPolicy("opportunistic", tls_ciphers=("ECDHE",)), True),
        (TlsPolicy("required"), True),
        (TlsPolicy("implicit"), True),
    ],
)
def test_only_files_algorithms_and_tls_that_is_required_depend_on_the_host(policy, depends):
    assert policy.depends_on_host is depends
