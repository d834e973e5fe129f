# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS, with certificates that are good, expired, for another name, or from nobody known."""

from __future__ import annotations

import datetime
import ssl
import sys
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.stream import reason_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.tests.unit.conftest import CLIENT
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, settle

trustme = pytest.importorskip("trustme")

Hold = t.Callable[..., Record]

END = "\nC: QUIT\nS: 221 2.0.0 Bye"
TO_STARTTLS = """
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250-mx.example.org
S: 250-SIZE 1
S: 250 STARTTLS
C: STARTTLS
S: 220 2.0.0 go ahead"""
OVER_TLS = f"""{TO_STARTTLS}
*: tls
C: EHLO client.example.com
S: 250-mx.example.org
S: 250 AUTH PLAIN{END}"""
IMPLICIT = f"""
*: tls
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250 mx.example.org{END}"""

DAY = datetime.timedelta(days=1)


class Authority:
    """A CA of the test's own, and servers' contexts with certificates of it."""

    def __init__(self, folder: t.Any) -> None:
        self._ca = trustme.CA()
        self.path = str(folder / "ca.pem")
        self._ca.cert_pem.write_to_path(self.path)

    def context(self, *names: str, days: int = 30) -> ssl.SSLContext:
        """Return a server's context with a certificate for these names."""
        options = {}
        if days != 30:
            now = datetime.datetime.now(datetime.timezone.utc)
            options["not_after"] = (now + days * DAY).replace(tzinfo=None)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*names, **options).configure_cert(context)
        return context


@pytest.fixture
def authority(tmp_path: t.Any) -> Authority:
    """Make a CA."""
    return Authority(tmp_path)


@pytest.fixture
def dialogue(scripted: t.Any, hold: Hold) -> t.Callable[..., Record]:
    """Hold a dialogue with a server that has a context."""

    def hold_with(script: str | list[str], context: ssl.SSLContext, **options: t.Any) -> Record:
        scripts = [script] if isinstance(script, str) else script
        server: ScriptedServer = scripted(*scripts, context=context)
        return hold(host=server.host, port=server.port, **options)

    return hold_with


Dialogue = t.Callable[..., Record]


def failed(record: Record) -> tuple[str, str, int | None]:
    """Where the dialogue failed, how, and by which code."""
    assert record.failure is not None, "the dialogue passed"
    return record.failure.stage, record.failure.kind, record.failure.code


def test_starttls_is_taken_where_it_is_offered(dialogue: Dialogue, authority: Authority) -> None:
    record = dialogue(OVER_TLS, authority.context("127.0.0.1"), ca_path=authority.path)

    assert record.failure is None
    assert record.capabilities == {"AUTH": ["PLAIN"]}, "what was offered before TLS is forgotten"
    assert [(exchange.stage, exchange.tls) for exchange in record.replies] == [
        ("greeting", False),
        ("helo", False),
        ("starttls", False),
        ("helo", True),
        ("quit", True),
    ]
    result = result_of(record)
    assert result["tls"]["version"].startswith("TLSv1.")
    assert result["tls"]["bits"] >= 128
    assert result["tls"]["verified"] is True
    assert result["tls"]["verify_error"] is None
    assert result["tls"]["certificate"]["names"] == ["127.0.0.1"]
    assert 0 < result["seconds"]["tls"] <= result["seconds"]["starttls"]


def test_starttls_counts_as_offered_when_it_was_taken(
    dialogue: Dialogue, authority: Authority
) -> None:
    context = authority.context("127.0.0.1")

    record = dialogue(OVER_TLS, context, expect_capabilities=["STARTTLS", "AUTH PLAIN"])

    assert record.failure is None


def test_starttls_that_is_forbidden_does_not_pass_by_being_taken(
    dialogue: Dialogue, authority: Authority
) -> None:
    record = dialogue(OVER_TLS, authority.context("127.0.0.1"), forbid_capabilities=["STARTTLS"])

    assert failed(record) == ("helo", "expectation", None)


def test_where_it_is_not_wanted_it_is_not_taken(hold: Hold) -> None:
    script = TO_STARTTLS.partition("\nC: STARTTLS")[0] + END

    assert hold(script, tls="never").failure is None


def test_where_it_must_be_and_is_not_offered_nothing_is_said_in_plain_text(hold: Hold) -> None:
    script = f"S: 220 mx\nC: EHLO client.example.com\nS: 250 mx{END}"

    record = hold(script, tls="required", mail_from="ann@example.com")

    assert failed(record) == ("starttls", "unsupported", None)


