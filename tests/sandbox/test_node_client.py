"""Slack's SDK for Node, a second and independent client, lives in the sandbox unmodified."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sandbox.running import Running, running
from slack_sandbox.model import Json

APP = Path(__file__).parent / "node"
CACHE = Path(sys.prefix) / "node-client"
INSTALL_SECONDS = 240
SILENCE_SECONDS = 30
"""How long the app may say nothing before it is taken for stuck."""


def _install() -> str | None:
    """Install the SDK beside the virtual environment; return why not, if it cannot be."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "node is not installed"
    wanted = (APP / "package-lock.json").read_bytes()
    stamp = CACHE / "installed.json"
    if not stamp.is_file() or stamp.read_bytes() != wanted:
        CACHE.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(APP / name, CACHE / name)
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        try:
            done = subprocess.run(
                command,
                cwd=CACHE,
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "npm ci took too long"
        if done.returncode:
            return f"npm ci failed: {done.stderr.strip().splitlines()[-1:]}"
        stamp.write_bytes(wanted)
    shutil.copy(APP / "client.js", CACHE / "client.js")
    return None


@pytest.fixture(scope="module")
def installed() -> Path:
    reason = _install()
    if reason is not None:
        pytest.skip(reason)
    return CACHE / "client.js"


class NodeApp:
    """The running app; each line it prints is one thing it did."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def did(self, what: str) -> Json:
        """Read what it did next, which must be this."""
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), SILENCE_SECONDS)
        assert line, "the app ended"
        facts: Json = json.loads(line)
        assert facts["did"] == what
        return facts


@asynccontextmanager
async def started(script: Path, slack: Running) -> AsyncIterator[NodeApp]:
    app = slack.sandbox.workspace.app
    environment = {
        "PATH": os.environ["PATH"],
        "SLACK_API_URL": slack.server.api_url,
        "BOT_TOKEN": app.bot_token,
        "APP_TOKEN": app.app_token,
    }
    process = await asyncio.create_subprocess_exec(
        "node", str(script), env=environment, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield NodeApp(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def values(question: str) -> Json:
    return {"question": {"text": {"type": "plain_text_input", "value": question}}}


@pytest.mark.alone
async def test_the_node_sdk_runs_a_command_a_modal_a_button_and_pages_history(
    installed: Path,
) -> None:
    async with running() as slack, started(installed, slack) as app:
        ready = await app.did("ready")
        assert ready["user"] == slack.sandbox.workspace.bot.id
        channel = await slack.room()
        for number in range(8):
            await slack.does("ada", "say", channel=channel, text=f"message {number}")

        await slack.does("ada", "slash", channel=channel, command="/poll", text="Tea")
        opened = await app.did("opened")
        whispers = slack.sandbox.workspace.conversation(channel).ephemeral["U0ADA00001"]
        assert whispers[-1]["text"] == "Asking: Tea"

        view = opened["view"]
        refused = await slack.does("ada", "submit", view_id=view, state=values("Tea"))
        await app.did("refused")
        assert refused["errors"] == {"question": "End with a question mark."}
        await slack.does("ada", "submit", view_id=view, state=values("Tea?"))
        posted = await app.did("posted")
        assert posted["channel"] == channel

        history = slack.sandbox.workspace.conversation(channel).history
        await slack.does(
            "ada",
            "act",
            container={"type": "message", "channel": channel, "ts": posted["ts"]},
            block_id="a",
            action_id="close",
        )
        closed = await app.did("closed")
        assert closed["value"] == "now"
        assert history.messages[posted["ts"]]["text"] == "Closed"
        assert closed["texts"] == [history.messages[ts]["text"] for ts in reversed(history.top)]
        assert closed["pages"] == -(-len(history.top) // 3)


@pytest.mark.alone
async def test_the_node_sdk_hears_a_mention_after_its_socket_was_recycled(
    installed: Path,
) -> None:
    async with running() as slack, started(installed, slack) as app:
        await app.did("ready")
        slack.sandbox.faults.add(socket="refresh_requested")
        await slack.noted("socket", count=2, event="opened")
        channel = await slack.room()
        bot = slack.sandbox.workspace.bot.name
        await slack.does("ada", "say", channel=channel, text=f"@{bot} hello")
        assert "hello" in (await app.did("heard"))["text"]
