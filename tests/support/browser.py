"""Chromium for the tests that look at a page; without one they are skipped and say so."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE_MS = 20_000
SCREENSHOTS = Path(__file__).parents[2] / "artifacts" / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """The system's Chromium, headless."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install your distribution's chromium package")
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=FLAGS
        )
        yield browser
        await browser.close()


async def open_as(browser: Browser, url: str, user: str) -> Page:
    """The sandbox's page as somebody."""
    context = await browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(f"{url}/?user={user}")
    await page.wait_for_selector(".main .composer-field")
    return page


async def types(page: Page, text: str) -> None:
    """Write something in the open conversation and send it."""
    field = page.locator(".main .composer-field")
    await field.fill(text)
    await field.press("Escape")  # close the completion
    await field.press("Enter")


async def keep(page: Page, name: str) -> None:
    """Keep a screenshot."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png")
