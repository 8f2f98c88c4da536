"""Reading an incident's board for effects: those that begin together share one look."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from incident_bot.domain.readmodels import Board
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.operations import boards
from incident_bot.operations.desk import Desk


class BoardReader:
    """Reads boards as they are now. A declaration alone has five effects that need the same one."""

    def __init__(self, desk: Desk, shelf: Callable[[], Shelf]) -> None:
        self._desk = desk
        self._shelf = shelf
        self._coming: dict[int, asyncio.Task[Board | None]] = {}

    async def read(self, number: int) -> Board | None:
        """The board of an incident, no older than this call; None when there is no such incident.

        Raises:
            Unavailable: when the database does not answer.
        """
        look = self._coming.get(number)
        if look is None:
            look = self._coming[number] = asyncio.create_task(self._look(number))
        return await asyncio.shield(look)

    async def _look(self, number: int) -> Board | None:
        try:
            async with self._desk.database.read() as tx:
                self._coming.pop(number, None)  # from here on it would be too old for a newcomer
                rules, now = self._desk.rules(), self._desk.clock.now()
                return await boards.board(tx, rules, number, now, self._shelf())
        finally:
            self._coming.pop(number, None)
