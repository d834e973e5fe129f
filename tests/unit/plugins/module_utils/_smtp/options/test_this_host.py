# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An option that needs something which this host lacks is refused by name."""

from __future__ import annotations

import os
import socket
import sys
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net import dns
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import HostLacks
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.targets import targets_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.message import (
    MAX_BYTES,
    MessageSpec,
)
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.options import (
    planned,
    planned_message,
    refusal,
    refusal_of_message,
)

# The source address


def test_a_source_address_of_this_host_decides_the_family() -> None:
    plan = planned(source_address="127.0.0.1")
    assert (plan.client.source_address, plan.endpoint.address_family) == ("127.0.0.1", "ipv4")


def has_ipv6() -> bool:
    """Return whether this host has the IPv6 loopback address."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this host has no IPv6")
@pytest.mark.parametrize("family", ["any", "ipv6"])
def test_an_ipv6_source_address_decides_the_family(family: str) -> None:
    plan = planned(source_address="::1", address_family=family)
    assert (plan.client.source_address, plan.endpoint.address_family) == ("::1", "ipv6")


@pytest.mark.parametrize(
    ("source_address", "family", "problem"),
    [
        ("", "any", "'' is not an IP address"),
        ("web1", "any", "'web1' is not an IP address"),
        ("127.1", "any", "'127.1' is not an IP address"),
        ("127.0.0.256", "any", "'127.0.0.256' is not an IP address"),
        ("127.0.0.1/8", "any", "'127.0.0.1/8' is not an IP address"),
        ("127.0.0.1:25", "any", "'127.0.0.1:25' is not an IP address"),
        ("2001:db8:::1", "any", "'2001:db8:::1' is not an IP address"),
        ("[::1]", "any", "'[::1]' is not an IP address"),
        ("\u0661\u0662\u0667.0.0.1", "any", "'\u0661\u0662\u0667.0.0.1' is not an IP address"),
        ("127.0.0.1", "ipv6", "127.0.0.1 is not of the address_family ipv6"),
        ("::1", "ipv4", "::1 is not of the address_family ipv4"),
        ("192.0.2.1", "any", "192.0.2.1 is not an address of this host"),
        ("2001:db8::1", "any", "2001:db8::1 is not an address of this host"),
        ("127.0.0.1%lo", "any", "127.0.0.1%lo is not an address of this host"),
        ("fe80::1%nowhere", "any", "fe80::1%nowhere is not an address of this host"),
        pytest.param(
            "::1%" + "\u00e9" * 64,
            "any",
            "::1%" + "\u00e9" * 64 + " is not an address of this host",
        ),
    ],
)
def test_a_source_address_that_cannot_be_used_is_refused(
    source_address: str, family: str, problem: str
) -> None:
    text = refusal(source_address=source_address, address_family=family)
    assert text == f"source_address: {problem}"


# A message in a file


@pytest.fixture
def written(tmp_path: Path) -> t.Callable[[bytes], str]:
    """Return a function that writes a file and returns its path."""

    def write(content: bytes) -> str:
        path = tmp_path / "message.eml"
        path.write_bytes(content)
        return str(path)

    return write


Written = t.Callable[[bytes], str]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Subject: x\r\n\r\nHello\r\n", id="CRLF"),
        pytest.param(b"Subject: x\n\nHello", id="LF"),
        pytest.param(b"Subject: x", id="one-header"),
        pytest.param(b"Subject : x\n\n", id="a-space-before-the-colon"),
        pytest.param(b"Received: from a\n by b\nSubject: x\n\n", id="a-folded-header"),
        pytest.param(
            b"Content-Type: text/plain; charset=utf-8\n"
            b"Content-Transfer-Encoding: 8bit\n\ncaf\xc3\xa9\n",
            id="8-bit-of-a-charset",
        ),
        pytest.param(
            b"Content-Type: text/plain; charset=utf-8\n\ncaf\xc3\xa9\n",
            id="8-bit-without-a-word-of-its-encoding",
        ),
        pytest.param(b"Subject: caf\xc3\xa9\n\nx\n", id="8-bit-in-a-header"),
        pytest.param(
            b"Subject: x\n\ncaf\xc3\xa9\n",
            id="8-bit-of-no-charset",
        ),
        pytest.param(
            b"Content-Type: text/plain; charset=x-klingon\n\ncaf\xc3\xa9\n",
            id="8-bit-of-an-unknown-charset",
        ),
    ],
)
def test_the_content_of_a_file_is_not_changed(written: Written, content: bytes) -> None:
    assert planned_message(src=written(content)).envelope.message == MessageSpec(source=content)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "does not begin with a header, as RFC 5322 requires", id="empty"),
        pytest.param(b"\nSubject: x\n", "does not begin with a header", id="an-empty-line-first"),
        pytest.param(b"Hello\n", "does not begin with a header", id="no-header"),
        pytest.param(b" Subject: x\n", "does not begin with a header", id="a-fold-first"),
        pytest.param(b": x\n", "does not begin with a header", id="no-name"),
        pytest.param(b"\xef\xbb\xbfSubject: x\n", "does not begin with a header", id="a-bom"),
        pytest.param(b"From ann Fri Nov 21\nSubject: x\n", "does not begin with", id="an-mbox"),
        pytest.param(b"Subject: x\n\na\0b\n", "contains a NUL character", id="nul"),
        pytest.param("Subject: x\n".encode("utf-16"), "contains a NUL character", id="utf-16"),
    ],
)
def test_a_file_that_is_no_message_is_refused(
    written: Written, content: bytes, problem: str
) -> None:
    path = written(content)
    assert refusal_of_message(src=path).startswith(f"message.src: {path} {problem}")


@pytest.mark.parametrize(
    ("other", "value"), [("subject", ""), ("body", "x"), ("headers", {}), ("size", 1000)]
)
def test_a_file_cannot_be_used_with_other_parts_of_a_message(
    written: Written, other: str, value: t.Any
) -> None:
    text = refusal_of_message(src=written(b"Subject: x\n"), **{other: value})
    assert text == f"message.{other} cannot be used together with message.src"


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.eml"
    assert refusal_of_message(src=str(missing)) == (
        f"message.src: cannot read {missing} on this host: {os.strerror(2)}"
    )
    assert refusal_of_message(src=str(tmp_path)) == (
        f"message.src: cannot read {tmp_path} on this host: it is a folder"
    )
    assert refusal_of_message(src="a\0b").startswith("message.src: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused(written: Written) -> None:
    path = written(b"Subject: x\n")
    os.chmod(path, 0)
    assert refusal_of_message(src=path) == (
        f"message.src: cannot read {path} on this host: {os.strerror(13)}"
    )


def test_a_device_or_a_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in ("/dev/zero", str(fifo)):
        problem = f"cannot read {path} on this host: it is not a regular file"
        assert refusal_of_message(src=path) == f"message.src: {problem}"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.eml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert refusal_of_message(src=str(path)) == (
        f"message.src: {path} is larger than the limit of 134217728 bytes"
    )


# A library


@pytest.mark.parametrize(
    "options", [{"host": None, "mx": "example.org"}, {"dane": True, "tls": "required"}]
)
def test_an_option_that_needs_a_library_names_it_and_the_python_that_lacks_it(
    options: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dns, "MISSING", "ModuleNotFoundError: No module named 'dns'")
    with pytest.raises(HostLacks) as lack:
        targets_from({**DEFAULTS, **options})
    option = "mx" if "mx" in options else "dane"
    assert str(lack.value) == (
        f"{option} needs the library dnspython on this host, for {sys.executable}"
    )
