# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS, with certificates that are good, expired, for another name, or from nobody known."""

from __future__ import annotations

import hashlib
import ssl
import sys
import typing as t

import pytest
import trustme
from ansible_collections.mailops.smtp.plugins.module_utils._net.stream import reason_of
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.dane import Tlsa, TlsaAnswer
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.handshake import session_of
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.policy import TlsPolicy
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.server_hello import Choice
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.tests.unit.conftest import CLIENT
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    IMPLICIT,
    OVER_TLS,
    TO_STARTTLS,
    Hold,
    failed,
)
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, settle

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.unit.authority import Authority


Dialogue = t.Callable[..., Record]


# Python 3.7 has to look again where a certificate was refused, or not judged.
LOOKS_AGAIN = sys.version_info < (3, 8)
SECOND_LOOK = {
    "required": f"{TO_STARTTLS}\n*: tls{END}",
    "implicit": "*: tls",
    "opportunistic": f"{TO_STARTTLS}\n*: tls",
}

CASES = {
    "expired": ("127.0.0.1", -1, True, "expired"),
    "another name": ("mx.example.net", 30, True, "mismatch"),
    "an unknown authority": ("127.0.0.1", 30, False, "issuer"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("tls", ["opportunistic", "required", "implicit"])
def test_a_certificate_is_reported_always_and_judged_where_that_is_asked(
    dialogue: Dialogue, authority: Authority, case: str, tls: str
) -> None:
    name, days, known, word = CASES[case]
    script = IMPLICIT if tls == "implicit" else OVER_TLS
    options = {"ca_path": authority.path} if known else {}
    scripts = [script]
    if LOOKS_AGAIN and (tls != "opportunistic" or not known):
        scripts.append(SECOND_LOOK[tls])

    record = dialogue(scripts, authority.context(name, days=days), tls=tls, **options)

    result = result_of(record)["tls"]
    stage = "connect" if tls == "implicit" else "starttls"
    if tls == "opportunistic":
        assert record.failure is None
    else:
        assert failed(record) == (stage, "tls", None)
        assert record.failure is not None
        assert word in record.failure.text
    assert result["verified"] is False
    assert word in result["verify_error"]
    assert result["certificate"]["names"] == [name]
    assert (result["certificate"]["days_left"] < 0) == (case == "expired")


TWO_REASONS = {
    "expired, unknown authority": ("127.0.0.1", -1, False, ["issuer", "expired"]),
    "another name, unknown authority": ("mx.example.net", 30, False, ["issuer", "mismatch"]),
    "expired, another name": ("mx.example.net", -1, True, ["expired", "mismatch"]),
    "all of it": ("mx.example.net", -1, False, ["issuer", "expired", "mismatch"]),
}


@pytest.mark.parametrize("case", TWO_REASONS)
@pytest.mark.parametrize("tls", ["opportunistic", "required"])
def test_one_reason_does_not_hide_the_next(
    dialogue: Dialogue, authority: Authority, case: str, tls: str
) -> None:
    name, days, known, words = TWO_REASONS[case]
    options = {"ca_path": authority.path} if known else {}
    scripts = [OVER_TLS]
    if LOOKS_AGAIN and tls != "opportunistic":
        scripts.append(SECOND_LOOK[tls])
    if LOOKS_AGAIN and tls == "opportunistic":
        words = [word for word in words if word != "issuer"]  # which it cannot know

    record = dialogue(scripts, authority.context(name, days=days), tls=tls, **options)

    result = result_of(record)
    assert result["tls"]["verified"] is False
    assert [word for word in words if word not in result["tls"]["verify_error"]] == []
    if tls == "required":
        text = result["failure"]["text"]
        assert [word for word in words if word not in text] == []
        assert text.startswith("the certificate is not trusted: ")


def test_a_secret_in_a_certificate_is_masked(
    dialogue: Dialogue, authority: Authority, tmp_path: t.Any
) -> None:
    secret = "correct-horse"
    ca = trustme.CA(organization_name=f"CA of {secret}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    in_hex = secret.encode().hex()
    ca.issue_cert(
        f"{secret}.example.org", f"{in_hex}.example.org", common_name=f"for {secret}"
    ).configure_cert(context)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    record = dialogue(
        f"{TO_STARTTLS}\n*: tls{END}",
        context,
        ca_path=str(tmp_path / "ca.pem"),
        login_user="ann",
        login_password=secret,
        stop_after="starttls",
    )

    result = result_of(record)
    assert result["tls"]["certificate"]["names"] == [
        "(not shown).example.org",
        "(not shown).example.org",
    ]
    assert "CN=for (not shown)" in result["tls"]["certificate"]["subject"]
    assert "O=CA of (not shown)" in result["tls"]["certificate"]["issuer"]
    assert secret not in str(result)


def test_what_is_cut_of_a_certificate_is_cut_after_masking(
    dialogue: Dialogue, authority: Authority
) -> None:
    name = ".".join(["x" * 60] * 3) + ".example.org"
    record = dialogue(OVER_TLS, authority.context(name))
    assert record.tls is not None

    (shown,) = record.tls.as_result(lambda text: text * 10)["certificate"]["names"]

    assert shown == (name * 10)[:500] + "..."


def test_a_dot_at_the_end_of_a_name_is_no_part_of_it(
    dialogue: Dialogue, authority: Authority
) -> None:
    asked = []
    context = authority.context("mx.example.net")
    context.sni_callback = lambda _socket, name, _context: asked.append(name)

    record = dialogue(
        OVER_TLS,
        context,
        tls="required",
        ca_path=authority.path,
        tls_server_name="mx.example.net.",
    )

    assert record.failure is None
    assert asked == ["mx.example.net"]


def test_without_a_name_the_chain_alone_is_judged(
    scripted: t.Any, hold: Hold, authority: Authority, tmp_path: t.Any
) -> None:
    path = str(tmp_path / "socket")
    scripted(OVER_TLS, path=path, context=authority.context("mx.example.net"))

    record = hold(host=None, socket=path, ca_path=authority.path)

    assert result_of(record)["tls"]["verify_error"] is None
    assert result_of(record)["tls"]["verified"] is True


def test_a_file_that_is_gone_since_is_a_lack_of_this_host(
    scripted: t.Any, authority: Authority, tmp_path: t.Any
) -> None:
    (tmp_path / "another.pem").write_bytes((tmp_path / "ca.pem").read_bytes())
    server = scripted(f"{TO_STARTTLS}\n*: silence", context=authority.context("127.0.0.1"))
    options = {"host": server.host, "port": server.port, "ca_path": str(tmp_path / "another.pem")}
    plan = plan_from({**CLIENT, **options})
    (tmp_path / "another.pem").unlink()

    record = settle(plan)

    assert failed(record) == ("starttls", "local", None)
    assert record.failure is not None
    assert record.failure.text == "this host cannot prepare TLS: No such file or directory"


def test_a_server_that_hangs_up_has_not_broken_tls(
    dialogue: Dialogue, authority: Authority
) -> None:
    script = "*: tls\nS: 220 mx.example.org\nC: EHLO client.example.com\n*: close"

    record = dialogue(script, authority.context("127.0.0.1"), tls="implicit", validate_certs=False)

    assert failed(record) == ("helo", "disconnect", None)


def test_the_words_are_openssls_own_and_not_python_3_7s_for_another_openssl() -> None:
    error = ssl.SSLError(1, "[SSL: KRB5_S_TKT_NYV] unexpected eof while reading (_ssl.c:1091)")
    assert reason_of(error) == "unexpected eof while reading"


@pytest.mark.parametrize(
    ("name", "known", "word"),
    [
        ("mx.example.com", True, None),
        ("mx.example.net", True, "mismatch"),
        ("mx.example.com", False, "issuer"),
    ],
)
def test_certificates_of_a_handshake_that_was_not_finished_are_judged(
    authority: Authority, name: str, known: bool, word: str | None
) -> None:
    der = authority.certificate(name)
    policy = TlsPolicy("opportunistic", ca_path=authority.path if known else None)
    records = (Tlsa(3, 0, 1, hashlib.sha256(der).digest()),)
    answer = TlsaAnswer("mx.example.com", 25, True, records)

    report = session_of(Choice(0x0303, 0xC02F, certificates=(der,)), policy, answer.host, answer)

    assert (report.version, report.error) == ("TLSv1.2", None)
    assert report.verified is (word is None)
    assert (word or "") in (report.verify_error or "")
    assert report.certificate is not None
    assert report.dane is not None
    assert report.dane.matched == records[0]


def test_an_offer_that_shows_no_certificate_is_not_judged() -> None:
    answer = TlsaAnswer("mx.example.com", 25, True)
    report = session_of(Choice(0x0304, 0x1301), TlsPolicy(), answer.host, answer)

    assert (report.version, report.verified, report.certificate) == ("TLSv1.3", None, None)
    assert report.dane is None
