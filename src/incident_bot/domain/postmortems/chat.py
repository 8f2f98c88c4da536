"""The channel's history, sifted: which messages become rows, and why the others do not."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incident_bot.domain.postmortems.botposts import collapse
from incident_bot.domain.postmortems.options import Options
from incident_bot.domain.postmortems.record import Evidence
from incident_bot.domain.postmortems.redaction import Redactor
from incident_bot.domain.postmortems.roles import roles_at
from incident_bot.domain.postmortems.rows import Row
from incident_bot.domain.postmortems.salience import Listener, repliers
from incident_bot.domain.postmortems.signals import (
    CANDIDATE,
    NOISE_SUBTYPES,
    hard_signal,
    hedged,
    off_record,
)
from incident_bot.domain.postmortems.text import excerpt, one_line, plain
from incident_bot.domain.postmortems.transcript import Message

_CANDIDATE_LIMIT = 40
_QUESTION_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Heard:
    """A message with its words, its score, and the hard signal on it, if any."""

    message: Message
    text: str
    points: int = 0
    hard: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What the channel gave: rows, action candidates, open questions, and the count of the rest."""

    rows: tuple[Row, ...]
    candidates: tuple[Row, ...]
    questions: tuple[Row, ...]
    seen: int
    dropped: Counter[str]


