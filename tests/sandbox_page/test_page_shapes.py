"""The page on a phone, in the dark, and in front of hostile text."""

import pytest
from playwright.async_api import Page, expect

from sandbox_page.conftest import PageFor
from sandbox_page.polls import card, connected, plain
from slack_sandbox.testing import SandboxWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'


async def fits(page: Page) -> bool:
    script = "document.documentElement.scrollWidth <= window.innerWidth"
    return bool(await page.evaluate(script))


async def test_a_phone_shows_one_thing_at_a_time_and_nothing_sticks_out(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack) as client:
        await client.chat_postMessage(
            channel="#general", text="poll", blocks=card("A question " + "that goes on " * 9, 2)
        )
        await slack.user("bo").says("x" * 300 + " `" + "y" * 200 + "`", "general")
        page = await page_for("ada", width=390, height=844)
        await expect(page.locator(".main")).to_be_hidden()
        await page.locator(".sidebar-row", has_text="general").click()
        await expect(page.locator(".sidebar")).to_be_hidden()
        await expect(page.get_by_role("button", name="Vote")).to_be_visible()
        assert await fits(page)
        await page.get_by_role("button", name="Vote").click()
        await expect(page.get_by_text("3 votes so far")).to_be_visible()
        await page.locator(".composer-field").first.fill("/poll form")
        await page.get_by_role("button", name="Send").first.click()
        dialog = page.get_by_role("dialog", name="A new poll")
        await expect(dialog.get_by_label("Question")).to_be_visible()
        assert await fits(page)
        await page.screenshot(path="artifacts/screenshots/phone-modal.png")
        await dialog.get_by_role("button", name="Never mind").click()
        await page.get_by_role("button", name="Back to conversations").click()
        await expect(page.locator(".sidebar")).to_be_visible()


async def test_dark_follows_the_system_and_the_button_overrules_it(page_for: PageFor) -> None:
    page = await page_for("ada", colours="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = await page.evaluate(background)
    await page.get_by_role("button", name="Light or dark colours").click()
    assert await page.evaluate(background) == "rgb(255, 255, 255)"
    assert dark != "rgb(255, 255, 255)"
    await page.reload()
    await expect(page.locator(".sidebar")).to_be_attached()
    assert await page.evaluate(background) == "rgb(255, 255, 255)"


async def test_hostile_text_stays_text_everywhere(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack) as client:
        page = await page_for("ada")
        field = page.locator(".main .composer-field")
        await field.fill(HOSTILE)
        await field.press("Enter")
        await expect(page.locator(".message").last).to_contain_text(HOSTILE)
        await slack.user("bo").does("set_topic", channel="general", text=HOSTILE)
        await expect(page.locator(".topic")).to_contain_text(HOSTILE)
        await client.chat_postMessage(
            channel="#general",
            text="blocks",
            blocks=[
                {"type": "header", "text": plain(HOSTILE)},
                {
                    "type": "section",
                    "text": {"type": "mrkdwn", "text": "<javascript:window.pwned=1|press me>"},
                },
                {"type": "markdown", "text": f"[x](javascript:window.pwned=1) {HOSTILE}"},
            ],
        )
        await expect(page.get_by_role("heading", name="<img src=x")).to_be_visible()
        await expect(page.get_by_text("press me")).to_be_visible()
        assert await page.locator("a[href^='javascript']").count() == 0
        assert await page.locator("img[src='x']").count() == 0
        assert await page.evaluate("window.pwned") is None


async def test_the_page_forbids_itself_markup_from_strings(
    page_for: PageFor, noise: list[str]
) -> None:
    page = await page_for("ada")
    refused = await page.evaluate(
        "() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } }"
    )
    assert refused
    assert "TrustedHTML" in noise.pop()


async def test_an_unknown_name_is_asked_again(page_for: PageFor, slack: SandboxWorkspace) -> None:
    page = await page_for("ada")
    await page.goto(f"{slack.url}/?user=nobody")
    await expect(page.get_by_role("heading", name="Who are you today?")).to_be_visible()
    await page.get_by_role("link", name="Chen").click()
    await expect(page.get_by_role("button", name="Chen")).to_be_visible()


async def test_a_permalink_opens_at_its_message(page_for: PageFor, slack: SandboxWorkspace) -> None:
    first = await slack.user("bo").says("The very first line", "general")
    for number in range(120):
        await slack.user("bo").says(f"line {number}", "general")
    page = await page_for("ada", place=f"#/{first.channel.id}/{first.ts}")
    await expect(page.locator(".message.revealed")).to_contain_text("The very first line")
