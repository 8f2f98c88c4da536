"""Paging: start, climb, acknowledge, decline. It never says "paged" when nobody was."""

from __future__ import annotations

from datetime import datetime, timedelta

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.durations import say_duration
from incident_bot.domain.effects import Work
from incident_bot.domain.incidents import events
from incident_bot.domain.incidents.events import Event
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.paging.ladder import all_refused, climb, is_due
from incident_bot.domain.paging.page import Page, PageState, Ring, RingState, Step
from incident_bot.errors import NotFound, NotNow
from incident_bot.operations.desk import Desk
from incident_bot.operations.record import record
from incident_bot.operations.responders import directory

WORTH_SAYING = timedelta(seconds=30)
"""A timer later than this says so: the bot was not running."""
PERSON_PATIENCE = timedelta(minutes=5)
MESSAGE_LIMIT = 1000
WHERE_TO_CONFIGURE = (
    "write people, schedules and policies in the configuration file "
    "(INCIDENT_BOT_CONFIG; see docs/how-to/configure-paging.md)"
)


async def start(
    tx: Transaction,
    rules: Configuration,
    incident: Incident,
    policy: str,
    message: str,
    by: str | None,
    origin: str,
    now: datetime,
) -> Incident:
    """Page a policy for an incident; the same origin never pages twice.

    Raises:
        NotFound: when there is no such policy.
    """
    found = rules.policies.get(policy)
    if found is None:
        known = ", ".join(rules.policies) or f"none; {WHERE_TO_CONFIGURE}"
        raise NotFound(f"There is no escalation policy {policy!r}.", f"Policies: {known}")
    steps = tuple(
        Step(tier.name, tier.targets, tier.acknowledge_within.total_seconds())
        for tier in found.tiers
    )
    page = _new_page(incident, policy, message, steps, found.repeat + 1, by, origin, now)
    return await _begin(tx, rules, incident, page, now)


async def page_person(
    desk: Desk, number: int, user: str, message: str, by: str, origin: str
) -> Incident:
    """Page one person directly."""
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        incident = await tx.incidents.get(number)
        page = _page_to(incident, user, message, by, origin, now)
        return await _begin(tx, rules, incident, page, now)


async def page_policy(
    desk: Desk, number: int, policy: str, message: str, by: str, origin: str, *, also: str = ""
) -> Incident:
    """Page an escalation policy by name, and with it perhaps a person: both, or neither.

    Raises:
        NotFound: when there is no such policy.
    """
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        incident = await tx.incidents.get(number)
        incident = await start(tx, rules, incident, policy, message, by, origin, now)
        if also:
            page = _page_to(incident, also, message, by, f"{origin}:person", now)
            incident = await _begin(tx, rules, incident, page, now)
        return incident


async def acknowledge(desk: Desk, number: int, by: str) -> tuple[Page, bool]:
    """Say that somebody is on it; False when the page was answered before.

    Raises:
        NotFound: when there is no such page.
    """
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        page = await tx.pages.get(number)
        incident = await tx.incidents.get(page.incident)
        if not await tx.pages.answer(number, PageState.ACKNOWLEDGED, by, now):
            return await tx.pages.get(number), False
        rings = await tx.pages.rings(number)
        for ring in rings:
            if ring.user == by:
                await tx.pages.set_ring(number, ring.position, by, RingState.ACKNOWLEDGED)
            elif ring.state in (RingState.QUEUED, RingState.SENT):
                await tx.pages.set_ring(number, ring.position, ring.user, RingState.STOPPED)
        if incident.acknowledged_at is None:
            incident = incident.with_(acknowledged_at=now)
        event = events.Acknowledged(incident.id, by, number, page.policy)
        incident = await record(tx, rules, incident, [event], now)
        await _refresh_messages(tx, number, str(PageState.ACKNOWLEDGED), now)
        if incident.channel_id is not None:
            await tx.jobs.add([(effects.Invite(incident.id, (by,)), now)], now)
        return await tx.pages.get(number), True


