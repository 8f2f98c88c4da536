"""People use an app on the page: commands, buttons, menus, modals, shortcuts, Home."""

import pytest
from playwright.async_api import Locator, Page, expect

from sandbox_page.conftest import PageFor
from sandbox_page.polls import connected
from slack_sandbox.testing import SandboxWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def say(page: Page, text: str) -> None:
    field = page.locator(".main .composer-field")
    await field.fill(text)
    await field.press("Enter")


async def open_form(page: Page) -> Locator:
    await say(page, "/poll form")
    dialog = page.get_by_role("dialog", name="A new poll")
    await expect(dialog).to_be_visible()
    return dialog


async def test_a_slash_command_is_completed_hinted_and_answered(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack):
        page, other = await page_for("ada"), await page_for("bo")
        field = page.locator(".main .composer-field")
        await field.press_sequentially("/po")
        await expect(page.get_by_role("option")).to_contain_text("Ask everybody something")
        await field.press("Tab")
        await expect(page.locator(".main .composer-hint")).to_contain_text("ask QUESTION | form")
        await field.press_sequentially("ask Tea or coffee?")
        await field.press("Enter")
        await expect(page.get_by_role("heading", name="Tea or coffee?")).to_be_visible()
        note = page.locator(".message.ephemeral")
        await expect(note).to_contain_text("Asked Tea or coffee?")
        await expect(note).to_contain_text("Only visible to you")
        await expect(other.get_by_role("heading", name="Tea or coffee?")).to_be_visible()
        await expect(other.locator(".message.ephemeral")).to_have_count(0)
        await note.get_by_role("button", name="Dismiss").click()
        await expect(note).to_have_count(0)


async def test_a_button_a_menu_and_a_confirmation_reach_the_app(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack):
        page, other = await page_for("ada"), await page_for("bo")
        await say(page, "/poll ask Tea?")
        await page.get_by_role("button", name="Vote").click()
        await expect(page.get_by_text("1 votes so far")).to_be_visible()
        await other.get_by_role("button", name="Vote").click()
        await expect(page.get_by_text("2 votes so far")).to_be_visible()
        await page.get_by_role("button", name="Mood").click()
        await page.get_by_role("combobox", name="Search: Mood").fill("gri")
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.ephemeral").last).to_contain_text("You feel grim.")
        await page.get_by_role("button", name="Close", exact=True).click()
        question = page.get_by_role("dialog", name="Close the poll?")
        await question.get_by_role("button", name="Keep it open").click()
        await expect(question).to_have_count(0)
        await expect(page.get_by_role("button", name="Vote")).to_be_visible()
        await page.get_by_role("button", name="Close", exact=True).click()
        await question.get_by_role("button", name="Close it").click()
        await expect(other.get_by_text("The poll is closed.")).to_be_visible()


async def test_a_button_says_so_when_the_app_does_not_answer(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack) as client:
        page = await page_for("ada")
        button = {
            "type": "button",
            "action_id": "unheard",
            "text": {"type": "plain_text", "text": "Knock"},
        }
        await client.chat_postMessage(
            channel="#general", text="Knock", blocks=[{"type": "actions", "elements": [button]}]
        )
        await page.get_by_role("button", name="Knock").click()
        await slack.until(lambda: slack.sandbox.hub.pending or None)
        slack.clock.advance(4)
        await expect(page.get_by_role("alert")).to_contain_text("The app did not answer in time.")


async def test_a_modal_points_at_faults_before_and_after_it_is_sent(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack):
        page = await page_for("ada")
        dialog = await open_form(page)
        question = dialog.get_by_label("Question")
        await expect(question).to_be_focused()
        await dialog.get_by_label("Days").fill("31")
        await dialog.get_by_role("button", name="Ask", exact=True).click()
        await expect(dialog.get_by_text("Please complete this required field.")).to_be_visible()
        await expect(dialog.get_by_text("Enter 30 or less.")).to_be_visible()
        await question.fill("Tea")
        await dialog.get_by_label("Days").fill("3")
        await question.press("Enter")
        await expect(dialog.get_by_text("Use at least 5 characters (now 3).")).to_be_visible()
        assert not [e for e in slack.sandbox.inspector.entries() if e.get("name") == "form"]
        await question.fill("Tea or coffee")
        await question.press("Enter")
        await expect(dialog.get_by_text("That is not a question.")).to_be_visible()
        await expect(question).to_have_value("Tea or coffee")
        await expect(dialog.get_by_label("Days")).to_have_value("3")


