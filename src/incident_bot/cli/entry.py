"""The terminal's front door: one module per command, imported only when it is asked for.

`incident-bot run` is connected within a second because nothing else is loaded for it.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import TextIO

from incident_bot.errors import ConfigurationError, Refused, Unavailable

COMMANDS: dict[str, str] = {
    "run": "serve: join the workspace and stay",
    "demo": "a local Slack workspace with the bot in it; no Slack account needed",
    "doctor": "check tokens, scopes, database, configuration, runbooks and what is stuck",
    "config": "check the configuration, print its JSON Schema, list presets",
    "db": "upgrade, back up, restore or copy the database",
    "manifest": "print the Slack app manifest",
    "runbooks": "list, show, search, check and scaffold runbooks",
    "postmortem": "write a post-mortem draft from the record",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; exits 0 on success, 1 on a refusal, 2 on bad usage or configuration."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        _help()
        return
    if given[0] in ("-V", "--version"):
        print(metadata.version("incident-bot"))
        return
    name, rest = given[0], given[1:]
    if name not in COMMANDS:
        print(f"incident-bot: there is no command {name!r}\n", file=sys.stderr)
        _help(sys.stderr)
        raise SystemExit(2)
    gc.disable()  # importing makes little garbage, but would set off many collections
    command = importlib.import_module(f"incident_bot.cli.{name}")
    gc.freeze()  # nor need later ones walk what stays for good
    gc.enable()
    try:
        command.app(args=rest, prog_name=f"incident-bot {name}")
    except ConfigurationError as error:
        print(f"incident-bot: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    except (Refused, Unavailable) as error:
        hint = f"\n  {error.hint}" if isinstance(error, Refused) and error.hint else ""
        print(f"incident-bot: {error}{hint}", file=sys.stderr)
        raise SystemExit(1) from error


def _help(stream: TextIO | None = None) -> None:
    out = stream or sys.stdout
    print("usage: incident-bot COMMAND …\n", file=out)
    for name, text in COMMANDS.items():
        print(f"  {name:11} {text}", file=out)
    print("\nincident-bot COMMAND --help tells more.", file=out)
