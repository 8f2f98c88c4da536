"""The life of one incident, in steps that each come to rest before the next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_sandbox.testing import Message, SandboxWorkspace
from support.world import on_call_config

CONFIG: dict[str, Any] = on_call_config(["bo"], ["chen"], minutes=30)


@dataclass(frozen=True)
class Step:
    """One gesture. `is_done`: whether a person who looks sees that it has worked."""

    name: str
    act: Callable[[SandboxWorkspace], Awaitable[dict[str, Any]]]
    is_done: Callable[[SandboxWorkspace], bool]


def room(slack: SandboxWorkspace) -> str | None:
    """The incident's room, once it is there."""
    return next((name for name in slack.channels() if name.startswith("inc-")), None)


def says(slack: SandboxWorkspace, words: str) -> bool:
    """Whether somebody said that in the room."""
    name = room(slack)
    return name is not None and any(words in message.text for message in slack.messages(name))


def _page_of_bo(slack: SandboxWorkspace) -> Message:
    return next(m for m in slack.dm("bo") if "Acknowledge" in str(m.buttons))


async def _declare(slack: SandboxWorkspace) -> dict[str, Any]:
    command = "/incident declare sev2 checkout answers with 5xx"
    return await slack.user("ada").types(command, channel="general")


async def _acknowledge(slack: SandboxWorkspace) -> dict[str, Any]:
    return await slack.user("bo").clicks("Acknowledge", message=_page_of_bo(slack))


async def _page(slack: SandboxWorkspace) -> dict[str, Any]:
    dana = slack.user("dana").mention
    command = f"/page {dana} we need the database"
    return await slack.user("ada").types(command, channel=room(slack) or "")


async def _update(slack: SandboxWorkspace) -> dict[str, Any]:
    command = "/incident update the pool is exhausted, rolling back"
    return await slack.user("ada").types(command, channel=room(slack) or "")


async def _resolve(slack: SandboxWorkspace) -> dict[str, Any]:
    command = "/incident resolve rolled back to build 311"
    return await slack.user("ada").types(command, channel=room(slack) or "")


async def _postmortem(slack: SandboxWorkspace) -> dict[str, Any]:
    return await slack.user("ada").types("/incident postmortem", channel=room(slack) or "")


def _file(slack: SandboxWorkspace) -> bool:
    name = room(slack)
    return name is not None and any(message.files for message in slack.messages(name))


STEPS = (
    Step("declare", _declare, lambda slack: room(slack) is not None),
    Step("acknowledge", _acknowledge, lambda slack: says(slack, "acknowledged")),
    Step("page", _page, lambda slack: bool(slack.dm("dana"))),
    Step("update", _update, lambda slack: says(slack, "the pool is exhausted")),
    Step("resolve", _resolve, lambda slack: says(slack, "rolled back to build 311")),
    Step("postmortem", _postmortem, _file),
)
