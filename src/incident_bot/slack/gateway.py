"""Calls to Slack's Web API, with every way they can end named.

The SDK's own retry handlers are off: they would wait in memory, holding a lease, unseen by the
clock. A call either answers, or raises `Postponed` (again later) or `SlackRefused` (never so).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
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
LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_QUERY_STYLE = re.compile(
    r"^(chat\.delete|conversations\.|bookmarks\.|pins\.|reactions\.|users\.|"
    r"usergroups\.|files\.|auth\.|apps\.|chat\.getPermalink|team\.)"
)


class Postponed(Exception):
    """The call should be made again later."""

    def __init__(self, outcome: TryLater) -> None:
        super().__init__(outcome.why)
        self.outcome = outcome


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
        self, method: str, *, pace_channel: str | None = None, paced: bool = True, **arguments: Any
    ) -> dict[str, Any]:
        """Call a method; None arguments are left out.

        Raises:
            Postponed: not now (pacing, 429), or it went wrong in a way that may pass.
            SlackRefused: Slack's answer is final.
        """
        channel = pace_channel or arguments.get("channel")
        given = {k: v for k, v in arguments.items() if v is not None}
        if paced:
            wait = self._pacer.admit(method, channel, self._clock.now())
            if wait:
                self._measure(method, "paced", 0.0)
                raise Postponed(TryLater(wait, "waiting for a rate slot", counted=False))
        with tracing.step("slack call", method=method):
            return await self._ask(method, channel, given)

    async def _ask(
        self, method: str, channel: str | None, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        """One request, and every way it can end."""
        began = self._clock.now()
        try:
            answer = await self._send(method, arguments)
        except SlackApiError as error:
            self._ended(method, _word(error), began)
            raise self._refusal(method, channel, error) from error
        except aiohttp.ClientConnectorError as error:
            self._ended(method, "unreachable", began)
            raise Postponed(TryLater(timedelta(0), "Slack cannot be reached")) from error
        except (aiohttp.ClientError, TimeoutError, SlackClientError, json.JSONDecodeError) as error:
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

    def _refusal(self, method: str, channel: str | None, error: SlackApiError) -> Exception:
        response: Any = error.response
        status = getattr(response, "status_code", 200)
        answer = response.data if isinstance(getattr(response, "data", None), dict) else {}
        word = str(answer.get("error", ""))
        if status == 429 or word in LIMITED:
            headers = {k.lower(): v for k, v in (getattr(response, "headers", {}) or {}).items()}
            after = timedelta(seconds=_seconds(headers.get("retry-after")))
            now = self._clock.now()
            self._pacer.hold(method, channel, now + after, now)
            return Postponed(TryLater(after, f"Slack limits {method}", counted=False))
        if status >= 500 or word in TRANSIENT:
            why = f"Slack failed at {method}: {word or status}"
            return Postponed(TryLater(timedelta(0), why, unsure=True))
        return SlackRefused(method, word or f"http_{status}", answer)


def _word(error: SlackApiError) -> str:
    response: Any = error.response
    answer = getattr(response, "data", None)
    return str(answer.get("error", "error")) if isinstance(answer, dict) else "error"


def _seconds(header: Any) -> float:
    try:
        return max(1.0, float(header[0] if isinstance(header, list) else header))
    except (TypeError, ValueError):
        return DEFAULT_RETRY_AFTER


def _flat(value: Any) -> Any:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value
