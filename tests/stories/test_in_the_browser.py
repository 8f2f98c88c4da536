"""A newcomer lives a whole incident in the page, as README says."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from support.browser import a_browser, keep, open_as, types
from support.world import World

pytestmark = pytest.mark.browser


async def test_given_the_page__when_an_incident_is_lived__then_everything_is_there(
    staffed: World,
) -> None:
    await staffed.shelved()
    async with a_browser() as browser:
        ada = await open_as(browser, staffed.slack.url, "ada")
        bo = await open_as(browser, staffed.slack.url, "bo")

        await types(ada, "/incident declare sev2 checkout 5xx")
        await expect(ada.get_by_text("✓ Announced")).to_be_visible()
        await ada.locator(".sidebar").get_by_text("inc-1-checkout-5xx").click()
        await expect(ada.get_by_role("heading", name="SEV2 · checkout 5xx")).to_be_visible()

        await bo.locator(".sidebar").get_by_text("incident-bot", exact=True).click()
        await bo.get_by_role("button", name="Acknowledge").click()
        await expect(bo.get_by_text("You acknowledged")).to_be_visible()
        await expect(ada.get_by_text("acknowledged", exact=False).first).to_be_visible()

        await types(ada, "/runbook api-5xx quick actions")
        await expect(ada.get_by_role("button", name="Mitigation")).to_be_visible()
        await types(ada, "/incident update errors fall after the rollback")
        await expect(ada.get_by_text("Status update").first).to_be_visible()
        await keep(ada, "incident-room")

        await types(ada, "/incident resolve rolled back to build 311")
        await ada.get_by_role("button", name="Post-mortem").last.click()
        await expect(ada.get_by_text("INC-1 post-mortem draft 1")).to_be_visible()
        await keep(ada, "post-mortem")


async def test_given_the_page__when_the_form_is_used__then_the_incident_is_declared(
    world: World,
) -> None:
    async with a_browser() as browser:
        ada = await open_as(browser, world.slack.url, "ada")

        await types(ada, "/incident declare")
        form = ada.get_by_role("dialog", name="Declare an incident")
        await form.get_by_label("What is wrong?").fill("Оплата не работает 🔥")
        await keep(ada, "declare-form")
        await form.get_by_role("button", name="Declare").click()

        await expect(
            ada.locator(".sidebar").get_by_text("inc-1-oplata-ne-rabotaet")
        ).to_be_visible()
