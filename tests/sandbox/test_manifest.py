from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import bolt, refused, running
from slack_sandbox.testing import SandboxWorkspace

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Deploy Bot"},
    "features": {
        "slash_commands": [
            {"command": "/deploy", "description": "Deploys", "usage_hint": "SERVICE"},
            {"command": "/page", "description": "Pages", "should_escape": True},
        ],
        "shortcuts": [{"name": "Deploy", "type": "global", "callback_id": "deploy"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "channels:read", "channels:history"]}},
    "settings": {"event_subscriptions": {"bot_events": ["message.channels"]}},
}


async def test_an_enforced_manifest_limits_scopes() -> None:
    async with SandboxWorkspace(MANIFEST, enforce=True) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        answer = await refused(client.users_list())
        assert answer["error"] == "missing_scope"
        assert answer["needed"] == "users:read"
        assert answer["provided"] == "chat:write,channels:read,channels:history"
        outside = client.chat_postMessage(channel="C0GENERAL1", text="x")
        assert (await refused(outside))["error"] == "not_in_channel"
        await slack.user("ada").invites("general", "bot")
        assert (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ok"]
        named = client.chat_postMessage(channel="C0GENERAL1", text="x", username="X")
        assert (await refused(named))["needed"] == "chat:write.customize"
        headers = (await client.auth_test()).headers
        assert headers["x-oauth-scopes"] == answer["provided"]
        wanted = (await client.conversations_list()).headers["x-accepted-oauth-scopes"]
        assert {"channels:read", "groups:read"} <= set(wanted.split(","))


async def test_a_scope_is_asked_for_by_the_kind_of_conversation() -> None:
    async with SandboxWorkspace(MANIFEST, enforce=True) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        ada = slack.user("ada")
        await ada.creates("secret", private=True)
        await ada.invites("secret", "bot")
        private = slack.channel("secret").id
        answer = await refused(client.conversations_history(channel=private))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:history")
        making = await refused(client.conversations_create(name="room"))
        assert (making["error"], making["needed"]) == ("missing_scope", "channels:manage")


@pytest.mark.parametrize(
    ("scope", "private", "needed"),
    [("groups:write", False, "channels:manage"), ("channels:manage", True, "groups:write")],
)
async def test_making_a_channel_needs_the_scope_of_its_kind(
    scope: str, private: bool, needed: str
) -> None:
    manifest = {"oauth_config": {"scopes": {"bot": [scope, "channels:history"]}}}
    async with SandboxWorkspace(manifest, enforce=True) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        answer = await refused(client.conversations_create(name="room", is_private=private))
        assert (answer["error"], answer["needed"]) == ("missing_scope", needed)
        assert (await client.conversations_create(name="room", is_private=not private))["ok"]


async def test_posting_without_its_scope_names_the_scope_of_old() -> None:
    async with SandboxWorkspace({}, enforce=True) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        answer = await refused(client.chat_postMessage(channel="C0GENERAL1", text="x"))
        assert answer["needed"] == "chat:write:bot"


async def test_an_undeclared_command_never_reaches_the_app() -> None:
    async with SandboxWorkspace(MANIFEST, enforce=True) as slack:
        ada = slack.user("ada")
        answer = await ada.types("/nonsense now", "general")
        assert answer["error"] == "invalid_command"
        assert "is not a valid command" in ada.ephemerals("general")[-1].text


async def test_only_subscribed_events_are_delivered() -> None:
    async with SandboxWorkspace(MANIFEST, enforce=True) as slack:
        app, seen = bolt(slack), []

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            seen.append(event.get("subtype") or event["text"])

        async with running(slack, app):
            bo = slack.user("bo")
            await bo.invites("general", "bot")
            said = await bo.says("hello", "general")
            await bo.reacts("eyes", said)
            await slack.until(lambda: "hello" in seen or None)
        events = [e for e in slack.sandbox.inspector.entries() if e["kind"] == "envelope"]
        assert {event["name"] for event in events} == {"message"}


async def test_should_escape_turns_names_into_ids() -> None:
    async with SandboxWorkspace(MANIFEST) as slack:
        app, texts = bolt(slack), []

        @app.command("/page")
        @app.command("/deploy")
        async def told(ack: Any, body: dict[str, Any]) -> None:
            texts.append(body["text"])
            await ack()

        async with running(slack, app):
            await slack.user("ada").types("/page @bo in #general", "general")
            await slack.user("ada").types("/deploy @bo", "general")
        assert texts == ["<@U0BO000002> in <#C0GENERAL1|general>", "@bo"]


async def test_a_manifest_posted_while_running_teaches_completion(
    slack: SandboxWorkspace,
) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{slack.url}/_sandbox/manifest", json=MANIFEST) as response:
            learned = await response.json()
        assert [command["command"] for command in learned["commands"]] == ["/deploy", "/page"]
        async with session.get(f"{slack.url}/_sandbox/state?user=ada") as response:
            state = await response.json()
        assert state["commands"][0]["usage_hint"] == "SERVICE"
        assert state["shortcuts"][0]["callback_id"] == "deploy"
        assert state["app"]["name"] == "Deploy Bot"
        async with session.post(
            f"{slack.url}/_sandbox/manifest", json={"features": []}
        ) as response:
            assert (await response.json())["ok"]
        async with session.post(f"{slack.url}/_sandbox/manifest", json={"features": 3}) as response:
            assert (await response.json())["error"] == "invalid_manifest"


async def test_a_command_the_app_answered_is_learned(slack: SandboxWorkspace) -> None:
    app = bolt(slack)

    @app.command("/hello")
    async def hello(ack: Any) -> None:
        await ack()

    async with running(slack, app):
        await slack.user("ada").types("/hello", "general")
    assert [command["command"] for command in slack.sandbox.workspace.app.commands] == ["/hello"]