@dataclass(slots=True)
class Sieve:
    """Sifts one transcript. Every pass over the messages is linear in their number."""

    evidence: Evidence
    options: Options
    redactor: Redactor
    window: tuple[datetime, datetime]
    told: frozenset[tuple[str, str]]  # messages the event log already speaks for
    fingerprints: frozenset[str] = frozenset()
    dropped: Counter[str] = field(default_factory=Counter)

    def select(self) -> Selection:
        """Rows of the people and of the bots worth hearing, with an account of the rest."""
        once = _once(self.evidence.transcript.messages)
        self.dropped["seen twice"] += len(self.evidence.transcript.messages) - len(once)
        people: list[Heard] = []
        bots: list[tuple[Message, str]] = []
        listener = Listener(self.evidence, self.options, repliers(once))
        for message in once:
            text = self._words(message)
            if self._unwanted(message, text):
                continue
            if self._is_bot(message):
                bots.append((message, text))
                continue
            hard = hard_signal(
                message, text, keeps_notes=listener.keeps_notes(message), options=self.options
            )
            people.append(Heard(message, text, listener.score(message, text), hard))
        people = list(self._without_repeats(people))
        chosen = self._choose(people)
        rows = [self._row(heard) for heard in chosen]
        rows += collapse(self._bots_worth_hearing(bots), self.options, self.redactor.redact)
        return Selection(
            rows=tuple(rows),
            candidates=tuple(self._row(heard) for heard in _candidates(people)),
            questions=tuple(self._row(heard) for heard in self._questions(people)),
            seen=len(self.evidence.transcript.messages),
            dropped=self.dropped,
        )

    def _words(self, message: Message) -> str:
        text = plain(message.text, self.evidence.people)
        if not text.strip() and message.files:
            return "Shared " + ", ".join(file.name for file in message.files)
        return text

    def _unwanted(self, message: Message, text: str) -> bool:
        reason = self._why_not(message, text)
        if reason is not None:
            self.dropped[reason] += 1
        return reason is not None

    def _why_not(self, message: Message, text: str) -> str | None:
        own = self.options.own_ids
        if message.user_id in own or message.bot_id in own:
            return "the bot's own posts"
        if off_record(message, text):
            return "off the record"
        if message.key in self.told:
            return "already an event"
        if message.subtype in NOISE_SUBTYPES:
            return "channel notices"
        if not text.strip():
            return "empty"
        return None

    def _is_bot(self, message: Message) -> bool:
        if message.pinned or any(r.name in self.options.markers for r in message.reactions):
            return False  # somebody asked for it
        return message.bot_id is not None or self.evidence.people.is_bot(message.user_id)

    def _bots_worth_hearing(
        self, bots: Iterable[tuple[Message, str]]
    ) -> Iterator[tuple[Message, str]]:
        service = self.evidence.record.service
        for message, text in bots:
            meaning = self.options.bots.get(message.bot_id or message.user_id or "")
            lowered = text.lower()
            if meaning is None:
                self.dropped["other bots"] += 1
            elif any(mark in lowered for mark in self.fingerprints):
                self.dropped["already an event"] += 1
            elif meaning in {"deploy", "ci"} and service and service.lower() not in lowered:
                self.dropped["other services"] += 1
            else:
                yield message, text

    def _without_repeats(self, people: Iterable[Heard]) -> Iterator[Heard]:
        last: dict[tuple[str | None, str], datetime] = {}
        for heard in people:
            key = (heard.message.user_id, one_line(heard.text).casefold())
            before = last.get(key)
            last[key] = heard.message.at
            recent = before is not None and (
                heard.message.at - before <= self.options.duplicate_window
            )
            if recent and heard.hard is None:
                self.dropped["said twice"] += 1
            else:
                yield heard

    def _choose(self, people: Iterable[Heard]) -> list[Heard]:
        hard: list[Heard] = []
        soft: list[Heard] = []
        start, end = self.window
        for heard in people:
            if heard.hard is not None:
                hard.append(heard)
            elif not start <= heard.message.at <= end:
                self.dropped["outside the window"] += 1
            elif heard.points >= self.options.threshold and not _asks(heard):
                soft.append(heard)
            else:
                self.dropped["nothing happened in it"] += 1
        soft.sort(key=lambda heard: (-heard.points, heard.message.ts, heard.message.channel))
        room = self._room()
        self.dropped["less telling than others"] += max(0, len(soft) - room)
        return hard + soft[:room]

    def _room(self) -> int:
        start, end = self.window
        span = end - start - self.options.before
        if self.evidence.record.resolved_at is not None:
            span -= self.options.after
        hours = max(span, timedelta()) / timedelta(hours=1)
        wanted = self.options.base_rows + self.options.rows_per_hour * hours
        return min(self.options.most_rows, int(wanted))

    def _questions(self, people: Iterable[Heard]) -> list[Heard]:
        start, end = self.window
        asked = [
            heard
            for heard in people
            if _asks(heard) and start <= heard.message.at <= end and len(heard.text.split()) > 2
        ]
        return asked[:_QUESTION_LIMIT]

    def _row(self, heard: Heard) -> Row:
        message = heard.message
        guess = hedged(heard.text)
        tags = [
            tag
            for tag, applies in (
                ("hypothesis", guess),
                ("in thread", message.is_reply),
                ("edited", message.edited),
                ("lesson", heard.hard == "lesson"),
            )
            if applies
        ]
        name = self.evidence.people.name(message.user_id or message.bot_id or "unknown")
        return Row(
            at=message.at,
            text=excerpt(self.redactor.redact(heard.text), self.options.quote_limit),
            kind=heard.hard or "said",
            source="slack",
            actor=name,
            actor_role=", ".join(roles_at(self.evidence.record, message.user_id, message.at)),
            evidence_url=message.permalink,
            confidence="hypothesis" if guess else "quoted",
            tags=tuple(tags),
        )


def _once(messages: Iterable[Message]) -> list[Message]:
    """Each message once, in order of time; of two copies the edited one is the later."""
    kept: dict[tuple[str, str], Message] = {}
    for message in messages:
        before = kept.get(message.key)
        if before is None or message.edited or not before.edited:
            kept[message.key] = _joined(before, message)
    return sorted(kept.values(), key=lambda message: (message.at, message.channel, message.ts))


def _joined(before: Message | None, message: Message) -> Message:
    """The newer copy; a broadcast reply comes once as channel post and once from its thread."""
    if before is None or message.thread_ts or not before.thread_ts:
        return message
    return before if before.edited == message.edited else message


def _asks(heard: Heard) -> bool:
    """Whether it is a question that nobody answered in its thread."""
    message = heard.message
    unanswered = message.reply_count == 0 and not message.is_reply
    return heard.hard is None and unanswered and heard.text.rstrip().endswith("?")


def _candidates(people: Iterable[Heard]) -> list[Heard]:
    found = [
        heard for heard in people if heard.hard == "action" or CANDIDATE.search(heard.text[:4000])
    ]
    return found[:_CANDIDATE_LIMIT]
