"""Owners are told, once on each working day, which of their runbooks are overdue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from incident_bot.app import App
from slack_sandbox.testing import Message
from support.books import QUEUE_FULL, a_shop
from support.world import World

OVERDUE = QUEUE_FULL.replace(
    "title: Queue is full\n",
    "title: Queue is full\nlast_reviewed: 2025-01-09\nreview_every: 30d\ndrill_every: 90d\n",
)
NOBODYS = """---
title: Disk is full
owners: [{team: storage-people}]
last_reviewed: 2025-03-01
review_every: 90d
---
# Disk is full

## Diagnostics

Look <!channel>.
"""


def rules(**reviews: Any) -> dict[str, Any]:
    """People work every day, and where they do it is noon: the next morning is 21 hours away."""
    east = 12 - datetime.now(UTC).hour
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    hours = {"days": days, "timezone": f"Etc/GMT{-east:+d}" if east else "UTC"}
    return {"business_hours": hours, "runbooks": {"reviews": reviews}}


def told(world: World, name: str) -> list[Message]:
    """The reminders in somebody's direct messages."""
    return [m for m in world.person(name).messages("dm") if "overdue" in m.text]


async def test_given_an_overdue_runbook__when_mornings_come__then_its_owner_is_told_once_a_day(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path, OVERDUE, rules()) as world:
        await world.fast_forward(hours=20)
        assert not told(world, "dana")
        await world.fast_forward(hours=4)

        dana = world.person("dana")
        card = await dana.sees("Queue is full", channel="dm")
        assert "days late, last on 2025-01-09" in card
        assert "Drill: due today, never recorded" in card
        assert len(told(world, "dana")) == 1
        await dana.clicks("Open", message=card)
        await world.told(dana, "Diagnostics", "dm")

        await world.restarted()
        await world.settle()
        assert len(told(world, "dana")) == 1
        await world.fast_forward(days=1)
        assert len(told(world, "dana")) == 2


async def test_given_a_reminder__when_it_is_snoozed__then_a_week_is_quiet(tmp_path: Path) -> None:
    async with a_shop(tmp_path, OVERDUE, rules()) as world:
        await world.fast_forward(days=1)
        dana = world.person("dana")
        card = await dana.sees("Queue is full", channel="dm")

        await dana.clicks("Snooze a week", message=card)
        await world.told(dana, "Nobody is reminded", "dm")

        await world.fast_forward(days=6)
        assert len(told(world, "dana")) == 1
        await world.fast_forward(days=1)
        assert len(told(world, "dana")) == 2


async def test_given_days_of_downtime__when_the_bot_starts__then_they_fold_into_one_reminder(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path, OVERDUE, rules(at="08:30")) as world:
        await world.settle()
        await world.bot.stop()
        world.clock.advance(timedelta(days=4))
        world.slack.clock.advance(4 * 86400)
        world.bot = App(world.settings, world.clock)
        await world.bot.start()

        await world.person("dana").sees("Queue is full", channel="dm")
        await world.settle()
        assert len(told(world, "dana")) == 1


async def test_given_an_owner_nobody_knows__then_the_configured_channel_is_told(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path, NOBODYS, rules(channel="runbook-care")) as world:
        await world.fast_forward(days=1)

        ada = world.person("ada")
        await ada.joins("runbook-care")
        card = await ada.sees("Disk is full", channel="runbook-care")
        assert "owner: storage-people" in card
        assert len(world.said("runbook-care", "overdue")) == 1


async def test_given_the_channel_was_closed__when_the_next_morning_comes__then_it_is_opened_anew(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path, NOBODYS, rules(channel="runbook-care")) as world:
        await world.fast_forward(days=1)
        ada, channel = world.person("ada"), world.slack.channel("runbook-care")
        await ada.joins("runbook-care")
        await ada.does("rename_channel", channel=channel.id, name="runbook-care-old")
        await ada.does("archive", channel=channel.id)

        await world.fast_forward(days=1)

        assert len(world.said("runbook-care", "Disk is full")) == 1
        assert len(world.said("runbook-care-old", "Disk is full")) == 1


async def test_given_no_channel__when_nobody_knows_the_owner__then_nobody_is_told(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path, NOBODYS, rules()) as world:
        await world.fast_forward(days=1)

        assert not [c for c in world.slack.channels() if world.said(c, "overdue")]


async def test_given_reminders_are_off__then_no_morning_is_waited_for(tmp_path: Path) -> None:
    async with a_shop(tmp_path, OVERDUE, rules(remind=False)) as world:
        await world.settle()
        async with world.bot.desk.database.read() as tx:
            assert await tx.jobs.next_wake() is None


async def test_given_many_overdue_runbooks__then_one_message_holds_them_all(tmp_path: Path) -> None:
    async with a_shop(tmp_path, OVERDUE, rules()) as world:
        for number in range(40):
            text = OVERDUE.replace("Queue is full", f"Queue {number} is full")
            (tmp_path / "books" / "shop" / f"queue-{number}.md").write_text(text, encoding="utf-8")
        await world.shelved()

        await world.fast_forward(days=1)

        card = await world.person("dana").sees("41 runbooks", channel="dm")
        assert "and 26 more" in card
        assert len(told(world, "dana")) == 1
