"""A channel's history, read back and kept in the record."""

from __future__ import annotations

from incident_bot.database.connection import Database
from incident_bot.slack import transcript
from incident_bot.slack.gateway import Gateway


async def keep(
    gateway: Gateway, database: Database, channel: str, *, oldest: str | None = None
) -> list[str]:
    """Keep what was said in a channel; returns who spoke or was mentioned (Slack user ids, sorted).

    Raises:
        Postponed, SlackRefused: as the gateway does; what was read until then is kept.
    """
    people: set[str] = set()
    async for page in transcript.history(gateway, channel, oldest=oldest):
        async with database.write() as tx:
            await tx.messages.put(page)
        for message in page:
            people |= _mentioned(message.text)
            if message.user_id:
                people.add(message.user_id)
    return sorted(people)


def _mentioned(text: str) -> set[str]:
    return {part.split(">")[0].split("|")[0] for part in text.split("<@")[1:] if ">" in part}
