"""Record and channel become a draft: one pure function, the same draft for the same evidence."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from incident_bot.domain.durations import say_duration
from incident_bot.domain.postmortems.chat import Selection, Sieve
from incident_bot.domain.postmortems.draft import (
    Action,
    Change,
    Chosen,
    Completeness,
    Draft,
    Facts,
    Runbook,
)
from incident_bot.domain.postmortems.events import Told, tell
from incident_bot.domain.postmortems.gaps import with_gaps
from incident_bot.domain.postmortems.hints import candidates, hints
from incident_bot.domain.postmortems.metrics import is_alert, measure, moments
from incident_bot.domain.postmortems.options import Options
from incident_bot.domain.postmortems.phases import phase_of
from incident_bot.domain.postmortems.record import (
    DocumentChange,
    Evidence,
    IncidentRecord,
    Link,
    TimelineEntry,
)
from incident_bot.domain.postmortems.redaction import Redactor
from incident_bot.domain.postmortems.responders import responders
from incident_bot.domain.postmortems.rows import Row
from incident_bot.domain.postmortems.text import plain
from incident_bot.domain.postmortems.wording import WordingWarning, check_wording

_TURNING_POINTS = frozenset(
    {"mitigated", "mitigation", "resolved", "reopened", "deploy", "rollback", "step_done"}
)


def assemble(evidence: Evidence, *, now: datetime, options: Options | None = None) -> Draft:
    """Draft the post-mortem of one incident.

    Every text in the draft is plain and redacted, with names in place of ids. What only
    people know is left empty for them.

    Args:
        evidence: the record, its timeline, and what was said.
        now: the instant of generation, aware, in UTC.
        options: the knobs; the defaults are those of the field.
    """
    options = options or Options()
    record = evidence.record
    redactor = Redactor(options.redaction, record.label)
    told = tell(evidence, options, redactor)
    window = _window(evidence, options, now)
    chat = Sieve(evidence, options, redactor, window, told.messages, told.fingerprints).select()
    timeline = _timeline([*told.rows, *chat.rows], evidence, options, now)
    people = responders(evidence, options, window)
    say = _Speaker(evidence, redactor)
    draft = Draft(
        facts=say.facts(),
        moments=moments(evidence),
        metrics=measure(evidence, len(people), now),
        summary=say.summary(now),
        detected_by=say.detection(),
        timeline=timeline,
        resolution=tuple(row for row in timeline if row.kind in _TURNING_POINTS),
        hints=hints(evidence, redactor),
        actions=tuple(say.actions()),
        candidates=candidates(evidence, chat.candidates, options, redactor),
        decisions=tuple(say.decisions()),
        responders=people,
        runbooks=tuple(say.runbooks()),
        questions=chat.questions,
        changes=tuple(say.changes(now)),
        completeness=_completeness(evidence, window, told, chat),
        redaction=redactor.report(),
        wording=(),
        generated_at=now,
    )
    return replace(draft, wording=tuple(_wording(draft)))


def _window(evidence: Evidence, options: Options, now: datetime) -> tuple[datetime, datetime]:
    record = evidence.record
    start = min(record.impact_started_at or record.declared_at, record.declared_at)
    end = record.resolved_at + options.after if record.resolved_at else now
    return start - options.before, max(end, start)


def _timeline(
    rows: Iterable[Row], evidence: Evidence, options: Options, now: datetime
) -> tuple[Row, ...]:
    phase = phase_of(evidence.record)
    ordered = with_gaps(rows, evidence.record, options, now)
    placed = (replace(row, phase=phase(row.at)) for row in ordered)
    if options.actors == "names":
        return tuple(placed)
    return tuple(replace(row, actor=row.actor_role or _anybody(row)) for row in placed)


def _anybody(row: Row) -> str:
    """What stands for a name; a machine keeps its own."""
    if row.source in {"alert", "deploy"}:
        return row.actor
    return "responder" if row.actor else ""


def _completeness(
    evidence: Evidence, window: tuple[datetime, datetime], told: Told, chat: Selection
) -> Completeness:
    dropped = Counter(chat.dropped)
    private = dropped.pop("off the record", 0)
    return Completeness(
        window=window,
        channels=tuple(sorted(evidence.transcript.channels.values())),
        seen=chat.seen,
        kept=len(chat.rows) + len(told.messages),
        deleted=len(evidence.transcript.deletions),
        off_record=private,
        unread_threads=evidence.transcript.unread_threads,
        dropped={reason: count for reason, count in sorted(dropped.items()) if count},
        failures=evidence.transcript.failures,
    )


def _wording(draft: Draft) -> Iterator[WordingWarning]:
    full = draft.facts.full_outage
    yield from check_wording("title", draft.facts.title, full_outage=full)
    yield from check_wording("summary", draft.summary, full_outage=full)
    for action in draft.actions:
        yield from check_wording("actions", action.text, full_outage=full)
    for decision in draft.decisions:
        yield from check_wording("decisions", decision.text, full_outage=full)


class _Speaker:
    """Puts the record's own texts into plain, redacted words."""

    def __init__(self, evidence: Evidence, redactor: Redactor) -> None:
        self._evidence = evidence
        self._record: IncidentRecord = evidence.record
        self._redactor = redactor

    def words(self, text: str | None) -> str:
        return self._redactor.redact(plain(text, self._evidence.people)).strip() if text else ""

    def name(self, user_id: str | None) -> str:
        return self._evidence.people.name(user_id) if user_id else ""

    def facts(self) -> Facts:
        record = self._record
        used = [Link(f"Runbook {u.name}", u.url) for u in self._evidence.runbooks if u.url]
        return Facts(
            label=record.label,
            number=record.number,
            title=self.words(record.title) or "Untitled incident",
            status=record.status,
            severity=self._severities(),
            service=self.words(record.service),
            owner=self.name(record.owner),
            declared_by=self.name(record.declared_by),
            room=record.room_name or "",
            private=record.private,
            drill=record.drill,
            full_outage=record.full_outage,
            tags=tuple(self.words(tag) for tag in record.tags),
            links=tuple(
                Link(self.words(label), self._redactor.redact(url))
                for label, url in [*record.links, *used]
            ),
            closed_at=record.closed_at,
        )

    def _severities(self) -> tuple[str, str, str]:
        changes = sorted(self._record.severity_history, key=lambda change: change.at)
        if not changes:
            return ("", "", "")
        peak = min(changes, key=lambda change: change.rank)
        return (changes[0].level, peak.level, changes[-1].level)

    def summary(self, now: datetime) -> str:
        """A few sentences of record; a summary somebody gave stands first."""
        record, when = self._record, moments(self._evidence)
        kind = "full outage" if record.full_outage else "incident"
        level = self._severities()[1]
        which = f"a {level} {kind}" if level else f"an {kind}" if kind[0] == "i" else f"a {kind}"
        of = f" of {self.words(record.service)}" if record.service else ""
        title = self.words(record.title) or "Untitled incident"
        begun = f"{record.declared_at:%Y-%m-%d at %H:%M} UTC"
        parts = [self.words(record.summary)] if record.summary else []
        parts.append(f"“{title}”, {which}{of}, was declared on {begun}.")
        if when.resolved is not None and when.resolved >= when.declared:
            parts.append(f"It was resolved after {say_duration(when.resolved - when.declared)}.")
        elif when.resolved is None:
            parts.append(f"It was still {record.status} at {now:%Y-%m-%d %H:%M} UTC.")
        if record.drill:
            parts.append("This was a drill.")
        return " ".join(parts)

    def detection(self) -> str:
        if self._record.detected_by:
            return self.words(self._record.detected_by)
        alerts = [entry for entry in self._evidence.timeline if is_alert(entry)]
        first: TimelineEntry | None = min(alerts, key=lambda entry: entry.at, default=None)
        if first is not None and first.at <= self._record.declared_at:
            return f"Alert: {self.words(first.text)}"
        name = self.name(self._record.declared_by)
        return f"Reported by {name}" if name else ""

    def actions(self) -> Iterator[Action]:
        for action in self._evidence.actions:
            yield Action(
                label=f"A{action.number}" if action.number is not None else "",
                text=self.words(action.text),
                kind=action.kind,
                owner=self.name(action.owner),
                due=action.due,
                priority=action.priority,
                url=self._redactor.redact(action.url) if action.url else None,
                status=action.status,
            )

    def decisions(self) -> Iterator[Chosen]:
        for decision in sorted(self._evidence.decisions, key=lambda decision: decision.at):
            yield Chosen(
                at=decision.at,
                text=self.words(decision.text),
                by=self.name(decision.by),
                worked=decision.worked,
                evidence_url=decision.permalink,
            )

    def runbooks(self) -> Iterator[Runbook]:
        for use in self._evidence.runbooks:
            yield Runbook(
                name=use.name,
                url=use.url,
                sections=use.sections,
                opened_by=self.name(use.opened_by),
                steps_done=use.steps_done,
                steps_failed=use.steps_failed,
                worked=use.ratings.count("worked"),
                failed=use.ratings.count("failed"),
                outdated=use.ratings.count("outdated"),
                gaps=tuple(self.words(gap) for gap in use.gaps),
            )

    def changes(self, now: datetime) -> Iterator[Change]:
        made = DocumentChange(now, "incident-bot", "all", "Draft generated from the record")
        for change in [*self._evidence.changes, made]:
            who = change.who if change.who == made.who else self.name(change.who)
            yield Change(
                at=change.at, who=who, section=change.section, summary=self.words(change.summary)
            )
