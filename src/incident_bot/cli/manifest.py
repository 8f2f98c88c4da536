"""`incident-bot manifest`: the Slack app manifest."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer
import yaml

from incident_bot.settings import read_configuration, read_settings
from incident_bot.slack.manifest import manifest as make_manifest

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Form(StrEnum):
    """What the manifest is printed as."""

    YAML = "yaml"
    JSON = "json"


@app.command()
def manifest(
    form: Annotated[Form, typer.Option("--format", help="YAML or JSON")] = Form.YAML,
) -> None:
    """Print the manifest: paste it at api.slack.com/apps → Create New App → From a manifest."""
    made = make_manifest(read_configuration(read_settings().config).commands)
    if form is Form.JSON:
        print(json.dumps(made, indent=2, ensure_ascii=False))
    else:
        print(yaml.safe_dump(made, sort_keys=False, allow_unicode=True), end="")
