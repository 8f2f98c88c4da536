"""From the names in the configuration to people in Slack."""

from __future__ import annotations

from datetime import datetime

from incident_bot.database.people import Profile
from incident_bot.database.transaction import Transaction
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.oncall.schedule import on_call
from incident_bot.domain.paging.ladder import WhoIsIt


async def directory(tx: Transaction, rules: Configuration, now: datetime) -> WhoIsIt:
    """A function from a target (`schedule:primary`, `person:ada`, `slack:U1`) to Slack users.

    When there is nobody, it says why in words for the timeline.
    """
    ids = [p.slack for p in rules.people.values() if p.slack]
    emails = [p.email for p in rules.people.values() if p.email and not p.slack]
    known = await tx.people.get(ids)
    by_email = await tx.people.by_email(emails) if emails else {}

    def person(name: str) -> tuple[list[str], str]:
        who = rules.people.get(name)
        if who is None:
            return [], f"{name} is not configured"
        profile: Profile | None = (
            known.get(who.slack) if who.slack else by_email.get((who.email or "").lower())
        )
        user = who.slack or (profile.user_id if profile else None)
        if user is None:
            return [], f"{who.name or name} has no Slack account that can be found"
        if profile is not None and profile.deleted:
            return [], f"{who.name or name} is deactivated in Slack"
        return [user], ""

    def who_is_it(target: str) -> tuple[list[str], str]:
        kind, _, name = target.partition(":")
        if kind == "slack":
            return [name], ""
        if kind == "person":
            return person(name)
        schedule = rules.schedules.get(name)
        turn = on_call(schedule, now) if schedule else None
        if turn is None:
            return [], f"nobody is on call in schedule {name}"
        return person(turn)

    return who_is_it
