"""Who is on call → a Slack user group, so that mentioning it reaches whoever is on call now.

The whole group is set at once, so that a repeat changes nothing.
Source: https://docs.slack.dev/reference/methods/usergroups.users.update
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from incident_bot.database.jobs import Claimed
from incident_bot.domain import effects
from incident_bot.domain.delivery import GiveUp, Outcome, Sent
from incident_bot.domain.effects import Work
from incident_bot.operations import shifts
from incident_bot.operations.desk import Desk
from incident_bot.slack.attempt import attempt
from incident_bot.slack.gateway import Gateway

_log = structlog.get_logger()


class GroupDelivery:
    """Performs the effects of on-call schedules."""

    def __init__(self, desk: Desk, gateway: Gateway) -> None:
        self._desk = desk
        self._gateway = gateway

    def performers(self) -> Mapping[type[Work], Callable[[Claimed, Work], Awaitable[Outcome]]]:
        """Every effect this door performs."""
        return {effects.FollowShift: self.perform}

    async def perform(self, job: Claimed, work: Work) -> Outcome:
        """Do one effect; every way it can end is a value."""
        if not isinstance(work, effects.FollowShift):
            raise TypeError(work.kind)
        return await attempt(self._desk, job, self._follow(work.schedule))

    async def _follow(self, schedule: str) -> Outcome:
        wanted = await shifts.begin(self._desk, schedule)
        if wanted is None:
            return GiveUp("no user group follows that schedule any more", quiet=True)
        if not wanted.users:  # Slack has no empty groups: it keeps who was on call last
            _log.warning("oncall.nobody", schedule=schedule, why=wanted.why)
            return Sent()
        group = await self._find(wanted.handle)
        if group is None:
            return GiveUp(
                f"there is no user group @{wanted.handle}: make it in Slack, "
                f"or correct schedules.{schedule}.user_group"
            )
        if set(group.get("users", ())) != set(wanted.users):
            await self._gateway.call(
                "usergroups.users.update", usergroup=group["id"], users=",".join(wanted.users)
            )
        return Sent()

    async def _find(self, handle: str) -> dict[str, Any] | None:
        listed = await self._gateway.call("usergroups.list", include_users=True)
        groups: list[dict[str, Any]] = listed.get("usergroups", [])
        return next((group for group in groups if group.get("handle") == handle), None)
