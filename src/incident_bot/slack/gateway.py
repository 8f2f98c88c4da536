"""Calls to Slack's Web API, with every way they can end named.

The SDK's own retry handlers are off: they would wait in memory, holding a lease, unseen by the
clock. A call either answers, or raises `Postponed` (again later) or `SlackRefused` (never so).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot import tracing
from incident_bot.clock import Clock
from incident_bot.domain.delivery import TryLater
from incident_bot.slack.pacing import Pacer

CALL_TIMEOUT = 10  # seconds of the wall
DEFAULT_RETRY_AFTER = 30.0
LONGEST_RETRY_AFTER = 3600.0
"""What asks for more is not believed: somebody would wait for ever."""
TRANSIENT = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "external_channel_migrating",
    }
)
NO_ANSWER = (
    aiohttp.ClientError,
    TimeoutError,
    SlackClientError,
    json.JSONDecodeError,
    AttributeError,  # the SDK's own, when plain text comes with a good status
)
WORKSPACE_LIMITED = "message_limit_exceeded"
"""Too many messages in the whole workspace, not in one channel."""
LIMITED = frozenset({"ratelimited", "rate_limited", WORKSPACE_LIMITED})
_QUERY_STYLE = re.compile(
    r"^(chat\.delete|conversations\.|bookmarks\.|pins\.|reactions\.|users\.|"
    r"usergroups\.|files\.|auth\.|apps\.|chat\.getPermalink|team\.)"
)


class Postponed(Exception):
    """The call should be made again later."""

    def __init__(self, outcome: TryLater) -> None:
        super().__init__(outcome.why)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not yes. `word` is Slack's own, "" when it was not Slack that answered."""

    status: int
    word: str
    answer: dict[str, Any]
    retry_after: timedelta | None
    """Only of a rate limit."""

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed later without anybody doing anything."""
        limited = self.retry_after is not None
        return limited or self.status >= 500 or not self.word or self.word in TRANSIENT

    def __str__(self) -> str:
        return self.word or f"HTTP {self.status}"


class SlackRefused(Exception):
    """Slack said no, and would say no again. `error` is Slack's own word."""

    def __init__(self, method: str, error: str, answer: dict[str, Any]) -> None:
        super().__init__(f"{method}: {error}")
        self.method = method
        self.error = error
        self.answer = answer


Measure = Callable[[str, str, float], None]
"""(method, outcome, seconds): told of every call."""


class Gateway:
    """The one way to Slack's Web API."""

    def __init__(
        self, client: AsyncWebClient, clock: Clock, pacer: Pacer, measure: Measure
    ) -> None:
        self._client = client
        self._clock = clock
        self._pacer = pacer
        self._measure = measure

    @property
    def token(self) -> str | None:
        """The bot token in use."""
        return self._client.token

    async def call(
        self,
        method: str,
        *,
        pace_channel: str | None = None,
        paced: bool = True,
        share: float = 1.0,
        **arguments: Any,
    ) -> dict[str, Any]:
        """Call a method; None arguments are left out. `share` of its bursts may be used for this.

        Raises:
            Postponed: not now (pacing, 429), or it went wrong in a way that may pass.
            SlackRefused: Slack's answer is final.
        """
        channel = pace_channel or arguments.get("channel")
        given = {k: v for k, v in arguments.items() if v is not None}
        now = self._clock.now()
        if not paced:
            self._pacer.count(method, channel, now)
        else:
            wait = self._pacer.admit(method, channel, now, share)
            if wait:
                self._measure(method, "paced", 0.0)
                raise Postponed(TryLater(wait, "waiting for a rate slot", counted=False))
        with tracing.step("slack call", method=method):
            return await self._ask(method, channel, given)

    async def read(self, method: str, **arguments: Any) -> dict[str, Any]:
        """One call of a long reading, which would begin anew if it were postponed: it waits here.

        Half of the bursts is left to others: who looks for a page must not wait for it.

        Raises:
            Postponed: it went wrong in a way that may pass.
            SlackRefused: Slack's answer is final.
        """
        while True:
            try:
                return await self.call(method, share=0.5, **arguments)
            except Postponed as postponed:
                if postponed.outcome.counted:
                    raise
                await self._clock.sleep(postponed.outcome.after.total_seconds())

    async def _ask(
        self, method: str, channel: str | None, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        """One request, and every way it can end."""
        began = self._clock.now()
        try:
            answer = await self._send(method, arguments)
        except SlackApiError as error:
            refusal = refusal_of(error)
            self._ended(method, refusal.word or "error", began)
            raise self._refusal(method, channel, refusal) from error
        except aiohttp.ClientConnectorError as error:
            self._ended(method, "unreachable", began)
            raise Postponed(TryLater(timedelta(0), "Slack cannot be reached")) from error
        except NO_ANSWER as error:
            self._ended(method, "lost", began)
            why = f"no answer from Slack to {method}"
            raise Postponed(TryLater(timedelta(0), why, unsure=True)) from error
        self._ended(method, "ok", began)
        return answer

    def _ended(self, method: str, outcome: str, began: datetime) -> None:
        self._measure(
            method, outcome, self._clock.real_seconds((self._clock.now() - began).total_seconds())
        )
        tracing.note(outcome=outcome)

    async def _send(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if _QUERY_STYLE.match(method):
            flat = {k: _flat(v) for k, v in arguments.items()}
            response = await self._client.api_call(method, params=flat)
        else:
            response = await self._client.api_call(method, json=arguments)
        return response.data if isinstance(response.data, dict) else {}

    def _refusal(self, method: str, channel: str | None, refusal: Refusal) -> Exception:
        if refusal.retry_after is not None:
            after, now = refusal.retry_after, self._clock.now()
            where = None if refusal.word == WORKSPACE_LIMITED else channel
            self._pacer.hold(method, where, now + after, now)
            return Postponed(TryLater(after, f"Slack limits {method}", counted=False))
        if refusal.may_pass:
            why = f"Slack failed at {method}: {refusal}"
            return Postponed(TryLater(timedelta(0), why, unsure=True))
        return SlackRefused(method, refusal.word, refusal.answer)


def refusal_of(error: SlackApiError) -> Refusal:
    """What Slack, or something between it and us, has answered."""
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 200))
    answer = getattr(response, "data", None)
    answer = answer if isinstance(answer, dict) else {}
    word = str(answer.get("error", ""))
    if status != 429 and word not in LIMITED:
        return Refusal(status, word, answer, None)
    headers = {k.lower(): v for k, v in (getattr(response, "headers", None) or {}).items()}
    return Refusal(status, word, answer, _wait(headers.get("retry-after")))


def _wait(header: Any) -> timedelta:
    """Of a Retry-After header: whole seconds are what Slack sends, anything may come."""
    try:
        seconds = float(header[0] if isinstance(header, list) else header)
    except (TypeError, ValueError):
        seconds = math.nan
    if math.isnan(seconds):
        seconds = DEFAULT_RETRY_AFTER
    return timedelta(seconds=max(1.0, min(LONGEST_RETRY_AFTER, seconds)))


def _flat(value: Any) -> Any:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value
