"""People write, react, reply and read on the page."""

import pytest
from playwright.async_api import Page, expect

from sandbox_page.conftest import PageFor
from slack_sandbox.testing import SandboxWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def say(page: Page, text: str, place: str = ".main") -> None:
    field = page.locator(f"{place} .composer-field")
    await field.fill(text)
    await field.press("Enter")


async def test_two_people_in_two_tabs_read_each_other(page_for: PageFor) -> None:
    ada, bo = await page_for("ada", profile="one"), await page_for("bo", profile="one")
    await say(ada, "Is anybody seeing *slow* checkouts, @bo?")
    message = bo.locator(".message").last
    await expect(message).to_contain_text("Is anybody seeing slow checkouts, @bo?")
    await expect(message.locator("strong")).to_have_text("slow")
    await expect(message.locator(".mention-me")).to_have_text("@bo")
    await say(bo, "Yes :eyes:")
    await expect(ada.locator(".message-main").last.locator(".emoji")).to_have_text("👀")
    await expect(ada.locator(".message").last.locator(".author")).to_have_text("bo")


async def test_a_reaction_counts_both_people_and_can_be_taken_back(page_for: PageFor) -> None:
    ada, bo = await page_for("ada"), await page_for("bo")
    await say(ada, "Deployed")
    await bo.locator(".message", has_text="Deployed").hover()
    await bo.get_by_role("button", name="React with white_check_mark").last.click()
    chip = ada.locator(".reaction")
    await expect(chip).to_have_text("✅1")
    await expect(chip).to_have_attribute("aria-pressed", "false")
    await chip.click()
    await expect(chip).to_have_text("✅2")
    await expect(bo.locator(".reaction")).to_have_text("✅2")
    await chip.click()
    await expect(bo.locator(".reaction")).to_have_text("✅1")


async def test_a_thread_opens_at_the_side_and_counts_its_replies(page_for: PageFor) -> None:
    ada, bo = await page_for("ada"), await page_for("bo")
    await say(ada, "Who takes this?")
    message = ada.locator(".main .message", has_text="Who takes this?")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    await expect(ada.locator(".thread-pane .message")).to_have_count(1)
    await say(ada, "I do", ".thread-pane")
    await expect(ada.locator(".thread-pane .message").last).to_contain_text("I do")
    line = bo.locator(".thread-line")
    await expect(line).to_contain_text("1 reply")
    await expect(bo.locator(".main .message", has_text="I do")).to_have_count(0)
    await line.click()
    await expect(bo.locator(".thread-pane .message").last).to_contain_text("I do")
    await say(bo, "Thanks", ".thread-pane")
    await expect(ada.locator(".thread-line")).to_contain_text("2 replies")
    await ada.keyboard.press("Escape")
    await expect(ada.locator(".thread-pane")).to_be_hidden()


async def test_a_direct_message_elsewhere_is_marked_and_reading_clears_it(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    page = await page_for("ada")
    opened = await slack.user("bo").does("open_dm", users=[slack.user("ada").id])
    await slack.user("bo").says("Are you there?", opened["channel"])
    direct = page.locator(".sidebar-row[aria-label^=bo]")
    await expect(direct.locator(".badge")).to_have_text("1")
    await expect(page).to_have_title("(1) general · Sandbox")
    await expect(page.get_by_role("status").get_by_text("bo: Are you there?")).to_be_visible()
    await direct.click()
    await expect(page.get_by_role("status").get_by_text("bo: Are you there?")).to_have_count(0)
    await expect(page.locator(".message").last).to_contain_text("Are you there?")
    await expect(direct.locator(".badge")).to_have_count(0)
    await expect(page).to_have_title("bo · Sandbox")


async def test_up_arrow_edits_the_last_message_and_marks_it(page_for: PageFor) -> None:
    ada, bo = await page_for("ada"), await page_for("bo")
    await say(ada, "Rolling bakc")
    await expect(ada.locator(".message").last).to_contain_text("Rolling bakc")
    await ada.locator(".main .composer-field").press("ArrowUp")
    editor = ada.get_by_label("Edit message")
    await expect(editor).to_have_value("Rolling bakc")
    await editor.fill("Rolling back")
    await editor.press("Enter")
    await expect(bo.locator(".message").last).to_contain_text("Rolling back (edited)")
    await expect(editor).to_have_count(0)


async def test_a_deleted_message_goes_after_a_question(page_for: PageFor) -> None:
    ada, bo = await page_for("ada"), await page_for("bo")
    await say(ada, "Oops")
    await expect(bo.locator(".message", has_text="Oops")).to_be_visible()
    await ada.locator(".message", has_text="Oops").hover()
    await ada.locator(".message").last.get_by_role("button", name="More actions").click()
    await ada.get_by_role("menuitem", name="Delete message…").click()
    await ada.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(bo.locator(".message", has_text="Oops")).to_have_count(0)


async def test_a_pin_stands_in_the_details_and_leads_to_its_message(page_for: PageFor) -> None:
    page = await page_for("ada")
    await say(page, "The dashboard is in the bookmark")
    await page.locator(".message").last.hover()
    await page.locator(".message").last.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Pin to channel").click()
    await expect(page.locator(".message.pinned")).to_have_count(1)
    await page.get_by_role("button", name="Pins and details").click()
    details = page.get_by_role("complementary", name="Details")
    await expect(details.locator(".pin-card")).to_contain_text("The dashboard is in the bookmark")
    await details.get_by_role("button", name="Jump to message").click()
    await expect(page.locator(".message.revealed")).to_contain_text("The dashboard")


async def test_the_switcher_jumps_and_searches_without_a_mouse(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    await slack.user("bo").says("The pool is exhausted", "random")
    page = await page_for("ada")
    await page.keyboard.press("Control+k")
    search = page.get_by_role("combobox", name="Search or jump to")
    await search.fill("rand")
    await search.press("Enter")
    await expect(page.locator(".head h1")).to_have_text("random")
    await page.keyboard.press("Control+k")
    await search.fill("exhausted")
    await expect(page.get_by_role("option")).to_contain_text("The pool is exhausted")
    await search.press("Enter")
    await expect(page.locator(".message.revealed")).to_contain_text("The pool is exhausted")


async def test_a_message_is_pinned_with_the_keyboard_alone(page_for: PageFor) -> None:
    page = await page_for("ada")
    await say(page, "Read me")
    await expect(page.locator(".message", has_text="Read me")).to_be_visible()
    await page.get_by_role("log", name="Messages").focus()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(".message").last).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowLeft")
    await expect(page.get_by_role("button", name="More actions")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Pin to channel")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.pinned")).to_contain_text("Read me")
    tools = page.locator(".message.pinned").get_by_role("button", name="More actions")
    await expect(tools).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".message.pinned")).to_be_focused()


