# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a check from the form in which people write it. No I/O.

The controller reads checks from YAML, and hands them to the module in the same form. So both use
this file. docs/audit_checks.md has the form.
"""

from __future__ import annotations

import itertools
import re
import typing as t

from ..._net.errors import sentence
from ..._net.nearest import nearest
from ..._net.option_types import is_text, type_problem
from ..._net.tls.client_hello import Offer
from ..options.expectation import Pattern
from .model import (
    CONTROL_KINDS,
    DNS_QUESTIONS,
    MAIL_PROFILES,
    MAX_RISK,
    PROFILES,
    STEP_KINDS,
    USER_VARIABLES,
    VANTAGES,
    VARIABLES,
    WANTS,
    Check,
    Predicate,
    Step,
)
from .predicates import PREDICATES, BadArgument

# The keys that the module reads. The reports have others.
KEYS = (
    "id",
    "proves",
    "from",
    "profiles",
    "risk",
    "is_control",
    "needs",
    "offers",
    "dns",
    "steps",
    "want",
    "requires",
    "never",
    "by_name",
    "predicates",
    "variants",
    "ports",
    "every_address",
    "unless",
)

# The keys of a check that asks the DNS, which holds no dialogue.
_DNS_KEYS = ("id", "proves", "from", "profiles", "needs", "dns")

_MAX_STEPS = 60
_MAX_TIMES = 100
_MAX_COMMANDS = 160
_MAX_CHARACTERS = 5000
_MAX_SHOWN = 60
_MAX_SECONDS = 300
_MAX_CONNECTIONS = 20

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+){0,7}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_CONTROL = re.compile(r"[\r\n\0]")

# Commands that begin a message. BURL fetches one from elsewhere (RFC 4468).
_BEGIN_MESSAGE = ("DATA", "BDAT", "BURL")

# What the user must have set for a variable that is made of it.
_NEEDED = {"nobody": "own_domain", "nobody_login": "own_domain", "wrong_login": "user"}

# The steps whose texts have escapes.
_BYTES = ("early", "bytes", "split")
# The keys of `offer`, each a list of names but the last.
_OFFER_KEYS = ("versions", "ciphers", "groups", "signatures", "compression")

# The name of a reply, if it is not the command in lower case.
_NAMES = {"ehlo": "helo", "lhlo": "helo"}


class BadCheck(ValueError):
    """A check cannot be used. The text says which key is wrong, and what to write."""


def check_from(given: t.Mapping[str, t.Any]) -> Check:
    """Return the check. Raise BadCheck. Keys that are not in KEYS must have been removed."""
    return _Reader(given).check()


def sends_message(line: str) -> bool:
    """Return whether a command begins a message, or fetches one."""
    return (line.split() or [""])[0].upper() in _BEGIN_MESSAGE


def placeholders(text: str) -> list[str]:
    """Return the names of the variables in a text, such as `helo` in `EHLO {helo}`."""
    return _PLACEHOLDER.findall(text)


def unescaped(text: str) -> bytes:
    r"""Return the bytes that a text with escapes stands for. Raise ValueError.

    >>> unescaped(r"a\r\n.\x00\\")
    b'a\r\n.\x00\\'
    """
    simple = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}
    found = bytearray()
    for escape, hexadecimal, other, plain in re.findall(
        r"\\([rnt0\\])|\\x([0-9A-Fa-f]{2})|(\\.?)|([^\\]+)", text, re.DOTALL
    ):
        if other:
            raise ValueError(f"has the escape {other}; write one of \\r \\n \\t \\0 \\\\ \\xHH")
        found += simple[escape] if escape else bytes.fromhex(hexadecimal) or plain.encode()
    return bytes(found)


class _Reader:
    """Reads one check. Its errors name the key."""

    def __init__(self, given: t.Mapping[str, t.Any]) -> None:
        self._given = {key: value for key, value in given.items() if value is not None}
        for key in self._given:
            self._choice("", key, KEYS, "key")
        self._variants: dict[str, tuple[str, ...]] = {}
        self._found: list[str] = []  # the variables in the steps

    def check(self) -> Check:
        """Return the check."""
        identity = self._text("id")
        if not _ID.fullmatch(identity):
            self._wrong("id", "must be words of a-z and 0-9 with - between them, as relay-05")
        self._variants = self._read_variants()
        risk = self._number("risk", MAX_RISK)
        steps = self._steps(risk)
        names = [name for step in steps for name in step.replies]
        want = self._want("want", names)
        for step in steps:
            if step.kind == "expect_silence":
                want.setdefault(step.replies[0], ("silence",))
        predicates = tuple(self._predicates(names))
        dns = self._dns()
        if not want and not predicates and not dns:
            self._wrong("want", "is missing: without it, every answer is sound")
        never = self._want("never", names)
        for name in never:
            if name not in want:
                self._wrong(f"never.{name}", f"has no effect without want.{name}")
        return Check(
            id=identity,
            proves=self._text("proves"),
            steps=steps,
            want=want,
            vantages=self._vantages(),
            profiles=self._choices("profiles", PROFILES) or MAIL_PROFILES,
            risk=risk,
            is_control=self._is_control(),
            dns=dns,
            needs=self._needs(),
            offers=self._offers(steps),
            requires=self._want("requires", names),
            never=never,
            by_name=self._bool("by_name"),
            predicates=predicates,
            variants=self._variants,
            ports=self._ports(),
            every_address=self._bool("every_address"),
            unless=self._texts("unless"),
        )

    # The steps

    def _steps(self, risk: int) -> tuple[Step, ...]:
        steps = tuple(
            self._step(f"steps[{index}]", one, risk)
            for index, one in enumerate(self._list("steps", _MAX_STEPS))
        )
        if sum(step.seconds for step in steps) > _MAX_SECONDS:
            self._wrong("steps", f"must not wait for more than {_MAX_SECONDS} seconds in all")
        if sum(step.times for step in steps) > _MAX_COMMANDS:
            self._wrong("steps", f"must not send more than {_MAX_COMMANDS} commands in all")
        if any(step.kind == "early" for step in steps[1:]):
            self._wrong("steps", "must have early first: nothing else comes before the greeting")
        return steps

    def _step(self, where: str, given: t.Any, risk: int) -> Step:
        if isinstance(given, str):
            given = {"send": given}
        if not isinstance(given, dict):
            self._wrong(where, "must be a command, or a dictionary such as {send: NOOP}")
        kinds = [kind for kind in STEP_KINDS if kind in given]
        for key in given:
            self._choice(where, key, (*STEP_KINDS, "name", "replies", "repeat"), "key")
        if len(kinds) != 1:
            self._wrong(where, f"must have exactly one of {', '.join(STEP_KINDS)}")
        kind = kinds[0]
        times = self._times(where, kind, given, risk)
        names = self._names(where, given)
        where, value = f"{where}.{kind}", given[kind]
        if kind in ("wait", "expect_silence", "listen"):
            return self._timed_step(where, kind, value, names)
        if kind in ("starttls", "handshake", "login", "read", "fill"):
            return self._plain_step(where, kind, value, names, risk)
        if kind == "offer":
            return Step(kind, replies=names or ("tls",), offer=self._offer(where, value))
        texts = self._texts_of_step(where, kind, value, risk)
        if kind in _BYTES:
            return Step(kind, texts, 0.0, names)
        default = _name_of(texts) if kind == "send" else "helo"
        return Step(kind, texts, 0.0, names or (default,), times)

    def _times(self, where: str, kind: str, given: t.Mapping[str, t.Any], risk: int) -> int:
        """Return how often a command is sent."""
        times = given.get("repeat", 1)
        if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= _MAX_TIMES:
            self._wrong(f"{where}.repeat", f"must be a number from 1 to {_MAX_TIMES}")
        if times > 1 and (kind != "send" or risk < MAX_RISK):
            self._wrong(f"{where}.repeat", "needs send, and risk 2")
        return times

    def _timed_step(self, where: str, kind: t.Any, value: t.Any, names: tuple[str, ...]) -> Step:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._wrong(where, "must be a number of seconds")
        if not 0 < value <= _MAX_SECONDS:
            self._wrong(where, f"must be more than 0 and at most {_MAX_SECONDS} seconds")
        if kind == "listen" and not names:
            self._wrong(where, "needs a name for what is heard")
        silence = names or ("silence",)
        return Step(kind, (), float(value), () if kind == "wait" else silence)

    def _plain_step(
        self, where: str, kind: t.Any, value: t.Any, names: tuple[str, ...], risk: int
    ) -> Step:
        if value is not True:
            self._wrong(where, "must be true")
        if kind == "read" and not names:
            self._wrong(where, "needs a name for the reply that is read")
        if kind == "fill":
            if not risk:
                self._wrong(where, "needs risk 1 or 2: no message is sent at risk 0")
            return Step(kind)
        return Step(kind, (), 0.0, names or ("auth" if kind == "login" else kind,))

    def _offers(self, steps: t.Sequence[Step]) -> tuple[str, ...]:
        """Return the extensions that the server must offer."""
        offers = [one.upper() for one in self._texts("offers")]
        if any(step.kind == "offer" for step in steps):
            offers.append("STARTTLS")
            if len(steps) > 1:
                self._wrong("steps", "must have nothing beside offer, which says EHLO and STARTTLS")
        return tuple(offers)

    def _offer(self, where: str, value: t.Any) -> Offer:
        if not isinstance(value, dict):
            self._wrong(where, "must be a dictionary such as {versions: [TLSv1.2]}")
        for key in value:
            self._choice(where, key, _OFFER_KEYS, "key")
        compression = value.get("compression", False)
        if not isinstance(compression, bool):
            self._wrong(f"{where}.compression", "must be true or false")
        versions, ciphers, groups, signatures = (
            self._offered(f"{where}.{key}", value.get(key, [])) for key in _OFFER_KEYS[:-1]
        )
        offer = Offer(versions, ciphers, groups, signatures, compression)
        for values in itertools.product(*self._variants.values()):
            variant = dict(zip(self._variants, values))
            try:
                offer.filled(lambda text: _filled(text, variant)).check()  # noqa: B023
            except ValueError as error:
                self._wrong(where, str(error))
        return offer

    def _offered(self, where: str, value: t.Any) -> tuple[str, ...]:
        items = value if isinstance(value, list) else [value]
        for one in items:
            if not isinstance(one, str):
                self._wrong(where, f"must be a list of names, not {_shown(one)}")
            for name in placeholders(one):
                self._choice(where, name, tuple(self._variants), "variant")
        return tuple(items)

    def _names(self, where: str, given: t.Mapping[str, t.Any]) -> tuple[str, ...]:
        """Return the names of the replies of a step, as written."""
        if "name" in given and "replies" in given:
            self._wrong(where, "must have name or replies, not both")
        names = given.get("replies", [given["name"]] if "name" in given else [])
        if not isinstance(names, list):
            self._wrong(f"{where}.replies", "must be a list of names")
        for name in names:
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                self._wrong(where, f"must name a reply with a-z, 0-9 and _, not {_shown(name)}")
        return tuple(names)

    def _texts_of_step(self, where: str, kind: str, value: t.Any, risk: int) -> tuple[str, ...]:
        if kind == "hello" and value is True:
            return ()
        items = value if kind in _BYTES and isinstance(value, list) else [value]
        if not items or not all(isinstance(one, str) and one for one in items):
            self._wrong(where, "must be a list of texts" if kind == "split" else "must be a text")
        texts = tuple(items) if kind == "split" or kind not in _BYTES else ("".join(items),)
        for one in texts:
            self._check_text(where, kind, one, risk)
        return texts

    def _check_text(self, where: str, kind: str, text: str, risk: int) -> None:
        if len(text) > _MAX_CHARACTERS:
            self._wrong(where, f"has more than {_MAX_CHARACTERS} characters")
        for name in placeholders(text):
            self._choice(where, name, (*VARIABLES, *self._variants), "variable")
            self._found.append(name)
        if kind in _BYTES:
            if not risk:
                self._wrong(where, "needs risk 1 or 2: no odd bytes are sent at risk 0")
            try:
                unescaped(text)
            except ValueError as error:
                self._wrong(where, str(error))
        elif _CONTROL.search(text):
            self._wrong(where, "has a line break; write bytes in place of send")
        elif not risk and sends_message(text):
            self._wrong(where, "needs risk 1 or 2: no message is sent at risk 0")

    # What is wanted

    def _want(self, key: str, names: t.Sequence[str]) -> dict[str, tuple[str, ...]]:
        given = self._dict(key)
        found = {}
        for name, value in given.items():
            where = f"{key}.{name}"
            self._choice(key, name, (*names, "connect", "greeting"), "reply")
            if list(names).count(name) > 1:
                self._wrong(where, "is the name of two replies; name them with name")
            items = value if isinstance(value, list) else [value]
            if not items:
                self._wrong(where, "is empty")
            for one in items:
                if not is_text(one):
                    self._wrong(where, type_problem({"type": "str"}, one))
            found[str(name)] = tuple(self._wanted(where, str(one)) for one in items)
        return found

    def _wanted(self, where: str, written: str) -> str:
        if written in WANTS:
            return written
        try:
            Pattern.parse("rcpt_to", written)
        except ValueError as error:
            near = nearest(written, WANTS)
            hint = f"did you mean {near}?" if near else f"or write one of {', '.join(WANTS)}"
            self._wrong(where, f"{error}; {hint}")
        return written

    def _predicates(self, names: t.Sequence[str]) -> t.Iterator[Predicate]:
        for index, one in enumerate(self._list("predicates", _MAX_STEPS)):
            where = f"predicates[{index}]"
            if not isinstance(one, dict) or len(one) != 1:
                self._wrong(where, "must be a dictionary with one key, such as {same: [a, b]}")
            ((name, argument),) = one.items()
            self._choice(where, name, tuple(PREDICATES), "predicate")
            try:
                argument = PREDICATES[name].read(argument, (*names, "connect", "greeting"))
            except BadArgument as error:
                self._wrong(f"{where}.{name}", str(error))
            yield Predicate(name, argument)

    # The other keys

    def _needs(self) -> tuple[str, ...]:
        """Return the variables of the user that the check needs, those in its steps included."""
        needs = [*self._choices("needs", USER_VARIABLES), *self._found]
        needs += [_NEEDED[name] for name in needs if name in _NEEDED]
        return tuple(dict.fromkeys(name for name in needs if name in USER_VARIABLES))

    def _vantages(self) -> tuple[t.Any, ...]:
        found = self._choices("from", (*VANTAGES, "any"))
        return VANTAGES if not found or "any" in found else found

    def _is_control(self) -> t.Any:
        found = self._choices("is_control", CONTROL_KINDS)
        return found[0] if found else ""

    def _dns(self) -> str:
        """Return the question to the DNS, or nothing. Such a check holds no dialogue."""
        if "dns" not in self._given:
            return ""
        for key in self._given:
            if key not in _DNS_KEYS:
                self._wrong(key, "has no place beside dns, as nothing is said to the server")
        question = self._text("dns")
        self._choice("dns", question, DNS_QUESTIONS, "question")
        return question

    def _read_variants(self) -> dict[str, tuple[str, ...]]:
        found, connections = {}, 1
        for name, values in self._dict("variants").items():
            where = f"variants.{name}"
            if not isinstance(name, str) or not _NAME.fullmatch(name) or name in VARIABLES:
                self._wrong(where, "must be a name of its own, with a-z, 0-9 and _")
            if not isinstance(values, list) or not values:
                self._wrong(where, "must be a list of texts")
            for value in values:
                if not isinstance(value, str):
                    self._wrong(where, f"must be a list of texts, not {_shown(value)}")
                for inner in placeholders(value):
                    self._choice(where, inner, VARIABLES, "variable")
                    self._found.append(inner)
            found[name] = tuple(values)
            connections *= len(values)
        if connections > _MAX_CONNECTIONS:
            self._wrong("variants", f"has more than {_MAX_CONNECTIONS} combinations")
        return found

    def _ports(self) -> tuple[int, ...]:
        ports = self._list("ports", _MAX_CONNECTIONS)
        for port in ports:
            if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:
                self._wrong("ports", f"must be numbers of ports, not {_shown(port)}")
        return tuple(ports)

    def _text(self, key: str) -> str:
        value = self._given.get(key, "")
        if not isinstance(value, str):
            self._wrong(key, f"must be a text, not {_shown(value)}")
        if not value.strip():
            self._wrong(key, "is missing")
        return " ".join(value.split())

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self._given.get(key, [])
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in items):
            self._wrong(key, "must be a text, or a list of texts")
        return tuple(items)

    def _choices(self, key: str, choices: t.Sequence[str]) -> tuple[t.Any, ...]:
        found = self._texts(key)
        for one in found:
            self._choice(key, one, choices, "value")
        return found

    def _choice(self, where: str, given: t.Any, choices: t.Sequence[str], what: str) -> None:
        if given in choices:
            return
        near = nearest(given, choices)
        hint = f"did you mean {near}?" if near else f"choose one of {', '.join(choices)}"
        self._wrong(where, f"has no {what} {_shown(given)}; {hint}")

    def _number(self, key: str, most: int) -> int:
        value = self._given.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            self._wrong(key, f"must be a number from 0 to {most}, not {_shown(value)}")
        return value

    def _bool(self, key: str) -> bool:
        value = self._given.get(key, False)
        if not isinstance(value, bool):
            self._wrong(key, f"must be true or false, not {_shown(value)}")
        return value

    def _list(self, key: str, most: int) -> list[t.Any]:
        value = self._given.get(key, [])
        if not isinstance(value, list):
            self._wrong(key, f"must be a list, not {_shown(value)}")
        if len(value) > most:
            self._wrong(key, f"has more than {most} items")
        return value

    def _dict(self, key: str) -> dict[t.Any, t.Any]:
        value = self._given.get(key, {})
        if not isinstance(value, dict):
            self._wrong(key, f"must be a dictionary, not {_shown(value)}")
        return value

    def _wrong(self, key: str, problem: str) -> t.NoReturn:
        raise BadCheck(sentence(key, problem))


def _filled(text: str, variant: t.Mapping[str, str]) -> str:
    """Return a text with the values of variants in place of their names."""
    return _PLACEHOLDER.sub(lambda match: variant[match.group(1)], text)


def _name_of(texts: tuple[str, ...]) -> str:
    """Return the name of the reply to a command."""
    word = (texts[0].split() or [""])[0].lower()
    name = _NAMES.get(word, word)
    return name if _NAME.fullmatch(name) else "reply"


def _shown(value: t.Any) -> str:
    """Return a value in quotes, limited in length."""
    text = str(value)
    return repr(text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 3] + "...")
