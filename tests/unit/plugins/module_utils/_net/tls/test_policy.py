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
