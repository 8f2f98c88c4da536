"""Who the bot is in its workspace, and whether Slack takes its tokens."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.errors import ConfigurationError

PROXY_HINT = "check SLACK_API_URL and the network"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace."""

    user: str
    team: str
    url: str
    scopes: frozenset[str]


async def check_tokens(client: AsyncWebClient, app_token: str) -> Identity:
    """Ask Slack whether both tokens are good, before anything else is done with them.

    Raises:
        ConfigurationError: naming the variable that is wrong, and where to get the right one.
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
        called = "apps.connections.open" in str(error.response.api_url)
        name = "SLACK_APP_TOKEN" if called else "SLACK_BOT_TOKEN"
        raise ConfigurationError(
            name, "", f"Slack refused it: {error.response.get('error')}"
        ) from error
    except (aiohttp.ClientError, TimeoutError, SlackClientError) as error:
        raise ConfigurationError(
            "SLACK_API_URL",
            "",
            f"{client.base_url} cannot be reached ({error}); {PROXY_HINT}",
        ) from error
    scopes = answer.headers.get("x-oauth-scopes", "") if answer.headers else ""
    return Identity(
        user=str(answer["user_id"]),
        team=str(answer.get("team", "")),
        url=str(answer.get("url", "")),
        scopes=frozenset(s.strip() for s in str(scopes).split(",") if s.strip()),
    )
