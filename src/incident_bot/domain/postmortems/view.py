"""What a template is given: the draft in words, every string already inert Markdown.

A template cannot reach raw text, so no template, shipped or custom, can forget to escape.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from incident_bot.domain.durations import say_duration
from incident_bot.domain.postmortems.draft import Action, Draft
from incident_bot.domain.postmortems.fields import FACTORS, FIELDS
from incident_bot.domain.postmortems.markdown import autolink, inline, link
from incident_bot.domain.postmortems.rows import Row
from incident_bot.domain.postmortems.text import clean, one_line

UNKNOWN = "–"
TO_FILL = "?"

Values = dict[str, object]


def values_of(draft: Draft) -> Values:
    """The template's values by name; docs/reference/postmortem.md lists them."""
    facts, when = draft.facts, draft.moments
    return {
        "front": _front(draft),
        "titles": {field.key: field.title for field in FIELDS},
        "prompts": {field.key: field.prompt for field in FIELDS},
        "label": inline(facts.label),
        "title": inline(facts.title),
        "private": facts.private,
        "drill": facts.drill,
        "facts": _facts(draft),
        "links": [link(label or url, url) for label, url in facts.links],
        "summary": inline(draft.summary),
        "impact_started": _at(when.impact_started) or TO_FILL,
        "impact_ended": _at(when.mitigated or when.resolved) or TO_FILL,
        "impact_duration": _span(draft.metrics.impact, TO_FILL),
        "detected_by": inline(draft.detected_by) or TO_FILL,
        "detected_at": _at(when.detected),
        "time_to_detect": _span(draft.metrics.time_to_detect),
        "timeline": [_row(row) for row in draft.timeline],
        "resolution": [_row(row) for row in draft.resolution],
        "went_well": [inline(hint) for hint in draft.hints.well],
        "went_poorly": [inline(hint) for hint in draft.hints.poorly],
        "lucky": [inline(hint) for hint in draft.hints.lucky],
        "actions": [_action(action) for action in draft.actions],
        "candidates": _candidates(draft),
        "decisions": _decisions(draft),
        "metrics": _metrics(draft),
        "problems": [inline(problem) for problem in draft.metrics.problems],
        "responders": _responders(draft),
        "runbooks": _runbooks(draft),
        "questions": [_row(row) for row in draft.questions],
        "factors": FACTORS,
        "sign_off_roles": ("Incident commander", "Service owner", "Reviewer"),
        "completeness": _completeness(draft),
        "dropped": [(inline(why), str(n)) for why, n in draft.completeness.dropped.items()],
        "failures": [inline(failure) for failure in draft.completeness.failures],
        "redactions": [(inline(kind), str(n)) for kind, n in draft.redaction.counts.items()],
        "wording": [
            (inline(w.where), inline(w.phrase), inline(w.suggestion)) for w in draft.wording
        ],
        "changes": [
            (_at(c.at), inline(c.who), inline(c.section), inline(c.summary)) for c in draft.changes
        ],
    }


def _front(draft: Draft) -> list[tuple[str, str]]:
    """Front matter: keys and YAML scalars, each a JSON value and so on one line."""
    facts, metrics = draft.facts, draft.metrics
    moments = draft.moments
    scalars: list[tuple[str, object]] = [
        ("id", facts.label),
        ("title", one_line(clean(facts.title))),
        ("severity", facts.severity[1] or None),
        ("status", facts.status),
        ("document_status", "draft"),
        ("drill", facts.drill),
        ("declared_at", _stamp(moments.declared)),
        ("detected_at", _stamp(moments.detected)),
        ("mitigated_at", _stamp(moments.mitigated)),
        ("resolved_at", _stamp(moments.resolved)),
        ("time_to_detect_seconds", _seconds(metrics.time_to_detect)),
        ("time_to_acknowledge_seconds", _seconds(metrics.time_to_acknowledge)),
        ("time_to_mitigate_seconds", _seconds(metrics.time_to_mitigate)),
        ("recovery_from_impact_seconds", _seconds(metrics.recovery_from_impact)),
        ("recovery_from_detection_seconds", _seconds(metrics.recovery_from_detection)),
    ]
    return [(key, json.dumps(value, ensure_ascii=False)) for key, value in scalars]


