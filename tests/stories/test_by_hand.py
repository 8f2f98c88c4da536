"""People delete, archive and close by hand: the bot says so once, and goes on with the rest."""

from __future__ import annotations

from slack_sandbox.messages import delete, find
from support.world import World


async def test_given_an_archived_room__when_the_card_cannot_be_refreshed__then_that_is_no_news(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    await ada.types("/incident resolve index rebuilt", channel=room)
    await world.settle()
    await ada.does("archive", channel=world.slack.channel(room).id)

    await ada.types("/incident close", channel=room)
    await world.fast_forward(seconds=30)
    told = await _failures(world)
    await world.fast_forward(minutes=2)

    assert any("refresh the control card: the channel is archived" in text for text in told)
    assert await _failures(world) == told


async def test_given_a_deleted_card__when_something_changes__then_it_is_back_and_pinned(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    [card] = [m for m in world.slack.messages(room) if m.is_pinned]
    workspace, channel = world.slack.sandbox.workspace, world.slack.channel(room)
    delete(workspace, channel, find(channel, card.ts), ada.id)

    await ada.types("/incident update index rebuilt", channel=room)
    await world.settle()
    await ada.types("/incident update all well", channel=room)
    await world.settle()

    [back] = [m for m in world.slack.messages(room) if m.is_pinned]
    assert "all well" in back
    assert await _failures(world) == []


async def test_given_the_announcements_were_closed__when_declaring__then_they_are_opened_anew(
    world: World,
) -> None:
    ada, _ = await world.declared("sev3 slow search")
    channel = world.slack.channel("incidents")
    await ada.joins("incidents")
    await ada.does("rename_channel", channel=channel.id, name="incidents-old")
    await ada.does("archive", channel=channel.id)

    await ada.types("/incident declare sev3 slow login", channel="general")
    await world.room(2)
    await world.fast_forward(seconds=10)

    assert world.said("incidents", "slow login")


async def _failures(world: World) -> list[str]:
    async with world.bot.desk.database.read() as tx:
        return [e.text for e in await tx.timeline.of(1) if e.kind == "delivery_failed"]


async def test_given_bo_left_the_private_room__when_he_is_paged_again__then_he_is_back_in_it(
    world: World,
) -> None:
    ada, bo = world.person("ada"), world.person("bo")
    _, room = await world.declared("sev3 payroll leak --private")
    await ada.types(f"/page {bo.mention} look at this", channel=room)
    await world.settle()
    await bo.leaves(room)

    await ada.types(f"/page {bo.mention} it is worse", channel=room)
    await world.settle()

    assert bo.id in world.slack.channel(room).members
