"""The bot's clock is an hour ahead of Slack's: it still finds what an earlier attempt has left."""

from __future__ import annotations

from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from support.world import World

AHEAD = timedelta(hours=1)
NAME = "inc-1-slow-search"


def rooms(world: World) -> list[str]:
    """The rooms of incidents."""
    return [name for name in world.slack.channels() if name.startswith("inc-")]


async def test_what_may_have_been_said_is_not_said_again(world: World) -> None:
    world.clock.jump(AHEAD)
    ada, room = await world.declared("sev3 slow search")
    channel = world.slack.channel(room).id
    world.slack.faults.add(method="chat.postMessage", channel=channel, answer="lost", times=1)

    await ada.types("/incident status identified", channel=room)
    await world.fast_forward(minutes=1)

    marks = [message.raw.get("metadata") for message in world.slack.messages(room)]
    keys = [mark["event_payload"]["key"] for mark in marks if mark]
    assert any(key.startswith("entry.say") for key in keys)
    assert len(keys) == len(set(keys))


async def test_a_page_that_may_have_arrived_is_not_sent_again(world: World) -> None:
    world.clock.jump(AHEAD)
    bo = world.person("bo")
    world.slack.faults.add(method="chat.postMessage", channel=bo.id, answer="lost", times=1)

    await world.declared("sev2 database down")
    await world.fast_forward(minutes=1)

    assert len(world.slack.dm("bo")) == 1


async def test_a_room_that_may_have_been_made_is_taken_and_no_second_one_made(
    world: World,
) -> None:
    await world.settle()
    world.clock.jump(AHEAD)
    world.slack.faults.add(method="conversations.create", answer="lost", times=1)

    await world.person("ada").types("/incident declare sev3 slow search", channel="general")
    await world.fast_forward(minutes=1)

    assert rooms(world) == [NAME]


async def test_the_room_of_an_earlier_record_is_left_alone(world: World) -> None:
    client = AsyncWebClient(world.slack.bot_token, base_url=world.slack.api_url)
    old = (await client.conversations_create(name=NAME))["channel"]["id"]
    await client.conversations_setTopic(channel=old, topic="SEV3 · resolved")

    await world.person("ada").types("/incident declare sev3 slow search", channel="general")
    await world.settle()

    assert rooms(world) == [NAME, f"{NAME}-2"]
    assert not world.said(NAME, "declared")
