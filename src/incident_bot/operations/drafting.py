"""Writing the post-mortem draft from the record and what was said in the room."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incident_bot.database.messages import SaidMessage
from incident_bot.database.people import Profile
from incident_bot.database.receipts import WORKSPACE
from incident_bot.database.timeline import Entry
from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import GiveUp, Outcome, Sent
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.paging.page import Page, Ring, RingState
from incident_bot.domain.postmortems import record as facts
from incident_bot.domain.postmortems.assemble import assemble
from incident_bot.domain.postmortems.merge import merge
from incident_bot.domain.postmortems.options import DEFAULT_MARKERS, MarkerMeaning, Options
from incident_bot.domain.postmortems.render import Template, render
from incident_bot.domain.postmortems.transcript import (
    Deletion,
    Message,
    People,
    Person,
    Reaction,
    SharedFile,
    Transcript,
)
from incident_bot.operations.desk import Desk
from incident_bot.operations.postmortems import written

_STATES: Mapping[RingState, facts.PageState] = {
    RingState.QUEUED: "queued",
    RingState.SENT: "sent",
    RingState.FAILED: "failed",
    RingState.ACKNOWLEDGED: "acknowledged",
    RingState.DECLINED: "declined",
    RingState.STOPPED: "cancelled",
}

_RATINGS: tuple[facts.Rating, ...] = ("worked", "failed", "outdated")
_RUNBOOK_KINDS = ("runbook", "runbook_started", "runbook_step", "runbook_rated", "runbook_gap")


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything the record knows of one incident."""

    incident: Incident
    entries: Sequence[Entry]
    pages: Sequence[tuple[Page, Sequence[Ring]]]
    said: Sequence[SaidMessage]
    people: Mapping[str, Profile]
    site: str
    me: str
    previous: str | None = None


async def draft(desk: Desk, template: Template, number: int, revision: int) -> str | None:
    """Write a revision down and have it delivered; None when the incident is unknown."""
    markdown = await make(desk, template, number)
    if markdown is None:
        return None
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        await written(tx, rules, number, revision, markdown, now)
    return markdown


async def perform(desk: Desk, template: Template, work: effects.DraftPostmortem) -> Outcome:
    """The effect of drafting: pure work in a thread, then one transaction."""
    async with desk.database.read() as tx:
        known = await tx.postmortems.get(work.incident, work.revision)
    if known is not None and known.markdown is not None:
        return Sent()
    made = await draft(desk, template, work.incident, work.revision)
    return Sent() if made is not None else GiveUp("there is no such incident", quiet=True)


async def make(desk: Desk, template: Template, number: int) -> str | None:
    """The draft as Markdown; text that people wrote into an earlier revision is kept."""
    rules = desk.rules()
    async with desk.database.read() as tx:
        found = await _find(tx, number)
    if found is None:
        return None
    return await asyncio.to_thread(_write, found, rules, template, desk.clock.now())


def _write(found: _Found, rules: Configuration, template: Template, now: datetime) -> str:
    own = frozenset({found.me}) if found.me else frozenset[str]()
    markers: dict[str, MarkerMeaning] = {**DEFAULT_MARKERS}
    for name in rules.timeline.reactions:
        markers[name] = "timeline"
    options = Options(own_ids=own, markers=markers)
    made = render(assemble(_evidence(found, rules), now=now, options=options), template)
    return merge(found.previous, made) if found.previous else made


async def _find(tx: Transaction, number: int) -> _Found | None:
    incident = await tx.incidents.find(number)
    if incident is None:
        return None
    said = await tx.messages.of(incident.channel_id) if incident.channel_id else []
    entries = await tx.timeline.of(number)
    pages = [(page, await tx.pages.rings(page.id)) for page in await tx.pages.of(number)]
    site = await tx.receipts.get(WORKSPACE)
    previous = await tx.postmortems.latest(number)
    return _Found(
        incident=incident,
        entries=entries,
        pages=pages,
        said=said,
        people=await tx.people.get(_everybody(incident, entries, pages, said)),
        site=site.channel if site else "",
        me=site.ts if site else "",
        previous=previous.markdown if previous else None,
    )


