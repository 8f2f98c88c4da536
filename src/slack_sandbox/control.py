"""The controls of a running sandbox over HTTP: faults, strictness, the workspace out and in."""

import json
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from slack_sandbox.model import Json
from slack_sandbox.sandbox import Sandbox
from slack_sandbox.snapshot import SnapshotError, export_state, import_state
from slack_sandbox.validation import explained


class Switches(BaseModel):
    """How strict the sandbox is, as far as that can be changed while it runs.

    Attributes:
        rate_limits: count calls as Slack does.
        short_pages: cursor pages hold fewer items than asked for.
        history_limit: ``restricted`` for the limits of 2025-05-29.
        edit_own_seconds: how old a message may be for chat.update; None for no limit.
    """

    model_config = ConfigDict(extra="forbid")

    rate_limits: StrictBool = False
    short_pages: StrictBool = False
    history_limit: Literal["internal", "restricted"] = "internal"
    edit_own_seconds: Annotated[float, Field(ge=0)] | None = None


class Control:
    """Handlers of ``/_sandbox/faults``, ``rules``, ``export`` and ``import``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the controls."""
        return [
            web.get("/_sandbox/faults", self.faults),
            web.post("/_sandbox/faults", self.set_faults),
            web.get("/_sandbox/rules", self.rules),
            web.post("/_sandbox/rules", self.set_rules),
            web.get("/_sandbox/export", self.export),
            web.post("/_sandbox/import", self.restore),
        ]

    async def faults(self, _request: web.Request) -> web.Response:
        """Say which faults are in force and how often each struck."""
        return web.json_response({"ok": True, "faults": self._sandbox.faults.listing()})

    async def set_faults(self, request: web.Request) -> web.Response:
        """Put exactly these faults in force, with an optional ``seed`` for their dice."""
        body = await _body(request)
        faults, seed = body.get("faults"), body.get("seed")
        if not isinstance(faults, list) or not all(isinstance(fault, dict) for fault in faults):
            raise _bad("faults must be a list of objects")
        if seed is not None and not isinstance(seed, int):
            raise _bad("seed must be a whole number")
        try:
            self._sandbox.faults.replace(faults)
        except ValidationError as error:
            raise _bad(explained(error)) from error
        if seed is not None:
            self._sandbox.faults.seed(seed)
        return await self.faults(request)

    async def rules(self, _request: web.Request) -> web.Response:
        """Say how strict the sandbox is."""
        rules = self._sandbox.workspace.rules
        return web.json_response(
            {
                "ok": True,
                "rate_limits": self._sandbox.limits.on,
                "short_pages": rules.short_pages,
                "history_limit": rules.history_limit,
                "edit_own_seconds": rules.edit_own_seconds,
            }
        )

    async def set_rules(self, request: web.Request) -> web.Response:
        """Turn the switches that are given; the others stay as they are."""
        try:
            switches = Switches.model_validate(await _body(request))
        except ValidationError as error:
            raise _bad(explained(error)) from error
        given = switches.model_dump(exclude_unset=True)
        if "rate_limits" in given:
            self._sandbox.limits.on = given.pop("rate_limits")
        for name, value in given.items():
            setattr(self._sandbox.workspace.rules, name, value)
        return await self.rules(request)

    async def export(self, _request: web.Request) -> web.Response:
        """Give the whole workspace."""
        return web.json_response(export_state(self._sandbox.workspace.state))

    async def restore(self, request: web.Request) -> web.Response:
        """Put an exported workspace in place of this one; the tokens in use stay valid."""
        try:
            state = import_state(await _body(request))
        except SnapshotError as error:
            raise _bad(str(error)) from error
        self._sandbox.restore(state)
        return web.json_response({"ok": True})


def _bad(message: str) -> web.HTTPBadRequest:
    body = {"ok": False, "error": "invalid_arguments", "message": message}
    return web.HTTPBadRequest(text=json.dumps(body), content_type="application/json")


async def _body(request: web.Request) -> Json:
    try:
        body: Any = json.loads(await request.text())
    except (ValueError, RecursionError) as error:
        raise _bad(f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise _bad("not a JSON object")
    return body
