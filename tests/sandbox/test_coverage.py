"""The coverage table tells the truth."""

from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from slack_sandbox import coverage
from slack_sandbox.methods import METHODS
from slack_sandbox.methods.facts import FACTS
from slack_sandbox.testing import SandboxWorkspace

ROOT = Path(__file__).parents[2]


def present(table: dict[str, coverage.Covered]) -> set[str]:
    return {name for name, covered in table.items() if covered.status != "absent"}


def test_what_is_covered_is_what_is_routed() -> None:
    assert present(coverage.METHODS) == set(METHODS)
    assert set(METHODS) <= set(FACTS)


def test_every_covered_thing_is_in_the_tests_it_names() -> None:
    for table in (coverage.METHODS, coverage.INTERACTIONS):
        for name in present(table):
            for test in table[name].tests:
                text = (ROOT / "tests" / "sandbox" / test).read_text(encoding="utf-8")
                spoken = name.replace(".", "_")
                assert spoken in text or f'"{name}"' in text, f"{name} is not in {test}"


def test_the_page_is_printed_from_the_table() -> None:
    page = ROOT / "docs" / "reference" / "sandbox-coverage.md"
    assert page.read_text(encoding="utf-8") == coverage.page()


async def the_life_of_a_channel(client: AsyncWebClient, slack: SandboxWorkspace, name: str) -> None:
    ada, private = slack.user("ada"), name == "private"
    made = await client.conversations_create(name=name, is_private=private)
    room = made["channel"]["id"]
    await client.conversations_invite(channel=room, users=ada.id)
    await ada.does("set_topic", channel=name, text="x")
    await ada.does("set_purpose", channel=name, text="x")
    await ada.leaves(name)
    await client.conversations_invite(channel=room, users=ada.id)
    await client.conversations_rename(channel=room, name=f"{name}-2")
    await client.conversations_archive(channel=room)
    await client.conversations_unarchive(channel=room)
    await client.chat_meMessage(channel=room, text="waves")
    await client.chat_postMessage(channel=room, text="x", username="Pager")
    said = await ada.says(f"<@{slack.bot_user_id}> look", f"{name}-2")
    await ada.does("say", channel=room, text="x", thread_ts=said.ts, broadcast=True)
    await ada.reacts("eyes", said)
    await ada.unreacts("eyes", said)
    await ada.pins(said)
    await ada.unpins(said)
    await ada.edits(said, "seen")
    shared = await ada.uploads("a.txt", b"x", f"{name}-2")
    await ada.deletes(shared)
    await ada.does("kick", channel=room, users=[slack.bot_user_id])


async def everything(client: AsyncWebClient, slack: SandboxWorkspace) -> None:
    await the_life_of_a_channel(client, slack, "public")
    await the_life_of_a_channel(client, slack, "private")
    own = await client.files_upload_v2(content="y", filename="b.txt")
    await client.files_delete(file=own["file"]["id"])
    group = (await client.usergroups_create(name="On call", handle="oncall"))["usergroup"]["id"]
    await client.usergroups_users_update(usergroup=group, users=slack.user("ada").id)
    await slack.user("ada").opens_home()
    slack.add_user("eve")
    slack.change_user("eve", tz="Asia/Tokyo")
    await slack.user("ada").does("snooze", minutes=5)


async def test_every_event_of_the_table_is_really_sent_and_no_other(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as connection:
        await connection.receive_json()
        await everything(client, slack)
    sent: set[str] = set()
    for entry in slack.sandbox.inspector.entries():
        if entry["kind"] == "envelope":
            event: dict[str, Any] = entry["payload"]["event"]
            subtype = event.get("subtype")
            sent.add(f"message/{subtype}" if subtype else event["type"])
    assert sent == present(coverage.EVENTS)
