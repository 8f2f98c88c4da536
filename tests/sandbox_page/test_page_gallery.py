"""The gallery draws the Block Kit of a folder, and what is pasted into it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from sandbox_page.conftest import PageFor
from sandbox_page.polls import card, form, plain
from slack_sandbox.sandbox import Sandbox
from slack_sandbox.server import Server
from slack_sandbox.testing import SandboxWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_pasted_blocks_and_views_are_drawn_and_broken_json_is_explained(
    page_for: PageFor, slack: SandboxWorkspace
) -> None:
    page = await page_for("ada")
    await page.goto(f"{slack.url}/gallery")
    field = page.get_by_label("Block Kit JSON")
    await field.fill(json.dumps(card("Tea or coffee?", 4)))
    await expect(page.get_by_role("heading", name="Tea or coffee?")).to_be_visible()
    await page.get_by_role("button", name="Vote").click()
    await expect(page.get_by_role("status")).to_contain_text("button vote")
    await field.fill(json.dumps(form()))
    await expect(page.get_by_role("heading", name="A new poll")).to_be_visible()
    await expect(page.get_by_label("Days")).to_be_visible()
    await field.fill("[{")
    await expect(page.locator(".try-stage .kit-error")).to_be_visible()
    await field.fill(json.dumps([{"type": "header", "text": plain("x" * 151)}]))
    await expect(page.get_by_role("note")).to_contain_text("must be less than 151 characters")


async def test_the_files_of_a_folder_are_drawn_with_what_slack_would_refuse(
    page_for: PageFor, tmp_path: Path
) -> None:
    (tmp_path / "polls").mkdir()
    (tmp_path / "polls" / "card.json").write_text(json.dumps({"blocks": card("Tea?", 2)}))
    (tmp_path / "form.json").write_text(json.dumps(form()))
    (tmp_path / "hostile.json").write_text(json.dumps([{"type": "<b>sky</b>"}]))
    async with served(tmp_path) as url:
        page = await page_for("ada")
        await page.goto(f"{url}/gallery")
        await expect(page.get_by_text("3 files in")).to_be_visible()
        drawn = page.locator("#file-polls-card-json")
        await expect(drawn.get_by_role("heading", name="Tea?")).to_be_visible()
        await expect(drawn.get_by_role("note")).to_have_count(0)
        await expect(page.locator("#file-form-json").get_by_label("Days")).to_be_visible()
        refused = page.locator("#file-hostile-json").get_by_role("note")
        await expect(refused).to_contain_text("Slack would refuse this")
        await expect(refused).to_contain_text("<b>sky</b>")
        await page.get_by_role("searchbox", name="Filter files").fill("card")
        await expect(page.locator("#file-form-json")).to_be_hidden()
        await expect(drawn).to_be_visible()


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[str]:
    """A sandbox with a gallery; gives its address."""
    server = Server(Sandbox(seed=1), gallery=folder)
    await server.start()
    yield server.url
    await server.stop()
