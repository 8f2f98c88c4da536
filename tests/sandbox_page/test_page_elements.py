"""Every interactive element sends the app what a Slack client sends."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox_page.conftest import PageFor
from sandbox_page.polls import Json, plain
from slack_sandbox.testing import SandboxWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ONE = {"text": plain("One"), "value": "1"}
TWO = {"text": plain("Two"), "value": "2"}


class Listener:
    """An app that acknowledges every action and remembers the last of each element."""

    def __init__(self, slack: SandboxWorkspace) -> None:
        self.client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        self.actions: dict[str, Json] = {}
        self.state: Json = {}
        self._slack = slack
        self.app = AsyncApp(client=self.client)
        self.app.action(re.compile(".*"))(self._heard)
        self.app.event(re.compile(".*"))(self._ignored)

    async def _heard(self, ack: Any, action: Json, body: Json) -> None:
        self.actions[action["action_id"]] = action
        self.state = body["state"]["values"]
        await ack()

    async def _ignored(self) -> None:
        """Events are not this app's business."""

    async def heard(self, action_id: str, field: str) -> Any:
        """Wait for an element's action and return (and forget) a field of it."""
        action = await self._slack.until(
            lambda: self.actions.get(action_id), 20, f"an action of {action_id}"
        )
        del self.actions[action_id]
        return action[field]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[AsyncWebClient]:
        handler = AsyncSocketModeHandler(self.app, self._slack.app_token)
        await handler.connect_async()
        await self._slack.connected()
        await self.client.conversations_join(channel=self._slack.channel("general").id)
        try:
            yield self.client
        finally:
            await handler.close_async()

    async def shows(self, page: Page, *elements: Json) -> None:
        """Post elements and wait for them: in one actions block, but for menus of several."""
        several = [element for element in elements if element["type"].startswith("multi_")]
        others = [element for element in elements if element not in several]
        text = {"type": "mrkdwn", "text": "Choose"}
        blocks: list[Json] = [{"type": "actions", "block_id": "all", "elements": others}]
        blocks += [{"type": "section", "text": text, "accessory": each} for each in several]
        await self.client.chat_postMessage(channel="#general", text="elements", blocks=blocks)
        await expect(page.locator(".kit-actions")).to_have_count(1)


async def pick(page: Page, menu: str, *names: str) -> None:
    await page.get_by_role("button", name=menu, exact=True).click()
    for name in names:
        await page.get_by_role("combobox", name="Search").fill(name)
        await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")


