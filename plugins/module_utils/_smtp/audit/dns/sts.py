# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the policy of MTA-STS of the own domain can be used (RFC 8461). No I/O but `ask`.

The policy is fetched from `mta-sts.` and the domain, as senders do: over HTTPS with a certificate
that verifies, without redirects. It is the one question of an audit that is not of the DNS.
"""

from __future__ import annotations

import typing as t

from ...._net.addresses import Address, family_of
from ...._net.errors import ProbeError
from ...._net.text import escape, printable
from ..model import Verdict
from .sts_policy import BadPolicy, policy_from
from .tags import tags_of, versions

if t.TYPE_CHECKING:
    from ...._net.https import Response
    from .asker import Asker
    from .subject import Subject

_VERSION = "STSv1"
_PATH = "/.well-known/mta-sts.txt"
_PORT = 443
_SECONDS = 10.0
_MAX_BYTES = 64 * 1024
_MAX_SHOWN = 200

_SHORT_AGE = 24 * 3600


class Policies(t.NamedTuple):
    """The records of a domain, and what came of fetching its policy.

    `exchangers` are those of the domain. `error` is why there is no response.
    """

    domain: str
    records: tuple[str, ...]
    exchangers: tuple[str, ...] = ()
    response: Response | None = None
    error: ProbeError | None = None


def ask(asker: Asker, subject: Subject) -> Verdict:
    """Look up the record, and fetch the policy if there is one."""
    domain = subject.own_domain
    records = tuple(versions(asker.texts(f"_mta-sts.{domain}"), _VERSION))
    found = Policies(domain, records)
    if len(records) != 1:
        return judge(found)
    hosts = asker.exchangers(domain) or [domain]
    found = found._replace(exchangers=tuple(filter(None, hosts)))  # a null MX has no name
    ips = asker.addresses(f"mta-sts.{domain}")
    if not ips:
        error = ProbeError("resolve", f"mta-sts.{domain} has no address")
        return judge(found._replace(error=error))
    try:
        found = found._replace(response=_fetch(asker, f"mta-sts.{domain}", ips, subject.trust))
        asker.note(f"HTTPS mta-sts.{domain}{_PATH}: {found.response}")
    except ProbeError as error:
        asker.note(f"HTTPS mta-sts.{domain}{_PATH}: {error.text}")
        found = found._replace(error=error)
    return judge(found)


def _fetch(asker: Asker, name: str, ips: t.Sequence[str], trust: str | None) -> Response:
    # They import ssl and http, which no other check of the DNS needs.
    from ...._net.https import get, verifying_context
    from ...._net.network import SYSTEM

    addresses = [Address(family_of(ip), (ip, _PORT)) for ip in ips]
    until = SYSTEM.now() + min(_SECONDS, max(asker.seconds_left, 0.01))
    try:
        context = verifying_context(trust)
    except (OSError, ValueError) as error:
        raise ProbeError("local", f"the authorities cannot be read: {error}") from error
    return get(name, _PATH, addresses, context, until, _MAX_BYTES, asker.note)


def judge(found: Policies) -> Verdict:
    """Judge the record and the policy."""
    domain = found.domain
    if not found.records:
        return Verdict("not_applicable", f"{domain} has no MTA-STS record")
    if len(found.records) > 1:  # section 3.1
        return Verdict("finding", f"{domain} has {len(found.records)} MTA-STS records: none counts")
    if not tags_of(found.records[0]).get("id", "").isalnum():
        return Verdict("finding", f"the MTA-STS record of {domain} has no id: {found.records[0]}")
    if found.error is not None:
        return _judge_error(found.error)
    if found.response is None:
        return Verdict("undecided", "the policy was not fetched")
    return _judge_response(found, found.response)


def _judge_error(error: ProbeError) -> Verdict:
    """Judge an error. That a host is down says nothing of what it has."""
    text = f"the policy of MTA-STS cannot be fetched: {error.text}"
    is_finding = error.kind in ("tls", "protocol", "resolve") and error.inconclusive is None
    return Verdict("finding" if is_finding else "undecided", text)


def _judge_response(found: Policies, response: Response) -> Verdict:
    if response.status != 200:  # a redirect is not followed, either (section 3.3)
        text = f"mta-sts.{found.domain} answers {response.status} in place of a policy"
        return Verdict("undecided" if response.status >= 500 else "finding", text)
    if response.media_type != "text/plain":
        text = f"the policy of MTA-STS is {response.media_type or 'of no type'}, not text/plain"
        return Verdict("finding", text)
    try:
        policy = policy_from(response.body.decode("utf-8", "backslashreplace"))
    except BadPolicy as error:
        return Verdict("finding", escape(f"senders ignore the policy of MTA-STS: {error}"))
    missing = [host for host in found.exchangers if not policy.permits(host)]
    if missing and policy.mode != "none":
        text = f"the policy of MTA-STS does not name the MX {', '.join(missing)[:_MAX_SHOWN]}"
        return Verdict("finding", f"{text}, to which senders then deliver no mail")
    if policy.mode == "enforce" and policy.max_age < _SHORT_AGE:
        text = f"the policy of MTA-STS is valid for {policy.max_age} s, less than a day"
        return Verdict("finding", f"{text}: who suppresses it once has won")
    shown = printable(response.body.replace(b"\r", b"").replace(b"\n", b" "))[:_MAX_SHOWN]
    return Verdict("sound", f"the policy of MTA-STS: {shown.strip()}")
