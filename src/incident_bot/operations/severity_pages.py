"""Whom a severity pages: at once, when business hours begin, or when the incident grows old."""

from __future__ import annotations

from datetime import datetime

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.incidents import events
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.oncall.schedule import is_open, next_opening
from incident_bot.domain.paging.page import PageState
from incident_bot.operations.paging import WHERE_TO_CONFIGURE, late_by, start
from incident_bot.operations.record import record


async def page_for_severity(
    tx: Transaction, rules: Configuration, incident: Incident, origin: str, now: datetime
) -> Incident:
    """Page the policy that severity and service name, or say plainly why nobody is paged."""
    severity = rules.severity(incident.severity)
    policy = rules.policy_for(incident.severity, incident.service)
    if severity is None or severity.page_when == "never":
        return incident
    if incident.drill:
        why = "this is a drill, and a drill pages nobody by itself"
        return await record(tx, rules, incident, [events.NobodyToPage(incident.id, None, why)], now)
    if policy is None:
        why = f"no escalation policy is configured for {incident.severity}; {WHERE_TO_CONFIGURE}"
        return await record(tx, rules, incident, [events.NobodyToPage(incident.id, None, why)], now)
    if severity.page_when == "business_hours" and not is_open(rules.business_hours, now):
        return await _page_at_opening(tx, rules, incident, policy, now)
    return await start(tx, rules, incident, policy, "", None, origin, now)


async def wait_again(
    tx: Transaction, rules: Configuration, incident: Incident, now: datetime
) -> Incident:
    """Page when business hours begin, if the severity waits for them and nobody has an answer.

    What waited for them before was cancelled by another severity, or by the end of the incident.
    """
    severity = rules.severity(incident.severity)
    policy = rules.policy_for(incident.severity, incident.service)
    if severity is None or policy is None or incident.drill:
        return incident
    if severity.page_when != "business_hours" or is_open(rules.business_hours, now):
        return incident
    if await has_answer(tx, incident, policy):
        return incident
    return await _page_at_opening(tx, rules, incident, policy, now)


async def _page_at_opening(
    tx: Transaction, rules: Configuration, incident: Incident, policy: str, now: datetime
) -> Incident:
    opens = next_opening(rules.business_hours, now)
    timer = effects.OpeningDue(incident.id, policy, incident.update_generation)
    await tx.jobs.add([(timer, opens)], now)
    why = (
        f"{incident.severity} pages in business hours only; {policy} is paged "
        f"{opens:%a %d %b %H:%M} UTC unless it is resolved by then"
    )
    return await record(tx, rules, incident, [events.NobodyToPage(incident.id, None, why)], now)


async def has_answer(tx: Transaction, incident: Incident, policy: str) -> bool:
    """Whether the people of a policy have been paged and answered, or still may."""
    pages = [page for page in await tx.pages.of(incident.id) if page.policy == policy]
    return any(page.state in (PageState.OPEN, PageState.ACKNOWLEDGED) for page in pages)


async def age_due(
    tx: Transaction,
    rules: Configuration,
    timer: effects.AgeDue | effects.OpeningDue,
    due_at: datetime,
    now: datetime,
) -> None:
    """An incident is still open after so long: page whom the rules name.

    After downtime several ages of one policy fold into one page.
    """
    incident = await tx.incidents.get(timer.incident)
    if not incident.is_open or incident.drill or not _still_names(rules, incident.severity, timer):
        return
    # Whom an incident's age has paged once, a reopening or another severity does not page again.
    late, aged = late_by(due_at, now), f"age:{incident.id}:{timer.policy}:"
    message = f"business hours have begun{late}" if late else ""
    origin = f"opening:{incident.id}:{timer.policy}:{timer.generation}"
    if isinstance(timer, effects.AgeDue):
        pages = await tx.pages.of(incident.id)
        if any(page.origin.startswith(aged) and page.started_at >= due_at for page in pages):
            return
        hours = f"{timer.after_seconds / 3600:g}"
        message = f"{incident.ref} is not resolved after {hours} h{late}"
        origin = f"{aged}{hours}"
    await start(tx, rules, incident, timer.policy, message, None, origin, now)


def _still_names(
    rules: Configuration, severity: str, timer: effects.AgeDue | effects.OpeningDue
) -> bool:
    """Whether the severity in force wants a timer, which another severity or file may have armed."""
    found = rules.severity(severity)
    if found is None or timer.policy not in rules.policies:
        return False
    if isinstance(timer, effects.OpeningDue):
        return found.page_when == "business_hours"
    ages = {(age.policy, age.after.total_seconds()) for age in found.escalate_when_older}
    return (timer.policy, timer.after_seconds) in ages
