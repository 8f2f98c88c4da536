"""response_url: an app answers a gesture later, up to five times within thirty minutes."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from slack_sandbox.compose import content, signature
from slack_sandbox.dispatch import CUT, Answer, ConnectionCut, Interceptor, cut
from slack_sandbox.errors import SlackError
from slack_sandbox.inspector import Inspector
from slack_sandbox.messages import (
    delete,
    edit,
    post,
    rewhisper,
    unwhisper,
    whisper,
    whispered,
)
from slack_sandbox.model import Conversation, Json
from slack_sandbox.workspace import Workspace


@dataclass
class Doorway:
    """What one response_url leads to: who asked, where, and the message it came from, if any."""

    user: str
    channel: str
    issued: float
    message_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """Issues response URLs and answers what is posted to them."""

    def __init__(self, workspace: Workspace, inspector: Inspector) -> None:
        self._workspace = workspace
        self._inspector = inspector
        self._doorways: dict[str, Doorway] = {}
        self.interceptors: list[Interceptor] = []
        self.in_flight = 0

    def issue(
        self, kind: str, user: str, channel: Conversation, message_ts: str | None = None
    ) -> str:
        """Return the address for a gesture; ``kind`` is ``commands``, ``actions`` or ``app``."""
        ids = self._workspace.ids
        path = f"{kind}/{self._workspace.team.id}/{ids.number(12)}/{ids.word(24)}"
        self._doorways[path] = Doorway(user, channel.id, self._workspace.now(), message_ts)
        return f"{self._workspace.url}/response/{path}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one POST."""
        began = self._workspace.now()
        arguments = await _body(request)
        doorway = self._doorways.get(request.match_info["path"])
        self.in_flight += 1
        try:
            shown = {"channel": doorway.channel if doorway else "", **arguments}
            answer = await self._intercepted(doorway, shown, arguments)
        except ConnectionCut:
            answer = Answer("cut", CUT)
        finally:
            self.in_flight -= 1
        self._inspector.note(
            "response_url",
            ok=answer.status == web.HTTPOk.status_code,
            error=None if answer.body == "ok" else answer.body,
            status=answer.status,
            latency_ms=round((self._workspace.now() - began) * 1000, 3),
            arguments=arguments,
            answer=answer.body,
            use=doorway.uses if doorway else 0,
        )
        if answer.status == CUT:
            return cut(request)
        if isinstance(answer.body, str):
            return web.Response(text=answer.body, status=answer.status, headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    async def _intercepted(self, doorway: Doorway | None, shown: Json, arguments: Json) -> Answer:
        for interceptor in self.interceptors:
            instead = await interceptor.before("response_url", shown)
            if instead is not None:
                return instead
        answer = self.answer(doorway, arguments)
        for interceptor in self.interceptors:
            answer = await interceptor.after("response_url", shown, answer)
        return answer

    def answer(self, doorway: Doorway | None, arguments: Json) -> Answer:
        """Carry out what was posted: a new message, a replacement or a deletion."""
        rules = self._workspace.rules
        if doorway is None:
            return Answer({"ok": False, "error": "invalid_url"}, 404)
        if self._workspace.now() - doorway.issued > rules.response_url_seconds:
            return Answer({"ok": False, "error": "expired_url"}, 404)
        if doorway.uses >= rules.response_url_uses:
            return Answer({"ok": False, "error": "used_url"}, 404)
        try:
            self.act(doorway, arguments)
        except SlackError as refusal:
            return Answer(refusal.code, 400)
        doorway.uses += 1
        return Answer("ok")

    def act(self, doorway: Doorway, arguments: Json) -> None:
        """Do what a body asks for, in the place the doorway leads to.

        Raises:
            SlackError: what chat.postMessage would refuse.
        """
        workspace = self._workspace
        channel = workspace.conversation(doorway.channel)
        source = doorway.message_ts
        if arguments.get("delete_original") and source is not None:
            self._delete(doorway, channel, source)
            return
        found = content(workspace, arguments, budget=False).fields()
        if arguments.get("replace_original") and source is not None:
            self._replace(doorway, channel, source, found)
            return
        message: Json = signature(workspace, {}) | found
        if arguments.get("thread_ts"):
            message["thread_ts"] = str(arguments["thread_ts"])
        if arguments.get("response_type") == "in_channel":
            post(workspace, channel, message)
        else:
            whisper(workspace, channel, doorway.user, message)

    def _replace(self, doorway: Doorway, channel: Conversation, ts: str, found: Json) -> None:
        workspace = self._workspace
        mine = whispered(channel, doorway.user, ts)
        if mine is not None:
            rewhisper(workspace, channel, doorway.user, mine, found)
            return
        message = channel.history.get(ts)
        if message is None:
            raise SlackError("message_not_found")
        changes = {"blocks": None, "attachments": None, **found}
        edit(workspace, channel, message, changes, workspace.app.bot_user_id)

    def _delete(self, doorway: Doorway, channel: Conversation, ts: str) -> None:
        if whispered(channel, doorway.user, ts) is not None:
            unwhisper(self._workspace, channel, doorway.user, ts)
            return
        message = channel.history.get(ts)
        if message is None:
            raise SlackError("message_not_found")
        delete(self._workspace, channel, message, self._workspace.app.bot_user_id)


async def _body(request: web.Request) -> Json:
    text = await request.text()
    try:
        body: Any = json.loads(text)
    except ValueError:
        form = await request.post()
        body = json.loads(str(form["payload"])) if "payload" in form else {}
    return body if isinstance(body, dict) else {}
