"""Sharing a file in a channel: three calls, and a look before a repeat.

Source: https://docs.slack.dev/messaging/working-with-files#upload
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from incident_bot.domain.delivery import Sent, TryLater
from incident_bot.slack.gateway import Gateway, Postponed


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to share; its `title` is unique in the channel, so that it can be looked for.

    `thread` is the message below which it goes.
    """

    channel: str
    title: str
    name: str
    content: bytes
    comment: str
    thread: str | None = None


async def share(
    gateway: Gateway, session: aiohttp.ClientSession, upload: Upload, *, look_first: bool
) -> Sent:
    """Share a file once; after an unsure attempt, look for it first.

    Raises:
        Postponed, SlackRefused: as the gateway does.
    """
    if look_first:
        listed = await gateway.call("files.list", channel=upload.channel)
        if any(file.get("title") == upload.title for file in listed.get("files", [])):
            return Sent(upload.channel)
    place = await gateway.call(
        "files.getUploadURLExternal", filename=upload.name, length=len(upload.content)
    )
    try:
        async with session.post(place["upload_url"], data=upload.content) as answer:
            if answer.status != 200:
                raise Postponed(TryLater(timedelta(0), f"the upload answered {answer.status}"))
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Postponed(TryLater(timedelta(0), f"the upload failed: {error!r}")) from error
    await gateway.call(
        "files.completeUploadExternal",
        pace_channel=upload.channel,
        files=[{"id": place["file_id"], "title": upload.title}],
        channel_id=upload.channel,
        thread_ts=upload.thread,
        initial_comment=upload.comment,
    )
    return Sent(upload.channel)