async def decline(desk: Desk, number: int, by: str) -> tuple[Page, bool]:
    """Say that somebody cannot; when nobody is left to wait for, the next tier is paged at once.

    Raises:
        NotFound: when there is no such page.
        NotNow: when that person was not paged.
    """
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        incident, page = await locked(tx, number)
        rings = [r for r in await tx.pages.rings(number) if r.user == by]
        if not rings:
            raise NotNow("You were not paged.", "/page status")
        if page.state is not PageState.OPEN:
            return page, False
        for ring in rings:
            await tx.pages.set_ring(number, ring.position, by, RingState.DECLINED)
        happened: list[Event] = [events.Declined(incident.id, by, number, page.policy)]
        incident = await record(tx, rules, incident, happened, now)
        await tx.jobs.add(
            [(effects.RefreshRing(number, r.position, by, "declined"), now) for r in rings], now
        )
        if all_refused(await tx.pages.rings(number), page.position):
            await climb_on(tx, rules, incident, page, page.position + 1, "declined", now)
        return page, True


async def escalate_now(desk: Desk, number: int, by: str, seen: int | None = None) -> bool:
    """Page the next tier without waiting; False when the page is answered or at its end.

    Raises:
        NotNow: when the page is not at the position that somebody has `seen` any more: of two who
            escalate at once the second must not pass over a tier.
    """
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        incident, page = await locked(tx, number)
        if page.state is not PageState.OPEN or page.position >= page.last_position:
            return False
        if seen is not None and page.position > seen:
            tier = page.tier(page.position) + 1
            raise NotNow(f"That was escalated already: tier {tier} is being paged.", "/page status")
        why = f"<@{by}> escalated"
        await climb_on(tx, rules, incident, page, page.position + 1, why, now)
        return True


async def escalation_due(
    tx: Transaction,
    rules: Configuration,
    timer: effects.EscalationDue,
    due_at: datetime,
    now: datetime,
) -> None:
    """A tier's time is up: page the next, unless the page was answered or has moved on."""
    incident, page = await locked(tx, timer.page)
    if is_due(page, timer.position):
        why = f"no answer{late_by(due_at, now)}"
        await climb_on(tx, rules, incident, page, timer.position + 1, why, now)


def late_by(due_at: datetime, now: datetime) -> str:
    """What a timer says that comes too late to be silent about it."""
    late = now - due_at
    return f"; late by {say_duration(late)}" if late > WORTH_SAYING else ""


async def stop_pages(tx: Transaction, incident: Incident, now: datetime) -> None:
    """The incident is over: nobody is paged any more."""
    for page in await tx.pages.of(incident.id):
        stopped = await tx.pages.answer(page.id, PageState.STOPPED, None, now)
        if not stopped and page.state is not PageState.EXHAUSTED:
            continue
        await tx.jobs.cancel(f"page:{page.id}", now)
        for ring in await tx.pages.rings(page.id):
            if ring.state is RingState.QUEUED or (stopped and ring.state is RingState.SENT):
                await tx.pages.set_ring(page.id, ring.position, ring.user, RingState.STOPPED)
        state = str(PageState.STOPPED) if stopped else f"over-{incident.version}"
        await _refresh_messages(tx, page.id, state, now)


async def locked(tx: Transaction, number: int) -> tuple[Incident, Page]:
    """A page and its incident, which nobody else changes meanwhile (PostgreSQL).

    Everybody locks the incident before its pages and their ledgers, so that nobody waits in a circle.
    """
    page = await tx.pages.get(number)
    incident = await tx.incidents.get(page.incident)
    return incident, await tx.pages.get(number, lock=True)