def _everybody(
    incident: Incident,
    entries: Iterable[Entry],
    pages: Iterable[tuple[Page, Sequence[Ring]]],
    said: Iterable[SaidMessage],
) -> set[str]:
    ids = {incident.declared_by, *incident.roles.values()}
    ids.update(entry.actor for entry in entries if entry.actor)
    ids.update(ring.user for _, rings in pages for ring in rings)
    texts = [entry.text for entry in entries]
    for message in said:
        texts.append(message.text)
        if message.user_id:
            ids.add(message.user_id)
    for text in texts:
        parts = text.split("<@")[1:]
        ids.update(part.split(">")[0].split("|")[0] for part in parts if ">" in part)
    return ids


def _evidence(found: _Found, rules: Configuration) -> facts.Evidence:
    incident = found.incident
    channels = {incident.channel_id: incident.channel_name or ""} if incident.channel_id else {}
    return facts.Evidence(
        record=_record(found, rules),
        people=People(
            known={
                user: Person(user, p.name, p.real_name, p.timezone, p.is_bot)
                for user, p in found.people.items()
            },
            channels=channels,
        ),
        timeline=tuple(
            facts.TimelineEntry(
                at=entry.at,
                kind=entry.kind,
                text=entry.text,
                actor=entry.actor,
                permalink=_link(found, entry.channel_id, entry.ts, entry.facts.get("thread_ts")),
                message=(entry.channel_id, entry.ts) if entry.channel_id and entry.ts else None,
                source="slack"
                if entry.kind == "pin"
                else "human"
                if entry.kind == "note"
                else "system",
            )
            for entry in found.entries
        ),
        transcript=_transcript(found, channels),
        pages=tuple(_pages(found)),
        updates=tuple(_updates(found, rules)),
        runbooks=tuple(_runbooks(found.entries)),
    )


def _record(found: _Found, rules: Configuration) -> facts.IncidentRecord:
    incident = found.incident
    severities, statuses, roles = [], [], list[facts.RoleTenure]()
    first = incident.severity
    for entry in found.entries:
        if entry.kind == "declared":
            first = str(entry.facts.get("severity", first))
            severities.append(facts.SeverityChange(entry.at, first, rules.rank(first) + 1))
        elif entry.kind == "severity":
            level = str(entry.facts["after"])
            reason = str(entry.facts.get("reason", ""))
            severities.append(
                facts.SeverityChange(entry.at, level, rules.rank(level) + 1, entry.actor, reason)
            )
        elif entry.kind == "status":
            statuses.append(facts.StatusChange(entry.at, str(entry.facts["after"]), entry.actor))
        elif entry.kind in ("resolved", "closed"):
            statuses.append(facts.StatusChange(entry.at, entry.kind, entry.actor))
        elif entry.kind == "role":
            role, user = str(entry.facts["role"]), str(entry.facts["user"])
            roles = [
                tenure._replace(until=entry.at)
                if tenure.role == role and tenure.until is None
                else tenure
                for tenure in roles
            ]
            roles.append(facts.RoleTenure(role, user, entry.at))
    rung = [r.sent_at for _, rings in found.pages for r in rings if r.sent_at is not None]
    return facts.IncidentRecord(
        number=incident.id,
        title=incident.title,
        status=str(incident.status),
        declared_at=incident.declared_at,
        declared_by=incident.declared_by,
        severity_history=tuple(severities),
        status_history=tuple(statuses),
        service=incident.service,
        summary=incident.summary,
        first_page_at=min(rung, default=None),
        acknowledged_at=incident.acknowledged_at,
        mitigated_at=incident.mitigated_at,
        resolved_at=incident.resolved_at,
        closed_at=incident.closed_at,
        reopened=sum(1 for entry in found.entries if entry.kind == "reopened"),
        roles=tuple(roles),
        owner=incident.roles.get(rules.roles[0].name) if rules.roles else None,
        room_id=incident.channel_id,
        room_name=incident.channel_name,
        private=incident.private,
        drill=incident.drill,
    )


