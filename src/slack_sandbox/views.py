"""Modals and Home views: opened, pushed, replaced, closed, with what was typed into them."""

import json
from typing import Any

from block_kit import normalised, view_problems, view_too_large
from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.form import initial_values
from slack_sandbox.model import Json
from slack_sandbox.workspace import Workspace

DEEPEST = 3
GIVEN = ("type", "title", "submit", "close", "blocks", "private_metadata", "callback_id")


def parse_view(value: Any) -> Json:
    """Return the view of a request, which may be an object or its JSON text.

    Raises:
        SlackError: ``invalid_arguments`` with Slack's sentences, or ``view_too_large``.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise invalid_arguments("view must be an object [json-pointer:/view]") from None
    if not isinstance(value, dict):
        raise invalid_arguments("must provide an object [json-pointer:/view]")
    if view_too_large(value):
        raise SlackError("view_too_large")
    problems = view_problems(value)
    if problems:
        raise invalid_arguments(*problems)
    return value


def _build(workspace: Workspace, given: Json, view_id: str) -> Json:
    view: Json = {
        "id": view_id,
        "team_id": workspace.team.id,
        "type": given["type"],
        "blocks": normalised(given["blocks"]),
        "private_metadata": given.get("private_metadata", ""),
        "callback_id": given.get("callback_id", ""),
        "state": {"values": {}},
        "hash": "",
        "title": given.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": given.get("clear_on_close", False),
        "notify_on_close": given.get("notify_on_close", False),
        "close": given.get("close"),
        "submit": given.get("submit"),
        "previous_view_id": None,
        "root_view_id": view_id,
        "app_id": workspace.app.id,
        "external_id": given.get("external_id", ""),
        "app_installed_team_id": workspace.team.id,
        "bot_id": workspace.app.bot_id,
    }
    for part in ("title", "close", "submit"):
        if view[part] is not None:
            view[part] = {"emoji": True, **view[part]}
    return view


def _stamp(workspace: Workspace, view: Json) -> None:
    view["hash"] = f"{int(workspace.now())}.{workspace.ids.word(8)}"


def _check_external_id(workspace: Workspace, given: Json, own: str | None = None) -> None:
    external_id = given.get("external_id")
    if not external_id:
        return
    found = find(workspace, external_id=external_id)
    if found is not None and found["id"] != own:
        raise SlackError("duplicate_external_id")


def find(workspace: Workspace, view_id: str = "", external_id: str = "") -> Json | None:
    """Return an open modal view or a Home view by either id, or None."""
    for view in all_views(workspace):
        if (view_id and view["id"] == view_id) or (
            external_id and view["external_id"] == external_id
        ):
            return view
    return None


def all_views(workspace: Workspace) -> list[Json]:
    """Return every open modal view and every Home view."""
    stacks = [view for stack in workspace.state.modals.values() for view in stack]
    return [*stacks, *workspace.state.homes.values()]


def holder(workspace: Workspace, view_id: str) -> str | None:
    """Return who has this modal or Home view, or None."""
    for user, stack in workspace.state.modals.items():
        if any(view["id"] == view_id for view in stack):
            return user
    for user, home in workspace.state.homes.items():
        if home["id"] == view_id:
            return user
    return None


def open_view(workspace: Workspace, user: str, given: Json) -> Json:
    """Open a modal for a person, in place of any that is open.

    Raises:
        SlackError: ``duplicate_external_id``; ``invalid_arguments`` for a Home view.
    """
    _must_be(given, "modal")
    _check_external_id(workspace, given)
    for view in workspace.state.modals.pop(user, []):
        workspace.state.values.pop(view["id"], None)
    view = _build(workspace, given, workspace.ids.new("V"))
    return _show(workspace, user, view)


def push_view(workspace: Workspace, user: str, given: Json) -> Json:
    """Put another view on top of a person's open modal.

    Raises:
        SlackError: ``not_found`` without an open modal, ``push_limit_reached`` above three views.
    """
    _must_be(given, "modal")
    stack = workspace.state.modals.get(user)
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= DEEPEST:
        raise SlackError("push_limit_reached")
    _check_external_id(workspace, given)
    view = _build(workspace, given, workspace.ids.new("V"))
    view["previous_view_id"] = stack[-1]["id"]
    view["root_view_id"] = stack[0]["id"]
    return _show(workspace, user, view)


def _show(workspace: Workspace, user: str, view: Json) -> Json:
    _stamp(workspace, view)
    workspace.state.modals.setdefault(user, []).append(view)
    workspace.state.values[view["id"]] = initial_values(view["blocks"])
    workspace.tell("modals_changed", user=user)
    return view


def update_view(workspace: Workspace, view: Json, given: Json, known_hash: str = "") -> Json:
    """Replace what a view shows; values under the same ids survive.

    Raises:
        SlackError: ``hash_conflict`` when the view changed since ``known_hash``.
    """
    if known_hash and known_hash != view["hash"]:
        raise SlackError("hash_conflict")
    _must_be(given, view["type"])
    _check_external_id(workspace, given, own=view["id"])
    fresh = _build(workspace, given, view["id"])
    for kept in ("previous_view_id", "root_view_id"):
        fresh[kept] = view[kept]
    if "external_id" not in given:
        fresh["external_id"] = view["external_id"]
    view.clear()
    view.update(fresh)
    _stamp(workspace, view)
    known = workspace.state.values.get(view["id"])
    workspace.state.values[view["id"]] = initial_values(view["blocks"], known)
    user = holder(workspace, view["id"])
    workspace.tell("home_changed" if view["type"] == "home" else "modals_changed", user=user)
    return view


def publish_view(workspace: Workspace, user: str, given: Json, known_hash: str = "") -> Json:
    """Set a person's Home view.

    Raises:
        SlackError: ``not_enabled`` when the Home tab is off, ``hash_conflict``.
    """
    if not workspace.app.home_tab_enabled:
        raise SlackError("not_enabled")
    _must_be(given, "home")
    present = workspace.state.homes.get(user)
    if present is not None:
        return update_view(workspace, present, given, known_hash)
    _check_external_id(workspace, given)
    view = _build(workspace, given, workspace.ids.new("V"))
    _stamp(workspace, view)
    workspace.state.homes[user] = view
    workspace.state.values[view["id"]] = initial_values(view["blocks"])
    workspace.tell("home_changed", user=user)
    return view


def close_view(workspace: Workspace, user: str, everything: bool = False) -> list[Json]:
    """Take the top view, or the whole stack, off the screen; return what was closed, top first."""
    stack = workspace.state.modals.get(user, [])
    closed = [stack.pop() for _ in range(len(stack) if everything else min(1, len(stack)))]
    for view in closed:
        workspace.state.values.pop(view["id"], None)
    if not stack:
        workspace.state.modals.pop(user, None)
    workspace.tell("modals_changed", user=user)
    return closed


def with_values(workspace: Workspace, view: Json) -> Json:
    """Return the view as interaction payloads carry it, with what was typed."""
    return {**view, "state": {"values": workspace.state.values.get(view["id"], {})}}


def _must_be(given: Json, kind: str) -> None:
    if given["type"] != kind:
        raise invalid_arguments(f"unsupported type: {given['type']} [json-pointer:/view/type]")
