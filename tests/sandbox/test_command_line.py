"""``python -m slack_sandbox`` as a process."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

pytestmark = pytest.mark.alone
INSIDE = """
import json, os, sys, urllib.request
request = urllib.request.Request(
    os.environ["SLACK_API_URL"] + "auth.test",
    headers={"Authorization": "Bearer " + os.environ["SLACK_BOT_TOKEN"]},
)
answer = json.load(urllib.request.urlopen(request))
proxies = [name for name in os.environ if name.lower() in ("http_proxy", "https_proxy")]
print(json.dumps([answer["ok"], proxies, os.environ["SLACK_APP_TOKEN"][:5]]))
sys.exit(7)
"""


@asynccontextmanager
async def sandbox(
    *arguments: str, **environment: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, asyncio.StreamReader]]:
    """The process and its output; whatever happens in the block, the process does not outlive it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "slack_sandbox",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_it_says_where_it_is_and_stops_on_sigterm() -> None:
    async with sandbox("--port", "0") as (process, output):
        ready = json.loads(await output.readline())
        assert ready["bot_token"].startswith("xoxb-")
        assert ready["app_token"].startswith("xapp-")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{ready['url']}/_sandbox/people") as response:
                assert (await response.json())["ok"]
            async with session.get(f"{ready['url']}/ui/%2e%2e/__main__.py") as response:
                assert response.status == 404
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_a_command_runs_inside_and_its_exit_code_is_passed_on() -> None:
    inside = ("--", sys.executable, "-c", INSIDE)
    async with sandbox(*inside, HTTPS_PROXY="http://127.0.0.1:1") as (process, output):
        lines = (await output.read()).decode().splitlines()
        assert json.loads(lines[1]) == [True, [], "xapp-"]
        assert await process.wait() == 7


async def test_a_taken_port_is_said_plainly() -> None:
    async with sandbox() as (_, output):
        port = json.loads(await output.readline())["url"].rpartition(":")[2]
        async with sandbox("--port", port) as (second, _):
            _, errors = await second.communicate()
            assert second.returncode == 1
            assert errors.decode().startswith("slack_sandbox:")


async def test_the_options_reach_the_running_sandbox(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text("oauth_config: {scopes: {bot: [chat:write]}}\n", encoding="utf-8")
    (tmp_path / "card.json").write_text('[{"type": "divider"}]', encoding="utf-8")
    options = ("--manifest", str(manifest), "--gallery", str(tmp_path), "--rate-limits")
    strict = ("--short-pages", "--history-limit", "restricted")
    async with sandbox(*options, *strict) as (_, output):
        ready = json.loads(await output.readline())
        headers = {"Authorization": f"Bearer {ready['bot_token']}"}
        async with aiohttp.ClientSession(ready["url"], headers=headers) as session:
            async with session.post("/api/users.list") as response:
                assert (await response.json())["needed"] == "users:read"
            async with session.get("/_sandbox/gallery") as response:
                assert (await response.json())["files"] == ["card.json"]
            async with session.get("/_sandbox/rules") as response:
                rules = await response.json()
    assert (rules["rate_limits"], rules["short_pages"]) == (True, True)
    assert rules["history_limit"] == "restricted"


async def test_a_gallery_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    async with sandbox("--gallery", str(tmp_path / "missing")) as (process, _):
        _, errors = await process.communicate()
        assert process.returncode == 1
        assert "does not exist" in errors.decode()
