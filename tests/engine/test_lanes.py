"""What goes first when Slack does not let everything through, and what becomes of the rest."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from incident_bot.database.jobs import Claimed
from incident_bot.domain.delivery import GiveUp, Outcome
from incident_bot.domain.effects import ConfirmPin, Lane, RemindReviews, RingPerson, SayEntry, Work
from incident_bot.engine.loop import LOWER_PLACES, OTHER_PLACES, PAGE_PLACES, Engine
from support.clock import WoundClock
from support.desk import NobodyWatches, a_desk
from support.world import World, a_world, on_call_config

MANY = 20
SLOW = (ConfirmPin, RemindReviews, SayEntry, RingPerson)


async def test_when_slack_is_slow_decorations_leave_places_for_state_and_pages(
    tmp_path: Path,
) -> None:
    begun, answer = Counter[int](), asyncio.Event()

    async def slow(job: Claimed, _work: Work) -> Outcome:
        begun[job.lane] += 1
        await answer.wait()
        return GiveUp("seen", quiet=True)

    def more_than_fit(number: int) -> list[Work]:
        return [
            ConfirmPin(number, "C1", "1.0"),
            RemindReviews(str(number), "09:00"),
            SayEntry(number, number),
            RingPerson(number, 0, "UADA"),
        ]

    async with a_desk(tmp_path, WoundClock()) as desk:
        engine = Engine(desk, dict.fromkeys(SLOW, slow), NobodyWatches())

        async def taken(*lanes: Lane) -> Counter[int]:
            """Everything of some lanes is written down, and the loop turns twice."""
            now, work = desk.clock.now(), [more_than_fit(n) for n in range(OTHER_PLACES + 1)]
            async with desk.database.write() as tx:
                await tx.jobs.add([(w, now) for some in work for w in some if w.lane in lanes], now)
            assert await engine.turn()
            assert not await engine.turn()
            await asyncio.sleep(0)  # what was begun has been called
            return begun

        assert (await taken(Lane.DECORATION, Lane.HOUSEKEEPING)).total() == LOWER_PLACES
        assert (await taken(Lane.STATE))[Lane.STATE] == OTHER_PLACES - LOWER_PLACES
        assert (await taken(Lane.PAGES))[Lane.PAGES] == PAGE_PLACES
        answer.set()
        await engine.settle()


async def test_state_may_take_every_place_but_those_of_pages(tmp_path: Path) -> None:
    answer = asyncio.Event()

    async def slow(_job: Claimed, _work: Work) -> Outcome:
        await answer.wait()
        return GiveUp("seen", quiet=True)

    async with a_desk(tmp_path, WoundClock()) as desk:
        engine = Engine(desk, dict.fromkeys(SLOW, slow), NobodyWatches())
        now = desk.clock.now()
        work: list[Work] = [SayEntry(number, number) for number in range(OTHER_PLACES + 1)]
        work += [ConfirmPin(1, "C1", "1.0")]
        async with desk.database.write() as tx:
            await tx.jobs.add([(one, now) for one in work], now)
        assert await engine.turn()

        assert engine.in_flight == OTHER_PLACES
        answer.set()
        await engine.settle()


@pytest.mark.unmeasured
async def test_twenty_declares_at_once_all_arrive_and_pages_come_first(world: World) -> None:
    await world.settle()
    world.slack.limits.on = True
    ada = world.person("ada")

    answers = await asyncio.gather(
        *(ada.types(f"/incident declare sev2 trouble {n}", channel="general") for n in range(MANY))
    )
    assert all(answer.get("acked") for answer in answers)
    await world.fast_forward(minutes=4)

    rooms = [name for name in world.slack.channels() if name.startswith("inc-")]
    assert len(rooms) == MANY
    for room in rooms:
        cards = [m for m in world.slack.messages(room) if m.is_pinned]
        assert len(cards) == 1, room
    assert len(world.said("incidents", "trouble")) == MANY
    pages = [m for m in world.slack.dm("bo") if "You are paged" in m.text]
    assert len(pages) == MANY
    tried = [_key(call) for call in world.slack.calls("chat.postMessage")]
    for number in range(1, MANY + 1):
        page, announced = f"page.ring:{number}/0/U0BO000002", f"announcement.post:{number}"
        assert tried.index(page) < tried.index(announced)


def _key(call: dict[str, Any]) -> str:
    metadata = call["arguments"].get("metadata") or "{}"
    told = metadata if isinstance(metadata, dict) else json.loads(metadata)
    return str(told.get("event_payload", {}).get("key"))


async def test_a_429_on_one_method_delays_no_other(world: World) -> None:
    world.slack.faults.add(
        method="conversations.setTopic", nth=1, answer="ratelimited", retry_after=600
    )

    ada, room = await world.declared("sev2 database down")

    assert world.slack.channel(room).topic.value == ""
    assert [m for m in world.slack.dm("bo") if "You are paged" in m.text]
    assert any(m.is_pinned for m in world.slack.messages(room))
    await ada.types("/incident log all else goes on", channel=room)
    await world.fast_forward(minutes=11)
    assert "database down" in world.slack.channel(room).topic.value


async def test_refreshes_that_wait_merge_to_the_newest(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    world.slack.faults.add(method="chat.update", nth=1, answer="ratelimited", retry_after=120)
    before = len(world.slack.calls("chat.update"))

    for number in range(12):
        await ada.types(f"/incident update step {number}", channel=room)
    await world.fast_forward(minutes=3)

    card = next(m for m in world.slack.messages(room) if m.is_pinned)
    assert "step 11" in card
    assert len(world.slack.calls("chat.update")) - before <= 8


async def test_a_permanent_error_ends_at_once(world: World) -> None:
    fault = world.slack.faults.add(method="pins.add", answer="error", error="restricted_action")

    await world.declared("sev3 slow search")
    await world.fast_forward(minutes=10)

    assert fault.struck == 1


async def test_a_dead_letter_is_on_the_card_and_its_button_works(world: World) -> None:
    ada = world.person("ada")
    world.slack.faults.add(method="pins.add", answer="error", error="restricted_action")
    _, room = await world.declared("sev3 slow search")
    card = await ada.sees("forbids", channel=room)

    world.slack.faults.clear()
    await ada.clicks("Retry", message=card)
    await world.settle()

    assert any(m.is_pinned for m in world.slack.messages(room))
    assert "forbids" not in next(m for m in world.slack.messages(room) if m.is_pinned)


async def test_a_call_whose_answer_was_lost_is_not_repeated_when_it_was_done(
    tmp_path: Path,
) -> None:
    for method in ("chat.postMessage", "conversations.create", "conversations.setTopic"):
        folder = tmp_path / method
        await asyncio.to_thread(folder.mkdir)
        async with a_world(folder, config=on_call_config(["bo"])) as world:
            world.slack.faults.add(method=method, answer="lost", times=2)

            _, room = await world.declared("sev2 database down")
            await world.fast_forward(seconds=30)

            rooms = [name for name in world.slack.channels() if name.startswith("inc-")]
            assert rooms == [room]
            spoken = [m for name in (room, "incidents") for m in world.slack.messages(name)]
            said = [m.text for m in spoken if m.blocks or m.raw.get("subtype") == "channel_topic"]
            assert [text for text in said if said.count(text) > 1] == [], method
            assert len([m for m in world.slack.dm("bo") if "You are paged" in m.text]) == 1


@pytest.mark.unmeasured
async def test_when_the_clock_jumps_nothing_is_lost_or_doubled(world: World) -> None:
    await world.declared("sev2 database down")

    await world.fast_forward(days=2)

    chen = [m for m in world.slack.dm("chen") if "database down" in m.text]
    assert len(chen) == 1