def _transcript(found: _Found, channels: Mapping[str, str]) -> Transcript:
    return Transcript(
        messages=tuple(
            Message(
                channel=m.channel_id,
                ts=m.ts,
                text=m.text,
                user_id=m.user_id,
                thread_ts=m.thread_ts,
                bot_id=m.bot_id,
                subtype=m.subtype,
                edited=m.edited,
                reactions=tuple(Reaction(r["name"], tuple(r["users"])) for r in m.reactions),
                reply_count=m.reply_count,
                permalink=_link(found, m.channel_id, m.ts, m.thread_ts),
                files=tuple(
                    SharedFile(f.get("name", ""), f.get("mimetype", ""), f.get("permalink"))
                    for f in m.files
                ),
            )
            for m in found.said
            if not m.deleted
        ),
        deletions=tuple(Deletion(m.channel_id, m.ts, m.user_id) for m in found.said if m.deleted),
        channels=channels,
    )


def _pages(found: _Found) -> Iterable[facts.PageRecord]:
    for page, rings in found.pages:
        for ring in rings:
            answered = ring.state is RingState.ACKNOWLEDGED
            yield facts.PageRecord(
                user_id=ring.user,
                sent_at=ring.sent_at or ring.queued_at,
                state=_STATES[ring.state],
                tier=page.tier(ring.position) + 1,
                policy=page.policy,
                acknowledged_at=page.answered_at if answered else None,
                ack_within=timedelta(seconds=page.step(ring.position).acknowledge_within),
                failure=ring.why,
            )


def _updates(found: _Found, rules: Configuration) -> Iterable[facts.UpdateRecord]:
    severity = rules.severity(found.incident.severity)
    every = severity.update_every if severity else None
    last = found.incident.declared_at
    for entry in found.entries:
        if entry.kind == "update" or (entry.kind == "status" and entry.facts.get("text")):
            text = str(entry.facts.get("text", entry.text))
            due = last + every if every else None
            yield facts.UpdateRecord(at=entry.at, text=text, author=entry.actor, due_at=due)
            last = entry.at


def _runbooks(entries: Iterable[Entry]) -> Iterable[facts.RunbookUse]:
    uses: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind in _RUNBOOK_KINDS:
            uses.setdefault(str(entry.facts["runbook"]), []).append(entry)
    for name, mine in uses.items():
        read = [use for use in mine if use.kind in ("runbook", "runbook_step")]
        sections = (str(use.facts["section"]) for use in read)
        rated = {use.actor: use for use in mine if use.kind == "runbook_rated"}
        words = [str(use.facts["rating"]) for use in rated.values()]
        yield facts.RunbookUse(
            name=name or "none",
            sections=tuple(dict.fromkeys(section for section in sections if section)),
            opened_at=mine[0].at,
            opened_by=mine[0].actor,
            steps_done=_ended(mine, "done"),
            steps_failed=_ended(mine, "failed"),
            ratings=tuple(
                word for word in _RATINGS if word in words for _ in range(words.count(word))
            ),
            gaps=tuple(str(use.facts["text"]) for use in mine if use.kind == "runbook_gap"),
        )


def _ended(entries: Iterable[Entry], state: str) -> int:
    """How many steps stand in a state at the end; one that was opened again does not."""
    last: dict[tuple[object, ...], str] = {}
    for entry in entries:
        if entry.kind == "runbook_step":
            step = (entry.facts["section"], entry.facts["step"], entry.facts.get("checklist"))
            last[step] = str(entry.facts["state"])
    return sum(1 for ended in last.values() if ended == state)


def _link(found: _Found, channel: str | None, ts: str | None, thread: object) -> str | None:
    """Slack's permalink of a message, which is a function of workspace, channel and ts."""
    if not (found.site and channel and ts):
        return None
    link = f"{found.site.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
    if isinstance(thread, str) and thread and thread != ts:
        link += f"?thread_ts={thread}&cid={channel}"
    return link
