"""`incident-bot run`: join the workspace and stay."""

from __future__ import annotations

import asyncio
import signal
import sys

import typer

from incident_bot.app import App
from incident_bot.logs import configure_logs
from incident_bot.settings import Settings, read_settings

THREAD_TURN = 0.0005
"""Seconds a thread computes before another may. While one parses runbooks, the loop's hops to and
from the database each wait for such a turn; with Python's 5 ms an answer takes ten times longer."""

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Join the workspace and serve until SIGTERM.",
)


@app.command()
def run() -> None:
    """Join the workspace and serve until SIGTERM or Ctrl-C.

    Everything is set by the environment: see docs/reference/settings.md.
    """
    sys.setswitchinterval(THREAD_TURN)
    settings = read_settings()
    configure_logs(settings.log_level, settings.log_format)
    asyncio.run(serve(settings))


async def serve(settings: Settings) -> None:
    """Start, serve until a signal, stop.

    Raises:
        ConfigurationError: when something must be put right before it can start.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    bot = App(settings)
    starting = asyncio.create_task(bot.start())
    waiting = asyncio.create_task(stopping.wait())
    try:
        # A start waits for Slack for as long as that takes; a signal ends it all the same.
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            await bot.wait(stopping)
    finally:
        for task in (starting, waiting):
            task.cancel()
        await asyncio.wait({starting, waiting})
        await bot.stop()
