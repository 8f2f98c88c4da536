"""Answering the person who asked, in whatever way their gesture allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog

from incident_bot import tracing
from incident_bot.slack.blockkit import Card, has_images, without_images
from incident_bot.slack.gateway import Gateway, Postponed, SlackRefused
from incident_bot.slack.messages import checked

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, where, and the address at which they can be answered."""

    user: str
    channel: str | None = None
    response_url: str | None = None


class Answers:
    """Says things to one person. An answer that cannot be given is logged, never raised."""

    def __init__(self, gateway: Gateway, session: aiohttp.ClientSession) -> None:
        self._gateway = gateway
        self._session = session

    async def privately(self, asker: Asker, *cards: Card) -> None:
        """Only the asker sees it: at the response_url, else ephemerally, else by direct message."""
        for card in cards:
            if not await self._only_asker(asker, card):
                await self._post(asker.user, without_images(card))

    async def _only_asker(self, asker: Asker, card: Card) -> bool:
        for shown in (card, without_images(card)) if has_images(card) else (card,):
            if asker.response_url is not None and await self._respond(asker.response_url, shown):
                return True
            if asker.channel is not None and await self._ephemeral(asker, shown):
                return True
        return False

    async def replace(self, asker: Asker, card: Card) -> None:
        """Put an answer in the place of the message that was clicked."""
        body = {"replace_original": True, **checked(card)}
        if asker.response_url is None or not await self._send(asker.response_url, body):
            await self.privately(asker, card)

    async def _respond(self, url: str, card: Card) -> bool:
        body = {"response_type": "ephemeral", "replace_original": False, **checked(card)}
        return await self._send(url, body)

    async def _send(self, url: str, body: dict[str, Any]) -> bool:
        try:
            with tracing.step("slack call", method="response_url"):
                async with self._session.post(url, json=body) as answer:
                    # What it refuses it may tell with a good status.
                    return answer.status == 200 and b'"ok":false' not in await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            _log.warning("answer.lost", why=repr(error))
            return False

    async def _ephemeral(self, asker: Asker, card: Card) -> bool:
        try:
            await self._gateway.call(
                "chat.postEphemeral",
                channel=asker.channel,
                user=asker.user,
                **checked(card),
            )
        except (Postponed, SlackRefused) as problem:
            _log.warning("answer.not_ephemeral", why=str(problem))
            return False
        return True

    async def _post(self, user: str, card: Card) -> None:
        try:
            await self._gateway.call("chat.postMessage", channel=user, paced=False, **checked(card))
        except (Postponed, SlackRefused) as problem:
            _log.error("answer.failed", why=str(problem))
