"""`incident-bot postmortem`: drafts from the record, with or without Slack."""

from __future__ import annotations

import asyncio
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from incident_bot.app import make_desk
from incident_bot.database.migrate import upgrade
from incident_bot.domain.postmortems.html_page import to_html
from incident_bot.errors import NotFound
from incident_bot.integrations.postmortem_templates import load_templates
from incident_bot.operations import drafting
from incident_bot.settings import Settings, read_configuration, read_settings, shipped

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Post-mortem drafts.",
)


class Form(StrEnum):
    """What the draft is printed as."""

    MD = "md"
    HTML = "html"


@app.callback()
def postmortems() -> None:
    """Post-mortem drafts."""


@app.command()
def draft(
    incident: Annotated[str, typer.Argument(help="42 or INC-42")],
    form: Annotated[Form, typer.Option("--format", help="Markdown or a page")] = Form.MD,
    out: Annotated[Path | None, typer.Option(help="a file; default: standard output")] = None,
    force: Annotated[bool, typer.Option(help="overwrite the file")] = False,
) -> None:
    """Write the draft of an incident from what the database knows; changes nothing."""
    number = re.fullmatch(r"(?:[A-Za-z]+-)?(\d{1,9})", incident.strip())
    if number is None:
        raise NotFound(f"{incident!r} is not an incident.", "incident-bot postmortem draft INC-42")
    if out is not None and out.exists() and not force:
        raise NotFound(f"{out} exists already.", "add --force to overwrite it")
    text = asyncio.run(_make(read_settings(), int(number[1])))
    shown = to_html(text) if form is Form.HTML else text
    if out is None:
        print(shown, end="")
    else:
        out.write_text(shown, "utf-8")


async def _make(settings: Settings, number: int) -> str:
    rules = read_configuration(settings.config)
    templates = load_templates(shipped("templates"), settings.templates)
    await upgrade(settings.database, shipped("migrations"))
    desk = make_desk(settings, lambda: rules)
    try:
        text = await drafting.make(desk, templates.postmortem, number)
    finally:
        await desk.database.close()
    if text is None:
        raise NotFound(f"There is no incident INC-{number} in {desk.database.url!r}.")
    return text
