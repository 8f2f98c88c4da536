"""A Slack user group always holds who is on call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from support.world import World, a_world, on_call_config

ADA, BO, DANA = "U0ADA00001", "U0BO000002", "U0DANA0004"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Ada and Bo take turns of a day; Ada's has just begun."""
    turns = {
        "participants": ["ada", "bo"],
        "every": "1d",
        "starts": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
    }
    schedules = {"primary": {"layers": [turns], "user_group": "@oncall"}}
    config = on_call_config(["bo"], schedules=schedules)
    async with a_world(tmp_path, config=config) as made:
        yield made


async def _made_group(world: World) -> str:
    answer = await _slack(world).usergroups_create(name="On call", handle="oncall")
    return str(answer["usergroup"]["id"])


def _slack(world: World) -> AsyncWebClient:
    return AsyncWebClient(world.slack.bot_token, base_url=world.slack.api_url, retry_handlers=[])


def _members(world: World, group: str) -> list[str]:
    return world.slack.sandbox.workspace.state.usergroups[group].users


async def test_given_no_such_group__when_the_bot_starts__then_the_doctor_says_what_to_do(
    world: World,
) -> None:
    ada = world.person("ada")
    await world.settle()

    await ada.types("/incident doctor", channel="general")
    stuck = await ada.sees("there is no user group", channel="general")
    group = await _made_group(world)
    await ada.clicks("Retry", message=stuck)
    await world.settle()

    assert _members(world, group) == [ADA]


async def test_given_a_group__when_the_shift_ends__then_it_holds_who_is_next(world: World) -> None:
    await world.settle()
    group = await _made_group(world)

    await world.fast_forward(hours=23, minutes=1)
    assert _members(world, group) == [BO]

    await world.fast_forward(days=1)
    assert _members(world, group) == [ADA]


async def test_given_somebody_changed_it__when_the_bot_starts__then_it_holds_who_is_on_call(
    world: World,
) -> None:
    await world.settle()
    group = await _made_group(world)
    await _slack(world).usergroups_users_update(usergroup=group, users=[DANA, BO])

    await world.restarted()
    await world.settle()

    assert _members(world, group) == [ADA]
