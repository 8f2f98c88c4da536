"""Runners against real programs and a real server: limits hold, nothing is left running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from incident_bot.domain.execution.allowance import ArgvRunner, HttpRunner, WebhookRunner
from incident_bot.domain.execution.commands import Prepared, prepare
from incident_bot.domain.execution.runs import OUTPUT_CAP
from incident_bot.integrations.step_runners import StepRunners
from incident_bot.operations.execution import Order

HERE = Path.cwd()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def server() -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """A server that redirects, answers too much, or says what it got."""
    got: list[dict[str, Any]] = []

    async def answer(request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        got.append({"path": request.path, "headers": dict(request.headers), "body": body})
        if request.path == "/ok/away":
            raise web.HTTPFound("/elsewhere")
        if request.path == "/ok/much":
            return web.Response(text="x" * (OUTPUT_CAP * 3))
        return web.Response(text=f"token {request.headers.get('Authorization', '-')}")

    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", got
    await runner.cleanup()


def tool(folder: Path, script: str, *, environment: tuple[str, ...] = ()) -> ArgvRunner:
    """A program of this test's own."""
    program = folder / "tool.run"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return ArgvRunner(type="argv", binaries={"tool": str(program)}, environment=environment)


def is_gone(process: int) -> bool:
    """Whether a process has ended (a zombie has)."""
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().split()[2] == "Z"


def order(runner: Any, text: str, values: dict[str, str] | None = None, within: float = 5) -> Order:
    about = {"runbook": "shop/thing", "step": "restart"}
    return Order(prepare(text, runner, values or {}), runner, within, "key-1", about)


async def test_program_gets_each_value_as_one_argument(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    runner = tool(tmp_path, 'for a in "$@"; do echo "<$a>"; done')
    ran = await StepRunners(session, {}).run(order(runner, "tool $A b", {"A": "x; id $(id) *"}))
    assert (ran.ok, ran.output) == (True, "<x; id $(id) *>\n<b>\n")


async def test_program_sees_only_what_was_named_and_its_value_is_hidden(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    runner = tool(tmp_path, "env; pwd", environment=("TOOL_KEY",))
    environment = {"TOOL_KEY": "sesame-open", "SLACK_BOT_TOKEN": "xoxb-secret"}
    ran = await StepRunners(session, environment).run(order(runner, "tool"))
    names = {line.partition("=")[0] for line in ran.output.splitlines() if "=" in line}
    assert names <= {"PATH", "HOME", "LANG", "TOOL_KEY", "PWD", "OLDPWD", "SHLVL", "_"}
    assert "sesame-open" not in ran.output
    assert str(HERE) not in ran.output.splitlines()


async def test_program_and_its_children_are_killed_at_the_timeout(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    runner = tool(tmp_path, "sleep 600 & echo $!; wait")
    ran = await StepRunners(session, {}).run(order(runner, "tool", within=0.5))
    assert not ran.ok
    assert "stopped after" in ran.why
    assert is_gone(int(ran.output.split()[0]))


async def test_output_is_cut_and_the_program_still_ends(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    runner = tool(tmp_path, "head -c 1000000 /dev/zero | tr '\\0' x; exit 3")
    ran = await StepRunners(session, {}).run(order(runner, "tool"))
    assert (ran.ok, ran.code, len(ran.output)) == (False, 3, OUTPUT_CAP)


async def test_program_that_is_not_there_is_a_plain_failure(
    session: aiohttp.ClientSession,
) -> None:
    runner = ArgvRunner(type="argv", binaries={"tool": "/nowhere/tool"})
    ran = await StepRunners(session, {}).run(order(runner, "tool"))
    assert (ran.ok, ran.certain) == (False, True)
    smuggled = Order(Prepared("argv", argv=("/bin/sh", "-c", "id")), runner, 5, "k", {})
    assert not (await StepRunners(session, {}).run(smuggled)).ok


async def test_redirect_is_not_followed(
    session: aiohttp.ClientSession, server: tuple[str, list[dict[str, Any]]]
) -> None:
    url, got = server
    runner = HttpRunner(type="http", prefix=f"{url}/ok/")
    ran = await StepRunners(session, {}).run(order(runner, f"GET {url}/ok/away"))
    assert (ran.ok, ran.code) == (False, 302)
    assert [one["path"] for one in got] == ["/ok/away"]


async def test_address_outside_the_prefix_is_refused_at_the_last_moment_too(
    session: aiohttp.ClientSession, server: tuple[str, list[dict[str, Any]]]
) -> None:
    url, got = server
    runner = HttpRunner(type="http", prefix=f"{url}/ok/")
    smuggled = Order(Prepared("http", method="GET", url=f"{url}/admin"), runner, 5, "k", {})
    assert not (await StepRunners(session, {}).run(smuggled)).ok
    assert got == []


async def test_answer_is_cut_and_the_token_hidden(
    session: aiohttp.ClientSession, server: tuple[str, list[dict[str, Any]]]
) -> None:
    url, got = server
    runner = HttpRunner(type="http", prefix=f"{url}/ok/", token="API_TOKEN")
    runners = StepRunners(session, {"API_TOKEN": "sesame-open"})
    assert len((await runners.run(order(runner, f"GET {url}/ok/much"))).output) == OUTPUT_CAP
    ran = await runners.run(order(runner, f"GET {url}/ok/x"))
    assert got[-1]["headers"]["Authorization"] == "Bearer sesame-open"
    assert "sesame" not in ran.output


async def test_webhook_gets_fields_and_a_key(
    session: aiohttp.ClientSession, server: tuple[str, list[dict[str, Any]]]
) -> None:
    url, got = server
    runner = WebhookRunner(type="webhook", url=f"{url}/hook")
    ran = await StepRunners(session, {}).run(order(runner, "anything", {"NS": '"}'}))
    assert ran.ok
    assert got[0]["body"]["vars"] == {"NS": '"}'}
    assert got[0]["body"]["step"] == "restart"
    assert got[0]["headers"]["Idempotency-Key"] == "key-1"


async def test_no_answer_is_an_unknown_outcome_and_no_connection_a_known_one(
    session: aiohttp.ClientSession,
) -> None:
    async def hang(reader: Any, writer: Any) -> None:
        await reader.read(10)
        writer.close()

    silent = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    runner = WebhookRunner(type="webhook", url=f"http://127.0.0.1:{port}/x")
    assert not (await StepRunners(session, {}).run(order(runner, "x"))).certain
    silent.close()
    await silent.wait_closed()
    assert (await StepRunners(session, {}).run(order(runner, "x"))).certain
