# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a server sends to prove its name can be had, whatever comes of the handshake.

On Python 3.7 it is the first certificate, and none where the handshake has failed.
"""

from __future__ import annotations

import gc
import socket
import ssl
import sys
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls import chain as chain_module
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.chain import (
    Chain,
    chain_of,
    watch,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends, assert_linear
from hypothesis import given
from hypothesis import strategies as st

trustme = pytest.importorskip("trustme")

NAME = "mx.example.org"
HAS_HOOK = sys.version_info >= (3, 8)

VERSIONS = [
    pytest.param(ssl.TLSVersion.TLSv1_2, id="TLSv1.2"),
    pytest.param(ssl.TLSVersion.TLSv1_3, id="TLSv1.3"),
]

ROOT = trustme.CA()
MIDDLE = ROOT.create_child_ca().create_child_ca()
LEAF = MIDDLE.issue_cert(NAME)
CHAIN = tuple(ssl.PEM_cert_to_DER_cert(pem.bytes().decode()) for pem in LEAF.cert_chain_pems)

WHOLE = Chain(CHAIN, whole=True) if HAS_HOOK else Chain(CHAIN[:1], whole=False)
AFTER_FAILURE = WHOLE if HAS_HOOK else Chain((), whole=False)


def server_context(leaf: t.Any = LEAF) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context


def client_context(version: ssl.TLSVersion, *, trust_only: bool = True) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=trustme.CA().cert_pem.bytes().decode())
    if trust_only:
        ROOT.configure_trust(context)
    context.minimum_version = context.maximum_version = version
    watch(context)
    return context


def serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    sock, _address = listener.accept()
    with sock:
        try:
            with context.wrap_socket(sock, server_side=True) as connection:
                connection.recv(1)
        except OSError:
            pass  # the client does not trust it


def connect(client: ssl.SSLContext, server: ssl.SSLContext) -> tuple[ssl.SSLSocket, bool]:
    """Connect, and say whether the handshake went well."""
    with ThreadPoolExecutor(1) as pool, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        served = pool.submit(serve, listener, server)
        connection = client.wrap_socket(
            socket.create_connection(listener.getsockname()),
            server_hostname=NAME,
            do_handshake_on_connect=False,
        )
        try:
            connection.do_handshake()
        except ssl.SSLError:
            passed = False
        else:
            passed = True
            connection.send(b"x")
        if not passed:
            connection.shutdown(socket.SHUT_RDWR)
        served.result(10)
        return connection, passed


@pytest.mark.parametrize("version", VERSIONS)
def test_the_chain_of_a_server_that_is_trusted(version):
    connection, passed = connect(client_context(version), server_context())
    with connection:
        assert passed
        assert chain_of(connection) == WHOLE
        assert connection.getpeercert(True) == CHAIN[0]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_chain_of_a_server_that_is_not_judged(version):
    client = client_context(version, trust_only=False)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    connection, passed = connect(client, server_context())
    with connection:
        assert passed
        assert chain_of(connection) == WHOLE


@pytest.mark.parametrize("version", VERSIONS)
def test_the_chain_of_a_server_that_is_not_trusted(version):
    connection, passed = connect(client_context(version, trust_only=False), server_context())
    with connection:
        assert not passed
        assert chain_of(connection) == AFTER_FAILURE
    assert chain_of(connection) == AFTER_FAILURE


@pytest.mark.parametrize("version", VERSIONS)
def test_the_certificate_of_the_client_is_not_taken_for_it(version):
    client, server = client_context(version), server_context()
    ROOT.issue_cert("client.example.org").configure_cert(client)
    ROOT.configure_trust(server)
    server.verify_mode = ssl.CERT_REQUIRED
    connection, passed = connect(client, server)
    with connection:
        assert passed
        assert chain_of(connection) == WHOLE


@pytest.mark.parametrize("version", VERSIONS)
def test_connections_of_one_context_are_kept_apart(version):
    client = client_context(version)
    other = ROOT.issue_cert(NAME)
    first, _passed = connect(client, server_context())
    second, _passed = connect(client, server_context(other))
    with first, second:
        assert chain_of(first) == WHOLE
        der = ssl.PEM_cert_to_DER_cert(other.cert_chain_pems[0].bytes().decode())
        assert chain_of(second) == Chain((der,), whole=HAS_HOOK)


@pytest.mark.parametrize("version", VERSIONS)
def test_over_memory(version):
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context(version, trust_only=False).wrap_bio(
        to_client, to_server, server_hostname=NAME
    )
    server = server_context().wrap_bio(to_server, to_client, server_side=True)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    assert chain_of(client) == Chain((), whole=False)
    with pytest.raises(ssl.SSLWantReadError):
        server.do_handshake()
    with pytest.raises(ssl.SSLCertVerificationError):
        client.do_handshake()
    assert chain_of(client) == AFTER_FAILURE


def test_no_chain_without_a_connection():
    with client_context(ssl.TLSVersion.TLSv1_2).wrap_socket(
        socket.socket(), server_hostname=NAME
    ) as connection:
        assert chain_of(connection) == Chain((), whole=False)


def test_nothing_is_kept_longer_than_its_connection():
    gc.collect()
    before = len(chain_module._messages)
    connection, _passed = connect(client_context(ssl.TLSVersion.TLSv1_2), server_context())
    connection.close()
    del connection
    gc.collect()
    assert len(chain_module._messages) == before


def test_a_certificate_that_is_cut_short_is_left_out():
    message = bytes.fromhex("0b00000c 000009 000002aabb 000003cc")
    assert list(chain_module._certificates(0x0303, message)) == [b"\xaa\xbb"]


def certificates_of(version: int, message: bytes) -> list[bytes]:
    """What is in a message. At the top of the module, to be called by name."""
    return list(chain_module._certificates(version, message))


@pytest.mark.parametrize("version", [0x0303, 0x0304])
@pytest.mark.parametrize("unit", [b"\0\0\0", b"\0\0\1x", b"\0\0\0\0\0", b"\xff"])
def test_a_hostile_message_takes_linear_time(version: int, unit: bytes) -> None:
    assert_linear(lambda size: certificates_of(version, b"\x0b" + bytes(6) + unit * size), int)
    message = b"\x0b" + bytes(6) + unit * (2_000_000 // len(unit))
    assert_ends(certificates_of, version, message)


@given(st.binary(max_size=100), st.sampled_from([0x0303, 0x0304]))
def test_any_message_can_be_read(message, version):
    certificates = b"".join(chain_module._certificates(version, message))
    assert len(certificates) <= len(message)
