"""A way to a server that can go silent: nothing passes any more, and nobody is told.

As when a host loses its power, or a firewall forgets a connection: no end, no refusal, no answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import sqlalchemy as sa


class Way:
    """Forwards a port of its own to a server, until it is `silent`."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self._deaf: set[asyncio.StreamWriter] = set()
        self._silent = False
        self.port = 0
        self.met = asyncio.Event()
        """Set when something is lost in the silence."""

    def leading(self, url: str) -> str:
        """A database URL of the server, along this way."""
        here = sa.make_url(url).set(host="127.0.0.1", port=self.port)
        return here.render_as_string(hide_password=False)

    def silence(self) -> None:
        """Nothing passes from now on, on old connections and new ones."""
        self._silent = True
        self.forget()

    def open(self) -> None:
        """New connections pass again; those that were silent stay so."""
        self._silent = False

    def forget(self) -> None:
        """The connections there are pass nothing any more; new ones do."""
        self.met.clear()
        self._deaf.update(self._writers)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[Way]:
        """Open the port."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for writer in self._writers:
                writer.transport.abort()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        if self._silent:
            self.met.set()
            self._deaf.add(writer)
            return
        there, back = await asyncio.open_connection(*self._server)
        self._writers.append(back)
        for source, target in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._forward(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forward(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(1 << 16):
                if target in self._deaf:
                    self.met.set()
                    continue
                target.write(data)
                await target.drain()
            if target not in self._deaf:
                target.close()


@contextlib.asynccontextmanager
async def a_way(url: str) -> AsyncIterator[Way]:
    """A way to the server of a database URL."""
    made = sa.make_url(url)
    async with Way(made.host or "127.0.0.1", made.port or 5432).listening() as way:
        yield way
