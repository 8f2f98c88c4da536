"""`incident-bot config`: check, schema, presets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from incident_bot.domain.configuration import Configuration
from incident_bot.settings import presets, read_configuration, read_settings

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="The configuration file.",
)


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="default: INCIDENT_BOT_CONFIG")] = None,
) -> None:
    """Say whether a configuration can be used; exit 2 naming file and key when not."""
    path = file or read_settings().config
    rules = read_configuration(path)
    names = ", ".join(severity.name for severity in rules.severities)
    print(f"{path or 'built-in default'}: good")
    print(f"  severities  {names}")
    print(f"  policies    {', '.join(rules.policies) or 'none: nobody can be paged by policy'}")
    print(f"  people      {len(rules.people)}, schedules {len(rules.schedules)}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of the configuration file, for editors."""
    print(json.dumps(Configuration.model_json_schema(), indent=2))


@app.command(name="presets")
def list_presets() -> None:
    """List the shipped presets; use one with `preset: NAME`."""
    for name in presets():
        print(name)
