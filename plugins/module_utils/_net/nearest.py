# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name that a user most likely meant by a mistyped one. No I/O."""

from __future__ import annotations

import typing as t

# How similar two names must be, from 0 to 1 (difflib's default). One or two wrong letters pass it,
# another word does not.
_CUTOFF = 0.6

# The time of difflib is quadratic in the length of the name, which may be a whole pasted text.
_MAX_CHARACTERS = 100


def nearest(name: object, choices: t.Iterable[str]) -> str | None:
    """Return the choice that is most similar to a name, or None if none is similar enough.

    Upper and lower case are the same. `name` may be any value, since YAML has keys that are not
    text.

    >>> nearest("tls_cipher", ["tls", "tls_ciphers", "timeout"])
    'tls_ciphers'
    >>> nearest("colour", ["tls", "timeout"]) is None
    True
    """
    import difflib  # needed for wrong options only

    by_lower_case = {choice.lower(): choice for choice in choices}
    found = difflib.get_close_matches(
        str(name)[:_MAX_CHARACTERS].lower(), list(by_lower_case), n=1, cutoff=_CUTOFF
    )
    return by_lower_case[found[0]] if found else None
