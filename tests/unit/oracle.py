# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must come of a dialogue, from what a server had and sent, and what the user asked for.

It reads the log of a server (see `random_server`) and the options of the module, and nothing of the
module's code or result. It knows these rules:

- A reply is the answer to the first command that had come before it and has none yet. A reply that
  was sent when every command had its answer came too early, and counts for nothing.
- A dialogue passes if each step that was asked for was taken, in order, and has its answer, and
  each answer is as expected: a code that lets the dialogue go on, or one that `expect` names.
- A line that is no reply, and a reply too many, are never part of a dialogue that passes.
- A message is accepted by an answer of 2yz after its end.

Some dialogues cannot be judged from the server's side, since what it sent just before the
connection was reset may not have come, and since what was sent early may have been on its way when
the next command was. What was sent after the answer to QUIT need not be read. Then the verdict is
open.
"""

from __future__ import annotations

import re
import typing as t

from .random_server import Event

GOES_ON = {"data": "354"}  # elsewhere 2yz

_REPLY_LINE = re.compile(rb"([1-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)


class Answer(t.NamedTuple):
    """A reply: its code and the text of its lines."""

    code: str
    lines: tuple[bytes, ...]


class Question:
    """What is to be answered: the connection, a command, or a message."""

    def __init__(self, stage: str, command: bytes, tls: bool) -> None:
        self.stage = stage
        self.command = command
        self.tls = tls
        self.answer: Answer | None = None

    def __repr__(self) -> str:
        return f"{self.stage} {self.command[:60]!r}: {self.answer and self.answer.code}"


class Reason(t.NamedTuple):
    """Why a dialogue must not pass. `kinds` are those that would tell the truth about it."""

    text: str
    stage: str | None = None
    kinds: tuple[str, ...] = ()
    code: int | None = None


class Verdict(t.NamedTuple):
    """What must come of a dialogue. None stands for what cannot be told from the server's side.

    `misconduct` is what the client must not have done, whatever came.
    """

    passes: bool | None
    changed: bool | None
    reason: Reason
    misconduct: str | None


class Reading:
    """The log of one connection, read: questions and their answers, and what is wrong with it."""

    def __init__(self, wire: t.Sequence[Event]) -> None:
        self.questions = [Question("greeting", b"", False)]
        self.malformed: Reason | None = None
        self.early: Reason | None = None  # in one packet with the reply before it
        self.maybe_early = False  # or on its way when the next command was
        self.after_quit = False  # something came after the answer to QUIT
        self.replies: list[Answer] = []
        self.messages = 0
        self.answered_before = 0  # so many questions before the first of these
        self.reset = False  # what was sent just before may not have come
        self.lost = False  # the client was gone when something was sent
        self.tls_after: list[str] = []  # the stage of the last question before TLS
        self._from_client = b""
        self._from_server = b""
        self._codes: list[str] = []
        self._lines: list[bytes] = []
        self._answered_in: int | None = None  # the event in which the last reply ended
        self._mode = "commands"
        self._chunk = 0
        for number, event in enumerate(wire):
            self._take(number, event)

    @property
    def quit_answered(self) -> bool:
        """Whether QUIT has come and was answered."""
        last = self.questions[-1]
        return last.stage == "quit" and last.answer is not None

    @property
    def half_a_line(self) -> bool:
        """Whether the server has left a line, or a reply, unfinished."""
        return bool(self._from_server or self._lines)

    def _take(self, number: int, event: Event) -> None:
        if event.who == "C":
            self._from_client += event.data
            while self._take_from_client(event.tls):
                pass
        elif event.who == "S":
            self._from_server += event.data
            while b"\n" in self._from_server and self.malformed is None:
                line, _end, self._from_server = self._from_server.partition(b"\n")
                self._take_line(number, line[:-1] if line.endswith(b"\r") else line)
        elif event.data == b"tls":
            self.tls_after.append(self.questions[-1].stage)
        elif event.data == b"reset":
            self.reset = True
        elif event.data == b"lost":
            self.lost = True

    def _take_from_client(self, tls: bool) -> bool:
        """Take one command, or a whole message; whether there was one."""
        came = self._from_client
        last = self.questions[-1]
        if last.stage == "starttls" and last.answer and came.startswith(b"\x16"):
            self._mode = "handshake"  # which the server did not take for one
        if self._mode == "handshake":
            self._from_client = b""
            return False
        if self._mode == "message":
            end = re.search(rb"(?:^|\r\n)\.\r\n", came)
            if end is None:
                return False
            self._from_client = came[end.end() :]
            self._ask_about_message(came[: end.start()] + b"\r\n", tls)
            return True
        if self._chunk:
            if len(came) < self._chunk:
                return False
            message, self._from_client = came[: self._chunk], came[self._chunk :]
            self._chunk = 0
            self._ask_about_message(message, tls)
            return True
        if b"\n" not in came:
            return False
        line, _end, self._from_client = came.partition(b"\n")
        line = line.rstrip(b"\r")
        if line.upper().startswith(b"BDAT"):
            self._chunk = int(line.split()[1])
        else:
            self.questions.append(Question(self._stage_of(line), line, tls))
        return True

    def _stage_of(self, line: bytes) -> str:
        last = self.questions[-1]
        if last.stage == "auth" and last.answer is not None and last.answer.code == "334":
            return "auth"
        verbs = {
            b"EHLO": "helo",
            b"HELO": "helo",
            b"LHLO": "helo",
            b"STARTTLS": "starttls",
            b"AUTH": "auth",
            b"MAIL": "mail_from",
            b"RCPT": "rcpt_to",
            b"DATA": "data",
            b"QUIT": "quit",
        }
        return verbs.get(line.upper().split(b" ")[0], "unknown")

    def _ask_about_message(self, message: bytes, tls: bool) -> None:
        """In LMTP a message is answered once for each recipient that was accepted."""
        self._mode = "commands"
        self.messages += 1
        count = 1
        if any(question.command.upper().startswith(b"LHLO") for question in self.questions):
            recipients = [one.answer for one in self.questions if one.stage == "rcpt_to"]
            count = sum(one is not None and one.code[0] == "2" for one in recipients)
        for _recipient in range(count):
            self.questions.append(Question("message", message, tls))

    def _take_line(self, number: int, line: bytes) -> None:
        match = _REPLY_LINE.fullmatch(line)
        if match is None:
            return self._find_malformed(f"{line!r} is no line of a reply")
        code = match.group(1).decode()
        if self._codes and code not in self._codes:
            if not self._overrules(code):
                return self._find_malformed(f"one reply with codes {self._codes} and {code}")
            self._lines.clear()
        self._codes.append(code)
        self._lines.append(match.group(3) or b"")
        if match.group(2) == b"-":
            return None
        answer = Answer(code, tuple(self._lines))
        self._codes.clear()
        self._lines.clear()
        self._answer(number, answer)
        self._answered_in = number
        return None

    def _overrules(self, code: str) -> bool:
        """Whether a line takes the place of those before it: 421, and a refusal in a greeting."""
        in_greeting = self.questions[0].answer is None and set(self._codes) == {"220"}
        return code == "421" or (in_greeting and code[0] in "45")

    def _answer(self, number: int, answer: Answer) -> None:
        self.replies.append(answer)
        for question in self.questions:
            if question.answer is None:
                question.answer = answer
                if question.stage == "data" and answer.code == "354":
                    self._mode = "message"
                return
        if self.quit_answered:
            self.after_quit = True
            return
        if number != self._answered_in:
            self.maybe_early = True
        elif self.early is None:
            self.early = Reason(f"{answer.code} came before its command", None, self._kinds(answer))
            self._count_answered()

    def _find_malformed(self, text: str) -> None:
        if self.quit_answered:
            self.after_quit = True
        else:
            self.malformed = Reason(text, None, self._kinds())
            self._count_answered()

    def _kinds(self, answer: Answer | None = None) -> tuple[str, ...]:
        """Return the kinds that tell the truth about what should not have come here."""
        kinds = ["protocol"]
        if answer is not None and answer.code == "421":  # may come at any moment (section 3.8)
            kinds.append("transient")
        if self.questions[-1].stage == "starttls":  # it may be read as TLS
            kinds.append("tls")
        return tuple(kinds)

    def _count_answered(self) -> None:
        if not (self.early and self.malformed):
            self.answered_before = sum(one.answer is not None for one in self.questions)


class _Over(Exception):
    """The dialogue is over; the reason is why it must not pass, None where all was as expected."""

    def __init__(self, reason: Reason | None = None) -> None:
        super().__init__(reason)
        self.reason = reason


class _Walk:
    """The steps that were asked for, compared with those that were taken."""

    def __init__(self, options: t.Mapping[str, t.Any], check_mode: bool, reading: Reading) -> None:
        self._options = options
        self._check_mode = check_mode
        self._expect: dict[str, list[str]] = dict(options.get("expect") or {})
        self._reading = reading
        self._next = 0
        self._stage = "greeting"
        self._reached = {"connect"}
        self._capabilities: dict[str, list[str]] = {}
        self._tls = False

    def walk(self) -> Reason | None:
        """Take the steps; return why the dialogue must not pass, None where it must."""
        try:
            self._steps()
        except _Over as over:
            if over.reason is not None:
                return over.reason
        return self._reason_at_end()

    @property
    def taken(self) -> int:
        """How many questions were looked at."""
        return self._next

    def rest(self) -> list[Question]:
        """Return the questions after the end of the dialogue that should not have been asked."""
        allowed = ["greeting", "quit", self._stage]
        if self._options["pipelining"]:
            allowed.append("rcpt_to")
        rest = self._reading.questions[self._next :]
        return [one for one in rest if one.stage not in allowed]

    def _steps(self) -> None:
        options = self._options
        if options["tls"] == "implicit":
            self._be_encrypted("greeting")
        if "connect" in self._expect:
            raise _Over(Reason("the connection stands", "connect", ("expectation",)))
        if options["stop_after"] == "connect":
            raise _Over
        self._step("greeting")
        self._helo()
        self._maybe_starttls()
        if options["login_user"]:
            self._auth()
        if options["mail_from"] is None:
            raise _Over
        self._step("mail_from")
        if not options["rcpt_to"]:
            raise _Over
        self._recipients()
        if options["message"] is not None and not self._check_mode:
            self._message()

    def _step(self, stage: str) -> Question:
        question = self._ask(stage)
        self._judge([question])
        if self._options["stop_after"] == stage:
            raise _Over
        return question

    def _ask(self, stage: str, before: t.Sequence[Question] = ()) -> Question:
        """Return the next question, which must be of this stage and have an answer.

        If it has none, an answer to one `before` at the same stage may have been the reason.
        """
        questions = self._reading.questions
        if self._next == len(questions) or questions[self._next].stage != stage:
            raise _Over(Reason(f"{stage} was not asked"))
        question = questions[self._next]
        self._next += 1
        self._stage = stage
        self._reached.add(stage)
        if question.answer is None:
            kinds = ("timeout", "disconnect")
            no_answer = Reason(f"{question} has no answer", stage, kinds)
            raise _Over(self._first_reason(before) or no_answer)
        return question

    def _judge(self, questions: t.Sequence[Question]) -> None:
        """Judge answers of one stage: the first that is not as expected is why it fails."""
        reason = self._first_reason(questions)
        if reason is not None or not all(map(self._is_good, questions)):
            raise _Over(reason)

    def _is_good(self, question: Question) -> bool:
        stage, answer = question.stage, question.answer
        assert answer is not None
        return answer.code == GOES_ON.get(stage) or (stage not in GOES_ON and answer.code[0] == "2")

    def _first_reason(self, questions: t.Sequence[Question]) -> Reason | None:
        for question in questions:
            stage, answer = question.stage, question.answer
            assert answer is not None
            good = self._is_good(question)
            if not (self._expected(stage, answer) if stage in self._expect else good):
                kind = {"4": "transient", "5": "permanent"}.get(answer.code[0], "protocol")
                if good:
                    kind = "expectation"
                text = f"{answer.code} is no good answer at {stage}"
                # A challenge is not what decides: PLAIN has nothing more to say.
                code = None if answer.code == "334" else int(answer.code)
                return Reason(text, stage, (kind,), code)
        return None

    def _expected(self, stage: str, answer: Answer) -> bool:
        return any(
            re.fullmatch(pattern.replace("x", "[0-9]"), answer.code)
            for pattern in self._expect.get(stage, ())
        )

    def _helo(self) -> None:
        question = self._ask("helo")
        answer = t.cast(Answer, question.answer)
        verb = question.command.split(b" ")[0].upper()
        wanted = {"esmtp": b"EHLO", "smtp": b"HELO", "lmtp": b"LHLO"}[self._options["protocol"]]
        if verb != wanted:
            raise _Over(Reason(f"{verb!r} came where {wanted!r} was asked for"))
        self._capabilities = {}
        if verb == b"EHLO" and answer.code in ("500", "502", "504"):
            if not self._expected("helo", answer):
                question = self._ask("helo")
        elif verb != b"HELO":
            for line in answer.lines[1:]:
                keyword, *parameters = line.decode("latin-1").upper().split() or [""]
                self._capabilities.setdefault(keyword, []).extend(parameters)
        self._judge([question])
        if self._options["stop_after"] == "helo":
            raise _Over

    def _maybe_starttls(self) -> None:
        tls, offered = self._options["tls"], "STARTTLS" in self._capabilities
        if tls == "required" and not offered:
            raise _Over(Reason("STARTTLS is not offered", "starttls", ("unsupported",)))
        if tls == "required" or (tls == "opportunistic" and offered):
            question = self._ask("starttls")
            self._judge([question])
            self._be_encrypted("starttls")
            if self._options["stop_after"] == "starttls":
                raise _Over
            self._helo()

    def _be_encrypted(self, after: str) -> None:
        if after not in self._reading.tls_after:
            raise _Over(Reason(f"TLS did not begin after {after}"))

    def _auth(self) -> None:
        if "PLAIN" not in self._capabilities.get("AUTH", ()):
            raise _Over(Reason("AUTH PLAIN is not offered", "auth", ("unsupported",)))
        self._step("auth")

    def _recipients(self) -> None:
        """Every recipient is asked, and each answer must be as expected."""
        asked: list[Question] = []
        reason = None
        for recipient in self._options["rcpt_to"]:
            asked.append(self._ask("rcpt_to", asked))
            if f"<{recipient}>".encode() not in asked[-1].command:
                raise _Over(Reason(f"{recipient} was not asked"))
            if t.cast(Answer, asked[-1].answer).code == "421":
                break
        if len(asked) < len(self._options["rcpt_to"]):
            reason = Reason("421 came before every recipient was asked")
        self._judge(asked)
        if reason is not None:
            raise _Over(reason)
        if self._options["stop_after"] == "rcpt_to":
            raise _Over

    def _message(self) -> None:
        if not (self._options["chunking"] and "CHUNKING" in self._capabilities):
            self._step("data")
        count = len(self._options["rcpt_to"]) if self._options["protocol"] == "lmtp" else 1
        answered: list[Question] = []
        for _recipient in range(count):
            answered.append(self._ask("message", answered))
        self._judge(answered)

    def _reason_at_end(self) -> Reason | None:
        """Judge what is left: expectations of stages that were never reached, and QUIT."""
        skipped = ("data", "message") if self._check_mode else ()
        for stage in self._expect:
            if stage not in (*self._reached, *skipped, "quit"):
                return Reason(f"{stage} was expected and not reached")
        question = self._reading.questions[-1]
        if question.stage != "quit" or question.answer is None:
            return Reason("QUIT was not answered") if "quit" in self._expect else None
        try:
            self._judge([question])
        except _Over as over:
            return over.reason
        return None


def judge(
    options: t.Mapping[str, t.Any],
    check_mode: bool,
    wire: t.Sequence[Event],
    earlier: t.Sequence[t.Sequence[Event]] = (),
) -> Verdict:
    """Judge the dialogue on one connection; `earlier` are those of earlier attempts."""
    reading = Reading(wire)
    walk = _Walk(options, check_mode, reading)
    reason = walk.walk()
    passes: bool | None = reason is None
    if options["stop_after"] == "connect":  # nothing is read
        passes = None if passes and reading.reset else passes
    elif reading.early or reading.malformed:
        # A refusal that came before is the reason, and what is wrong after it is not.
        if reason is None or not reason.kinds or walk.taken > reading.answered_before:
            reason = reading.early or reading.malformed
        passes = False
    elif reading.maybe_early:
        passes = False if _one_too_many(reading) else None
        reason = Reason("a reply came that may have been too early")
    elif passes and (reading.reset or reading.lost or reading.half_a_line):
        passes = None
    elif passes and reading.after_quit and reading.replies[len(reading.questions) - 1][0] != "221":
        passes = None  # it may be the answer to QUIT that came last
    if reason is not None and (reading.reset or reading.lost or reading.maybe_early):
        reason = Reason(reason.text)  # what came of it is not known
    misconduct = _misconduct(walk, reading)
    if any(_changed(Reading(one)) for one in earlier):
        misconduct = "the client sent a message again that had been accepted"
    return Verdict(passes, _changed(reading), reason or Reason("all was right"), misconduct)


def _one_too_many(reading: Reading) -> bool:
    """Whether a reply comes after that which must be taken for the answer to QUIT, and is not.

    That is so where every command has its answer. After 221 the client need not wait for more.
    """
    answered = reading.quit_answered and all(question.answer for question in reading.questions)
    return answered and reading.replies[len(reading.questions) - 1].code != "221"


def _changed(reading: Reading) -> bool | None:
    if not reading.messages:
        return False
    if reading.early or reading.malformed or reading.maybe_early:
        return None
    if reading.reset or reading.lost:
        return None
    answers = [one.answer for one in reading.questions if one.stage == "message"]
    return any(answer is not None and answer.code[0] == "2" for answer in answers)


def _misconduct(walk: _Walk, reading: Reading) -> str | None:
    """Return what a client must not do: to go on after the end, as far as that can be told."""
    if reading.early or reading.malformed or reading.maybe_early:
        return None
    unknown = [question for question in reading.questions if question.stage == "unknown"]
    if unknown:
        return f"the client sent what is no command: {unknown}"
    rest = walk.rest()
    return f"the client went on after the end of the dialogue: {rest}" if rest else None
