"""A page of which nobody knows whether it arrived: looked for, for as long as it matters."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.database.jobs import Claimed
from incident_bot.slack.gateway import Gateway
from incident_bot.slack.messages import Messenger
from incident_bot.slack.pacing import Pacer
from support.world import World

BO, CHEN = "U0BO000002", "U0CHEN0003"
held_up = pytest.mark.parametrize(
    "fault", [{"answer": "503"}, {"answer": "ratelimited", "retry_after": 900}], ids=["503", "429"]
)


async def test_a_page_that_is_answered_before_its_place_is_known_loses_its_buttons(
    world: World,
) -> None:
    slack, bo = world.slack, world.person("bo")
    slack.faults.add(method="chat.postMessage", channel=BO, answer="lost", times=1)
    slack.faults.add(
        method="conversations.open", answer="ratelimited", retry_after=40, nth=(1, 2, 3)
    )
    await world.person("ada").types("/incident declare sev2 database down", channel="general")
    await bo.sees("You are paged", channel="dm")
    await bo.clicks("Decline", channel="dm")

    await world.fast_forward(minutes=3)

    [page] = slack.dm("bo")
    assert "Decline" not in page.buttons


@held_up
async def test_pages_that_slack_held_up_arrive_although_every_tier_has_had_its_time(
    world: World, fault: dict[str, Any]
) -> None:
    world.slack.faults.add(method="chat.postMessage", **fault)
    await world.person("ada").types("/incident declare sev2 database down", channel="general")
    await world.fast_forward(minutes=11)
    assert world.slack.dm("bo") == world.slack.dm("chen") == []

    world.slack.faults.clear()
    await world.fast_forward(minutes=20)

    for name in ("bo", "chen"):
        [page] = world.slack.dm(name)
        assert page.buttons == ["Acknowledge"]


@held_up
async def test_pages_that_slack_held_up_do_not_arrive_once_it_is_resolved(
    world: World, fault: dict[str, Any]
) -> None:
    ada = world.person("ada")
    for user in (BO, CHEN):
        world.slack.faults.add(method="chat.postMessage", channel=user, **fault)
    _, room = await world.declared("sev2 database down")
    await world.fast_forward(minutes=11)

    world.slack.faults.clear()
    await ada.types("/incident resolve failed over", channel=room)
    await world.fast_forward(minutes=20)

    assert world.slack.dm("bo") == world.slack.dm("chen") == []


async def test_a_page_that_failed_is_sent_when_somebody_retries(world: World) -> None:
    ada = world.person("ada")
    refused = {"answer": "error", "error": "user_disabled", "times": 1}
    world.slack.faults.add(method="chat.postMessage", channel=BO, **refused)
    await world.declared("sev2 database down")
    await ada.types("/incident doctor", channel="general")

    await ada.clicks("Retry", message=await ada.sees("page somebody of INC-1", channel="general"))
    await world.settle()

    [page] = world.slack.dm("bo")
    assert "Acknowledge" in page.buttons
    async with world.bot.desk.database.read() as tx:
        assert {str(ring.state) for ring in await tx.pages.rings(1)} == {"sent"}


async def test_a_page_that_failed_is_not_sent_by_retrying_after_the_incident(world: World) -> None:
    ada = world.person("ada")
    refused = {"answer": "error", "error": "user_disabled", "times": 1}
    world.slack.faults.add(method="chat.postMessage", channel=BO, **refused)
    _, room = await world.declared("sev2 database down")
    await ada.types("/incident doctor", channel="general")
    stuck = await ada.sees("page somebody of INC-1", channel="general")
    await world.fast_forward(minutes=11)  # in vain
    await ada.types("/incident resolve failed over", channel=room)

    await ada.clicks("Retry", message=stuck)
    await world.settle()

    assert world.slack.dm("bo") == []


async def test_the_look_for_a_page_does_not_wait_for_those_who_read_histories(
    world: World,
) -> None:
    pacer, now = Pacer(), world.clock.now()
    for method in ("conversations.open", "conversations.history"):
        while not pacer.admit(method, None, now):
            pass
    client = AsyncWebClient(token=world.slack.bot_token, base_url=world.slack.api_url)
    messenger = Messenger(Gateway(client, world.clock, pacer, lambda *_: None))
    moment = round(now.timestamp() * 1e6)
    page = Claimed(1, "page.ring", "page.ring:1/0/bo", {}, 0, moment, 1, 1, True, moment)

    assert await messenger.find(page, BO, paced=False) is None
