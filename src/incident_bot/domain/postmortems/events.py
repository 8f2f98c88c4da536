"""The event log as timeline rows: the skeleton that needs no reading of chat."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from incident_bot.domain.postmortems.options import Options
from incident_bot.domain.postmortems.record import Evidence, TimelineEntry
from incident_bot.domain.postmortems.redaction import Redactor
from incident_bot.domain.postmortems.roles import roles_at
from incident_bot.domain.postmortems.rows import Confidence, Row
from incident_bot.domain.postmortems.signals import hedged, off_record
from incident_bot.domain.postmortems.text import excerpt, plain
from incident_bot.domain.postmortems.transcript import Message

# A permalink is https://team.slack.com/archives/C123/p1700000000000100 (Slack's own form).
_PERMALINK = re.compile(r"/archives/([A-Z0-9]{1,40})/p(\d{7,16})(\d{6})(?!\d)")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")
_NEVER = frozenset({"postmortem", "postmortem_asked", "postmortem_drafted"})
_BACKDATED = timedelta(seconds=90)


class _Repeats(NamedTuple):
    times: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """Rows of the event log; ``messages`` are the chat messages they already speak for."""

    rows: tuple[Row, ...]
    messages: frozenset[tuple[str, str]]
    fingerprints: frozenset[str]
    deleted: int
    off_record: int


def tell(evidence: Evidence, options: Options, redactor: Redactor) -> Told:
    """Turn the event log into rows, following edits and deletions of the messages behind it.

    An entry whose message was deleted, or taken off the record, is dropped and counted.
    """
    messages = {message.key: message for message in evidence.transcript.messages}
    deleted = {(gone.channel, gone.ts) for gone in evidence.transcript.deletions}
    rows: list[Row] = []
    told: set[tuple[str, str]] = set()
    dropped = private = 0
    for entry, repeats in _wanted(evidence.timeline):
        key = entry.message or message_key(entry.permalink)
        message = messages.get(key) if key else None
        if key in deleted:
            dropped += 1
            continue
        if message and off_record(message, plain(message.text, evidence.people)):
            private += 1
            continue
        if key:
            told.add(key)
        row = _row(entry, message, evidence, options, redactor)
        rows.append(replace(row, count=repeats.times, last_at=repeats.last_at))
    marks = {
        entry.fingerprint.lower()
        for entry in evidence.timeline
        if entry.fingerprint and len(entry.fingerprint) >= 6
    }
    return Told(tuple(rows), frozenset(told), frozenset(marks), dropped, private)


def message_key(permalink: str | None) -> tuple[str, str] | None:
    """Channel and ts of the message a Slack permalink names, or None for any other address."""
    match = _PERMALINK.search(permalink or "")
    return (match[1], f"{match[2]}.{match[3]}") if match else None


def _wanted(timeline: Iterable[TimelineEntry]) -> Iterator[tuple[TimelineEntry, _Repeats]]:
    """Entries in order; repeats of one alert group give one row per state, with their count."""
    ordered = sorted(timeline, key=lambda entry: entry.at)
    groups: dict[tuple[str, str], list[TimelineEntry]] = {}
    for entry in ordered:
        if entry.group is not None:
            groups.setdefault((entry.group, entry.kind), []).append(entry)
    for entry in ordered:
        nag = entry.kind == "reminder" and "overdue" not in entry.text.lower()
        if entry.kind in _NEVER or nag:
            continue
        same = groups[(entry.group, entry.kind)] if entry.group is not None else [entry]
        if same[0] is entry:
            yield entry, _Repeats(len(same), same[-1].at if len(same) > 1 else None)


def _row(
    entry: TimelineEntry,
    message: Message | None,
    evidence: Evidence,
    options: Options,
    redactor: Redactor,
) -> Row:
    edited = message is not None and message.edited
    said = message.text if message is not None and message.edited else entry.text
    text = plain(said, evidence.people)
    quoted = message is not None or entry.source in {"slack", "human"}
    guess = quoted and hedged(text)
    backdated = entry.recorded_at is not None and entry.recorded_at - entry.at > _BACKDATED
    late = f"recorded {entry.recorded_at:%H:%M:%SZ}" if entry.recorded_at else ""
    tags = (("hypothesis", guess), ("edited", edited), (late, backdated))
    confidence: Confidence = "recorded"
    if quoted:
        confidence = "hypothesis" if guess else "quoted" if entry.permalink else "recollection"
    return Row(
        at=entry.at,
        text=excerpt(redactor.redact(text), options.quote_limit),
        kind=entry.kind,
        source=entry.source,
        actor=_actor(entry.actor, evidence, redactor),
        actor_role=", ".join(roles_at(evidence.record, entry.actor, entry.at)),
        evidence_url=entry.permalink,
        confidence=confidence,
        tags=tuple(tag for tag, applies in tags if applies),
    )


def _actor(actor: str | None, evidence: Evidence, redactor: Redactor) -> str:
    if not actor:
        return ""
    if actor in evidence.people.known or _USER_ID.fullmatch(actor):
        return evidence.people.name(actor)
    return redactor.redact(plain(actor, evidence.people))
