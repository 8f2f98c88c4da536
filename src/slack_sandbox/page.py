"""The page's routes: who one can be, what one sees, what one does."""

import json
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from slack_sandbox import portrait
from slack_sandbox.errors import SlackError
from slack_sandbox.files import LARGEST
from slack_sandbox.gestures import perform
from slack_sandbox.manifest import apply_manifest
from slack_sandbox.model import Conversation, Json, User
from slack_sandbox.sandbox import Sandbox

UI = Path(__file__).parent / "ui"
PAGE, LONGEST_PAGE = 50, 500


class Page:
    """Handlers of ``/`` and ``/_sandbox/*``; see docs/reference/sandbox-page-api.md."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._workspace = sandbox.workspace

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the page."""
        return [
            web.get("/", self.index),
            web.get("/_sandbox/people", self.people),
            web.get("/_sandbox/state", self.state),
            web.get("/_sandbox/messages", self.messages),
            web.get("/_sandbox/thread", self.thread),
            web.get("/_sandbox/search", self.search),
            web.get("/_sandbox/file/{file}", self.file),
            web.get("/_sandbox/avatar/{user}", self.avatar),
            web.get("/_sandbox/stream", self.stream),
            web.post("/_sandbox/gesture", self.gesture),
            web.get("/_sandbox/inspector", self.inspector),
            web.post("/_sandbox/manifest", self.manifest),
        ]

    async def index(self, _request: web.Request) -> web.StreamResponse:
        """Serve the page itself."""
        index = UI / "index.html"
        if not index.is_file():
            return web.Response(text="The sandbox is running; it has no page.", status=404)
        return web.FileResponse(index, headers={"Cache-Control": "no-cache"})

    async def people(self, _request: web.Request) -> web.Response:
        """Say who one can be."""
        team, people = portrait.team(self._workspace), portrait.people(self._workspace)
        return web.json_response({"ok": True, "team": team, "people": people})

    def _user(self, request: web.Request) -> User:
        return self._workspace.user(request.query.get("user", ""))

    def _channel(self, request: web.Request, user: User) -> Conversation:
        channel = self._workspace.conversation(request.query.get("channel", ""))
        if not self._workspace.sees(user.id, channel):
            raise SlackError("channel_not_found")
        return channel

    async def state(self, request: web.Request) -> web.Response:
        """Give everything needed to draw the workspace."""
        connections = len(self._sandbox.hub.connections)
        seq, user = self._sandbox.feed.seq, self._user(request)
        return web.json_response(portrait.state(self._workspace, user, seq, connections))

    async def messages(self, request: web.Request) -> web.Response:
        """Give one page of a conversation."""
        user = self._user(request)
        channel = self._channel(request, user)
        limit = _number(request, "limit", PAGE, LONGEST_PAGE)
        before, around = request.query.get("before", ""), request.query.get("around", "")
        return web.json_response(portrait.page(channel, user.id, before, around, limit))

    async def thread(self, request: web.Request) -> web.Response:
        """Give a thread."""
        user = self._user(request)
        channel, ts = self._channel(request, user), request.query.get("ts", "")
        return web.json_response(portrait.thread(channel, user.id, ts))

    async def search(self, request: web.Request) -> web.Response:
        """Find messages, channels and people."""
        query = request.query.get("q", "")
        return web.json_response(portrait.search(self._workspace, self._user(request), query))

    async def file(self, request: web.Request) -> web.Response:
        """Give a file's bytes, harmless to open."""
        file = self._workspace.file(request.match_info["file"])
        how = "attachment" if request.query.get("download") else "inline"
        name = file.name.replace('"', "").replace("\n", "").replace("\r", "")
        headers = {
            "Content-Disposition": f'{how}; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        }
        return web.Response(body=file.content, content_type=file.mimetype, headers=headers)

    async def avatar(self, request: web.Request) -> web.Response:
        """Draw somebody's picture: their first letter on their colour."""
        user = self._workspace.state.users.get(request.match_info["user"])
        letter = (user.real_name[:1] if user else "S").upper()
        colour = user.color if user else "611f69"
        escaped = letter.replace("&", "&amp;").replace("<", "&lt;")
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
            f'<rect width="48" height="48" rx="8" fill="#{colour}"/>'
            '<text x="24" y="33" font-family="sans-serif" font-size="26" fill="#fff" '
            f'text-anchor="middle">{escaped}</text></svg>'
        )
        return web.Response(text=svg, content_type="image/svg+xml")

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Stream changes."""
        return await self._sandbox.feed.serve(request, self._user(request).id)

    async def gesture(self, request: web.Request) -> web.Response:
        """Let a person do something."""
        if request.content_type == "multipart/form-data":
            fields, parts = await _multipart(request)
        else:
            fields, parts = await _object(request), []
        return web.json_response(await perform(self._sandbox.hands, fields, parts))

    async def inspector(self, request: web.Request) -> web.Response:
        """Give the recorded calls and envelopes."""
        inspector = self._sandbox.inspector
        after = _number(request, "after", 0, 10**12)
        limit = _number(request, "limit", 200, 2000)
        entries = inspector.entries(after, limit)
        return web.json_response({"ok": True, "seq": inspector.seq, "entries": entries})

    async def manifest(self, request: web.Request) -> web.Response:
        """Register what the app declares."""
        enforce = request.query.get("enforce") == "1"
        apply_manifest(self._workspace, await _object(request), enforce)
        return web.json_response({"ok": True, **portrait.completion(self._workspace)})


def _number(request: web.Request, name: str, default: int, most: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdigit():
        raise SlackError("invalid_arguments", message=f"{name} must be a number.")
    return min(int(text), most)


async def _object(request: web.Request) -> Json:
    try:
        body: Any = json.loads(await request.text())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(
            text=json.dumps(
                {"ok": False, "error": "invalid_json", "message": "Not a JSON object."}
            ),
            content_type="application/json",
        )
    return body


async def _multipart(request: web.Request) -> tuple[Json, list[tuple[str, bytes]]]:
    fields: Json = {}
    parts: list[tuple[str, bytes]] = []
    reader = await request.multipart()
    async for part in reader:
        if not isinstance(part, BodyPartReader):
            continue
        body = bytes(await part.read())
        if part.name == "gesture":
            fields = json.loads(body)
        elif len(body) <= LARGEST:
            parts.append((part.filename or "file", body))
    return fields, parts
