"""Waiting for the workspace to change, never for time to pass."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from slack_sandbox.sandbox import Sandbox

Found = TypeVar("Found")
PATIENCE = 10.0
QUIET_TURNS = 20


async def until(
    sandbox: Sandbox,
    look: Callable[[], Found | None],
    within: float = PATIENCE,
    describe: Callable[[], str] = lambda: "it did not happen",
) -> Found:
    """Return what ``look`` finds, looking again whenever something changed.

    Args:
        sandbox: whose changes, calls and envelopes wake us.
        look: returns None or False as long as there is nothing.
        within: seconds before giving up.
        describe: what to say then.

    Raises:
        AssertionError: when nothing was found in time.
    """
    changed = asyncio.Event()
    deaf = [
        sandbox.workspace.listen(lambda _change: changed.set()),
        sandbox.inspector.listen(lambda _entry: changed.set()),
    ]
    try:
        async with asyncio.timeout(within):
            while True:
                changed.clear()
                found = look()
                if found:
                    return found
                await changed.wait()
    except TimeoutError:
        raise AssertionError(f"{describe()} (within {within:g} s)") from None
    finally:
        for stop in deaf:
            stop()


async def idle(sandbox: Sandbox, within: float = PATIENCE) -> None:
    """Wait until no call is in flight and no envelope unacknowledged, for a few turns of the loop.

    Raises:
        AssertionError: when it never became quiet.
    """

    def describe() -> str:
        return f"still busy: {[envelope.name for envelope in sandbox.hub.pending.values()]}"

    while True:
        await until(sandbox, lambda: sandbox.is_idle, within, describe)
        for _ in range(QUIET_TURNS):
            await asyncio.sleep(0)
        if sandbox.is_idle:
            return
