# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values of the variables in the steps of a check. No I/O."""

from __future__ import annotations

import base64
import random
import re
import string
import typing as t

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_BREAK = re.compile(r"[\r\n\0]")

# Whose login it is, with a wrong password.
_LOGINS = {"wrong_login": "user", "nobody_login": "nobody"}

_LETTERS = 12

# The name of a reply or a server could be as long as the server likes.
_MAX_CHARACTERS = 255


class MissingVariable(Exception):
    """A check needs a variable that is not known. The text is its name."""


def random_word() -> str:
    """Return a word that no mailbox has."""
    return "".join(random.choice(string.ascii_lowercase) for _letter in range(_LETTERS))


class Values:
    """The values of all variables.

    `user` are those of the user, `connection` those of the current connection, and `variant` those
    of the current combination of variants. A value is None if it is not known. `check` is the id of
    the current check: each has a token of its own, so that a message that is found shows which.
    """

    def __init__(
        self, user: t.Mapping[str, str | None], word: t.Callable[[], str] = random_word
    ) -> None:
        self._word = word
        self._user = dict(user)
        self._tokens: dict[str, str] = {}
        if self._user.get("own_domain"):
            self._user.setdefault("nobody", f"{word()}@{self._user['own_domain']}")
        self.connection: dict[str, str | None] = {}
        self.variant: t.Mapping[str, str] = {}
        self.check = ""

    def token_of(self, check: str) -> str:
        """Return the word that finds a message of a check again."""
        given = self._user.get("token")
        if given:
            return given
        if check not in self._tokens:
            self._tokens[check] = f"audit-{self._word()}"
        return self._tokens[check]

    def known(self, name: str) -> bool:
        """Return whether a variable of the user has a value."""
        return bool(self._user.get(name))

    def fill(self, text: str) -> str:
        """Return a text with the value of each variable in it. Raise MissingVariable."""
        return _PLACEHOLDER.sub(lambda match: self._value(match.group(1)), text)

    def fill_bytes(self, data: bytes) -> bytes:
        """Return bytes with the value of each variable in them. Raise MissingVariable."""
        return self.fill(data.decode("latin-1")).encode("latin-1", "replace")

    def _value(self, name: str) -> str:
        if name in self.variant:
            # The value of a variant may have variables, too, but not another variant.
            return _PLACEHOLDER.sub(lambda match: self._plain(match.group(1)), self.variant[name])
        return self._plain(name)

    def _plain(self, name: str) -> str:
        if name == "random":
            return self._word()
        if name in _LOGINS:
            response = f"\0{self._plain(_LOGINS[name])}\0{self._word()}"
            return base64.b64encode(response.encode()).decode()
        if name == "token":
            return self.token_of(self.check)
        value = self.connection.get(name) or self._user.get(name)
        # What a server says of itself must not add a command.
        if not value or _BREAK.search(value) or len(value) > _MAX_CHARACTERS:
            raise MissingVariable(name)
        return value
