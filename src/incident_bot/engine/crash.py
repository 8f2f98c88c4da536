"""A built-in end of this process at a chosen instant, for tests of what survives it.

`INCIDENT_BOT_CRASH_AT=call:7:before` kills it before the seventh HTTP request to Slack is sent,
`call:7:after` when its answer has begun to arrive (so it was done, and nobody wrote that down),
`commit:3:before` and `commit:3:after` around the third commit. With `later:` before it, counting
begins at SIGUSR1. The death is a real one: SIGKILL. Only a local Slack is served in such a way.
"""

from __future__ import annotations

import ipaddress
import os
import re
import signal
from contextvars import ContextVar
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp

from incident_bot.errors import ConfigurationError

VARIABLE = "INCIDENT_BOT_CRASH_AT"
_INSTANT = re.compile(r"(later:)?(call|commit):([1-9]\d{0,6}):(before|after)")


class Crash:
    """Counts the requests (`calls`) and commits of this process, and dies at the chosen one."""

    def __init__(self, where: str, number: int, moment: str, *, later: bool = False) -> None:
        self._is_counting = not later
        self._at = (where, number, moment)
        self.calls = 0
        self.commits = 0
        # Commits overlap: each task knows the number of its own.
        self._commit: ContextVar[int] = ContextVar("commit", default=0)

    def begin(self, *_signal: object) -> None:
        """Count from here."""
        self.calls = self.commits = 0
        self._is_counting = True

    def around_commit(self, moment: str) -> None:
        """Told `before` and `after` each commit."""
        if moment == "before":
            self.commits += 1
            self._commit.set(self.commits)
        self._reached("commit", self._commit.get(), moment)

    def tracing(self) -> aiohttp.TraceConfig:
        """What watches the requests of an HTTP session."""

        async def started(_session: object, context: SimpleNamespace, _about: object) -> None:
            self.calls += 1
            context.number = self.calls
            self._reached("call", context.number, "before")

        async def ended(_session: object, context: SimpleNamespace, _about: object) -> None:
            self._reached("call", context.number, "after")

        tracing = aiohttp.TraceConfig()
        tracing.on_request_start.append(started)
        tracing.on_request_end.append(ended)
        return tracing

    def _reached(self, where: str, number: int, moment: str) -> None:
        if self._is_counting and (where, number, moment) == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def read_crash(word: str, api_url: str) -> Crash | None:
    """The end that the environment asks for; None for an empty word.

    Raises:
        ConfigurationError: for anything but an instant, and with a Slack that is not local.
    """
    if not word:
        return None
    read = _INSTANT.fullmatch(word)
    if read is None:
        raise ConfigurationError(VARIABLE, "", "write call:N:before, call:N:after or commit:N:…")
    if not _is_local(urlsplit(api_url).hostname or ""):
        raise ConfigurationError(VARIABLE, "", "is for tests against a local Slack only; unset it")
    crash = Crash(read[2], int(read[3]), read[4], later=read[1] is not None)
    signal.signal(signal.SIGUSR1, crash.begin)
    return crash


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
