"""People: what Slack says of them, remembered in the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import structlog

from incident_bot.clock import Clock
from incident_bot.database.connection import Database
from incident_bot.database.people import Profile
from incident_bot.domain.configuration import Configuration
from incident_bot.slack.gateway import Gateway, Postponed, SlackRefused

FRESH = timedelta(days=1)
_log = structlog.get_logger()


class People:
    """Asks Slack about people and remembers the answer for a day."""

    def __init__(self, gateway: Gateway, database: Database, clock: Clock) -> None:
        self._gateway = gateway
        self._database = database
        self._clock = clock

    async def learn(self, users: Iterable[str]) -> None:
        """Make sure that these people are known; who cannot be asked about stays unknown."""
        wanted = list(dict.fromkeys(users))
        now = self._clock.now()
        async with self._database.read() as tx:
            known = await tx.people.get(wanted)
        for user in wanted:
            if user not in known or now - known[user].seen_at > FRESH:
                await self._ask("users.info", user=user)

    async def learn_configured(self, rules: Configuration) -> None:
        """Find the people of the configuration in Slack, by id or by e-mail address."""
        for person in rules.people.values():
            if person.slack:
                await self._ask("users.info", user=person.slack)
            elif person.email:
                await self._ask("users.lookupByEmail", email=person.email)

    async def _ask(self, method: str, **who: str) -> None:
        try:
            answer = await self._gateway.call(method, **dict[str, Any](who))
        except (Postponed, SlackRefused) as problem:
            _log.warning("people.unknown", method=method, why=str(problem))
            return
        async with self._database.write() as tx:
            await tx.people.put(self._profile(answer["user"]))

    def _profile(self, user: dict[str, Any]) -> Profile:
        profile = user.get("profile") or {}
        real = str(user.get("real_name") or profile.get("real_name") or user.get("name") or "")
        return Profile(
            user_id=str(user["id"]),
            name=str(profile.get("display_name") or real),
            real_name=real,
            email=profile.get("email"),
            timezone=user.get("tz"),
            is_bot=bool(user.get("is_bot")),
            deleted=bool(user.get("deleted")),
            seen_at=self._clock.now(),
        )
