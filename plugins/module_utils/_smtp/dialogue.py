# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SMTP dialogue: the eight steps that a person takes with telnet, in order.

`STEPS` is the list of the steps. Each step is a function of the session and the plan. It sends a
command and judges the reply. It returns if the dialogue goes on, and raises EndOfDialogue if the
dialogue ends.
"""

from __future__ import annotations

import os
import traceback
import typing as t

from .._net.errors import ProbeError
from .._net.network import SYSTEM
from .session import verdict
from .session.record import Record
from .session.session import Session
from .steps.auth import auth, has_login
from .steps.connect import (
    complete_connection,
    find_server,
    has_proxy_header,
    open_connection,
    send_proxy_header,
)
from .steps.ending import EndOfDialogue, failure_of
from .steps.envelope import has_recipients, has_sender, mail_from, rcpt_to
from .steps.hello import failure_of_offer, read_greeting, say_hello
from .steps.message import (
    compose_message,
    data,
    has_message,
    message,
    sends_data,
    sends_message,
)
from .steps.quit import can_quit, send_quit
from .steps.starttls import starttls, took_starttls, wants_starttls
from .steps.xclient import has_xclient, xclient

if t.TYPE_CHECKING:
    from .._net.network import Network
    from .model import Failure, Stage
    from .options.plan import Plan
    from .session.lookup import ServerLookup
    from .session.transcript import Transcript


def always(_session: Session, _plan: Plan) -> bool:
    """Return True, for a step that every dialogue takes."""
    return True


class Step(t.NamedTuple):
    """One step of a dialogue.

    `take` takes the step if `when` returns True. `timed` is whether its duration counts as a
    duration of the stage. It does not if the step does not wait for the server.
    """

    stage: Stage
    take: t.Callable[[Session, Plan], None]
    when: t.Callable[[Session, Plan], bool] = always
    timed: bool = True


STEPS = (
    Step("connect", find_server, timed=False),
    Step("connect", open_connection),  # Step 1: telnet to port 25 of the SMTP server
    Step("proxy", send_proxy_header, when=has_proxy_header),
    Step("connect", complete_connection),
    Step("greeting", read_greeting),
    Step("helo", say_hello),  # Step 2: identify yourself
    Step("starttls", starttls, when=wants_starttls),
    Step("helo", say_hello, when=took_starttls),
    Step("xclient", xclient, when=has_xclient),
    Step("helo", say_hello, when=has_xclient),
    Step("auth", auth, when=has_login),
    Step("mail_from", compose_message, when=has_message, timed=False),
    Step("mail_from", mail_from, when=has_sender),  # Step 3: identify your mail address
    Step("rcpt_to", rcpt_to, when=has_recipients),  # Step 4: identify the recipients
    Step("data", data, when=sends_data),  # Step 5: begin the body of the message
    Step("message", message, when=sends_message),  # Step 6: end the body of the message
)
LAST_STEPS = (
    Step("quit", send_quit, when=can_quit, timed=False),  # Step 7: exit the telnet session
)
# Step 8, confirm receipt of the message, is done by mail_receipt on the host of the mailbox.


def steps_until(stage: Stage | None) -> tuple[Step, ...]:
    """Return the steps up to the one that completes `stage`, or all steps if it is None.

    The first EHLO completes `helo`. Any other stage is complete after its last step. For `connect`
    this step comes after the PROXY header and implicit TLS.
    """
    if stage is None:
        return STEPS
    at_stage = [number for number, step in enumerate(STEPS) if step.stage == stage]
    last = at_stage[0] if stage == "helo" else at_stage[-1]
    return STEPS[: last + 1]


def hold(
    plan: Plan, lookup: ServerLookup, transcript: Transcript, network: Network = SYSTEM
) -> Record:
    """Hold one dialogue with one server, and return its record.

    No exception is raised. An exception of a step becomes the failure of the dialogue. `lookup` has
    the addresses of the server, which are tried in order.
    """
    record = Record(plan, transcript)
    session = Session(record, lookup, plan.limits, network)
    failure = _take_steps(steps_until(plan.steps.stop_after), session, plan)
    failure_of_quit = _take_steps(LAST_STEPS, session, plan)
    failure = (
        failure
        or failure_of_quit
        or failure_of_offer(session, plan)
        or verdict.judge_whole_dialogue(
            plan.expected_stages, record.stage_seconds, plan.expectations.max_seconds
        )
    )
    if failure is not None:
        record.failure = failure._replace(round_trip=session.round_trip())
    session.close()
    return record


def _take_steps(steps: t.Iterable[Step], session: Session, plan: Plan) -> Failure | None:
    """Take steps until one ends the dialogue, and return its failure or None."""
    event = session.record.transcript.event
    for step in steps:
        try:
            if not step.when(session, plan):
                continue
            if step.timed:
                session.timed(step.stage, step.take, session, plan)
            else:
                step.take(session, plan)
        except EndOfDialogue as end:
            return end.failure
        except ProbeError as error:
            event(error.text)
            return failure_of(error, step.stage, session, plan)
        except Exception as error:  # noqa: BLE001 - other dialogues must go on
            event(f"{type(error).__name__} {location_of(error)}")
            return verdict.judge_exception(step.stage, error)
    return None


def location_of(error: Exception) -> str:
    """Return where in the code an exception was raised, as text for the maintainers."""
    *_outer, last = traceback.extract_tb(error.__traceback__)
    return f"in {os.path.basename(last.filename)}, line {last.lineno} ({last.name})"
