"""Runbooks in use: what was opened, followed, rated and found wanting."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incident_bot.database.people import Profile
from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.effects import Work
from incident_bot.domain.incidents import events
from incident_bot.domain.incidents.events import Event
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.facts import Owner
from incident_bot.domain.runbooks.usage import RATINGS, UsageReport, Use, UseKind, usage_report
from incident_bot.errors import NotFound
from incident_bot.operations.desk import Desk
from incident_bot.operations.record import record

NOTE = 1000
MOST_OWNERS = 3
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads which runbook where; `incident` is None outside an incident's room."""

    incident: int | None
    runbook: Runbook
    by: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked to see: a section or (None) the outline, and which page of it.

    `note` says why this runbook; `also` are the full names of others to offer with it.
    """

    section: str | None
    page: int
    origin: str
    note: str = ""
    also: tuple[str, ...] = ()


async def opened(desk: Desk, reading: Reading, wanted: Wanted, sections: Sequence[Section]) -> None:
    """Write down that somebody reads sections, or (none) the outline; a room is shown them.

    Every view counts in the statistics; the timeline says it once per person and section. A
    further page of the same is not another view.
    """
    now, rules = desk.clock.now(), desk.rules()
    key, number, by = reading.runbook.key, reading.incident, reading.by
    titles = ", ".join(section.title or reading.runbook.title for section in sections)
    async with desk.database.write() as tx:
        incident = await tx.incidents.get(number) if number is not None else None
        if number is not None:
            show = effects.ShowRunbook(
                number,
                key,
                wanted.section,
                wanted.page,
                wanted.origin,
                wanted.note,
                wanted.also,
            )
            await tx.jobs.add([(show, now)], now)
        if wanted.page:
            return
        for name in [_named(section) for section in sections] or [""]:
            await tx.runbook_uses.add(Use(number, key, name, "", UseKind.VIEW, by, now))
        if incident is None:
            return
        said = titles or "outline"
        if await tx.seen.first_time(f"runbook:{number}:{key}:{said}:{by}"[:500], now):
            event = events.RunbookOpened(incident.id, by, key, said)
            await record(tx, rules, incident, [event], now)


async def share(desk: Desk, reading: Reading, section: str, thread: str, origin: str) -> None:
    """Share a section as a file: below a message of the room, else with the reader alone."""
    now = desk.clock.now()
    work = effects.ShareRunbook(
        reading.incident, reading.runbook.key, section, reading.by, thread, origin
    )
    async with desk.database.write() as tx:
        await tx.jobs.add([(work, now)], now)


async def section_done(desk: Desk, reading: Reading, section: Section | None) -> None:
    """Somebody has done what a section (None: the whole runbook) says."""
    title = section.title if section else ""
    event = None
    if reading.incident is not None:
        event = events.RunbookStepped(
            reading.incident, reading.by, reading.runbook.key, title, "", "done"
        )
    name = _named(section) if section else ""
    await _write_down(desk, reading, UseKind.STEP_DONE, event, section=name)


async def rate(desk: Desk, reading: Reading, rating: str, note: str) -> None:
    """Say whether a runbook worked, failed or is outdated.

    Raises:
        NotFound: for any other word.
    """
    kind = RATINGS.get(rating)
    if kind is None:
        known = ", ".join(RATINGS)
        raise NotFound(f"{rating!r} is not a rating. Ratings: {known}.", "/runbook rate worked")
    told = note.strip()[:NOTE]
    event = None
    if reading.incident is not None:
        key = reading.runbook.key
        event = events.RunbookRated(reading.incident, reading.by, key, rating, told)
    await _write_down(desk, reading, kind, event, note=told)


async def escalated(desk: Desk, reading: Reading) -> None:
    """Write down that somebody escalated from a runbook."""
    await _write_down(desk, reading, UseKind.ESCALATE)


async def report_gap(
    desk: Desk, incident: int | None, runbook: Runbook | None, text: str, by: str
) -> tuple[str, ...]:
    """Say what a runbook lacks (None: that there is none); returns the owners who are told.

    In an incident its room is told, and the owner mentioned there; outside, the owner gets a
    direct message.
    """
    now, rules = desk.clock.now(), desk.rules()
    told = text.strip()[:NOTE]
    key = runbook.key if runbook else ""
    async with desk.database.write() as tx:
        about = await tx.incidents.get(incident) if incident is not None else None
        owners = await owners_of(tx, rules, runbook.facts.owners) if runbook else ()
        use = Use(incident, key, "", "", UseKind.GAP, by, now, told)
        number = await tx.runbook_uses.add(use)
        if about is None:
            work: list[tuple[Work, datetime]] = [
                (effects.TellGap(number, owner), now) for owner in owners if owner != by
            ]
            await tx.jobs.add(work, now)
        else:
            team = next((o.team or o.slack for o in runbook.facts.owners), "") if runbook else ""
            event = events.RunbookGapReported(about.id, by, key, told, owners, team)
            await record(tx, rules, about, [event], now)
    return owners


async def owners_of(
    tx: Transaction, rules: Configuration, owners: Sequence[Owner]
) -> tuple[str, ...]:
    """The Slack users who own a runbook: people of the configuration, or known by e-mail."""
    emails = [owner.email for owner in owners if owner.email]
    return known_owners(rules, await tx.people.by_email(emails) if emails else {}, owners)


def known_owners(
    rules: Configuration, by_email: Mapping[str, Profile], owners: Sequence[Owner]
) -> tuple[str, ...]:
    """As `owners_of`, when it is known already who has which e-mail address.

    A name that nobody configured is never mentioned: a runbook must not ping whom it likes.
    """
    known = {person.slack for person in rules.people.values() if person.slack}
    found: list[str] = []
    for owner in owners:
        name = owner.slack.lstrip("@")
        person = rules.people.get(name.lower()) or rules.people.get(owner.team.lower())
        profile = by_email.get(owner.email.lower())
        if _USER_ID.fullmatch(name) and name in known:
            found.append(name)
        elif person is not None and person.slack:
            found.append(person.slack)
        elif profile is not None and not profile.deleted:
            found.append(profile.user_id)
    return tuple(dict.fromkeys(found))[:MOST_OWNERS]


async def policy_of(desk: Desk, reading: Reading) -> str | None:
    """The policy to page from a runbook: its own when it is configured, else the incident's."""
    rules = desk.rules()
    own = reading.runbook.facts.escalation_policy
    if own in rules.policies:
        return own
    async with desk.database.read() as tx:
        incident = await tx.incidents.find(reading.incident) if reading.incident else None
    return rules.policy_for(incident.severity, incident.service) if incident else None


async def statistics(desk: Desk, shelf: Sequence[Runbook]) -> UsageReport:
    """What was recorded of all runbooks."""
    async with desk.database.read() as tx:
        uses = await tx.runbook_uses.all()
        cases = await tx.runbook_uses.cases()
    return usage_report(shelf, uses, cases)


async def _write_down(
    desk: Desk,
    reading: Reading,
    kind: UseKind,
    event: Event | None = None,
    *,
    section: str = "",
    note: str = "",
) -> None:
    now = desk.clock.now()
    use = Use(reading.incident, reading.runbook.key, section, "", kind, reading.by, now, note)
    async with desk.database.write() as tx:
        # Its row first, which a use that names it would lock as well, though not for writing.
        incident = await tx.incidents.get(event.incident) if event is not None else None
        await tx.runbook_uses.add(use)
        if event is not None and incident is not None:
            await record(tx, desk.rules(), incident, [event], now)


def _named(section: Section) -> str:
    return section.anchor or section.title
