"""Slack apps for the tests: unmodified slack_sdk and slack_bolt, pointed at the sandbox."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from slack_sandbox.testing import SandboxWorkspace


def bolt(slack: SandboxWorkspace) -> AsyncApp:
    """Return a Bolt app whose only difference from a real one is its base URL."""
    return AsyncApp(client=AsyncWebClient(token=slack.bot_token, base_url=slack.api_url))


@asynccontextmanager
async def running(slack: SandboxWorkspace, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    """Connect an app over Socket Mode for the length of the block."""
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    await slack.connected()
    try:
        yield app
    finally:
        await handler.close_async()


@asynccontextmanager
async def socket(
    slack: SandboxWorkspace, query: str = ""
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Open a bare Socket Mode connection and read its hello."""
    client = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
    answer = await client.apps_connections_open(app_token=slack.app_token)
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(answer["url"] + query, autoping=False) as connection,
    ):
        yield connection


async def refused(call: Awaitable[AsyncSlackResponse]) -> dict[str, Any]:
    """Return the answer of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    answer = caught.value.response.data
    assert isinstance(answer, dict)
    return answer
