"""Steps of runbooks run only when everything about them was allowed."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from domain.runbooks.shapes import book
from incident_bot.domain.effects import ApprovalDue, Lane
from incident_bot.domain.execution.allowance import Execution
from incident_bot.domain.execution.registry import steps_of
from slack_sandbox.testing import Person
from support.books import a_shop
from support.world import World

TEXT = """---
title: Queue is full
steps: {vars: {QUEUE: {type: string, pattern: "[a-z]{1,20}"}}}
---
# Queue is full

## Diagnostics

```bash {id=look kind=check risk=read runner=tool}
say password=hunter2hunter2 depth 9
```

## Mitigation

```bash {id=drain kind=action risk=high runner=tool vars=QUEUE}
say drained $QUEUE
```
"""


def allowed(**more: Any) -> dict[str, Any]:
    found = steps_of(book(TEXT, "shop/queue-full.md"), Execution(), datetime.date(2026, 1, 1))
    runners = {"tool": {"type": "argv", "binaries": {"say": "/bin/echo"}}}
    pins = {step.name: step.digest for step in found}
    told = {"enabled": True, "runners": runners, "steps": pins, "approvers": ["bo"]}
    return {"runbooks": {"execution": {**told, **more}}}


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[World]:
    """A runbook with a check and a dangerous action, both approved by configuration."""
    async with a_shop(tmp_path, TEXT, allowed()) as world:
        yield world


async def test_given_a_check__when_it_is_run__then_the_output_is_in_the_thread_without_secrets(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 orders are slow")
    await ada.types("/runbook queue-full diagnostics", channel=room)
    await ada.clicks("▶ look", channel=room)
    await ada.submits()
    await shop.settle()

    [card] = shop.said(room, "shop/queue-full#look")
    assert "done" in card.text
    told = str([reply.blocks for reply in card.replies])
    assert "depth 9" in told
    assert "hunter2" not in told + str(card.blocks)
    await ada.types("/incident timeline", channel=room)
    await ada.sees("Step shop/queue-full#look done", channel=room)


async def test_given_a_dangerous_action__when_asked_for__then_it_is_dry_first_and_needs_another(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 orders are slow")
    bo = shop.person("bo")
    await bo.joins(room)
    await ada.types("/runbook queue-full mitigation", channel=room)
    await ada.clicks("▶ drain", channel=room)
    await ada.submits({"QUEUE": "-x"})
    assert ada.modal is not None  # the form stays open: a value that begins with a dash
    await ada.submits({"QUEUE": "orders"})
    await ada.sees("would run", channel=room)
    await ada.clicks("Run it", channel=room)
    await ada.sees("waits for approval", channel=room)

    await ada.clicks("Approve", channel=room)
    await shop.told(ada, "Somebody else must approve", room)
    await bo.clicks("Approve", channel=room)
    await shop.settle()

    card = shop.said(room, "shop/queue-full#drain")[-1]
    assert "done" in card.text
    assert "drained orders" in str([reply.blocks for reply in card.replies])


async def test_given_no_approval__when_ten_minutes_pass__then_it_expires(shop: World) -> None:
    ada, room = await shop.declared("sev3 orders are slow")
    await ada.types("/runbook queue-full mitigation", channel=room)
    await ada.clicks("▶ drain", channel=room)
    await ada.submits({"QUEUE": "orders"})
    await ada.sees("would run", channel=room)
    await ada.clicks("Run it", channel=room)
    await ada.sees("waits for approval", channel=room)

    await shop.fast_forward(minutes=10, seconds=1)

    assert "expired" in shop.said(room, "shop/queue-full#drain")[-1].text


async def test_given_a_lapsed_approval__when_it_is_asked_for_again__then_the_old_card_says_expired(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 orders are slow")
    await _drained_dry(shop, ada, room)
    await ada.clicks("Run it", channel=room)
    first = await ada.sees("waits for approval", channel=room)
    await shop.settle()
    await _nobody_fires_the_timer(shop)
    await shop.fast_forward(minutes=10, seconds=1)
    assert "waits for approval" in first.text

    await _drained_dry(shop, ada, room)
    await ada.clicks("Run it", channel=room)
    await ada.sees("waits for approval", channel=room, after=first)
    await shop.settle()

    assert "expired" in first.text
    assert "Approve" not in first.text
    await ada.types("/incident timeline", channel=room)
    await ada.sees("Step shop/queue-full#drain expired", channel=room)


async def _drained_dry(world: World, ada: Person, room: str) -> None:
    await ada.types("/runbook queue-full mitigation", channel=room)
    await world.settle()
    await ada.clicks("▶ drain", channel=room)
    await ada.submits({"QUEUE": "orders"})
    await world.settle()


async def _nobody_fires_the_timer(world: World) -> None:
    """Another replica claims the timer when it is due, and dies."""
    due = world.clock.now() + datetime.timedelta(minutes=10)
    async with world.bot.desk.database.write() as tx:
        lease = datetime.timedelta(hours=1)
        [job] = await tx.jobs.claim("dead", due, lease, 10, lanes=tuple(Lane))
    assert job.kind == ApprovalDue.kind
