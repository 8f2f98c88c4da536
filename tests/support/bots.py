"""Real processes of the bot: started, watched, stopped, frozen and killed by tests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from slack_sandbox.testing import SandboxWorkspace
from support.rest import PATIENCE

TESTS = Path(__file__).resolve().parents[1]


class Bot:
    """One process. `ended` holds its exit code (negative: the signal) once it has ended."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid = pid
        self.log = log
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def is_alive(self) -> bool:
        return not self.ended.done()

    def said(self) -> str:
        """What it has written to its log."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it is still there."""
        if self.is_alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def kill(self) -> None:
        """End it without a word."""
        self.send(signal.SIGKILL)
        await self.end()

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        self.send(signal.SIGTERM)
        return await self.end()

    async def end(self) -> int:
        """Wait until it has ended; returns its exit code."""
        async with asyncio.timeout(PATIENCE):
            return await asyncio.shield(self.ended)


class Nest:
    """Where bots come from: a process that has everything imported and forks.

    One that `learns` is itself the first of them; the others know what it has come to know.
    """

    def __init__(self, folder: Path, *, learns: bool = False) -> None:
        self._folder = folder
        self._learns = learns
        self._bots: dict[int, Bot] = {}
        self._asked: list[asyncio.Future[Bot]] = []
        self._logs: list[Path] = []
        self._count = 0

    async def __aenter__(self) -> Nest:
        bare = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "INCIDENT_BOT"))}
        bare.pop("DATABASE_URL", None)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "support.zygote",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**bare, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            await self._process.stdout.readline()
        self._reading = asyncio.create_task(self._read(self._process.stdout))
        return self

    async def __aexit__(self, *_error: object) -> None:
        for bot in list(self._bots.values()):
            bot.send(signal.SIGCONT)
            await bot.kill()
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def start(self, environment: Mapping[str, str], log: str = "bot") -> Bot:
        """Start a bot; it is not ready yet."""
        assert self._process.stdin is not None
        future: asyncio.Future[Bot] = asyncio.get_running_loop().create_future()
        self._count += 1
        path = self._folder / f"{log}-{self._count}.log"
        self._asked.append(future)
        self._logs.append(path)
        is_first = self._count == 1
        order = {"env": dict(environment), "log": str(path), "here": self._learns and is_first}
        self._process.stdin.write((json.dumps(order) + "\n").encode())
        await self._process.stdin.drain()
        return await future

    async def _read(self, lines: asyncio.StreamReader) -> None:
        while line := await lines.readline():
            fact: dict[str, Any] = json.loads(line)
            if "code" in fact:
                self._bots.pop(fact["pid"]).ended.set_result(fact["code"])
            else:
                bot = self._bots[fact["pid"]] = Bot(fact["pid"], self._logs.pop(0))
                self._asked.pop(0).set_result(bot)


@contextlib.asynccontextmanager
async def a_nest(folder: Path, *, learns: bool = False) -> AsyncIterator[Nest]:
    """A nest for one test."""
    async with Nest(folder, learns=learns) as nest:
        yield nest


def environment(
    slack: SandboxWorkspace, database: str, folder: Path, config: dict[str, Any] | None = None
) -> dict[str, str]:
    """What a bot is told: this workspace, this database, no runbooks, any free port."""
    empty = folder / "runbooks"
    empty.mkdir(parents=True, exist_ok=True)
    told = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database,
        "INCIDENT_BOT_HTTP_PORT": "0",
        "INCIDENT_BOT_DATA_DIR": str(folder / "data"),
        "INCIDENT_BOT_RUNBOOKS": str(empty),
    }
    if config is not None:
        path = folder / "incident-bot.yaml"
        path.write_text(json.dumps(config), "utf-8")
        told["INCIDENT_BOT_CONFIG"] = str(path)
    return told
