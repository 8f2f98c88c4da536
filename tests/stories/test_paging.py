"""Paging really escalates, and never lies."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.world import World, a_world, on_call_config


async def test_given_an_unacked_page__when_five_minutes_pass__then_the_second_tier_is_paged(
    staffed: World,
) -> None:
    bo, chen = staffed.person("bo"), staffed.person("chen")
    await staffed.person("ada").types("/incident declare sev2 db down", channel="general")
    await bo.sees("You are paged", channel="dm")
    room = await staffed.room()
    await chen_is_not_paged(staffed)

    await staffed.fast_forward(minutes=5, seconds=1)

    await chen.sees("You are paged", channel="dm")
    await bo.sees("no answer", channel=room)


async def test_given_a_page__when_bo_acknowledges__then_nobody_else_is_paged(
    staffed: World,
) -> None:
    bo = staffed.person("bo")
    ada, room = await staffed.declared("sev2 db down")

    await bo.clicks("Acknowledge", channel="dm")

    await ada.sees("acknowledged", channel=room)
    await bo.sees("You acknowledged", channel="dm")
    await staffed.settle()
    mention = staffed.said(room, "Page to primary: acknowledged")
    assert mention
    assert not mention[-1].buttons
    await staffed.fast_forward(minutes=20)
    await chen_is_not_paged(staffed)


async def test_given_a_page__when_bo_declines__then_the_next_tier_is_paged_at_once(
    staffed: World,
) -> None:
    bo, chen = staffed.person("bo"), staffed.person("chen")
    await staffed.person("ada").types("/incident declare sev1 db down", channel="general")
    await bo.sees("You are paged", channel="dm")

    await bo.clicks("Decline", channel="dm")

    await chen.sees("You are paged", channel="dm")


async def test_given_an_empty_first_tier__when_paging__then_the_next_is_paged_and_it_says_so(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path, config=on_call_config([], ["chen"])) as world:
        await world.person("ada").types("/incident declare sev1 db down", channel="general")

        await world.person("chen").sees("You are paged", channel="dm")
        await world.person("ada").sees("nobody is in this tier", channel=await world.room())


async def test_given_nobody_configured__when_declared__then_it_says_so_and_offers_a_menu(
    world: World,
) -> None:
    ada = world.person("ada")
    await ada.types("/incident declare sev1 db down", channel="general")
    room = await world.room()
    await ada.sees("Nobody was paged", channel=room)

    await ada.chooses("bo", menu="page.pick", channel=room)

    await world.person("bo").sees("You are paged", channel="dm")


async def chen_is_not_paged(world: World) -> None:
    await world.settle()
    assert not [m for m in world.slack.dm("chen") if "You are paged" in m]


async def test_given_a_drill__when_declared__then_nobody_is_paged_and_it_says_so(
    staffed: World,
) -> None:
    ada, room = await staffed.declared("sev1 --drill rehearsal")

    await ada.sees("a drill pages nobody", channel=room)
    assert not staffed.slack.dm("bo")


async def test_given_an_incident_that_waits_for_work__when_it_is_reopened__then_it_waits_again(
    tmp_path: Path,
) -> None:
    day_after_tomorrow = datetime.now(UTC) + timedelta(days=2)
    config = on_call_config(["bo"], business_hours={"days": [f"{day_after_tomorrow:%a}".lower()]})
    config["severities"][1] = {"name": "SEV2", "policy": "primary", "page_when": "business_hours"}
    async with a_world(tmp_path, config=config) as world:
        ada, room = await world.declared("sev2 slow search")
        await ada.types("/incident resolve index rebuilt", channel=room)
        await world.settle()

        await ada.types("/incident reopen slow again", channel=room)
        await world.settle()
        reopened = await ada.sees("Reopened", channel=room)
        await ada.sees("primary is paged", channel=room, after=reopened)
        assert not world.slack.dm("bo")
        await world.fast_forward(days=3)

        await world.person("bo").sees("slow search", channel="dm")


async def test_given_the_form__when_a_policy_and_a_person_are_paged__then_no_death_parts_them(
    staffed: World,
) -> None:
    ada, room = await staffed.declared("sev3 slow search")
    database, pages = staffed.bot.desk.database, set[int]()

    def look(_moment: str) -> None:
        with contextlib.closing(sqlite3.connect(str(database.file))) as other:
            pages.add(other.execute("SELECT count(*) FROM page").fetchone()[0])

    await ada.types("/page", channel=room)
    await ada.sees_modal("Page")
    database.around_commit = look
    await ada.submits({"Escalation policy": "primary", "Person": "dana"})
    await staffed.settle()

    assert pages == {0, 2}
    assert staffed.slack.dm("bo")
    assert staffed.slack.dm("dana")
