"""A room's history, read back: the record follows."""

from __future__ import annotations

from incident_bot.database.messages import SaidMessage
from incident_bot.domain.incidents.incident import Incident
from incident_bot.operations import catching_up
from incident_bot.operations.desk import Desk
from incident_bot.slack.gateway import Gateway
from incident_bot.slack.transcript import pages, said

ENOUGH = 5
"""Pages of a room after which it is read on only as far as nobody has heard it."""


async def read_back(
    gateway: Gateway, desk: Desk, incident: Incident, *, every_thread: bool
) -> list[str]:
    """Read a room's history: all of it with every thread, or what may have changed meanwhile.

    That is the newest thousand messages and whatever nobody has heard, with the threads that are
    not as the record has them. Returns who spoke or was mentioned (Slack user ids, sorted).

    Raises:
        Postponed, SlackRefused: as the gateway does; what was read until then is kept.
    """
    channel = incident.channel_id or ""
    before = await catching_up.known(desk, incident)
    seen: set[str] = set()
    threads: set[str] = set()
    people: set[str] = set()

    async def take(messages: list[SaidMessage]) -> None:
        await catching_up.follow(desk, before, messages)
        for message in messages:
            seen.add(message.ts)
            people.update(_mentioned(message.text), [message.user_id] if message.user_id else [])

    read = 0
    async for page in pages(gateway, "conversations.history", channel=channel):
        read += 1
        await take([said(channel, message) for message in page])
        for message in page:
            ts, replies = str(message["ts"]), int(message.get("reply_count") or 0)
            latest = str(message.get("latest_reply") or "")
            if before.has_news(ts, replies, latest) or (every_thread and replies):
                threads.add(ts)
                async for part in pages(gateway, "conversations.replies", channel=channel, ts=ts):
                    await take([said(channel, reply) for reply in part])
        if not every_thread and read >= ENOUGH and any(m["ts"] in before.messages for m in page):
            break
    await catching_up.forget(desk, before, before.unseen(seen, threads))
    return sorted(people)


def _mentioned(text: str) -> set[str]:
    return {part.split(">")[0].split("|")[0] for part in text.split("<@")[1:] if ">" in part}
