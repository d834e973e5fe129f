# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a file is said, whatever the path leads to, and nobody is waited for."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption, HostLacks
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.faults import fault_of
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.policy import TlsPolicy

trustme = pytest.importorskip("trustme")
serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")

PASSPHRASE = "a passphrase that nobody knows"
FORMATS = {
    "PKCS8": serialization.PrivateFormat.PKCS8,
    "traditional": serialization.PrivateFormat.TraditionalOpenSSL,
}


class Files:
    """Files of a client, good and bad."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        authority = trustme.CA()
        mine, other = (authority.issue_cert(name) for name in ("client.test", "other.test"))
        self.ca = self.write("ca.pem", authority.cert_pem.bytes())
        self.certificate = self.write("cert.pem", mine.cert_chain_pems[0].bytes())
        self._key_pem = mine.private_key_pem.bytes()
        self.key = self.write("key.pem", self._key_pem)
        self.both = self.write("both.pem", mine.private_key_and_cert_chain_pem.bytes())
        self.other_key = self.write("other.key", other.private_key_pem.bytes())
        self.garbage = self.write("garbage.pem", b"-----BEGIN NONSENSE-----\n")
        self.empty = self.write("empty.pem", b"")

    def write(self, name: str, data: bytes) -> str:
        (self._folder / name).write_bytes(data)
        return str(self._folder / name)

    def encrypted(self, kind: str) -> str:
        """The key with a passphrase."""
        key = serialization.load_pem_private_key(self._key_pem, None)
        encryption = serialization.BestAvailableEncryption(PASSPHRASE.encode())
        pem = serialization.Encoding.PEM
        return self.write(f"{kind}.key", key.private_bytes(pem, FORMATS[kind], encryption))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def fault(**options: t.Any) -> BadOption:
    """What is wrong with the options."""
    found = fault_of(TlsPolicy(tls="opportunistic", **options))
    assert found is not None, "nothing is"
    return found


def lack(**options: t.Any) -> str:
    """What this host lacks."""
    found = fault(**options)
    assert isinstance(found, HostLacks)
    return str(found)


def test_good_files_have_no_fault(files: Files, tmp_path: Path) -> None:
    for options in (
        {"ca_path": files.ca},
        {"client_cert": files.both},
        {"client_cert": files.certificate, "client_key": files.key},
        {"tls_min_version": "TLSv1.2", "tls_ciphers": ("ECDHE+AESGCM",)},
        {},
    ):
        for tls in ("opportunistic", "required", "implicit"):
            assert fault_of(TlsPolicy(tls=tls, **options)) is None

    (tmp_path / "hashed").mkdir()
    (tmp_path / "hashed" / "0a1b2c3d.0").symlink_to(files.ca)
    assert fault_of(TlsPolicy(tls="required", ca_path=str(tmp_path / "hashed"))) is None


def test_what_is_not_used_is_not_looked_at() -> None:
    assert fault_of(TlsPolicy(tls="never", ca_path="", client_cert="/nonexistent")) is None


@pytest.mark.parametrize("option", ["ca_path", "client_cert"])
class TestPaths:
    def test_an_empty_path_is_wrong_on_every_host(self, option: str) -> None:
        found = fault(**{option: ""})

        assert str(found) == f"{option} is empty"
        assert not isinstance(found, HostLacks)

    def test_a_path_with_a_nul_character_is_wrong_on_every_host(self, option: str) -> None:
        assert not isinstance(fault(**{option: "/a\0b"}), HostLacks)

    def test_a_file_that_is_not_there(self, option: str) -> None:
        path = "/nonexistent/file.pem"

        assert lack(**{option: path}) == f"{option}: {path}: No such file or directory"

    def test_a_part_of_the_path_that_is_a_file(self, option: str, files: Files) -> None:
        assert lack(**{option: f"{files.ca}/x"}).endswith("x: Not a directory")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
    def test_a_file_that_must_not_be_read(self, option: str, files: Files) -> None:
        Path(files.ca).chmod(0)

        assert lack(**{option: files.ca}) == f"{option}: {files.ca}: Permission denied"

    def test_a_fifo_to_which_nobody_writes(self, option: str, tmp_path: Path) -> None:
        os.mkfifo(str(tmp_path / "fifo"))

        text = lack(**{option: str(tmp_path / "fifo")})
        assert text == f"{option}: {tmp_path / 'fifo'} is not a file on this host"

    @pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/dev/tty"])
    def test_a_device(self, option: str, device: str) -> None:
        assert lack(**{option: device}) == f"{option}: {device} is not a file on this host"

    def test_a_file_that_is_too_large_is_not_read(self, option: str, tmp_path: Path) -> None:
        with (tmp_path / "disk").open("wb") as file:
            file.truncate(1 << 40)

        text = lack(**{option: str(tmp_path / "disk")})
        assert text.endswith("disk is too large for a file of certificates or keys")

    @pytest.mark.parametrize("content", ["garbage", "empty", "key"])
    def test_a_file_without_a_certificate(self, option: str, content: str, files: Files) -> None:
        path = getattr(files, content)

        assert lack(**{option: path}).startswith(f"{option}: {path}: ")


class TestFolders:
    def test_a_folder_of_certificates_must_have_them_by_their_hashes(
        self, files: Files, tmp_path: Path
    ) -> None:
        assert lack(ca_path=str(tmp_path)) == (
            f"ca_path: {tmp_path} has no certificates named by their hashes;"
            " run `openssl rehash` on it"
        )

    def test_a_certificate_of_a_client_is_no_folder(self, files: Files, tmp_path: Path) -> None:
        assert lack(client_cert=str(tmp_path)) == f"client_cert: {tmp_path} is a folder, not a file"
        assert "client_key: " in lack(client_cert=files.certificate, client_key=str(tmp_path))


class TestKeys:
    def test_a_key_of_another_certificate(self, files: Files) -> None:
        assert lack(client_cert=files.certificate, client_key=files.other_key) == (
            f"client_key: {files.other_key}: the key is not that of the certificate"
        )

    def test_a_certificate_without_its_key(self, files: Files) -> None:
        text = lack(client_cert=files.certificate)

        assert text.startswith(f"client_cert: {files.certificate}: there is no private key in it")

    @pytest.mark.parametrize("content", ["garbage", "empty", "certificate"])
    def test_a_file_without_a_key(self, files: Files, content: str) -> None:
        path = getattr(files, content)

        text = lack(client_cert=files.certificate, client_key=path)

        assert text.startswith(f"client_key: {path}: there is no private key in it")

    @pytest.mark.parametrize("kind", FORMATS)
    def test_a_key_with_a_passphrase(self, files: Files, kind: str) -> None:
        path = files.encrypted(kind)
        problem = "the key has a passphrase, and there is nobody to ask for it"

        text = lack(client_cert=files.certificate, client_key=path)
        assert text == f"client_key: {path}: {problem} (`openssl pkey` writes it without one)"

        pem = Path(files.certificate).read_bytes() + Path(path).read_bytes()
        both = files.write("encrypted.pem", pem)
        assert lack(client_cert=both).startswith(f"client_cert: {both}: {problem}")

    @pytest.mark.parametrize("kind", FORMATS)
    @pytest.mark.parametrize("option", ["client_key", "client_cert", "ca_path"])
    def test_nobody_is_asked_for_a_passphrase(self, files: Files, kind: str, option: str) -> None:
        """Not even where there is a terminal, which OpenSSL would open by itself."""
        path = files.encrypted(kind)
        options = {option: path}
        if option == "client_key":
            options["client_cert"] = files.certificate

        said, status = on_a_terminal(options)

        assert said == b""
        assert status == 0


def on_a_terminal(options: dict[str, str]) -> tuple[bytes, int]:
    """Look for a fault in a process that has a terminal; return what it says there."""
    master, slave = pty.openpty()
    program = (
        "import fcntl, os, sys, termios\n"
        "os.setsid()\n"
        f"fcntl.ioctl({slave}, termios.TIOCSCTTY, 0)\n"
        f"from {fault_of.__module__} import fault_of\n"
        f"from {TlsPolicy.__module__} import TlsPolicy\n"
        f"found = fault_of(TlsPolicy(tls='required', **{options!r}))\n"
        "sys.exit(found is None)\n"
    )
    try:
        # Whoever is asked here has 20 seconds for the answer, and gives none.
        process = subprocess.run(
            [sys.executable, "-c", program], pass_fds=[slave], check=False, timeout=20
        )
        ready, _writable, _exceptional = select.select([master], [], [], 0)
        return (os.read(master, 1000) if ready else b""), process.returncode
    finally:
        os.close(master)
        os.close(slave)


class TestAlgorithms:
    def test_ciphers_that_are_none_are_wrong_on_every_host(self) -> None:
        found = fault(tls_ciphers=("hihg",))

        assert str(found).startswith("tls_ciphers names 'hihg', which OpenSSL on this host")
        assert not isinstance(found, HostLacks)

    @pytest.mark.parametrize(
        ("ciphers", "problem"),
        [
            (("AES128-SHA", "hihg"), "names 'hihg', which OpenSSL"),
            (("AES128-SHA:!hihg",), "names '!hihg', which OpenSSL"),
            (("AES128-SHA:@SECLEVEL",), "names '@SECLEVEL', which OpenSSL"),
            (("AES128-SHA:a\0b",), "names 'a\\x00b', which OpenSSL"),
            (("TLS_AES_128_GCM_SHA256",), "names TLS_AES_128_GCM_SHA256, a cipher of TLS 1.3"),
            (("", ":"), "contains no cipher"),
        ],
    )
    def test_a_list_that_no_openssl_could_use_is_wrong_on_every_host(
        self, ciphers: tuple[str, ...], problem: str
    ) -> None:
        found = fault(tls_ciphers=ciphers)

        assert problem in str(found)
        assert not isinstance(found, HostLacks)

    @pytest.mark.parametrize(
        "ciphers",
        [
            ("NEW-CIPHER",),
            ("AES128-SHA", "!AES"),
            ("PROFILE=SYSTEM:!ALL",),  # of Fedora
            ("GOST2012-KUZNYECHIK-KUZNYECHIKOMAC",),
        ],
    )
    def test_a_list_may_select_a_cipher_on_another_host(self, ciphers: tuple[str, ...]) -> None:
        assert lack(tls_ciphers=ciphers) == (
            f"tls_ciphers selects no cipher that OpenSSL on this host has: {':'.join(ciphers)}"
        )

    @pytest.mark.parametrize(
        "ciphers",
        [
            ("DEFAULT:@SECLEVEL=0",),
            ("HIGH", "!aNULL", "-SHA1", "+AES"),
            ("ECDHE+AESGCM,AES128-SHA",),
            ("HIGH:MEDIUM:!aNULL:!SSLv2:-kDHr",),  # this OpenSSL has none of some of them
            ("HIGH", "NEW-CIPHER"),
            ("ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA",),
            ("TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256",),  # as Mozilla writes them
            (":HIGH:",),
            ("HIGH", ""),
        ],
    )
    def test_a_list_in_the_language_of_openssl_is_right(self, ciphers: tuple[str, ...]) -> None:
        assert fault_of(TlsPolicy(tls="required", tls_ciphers=ciphers)) is None

    def test_a_python_without_ssl(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "ssl", None)

        found = fault_of(TlsPolicy(tls="required"))

        assert isinstance(found, HostLacks)
        assert str(found) == "tls: Python has no ssl module on this host"
        # Where plain text will do it is not needed.
        assert fault_of(TlsPolicy(tls="opportunistic")) is None
