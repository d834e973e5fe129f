# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a connection cannot do, the store behind it cannot do, and the kind says why."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import (
    StoreError,
    as_store_error,
)


def test_a_lost_connection_is_a_store_that_cannot_be_used() -> None:
    with pytest.raises(StoreError, match="the server closed") as caught, as_store_error():
        raise ProbeError("disconnect", "the server closed the connection")
    assert (caught.value.kind, caught.value.text) == (
        "disconnect",
        "the server closed the connection",
    )
    assert isinstance(caught.value.__cause__, ProbeError)


def test_any_other_exception_is_left_as_it_is() -> None:
    with pytest.raises(KeyError), as_store_error():
        raise KeyError("x")
    with pytest.raises(StoreError) as caught, as_store_error():
        raise StoreError("busy", "later")
    assert caught.value.kind == "busy"
