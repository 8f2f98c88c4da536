"""Who the bot is in its workspace, and whether Slack takes its tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.clock import Clock
from incident_bot.domain.delivery import backoff
from incident_bot.errors import ConfigurationError, Unavailable
from incident_bot.slack.gateway import NO_ANSWER, refusal_of

LONGEST_WAIT = timedelta(seconds=15)
"""Between two attempts to reach Slack: people wait for the bot to come back."""
PROXY_HINT = "check SLACK_API_URL and the network"
TOKEN_REFUSED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
"""Slack's words for a token that will not do, however long one waits."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace."""

    user: str
    team: str
    url: str
    scopes: frozenset[str]


class SlackAway(Unavailable):
    """Slack does not answer, or not now."""

    def __init__(self, why: str, retry_after: timedelta | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after or timedelta(0)


async def wait_for_identity(
    client: AsyncWebClient, app_token: str, clock: Clock, dice: Callable[[], float]
) -> Identity:
    """As `check_tokens`, but waits for Slack for as long as that takes.

    Raises:
        ConfigurationError: a token is wrong, and no waiting will help.
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return await check_tokens(client, app_token)
        except SlackAway as away:
            again = backoff(attempt, dice(), LONGEST_WAIT)
            wait = max(again, away.retry_after).total_seconds()
            _log.error("slack.away", why=str(away), retry_in=round(wait, 1))
            await clock.sleep(wait / clock.real_seconds(1.0))


async def check_tokens(client: AsyncWebClient, app_token: str) -> Identity:
    """Ask Slack whether both tokens are good, before anything else is done with them.

    Raises:
        ConfigurationError: naming the variable that is wrong, and where to get the right one.
        SlackAway: Slack cannot say so now.
    """
    for name, value, prefix in (
        ("SLACK_BOT_TOKEN", client.token or "", "xoxb-"),
        ("SLACK_APP_TOKEN", app_token, "xapp-"),
    ):
        if not value.startswith(prefix):
            problem = "is missing" if not value else f"must begin with {prefix}"
            where = "OAuth & Permissions" if prefix == "xoxb-" else "Basic Information"
            raise ConfigurationError(name, "", f"{problem}; it is on the app's page under {where}")
    try:
        answer = await client.auth_test()
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        refusal = refusal_of(error)
        if refusal.may_pass:
            raise SlackAway(f"Slack answers {refusal}", refusal.retry_after) from error
        called = "apps.connections.open" in str(getattr(error.response, "api_url", ""))
        name = "SLACK_APP_TOKEN" if called else "SLACK_BOT_TOKEN"
        raise ConfigurationError(name, "", f"Slack refused it: {refusal}") from error
    except NO_ANSWER as error:
        why = f"{client.base_url} cannot be reached ({error!r}); {PROXY_HINT}"
        raise SlackAway(why) from error
    scopes = answer.headers.get("x-oauth-scopes", "") if answer.headers else ""
    return Identity(
        user=str(answer["user_id"]),
        team=str(answer.get("team", "")),
        url=str(answer.get("url", "")),
        scopes=frozenset(s.strip() for s in str(scopes).split(",") if s.strip()),
    )
