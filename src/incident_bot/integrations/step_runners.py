"""Runners of executable steps: HTTP requests and single programs. There is no shell here."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
from collections.abc import Mapping
from typing import Any

import aiohttp

from incident_bot.domain.execution.allowance import ArgvRunner, HttpRunner, WebhookRunner
from incident_bot.domain.execution.commands import within
from incident_bot.domain.execution.runs import OUTPUT_CAP, Ran
from incident_bot.operations.execution import Order

HIDDEN = "‹hidden›"
_CHUNK = 8192


class StepRunners:
    """Carries out prepared commands; every way they can end is a value.

    Args:
        session: for requests; redirects are never followed.
        environment: where tokens and the variables of programs come from.
    """

    def __init__(self, session: aiohttp.ClientSession, environment: Mapping[str, str]) -> None:
        self._session = session
        self._environment = environment

    async def run(self, order: Order) -> Ran:
        """Do it once."""
        if isinstance(order.runner, ArgvRunner):
            return await self._start(order, order.runner)
        return await self._request(order, order.runner)

    # --- requests -----------------------------------------------------------------------------

    async def _request(self, order: Order, runner: HttpRunner | WebhookRunner) -> Ran:
        command = order.command
        if isinstance(runner, HttpRunner) and not within(command.url, runner.prefix):
            return Ran(False, why="the address is not below the allowed prefix")
        token = self._environment.get(runner.token or "", "")
        headers = {"Idempotency-Key": order.key}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body: dict[str, Any] | None = None
        if command.kind == "webhook":
            body = {**order.about, "vars": dict(command.fields), "idempotency_key": order.key}
        elif command.fields:
            body = dict(command.fields)
        try:
            async with self._session.request(
                command.method,
                command.url,
                json=body,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=order.timeout),
            ) as answer:
                said = await _capped(answer.content)
                output = _hidden(said, [token])
                ok = 200 <= answer.status < 300
                why = "" if ok else f"answered {answer.status}"
                return Ran(ok, output, answer.status, why)
        except aiohttp.ClientConnectorError as error:
            return Ran(False, why=f"cannot be reached: {error}")
        except (aiohttp.ClientError, TimeoutError) as error:
            why = f"no answer: {type(error).__name__}; it may have arrived"
            return Ran(False, why=why, certain=False)

    # --- programs -----------------------------------------------------------------------------

    async def _start(self, order: Order, runner: ArgvRunner) -> Ran:
        argv = order.command.argv
        if not argv or argv[0] not in runner.binaries.values():
            return Ran(False, why="the program is not one of those that may be started")
        given = {name: self._environment.get(name, "") for name in runner.environment}
        with tempfile.TemporaryDirectory(prefix="step-") as folder:
            environment = {"PATH": "/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8", **given}
            try:
                process = await asyncio.create_subprocess_exec(
                    *argv,
                    cwd=folder,
                    env=environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                return Ran(False, why=f"{argv[0]} cannot be started: {error.strerror}")
            return await self._watch(process, order.timeout, list(given.values()))

    async def _watch(
        self, process: asyncio.subprocess.Process, patience: float, secrets: list[str]
    ) -> Ran:
        kept = bytearray()
        try:
            async with asyncio.timeout(patience):
                await _drain(process.stdout, kept)
                code = await process.wait()
        except TimeoutError:
            _kill_group(process.pid)
            await process.wait()
            why = f"stopped after {patience:g} s; part of it may have happened"
            return Ran(False, _hidden(bytes(kept), secrets), None, why)
        finally:
            # Also what it left running in its group, and when the bot itself is being stopped.
            _kill_group(process.pid)
        why = "" if code == 0 else f"ended with status {code}"
        return Ran(code == 0, _hidden(bytes(kept), secrets), code, why)


async def _drain(stream: asyncio.StreamReader | None, kept: bytearray) -> None:
    """Read everything, keep only the beginning: a full pipe would stop the program."""
    while stream is not None and (chunk := await stream.read(_CHUNK)):
        kept.extend(chunk[: OUTPUT_CAP - len(kept)])


async def _capped(content: aiohttp.StreamReader) -> bytes:
    kept = bytearray()
    async for chunk in content.iter_chunked(_CHUNK):
        kept.extend(chunk[: OUTPUT_CAP - len(kept)])
        if len(kept) >= OUTPUT_CAP:
            break
    return bytes(kept)


def _hidden(output: bytes, secrets: list[str]) -> str:
    text = output.decode("utf-8", "replace").replace("\0", "")
    for secret in secrets:
        if len(secret) >= 6:
            text = text.replace(secret, HIDDEN)
    return text


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
