"""A built-in end of this process at a chosen instant, for tests of what survives it.

`INCIDENT_BOT_CRASH_AT=call:7:before` kills it before the seventh HTTP request to Slack is sent,
`call:7:after` when its answer has begun to arrive (so it was done, and nobody wrote that down),
`commit:3:before` and `commit:3:after` around the third commit. The death is a real one: SIGKILL.

A life has parts: SIGUSR1 begins the next. Each counts anew and may have an instant of its own, in a
list with commas; in a part named `-`, and in those not named, it lives. Of each part that is over
it logs how far it came. Only a local Slack is served in such a way.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import re
import signal
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp
import structlog

from incident_bot.errors import ConfigurationError

VARIABLE = "INCIDENT_BOT_CRASH_AT"
SURVIVED = "-"
_INSTANT = re.compile(r"(call|commit):[1-9]\d{0,6}:(before|after)")
_log = structlog.get_logger()


@dataclass
class Part:
    """A part of a life: where it ends, and how many requests (`call`) and commits it has begun.

    `under_way` are those that have not ended, as `call:7`: also such as failed.
    """

    end: str
    begun: dict[str, int] = field(default_factory=lambda: {"call": 0, "commit": 0})
    under_way: set[str] = field(default_factory=set)

    def begin(self, what: str) -> str:
        """One more of them; returns its name."""
        self.begun[what] += 1
        name = f"{what}:{self.begun[what]}"
        self.under_way.add(name)
        return name


class Crash:
    """Follows the parts of this process's life to the chosen ends."""

    def __init__(self, ends: Iterable[str]) -> None:
        self._ends = iter(ends)
        self._part = Part(next(self._ends))
        # Commits overlap: each task knows its own.
        self._commit: ContextVar[tuple[Part, str]] = ContextVar("commit")

    def listen(self) -> None:
        """Let SIGUSR1 begin the next part."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self.next_part)

    def next_part(self) -> None:
        """Say how far this part came, and begin the next."""
        part = self._part
        _log.info("crash.missed", **part.begun, under_way=sorted(part.under_way))
        self._part = Part(next(self._ends, SURVIVED))

    def around_commit(self, moment: str) -> None:
        """Told `before` and `after` each commit."""
        if moment == "before":
            self._commit.set((self._part, self._part.begin("commit")))
        self._reached(*self._commit.get(), moment)

    def tracing(self) -> aiohttp.TraceConfig:
        """What watches the requests of an HTTP session."""

        async def started(_session: object, context: SimpleNamespace, _about: object) -> None:
            context.part, context.name = self._part, self._part.begin("call")
            self._reached(context.part, context.name, "before")

        async def ended(_session: object, context: SimpleNamespace, _about: object) -> None:
            self._reached(context.part, context.name, "after")

        tracing = aiohttp.TraceConfig()
        tracing.on_request_start.append(started)
        tracing.on_request_end.append(ended)
        return tracing

    def _reached(self, part: Part, name: str, moment: str) -> None:
        if part is self._part and f"{name}:{moment}" == part.end:
            os.kill(os.getpid(), signal.SIGKILL)
        if moment == "after":
            part.under_way.discard(name)


def read_crash(words: str, api_url: str) -> Crash | None:
    """The ends that the environment asks for; None for empty words.

    Raises:
        ConfigurationError: for anything but instants, and with a Slack that is not local.
    """
    if not words:
        return None
    ends = words.split(",")
    if not all(end == SURVIVED or _INSTANT.fullmatch(end) for end in ends):
        raise ConfigurationError(VARIABLE, "", "write call:N:before, call:N:after or commit:N:…")
    if not _is_local(urlsplit(api_url).hostname or ""):
        raise ConfigurationError(VARIABLE, "", "is for tests against a local Slack only; unset it")
    return Crash(ends)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
