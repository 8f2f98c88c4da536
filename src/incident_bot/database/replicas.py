"""What PostgreSQL knows of the other replicas: when they write work down, and when they are gone.

NOTIFY is a hint that there is work; the safety poll is the floor. A shared advisory lock, held by
the same connection, is a sign of life that ends with the process: what a dead one held need not
wait for its lease to run out.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import asyncpg
import structlog

from incident_bot.clock import Clock
from incident_bot.database.answering import in_words
from incident_bot.database.connection import Database
from incident_bot.database.job_statements import PRESENCE
from incident_bot.database.postgres_driver import ALIVE, ANSWER, connect_arguments, settle
from incident_bot.database.transaction import WAKE_CHANNEL
from incident_bot.errors import Unavailable

RETRY = 1.0  # seconds
LOOK = 2.5
ANSWER_WITHIN = 5.0
GRACE = timedelta(seconds=6)
"""How long somebody may be without a connection before the others take its work."""
NO_ANSWER = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_log = structlog.get_logger()


class Replicas:
    """Sets the database's `woken` when any replica commits new work, and frees what the dead held."""

    def __init__(self, database: Database, me: str, clock: Clock, lease: timedelta) -> None:
        self._database = database
        self._me = me
        self._clock = clock
        self._lease = lease
        self._lost = asyncio.Event()
        # What is meant for the wall's time is longer on a paced clock, by its speed.
        self._pace = 1 / clock.real_seconds(1.0)

    async def run(self) -> None:
        """Listen until cancelled; a connection that is lost, or answers no more, is made again."""
        while True:
            try:
                await self._connected()
            except NO_ANSWER as error:
                _log.warning("replicas.unheard", why=in_words(error))
                await self._clock.sleep(RETRY * self._pace)

    async def free(self) -> int:
        """Free what processes hold that are gone since `GRACE`; how many jobs.

        Raises:
            Unavailable: when the database does not answer.
        """
        now = self._clock.now()
        long_held = now + self._lease - GRACE * self._pace
        async with self._database.write() as tx:
            freed = await tx.jobs.release_absent(self._me, now, long_held)
        if freed:
            _log.warning("replicas.gone", freed=freed)
        return freed

    async def _connected(self) -> None:
        url = self._database.url
        connection = await asyncpg.connect(**connect_arguments(url), command_timeout=ANSWER)
        try:
            await settle(connection)
            self._lost.clear()
            connection.add_termination_listener(self._terminated)
            await self._listen(connection)
        finally:
            if not connection.is_closed():
                connection.terminate()

    async def _listen(self, connection: asyncpg.Connection[Any]) -> None:
        await connection.execute(
            "SELECT pg_advisory_lock_shared($1, hashtext($2))", PRESENCE, self._me
        )
        await connection.add_listener(WAKE_CHANNEL, self._notified)
        self._database.woken.set()  # something may have happened while nobody listened
        while not self._lost.is_set():
            with contextlib.suppress(Unavailable):  # the engine says so, loudly enough
                await self.free()
            look = self._clock.now() + timedelta(seconds=LOOK * self._pace)
            await self._clock.wait(self._lost, look)
            if not self._lost.is_set():
                await connection.execute(
                    ALIVE, timeout=ANSWER_WITHIN
                )  # it may have died without a word

    def _notified(self, *_about: Any) -> None:
        self._database.woken.set()

    def _terminated(self, *_about: Any) -> None:
        self._lost.set()
