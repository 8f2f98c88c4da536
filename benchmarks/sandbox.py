"""What the sandbox costs: 200 calls a second, a channel of 50,000 messages, doing nothing.

The sandbox runs in a process of its own, as it does for its users; the load comes from here.
"""

import asyncio
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

RATE, SECONDS = 200, 10
MESSAGES, PAGE = 50_000, 200
IDLE_SECONDS = 5.0
FIRST_TS = 1_700_000_000


class Sandbox:
    """A sandbox process and a session that holds its bot token."""

    def __init__(self, process: asyncio.subprocess.Process, ready: dict[str, str]) -> None:
        self.process = process
        self.url = ready["url"]
        self._app_token = ready["app_token"]
        headers = {"Authorization": f"Bearer {ready['bot_token']}"}
        self.session = aiohttp.ClientSession(headers=headers)

    async def call(self, method: str, **arguments: object) -> dict[str, object]:
        async with self.session.post(f"{self.url}/api/{method}", json=arguments) as response:
            body: dict[str, object] = await response.json()
        assert body["ok"], body
        return body

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """An app's socket, past its hello."""
        headers = {"Authorization": f"Bearer {self._app_token}"}
        url = f"{self.url}/api/apps.connections.open"
        async with self.session.post(url, headers=headers) as response:
            ticket = (await response.json())["url"]
        async with self.session.ws_connect(ticket) as socket:
            await socket.receive_json()
            yield socket

    def memory_mb(self) -> float:
        """Memory the process holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu_seconds(self) -> float:
        """Processor time the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def sandbox(*options: str) -> AsyncIterator[Sandbox]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "slack_sandbox", *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    running = Sandbox(process, json.loads(await process.stdout.readline()))
    try:
        yield running
    finally:
        await running.session.close()
        process.terminate()
        await process.wait()


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


async def sustained() -> dict[str, float]:
    """A steady stream of posts, edits and reads; latency counts from when a call was due."""
    async with sandbox() as slack:
        made = await slack.call("conversations.create", name="load")
        channel = made["channel"]["id"]
        block = {"type": "section", "text": {"type": "mrkdwn", "text": "*Load* " + "x" * 200}}
        first = await slack.call("chat.postMessage", channel=channel, text="first")
        kinds = (
            ("chat.postMessage", {"channel": channel, "text": "hello", "blocks": [block]}),
            ("chat.update", {"channel": channel, "ts": first["ts"], "text": "hi again"}),
            ("conversations.history", {"channel": channel, "limit": 20}),
            ("users.info", {"user": "U0ADA00001"}),
        )
        latencies: list[float] = []
        start = time.perf_counter()

        async def one(number: int) -> None:
            due = start + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            method, arguments = kinds[number % len(kinds)]
            await slack.call(method, **arguments)
            latencies.append((time.perf_counter() - due) * 1000)

        before = slack.cpu_seconds()
        await asyncio.gather(*(one(number) for number in range(RATE * SECONDS)))
        elapsed = time.perf_counter() - start
        return {
            "calls_per_second": len(latencies) / elapsed,
            "call_p50_ms": percentile(latencies, 0.50),
            "call_p95_ms": percentile(latencies, 0.95),
            "call_p99_ms": percentile(latencies, 0.99),
            "server_cpu_percent_at_that_rate": (slack.cpu_seconds() - before) / elapsed * 100,
        }


def write_export(folder: Path) -> None:
    """A Slack export with one channel of many messages, a thousand a day file."""
    channel = {"id": "C0BIG", "name": "big", "created": FIRST_TS, "creator": "U0ADA00001"}
    channel["members"] = ["U0ADA00001", "U0BOT00009"]
    (folder / "channels.json").write_text(json.dumps([channel]))
    (folder / "big").mkdir()
    for day in range(MESSAGES // 1000):
        rows = [
            {
                "type": "message",
                "user": "U0ADA00001",
                "text": f"message {day * 1000 + number}",
                "ts": f"{FIRST_TS + day * 1000 + number}.000100",
            }
            for number in range(1000)
        ]
        date = time.strftime("%Y-%m-%d", time.gmtime(FIRST_TS + day * 86_400))
        (folder / "big" / f"{date}.json").write_text(json.dumps(rows))


async def paging() -> dict[str, float]:
    """Every page of a channel of 50,000; the last pages should cost what the first ones do."""
    with tempfile.TemporaryDirectory() as name:
        write_export(Path(name))
        began = time.perf_counter()
        async with sandbox("--import", name) as slack:
            started = time.perf_counter() - began
            latencies: list[float] = []
            cursor, seen = "", 0
            while True:
                at = time.perf_counter()
                page = await slack.call(
                    "conversations.history", channel="C0BIG", limit=PAGE, cursor=cursor
                )
                latencies.append((time.perf_counter() - at) * 1000)
                seen += len(page["messages"])
                cursor = page.get("response_metadata", {}).get("next_cursor", "")
                if not cursor:
                    break
            assert seen == MESSAGES, seen
            tenth = len(latencies) // 10
            return {
                "import_and_start_s": started,
                "memory_with_50000_messages_mb": slack.memory_mb(),
                "history_pages": float(len(latencies)),
                "history_page_first_tenth_p50_ms": percentile(latencies[:tenth], 0.5),
                "history_page_last_tenth_p50_ms": percentile(latencies[-tenth:], 0.5),
                "history_page_p99_ms": percentile(latencies, 0.99),
            }


async def idle() -> dict[str, float]:
    """A sandbox with one socket open and nobody doing anything."""
    async with sandbox() as slack, slack.socket():
        before = slack.cpu_seconds()
        await asyncio.sleep(IDLE_SECONDS)
        return {"idle_cpu_percent": (slack.cpu_seconds() - before) / IDLE_SECONDS * 100}


async def run() -> dict[str, float | str]:
    """Measure everything; milliseconds, seconds and percent as the names say. Needs Linux."""
    results: dict[str, float | str] = {}
    for measure in (idle, sustained, paging):
        results |= await measure()
    return results