async def show_times_again(tx: Transaction, now: datetime) -> None:
    """Whatever names a time is made anew: the clock was set, and the timers go by the new one."""
    work: list[Work] = [effects.RefreshCard(one.id) for one in await tx.incidents.open_ones()]
    by_now = f"clock set {now.isoformat()}"
    for page in await tx.pages.open_ones():
        here = page.id, page.position
        for entry in await tx.timeline.of(page.incident):
            told = entry.facts.get("page"), entry.facts.get("position")
            if entry.kind == events.TierRung.kind and told == here:
                work.append(effects.RefreshMention(*here, by_now, entry.facts.get("why", "")))
        work += [
            effects.RefreshRing(*here, ring.user, by_now)
            for ring in await tx.pages.rings(page.id)
            if ring.position == page.position
        ]
    await tx.jobs.add([(one, now) for one in work], now)


async def _refresh_messages(tx: Transaction, page: int, state: str, now: datetime) -> None:
    """Make every message of a page, direct or in the room, show how it stands now."""
    rings = await tx.pages.rings(page)
    work: list[tuple[Work, datetime]] = [
        (effects.RefreshRing(page, r.position, r.user, state), now) for r in rings
    ]
    work += [
        (effects.RefreshMention(page, position, state), now)
        for position in sorted({ring.position for ring in rings})
    ]
    await tx.jobs.add(work, now)


def _page_to(
    incident: Incident, user: str, message: str, by: str, origin: str, now: datetime
) -> Page:
    step = Step("", (f"slack:{user}",), PERSON_PATIENCE.total_seconds())
    return _new_page(incident, f"<@{user}>", message, (step,), 1, by, origin, now)


def _new_page(
    incident: Incident,
    policy: str,
    message: str,
    steps: tuple[Step, ...],
    rounds: int,
    by: str | None,
    origin: str,
    now: datetime,
) -> Page:
    return Page(
        id=0,
        incident=incident.id,
        policy=policy,
        message=message.strip()[:MESSAGE_LIMIT],
        steps=steps,
        rounds=rounds,
        state=PageState.OPEN,
        position=-1,
        started_by=by,
        started_at=now,
        origin=origin,
    )


async def _begin(
    tx: Transaction, rules: Configuration, incident: Incident, page: Page, now: datetime
) -> Incident:
    if not incident.is_open:
        raise NotNow(f"{incident.ref} is {incident.status}.", "/incident reopen why")
    recorded = await tx.pages.add(page)
    if recorded is None:
        return incident
    started = events.PageStarted(
        incident.id, page.started_by, recorded.id, page.policy, page.message
    )
    incident = await record(tx, rules, incident, [started], now)
    return await climb_on(tx, rules, incident, recorded, 0, "", now)


async def climb_on(
    tx: Transaction,
    rules: Configuration,
    incident: Incident,
    page: Page,
    to: int,
    why: str,
    now: datetime,
) -> Incident:
    """Move an open page up to the next tier with somebody in it, and write down what happened."""
    found = climb(page, to, await directory(tx, rules, now))
    happened: list[Event] = [
        events.TierSkipped(incident.id, None, page.id, page.tier(s.position), s.label, s.why)
        for s in found.skipped
    ]
    if found.position is None:
        if await tx.pages.answer(page.id, PageState.EXHAUSTED, None, now):
            happened.append(events.PageExhausted(incident.id, None, page.id, page.policy))
            saved = await record(tx, rules, incident, happened, now)
            await _refresh_messages(tx, page.id, str(PageState.EXHAUSTED), now)
            return saved
        return await record(tx, rules, incident, happened, now)
    if not await tx.pages.move(page, found.position):
        return incident
    await tx.pages.add_rings(
        [Ring(page.id, found.position, user, RingState.QUEUED, now) for user in found.users]
    )
    step = page.step(found.position)
    deadline = now + timedelta(seconds=step.acknowledge_within)
    await tx.jobs.add([(effects.EscalationDue(page.id, found.position), deadline)], now)
    happened.append(
        events.TierRung(
            incident=incident.id,
            actor=None,
            page=page.id,
            position=found.position,
            tier=page.tier(found.position),
            label=step.label,
            users=found.users,
            why=why,
        )
    )
    return await record(tx, rules, incident, happened, now)