async def test_menus_send_options_people_and_channels(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    listener, page = Listener(slack), await page_for("ada")
    async with listener.connected():
        await listener.shows(
            page,
            {
                "type": "static_select",
                "action_id": "static",
                "placeholder": plain("Number"),
                "options": [ONE, TWO],
            },
            {
                "type": "multi_static_select",
                "action_id": "many",
                "placeholder": plain("Several"),
                "options": [ONE, TWO],
            },
            {"type": "users_select", "action_id": "user", "placeholder": plain("Who")},
            {"type": "multi_users_select", "action_id": "users", "placeholder": plain("Whoever")},
            {"type": "channels_select", "action_id": "channel", "placeholder": plain("Room")},
            {"type": "conversations_select", "action_id": "talk", "placeholder": plain("Talk")},
            {"type": "overflow", "action_id": "more", "options": [ONE, TWO]},
        )
        await pick(page, "Number", "Two")
        assert (await listener.heard("static", "selected_option"))["value"] == "2"
        await pick(page, "Several", "One")
        assert [o["value"] for o in await listener.heard("many", "selected_options")] == ["1"]
        await pick(page, "Several: One", "Two")
        assert [o["value"] for o in await listener.heard("many", "selected_options")] == ["1", "2"]
        await page.get_by_role("button", name="Remove One").click()
        assert [o["value"] for o in await listener.heard("many", "selected_options")] == ["2"]
        await pick(page, "Who", "chen")
        assert await listener.heard("user", "selected_user") == slack.user("chen").id
        await pick(page, "Whoever", "bo")
        assert await listener.heard("users", "selected_users") == [slack.user("bo").id]
        await pick(page, "Room", "random")
        assert await listener.heard("channel", "selected_channel") == slack.channel("random").id
        await pick(page, "Talk", "general")
        assert await listener.heard("talk", "selected_conversation") == slack.channel("general").id
        await page.locator("[data-action-id=more]").click()
        await page.get_by_role("menuitem", name="Two").click()
        assert (await listener.heard("more", "selected_option"))["value"] == "2"
        state = listener.state["all"]
        assert state["static"]["selected_option"]["value"] == "2"
        assert state["user"]["selected_user"] == slack.user("chen").id
        assert "more" not in state


async def test_dates_times_and_boxes_send_their_values(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    listener, page = Listener(slack), await page_for("ada")
    async with listener.connected():
        await listener.shows(
            page,
            {"type": "datepicker", "action_id": "day", "placeholder": plain("Day")},
            {"type": "timepicker", "action_id": "time", "placeholder": plain("Time")},
            {"type": "datetimepicker", "action_id": "moment"},
            {"type": "checkboxes", "action_id": "boxes", "options": [ONE, TWO]},
            {"type": "radio_buttons", "action_id": "radio", "options": [ONE, TWO]},
        )
        await page.locator("[data-action-id=day]").fill("2026-12-24")
        assert await listener.heard("day", "selected_date") == "2026-12-24"
        await page.locator("[data-action-id=time]").fill("18:30")
        assert await listener.heard("time", "selected_time") == "18:30"
        await page.locator("[data-action-id=moment]").fill("2026-12-24T18:30")
        assert await listener.heard("moment", "selected_date_time") == 1798133400
        await page.locator("[data-action-id=boxes]").get_by_label("Two").check()
        assert [o["value"] for o in await listener.heard("boxes", "selected_options")] == ["2"]
        await page.locator("[data-action-id=boxes]").get_by_label("Two").uncheck()
        assert await listener.heard("boxes", "selected_options") == []
        await page.locator("[data-action-id=radio]").get_by_label("One").check()
        assert (await listener.heard("radio", "selected_option"))["value"] == "1"


async def test_a_dispatching_input_sends_on_enter_and_a_quiet_one_only_in_the_state(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    listener, page = Listener(slack), await page_for("ada")

    def question(name: str, *, dispatch: bool) -> Json:
        element = {"type": "plain_text_input", "action_id": name}
        block = {"type": "input", "block_id": name, "label": plain(name), "element": element}
        return {**block, "dispatch_action": True} if dispatch else block

    async with listener.connected() as client:
        blocks = [question("loud", dispatch=True), question("quiet", dispatch=False)]
        await client.chat_postMessage(channel="#general", text="inputs", blocks=blocks)
        await page.get_by_label("quiet").fill("only with the others")
        await page.get_by_label("loud").fill("now")
        await page.get_by_label("loud").press("Enter")
        assert await listener.heard("loud", "value") == "now"
        assert listener.state["quiet"]["quiet"]["value"] == "only with the others"
        assert listener.actions == {}


async def test_files_chosen_in_a_modal_reach_the_app(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    submitted: list[Json] = []
    element = {"type": "file_input", "action_id": "files", "filetypes": ["md", "csv"]}
    view = {
        "type": "modal",
        "callback_id": "evidence",
        "title": plain("Evidence"),
        "submit": plain("Attach"),
        "blocks": [{"type": "input", "block_id": "b", "label": plain("Notes"), "element": element}],
    }
    listener = Listener(slack)

    async def attached(ack: Any, view: Json) -> None:
        submitted.extend(view["state"]["values"]["b"]["files"]["files"])
        await ack()

    async def offer(ack: Any, command: Json) -> None:
        await ack()
        await listener.client.views_open(trigger_id=command["trigger_id"], view=view)

    listener.app.view("evidence")(attached)
    listener.app.command("/attach")(offer)
    page = await page_for("ada")
    async with listener.connected() as client:
        await slack.user("ada").types("/attach", "general")
        dialog = page.get_by_role("dialog", name="Evidence")
        field = dialog.get_by_label("Notes")
        await field.set_input_files({"name": "run.sh", "mimeType": "", "buffer": b"rm"})
        await expect(dialog.get_by_text("run.sh")).to_be_visible()
        await dialog.get_by_role("button", name="Attach").click()
        await expect(dialog.get_by_text("these types: .md, .csv")).to_be_visible()
        assert submitted == []
        notes = FilePayload(name="notes.md", mimeType="text/markdown", buffer=b"# 09:12 alarm")
        rows = FilePayload(name="rows.csv", mimeType="text/csv", buffer=b"a,b")
        await field.set_input_files([notes, rows])
        await expect(dialog.get_by_text("rows.csv")).to_be_visible()
        await dialog.get_by_role("button", name="Attach").click()
        await expect(dialog).to_have_count(0)
        assert [file["name"] for file in submitted] == ["notes.md", "rows.csv"]
        known = (await client.files_info(file=submitted[0]["id"]))["file"]
        assert (known["size"], known["shares"]) == (13, {})
        content = slack.sandbox.workspace.file(submitted[0]["id"]).content
        assert content == b"# 09:12 alarm"
        assert slack.messages("general")[-1].files == []
