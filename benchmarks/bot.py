"""What the benchmarks share: databases, a sandbox in a process of its own, the bot in another."""

import asyncio
import contextlib
import json
import math
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from incident_bot.database.migrate import upgrade
from incident_bot.settings import shipped

POSTGRES = os.environ.get(
    "DATABASE_URL_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres"
)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


def has_postgres() -> bool:
    """Whether a PostgreSQL answers; without one its half is left out."""
    if "DATABASE_URL_TEST_POSTGRES" in os.environ:
        return True
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 5432), timeout=1):
        return True
    return False


@contextlib.asynccontextmanager
async def database(kind: str) -> AsyncIterator[str]:
    """A new, empty database of this release on the disk; its URL."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            url = f"sqlite:///{folder}/bot.db"
            await upgrade(url, shipped("migrations"))
            yield url
        return
    name = f"bench_{os.getpid()}_{time.monotonic_ns()}"
    admin = await asyncpg.connect(POSTGRES)
    try:
        await admin.execute(f'CREATE DATABASE "{name}"')
        url = f"{POSTGRES.rpartition('/')[0]}/{name}"
        await upgrade(url, shipped("migrations"))
        yield url
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()


def kinds() -> list[str]:
    return ["sqlite", *(["postgresql"] if has_postgres() else [])]


class Process:
    """A child and what it costs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.start_s = 0.0

    def memory_mb(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def end(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()


class Slack(Process):
    """A sandbox in a process of its own, driven through its page's contract."""

    def __init__(self, process: asyncio.subprocess.Process, ready: dict[str, str]) -> None:
        super().__init__(process)
        self.url = ready["url"]
        self.ready = ready
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def gesture(self, **fields: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.url}/_sandbox/gesture", json=fields) as answer:
            return dict(await answer.json())

    async def slash(self, text: str, channel: str = "C0GENERAL1") -> dict[str, Any]:
        """Type `/incident …` as ada; `latency_ms` is until the acknowledgement."""
        return await self.gesture(
            user="U0ADA00001", gesture="slash", channel=channel, command="/incident", text=text
        )

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/_sandbox/{path}") as answer:
            return await answer.json()

    async def slow_down(self, milliseconds: float) -> None:
        """Every Web API call takes that much longer from now on."""
        faults = [{"method": "*", "delay_ms": milliseconds}] if milliseconds else []
        order = {"faults": faults}
        async with self.session.post(f"{self.url}/_sandbox/faults", json=order) as answer:
            assert answer.status == 200, await answer.text()


@contextlib.asynccontextmanager
async def slack() -> AsyncIterator[Slack]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "slack_sandbox", stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    running = Slack(child, json.loads(await child.stdout.readline()))
    try:
        yield running
    finally:
        await running.session.close()
        await running.end()


@contextlib.asynccontextmanager
async def bot(sandbox: Slack, url: str, config: Path | None = None) -> AsyncIterator[Process]:
    """`python -m incident_bot run` with its runbooks loaded; `start_s` is how long connecting took."""
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": sandbox.ready["bot_token"],
        "SLACK_APP_TOKEN": sandbox.ready["app_token"],
        "SLACK_API_URL": f"{sandbox.url}/api/",
        "DATABASE_URL": url,
        "INCIDENT_BOT_HTTP_PORT": "0",
        "INCIDENT_BOT_LOG_LEVEL": "INFO",
        **({"INCIDENT_BOT_CONFIG": str(config)} if config else {}),
    }
    began = time.perf_counter()
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "incident_bot",
        "run",
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert child.stdout is not None
    running = Process(child)
    await _until(child.stdout, b'"ready"')
    running.start_s = time.perf_counter() - began
    await _until(child.stdout, b'"runbooks.loaded"')
    draining = asyncio.create_task(_drain(child.stdout))
    try:
        yield running
    finally:
        await running.end()
        await draining


async def _until(stream: asyncio.StreamReader, word: bytes) -> None:
    async for line in stream:
        if word in line:
            return
    raise RuntimeError(f"the bot ended before it said {word!r}")


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65536):
        """Nobody reads the log."""
