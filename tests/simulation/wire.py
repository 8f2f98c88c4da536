"""The wire between a replica and its Slack: requests become calls of the sandbox, at once.

It stands where the HTTP session would, so that everything above it is the real thing: the SDK's
client, the gateway, Bolt, the answers to commands, uploads.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp

from slack_sandbox.dispatch import Answer, ConnectionCut
from slack_sandbox.sandbox import Sandbox

Step = Callable[[str], Awaitable[None]]
MAY_BE_A_REPEAT = "its first delivery is uncertain"
Note = Callable[[str], None]


class Wire:
    """A session of one replica; `step` is told before and after the effect of every call."""

    closed = False

    def __init__(self, sandbox: Sandbox, step: Step, note: Note) -> None:
        self._sandbox = sandbox
        self._step = step
        self._note = note

    def request(
        self,
        _verb: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        **_more: Any,
    ) -> _Exchange:
        """A Web API call."""
        method = url.rpartition("/api/")[2]
        arguments = {k: str(v) for k, v in (params or {}).items() if v is not None}
        arguments |= {k: str(v) for k, v in (data or {}).items() if v is not None}
        arguments |= {k: v for k, v in (json or {}).items() if v is not None}
        token = dict(headers or {}).get("Authorization", "").removeprefix("Bearer ")
        return _Exchange(self._call(method, _copied(arguments), token))

    def post(self, url: str, *, json: Any = None, data: Any = None) -> _Exchange:
        """An answer to a command or button, or the bytes of a file."""
        path = url.removeprefix(self._sandbox.workspace.url)
        if path.startswith("/response/"):
            return _Exchange(self._respond(path.removeprefix("/response/"), _copied(json)))
        return _Exchange(self._upload(path.rpartition("/")[2], data))

    async def _call(self, method: str, arguments: dict[str, Any], token: str) -> Answer:
        await self._step(f"before {method}")
        if method == "chat.postMessage" and MAY_BE_A_REPEAT in json.dumps(arguments):
            self._note(f"says that it may repeat {arguments['metadata']['event_payload']['key']}")
        try:
            answer = await self._sandbox.dispatcher.intercepted(method, arguments, token)
        except ConnectionCut as cut:
            self._note(f"{method} cut")
            raise aiohttp.ServerDisconnectedError from cut
        word = answer.body.get("error", "ok") if isinstance(answer.body, dict) else answer.status
        self._note(f"{method} {arguments.get('channel', '')} {word}")
        await self._step(f"after {method}")
        return Answer(_copied(answer.body), answer.status, answer.headers)

    async def _respond(self, path: str, arguments: dict[str, Any]) -> Answer:
        await self._step("before response_url")
        urls = self._sandbox.response_urls
        doorway = urls._doorways.get(path)
        shown = {"channel": doorway.channel if doorway else "", **arguments}
        try:
            answer = await urls._intercepted(doorway, shown, arguments)
        except ConnectionCut as cut:
            self._note("response_url cut")
            raise aiohttp.ServerDisconnectedError from cut
        self._note(f"response_url {answer.status}")
        await self._step("after response_url")
        return answer

    async def _upload(self, file: str, content: bytes) -> Answer:
        await self._step("before upload")
        self._sandbox.workspace.state.files[file].content = content
        await self._step("after upload")
        return Answer("OK")


class _Exchange:
    """`async with session.request(…) as response`."""

    def __init__(self, answering: Awaitable[Answer]) -> None:
        self._answering = answering
        self._answer = Answer("")

    async def __aenter__(self) -> Self:
        self._answer = await self._answering
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is kept open."""

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> dict[str, str]:
        return {"x-oauth-scopes": "", **self._answer.headers}

    @property
    def content_type(self) -> str:
        return "text/plain" if isinstance(self._answer.body, str) else "application/json"

    async def json(self) -> Any:
        return self._answer.body

    async def text(self) -> str:
        return str(self._answer.body)


def _copied(body: Any) -> Any:
    """What arrives at the other end: equal, but not the same object."""
    return json.loads(json.dumps(body))