async def test_a_modal_is_sent_with_what_was_chosen(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack):
        page = await page_for("ada")
        dialog = await open_form(page)
        await dialog.get_by_label("Question").fill("Tea or coffee?")
        await dialog.get_by_label("Days").fill("7")
        await dialog.get_by_role("button", name="Ask whom").click()
        search = dialog.get_by_role("combobox", name="Search")
        for name in ("bo", "dana"):
            await search.fill(name)
            await search.press("Enter")
        await page.keyboard.press("Escape")
        await expect(dialog.locator(".chip")).to_have_text(["bo", "dana"])
        await dialog.get_by_role("button", name="Ask", exact=True).click()
        await expect(dialog).to_have_count(0)
        await expect(page.locator(".message").last).to_contain_text(
            "@ada asks @bo, @dana: Tea or coffee? (7 days)"
        )


async def test_a_second_modal_lies_on_the_first_which_keeps_what_was_typed(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack):
        page = await page_for("ada")
        dialog = await open_form(page)
        await dialog.get_by_label("Question").fill("Where next?")
        await dialog.get_by_role("button", name="Choose a city").click()
        second = page.get_by_role("dialog", name="A city")
        await second.get_by_role("button", name="City").click()
        search = second.get_by_role("combobox", name="Search: City")
        await search.fill("b")
        await expect(second.get_by_text("Type at least 2 characters")).to_be_visible()
        await search.fill("ber")
        await expect(second.get_by_role("option")).to_have_text(["Berlin", "Bergen"])
        await second.get_by_role("option", name="Bergen").click()
        await second.get_by_role("button", name="Take it").click()
        await expect(dialog.get_by_label("Question")).to_have_value("Where next?")
        await dialog.get_by_role("button", name="Choose a city").click()
        await second.get_by_role("button", name="Back").click()
        await expect(dialog.get_by_label("Question")).to_have_value("Where next?")
        await dialog.get_by_role("button", name="Choose a city").click()
        await second.get_by_role("button", name="Close").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.locator(".message").last).to_contain_text("In Bergen then.")


async def test_escape_closes_the_modal(page_for: PageFor, slack: SandboxWorkspace) -> None:
    async with connected(slack):
        page = await page_for("ada")
        dialog = await open_form(page)
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        assert slack.user("ada").modal is None


async def test_shortcuts_start_from_the_bolt_and_from_a_message(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack):
        page = await page_for("ada")
        await page.get_by_role("button", name="Shortcuts").click()
        await page.get_by_role("menuitem", name="Start a poll").click()
        dialog = page.get_by_role("dialog", name="A new poll")
        await dialog.get_by_role("button", name="Never mind").click()
        await expect(dialog).to_have_count(0)
        await say(page, "Lunch?")
        message = page.locator(".message", has_text="Lunch?")
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Make this a poll").click()
        await expect(page.get_by_role("heading", name="Lunch?")).to_be_visible()


async def test_home_shows_what_the_app_published(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack):
        page = await page_for("ada")
        await page.get_by_role("region", name="Apps").get_by_role("button").click()
        await expect(page.locator(".home")).to_contain_text("What next?")
        await expect(page.get_by_role("tab", name="Home")).to_have_attribute(
            "aria-selected", "true"
        )
        await page.get_by_role("tab", name="Messages").click()
        await expect(page.locator(".home")).to_be_hidden()
        await say(page, "hello, app")
        await expect(page.locator(".message").last).to_contain_text("hello, app")


async def test_the_inspector_shows_calls_and_envelopes_as_they_happen(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    async with connected(slack):
        page = await page_for("ada", width=1440)
        await page.get_by_role("button", name="Inspector: API calls and events").click()
        inspector = page.get_by_role("complementary", name="Inspector")
        await expect(inspector).to_contain_text("apps.connections.open")
        await say(page, "/poll ask Tea?")
        command = inspector.locator(".inspector-row", has_text="slash_commands /poll")
        await expect(command).to_contain_text("acked")
        await expect(command).to_contain_text("ms")
        await command.locator("summary").first.click()
        await expect(command).to_contain_text('text: "ask Tea?"')
        await inspector.get_by_role("button", name="API calls").click()
        await expect(command).to_have_count(0)
        await expect(
            inspector.locator(".inspector-row", has_text="chat.postMessage")
        ).to_have_count(1)
