"""Server-sent events: every change, as the person at the page may know it."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

from slack_sandbox.inspector import Inspector
from slack_sandbox.model import Json
from slack_sandbox.news import news
from slack_sandbox.workspace import Change, Workspace

KEPT = 1000
QUIET_SECONDS = 15.0


@dataclass(eq=False)
class Reader:
    """One open stream."""

    user: str
    lines: "asyncio.Queue[str | None]" = field(default_factory=asyncio.Queue)


class Feed:
    """Numbers the changes, remembers the last ones, and tells every reader."""

    def __init__(self, workspace: Workspace, inspector: Inspector) -> None:
        self._workspace = workspace
        self._inspector = inspector
        self._recent: deque[tuple[int, Change]] = deque(maxlen=KEPT)
        self._readers: set[Reader] = set()
        self.seq = 0
        workspace.listen(self._notice)

    def _notice(self, change: Change) -> None:
        self.seq += 1
        self._recent.append((self.seq, change))
        for reader in self._readers:
            self._tell(reader, self.seq, change)

    def _tell(self, reader: Reader, seq: int, change: Change) -> None:
        for name, body in news(self._workspace, change, reader.user):
            reader.lines.put_nowait(_event(name, body, seq))

    async def serve(self, request: web.Request, user: str) -> web.StreamResponse:
        """Stream to one page until it goes away or the sandbox stops."""
        headers = {"Cache-Control": "no-store", "Content-Type": "text/event-stream"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        reader = Reader(user)
        since = request.headers.get("Last-Event-ID") or request.query.get("since")
        self._greet(reader, since)
        self._readers.add(reader)
        deaf = None
        if request.query.get("inspector") == "1":
            deaf = self._inspector.listen(
                lambda entry: reader.lines.put_nowait(_event("inspector", entry))
            )
        try:
            await self._write(reader, response)
        except ConnectionResetError:
            return response
        finally:
            self._readers.discard(reader)
            if deaf is not None:
                deaf()
        return response

    def _greet(self, reader: Reader, since: str | None) -> None:
        hello = {"seq": self.seq, "user": reader.user, "now": self._workspace.now()}
        reader.lines.put_nowait(_event("hello", hello, self.seq))
        if since is None or not since.isdigit() or int(since) == self.seq:
            return
        oldest = self._recent[0][0] if self._recent else self.seq + 1
        if not oldest - 1 <= int(since) < self.seq:
            reader.lines.put_nowait(_event("reset", {}, self.seq))
            return
        for seq, change in self._recent:
            if seq > int(since):
                self._tell(reader, seq, change)

    async def _write(self, reader: Reader, response: web.StreamResponse) -> None:
        while True:
            try:
                line = await asyncio.wait_for(reader.lines.get(), QUIET_SECONDS)
            except TimeoutError:
                line = ": quiet\n\n"
            if line is None:
                return
            await response.write(line.encode())

    def reset(self) -> None:
        """Tell every reader that nothing is as it was: read everything again."""
        self.seq += 1
        self._recent.clear()
        for reader in self._readers:
            reader.lines.put_nowait(_event("reset", {}, self.seq))

    def close(self) -> None:
        """End every stream."""
        for reader in self._readers:
            reader.lines.put_nowait(None)


def _event(name: str, body: Json, seq: int | None = None) -> str:
    number = f"id: {seq}\n" if seq is not None else ""
    return f"{number}event: {name}\ndata: {json.dumps(body)}\n\n"
