"""Whatever happened in a room while nobody was connected is in the record afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from incident_bot.app import App
from incident_bot.database.connection import Database
from incident_bot.domain.incidents.incident import Incident
from incident_bot.slack import actions
from incident_bot.slack.history import ENOUGH
from incident_bot.slack.transcript import PAGE, said
from support.rest import until
from support.world import World

pytestmark = pytest.mark.alone
READ = "conversations.history"


async def _started(world: World) -> None:
    world.bot = App(world.settings, world.clock)
    await world.bot.start()


async def _incident(world: World) -> Incident:
    async with world.bot.desk.database.read() as tx:
        return await tx.incidents.get(1)


async def _kept(world: World) -> dict[str, str]:
    """What is kept of the room, by ts: its text, or that it was deleted."""
    channel = (await _incident(world)).channel_id or ""
    async with world.bot.desk.database.read() as tx:
        return {m.ts: "(deleted)" if m.deleted else m.text for m in await tx.messages.of(channel)}


async def _pinned(world: World) -> list[str]:
    async with world.bot.desk.database.read() as tx:
        return [entry.text for entry in await tx.timeline.of(1) if entry.kind == "pin"]


@pytest.mark.parametrize("how", ["", "--private "], ids=["public", "private"])
async def test_what_happened_while_no_process_ran_is_in_the_record(world: World, how: str) -> None:
    ada, room = await world.declared(f"{how}sev3 slow search")
    assert (await _incident(world)).private == bool(how)
    wrong = await ada.says("it is the cache", channel=room)
    secret = await ada.says("the password is 1234", channel=room)
    doubted = await ada.says("or is it the deploy?", channel=room)
    thread = await ada.says("looking at the index", channel=room)
    answer = await ada.replies("which index?", thread)
    await ada.reacts("pushpin", wrong)
    await ada.reacts("pushpin", doubted)
    await ada.reacts("pushpin", secret)
    await world.settle()
    assert sorted(await _pinned(world)) == sorted([wrong.text, secret.text, doubted.text])

    await world.bot.stop()
    await ada.edits(wrong, "it is not the cache")
    await ada.deletes(secret)
    await ada.deletes(answer)
    await ada.unreacts("pushpin", doubted)
    late = await ada.replies("the one of yesterday", thread)
    await ada.reacts("pushpin", late)
    said = await ada.says("rolled back", channel=room)
    await _started(world)
    await world.settle()

    kept = await _kept(world)
    assert kept[wrong.ts] == "it is not the cache"
    assert kept[secret.ts] == kept[answer.ts] == "(deleted)"
    assert kept[late.ts] == "the one of yesterday"
    assert kept[said.ts] == "rolled back"
    assert sorted(await _pinned(world)) == ["it is not the cache", "the one of yesterday"]


async def test_what_a_shortcut_put_on_the_timeline_stays_there(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    said = await ada.says("it was the deploy", channel=room)
    await ada.runs(actions.SHORTCUT_LOG, said)
    await world.settle()

    await world.restarted()
    await world.settle()

    assert await _pinned(world) == ["it was the deploy"]


async def test_what_slack_does_not_keep_for_so_long_is_not_taken_for_deleted(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    await ada.says("it was the deploy", channel=room)
    await world.settle()
    before = await _kept(world)

    await world.bot.stop()
    history = world.slack.sandbox.workspace.named(room).history
    for ts in list(history.messages):
        history.remove(ts)
    said = await ada.says("much later", channel=room)
    await _started(world)
    await world.settle()

    assert await _kept(world) == {**before, said.ts: "much later"}


async def test_a_room_of_more_threads_than_may_be_read_at_once_is_read_to_its_end(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    for number in range(60):
        await ada.replies(f"answer {number}", await ada.says(f"line {number}", channel=room))
    await ada.types("/incident resolve the index is back", channel=room)
    await world.settle()

    def read() -> int:
        return len(world.slack.calls("conversations.replies"))

    await ada.types("/incident postmortem", channel=room)
    while read() < 60:
        seen = read()
        world._advance(world.bot.desk.lease / 20)
        await until(lambda seen=seen: read() > seen, "one more thread")
    await ada.sees("post-mortem draft 1", channel=room)

    assert read() == 60


async def test_of_a_long_room_only_what_may_have_changed_is_read_back(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    channel = world.slack.channel(room)
    await world.bot.stop()
    old = [await ada.says(f"line {n}", channel=room) for n in range(PAGE * ENOUGH)]
    database = Database(world.settings.database)
    async with database.write() as tx:
        await tx.messages.put([said(channel.id, message.raw) for message in old])
    await database.close()
    new = [await ada.says(f"news {n}", channel=room) for n in range(PAGE)]

    readings: list[dict[str, Any]] = []
    world.slack.sandbox.inspector.listen(
        lambda call: readings.append(call) if call.get("method") == READ else None
    )
    await _started(world)
    await until(lambda: len(readings) >= ENOUGH, "the reading")
    await world.settle()

    assert len(readings) == ENOUGH
    kept = await _kept(world)
    assert all(kept[message.ts] == message.text for message in new)
