"""What one person's page is told, for everything that can happen."""

from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from slack_sandbox.news import news
from slack_sandbox.testing import SandboxWorkspace

GENERAL = "C0GENERAL1"
TITLE = {"type": "plain_text", "text": "x"}
NOTE = {
    "type": "input",
    "block_id": "b",
    "label": TITLE,
    "element": {"type": "plain_text_input", "action_id": "a"},
}
MODAL = {"type": "modal", "title": TITLE, "submit": TITLE, "blocks": [NOTE]}
GO = {
    "type": "actions",
    "block_id": "b",
    "elements": [{"type": "button", "action_id": "go", "text": TITLE}],
}


def told(slack: SandboxWorkspace, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the growing list of what that person's page is told from now on."""
    heard: list[tuple[str, dict[str, Any]]] = []
    workspace, user = slack.sandbox.workspace, slack.user(name).id
    workspace.listen(lambda change: heard.extend(news(workspace, change, user)))
    return heard


def names(heard: list[tuple[str, dict[str, Any]]]) -> list[str]:
    return [name for name, _ in heard]


async def test_messages_and_what_happens_to_them(slack: SandboxWorkspace) -> None:
    heard, bo = told(slack, "ada"), slack.user("bo")
    said = await bo.says("hello", "general")
    await bo.edits(said, "changed")
    await bo.reacts("eyes", said)
    await bo.deletes(said)
    assert names(heard) == [
        "message",
        "unread",
        "message_changed",
        "message_changed",
        "message_deleted",
    ]
    assert heard[-1][1] == {"channel": GENERAL, "ts": said.ts, "thread_ts": None}


async def test_a_reply_is_told_with_its_parents_new_counters(slack: SandboxWorkspace) -> None:
    bo = slack.user("bo")
    parent = await bo.says("parent", "general")
    heard = told(slack, "ada")
    await bo.replies("reply", parent)
    assert [body["message"]["ts"] for name, body in heard if name == "message_changed"] == [
        parent.ts
    ]
    assert heard[-1][1]["message"]["reply_count"] == 1


async def test_ephemerals_are_told_to_one_person(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    adas, bos = told(slack, "ada"), told(slack, "bo")
    ada = slack.user("ada")
    posted = await client.chat_postEphemeral(channel=GENERAL, user=ada.id, text="x")
    workspace, channel = slack.sandbox.workspace, slack.channel("general")
    url = slack.sandbox.response_urls.issue("actions", ada.id, channel, posted["message_ts"])
    body = {"text": "y", "replace_original": True}
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        assert response.status == 200
    await ada.does("dismiss", channel="general", ts=posted["message_ts"])
    assert names(adas) == ["ephemeral", "ephemeral_changed", "ephemeral_deleted"]
    assert bos == []
    assert workspace.conversation(GENERAL).ephemeral[ada.id] == []


async def test_a_channels_changes_and_its_end_for_those_who_leave(
    slack: SandboxWorkspace,
) -> None:
    ada, bo = slack.user("ada"), slack.user("bo")
    await bo.creates("secret", private=True)
    heard = told(slack, "ada")
    await bo.says("unseen", "secret")
    assert heard == []
    await bo.invites("secret", "ada")
    await bo.does("bookmark", channel="secret", title="x", link="https://x.y")
    said = await bo.says("look", "secret")
    await bo.pins(said)
    shown = [body["channel"] for name, body in heard if name == "channel"]
    assert [bookmark["title"] for bookmark in shown[-1]["bookmarks"]] == ["x"]
    assert shown[-1]["pins"][0]["ts"] == said.ts
    await ada.does("mark", channel="secret", ts=said.ts)
    await ada.leaves("secret")
    assert names(heard)[-1] == "channel_gone"


async def test_people_groups_and_commands(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    heard = told(slack, "ada")
    await client.usergroups_create(name="On call", handle="oncall")
    slack.change_user("bo", status_text="away")
    slack.learn({"features": {"slash_commands": [{"command": "/x"}]}})
    assert {"usergroup", "user", "commands"} <= set(names(heard))
    commands = next(body for name, body in heard if name == "commands")
    assert commands["commands"] == [{"command": "/x", "description": "", "usage_hint": ""}]


async def test_modals_home_and_failures(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    adas, bos = told(slack, "ada"), told(slack, "bo")
    ada = slack.user("ada")
    trigger = slack.sandbox.triggers.issue(ada.id)
    await client.views_open(trigger_id=trigger, view=MODAL)
    await ada.submits()
    await ada.submits({"b": "written"})
    await ada.closes()
    await client.views_publish(user_id=ada.id, view={"type": "home", "blocks": [GO]})
    await ada.clicks("go")
    assert names(adas) == [
        "modals",
        "modal_errors",
        "modal_failed",
        "modals",
        "home",
        "action_failed",
    ]
    assert adas[1][1]["errors"] == {"b": "Please complete this required field."}
    assert adas[2][1]["message"] == "We had some trouble connecting. Try again?"
    assert adas[3][1]["stack"] == []
    assert adas[-1][1]["error"] == "dispatch_failed"
    assert bos == []
