# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the checks of an audit, in their order, and which share a connection. No I/O.

A check becomes one or several *parts*, one for each combination of its variants, each of its ports,
or each address of the server. Parts that say hello in the same way and then send only commands that
RSET undoes share a connection, since the server limits the number of connections. A few only, since
the server also limits the number of errors. Every other part has a connection of its own, but for
an offer of TLS, which may end one of commands in plain text.
"""

from __future__ import annotations

import itertools
import typing as t

from .model import HELLO

if t.TYPE_CHECKING:
    from ..._net.addresses import Address
    from ..._net.tls.policy import TlsPolicy
    from ..options.plan import Plan
    from ..session.lookup import ServerLookup
    from .model import Check

# Postfix delays a client after 10 errors (smtpd_soft_error_limit), Exim drops one after 3 syntax
# errors (smtp_max_synprot_errors) or 10 commands that are no mail (smtp_accept_max_nonmail).
_MOST_ON_ONE_CONNECTION = 3

# The commands after which RSET restores the state of the session. TURN is long gone.
_SHARED_COMMANDS = ("MAIL", "RCPT", "RSET", "VRFY", "EXPN", "NOOP", "HELP", "ETRN", "TURN")

# A longer check may meet a limit of the server on its own.
_MOST_STEPS = 6

_PORT_OF_TLS = 465


class Part(t.NamedTuple):
    """One connection of a check. `label` says what it differs in from the others."""

    check: Check
    plan: Plan
    lookup: ServerLookup
    variant: t.Mapping[str, str] = {}
    label: str = ""
    other_port: bool = False
    key: str | None = None  # parts with the same key can share a connection


def in_order(checks: t.Sequence[Check]) -> list[Check]:
    """Return checks in the order in which they are made.

    The control of the vantage comes first, then the positive controls, then the plainer checks that
    others name, then the rest. Checks that can share a connection stand together. Those for which
    a server may turn this host away come last.
    """
    plainer = {name for check in checks for name in check.unless}
    kinds = ("vantage", "positive")

    def rank(check: Check) -> tuple[int, str]:
        key = share_key(check) or "~"
        if check.is_control:
            return kinds.index(check.is_control), key
        if check.strains:
            return 5, key
        # A plainer check may name one that is plainer still.
        return (4 if check.id not in plainer else 3 if check.unless else 2), key

    return sorted(checks, key=rank)


def parts_of(check: Check, plan: Plan, lookup: ServerLookup) -> t.Iterator[Part]:
    """Yield the parts of a check."""
    one_address = check.every_address and len(lookup.addresses) == 1
    key = share_key(check._replace(every_address=False) if one_address else check)
    for there, found, where, other in _places(check, plan, lookup):
        for values in itertools.product(*check.variants.values()):
            variant = dict(zip(check.variants, values))
            words = [where, *(f"{name} {value}" for name, value in variant.items())]
            label = ", ".join(filter(None, words))
            yield Part(check, there, found, variant, label, other, key)


def _places(
    check: Check, plan: Plan, lookup: ServerLookup
) -> t.Iterator[tuple[Plan, ServerLookup, str, bool]]:
    """Yield where to connect to: plan, look-up, its name, and whether it is another port."""
    if check.every_address:
        for address in lookup.addresses or (None,):
            one = lookup if address is None else lookup.at(address)
            yield plan, one, str(address), False
    elif not check.ports:
        yield plan, lookup, "", False
    for port in check.ports:
        addresses = tuple(_at_port(one, port) for one in lookup.addresses)
        endpoint = plan.endpoint._replace(port=port)
        other = port != plan.endpoint.port
        there = plan._replace(endpoint=endpoint, tls=_tls(plan, port) if other else plan.tls)
        yield there, lookup._replace(addresses=addresses), f"port {port}", other


def batches(parts: t.Sequence[Part]) -> t.Iterator[list[Part]]:
    """Yield the parts that are held over one connection, in order."""
    for key, several in itertools.groupby(parts, key=lambda part: part.key):
        group = list(several)
        most = 1 if key is None else _MOST_ON_ONE_CONNECTION
        for start in range(0, len(group), most):
            yield group[start : start + most]


def with_offers(
    others: t.Iterable[list[Part]], key_of: t.Callable[[Part], t.Any], may_join: bool
) -> t.Iterator[list[Part]]:
    """Yield batches, with offers of TLS at the end of those that stay in plain text.

    An offer ends its connection, so it costs none of its own there. Parts that make the same offer
    as another come last. `key_of` returns what parts with the same offer have alike, or None for
    another part. Offers `may_join` others if all of them go to the same address.
    """
    plain, same, asked = [], [], {}
    for batch in others:
        key = key_of(batch[0])
        if key is None:
            plain.append(batch)
        elif key in asked:
            same.append(batch)
        else:
            asked[key] = batch[0]
    offers = list(asked.values())[::-1]
    for batch in plain:
        if offers and may_join and _stays_plain(batch[-1]):
            batch.append(offers.pop())
        yield batch
    yield from ([part] for part in offers[::-1])
    yield from same


def share_key(check: Check) -> str | None:
    """Return what a check shares a connection by, or None if it needs one of its own.

    It leaves a connection as it was, as RSET and EHLO restore its state. Checks that say hello as
    the user does have one key, those that say another name a second, and those that stay in plain
    text a third.
    """
    if check.risk or check.is_control or check.ports or check.every_address:
        return None
    if "connect" in check.names or len(check.steps) > _MOST_STEPS:
        return None
    if not all(step.verb in _SHARED_COMMANDS for step in check.steps[1:]):
        return None
    first = check.steps[0] if check.steps else HELLO
    if first.kind == "hello":
        return "named" if first.texts else "hello"
    return "plain" if first.verb in ("EHLO", "HELO") else None


def _stays_plain(part: Part) -> bool:
    """Return whether TLS can be offered after a part: it only sends commands, in plain text."""
    sends = part.check.steps and all(step.kind == "send" for step in part.check.steps)
    return bool(sends) and not part.check.risk and part.plan.tls.tls != "implicit"


def _at_port(address: Address, port: int) -> Address:
    if address.is_path:
        return address
    return address._replace(sockaddr=(address.sockaddr[0], port, *address.sockaddr[2:]))


def _tls(plan: Plan, port: int) -> TlsPolicy:
    """Return how TLS is used at another port: from the start at 465 only (RFC 8314 section 3.3).

    The certificate there is not the matter, unless a password is sent.
    """
    if plan.login is not None:
        return plan.tls._replace(tls="implicit" if port == _PORT_OF_TLS else "required")
    tls = "implicit" if port == _PORT_OF_TLS else "opportunistic"
    if plan.tls.tls == "never" and port != _PORT_OF_TLS:
        tls = "never"
    return plan.tls._replace(tls=tls, validate_certs=False, dane=False)