def test_a_refused_starttls_fails_though_it_was_only_opportunistic(hold: Hold) -> None:
    script = TO_STARTTLS.replace("S: 220 2.0.0 go ahead", "S: 454 4.7.0 not now") + END

    assert failed(hold(script)) == ("starttls", "transient", 454)


def test_text_behind_the_reply_to_starttls_is_an_injection(hold: Hold) -> None:
    script = TO_STARTTLS.replace(
        "S: 220 2.0.0 go ahead", r"S> 220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n"
    )

    record = hold(f"{script}\n*: silence")

    assert failed(record) == ("starttls", "protocol", None)
    assert record.tls is None
    assert record.failure is not None
    assert record.failure.text == "plain text was injected after the reply to STARTTLS"


def test_a_handshake_that_fails_is_not_followed_by_plain_text(hold: Hold) -> None:
    record = hold(f"{TO_STARTTLS}\nS: what is that?\n*: close")

    assert failed(record)[:2] in (("starttls", "tls"), ("starttls", "protocol"))
    assert not any("QUIT" in line for line in record.transcript.lines if "] C: " in line)


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


@pytest.mark.parametrize("tls", ["required", "implicit"])
def test_a_good_certificate_passes(dialogue: Dialogue, authority: Authority, tls: str) -> None:
    script = IMPLICIT if tls == "implicit" else OVER_TLS

    record = dialogue(script, authority.context("127.0.0.1"), tls=tls, ca_path=authority.path)

    assert record.failure is None
    assert result_of(record)["tls"]["verified"] is True


def test_what_is_not_to_be_judged_passes(dialogue: Dialogue, authority: Authority) -> None:
    context = authority.context("mx.example.net")

    record = dialogue(OVER_TLS, context, tls="required", validate_certs=False)

    assert record.failure is None


def test_another_name_can_be_asked_for(dialogue: Dialogue, authority: Authority) -> None:
    record = dialogue(
        OVER_TLS,
        authority.context("mx.example.net"),
        tls="required",
        ca_path=authority.path,
        tls_server_name="mx.example.net",
    )

    assert record.failure is None


def test_a_certificate_must_be_good_for_some_days(dialogue: Dialogue, authority: Authority) -> None:
    context = authority.context("127.0.0.1", days=5)
    script = f"{TO_STARTTLS}\n*: tls{END}"

    record = dialogue(script, context, ca_path=authority.path, cert_min_days=14)

    assert failed(record) == ("starttls", "expectation", None)
    assert record.failure is not None
    assert record.failure.text == "the certificate is good for 4 days, less than 14"


def test_without_tls_there_is_no_certificate_to_be_good(hold: Hold) -> None:
    script = f"S: 220 mx\nC: EHLO client.example.com\nS: 250 mx{END}"

    assert failed(hold(script, cert_min_days=1)) == ("helo", "expectation", None)


def test_plain_text_on_a_tls_port_is_told_so(hold: Hold) -> None:
    record = hold("S: 220 mx.example.org ESMTP", tls="implicit")

    assert failed(record) == ("connect", "tls", None)
    assert record.failure is not None
    assert "wrong version number" in record.failure.text


def test_a_tls_port_that_must_not_speak_tls_with_us(hold: Hold) -> None:
    record = hold("S: 220 mx.example.org ESMTP", tls="implicit", expect={"connect": ["tls"]})

    assert record.failure is None


def test_a_server_that_hangs_up_has_not_broken_tls(
    dialogue: Dialogue, authority: Authority
) -> None:
    script = "*: tls\nS: 220 mx.example.org\nC: EHLO client.example.com\n*: close"

    record = dialogue(script, authority.context("127.0.0.1"), tls="implicit", validate_certs=False)

    assert failed(record) == ("helo", "disconnect", None)


def test_the_words_are_openssls_own_and_not_python_3_7s_for_another_openssl() -> None:
    error = ssl.SSLError(1, "[SSL: KRB5_S_TKT_NYV] unexpected eof while reading (_ssl.c:1091)")
    assert reason_of(error) == "unexpected eof while reading"


def test_it_stops_once_tls_stands(dialogue: Dialogue, authority: Authority) -> None:
    script = f"{TO_STARTTLS}\n*: tls{END}"

    record = dialogue(script, authority.context("127.0.0.1"), stop_after="starttls")

    assert record.failure is None
    assert record.tls is not None


def test_a_client_shows_its_certificate(
    dialogue: Dialogue, authority: Authority, tmp_path: t.Any
) -> None:
    context = authority.context("127.0.0.1")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.path)
    mine = authority._ca.issue_cert("client.example.com")
    path = str(tmp_path / "client.pem")
    mine.private_key_and_cert_chain_pem.write_to_path(path)

    record = dialogue(OVER_TLS, context, client_cert=path)

    assert record.failure is None
