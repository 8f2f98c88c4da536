"""Channels by name: our own rooms, and the announcements channel."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from incident_bot.domain.delivery import TryLater
from incident_bot.slack.explained import explain
from incident_bot.slack.gateway import Gateway, SlackRefused

PAGE = 999


class Channels:
    """Finds, creates and joins channels. Names are asked of Slack once and then remembered."""

    def __init__(self, gateway: Gateway, me: str, page: int = PAGE) -> None:
        self._gateway = gateway
        self._me = me
        self._page = page
        self._known: dict[str, str] = {}

    async def ensure(self, name: str) -> str:
        """The id of a public channel the bot is in: joined when it exists, else created.

        Raises:
            Postponed, SlackRefused: as the gateway does.
        """
        if name in self._known:
            return self._known[name]
        found = await self._public(name) or await self._make(name)
        if not found.get("is_member"):
            await self._gateway.call("conversations.join", channel=found["id"])
        self._known[name] = str(found["id"])
        return self._known[name]

    def look_again(self, channel: str, refused: SlackRefused, attempt: int) -> TryLater:
        """A channel refuses: what was remembered of it may be old, so look for it once more.

        Raises:
            SlackRefused: from the second attempt on.
        """
        self._known = {n: c for n, c in self._known.items() if c != channel}
        if attempt > 1:
            raise refused
        return TryLater(timedelta(seconds=1), explain(refused))

    async def own(self, names: re.Pattern[str], *, private: bool) -> dict[str, Any] | None:
        """A bare channel so named that this bot created; never anybody else's.

        One with a topic is furnished: it is of another incident, perhaps of an earlier record with
        the same numbers. (When it was created would say so only if our clock agreed with Slack's.)
        """

        def is_ours(channel: dict[str, Any]) -> bool:
            mine = channel.get("creator") == self._me and names.fullmatch(str(channel.get("name")))
            return bool(mine) and not (channel.get("topic") or {}).get("value")

        kind = "private_channel" if private else "public_channel"
        return await self._find("users.conversations", kind, is_ours)

    async def _make(self, name: str) -> dict[str, Any]:
        try:
            made = await self._gateway.call("conversations.create", name=name)
        except SlackRefused as refused:
            if refused.error != "name_taken":
                raise
            # Somebody has made it just now, or it is a private one that the bot was invited to.
            found = await self._public(name) or await self._mine(name, "private_channel")
            if found is None:
                raise
            return found
        return {**made["channel"], "is_member": True}

    async def _public(self, name: str) -> dict[str, Any] | None:
        """A public channel: one that the bot is in is found without reading all there are."""
        mine = await self._mine(name, "public_channel")
        return mine or await self._find("conversations.list", "public_channel", _is(name))

    async def _mine(self, name: str, kind: str) -> dict[str, Any] | None:
        found = await self._find("users.conversations", kind, _is(name))
        return found and {**found, "is_member": True}

    async def _find(
        self, method: str, kind: str, wanted: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any] | None:
        cursor: str | None = None
        while True:
            answer = await self._gateway.read(
                method, types=kind, exclude_archived=True, limit=self._page, cursor=cursor
            )
            for channel in answer.get("channels", []):
                if wanted(channel) and not channel.get("is_archived"):
                    return dict(channel)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None


def _is(name: str) -> Callable[[dict[str, Any]], bool]:
    return lambda channel: channel.get("name") == name