def _facts(draft: Draft) -> list[tuple[str, str]]:
    facts, when = draft.facts, draft.moments
    levels = [level for level in facts.severity if level]
    path = list(dict.fromkeys(levels)) if len(set(levels)) < 2 else levels
    rows = [
        ("Incident", inline(facts.label)),
        ("Status", inline(facts.status)),
        ("Severity (initial → peak → final)", " → ".join(inline(level) for level in path)),
        ("Service", inline(facts.service)),
        ("Owner", inline(facts.owner) or TO_FILL),
        ("Declared by", inline(facts.declared_by)),
        ("Impact began", _at(when.impact_started) or TO_FILL),
        ("Detected", _at(when.detected)),
        ("Declared", _at(when.declared)),
        ("First page", _at(when.first_page)),
        ("Acknowledged", _at(when.acknowledged)),
        ("Mitigated", _at(when.mitigated)),
        ("Resolved", _at(when.resolved)),
        ("Closed", _at(facts.closed_at)),
        ("Room", inline("#" + facts.room.lstrip("#")).lstrip("\\") if facts.room else ""),
        ("Tags", ", ".join(inline(tag) for tag in facts.tags)),
    ]
    optional = {"Service", "Closed", "Tags", "Room"}
    return [(name, value or UNKNOWN) for name, value in rows if value or name not in optional]


def _row(row: Row) -> dict[str, str]:
    quoted = row.source == "slack" or row.confidence in {"quoted", "hypothesis"}
    text = inline(f"“{row.text}”" if quoted else row.text)
    if row.kind == "gap":
        text = f"*{text}*"
    marks = list(row.tags)
    if row.count > 1 and row.last_at is not None:
        marks.append(f"{row.count}× {row.at:%H:%M}–{row.last_at:%H:%M}")
    who = row.actor
    if row.actor_role and row.actor_role != row.actor:
        who = f"{row.actor} ({row.actor_role})" if row.actor else row.actor_role
    return {
        "at": _at(row.at),
        "text": text,
        "marks": "".join(f" *({inline(mark)})*" for mark in marks),
        "who": inline(who),
        "phase": row.phase,
        "kind": inline(row.kind.replace("_", " ")),
        "evidence": _evidence(row),
    }


def _evidence(row: Row) -> str:
    if row.evidence_url:
        return link("message" if row.source == "slack" or "/archives/" in row.evidence_url
                    else "link", row.evidence_url)  # fmt: skip
    return "recollection" if row.confidence in {"recollection", "hypothesis"} else "record"


def _action(action: Action) -> dict[str, str]:
    return {
        "label": inline(action.label),
        "text": inline(action.text),
        "kind": inline(action.kind) or TO_FILL,
        "owner": inline(action.owner) or TO_FILL,
        "due": _day(action.due),
        "priority": inline(action.priority) or UNKNOWN,
        "tracker": autolink(action.url) if action.url else UNKNOWN,
        "status": inline(action.status),
    }


def _candidates(draft: Draft) -> list[dict[str, str]]:
    return [
        {
            "text": inline(candidate.text),
            "why": inline(candidate.why),
            "kind": inline(candidate.kind) or TO_FILL,
            "due": _day(candidate.due),
            "evidence": link("message", candidate.evidence_url) if candidate.evidence_url else "",
        }
        for candidate in draft.candidates
    ]


def _decisions(draft: Draft) -> list[dict[str, str]]:
    worked = {True: "yes", False: "no", None: TO_FILL}
    return [
        {
            "at": _at(decision.at),
            "text": inline(decision.text),
            "by": inline(decision.by),
            "worked": worked[decision.worked],
            "evidence": link("message", decision.evidence_url) if decision.evidence_url else "",
        }
        for decision in draft.decisions
    ]


