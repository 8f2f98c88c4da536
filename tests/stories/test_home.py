"""The app's Home: what concerns me, at a glance, and one press away."""

from __future__ import annotations

from pathlib import Path

from support.world import World, a_world, on_call_config


def _home(world: World, name: str) -> str:
    home = world.person(name).home
    return home.text if home is not None else ""


async def test_given_a_calm_day__when_ada_opens_home__then_it_says_who_is_on_call(
    tmp_path: Path,
) -> None:
    turns = {"participants": ["bo"], "every": "1d", "starts": "2026-01-01T00:00:00Z"}
    config = on_call_config(["bo"], schedules={"primary": {"layers": [turns]}})
    async with a_world(tmp_path, config=config) as world:
        ada = world.person("ada")

        await ada.opens_home()

        home = await ada.sees_home("No open incident")
        assert "*primary* @bo" in home.text


async def test_given_home__when_ada_declares_there__then_her_incident_is_on_it(
    staffed: World,
) -> None:
    ada = staffed.person("ada")
    await ada.opens_home()
    await ada.sees_home("No open incident")

    await ada.clicks("Declare an incident")
    await ada.submits({"What is wrong?": "db down"})
    await staffed.room()
    await staffed.fast_forward(seconds=21)

    home = await ada.sees_home("db down")
    assert "Your incidents" in home.text


async def test_given_a_page__when_bo_acknowledges_on_home__then_it_is_gone_from_there(
    staffed: World,
) -> None:
    bo = staffed.person("bo")
    _, room = await staffed.declared("sev2 db down")
    await bo.opens_home()
    await bo.sees_home("Your pages")

    await bo.clicks("Acknowledge")
    await staffed.settle()

    assert "Your pages" not in _home(staffed, "bo")
    assert "Your incidents" in _home(staffed, "bo")
    assert staffed.said(room, "acknowledged")


async def test_given_home_is_open__when_somebody_resolves__then_it_follows_within_seconds(
    staffed: World,
) -> None:
    chen = staffed.person("chen")
    ada, room = await staffed.declared("sev3 slow search")
    await chen.opens_home()
    await chen.sees_home("slow search")

    await ada.types("/incident resolve reindexed", channel=room)
    await staffed.fast_forward(seconds=21)

    assert "No open incident" in _home(staffed, "chen")


async def test_given_nothing_changes__when_time_passes__then_home_is_not_published_again(
    staffed: World,
) -> None:
    await staffed.person("ada").opens_home()
    await staffed.fast_forward(minutes=6)

    assert len(staffed.slack.calls("views.publish")) == 1


async def test_given_nobody_comes_back__when_minutes_pass__then_nothing_more_is_done_for_home(
    staffed: World,
) -> None:
    await staffed.person("chen").opens_home()
    await staffed.fast_forward(minutes=6)
    await staffed.declared("sev3 slow search")
    await staffed.fast_forward(minutes=6)
    assert "slow search" not in _home(staffed, "chen")

    await staffed.person("chen").opens_home()

    await staffed.person("chen").sees_home("slow search")


async def test_given_a_private_incident__when_others_open_home__then_it_is_not_there(
    staffed: World,
) -> None:
    await staffed.declared("--private sev2 leak of keys")

    for name in ("ada", "chen"):
        await staffed.person(name).opens_home()
    await staffed.person("ada").sees_home("leak of keys")
    await staffed.settle()

    assert _home(staffed, "chen")
    assert "leak" not in _home(staffed, "chen")


async def test_given_the_bot_dies_with_home_open__when_it_is_back__then_home_is_current(
    staffed: World,
) -> None:
    chen = staffed.person("chen")
    ada, room = await staffed.declared("sev3 slow search")
    await chen.opens_home()
    await chen.sees_home("slow search")
    await ada.types("/incident resolve reindexed", channel=room)
    await staffed.settle()

    await staffed.restarted()
    await staffed.fast_forward(seconds=21)

    assert "No open incident" in _home(staffed, "chen")


async def test_given_slacks_answers_are_lost__when_ada_comes_again__then_she_waits_for_no_retry(
    staffed: World,
) -> None:
    ada = staffed.person("ada")
    fault = staffed.slack.faults.add(method="views.publish", answer="lost", times=6)
    await ada.opens_home()
    while fault.struck < 6:
        await staffed.fast_forward(seconds=1)
    await staffed.declared("sev3 slow checkout", by="chen")

    await ada.opens_home()

    await ada.sees_home("slow checkout")
