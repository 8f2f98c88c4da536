"""What hangs on the walls: bookmarks of a channel, pictures in messages."""

import pytest
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox_page.conftest import PageFor
from sandbox_page.polls import Json, plain
from slack_sandbox.testing import SandboxWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_bookmark_is_added_seen_by_others_and_removed(page_for: PageFor) -> None:
    ada, bo = await page_for("ada"), await page_for("bo")
    await ada.get_by_role("button", name="Pins and details").click()
    details = ada.get_by_role("complementary", name="Details")
    await details.get_by_role("button", name="Add a bookmark").click()
    form = ada.get_by_role("dialog")
    await form.get_by_label("Name").fill("Dashboard")
    await form.get_by_label("Link").fill("https://grafana.example.com/d/checkout")
    await form.get_by_role("button", name="Add").click()

    shelf = bo.get_by_role("navigation", name="Bookmarks")
    await expect(shelf.get_by_role("link", name="Dashboard")).to_have_attribute(
        "href", "https://grafana.example.com/d/checkout"
    )
    await details.get_by_role("button", name="Remove Dashboard").click()
    await expect(bo.get_by_role("link", name="Dashboard")).to_have_count(0)


async def test_pictures_stand_in_blocks_beside_text_and_in_small_print(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    page = await page_for("ada")
    picture = f"{slack.url}/ui/favicon.svg"
    small: Json = {"type": "image", "image_url": picture, "alt_text": "small"}
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    await client.conversations_join(channel=slack.channel("general").id)
    await client.chat_postMessage(
        channel="#general",
        text="pictures",
        blocks=[
            {
                "type": "image",
                "image_url": picture,
                "alt_text": "wide",
                "title": plain("Error rate"),
            },
            {"type": "section", "text": plain("Beside"), "accessory": small},
            {"type": "context", "elements": [{**small, "alt_text": "tiny"}]},
        ],
    )

    message = page.locator(".message").last
    await expect(message.locator("figcaption")).to_have_text("Error rate")
    for name in ("wide", "small", "tiny"):
        shown = message.get_by_role("img", name=name, exact=True)
        await expect(shown).to_have_js_property("complete", value=True)
        assert await shown.evaluate("picture => picture.naturalWidth") > 0
