"""Chromium once per process, and a page per person that must stay silent."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from sandbox.patience import bound
from slack_sandbox.testing import SandboxWorkspace
from support.browser import PATIENCE_MS, SCREENSHOTS, a_browser

HERE = Path(__file__).parent

PageFor = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bound every test."""
    bound(items, HERE)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def slack() -> AsyncIterator[SandboxWorkspace]:
    async with SandboxWorkspace() as workspace:
        yield workspace


@pytest.fixture
def noise() -> list[str]:
    """What the pages wrote to their consoles; a test that provokes it takes it out."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def page_for(
    chromium: Browser, slack: SandboxWorkspace, noise: list[str], request: pytest.FixtureRequest
) -> AsyncIterator[PageFor]:
    """Give a function that opens the page as somebody.

    Everybody has a browser profile, and so a window, of their own: a tab behind another one draws
    once a second, which makes every click into it wait. Pages opened with the same ``profile`` are
    tabs of one window. At the end every page leaves a screenshot, and none may have written to its
    console.
    """
    contexts: dict[str, BrowserContext] = {}
    pages: dict[str, Page] = {}

    async def open_page(
        user: str,
        place: str = "",
        width: int = 1280,
        height: int = 860,
        colours: str = "light",
        profile: str = "",
    ) -> Page:
        name = profile or f"{user} {len(contexts)}"
        if name not in contexts:
            contexts[name] = await chromium.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if colours == "dark" else "light",
                has_touch=width < 500,
                locale="en-GB",
                timezone_id="Europe/Berlin",
            )
            contexts[name].set_default_timeout(PATIENCE_MS)
        page = await contexts[name].new_page()
        page.on("console", lambda message: noise.append(f"{user}: {message.text}"))
        page.on("pageerror", lambda error: noise.append(f"{user}: {error}"))
        await page.goto(f"{slack.url}/?user={user}{place}")
        await expect(page.locator(".sidebar")).to_be_attached()
        pages[user] = page
        return page

    yield open_page
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", request.node.name)
    for user, page in pages.items():
        await page.screenshot(path=SCREENSHOTS / f"{name}-{user}.png")
    for context in contexts.values():
        await context.close()
    assert noise == []
