"""The real process from outside: acknowledgements, declare to room, start, memory."""

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks.bot import Slack, bot, database, kinds, percentile, slack

SLOW_MS = 120
LONE, CROWD = 40, 50
DECLARES = 5
AT_ONCE = 20
GOAL = ("room", "card", "page", "announcement")
CONFIG = {
    "people": {"bo": {"name": "Bo", "slack": "U0BO000002"}},
    "policies": {"crew": {"tiers": [{"targets": ["person:bo"]}]}},
    "severities": [
        {"name": "SEV1", "policy": "crew"},
        {"name": "SEV3", "page_when": "never"},
    ],
}


Measure = Callable[[Slack], Awaitable[dict[str, float]]]


async def acknowledgements(sandbox: Slack) -> dict[str, float]:
    """A command that reads the record: one after the other, then many at once."""
    lone = [(await sandbox.slash("list"))["latency_ms"] for _ in range(LONE)]
    answers = await asyncio.gather(*(sandbox.slash("list") for _ in range(CROWD)))
    crowd = [answer["latency_ms"] for answer in answers]
    return {
        "ack_p50_ms": percentile(lone, 0.5),
        "ack_p99_ms": percentile(lone, 0.99),
        f"ack_of_{CROWD}_p50_ms": percentile(crowd, 0.5),
        f"ack_of_{CROWD}_p99_ms": percentile(crowd, 0.99),
    }


async def calls(sandbox: Slack, after: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    while True:
        page = await sandbox.get(f"inspector?after={after}&limit=2000")
        entries += page["entries"]
        if len(page["entries"]) < 2000:
            return entries
        after = page["entries"][-1]["seq"]


def done(entries: list[dict[str, Any]], since: float) -> dict[str, float]:
    """When each of the four was there, in milliseconds after the command was sent."""
    found: dict[str, float] = {}
    for entry in entries:
        if entry["kind"] != "api_call" or not entry["ok"]:
            continue
        at = (entry["at"] - since) * 1000
        if entry["method"] == "conversations.create":
            found.setdefault("room", at)
        if entry["method"] == "chat.postMessage":
            metadata = entry["arguments"].get("metadata") or {}
            key = str(metadata.get("event_payload", {}).get("key", ""))
            for start, name in (
                ("card.post", "card"),
                ("page.ring", "page"),
                ("announcement.post", "announcement"),
            ):
                if key.startswith(start):
                    found.setdefault(name, at)
    return found


async def declaring(sandbox: Slack) -> dict[str, float]:
    """Declare, and wait for room, card, page and announcement; every call takes 120 ms."""
    await sandbox.slow_down(SLOW_MS)
    took: dict[str, list[float]] = {name: [] for name in (*GOAL, "all_four")}
    for number in range(DECLARES):
        seq = (await sandbox.get("inspector?limit=1"))["seq"]
        since = time.time()
        await sandbox.slash(f"declare sev1 bench {number}")
        await asyncio.sleep(1.0)
        found = done(await calls(sandbox, seq), since)
        while len(found) < len(GOAL):
            await asyncio.sleep(0.2)
            found = done(await calls(sandbox, seq), since)
        for name in GOAL:
            took[name].append(found[name])
        took["all_four"].append(max(found.values()))
        await asyncio.sleep(1.5)  # pins, topics, refreshes
    await sandbox.slow_down(0)
    return {f"declare_to_{name}_p50_ms": percentile(took[name], 0.5) for name in took}


async def flood(sandbox: Slack) -> dict[str, float]:
    """Twenty people declare at the same moment; every call takes 120 ms."""
    await sandbox.slow_down(SLOW_MS)
    seq = (await sandbox.get("inspector?limit=1"))["seq"]
    since = time.time()
    orders = (sandbox.slash(f"declare sev3 flood {number}") for number in range(AT_ONCE))
    latencies = [answer["latency_ms"] for answer in await asyncio.gather(*orders)]
    cards: list[float] = []
    while len(cards) < AT_ONCE:
        await asyncio.sleep(0.25)
        cards = [
            (entry["at"] - since) * 1000
            for entry in await calls(sandbox, seq)
            if entry["kind"] == "api_call" and entry["ok"] and "card.post" in json.dumps(entry)
        ]
    await sandbox.slow_down(0)
    return {
        "flood_ack_p50_ms": percentile(latencies, 0.5),
        "flood_ack_max_ms": max(latencies),
        "flood_all_rooms_with_card_ms": max(cards),
    }


async def run() -> dict[str, float | str]:
    """Goals: see each name. Start 1 s, memory 120 MB, ack p99 25 ms at 50, four in 300 ms."""
    results: dict[str, float | str] = {}
    for kind in kinds():
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "incident-bot.yaml"
            config.write_text(json.dumps(CONFIG))
            for measures in ((acknowledgements, declaring), (flood,)):  # a pacer of its own each
                found = await _measured(kind, config, *measures)
                results |= {f"{kind}_{name}": value for name, value in found.items()}
    return results


async def _measured(kind: str, config: Path, *measures: Measure) -> dict[str, float]:
    found: dict[str, float] = {}
    async with database(kind) as url, slack() as sandbox, bot(sandbox, url, config) as process:
        for measure in measures:
            found |= await measure(sandbox)
        found |= {"start_to_connected_s": process.start_s, "memory_mb": process.memory_mb()}
    return found
