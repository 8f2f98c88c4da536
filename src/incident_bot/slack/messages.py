"""Sending messages so that each is said once: by metadata, and a look before a repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from block_kit import problems, too_long
from incident_bot.database.jobs import Claimed
from incident_bot.domain.delivery import Sent
from incident_bot.slack.blockkit import Card
from incident_bot.slack.gateway import Gateway

EVENT_TYPE = "incident_bot_effect"
PROBE_PAGES = 5
PROBE_PAGE = 200
CLOCK_SKEW = timedelta(minutes=2)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Post:
    """One message to send: the job it is for, where, and what."""

    job: Claimed
    channel: str
    card: Card
    thread_ts: str | None = None


class Messenger:
    """Posts and edits the bot's messages."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def post(self, post: Post, *, paced: bool = True, looked: bool = False) -> Sent:
        """Post a message once; after an unsure attempt, look for it first (unless that was done).

        Raises:
            Postponed, SlackRefused: as the gateway does.
        """
        if post.job.unsure and not looked:
            found = await self.find(post.job, post.channel, post.thread_ts, paced=paced)
            if found is not None:
                return found
        answer = await self._gateway.call(
            "chat.postMessage",
            channel=post.channel,
            thread_ts=post.thread_ts,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": post.job.key}},
            unfurl_links=False,
            unfurl_media=False,
            paced=paced,
            **checked(post.card),
        )
        return Sent(str(answer.get("channel", post.channel)), str(answer["ts"]))

    async def edit(self, channel: str, ts: str, card: Card) -> Sent:
        """Make a message show something else; saying the same twice is harmless.

        Raises:
            Postponed, SlackRefused: as the gateway does.
        """
        await self._gateway.call("chat.update", channel=channel, ts=ts, **checked(card))
        return Sent(channel, ts)

    async def find(
        self, job: Claimed, channel: str, thread_ts: str | None = None, *, paced: bool = True
    ) -> Sent | None:
        """Look for a message that an earlier attempt may have left.

        The newest are looked at whatever our clock says, which may be ahead of Slack's; those
        before them only as far back as the first attempt.

        Raises:
            Postponed, SlackRefused: as the gateway does.
        """
        if channel[:1] in "UW":
            opened = await self._gateway.call("conversations.open", users=channel, paced=paced)
            channel = str(opened["channel"]["id"])
        since = datetime.fromtimestamp(job.first_try_at / 1e6, UTC) - CLOCK_SKEW
        cursor: str | None = None
        for _page in range(PROBE_PAGES):
            answer = await self._gateway.call(
                "conversations.replies" if thread_ts else "conversations.history",
                channel=channel,
                ts=thread_ts,
                limit=PROBE_PAGE,
                include_all_metadata=True,
                cursor=cursor,
                paced=paced,
            )
            messages = answer.get("messages", [])
            for message in messages:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("key") == job.key:
                    return Sent(channel, str(message["ts"]), {"found": True})
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            # A thread is read from its beginning, a channel from its end.
            if not cursor or (not thread_ts and _is_before(since, messages)):
                return None
        return None


def _is_before(since: datetime, newest_first: Sequence[Mapping[str, Any]]) -> bool:
    """Whether what follows some messages was said before an instant."""
    return bool(newest_first) and float(newest_first[-1]["ts"]) < since.timestamp()


def checked(card: Card) -> dict[str, Any]:
    """The arguments of a message. Blocks that Slack would refuse are not sent; the text is."""
    wrong = problems(card.blocks) if card.blocks else []
    if card.blocks and too_long(card.blocks):
        wrong.append("msg_blocks_too_long")
    if wrong:
        _log.error("card.invalid", problems=wrong[:3])
        return {"text": card.text}
    return {"text": card.text, "blocks": card.blocks} if card.blocks else {"text": card.text}
