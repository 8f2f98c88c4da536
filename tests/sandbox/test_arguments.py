"""How arguments, tokens and errors travel, whatever the client sends."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from slack_sandbox.testing import SandboxWorkspace

GENERAL = "C0GENERAL1"


@pytest.fixture
async def http(slack: SandboxWorkspace) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession(slack.api_url, headers=headers) as session:
        yield session


async def ask(session: aiohttp.ClientSession, verb: str, path: str, **how: Any) -> dict[str, Any]:
    async with session.request(verb, path, **how) as response:
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer


async def test_query_form_and_json_are_merged(
    slack: SandboxWorkspace, http: aiohttp.ClientSession
) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}]
    ways: list[dict[str, Any]] = [
        {"params": {"channel": GENERAL, "text": "q"}},
        {"data": {"channel": GENERAL, "text": "f", "blocks": json.dumps(blocks)}},
        {"json": {"channel": GENERAL, "text": "j", "blocks": blocks}},
        {"params": {"channel": GENERAL}, "json": {"text": "both", "thread_ts": None}},
    ]
    for how in ways:
        assert (await ask(http, "POST", "chat.postMessage", **how))["ok"]
    texts = [message.raw["text"] for message in slack.messages("general")]
    assert texts == ["q", "f", "j", "both"]
    got = await ask(http, "GET", "conversations.info", params={"channel": GENERAL})
    assert got["channel"]["name"] == "general"


@pytest.mark.parametrize(("sent", "private"), [("1", True), ("true", True), ("0", False)])
async def test_booleans_arrive_as_digits_and_words(
    http: aiohttp.ClientSession, sent: str, private: bool
) -> None:
    arguments = {"name": "room", "is_private": sent}
    made = await ask(http, "POST", "conversations.create", params=arguments)
    assert made["channel"]["is_private"] is private


async def test_a_missing_argument_is_named(http: aiohttp.ClientSession) -> None:
    answer = await ask(http, "POST", "conversations.setTopic", params={"channel": GENERAL})
    assert answer == {
        "ok": False,
        "error": "invalid_arguments",
        "response_metadata": {"messages": ["[ERROR] missing required field: topic"]},
    }


async def test_an_unknown_method_is_unknown(http: aiohttp.ClientSession) -> None:
    answer = await ask(http, "POST", "chat.teleport")
    assert answer["error"] == "unknown_method"


@pytest.mark.parametrize(("body", "error"), [("{", "invalid_json"), ("[]", "json_not_object")])
async def test_a_broken_body_is_refused(http: aiohttp.ClientSession, body: str, error: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await ask(http, "POST", "chat.postMessage", data=body, headers=headers)
    assert answer["error"] == error


@pytest.mark.parametrize(
    ("kind", "warning"),
    [
        ("application/json", "missing_charset"),
        ("application/json; charset=utf-8", None),
        ("application/x-www-form-urlencoded", None),
        ("application/x-www-form-urlencoded; charset=utf-8", "superfluous_charset"),
    ],
)
async def test_a_charset_that_is_missing_or_needless_is_warned_about(
    http: aiohttp.ClientSession, kind: str, warning: str | None
) -> None:
    body = "{}" if "json" in kind else "a=b"
    for method in ("auth.test", "chat.postMessage"):
        answer = await ask(http, "POST", method, data=body, headers={"Content-Type": kind})
        assert answer.get("warning") == warning
        warnings = answer.get("response_metadata", {}).get("warnings")
        assert warnings == (warning and [warning])


async def test_several_warnings_are_given_together(http: aiohttp.ClientSession) -> None:
    for _ in range(2):
        answer = await ask(http, "POST", "conversations.join", json={"channel": GENERAL})
    assert answer["warning"] == "already_in_channel,missing_charset"
    assert answer["response_metadata"]["warnings"] == ["already_in_channel", "missing_charset"]


async def test_tokens_are_told_apart(slack: SandboxWorkspace) -> None:
    async with aiohttp.ClientSession(slack.api_url) as session:

        async def error(method: str, token: str | None) -> str:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return str((await ask(session, "POST", method, headers=headers)).get("error", "ok"))

        assert await error("auth.test", None) == "not_authed"
        assert await error("auth.test", "xoxb-wrong") == "invalid_auth"
        assert await error("auth.test", slack.bot_token) == "ok"
        assert await error("users.list", slack.app_token) == "not_allowed_token_type"
        assert await error("apps.connections.open", slack.bot_token) == "not_allowed_token_type"
        assert await error("apps.connections.open", slack.app_token) == "ok"
        assert await error("api.test", None) == "ok"


async def test_a_socket_is_not_asked_for_by_get(slack: SandboxWorkspace) -> None:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with aiohttp.ClientSession(slack.api_url, headers=headers) as session:
        answer = await ask(session, "GET", "apps.connections.open")
        assert answer["error"] == "insecure_request"
        assert (await ask(session, "POST", "apps.connections.open"))["ok"]


async def test_every_call_is_on_record_without_its_token(
    slack: SandboxWorkspace, http: aiohttp.ClientSession
) -> None:
    arguments = {"channel": GENERAL, "text": "x", "token": slack.bot_token}
    await ask(http, "POST", "chat.postMessage", data=arguments)
    [call] = slack.calls("chat.postMessage")
    assert call["ok"]
    assert call["arguments"] == {"channel": GENERAL, "text": "x"}
    assert call["latency_ms"] > 0
