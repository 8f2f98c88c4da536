"""A shop whose one runbook is written by the tests themselves."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from support.world import World, a_world, on_call_config

QUEUE_FULL = """---
title: Queue is full
owners: [{team: payments, slack: "@dana"}]
escalation_policy: payments
---
# Queue is full

## Diagnostics

1. Look at the depth:

   ```bash
   queue depth
   ```

2. Find the slowest consumer

## Mitigation

- [ ] Pause the producer
- [ ] Scale the consumers
"""


@contextlib.asynccontextmanager
async def a_shop(
    folder: Path, text: str = QUEUE_FULL, config: dict[str, Any] | None = None, **environment: Any
) -> AsyncIterator[World]:
    """A world whose shelf holds `shop/queue-full`, owned by Dana.

    It escalates to Chen, everything else to Bo.
    """
    shelf = folder / "books" / "shop"
    shelf.mkdir(parents=True)
    (shelf / "queue-full.md").write_text(text, encoding="utf-8")
    rules = on_call_config(["bo"])
    rules["policies"]["payments"] = {"tiers": [{"targets": ["person:chen"]}]}
    rules |= config or {}
    books = str(folder / "books")
    async with a_world(folder, config=rules, INCIDENT_BOT_RUNBOOKS=books, **environment) as world:
        await world.shelved()
        yield world
