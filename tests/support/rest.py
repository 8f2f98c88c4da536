"""Waiting for real processes: for states, never for a time to pass.

What another process does wakes nobody here, so these look again and again. Patience is only what
ends a test that would never end; on a busy machine everything takes longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from incident_bot.database.connection import Database
from incident_bot.errors import Unavailable
from slack_sandbox.testing import SandboxWorkspace

PATIENCE = 240.0  # seconds
LOOK_EVERY = 0.05
QUIET_LOOKS = 3
"""So often in a row nothing may be in hand: an event may be on its way from one to the other."""
SOON = timedelta(seconds=1.5)
# Whatever it waits for now (a retry, the end of a lease): what was due is not done.
_DUE = sa.text("SELECT key, lease, error FROM job WHERE status = 0 AND run_at <= :soon")


async def pause() -> None:
    """Let an instant pass."""
    waiting = asyncio.Event()
    asyncio.get_running_loop().call_later(LOOK_EVERY, waiting.set)
    await waiting.wait()


async def until(condition: Callable[[], object], what: str = "it") -> None:
    """Wait for something that tells nobody.

    Raises:
        AssertionError: when patience has run out.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await pause()
    except TimeoutError:
        raise AssertionError(f"{what} did not happen (within {PATIENCE:g} s)") from None


async def rest(
    slack: SandboxWorkspace, database: Database, going_on: Callable[[], bool] = lambda: True
) -> bool:
    """Wait until nothing is left to do; False when it is not `going_on` any more.

    Raises:
        AssertionError: when patience has run out.
    """
    quiet = 0
    try:
        async with asyncio.timeout(PATIENCE):
            while quiet < QUIET_LOOKS:
                if not going_on():
                    return False
                busy = not slack.sandbox.is_idle or await _due(database)
                quiet = 0 if busy else quiet + 1
                await pause()
    except TimeoutError:
        left = [*(e.name for e in slack.sandbox.hub.pending.values()), *await _due(database)]
        raise AssertionError(f"no rest (within {PATIENCE:g} s): {left}") from None
    return True


async def _due(database: Database) -> list[str]:
    soon = round((datetime.now(UTC) + SOON).timestamp() * 1e6)
    try:
        async with database.read() as tx:
            found = await tx.connection.execute(_DUE, {"soon": soon})
            return [f"{key} (held by {lease}, {error})" for key, lease, error in found]
    except Unavailable as error:
        return [str(error)]
