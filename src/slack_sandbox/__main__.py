"""``python -m slack_sandbox [--port N] [-- command …]``: a Slack on this machine."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from slack_sandbox.archive import import_archive
from slack_sandbox.clock import Clock
from slack_sandbox.faults import read_faults
from slack_sandbox.first_day import new_workspace
from slack_sandbox.ids import Ids
from slack_sandbox.manifest import apply_manifest
from slack_sandbox.rules import Rules
from slack_sandbox.sandbox import Sandbox
from slack_sandbox.seed import plant, read_seed
from slack_sandbox.server import Server
from slack_sandbox.workspace import Workspace

PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy")


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    found = argparse.ArgumentParser(
        prog="python -m slack_sandbox",
        description="A local Slack workspace: Web API, Socket Mode and a page to type in.",
        epilog="A command after -- runs inside: it gets SLACK_API_URL, SLACK_BOT_TOKEN and "
        "SLACK_APP_TOKEN, and the sandbox ends with it, passing on its exit code.",
    )
    found.add_argument("--port", type=int, default=0, help="port; 0 takes a free one (default)")
    found.add_argument("--host", default="127.0.0.1", help="address to listen on")
    found.add_argument("--manifest", type=Path, help="app manifest (JSON or YAML) to enforce")
    found.add_argument("--random-seed", type=int, help="make ids and choices repeatable")
    found.add_argument("--short-pages", action="store_true", help="cursor pages hold fewer items")
    found.add_argument(
        "--history-limit",
        choices=("internal", "restricted"),
        default="internal",
        help="restricted: the 2025 limits of conversations.history for distributed apps",
    )
    found.add_argument("--gallery", type=Path, help="show this folder's Block Kit at /gallery")
    found.add_argument("--rate-limits", action="store_true", help="count calls as Slack does")
    found.add_argument("--faults", type=Path, help="misbehave as this YAML file says")
    found.add_argument("--seed", type=Path, help="people, channels and history from a YAML file")
    found.add_argument(
        "--import", type=Path, dest="archive", help="history from a Slack export (zip or folder)"
    )
    return found


def child_environment(server: Server, environment: Mapping[str, str]) -> dict[str, str]:
    """Return a command's environment: the sandbox's address and tokens, and no proxies."""
    app = server.sandbox.workspace.app
    kept = {key: value for key, value in environment.items() if key not in PROXIES}
    return {
        **kept,
        "SLACK_API_URL": server.api_url,
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
    }


def furnished(options: argparse.Namespace) -> Workspace:
    """Return the workspace the options describe, as it is before anybody looks or listens.

    Raises:
        ValueError: a file that does not fit; says which and where.
    """
    rules = Rules(history_limit=options.history_limit, short_pages=options.short_pages)
    workspace = new_workspace(Ids(options.random_seed), Clock(), rules)
    if options.archive is not None:
        import_archive(workspace, options.archive)
    if options.seed is not None:
        plant(workspace, read_seed(options.seed))
    if options.manifest is not None:
        manifest = yaml.safe_load(options.manifest.read_text(encoding="utf-8"))
        apply_manifest(workspace, manifest, enforce=True)
    return workspace


def misbehave(sandbox: Sandbox, options: argparse.Namespace) -> None:
    """Put the faults and limits of the options in force.

    Raises:
        ValueError: a faults file that does not fit.
    """
    sandbox.limits.on = options.rate_limits
    if options.faults is not None:
        faults, seed = read_faults(options.faults)
        sandbox.faults.replace(faults)
        if seed is not None:
            sandbox.faults.seed(seed)


async def serve(options: argparse.Namespace, command: Sequence[str]) -> int:
    """Run the sandbox until the command ends, or a signal comes; return the exit code."""
    sandbox = Sandbox(workspace=await asyncio.to_thread(furnished, options))
    misbehave(sandbox, options)
    server = Server(sandbox, options.host, options.port, options.gallery)
    await server.start()
    app = sandbox.workspace.app
    ready = {"url": server.url, "bot_token": app.bot_token, "app_token": app.app_token}
    print(json.dumps(ready), flush=True)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on loops
            loop.add_signal_handler(number, stopped.set)
    try:
        if not command:
            await stopped.wait()
            return 0
        return await _run(server, command, stopped)
    finally:
        await server.stop()


async def _run(server: Server, command: Sequence[str], stopped: asyncio.Event) -> int:
    environment = child_environment(server, os.environ)
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    ended = asyncio.create_task(process.wait())
    signalled = asyncio.create_task(stopped.wait())
    await asyncio.wait({ended, signalled}, return_when=asyncio.FIRST_COMPLETED)
    if not ended.done():
        process.terminate()
    signalled.cancel()
    code = await ended
    return code if code >= 0 else 128 - code


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and serve."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command: list[str] = []
    if "--" in given:
        at = given.index("--")
        given, command = given[:at], given[at + 1 :]
    try:
        return asyncio.run(serve(parser().parse_args(given), command))
    except (OSError, ValueError) as error:
        print(f"slack_sandbox: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
