"""Health, readiness and metrics over HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from aiohttp import web

from incident_bot.errors import Unavailable
from incident_bot.operations.desk import Desk
from incident_bot.web.metrics import Metrics
from incident_bot.web.record_metrics import Counted

ENGINE_LAG_LIMIT = timedelta(seconds=60)
DATABASE_PATIENCE = 2.0  # seconds; a probe waits for 4
SocketState = Callable[[], tuple[str, int]]
"""(connected | connecting | reconnecting | disabled, reconnects)."""


class Server:
    """A small HTTP server. `port` is the real one after `start()`, also when 0 was asked for."""

    def __init__(self, desk: Desk, metrics: Metrics, socket: SocketState) -> None:
        self._desk = desk
        self._metrics = metrics
        self._socket = socket
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen.

        Raises:
            OSError: when the address is taken.
        """
        application = web.Application()
        application.router.add_get("/healthz", self._health)
        application.router.add_get("/readyz", self._ready)
        application.router.add_get("/metrics", self._show)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def readiness(self) -> dict[str, str]:
        """What keeps this process from serving, by part; empty when nothing does."""
        wrong: dict[str, str] = {}
        try:
            async with asyncio.timeout(DATABASE_PATIENCE):
                await self._desk.database.ping()
                async with self._desk.database.read() as tx:
                    depths = await tx.backlog.depths(self._desk.clock.now())
        except (Unavailable, TimeoutError) as error:
            wrong["database"] = str(error) or "no answer in time"
            depths = ()
        state, _ = self._socket()
        if state != "connected":
            wrong["slack"] = f"the socket is {state}"
        pages = [d.oldest for d in depths if d.lane == 0]
        beat = self._metrics.last_beat
        stale = beat is None or self._desk.clock.now() - beat > self._limit()
        if stale:
            wrong["engine"] = "the loop does not turn"
        elif pages and pages[0] > self._limit().total_seconds():
            wrong["engine"] = f"a page has been waiting for {pages[0]:.0f} s"
        return wrong

    def _limit(self) -> timedelta:
        return ENGINE_LAG_LIMIT / self._desk.clock.real_seconds(1.0)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def _ready(self, _request: web.Request) -> web.Response:
        wrong = await self.readiness()
        body = {"status": "ready"} if not wrong else {"status": "not ready", **wrong}
        return web.json_response(body, status=503 if wrong else 200)

    async def _show(self, _request: web.Request) -> web.Response:
        state, reconnects = self._socket()
        try:
            async with asyncio.timeout(DATABASE_PATIENCE):
                counted = await self._count()
        except (Unavailable, TimeoutError):
            counted = None
        text = self._metrics.show(counted, state, reconnects)
        return web.Response(body=text, content_type="text/plain", charset="utf-8")

    async def _count(self) -> Counted:
        async with self._desk.database.read() as tx:
            depths = await tx.backlog.depths(self._desk.clock.now())
            dead = await tx.jobs.count_dead()
            public = [i for i in await tx.incidents.open_ones() if not i.private]
            uses = await tx.runbook_uses.counts()
        return Counted(depths, dead, Counter(i.severity for i in public), uses)
