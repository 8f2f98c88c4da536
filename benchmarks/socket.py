"""The Socket Mode connection: how fast a closed one is replaced, a dead one noticed and replaced.

From outside: the real process, and a sandbox that hangs up or falls silent. What counts is when the
next connection is there. Goals: a closed one is replaced within 0.5 s, a silent one noticed in 5 s.
"""

import asyncio
import time
from typing import Any

from benchmarks.bot import Slack, bot, database, percentile, slack

ROUNDS = 5
LOOK_EVERY = 0.005
RECOVERED = 2.0
"""Seconds between two rounds."""


async def sockets(sandbox: Slack) -> list[dict[str, Any]]:
    """What happened to connections, oldest first."""
    entries: list[dict[str, Any]] = (await sandbox.get("inspector?limit=2000"))["entries"]
    return [entry for entry in entries if entry["kind"] == "socket"]


async def opened(sandbox: Slack) -> int:
    return sum(entry["event"] == "opened" for entry in await sockets(sandbox))


async def faults(sandbox: Slack, *given: dict[str, Any]) -> None:
    order = {"faults": list(given)}
    async with sandbox.session.post(f"{sandbox.url}/_sandbox/faults", json=order) as answer:
        assert answer.status == 200, await answer.text()


async def until_replaced(sandbox: Slack, fault: str) -> tuple[float, float]:
    """Seconds until the old connection was given up, and until a new one was there."""
    before = await opened(sandbox)
    known = len(await sockets(sandbox))
    began = time.time()
    await faults(sandbox, {"socket": fault})
    gone = 0.0
    while await opened(sandbox) == before:
        news = (await sockets(sandbox))[known:]
        if not gone and any(entry["event"] == "closed" for entry in news):
            gone = time.time() - began
            await faults(sandbox)  # a new connection is to live
        await asyncio.sleep(LOOK_EVERY)
    there = time.time() - began
    await faults(sandbox)
    await asyncio.sleep(RECOVERED)
    return gone or there, there


async def run() -> dict[str, float | str]:
    """Seconds, median and worst of a few rounds."""
    results: dict[str, float | str] = {}
    async with database("sqlite") as url, slack() as sandbox, bot(sandbox, url):
        for name, fault in (("closed", "refresh_requested"), ("cut", "drop"), ("silent", "freeze")):
            rounds = [await until_replaced(sandbox, fault) for _ in range(ROUNDS)]
            if fault == "freeze":
                noticed = [seconds for seconds, _ in rounds]
                results[f"{name}_noticed_p50_s"] = percentile(noticed, 0.5)
                results[f"{name}_noticed_max_s"] = max(noticed)
            replaced = [seconds for _, seconds in rounds]
            results[f"{name}_replaced_p50_s"] = percentile(replaced, 0.5)
            results[f"{name}_replaced_max_s"] = max(replaced)
    return results
