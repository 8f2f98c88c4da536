"""Every way a call to Slack can end has a name, also when it is not Slack that answers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.domain.delivery import TryLater
from incident_bot.slack.answers import Answers, Asker
from incident_bot.slack.blockkit import Card
from incident_bot.slack.gateway import LONGEST_RETRY_AFTER, Gateway, Postponed, SlackRefused
from incident_bot.slack.pacing import Pacer
from support.clock import WoundClock
from support.world import World

LIMITED = '{"ok": false, "error": "ratelimited"}'
PAGE = "<html>The proxy is being maintained</html>"


@contextlib.asynccontextmanager
async def _answered(answer: dict[str, Any]) -> AsyncIterator[Gateway]:
    """A gateway to somebody who answers every call in the same way."""

    async def serve(_request: web.Request) -> web.Response:
        return web.Response(**answer)

    application = web.Application()
    application.router.add_route("*", "/api/{method}", serve)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    client = AsyncWebClient(
        token="xoxb-1", base_url=f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    )
    try:
        yield Gateway(client, WoundClock(), Pacer(), lambda *_: None)
    finally:
        await runner.cleanup()


async def _postponed(gateway: Gateway, method: str = "chat.postMessage", **of: Any) -> TryLater:
    with pytest.raises(Postponed) as postponed:
        await gateway.call(method, **of)
    return postponed.value.outcome


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "text": PAGE, "content_type": "text/html"},
        {"status": 200, "text": PAGE, "content_type": "text/plain"},
        {"status": 200, "text": "{", "content_type": "application/json"},
        {"status": 403, "text": PAGE, "content_type": "text/html"},
        {"status": 503, "text": PAGE, "content_type": "text/html"},
        {"status": 200, "text": '{"ok": false}', "content_type": "application/json"},
    ],
    ids=lambda answer: f"{answer['status']} {answer['content_type']} {answer['text'][:5]}",
)
async def test_what_slack_did_not_say_is_not_final(answer: dict[str, Any]) -> None:
    async with _answered(answer) as gateway:
        later = await _postponed(gateway, channel="C1")

    assert later.counted
    assert later.unsure


async def test_what_slack_says_is_final() -> None:
    answer = {"text": '{"ok": false, "error": "is_archived"}', "content_type": "application/json"}
    async with _answered(answer) as gateway:
        with pytest.raises(SlackRefused, match="is_archived"):
            await gateway.call("chat.postMessage", channel="C1")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("-5", 1.0),
        ("", 30.0),
        (None, 30.0),
        ("Wed, 25 Nov 2026 07:28:00 GMT", 30.0),
        ("1e30", LONGEST_RETRY_AFTER),
        ("inf", LONGEST_RETRY_AFTER),
        ("nan", 30.0),
    ],
)
async def test_slack_says_how_long_to_wait_and_nothing_it_says_breaks_that(
    header: str | None, seconds: float
) -> None:
    headers = {} if header is None else {"Retry-After": header}
    answer = {
        "status": 429,
        "headers": headers,
        "text": LIMITED,
        "content_type": "application/json",
    }
    async with _answered(answer) as gateway:
        later = await _postponed(gateway, channel="C1")

    assert later.after == timedelta(seconds=seconds)
    assert not later.counted


async def test_a_limit_of_the_workspace_holds_up_all_channels_and_nothing_else() -> None:
    text = '{"ok": false, "error": "message_limit_exceeded"}'
    async with _answered({"text": text, "content_type": "application/json"}) as gateway:
        await _postponed(gateway, channel="C1")

        assert (await _postponed(gateway, channel="C2")).why == "waiting for a rate slot"
        assert (await _postponed(gateway, "chat.update", channel="C1")).why != (
            "waiting for a rate slot"
        )


async def test_whoever_asked_is_answered_also_when_neither_place_takes_an_answer(
    world: World,
) -> None:
    ada, now, pacer = world.person("ada"), world.clock.now(), Pacer()
    channel = world.slack.channel("general").id
    while not pacer.admit("chat.postEphemeral", channel, now):
        pass
    client = AsyncWebClient(token=world.slack.bot_token, base_url=world.slack.api_url)
    async with aiohttp.ClientSession() as session:
        answers = Answers(Gateway(client, world.clock, pacer, lambda *_: None), session)
        expired = f"{world.slack.url}/response/T0/1/expired"

        await answers.privately(Asker(ada.id, channel, expired), Card("there is no SEV9", []))

    assert "there is no SEV9" in world.slack.dm("ada")[-1]
