"""A Web API call from its HTTP request to its answer: arguments, token, scopes, method, record."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import web

from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.inspector import Inspector
from slack_sandbox.methods import METHODS
from slack_sandbox.methods.call import KIND_FAMILY, Call, preferred
from slack_sandbox.methods.facts import ALL_SCOPES, FACTS
from slack_sandbox.methods.family import Method
from slack_sandbox.model import Json
from slack_sandbox.socket import SocketHub
from slack_sandbox.triggers import Triggers
from slack_sandbox.workspace import Workspace

CUT = 0
APP_TOKEN_METHODS = ("apps.connections.open",)


@dataclass
class Answer:
    """What goes back: the HTTP status, the body, further headers."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class ConnectionCut(Exception):
    """Raised by an interceptor: close the connection without any answer."""


class Interceptor(Protocol):
    """Stands before and after every call: rate limits, faults. ``method`` is Slack's name for it,
    or ``response_url``; ``arguments`` are merged.
    """

    async def before(self, method: str, arguments: Json) -> Answer | None:
        """Return an answer in place of the call, or None to let it happen."""
        ...

    async def after(self, method: str, arguments: Json, answer: Answer) -> Answer:
        """Return the answer to send; raise ConnectionCut to lose it."""
        ...


class Dispatcher:
    """Answers ``/api/<method>``."""

    def __init__(
        self, workspace: Workspace, hub: SocketHub, triggers: Triggers, inspector: Inspector
    ) -> None:
        self._workspace = workspace
        self._hub = hub
        self._triggers = triggers
        self._inspector = inspector
        self.interceptors: list[Interceptor] = []
        self.in_flight = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP request."""
        method = request.match_info["method"]
        self.in_flight += 1
        began = time.perf_counter()
        arguments: Json = {}
        try:
            arguments = await read_arguments(request)
            if method in APP_TOKEN_METHODS and request.method != "POST":
                raise SlackError("insecure_request")
            answer = await self.intercepted(method, arguments, _token(request, arguments))
        except SlackError as refusal:
            answer = Answer(_refused(refusal))
        except ConnectionCut:
            answer = Answer({"ok": False, "error": "cut"}, CUT)
        finally:
            self.in_flight -= 1
        answer.body = warned(answer.body, request)
        self._note(method, arguments, answer, began)
        return cut(request) if answer.status == CUT else self._response(method, answer)

    async def intercepted(self, method: str, arguments: Json, token: str) -> Answer:
        """Answer a call, letting the interceptors have their say before and after."""
        for interceptor in self.interceptors:
            instead = await interceptor.before(method, arguments)
            if instead is not None:
                return instead
        answer = Answer(self.answer(method, arguments, token))
        for interceptor in self.interceptors:
            answer = await interceptor.after(method, arguments, answer)
        return answer

    def answer(self, method: str, arguments: Json, token: str) -> Json:
        """Carry a call out and return the answer's body."""
        try:
            function = self._authorised(method, token)
            missing = [name for name in FACTS[method].required if arguments.get(name) in (None, "")]
            if missing:
                sentences = [f"missing required field: {name}" for name in missing]
                return _refused(invalid_arguments(*sentences))
            return function(Call(method, arguments, self._workspace, self._hub, self._triggers))
        except SlackError as refusal:
            return _refused(refusal)

    def _authorised(self, method: str, token: str) -> Method:
        app = self._workspace.app
        function = METHODS.get(method)
        if function is None:
            raise SlackError("unknown_method", req_method=method)
        if method == "api.test":
            return function
        if not token:
            raise SlackError("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise SlackError("invalid_auth")
        if (token == app.app_token) != (method in APP_TOKEN_METHODS) and method != "auth.test":
            raise SlackError("not_allowed_token_type")
        scopes = FACTS[method].scopes
        if app.enforced and scopes and not set(scopes) & set(app.scopes):
            raise SlackError("missing_scope", needed=_needed(scopes), provided=",".join(app.scopes))
        return function

    def _response(self, method: str, answer: Answer) -> web.Response:
        app = self._workspace.app
        accepted = FACTS[method].scopes if method in FACTS else ()
        headers = {
            "x-oauth-scopes": ",".join(app.scopes if app.enforced else ALL_SCOPES),
            "x-accepted-oauth-scopes": ",".join(accepted),
            "x-slack-req-id": self._workspace.ids.hexadecimal(32),
            **answer.headers,
        }
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        kind = "text/plain" if isinstance(answer.body, str) else "application/json"
        return web.Response(text=text, status=answer.status, content_type=kind, headers=headers)

    def _note(self, method: str, arguments: Json, answer: Answer, began: float) -> None:
        body = answer.body if isinstance(answer.body, Mapping) else {}
        self._inspector.note(
            "api_call",
            method=method,
            ok=bool(body.get("ok")),
            error=body.get("error"),
            status=answer.status,
            latency_ms=round((time.perf_counter() - began) * 1000, 3),
            arguments={key: value for key, value in arguments.items() if key != "token"},
            answer=answer.body,
        )


def _needed(scopes: tuple[str, ...]) -> str:
    """Return the scope Slack would name: that of public channels where there is a choice."""
    if scopes == ("chat:write",):
        return "chat:write:bot"  # the name of old; real answers still say it
    family = [scope for scope in scopes if scope.startswith(KIND_FAMILY["public"])]
    return preferred(family) if family else scopes[0]


def _refused(refusal: SlackError) -> Json:
    return {"ok": False, "error": refusal.code, **refusal.details}


def warned(body: Any, request: web.Request) -> Any:
    """Return an answer with Slack's warning about a missing or needless ``charset``, if any.

    JSON is to be sent as ``application/json; charset=utf-8``, a form without a charset.
    """
    if not isinstance(body, dict) or request.method != "POST":
        return body
    named = request.charset is not None
    if request.content_type == "application/json" and not named:
        warning = "missing_charset"
    elif request.content_type == "application/x-www-form-urlencoded" and named:
        warning = "superfluous_charset"
    else:
        return body
    known = body.get("response_metadata", {})
    warnings = [*known.get("warnings", []), warning]
    metadata = {**known, "warnings": warnings}
    return {**body, "warning": ",".join(warnings), "response_metadata": metadata}


def cut(request: web.Request) -> web.StreamResponse:
    """Drop the connection; the response returned never arrives."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def read_arguments(request: web.Request) -> Json:
    """Merge query, form and JSON; null means absent.

    Raises:
        SlackError: ``invalid_json``, ``json_not_object``.
    """
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        try:
            body = json.loads(text) if text.strip() else {}
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        arguments |= body
    elif request.method == "POST" and request.can_read_body:
        form = await request.post()
        arguments |= {key: value for key, value in form.items() if isinstance(value, str)}
    return {key: value for key, value in arguments.items() if value is not None}


def _token(request: web.Request, arguments: Json) -> str:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    return str(arguments.get("token", ""))
