# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second connection brings what the first did not, as on Python 3.7.

Each test takes from a record what the ssl module of Python 3.7 would not have said. What later ones
say, test_handshake.py tells.
"""

from __future__ import annotations

import sys
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.network import SYSTEM
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.dialogue import hold
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.certificate_probe import (
    complete_certificate,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.lookup import resolve_server
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    Transcript,
)
from ansible_collections.mailops.smtp.tests.unit.conftest import CLIENT
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    OVER_TLS,
    TO_HELO,
    TO_STARTTLS,
    failed,
    transcript_lines,
)

# What a client does that only wants to see the certificate.
AGAIN = f"{TO_STARTTLS}\n*: tls{END}"
REFUSED = f"{TO_STARTTLS}\n*: tls{END}"
OTHER = "mx.example.net"


class Held(t.NamedTuple):
    """A dialogue, and what completes its record."""

    record: Record
    complete: t.Callable[[], None]


@pytest.fixture
def held(scripted: t.Any) -> t.Callable[..., Held]:
    """Hold a dialogue by the first script; a second connection follows the next one."""

    def hold_with(*scripts: str, context: t.Any = None, **options: t.Any) -> Held:
        server = scripted(*scripts, context=context)
        where = {"host": server.host, "port": server.port}
        plan = plan_from({**CLIENT, **where, **options}, check_mode=False)
        lookup = resolve_server(plan)
        record = hold(plan, lookup, Transcript())
        return Held(record, lambda: complete_certificate(plan, lookup, record, SYSTEM))

    return hold_with


def forget_verdict(record: Record) -> None:
    """Leave what Python 3.7 knows of a certificate that need not verify."""
    assert record.tls is not None
    record.tls = record.tls._replace(verified=None, verify_errors=(), chain=())


def forget_certificate(record: Record, verify_error: str) -> None:
    """Leave what Python 3.7 knows of a certificate that it has refused: OpenSSL's first word."""
    assert record.tls is not None
    assert record.failure is not None
    record.tls = record.tls._replace(certificate=None, chain=(), verify_errors=(verify_error,))
    text = f"the certificate is not trusted: {record.tls.verify_error}"
    record.failure = record.failure._replace(text=text)


def test_a_certificate_that_was_not_judged_is_judged(held, authority):
    dialogue = held(OVER_TLS, AGAIN, context=authority.context("127.0.0.1"), ca_path=authority.path)
    forget_verdict(dialogue.record)
    dialogue.complete()
    assert dialogue.record.tls.verified is True
    assert dialogue.record.failure is None
    assert (
        "*: connecting again to verify the certificate, as Python 3.7 needs a second connection"
        in transcript_lines(dialogue.record)
    )


def test_a_bad_certificate_that_was_not_judged_is_no_failure(held, authority):
    dialogue = held(OVER_TLS, REFUSED, context=authority.context(OTHER), ca_path=authority.path)
    forget_verdict(dialogue.record)
    dialogue.complete()
    assert dialogue.record.tls.verified is False
    assert "mismatch" in dialogue.record.tls.verify_error
    assert dialogue.record.tls.certificate.names == (OTHER,)
    assert dialogue.record.failure is None


def test_a_certificate_that_was_refused_is_shown_with_all_that_is_wrong_with_it(held, authority):
    dialogue = held(REFUSED, AGAIN, context=authority.context(OTHER, days=-1), tls="required")
    forget_certificate(dialogue.record, dialogue.record.tls.verify_errors[0])
    dialogue.complete()
    assert dialogue.record.tls.certificate.names == (OTHER,)
    error = dialogue.record.tls.verify_error
    assert [word for word in ("issuer", "expired", "mismatch") if word not in error] == []
    assert failed(dialogue.record) == ("starttls", "tls", None)
    assert dialogue.record.failure.text.endswith(dialogue.record.tls.verify_error)


def test_implicit_tls_is_looked_at_without_a_word(held, authority):
    context = authority.context("127.0.0.1")
    dialogue = held("*: tls", "*: tls", context=context, tls="implicit")
    forget_certificate(dialogue.record, dialogue.record.tls.verify_errors[0])
    dialogue.complete()
    assert dialogue.record.tls.certificate.names == ("127.0.0.1",)


def test_what_the_second_connection_does_not_show_stays_unknown(held, authority):
    context = authority.context("127.0.0.1")
    dialogue = held(OVER_TLS, f"{TO_HELO}{END}", context=context)
    forget_verdict(dialogue.record)
    dialogue.complete()
    assert dialogue.record.tls.verified is None
    assert dialogue.record.failure is None


@pytest.mark.skipif(sys.version_info < (3, 8), reason="Python 3.7 does know less")
def test_what_is_known_is_not_looked_at_again(held, authority):
    context = authority.context("127.0.0.1")
    dialogue = held(OVER_TLS, context=context, ca_path=authority.path)
    before = dialogue.record.tls
    dialogue.complete()
    assert dialogue.record.tls is before


def test_without_tls_there_is_no_certificate(held):
    dialogue = held(f"{TO_HELO}{END}", tls="never")
    dialogue.complete()
    assert dialogue.record.tls is None
