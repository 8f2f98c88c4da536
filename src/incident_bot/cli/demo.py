"""`incident-bot demo`: a local Slack workspace with the bot in it, staffed and on call."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import typer
import yaml

from incident_bot.app import App
from incident_bot.logs import configure_logs
from incident_bot.settings import Settings, read_configuration
from incident_bot.slack.manifest import manifest

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

DEFAULT_PORT = 3210
START_PATIENCE = 30.0
PEOPLE = ("ada", "bo", "chen", "dana")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="the page's port; 0 takes a free one")] = DEFAULT_PORT,
    speed: Annotated[
        float, typer.Option(min=0.1, help="how fast the bot's clock runs; 60: a minute a second")
    ] = 1.0,
    data: Annotated[
        Path | None, typer.Option(help="keep the data here; default: a temporary folder")
    ] = None,
) -> None:
    """Start a workspace and the bot, and print the page's address and three things to try.

    No Slack account is needed; everything stays on this machine. Ctrl-C ends it.
    """
    with contextlib.ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="incident-")))
        folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(_demo(folder, port, speed))


async def _demo(folder: Path, port: int, speed: float) -> None:
    configure_logs("WARNING", "text")
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    sandbox, address = await _start_sandbox(port)
    try:
        config = folder / "demo.yaml"
        people = await _people(address)
        config.write_text(yaml.safe_dump(staffed(people), sort_keys=False), "utf-8")
        settings = Settings.model_validate(
            {
                "SLACK_BOT_TOKEN": address["bot_token"],
                "SLACK_APP_TOKEN": address["app_token"],
                "SLACK_API_URL": f"{address['url']}/api/",
                "INCIDENT_BOT_CONFIG": config,
                "INCIDENT_BOT_DATA_DIR": folder,
                "INCIDENT_BOT_HTTP_PORT": 0,
                "INCIDENT_BOT_CLOCK_SPEED": speed,
            }
        )
        await _introduce(address, settings)
        bot = App(settings)
        try:
            await bot.start()
            _greet(address["url"], speed)
            watching = asyncio.create_task(_end_with(sandbox, stopping))
            await bot.wait(stopping)
            watching.cancel()
        finally:
            await bot.stop()
    finally:
        if sandbox.returncode is None:
            sandbox.terminate()
        await sandbox.wait()


async def _start_sandbox(port: int) -> tuple[asyncio.subprocess.Process, dict[str, str]]:
    """The workspace is a program of its own; it says where it is in one line of JSON."""
    environment = {k: v for k, v in os.environ.items() if k.lower() not in PROXIES}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "slack_sandbox",
        "--port",
        str(port),
        stdout=asyncio.subprocess.PIPE,
        env=environment,
        start_new_session=True,  # Ctrl-C is for the bot first, which then ends the workspace
    )
    if process.stdout is None:
        raise RuntimeError("the workspace has no output")
    async with asyncio.timeout(START_PATIENCE):
        line = await process.stdout.readline()
    if not line:
        await process.wait()
        print(f"The workspace could not start; is port {port} in use? Try --port 0.")
        raise typer.Exit(1)
    return process, json.loads(line)


async def _people(address: dict[str, str]) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {address['bot_token']}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{address['url']}/api/users.list") as answer,
    ):
        members = (await answer.json())["members"]
    return {member["name"]: member["id"] for member in members if member["name"] in PEOPLE}


async def _introduce(address: dict[str, str], settings: Settings) -> None:
    """Install the app as its manifest says (scopes and events are held to it), and settle in."""
    rules = read_configuration(settings.config)
    made = manifest(rules.commands)
    page = f"{address['url']}/_sandbox"
    channel = rules.channels.announcements
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        await session.post(f"{page}/manifest", params={"enforce": "1"}, json=made)
        create = {"user": PEOPLE[0], "gesture": "create_channel", "name": channel}
        made_channel = await (await session.post(f"{page}/gesture", json=create)).json()
        for person in PEOPLE[1:]:
            join = {"user": person, "gesture": "join", "channel": made_channel["channel"]}
            await session.post(f"{page}/gesture", json=join)


async def _end_with(sandbox: asyncio.subprocess.Process, stopping: asyncio.Event) -> None:
    await sandbox.wait()
    stopping.set()


def staffed(people: dict[str, str]) -> dict[str, Any]:
    """A configuration in which the demo's people are on call."""
    every = {"acknowledge_within": "5m"}
    return {
        "version": 1,
        "people": {
            name: {"name": name.title(), "slack": user} for name, user in sorted(people.items())
        },
        "schedules": {
            "primary": {
                "timezone": "Europe/Berlin",
                "layers": [
                    {
                        "participants": ["bo", "chen"],
                        "every": "1w",
                        "starts": "2026-01-05T09:00:00+01:00",
                    }
                ],
            }
        },
        "policies": {
            "primary": {
                "description": "The on-call engineer, then the senior, then the manager",
                "tiers": [
                    {"name": "on-call", "targets": ["schedule:primary"], **every},
                    {"name": "senior engineer", "targets": ["person:dana"], **every},
                    {"name": "engineering manager", "targets": ["person:ada"], **every},
                ],
            }
        },
        "severities": _severities(),
    }


def _severities() -> list[dict[str, Any]]:
    default = read_configuration(None).model_dump(mode="json")["severities"]
    return [
        {**severity, "policy": "primary" if severity["name"] in ("SEV1", "SEV2") else None}
        for severity in default
    ]


def _greet(url: str, speed: float) -> None:
    pace = f" The bot's clock runs {speed:g} times as fast." if speed != 1.0 else ""
    print(
        f"""
  Your workspace is open:  {url}/?user=ada{pace}

  Three things to try, as Ada in #general:
    1.  /incident declare sev2 checkout 5xx
    2.  /runbook api-5xx diagnostics
    3.  become the person who is paged (bottom left, or another tab), press Acknowledge,
        come back, type  /incident resolve rolled back  and  /incident postmortem  in the room

  Ctrl-C ends it.
""",
        flush=True,
    )