def _metrics(draft: Draft) -> list[tuple[str, str]]:
    m = draft.metrics
    minutes = UNKNOWN if m.person_minutes is None else f"{m.person_minutes} min"
    rows = [
        ("Time to detect (MTTD: impact start → detection)", _span(m.time_to_detect)),
        ("Time to acknowledge (MTTA: first page → first human)", _span(m.time_to_acknowledge)),
        ("Time to mitigate (MTTM: impact start → mitigation)", _span(m.time_to_mitigate)),
        ("Recovery from impact (MTTR: impact start → resolution)", _span(m.recovery_from_impact)),
        ("Recovery from detection (MTTR: detection → resolution)",
         _span(m.recovery_from_detection)),
        ("Impact", _span(m.impact)),
        *((f"Time in {inline(level)}", _span(spent)) for level, spent in m.time_in_severity),
        ("Pages sent", f"{m.pages}" + (f" ({m.pages_failed} failed)" if m.pages_failed else "")),
        ("Responders", str(m.responders)),
        ("Person-minutes after acknowledging", minutes),
        ("Status updates on time", _of(m.updates_on_time, m.updates_due)),
        ("Runbook sections viewed", str(m.runbook_sections)),
        ("Runbook steps done", f"{m.steps_done}" + _failed(m.steps_failed)),
        ("Runbook votes “worked”", _of(m.votes_worked, m.votes_worked + m.votes_other)),
    ]  # fmt: skip
    if m.reopened:
        rows.append(("Reopened", str(m.reopened)))
    return rows


def _responders(draft: Draft) -> list[dict[str, str]]:
    return [
        {
            "name": inline(person.name),
            "roles": ", ".join(inline(role) for role in person.roles) or UNKNOWN,
            "joined": _at(person.joined),
            "page": "acknowledged" if person.acknowledged else "paged" if person.paged else UNKNOWN,
        }
        for person in draft.responders
    ]


def _runbooks(draft: Draft) -> list[dict[str, object]]:
    return [
        {
            "name": link(used.name, used.url) if used.url else inline(used.name),
            "sections": ", ".join(inline(section) for section in used.sections) or UNKNOWN,
            "opened_by": inline(used.opened_by) or UNKNOWN,
            "steps": f"{used.steps_done}" + _failed(used.steps_failed),
            "votes": f"{used.worked} worked, {used.failed} did not, {used.outdated} outdated",
            "gaps": [inline(gap) for gap in used.gaps],
        }
        for used in draft.runbooks
    ]


def _completeness(draft: Draft) -> list[tuple[str, str]]:
    seen = draft.completeness
    start, end = seen.window
    return [
        ("Window", f"{_at(start)} – {_at(end)}"),
        ("Channels", _listed("#" + name.lstrip("#") for name in seen.channels)),
        ("Messages seen", str(seen.seen)),
        ("Messages kept", str(seen.kept)),
        ("Messages deleted by their authors", str(seen.deleted)),
        ("Messages off the record", str(seen.off_record)),
        ("Secrets redacted", str(draft.redaction.total)),
        ("Threads that could not be read", str(seen.unread_threads)),
        ("Generated", _at(draft.generated_at)),
    ]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(inline(name).lstrip("\\") for name in names) or UNKNOWN


def _at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%SZ}" if moment else ""


def _stamp(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _day(day: date | None) -> str:
    return day.isoformat() if day else TO_FILL


def _span(span: timedelta | None, unknown: str = UNKNOWN) -> str:
    return say_duration(span) if span is not None else unknown


def _seconds(span: timedelta | None) -> int | None:
    return round(span.total_seconds()) if span is not None else None


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else UNKNOWN


def _failed(count: int) -> str:
    return f" ({count} failed)" if count else ""
