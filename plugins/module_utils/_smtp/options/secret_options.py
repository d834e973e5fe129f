# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find secrets in the options, even if the options are wrong. No I/O.

Ansible hides the values of options with `no_log`. It does not hide a password under a misspelled
name, in a target, or in a text in place of a dictionary.
"""

from __future__ import annotations

import errno
import re
import typing as t

from ..._net.argument_spec import HIDDEN
from ..._net.option_types import is_text, type_problem

# `token` and `tokens` are the tokens of messages, which are not secret.
_NAME_OF_SECRET = re.compile(r"(?!tokens?$).*(?:pass|pwd|secret|token|credential)", re.IGNORECASE)

# Options that name a server. People write an account into them: smtp://user:password@relay.
_NAMES_OF_SERVERS = ("host", "mx", "targets", "imap", "pop3")

# Finds assignments in a text such as "host=relay login_password=secret", quoted or not.
_ASSIGNED = re.compile(r"([\w-]+)\s*[=:]\s*(\"[^\"]*\"|'[^']*'|\S+)")

# Finds the password in a URL such as smtp://user:password@relay. It may contain an @.
_USER_INFO = re.compile(r"//[^/:@]*:(.+)@")

# The values of a result that come from a fixed list, or have digits alone.
_OF_VERDICT = ("stage", "kind", "verdict", "enhanced_code", "measured", "certainty", "cause_id")

# The other values that are kept, if they are one of these words: no server can choose them.
_OWN_WORDS = {
    "token": re.compile("[0-9a-f]{8,64}|audit-[a-z]{12}"),
    "version": re.compile(r"SSLv[23]|TLSv1(?:\.[1-3])?"),
    "claimed": re.compile("untrusted|trusted|authed"),
    "controls_passed": re.compile("ctl-(?:local|trusted|authed)"),
    "controls_failed": re.compile("ctl-(?:local|trusted|authed)"),
}

# Limit on the depth of nested options. Valid options are not nested as deeply.
_MAX_DEPTH = 8


def hide_structured_passwords(options: t.Any) -> t.Iterator[tuple[str, str]]:
    """Replace each password that is not a text. Yield its option and what is wrong with it.

    Ansible would convert it to a text, which would be sent to the server. It would also show the
    keys of a dictionary.
    """
    if isinstance(options, dict):
        targets = options.get("targets")
        yield from _hide_structure("", options)
        for index, target in enumerate(targets if isinstance(targets, list) else ()):
            yield from _hide_structure(f"targets[{index}].", target)


def _hide_structure(where: str, options: t.Any) -> t.Iterator[tuple[str, str]]:
    if not isinstance(options, dict):
        return
    value = options.get("login_password")
    if value is not None and not is_text(value):
        options["login_password"] = HIDDEN
        yield f"{where}login_password", type_problem({"type": "str"}, value)


def secrets_in(options: t.Any, depth: int = 0) -> set[str]:
    """Return all texts that are or may be secrets, in options of any structure."""
    secrets: set[str] = set()
    if depth > _MAX_DEPTH:
        return secrets
    if isinstance(options, dict):
        for name, value in options.items():
            if _NAME_OF_SECRET.match(str(name)):
                secrets.update(_texts(value, depth))
                continue
            if name in _NAMES_OF_SERVERS:
                for text in value if isinstance(value, list) else [value]:
                    secrets.update(_secrets_in_text(text) if isinstance(text, str) else ())
            secrets.update(secrets_in(value, depth + 1))
    elif isinstance(options, (list, tuple)):
        for value in options:
            secrets.update(secrets_in(value, depth + 1))
    return secrets


def _secrets_in_text(text: str) -> t.Iterator[str]:
    """Yield the passwords in a text."""
    for name, value in _ASSIGNED.findall(text):
        if _NAME_OF_SECRET.match(name):
            yield value.strip("\"'")
    match = _USER_INFO.search(text)
    if match is not None:
        yield match.group(1)


def _texts(value: t.Any, depth: int) -> t.Iterator[str]:
    """Yield each text and each number in a value, as text."""
    if depth > _MAX_DEPTH or value is None or isinstance(value, bool):
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(name, depth + 1)
            yield from _texts(inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner, depth + 1)
    elif str(value):
        yield str(value)


def with_verdicts(hidden: t.Any, result: t.Any, name: str = "") -> t.Any:
    """Return a result in which texts are hidden, with its numbers and verdicts as they were.

    They say nothing of a password, even if it has the same characters. `name` is that of the value.
    """
    if isinstance(result, dict) and isinstance(hidden, dict):
        kept = (*_OF_VERDICT, "id") if "verdict" in result else _OF_VERDICT
        told = {
            key: value if key in kept else with_verdicts(hidden.get(key), value, key)
            for key, value in result.items()
        }
        if _is_of_token(hidden.get("id"), result):
            told["id"] = result["id"]
        return told
    if isinstance(result, (list, tuple)) and isinstance(hidden, (list, tuple)):
        return [with_verdicts(*pair, name) for pair in zip(hidden, result)]
    return hidden if isinstance(result, str) and not _is_own_word(name, result) else result


def _is_own_word(name: str, value: str) -> bool:
    """Return whether a value with a name is one that the collection or Python has made."""
    if name == "errno":
        return value in errno.errorcode.values()
    pattern = _OWN_WORDS.get(name)
    return pattern is not None and pattern.fullmatch(value) is not None


def _is_of_token(hidden: t.Any, message: dict[str, t.Any]) -> bool:
    """Return whether nothing but its token is hidden in the Message-ID of a message."""
    identity, token = message.get("id"), message.get("token")
    if not (isinstance(identity, str) and isinstance(hidden, str) and isinstance(token, str)):
        return False
    before, _token, domain = identity.partition(token)
    return before == "<" and hidden.endswith(domain) and _is_own_word("token", token)
