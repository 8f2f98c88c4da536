"""From an alert to its runbook: pasted, or named in what is declared."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.alerts import ALERTMANAGER_WEBHOOK
from support.books import QUEUE_FULL, a_shop
from support.world import World

BOOK = QUEUE_FULL.replace(
    "title: Queue is full\n",
    "title: Queue is full\nalerts: [{name: QueueFull, section: Diagnostics}]\n",
)
SECOND = """---
title: Orders wait
aliases: [queue-full]
---
# Orders wait

## Diagnostics

Look elsewhere.
"""


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[World]:
    """Two runbooks answer to queue-full: one by its name, one by an alias."""
    config = {"runbooks": {"libraries": {"books": {"base_url": "https://git.example.com/books"}}}}
    async with a_shop(tmp_path, BOOK, config) as world:
        (tmp_path / "books" / "shop" / "orders-wait.md").write_text(SECOND, encoding="utf-8")
        await world.shelved()
        yield world


async def test_given_an_alerts_name__when_asked_for__then_its_section_opens_and_says_why(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 orders are slow")

    await ada.types("/runbook for [FIRING:1] QueueFull (orders prod)", channel=room)

    shown = await ada.sees("Look at the depth", channel=room)
    assert "For QueueFull: the runbook lists this alert." in shown


async def test_given_a_webhooks_body__when_pasted__then_every_alert_is_answered(
    shop: World,
) -> None:
    ada = shop.person("ada")

    body = json.dumps(ALERTMANAGER_WEBHOOK)
    await ada.types(f"/runbook for {body}", channel="general")

    answer = await shop.told(ada, "Runbooks of 2 alerts", "general")
    assert "Queue is full: the runbook lists this alert" in answer
    assert "Watchdog" in answer
    assert "No runbook is known for it." in answer
    await ada.clicks("Open", message=answer)
    await shop.told(ada, "Look at the depth", "general")


async def test_given_an_address__when_pasted__then_its_anchor_opens(shop: World) -> None:
    ada, room = await shop.declared("sev3 orders are slow")

    url = "https://git.example.com/books/shop/queue-full.md#mitigation"
    await ada.types(f"/runbook for <{url}|the runbook>", channel=room)

    await ada.sees("Pause the producer", channel=room)


async def test_given_an_alert_in_the_title__when_declared__then_the_card_suggests_its_runbook(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 QueueFull on node 3")

    await ada.sees("QueueFull: the runbook lists this alert", channel=room)


async def test_given_an_alert_in_the_title__when_suggestions_are_asked_for__then_it_says_why(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 QueueFull on node 3")

    await ada.types("/runbook suggest", channel=room)

    await shop.told(ada, "QueueFull: the runbook lists this alert", room)


async def test_given_a_name_of_two__when_shown__then_the_other_is_a_button_under_the_answer(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 orders are slow")

    await ada.types("/runbook queue-full diagnostics", channel=room)

    shown = await ada.sees("Look at the depth", channel=room)
    assert "These answer to the name, too" in shown
    await ada.clicks("Orders wait · shop", message=shown)
    await ada.sees("Orders wait", channel=room)


async def test_given_a_base_url__when_a_runbook_is_shown__then_it_can_be_edited_on_git(
    shop: World,
) -> None:
    ada = shop.person("ada")
    await ada.types("/runbook queue-full diagnostics", channel="general")

    shown = await shop.told(ada, "Look at the depth", "general")

    assert "https://git.example.com/books/shop/queue-full.md" in str(shown.blocks)
