# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults in the options of TLS, found on this host before anything is connected.

The type of a file is checked before OpenSSL opens it: opening a FIFO or a terminal would block
until another process writes to it.
"""

from __future__ import annotations

import os
import re
import stat
import typing as t

from ..errors import BadOption, HostLacks
from ..stream import reason_of

if t.TYPE_CHECKING:
    from .policy import TlsPolicy

# OpenSSL finds a certificate in a folder by the hash of its subject (`openssl rehash`).
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")

_FILES = ("ca_path", "client_cert", "client_key")

# OpenSSL reads a whole file in search of a certificate. The largest bundles have less than 1 MB.
_MAX_BYTES = 16 * 1024 * 1024

# What is between the words of a list of ciphers (openssl-ciphers(1)).
_BETWEEN_CIPHERS = re.compile("[:;, ]+")

# The form of the names that some OpenSSL knows: ciphers, keywords such as MEDIUM, kDHE and SSLv3,
# and commands. OpenSSL ignores those that it does not have, so a list can be one for many hosts.
_NAME = "(?:[aek]?[A-Z0-9][A-Z0-9_-]*[der]?|(?:SSL|TLS)v[0-9.]+)"
# PROFILE=SYSTEM is a keyword of the OpenSSL of Fedora and its relatives.
_COMMAND = "@(?:STRENGTH|SECLEVEL=[0-5])"
_WORD = re.compile(rf"[!+-]?{_NAME}(?:\+{_NAME})*(?:{_COMMAND})?|{_COMMAND}|PROFILE=SYSTEM")

# The names of the ciphers of TLS 1.3 (RFC 8446 section B.4). Python cannot choose among them.
_TLS_1_3 = "TLS_"


def fault_of(policy: TlsPolicy) -> BadOption | None:
    """Return the first fault in the options, or None.

    It is HostLacks if another host may have what the option needs.
    """
    if not policy.depends_on_host:
        return None
    for option in _FILES:
        fault = _fault_of_path(option, getattr(policy, option))
        if fault is not None:
            return fault
    try:
        import ssl  # noqa: F401 - only whether it exists
    except ImportError:
        return HostLacks("tls", "Python has no ssl module on this host")
    return (
        _fault_of_authorities(policy)
        or _fault_of_certificate(policy)
        or _fault_of_algorithms(policy)
    )


def _fault_of_path(option: str, path: str | None) -> BadOption | None:
    """Return what is wrong with a path, without blocking on a FIFO."""
    if path is None:
        return None
    if not path:
        return BadOption(option, "is empty")
    try:
        problem = _problem_of_path(option, path)
    except OSError as error:
        problem = f"{path}: {reason_of(error)}"
    except ValueError:
        return BadOption(option, "contains a NUL character")
    return None if problem is None else HostLacks(option, problem)


def _problem_of_path(option: str, path: str) -> str | None:
    found = os.stat(path)
    mode = found.st_mode
    if stat.S_ISDIR(mode):
        return (
            _problem_of_folder(path) if option == "ca_path" else f"{path} is a folder, not a file"
        )
    if not stat.S_ISREG(mode):
        return f"{path} is not a file on this host"
    if found.st_size > _MAX_BYTES:
        return f"{path} is too large for a file of certificates or keys"
    with open(path, "rb"):
        return None


def _problem_of_folder(path: str) -> str | None:
    with os.scandir(path) as entries:
        if any(_HASHED.fullmatch(entry.name) for entry in entries):
            return None
    return f"{path} has no certificates named by their hashes; run `openssl rehash` on it"


def _fault_of_authorities(policy: TlsPolicy) -> BadOption | None:
    return _fault_of("ca_path", policy.ca_path, type(policy)(ca_path=policy.ca_path))


def _fault_of_certificate(policy: TlsPolicy) -> BadOption | None:
    """Return the fault in the client certificate or its key."""
    from .handshake import PassphraseNeeded, context_for

    if policy.client_cert is None:
        return None
    option = "client_cert" if policy.client_key is None else "client_key"
    path = policy.client_key or policy.client_cert
    try:
        context_for(
            type(policy)(client_cert=policy.client_cert, client_key=policy.client_key), True
        )
    except PassphraseNeeded:
        problem = "the key has a passphrase, and there is nobody to ask for it"
        hint = "`openssl pkey` writes it without one"
        return HostLacks(option, f"{path}: {problem} ({hint})")
    except (OSError, ValueError) as error:
        no_certificate = _fault_of(
            "client_cert", policy.client_cert, type(policy)(ca_path=policy.client_cert)
        )
        if no_certificate is not None:
            return no_certificate
        if "mismatch" in reason_of(error):
            return HostLacks(option, f"{path}: the key is not that of the certificate")
        problem = "there is no private key in it that OpenSSL can read"
        return HostLacks(option, f"{path}: {problem} ({reason_of(error)})")
    return None


def _fault_of_algorithms(policy: TlsPolicy) -> BadOption | None:
    """Return the fault in the ciphers or in the version of TLS, as this OpenSSL judges them."""
    version = policy.tls_min_version
    fault = _fault_of("tls_min_version", version, type(policy)(tls_min_version=version))
    if fault is not None or not policy.tls_ciphers:
        return fault
    return _fault_of_ciphers(policy.tls_ciphers)


def _fault_of_ciphers(ciphers: t.Sequence[str]) -> BadOption | None:
    """Return the fault in a list of ciphers.

    It is HostLacks if the list is well-formed, but selects no cipher that this host has.
    """
    option, written = "tls_ciphers", ":".join(ciphers)
    words = [word for word in _BETWEEN_CIPHERS.split(written) if word]
    if not words:
        return BadOption(option, "contains no cipher")
    for word in words:
        if not _WORD.fullmatch(word) and not _selects(word.lstrip("!+-")):
            problem = f"names {word!r}, which OpenSSL on this host does not know as a cipher"
            return BadOption(option, problem)
    if _selects(written):
        return None
    if all(word.startswith(_TLS_1_3) for word in words):
        problem = f"names {words[0]}, a cipher of TLS 1.3; the option is for TLS 1.2 and earlier"
        return BadOption(option, problem)
    return HostLacks(option, f"selects no cipher that OpenSSL on this host has: {written}")


def _selects(ciphers: str) -> bool:
    """Return whether OpenSSL has a cipher for a list of ciphers."""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).set_ciphers(ciphers)
    except (OSError, ValueError):
        return False
    return True


def _fault_of(option: str, value: str | None, policy: TlsPolicy) -> BadOption | None:
    """Return the fault in one option, tried by itself."""
    from .handshake import context_for

    if value is None:
        return None
    try:
        context_for(policy, True)
    except (OSError, ValueError) as error:
        return HostLacks(option, f"{value}: {reason_of(error)}")
    return None