async def test_completion_offers_people_channels_and_emoji(page_for: PageFor) -> None:
    page = await page_for("ada")
    field = page.locator(".main .composer-field")
    await field.press_sequentially("ask @che")
    await expect(page.get_by_role("option")).to_contain_text("chen")
    await field.press("Tab")
    await field.press_sequentially("in #rand")
    await field.press("Tab")
    await field.press_sequentially(":tad")
    await field.press("Enter")
    await expect(field).to_have_value("ask @chen in #random :tada: ")
    await field.press("Enter")
    message = page.locator(".message-main").last
    await expect(message.locator(".mention")).to_have_text(["@chen", "#random"])
    await expect(message.locator(".emoji")).to_have_text("🎉")


async def test_a_shared_file_is_read_in_the_channel(page_for: PageFor) -> None:
    page, other = await page_for("ada"), await page_for("bo")
    text = "# Findings\n\n- [x] pool was **too small**\n\n<script>window.pwned = 1</script>\n"
    await page.locator(".main input[type=file]").set_input_files(
        {"name": "findings.md", "mimeType": "text/markdown", "buffer": text.encode()}
    )
    await say(page, "My notes")
    card = other.locator(".file-card")
    await expect(card.get_by_role("heading", name="Findings")).to_be_visible()
    await expect(card.locator("strong")).to_have_text("too small")
    await card.get_by_role("button", name="findings.md").click()
    await expect(other.get_by_role("dialog")).to_contain_text("<script>window.pwned = 1</script>")


async def test_what_was_missed_arrives_after_the_connection_comes_back(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    page = await page_for("ada")
    await say(page, "Before")
    await page.context.set_offline(True)
    slack.sandbox.feed.close()
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()
    await slack.user("bo").says("While you were away", "general")
    await page.context.set_offline(False)
    await expect(page.locator(".message").last).to_contain_text("While you were away")
    await expect(page.get_by_text("Reconnecting…")).to_have_count(0)


HIDE = """() => {
  const hidden = { configurable: true, get: () => "hidden" };
  Object.defineProperty(document, "visibilityState", hidden);
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SHOW = """() => {
  delete document.visibilityState;
  document.dispatchEvent(new Event("visibilitychange"));
}"""


async def test_more_tabs_than_a_browser_has_connections_still_work(page_for: PageFor) -> None:
    tabs = []
    for user in ("ada", "bo", "chen", "dana", "ada", "bo", "chen"):
        tab = await page_for(user, profile="one")
        await tab.evaluate(HIDE)
        tabs.append(tab)
    last = await page_for("dana", profile="one")
    await say(last, "Eight tabs and counting")
    await expect(last.locator(".message").last).to_contain_text("Eight tabs")
    for tab in tabs:
        await tab.evaluate(SHOW)
        await expect(tab.locator(".message").last).to_contain_text("Eight tabs")
        await tab.evaluate(HIDE)
