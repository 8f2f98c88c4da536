"""The reference of commands as Markdown, made from the table: `docs/reference/commands.md`."""

from __future__ import annotations

from incident_bot.domain.configuration import Commands
from incident_bot.slack.grammar.subcommands import (
    FAMILIES,
    Family,
    Subcommand,
    command_of,
    of_family,
)

_ABOUT: dict[Family, str] = {
    "incident": "Everything about an incident. Inside an incident's room it is about that incident.",
    "page": "Paging, from inside an incident's room.",
    "runbook": "Runbooks, anywhere; from inside an incident's room what you open is logged.",
    "oncall": "Who is on call.",
}
_HEAD = """# Commands

<!-- Made from the table of subcommands; a test holds both equal. Do not edit by hand. -->

Words in capitals are yours to fill in; `[…]` may be left out; `|` means one or the other. Commands
can be renamed in the configuration (`commands`). Case does not matter, quotes are optional, and a
mistyped word is answered with the nearest command.

A severity is any name or alias of the scheme in force: `sev2`, `SEV-2`, `sev 2`, `P1`, `critical`.
A person is a mention: `@ada`. Long dashes that phones make of `--` are understood.
"""


def reference_page() -> str:
    """The whole page, with a final line break."""
    commands = Commands()
    parts = [_HEAD]
    for family in FAMILIES:
        command = command_of(family, commands)
        rows = "\n".join(_row(subcommand, command) for subcommand in of_family(family))
        parts.append(
            f"## `{command}`\n\n{_ABOUT[family]}\n\n"
            f"| say | it does | for example |\n|---|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def _row(subcommand: Subcommand, command: str) -> str:
    usage = f"{command} {subcommand.usage}".replace("|", "\\|")
    also = ", ".join(f"`{alias}`" for alias in subcommand.aliases)
    note = f" (also {also})" if also else ""
    return f"| `{usage}`{note} | {subcommand.help} | `{command} {subcommand.example}` |"
