# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be true of the answers to a check, where patterns of one reply cannot say it. No I/O.

A predicate reads its argument, as written in the check, and judges what was held. To add one, write
both functions, and name them in PREDICATES.
"""

from __future__ import annotations

import re
import typing as t

from ..wire.reply import spaced
from .model import Verdict

if t.TYPE_CHECKING:
    from .model import Answer, Held

    Argument = t.Mapping[str, t.Any]

# Limit on the text in which a regular expression is searched, since a server can send any text.
_SEARCHED_CHARACTERS = 4000

_MAX_DAYS = 400
_MAX_BITS = 16384

_NO_STORAGE = 452
_REFUSALS = 400


class BadArgument(ValueError):
    """The argument of a predicate is wrong. The text says what to write."""


class Definition(t.NamedTuple):
    """A predicate. `read` gets the argument as written, and the names of all replies."""

    read: t.Callable[[t.Any, t.Sequence[str]], Argument]
    judge: t.Callable[[Argument, Held], Verdict]


def _read_names(given: t.Any, names: t.Sequence[str]) -> list[str]:
    found = given if isinstance(given, list) else [given]
    for name in found:
        if name not in names:
            raise BadArgument(f"must name replies of this check: {', '.join(names)}")
    return found


def _read_same(given: t.Any, names: t.Sequence[str]) -> Argument:
    found = _read_names(given, names)
    if len(found) < 2:
        raise BadArgument("must be a list of two replies or more")
    return {"of": found}


def _judge_same(argument: Argument, held: Held) -> Verdict:
    """Judge whether the replies have the same codes and text.

    What a reply repeats of its command does not count.
    """
    answers = [held.answers.get(name) for name in argument["of"]]
    came = [one for one in answers if one is not None and one.reply is not None]
    if len(came) < len(answers):
        return Verdict("undecided", "not all of the replies that are compared came")
    first = came[0]
    for other in came[1:]:
        if _likeness(other) != _likeness(first):
            text = f"the replies differ: {first.shown} to {first.name}, {other.shown}"
            return Verdict("finding", f"{text} to {other.name}", other)
    return Verdict("sound", f"the same reply to each: {first.shown}", first)


def _likeness(answer: Answer) -> tuple[int, str]:
    reply = answer.reply
    if reply is None:
        return 0, ""
    said = {word.strip("<>").lower() for word in answer.command.split()}
    parts = {part for word in said for part in word.split("@")}
    words = [word for word in re.split(r"[\s<>\"'@:;,]+", spaced(reply.text).lower()) if word]
    return reply.code, " ".join(word for word in words if word not in said | parts)


def _read_lacks(given: t.Any, names: t.Sequence[str]) -> Argument:
    if not isinstance(given, dict) or given.keys() != {"in", "text"}:
        raise BadArgument("must be a dictionary of in, the names of replies, and text, a pattern")
    try:
        re.compile(given["text"])
    except (re.error, TypeError, OverflowError, RecursionError) as error:
        raise BadArgument(f"has a text that is not a regular expression: {error}") from error
    return {"in": _read_names(given["in"], names), "text": given["text"]}


def _judge_lacks(argument: Argument, held: Held) -> Verdict:
    """Judge whether the text of no reply matches a regular expression, in any case."""
    pattern = re.compile(argument["text"], re.IGNORECASE)
    came = [held.answers[name] for name in argument["in"] if name in held.answers]
    replies = [one for one in came if one.reply is not None]
    for answer in replies:
        match = pattern.search(_judged(answer))
        if match is not None:
            text = f"the reply to {answer.name} says {match.group()!r}"
            return Verdict("finding", text, answer)
    if not replies:
        return Verdict("undecided", "no reply came")
    return Verdict("sound", "no reply says it", replies[-1])


def _judged(answer: Answer | None) -> str:
    """Return the text of an answer as it came, which is judged and never shown."""
    reply = answer.reply if answer is not None else None
    return "" if reply is None else reply.judged[:_SEARCHED_CHARACTERS]


def _read_keywords(given: t.Any, _names: t.Sequence[str]) -> Argument:
    found = given if isinstance(given, list) else [given]
    if not found or not all(isinstance(one, str) and one.strip() for one in found):
        raise BadArgument("must be a list of keywords such as STARTTLS or AUTH PLAIN")
    return {"keywords": found}


def _judge_offered(argument: Argument, held: Held) -> Verdict:
    """Judge whether the last reply to EHLO has all keywords."""
    return _judge_offer(argument, held, wanted=True)


def _judge_not_offered(argument: Argument, held: Held) -> Verdict:
    """Judge whether the last reply to EHLO has no keyword of a list."""
    return _judge_offer(argument, held, wanted=False)


def _judge_offer(argument: Argument, held: Held, wanted: bool) -> Verdict:
    if held.offered is None:
        return Verdict("undecided", "no reply to EHLO has come that was accepted")
    answer = held.answers.get("helo")
    for keyword in argument["keywords"]:
        if held.offered.offers(keyword) != wanted:
            offer = "does not offer" if wanted else "offers"
            return Verdict("finding", f"the server {offer} {keyword}", answer)
    offer = "offers" if wanted else "does not offer"
    return Verdict("sound", f"the server {offer} {', '.join(argument['keywords'])}", answer)


def _judge_offered_in_clear(argument: Argument, held: Held) -> Verdict:
    """Judge whether the last reply to EHLO has all keywords, unless it came over TLS."""
    return _with_tls(held) or _judge_offer(argument, held, wanted=True)


def _judge_not_offered_in_clear(argument: Argument, held: Held) -> Verdict:
    """Judge whether the last reply to EHLO has no keyword of a list, unless it came over TLS."""
    return _with_tls(held) or _judge_offer(argument, held, wanted=False)


def _with_tls(held: Held) -> Verdict | None:
    """Return the verdict on a connection with TLS, which says nothing of one without."""
    if held.tls_version is None:
        return None
    return Verdict("not_applicable", "the connection has TLS")


def _judge_not_all_accepted(argument: Argument, held: Held) -> Verdict:
    """Judge whether the server accepts at most all but one of several commands.

    Silence and the end of the connection count as a refusal.
    """
    answers = [one for one in map(held.answers.get, argument["of"]) if one is not None]
    for answer in answers:
        refused = answer.reply is not None and answer.reply.code // 100 == 5
        if refused or answer.happening in ("silence", "closed"):
            text = f"{answer.name}: {answer.shown}"
            return Verdict("sound", text, answer, by_refusal=answer.happening != "silence")
    accepted = [one for one in answers if one.reply is not None and one.reply.code // 100 in (2, 3)]
    if len(accepted) < len(argument["of"]):
        return Verdict("undecided", "not all of the replies came, and no refusal")
    shown = ", ".join(f"{one.name}: {one.shown}" for one in accepted)
    return Verdict("finding", f"the server accepts all of it: {shown}", accepted[-1])


def _read_refused_by(given: t.Any, names: t.Sequence[str]) -> Argument:
    if not isinstance(given, dict) or given.keys() != {"of", "greeting"}:
        raise BadArgument(
            "must be a dictionary of of, the name of a reply, and greeting, a pattern"
        )
    text = _read_lacks({"in": "greeting", "text": given["greeting"]}, names)["text"]
    return {"of": _read_names(given["of"], names), "text": text}


def _judge_refused_by(argument: Argument, held: Held) -> Verdict:
    """Judge whether a reply is a refusal. Of other servers than those named, none is expected.

    The end of the connection is a refusal, too.
    """
    answer = held.answers.get(argument["of"][0]) or held.last
    if answer is None:
        return Verdict("undecided", "no answer came")
    text = f"{answer.name}: {answer.shown}"
    reply = answer.reply
    if answer.happening == "closed" or (reply is not None and reply.code // 100 == 5):
        return Verdict("sound", text, answer, by_refusal=True)
    if reply is None or reply.code // 100 != 2:
        return Verdict("undecided", text, answer)
    greeting = _judged(held.answers.get("greeting"))
    if re.search(argument["text"], greeting, re.IGNORECASE):
        return Verdict("finding", text, answer)
    return Verdict("not_applicable", f"{text}; a refusal is expected of some servers only", answer)


def _judge_goes_on(argument: Argument, held: Held) -> Verdict:
    """Judge whether a message goes on after bytes that do not end it.

    The replies are those that came after the bytes, and to the commands behind them. A server that
    ends the message replies to the bytes and to the commands, whatever it replies. One reply alone
    is a refusal of the whole message, or it shows nothing.
    """
    answers = [one for one in map(held.answers.get, argument["of"]) if one is not None]
    replies = [one for one in answers if one.reply is not None]
    if len(replies) > 1:
        first, second = replies[:2]
        text = f"{first.name}: {first.shown}, and to the commands behind it: {second.shown}"
        return Verdict("finding", text, second)
    if replies:
        text = f"{replies[0].name}: {replies[0].shown}"
        if replies[0].reply is not None and replies[0].reply.code >= _REFUSALS:
            return Verdict("sound", text, replies[0], by_refusal=True)
        return Verdict("undecided", f"{text}, and no reply to the commands behind it", replies[0])
    if any(one.happening == "closed" for one in answers):
        return Verdict("sound", "the connection was closed", answers[-1], by_refusal=True)
    if len(answers) < len(argument["of"]):
        return Verdict("undecided", "the message did not get as far", held.last)
    return Verdict("sound", "the message goes on: no reply came", answers[-1])


def _read_certificate(given: t.Any, _names: t.Sequence[str]) -> Argument:
    days = given.get("days") if isinstance(given, dict) and given.keys() == {"days"} else None
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= _MAX_DAYS:
        raise BadArgument(f"must be a dictionary of days, a number from 0 to {_MAX_DAYS}")
    return {"days": days}


def _judge_certificate(argument: Argument, held: Held) -> Verdict:
    """Judge whether the certificate verifies, or with `days`, whether it is valid for these days.

    It says nothing of a connection without TLS.
    """
    tls, days = held.tls, argument["days"]
    if tls is None:
        return Verdict("not_applicable", "the connection has no TLS")
    if days:
        left = tls.days_left
        if left is None:
            return Verdict("undecided", "the server has shown no certificate")
        text = f"the certificate is valid for {left} more days"
        return Verdict("sound" if left >= days else "finding", text)
    if tls.verified is None:
        return Verdict("undecided", tls.verify_error or tls.error or "it cannot be judged")
    if tls.verified:
        return Verdict("sound", "the certificate verifies")
    return Verdict("finding", f"the certificate does not verify: {tls.verify_error or tls.error}")


def _read_bits(given: t.Any, _names: t.Sequence[str]) -> Argument:
    bits = given.get("least") if isinstance(given, dict) and given.keys() == {"least"} else None
    if isinstance(bits, bool) or not isinstance(bits, int) or not 0 < bits <= _MAX_BITS:
        raise BadArgument(f"must be a dictionary of least, a number of bits up to {_MAX_BITS}")
    return {"least": bits}


def _judge_dh_group(argument: Argument, held: Held) -> Verdict:
    """Judge whether the group of a DHE key exchange is large enough, if the server takes DHE."""
    answer = held.last
    if answer is None or not answer.takes_or_refuses:
        return Verdict("undecided", "no answer came to an offer of TLS", answer)
    text = f"{answer.command}: {answer.shown}"
    bits = answer.choice.dh_bits if answer.choice is not None else None
    if answer.choice is None:
        return Verdict("sound", text, answer, by_refusal=True)
    if bits is None:
        return Verdict("not_applicable", f"{text}, which has no DH group", answer)
    return Verdict("sound" if bits >= argument["least"] else "finding", text, answer)


def _read_dane(given: t.Any, _names: t.Sequence[str]) -> Argument:
    if given is not True:
        raise BadArgument("must be true")
    return {}


def _judge_dane(_argument: Argument, held: Held) -> Verdict:
    """Judge whether a certificate matches the TLSA records of the server.

    It says nothing of a server without TLSA records, and does not believe records without DNSSEC.
    """
    tls = held.tls
    if tls is None or tls.certificate is None:
        return Verdict("not_applicable", "the server has shown no certificate")
    if tls.dane is None:
        return Verdict("not_applicable", "TLSA records cannot be looked up without dnspython")
    answer = tls.dane.answer
    if answer.error is None and not answer.records:
        return Verdict("not_applicable", str(tls.dane))
    if answer.error is not None or not answer.secure:
        return Verdict("undecided", str(tls.dane))
    if tls.dane.matched is None:
        return Verdict("finding", str(tls.dane))
    return Verdict("sound", f"{tls.dane}{_rollover(len(answer.records))}")


def _rollover(count: int) -> str:
    """Return what to do before the key changes, if there is only one record."""
    hint = "publish that of the next key before the key changes (RFC 7671 section 8.1)"
    return f"; it is the only record: {hint}" if count == 1 else ""


def _read_size_limit(given: t.Any, names: t.Sequence[str]) -> Argument:
    found = _read_names(given, names)
    if len(found) != 1:
        raise BadArgument("must be the reply to MAIL with a huge SIZE")
    return {"of": found}


def _judge_size_limit(argument: Argument, held: Held) -> Verdict:
    """Judge whether the server refuses a huge size at MAIL, or announces a limit with SIZE.

    A server need not look at the size at MAIL (RFC 1870 section 6.1). It may announce 0, or no
    number, which says nothing of a limit (section 3).
    """
    answer = held.answers.get(argument["of"][0])
    if answer is None or answer.reply is None:
        return Verdict("undecided", "no reply came to MAIL with a size", answer)
    text = f"{answer.command}: {answer.shown}"
    if answer.reply.code // 100 == 5 or answer.reply.code == _NO_STORAGE:
        return Verdict("sound", text, answer, by_refusal=True)
    announced = "".join(held.offered.get("SIZE", [])[:1]) if held.offered is not None else ""
    if announced.isdigit() and announced.strip("0"):
        return Verdict("sound", f"the server announces SIZE {announced}", answer)
    accepted = answer.reply.code // 100 == 2
    return Verdict("finding" if accepted else "undecided", text, answer)


def _read_report(given: t.Any, names: t.Sequence[str]) -> Argument:
    if isinstance(given, dict) and given.keys() == {"offered"}:
        return _read_keywords(given["offered"], names)
    if isinstance(given, dict) and given.keys() == {"seconds"}:
        return {"of": _read_names(given["seconds"], names)}
    raise BadArgument("must be a dictionary of offered, a list of keywords, or seconds, of replies")


def _judge_report(argument: Argument, held: Held) -> Verdict:
    """State what is offered, or how long replies took. It is a fact, and never a finding."""
    if "keywords" in argument:
        verdict = _judge_offer(argument, held, wanted=True)
        return verdict._replace(name="sound") if verdict.name == "finding" else verdict
    answers = [held.answers.get(name) for name in argument["of"]]
    replies = [one.reply for one in answers if one is not None and one.reply is not None]
    if len(replies) < len(answers):
        return Verdict("undecided", "not all of the replies came")
    seconds = ", ".join(f"{one.seconds:.1f}" for one in replies)
    return Verdict("sound", f"the server replied after {seconds} seconds", answers[-1])


PREDICATES: dict[str, Definition] = {
    "same": Definition(_read_same, _judge_same),
    "lacks": Definition(_read_lacks, _judge_lacks),
    "offered": Definition(_read_keywords, _judge_offered),
    "not_offered": Definition(_read_keywords, _judge_not_offered),
    "offered_in_clear": Definition(_read_keywords, _judge_offered_in_clear),
    "not_offered_in_clear": Definition(_read_keywords, _judge_not_offered_in_clear),
    "not_all_accepted": Definition(_read_same, _judge_not_all_accepted),
    "refused_by": Definition(_read_refused_by, _judge_refused_by),
    "goes_on": Definition(_read_same, _judge_goes_on),
    "certificate": Definition(_read_certificate, _judge_certificate),
    "dh_group": Definition(_read_bits, _judge_dh_group),
    "dane": Definition(_read_dane, _judge_dane),
    "size_limit": Definition(_read_size_limit, _judge_size_limit),
    "report": Definition(_read_report, _judge_report),
}
