"""PostgreSQL's NOTIFY as a hint that another replica wrote work down; the safety poll is the floor."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import structlog

from incident_bot.database.connection import Database
from incident_bot.database.transaction import WAKE_CHANNEL

RETRY = 5.0
_log = structlog.get_logger()


class Listener:
    """Sets the database's `woken` when any replica commits new work."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lost = asyncio.Event()

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is made again."""
        url = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                connection = await asyncpg.connect(url)
            except (OSError, asyncpg.PostgresError) as error:
                _log.warning("notify.unavailable", why=str(error))
                await self._pause()
                continue
            self._lost.clear()
            connection.add_termination_listener(self._terminated)
            try:
                await connection.add_listener(WAKE_CHANNEL, self._notified)
                self._database.woken.set()  # something may have happened while nobody listened
                await self._lost.wait()
            finally:
                if not connection.is_closed():
                    connection.terminate()

    async def _pause(self) -> None:
        waiting = asyncio.Event()
        asyncio.get_running_loop().call_later(RETRY, waiting.set)
        await waiting.wait()

    def _notified(self, *_about: Any) -> None:
        self._database.woken.set()

    def _terminated(self, *_about: Any) -> None:
        self._lost.set()
