"""A sandbox that serves on a port of its own, and Slack's Python clients for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from slack_sandbox.gestures import perform
from slack_sandbox.model import Json
from slack_sandbox.rules import Rules
from slack_sandbox.sandbox import Sandbox
from slack_sandbox.server import Server

PATIENCE = 60.0
"""Seconds after which a test is taken for stuck."""

SILENCE = 20.0
"""Seconds after which what is waited for will not come."""


@dataclass
class Running:
    """A served sandbox; `http` is for its own routes, `client` holds the bot's token."""

    sandbox: Sandbox
    server: Server
    http: aiohttp.ClientSession
    client: AsyncWebClient

    async def get(self, path: str) -> Json:
        async with self.http.get(f"{self.server.url}{path}") as response:
            body: Json = await response.json()
            return body

    async def post(self, path: str, body: object) -> tuple[int, Json]:
        async with self.http.post(f"{self.server.url}{path}", json=body) as response:
            return response.status, await response.json()

    async def does(self, user: str, gesture: str, **fields: object) -> Json:
        """Let a person do something."""
        return await perform(self.sandbox.hands, {"user": user, "gesture": gesture, **fields})

    def call(self, method: str, **arguments: object) -> Json:
        """Ask the Web API without the network."""
        token = self.sandbox.workspace.app.bot_token
        return self.sandbox.dispatcher.answer(method, arguments, token)

    async def room(self, name: str = "room") -> str:
        """Make a channel with the app and ada in it; return its id."""
        made = self.call("conversations.create", name=name)
        channel = str(made["channel"]["id"])
        self.call("conversations.invite", channel=channel, users="U0ADA00001")
        return channel

    async def noted(self, kind: str, count: int = 1, **facts: object) -> None:
        """Wait until the inspector holds so many entries like this.

        Raises:
            AssertionError: they never came; says what is there.
        """
        changed = asyncio.Event()
        inspector = self.sandbox.inspector
        deaf = inspector.listen(lambda _: changed.set())

        def found() -> int:
            rows = [e for e in inspector.entries() if e["kind"] == kind]
            return sum(all(row.get(k) == v for k, v in facts.items()) for row in rows)

        try:
            async with asyncio.timeout(SILENCE):
                while found() < count:
                    await changed.wait()
                    changed.clear()
        except TimeoutError:
            there = [e for e in inspector.entries() if e["kind"] == kind]
            raise AssertionError(f"no {count} × {kind} {facts}; there is {there}") from None
        finally:
            deaf()

    def socket(self) -> SocketModeClient:
        """Return the SDK's Socket Mode client, not connected yet."""
        app_token = self.sandbox.workspace.app.app_token
        return SocketModeClient(
            app_token=app_token,
            web_client=AsyncWebClient(base_url=self.server.api_url),
            ping_interval=1,
        )


@asynccontextmanager
async def running(seed: int = 1, **rules: object) -> AsyncIterator[Running]:
    """Serve a sandbox for the length of a block, which fails rather than hangs."""
    sandbox = Sandbox(rules=Rules(**rules), seed=seed)  # type: ignore[arg-type]
    server = Server(sandbox)
    await server.start()
    try:
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as http:
            client = AsyncWebClient(
                token=sandbox.workspace.app.bot_token, base_url=server.api_url, session=http
            )
            yield Running(sandbox, server, http, client)
    finally:
        await server.stop()
