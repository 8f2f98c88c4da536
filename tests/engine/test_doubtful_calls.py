"""Calls of which nobody knows whether they were carried out, and what has changed until one looks."""

from __future__ import annotations

from support.world import World


async def test_a_topic_that_may_have_been_set_is_not_taken_for_the_one_before(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    world.slack.faults.add(method="conversations.setTopic", answer="lost", times=1)
    slow = {"answer": "ratelimited", "retry_after": 40, "times": 1}
    world.slack.faults.add(method="conversations.info", **slow)

    await ada.types("/incident status identified", channel=room)
    await world.settle()
    await ada.types("/incident status investigating", channel=room)
    await world.fast_forward(minutes=1)

    assert "nvestigating" in world.slack.channel(room).topic.value


async def test_a_mention_that_may_have_been_made_loses_its_button_with_the_page(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    channel = world.slack.channel(room).id
    world.slack.faults.add(method="chat.postMessage", channel=channel, answer="lost", times=1)
    slow = {"answer": "ratelimited", "retry_after": 40, "times": 1}
    world.slack.faults.add(method="conversations.history", channel=channel, **slow)

    await ada.types(f"/page {world.person('bo').mention} help", channel=room)
    await world.settle()
    await world.person("bo").clicks("Acknowledge", channel="dm")
    await world.fast_forward(minutes=1)

    assert not [m for m in world.slack.messages(room) if "Acknowledge" in m.buttons]


async def test_a_mention_that_is_refused_is_on_the_timeline(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    channel = world.slack.channel(room).id
    refused = {"answer": "error", "error": "restricted_action"}
    world.slack.faults.add(method="chat.postMessage", channel=channel, **refused)

    await ada.types(f"/page {world.person('bo').mention} help", channel=room)
    await world.settle()

    async with world.bot.desk.database.read() as tx:
        told = [e.text for e in await tx.timeline.of(1) if e.kind == "delivery_failed"]
    assert any(text.startswith("Could not mention the paged people") for text in told)
