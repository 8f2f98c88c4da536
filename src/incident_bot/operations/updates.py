"""What people do to an incident during its life: update, status, severity, resolve, reopen …"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from incident_bot.database.transaction import Transaction
from incident_bot.domain.configuration import Configuration, Severity
from incident_bot.domain.incidents import lifecycle
from incident_bot.domain.incidents.events import Event
from incident_bot.domain.incidents.incident import Incident, Status
from incident_bot.errors import NotFound
from incident_bot.operations.declare import find_severity
from incident_bot.operations.desk import Desk
from incident_bot.operations.paging import stop_pages
from incident_bot.operations.record import record
from incident_bot.operations.severity_pages import has_answer, page_for_severity, wait_again

Decide = Callable[[Incident, Severity, datetime], lifecycle.Decision]


def rules_of(incident: Incident, rules: Configuration) -> Severity:
    """The rules of an incident's severity; one that left the scheme has those of the usual one."""
    return rules.severity(incident.severity) or rules.usual_severity()


async def update(desk: Desk, number: int, text: str, by: str) -> Incident:
    """Give a status update; it resets the clock of the cadence."""
    return await _act(desk, number, lambda i, s, now: lifecycle.update(i, text, by, s, now))


async def set_status(desk: Desk, number: int, word: str, text: str, by: str) -> Incident:
    """Move between investigating, identified and monitoring; `resolved` resolves.

    Raises:
        NotFound: for a word that is no status.
    """
    steps = [Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED]
    wanted = next((s for s in steps if word and s.value.startswith(word.strip().lower())), None)
    if wanted is None:
        names = ", ".join(s.value for s in steps)
        raise NotFound(
            f"{word!r} is not a status. Statuses: {names}.", "/incident status identified"
        )
    if wanted is Status.RESOLVED:
        return await resolve(desk, number, text, by)
    return await _act(
        desk, number, lambda i, s, now: lifecycle.change_status(i, wanted, text, by, s, now)
    )


async def set_severity(desk: Desk, number: int, word: str, reason: str, by: str) -> Incident:
    """Change the severity. A worse one pages its policy, unless that was paged and not in vain.

    A better one that waits for business hours pages it then, on the same condition.

    Raises:
        NotFound: for a word that is no severity.
    """
    now, rules = desk.clock.now(), desk.rules()
    severity = find_severity(rules, word)
    async with desk.database.write() as tx:
        before = await tx.incidents.get(number)
        after, happened = lifecycle.change_severity(before, severity, reason, by, now)
        incident = await record(tx, rules, after, happened, now)
        worse = rules.rank(severity.name) < rules.rank(before.severity)
        policy = rules.policy_for(severity.name, incident.service)
        if not worse:
            return await wait_again(tx, rules, incident, now)
        if policy is not None and not await has_answer(tx, incident, policy):
            origin = f"severity:{incident.id}:{incident.version}"
            incident = await page_for_severity(tx, rules, incident, origin, now)
        return incident


async def assign(desk: Desk, number: int, word: str, user: str, by: str) -> Incident:
    """Give a role to somebody.

    Raises:
        NotFound: for a word that is no role.
    """
    role = desk.rules().role(word)
    if role is None:
        names = ", ".join(r.name for r in desk.rules().roles)
        raise NotFound(f"{word!r} is not a role. Roles: {names}.", "/incident role commander @ada")
    return await _act(
        desk, number, lambda i, _s, _now: lifecycle.assign_role(i, role.name, role.title, user, by)
    )


async def hand_out(desk: Desk, number: int, roles: Mapping[str, str], by: str) -> None:
    """Give several roles (name → user) at once; who wears one already keeps it without a word."""
    rules = desk.rules()

    def decide(incident: Incident, _severity: Severity, _now: datetime) -> lifecycle.Decision:
        happened: list[Event] = []
        for name, user in roles.items():
            role = rules.role(name)
            if role is not None and incident.roles.get(role.name) != user:
                incident, more = lifecycle.assign_role(incident, role.name, role.title, user, by)
                happened += more
        return incident, happened

    await _act(desk, number, decide)


async def log(desk: Desk, number: int, text: str, by: str) -> Incident:
    """Write something on the timeline."""
    return await _act(desk, number, lambda i, _s, _now: (i, lifecycle.note(i, text, by)))


async def rename(desk: Desk, number: int, title: str, by: str) -> Incident:
    """Give it a better title."""
    return await _act(desk, number, lambda i, _s, _now: lifecycle.rename(i, title, by))


async def resolve(desk: Desk, number: int, summary: str, by: str) -> Incident:
    """It is over for those affected; reminders and pages stop."""
    return await _act(
        desk, number, lambda i, _s, now: lifecycle.resolve(i, summary, by, now), ends=True
    )


async def reopen(desk: Desk, number: int, reason: str, by: str) -> Incident:
    """It was not over; a page that could wait for business hours waits for them again."""
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        before = await tx.incidents.get(number)
        after, happened = lifecycle.reopen(before, reason, by, rules_of(before, rules), now)
        incident = await record(tx, rules, after, happened, now)
        return await wait_again(tx, rules, incident, now)


async def cancel(desk: Desk, number: int, reason: str, by: str) -> Incident:
    """It was no incident."""
    return await _act(
        desk, number, lambda i, _s, now: lifecycle.cancel(i, reason, by, now), ends=True
    )


async def close(desk: Desk, number: int, by: str) -> Incident:
    """The paperwork is done; a severity may require its post-mortem first."""
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        incident = await tx.incidents.get(number)
        drafted = await tx.postmortems.latest(number) is not None
        after, happened = lifecycle.close(incident, by, rules_of(incident, rules), drafted, now)
        return await record(tx, rules, after, happened, now)


async def find_room(tx: Transaction, channel: str) -> Incident:
    """The incident of a room.

    Raises:
        NotFound: outside an incident room, with what to do about it.
    """
    incident = await tx.incidents.by_channel(channel)
    if incident is None:
        raise NotFound(
            "This channel is not an incident room.",
            "Use the command in the incident's channel, or name it: /incident list",
        )
    return incident


async def _act(desk: Desk, number: int, decide: Decide, *, ends: bool = False) -> Incident:
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        incident = await tx.incidents.get(number)
        after, happened = decide(incident, rules_of(incident, rules), now)
        saved = await record(tx, rules, after, happened, now)
        if ends:
            await stop_pages(tx, saved, now)
        return saved
