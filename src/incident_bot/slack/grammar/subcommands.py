"""Every subcommand with usage, help and example: the help card, the reference and the app manifest
are made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from incident_bot.domain.configuration import Commands

Family = Literal["incident", "page", "runbook", "oncall"]
FAMILIES: tuple[Family, ...] = ("incident", "page", "runbook", "oncall")


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One thing to type after a command.

    `name` is the word it begins with, "" when it begins with something of the person's own.
    `usage` and `example` are without the command itself. `topic` groups them in help.
    """

    family: Family
    name: str
    usage: str
    help: str
    example: str
    topic: str
    aliases: tuple[str, ...] = ()


def _incident(
    name: str, usage: str, help_: str, example: str, topic: str, *aliases: str
) -> Subcommand:
    return Subcommand("incident", name, f"{name} {usage}".strip(), help_, example, topic, aliases)


SUBCOMMANDS: tuple[Subcommand, ...] = (
    _incident(
        "declare",
        "[SEVERITY] [TITLE] [--private] [--drill] [--service NAME]",
        "Open an incident at once; alone it opens the form",
        "declare sev2 checkout 5xx",
        "declare",
        "new",
    ),
    _incident(
        "update",
        "[TEXT]",
        "Give a status update; alone it opens the form",
        "update error rate is falling after the rollback",
        "lead",
    ),
    _incident(
        "status",
        "investigating|identified|monitoring|resolved [TEXT]",
        "Say how far it is",
        "status identified bad deploy of checkout",
        "lead",
    ),
    _incident(
        "severity",
        "SEVERITY [REASON]",
        "Make it worse or better; alone it opens the form",
        "severity sev1 all payments fail",
        "lead",
        "sev",
    ),
    _incident(
        "role",
        "NAME [@user]",
        "Give a role to somebody, or claim it; alone it opens the form",
        "role communications @ada",
        "lead",
        "roles",
    ),
    _incident("lead", "[@user]", "Make somebody the commander, or take over", "lead @ada", "lead"),
    _incident(
        "log",
        "TEXT",
        "Write on the timeline; a :pushpin: on a message does the same",
        "log rolled back to v141",
        "timeline",
        "note",
    ),
    _incident("timeline", "", "Show the timeline", "timeline", "timeline"),
    _incident(
        "catchup", "", "A brief for somebody who joins late", "catchup", "timeline", "catch-up"
    ),
    _incident(
        "page",
        "…",
        "Page a policy or a person, as with the page command",
        "page @ada the database is full",
        "page",
    ),
    _incident(
        "runbook",
        "…",
        "Show a runbook, as with the runbook command",
        "runbook api-5xx diagnostics",
        "runbook",
        "runbooks",
    ),
    _incident(
        "rename", "TITLE", "Give it a better title", "rename checkout fails for cards", "lead"
    ),
    _incident(
        "resolve",
        "[SUMMARY]",
        "It is over for those affected; reminders and pages stop",
        "resolve rolled back, error rate is normal",
        "end",
    ),
    _incident("reopen", "[REASON]", "It was not over", "reopen errors are back", "end"),
    _incident("close", "", "The paperwork is done", "close", "end"),
    _incident("cancel", "[REASON]", "It was no incident", "cancel a test alert", "end"),
    _incident(
        "postmortem",
        "",
        "Draft the post-mortem from the record and the channel",
        "postmortem",
        "end",
        "post-mortem",
    ),
    _incident("list", "[open|mine|all|SEVERITY]", "List incidents", "list mine", "find"),
    _incident("show", "[NUMBER]", "Show one incident", "show 42", "find"),
    _incident("doctor", "", "What is stuck, with a button to try again", "doctor", "find"),
    _incident("help", "[TOPIC]", "This help", "help page", "find"),
    Subcommand(
        "page",
        "",
        "POLICY|@user [MESSAGE]",
        "Page an escalation policy, or one person; alone it opens the form",
        "@ada the database is full",
        "page",
    ),
    Subcommand("page", "ack", "ack", "I am on it", "ack", "page", ("acknowledge",)),
    Subcommand("page", "decline", "decline", "I cannot take it", "decline", "page"),
    Subcommand(
        "page", "escalate", "escalate", "Page the next tier without waiting", "escalate", "page"
    ),
    Subcommand("page", "status", "status", "Who was paged, and who answered", "status", "page"),
    Subcommand("page", "help", "help", "Help about paging", "help", "page"),
    Subcommand("runbook", "list", "[list]", "List the runbooks", "list", "runbook"),
    Subcommand(
        "runbook",
        "",
        "NAME [SECTION]",
        "Show a runbook, or one section of it",
        "api-5xx diagnostics",
        "runbook",
    ),
    Subcommand(
        "runbook",
        "search",
        "search TEXT",
        "Find runbooks by their text",
        "search replication lag",
        "runbook",
    ),
    Subcommand(
        "runbook",
        "suggest",
        "suggest [SYMPTOM]",
        "Suggest runbooks for a symptom, or for this incident",
        "suggest checkout returns 502",
        "runbook",
    ),
    Subcommand(
        "runbook",
        "for",
        "for ALERT",
        "Show the runbook of an alert: its name, labels, JSON or address, pasted as it is",
        "for HighErrorRate",
        "runbook",
        ("alert",),
    ),
    Subcommand(
        "runbook",
        "start",
        "start [NAME]",
        "Follow a runbook step by step, the whole room on one list",
        "start api-5xx",
        "runbook",
    ),
    Subcommand(
        "runbook",
        "rate",
        "rate [NAME] worked|failed|outdated [NOTE]",
        "Say whether it helped; without NAME the runbook used last in the room",
        "rate api-5xx outdated the flag is gone",
        "runbook",
    ),
    Subcommand(
        "runbook",
        "report-gap",
        "report-gap [NAME:] [TEXT]",
        "Say what it lacks: its owner and the post-mortem are told; alone it opens the form",
        "report-gap api-5xx: no step for the new gateway",
        "runbook",
        ("gap",),
    ),
    Subcommand(
        "runbook",
        "stats",
        "stats [NAME]",
        "How runbooks are used, rated and skipped",
        "stats api-5xx",
        "runbook",
    ),
    Subcommand("runbook", "help", "help", "Help about runbooks", "help", "runbook"),
    Subcommand("oncall", "now", "[now]", "Who is on call now, and next", "now", "oncall"),
    Subcommand("oncall", "", "SCHEDULE", "Who is on call in one schedule", "primary", "oncall"),
    Subcommand("oncall", "help", "help", "Help about on-call", "help", "oncall"),
)

_HINTS: dict[Family, str] = {
    "incident": "declare sev2 checkout 5xx | update | page | resolve | help",
    "page": "POLICY or @user [message] | ack | decline | escalate | status",
    "runbook": "NAME [SECTION] | search TEXT | start NAME | rate | report-gap | stats",
    "oncall": "now | SCHEDULE",
}


def of_family(family: Family) -> tuple[Subcommand, ...]:
    """The subcommands of one command, in the order in which they are shown."""
    return tuple(s for s in SUBCOMMANDS if s.family == family)


def named(family: Family, word: str) -> Subcommand | None:
    """The subcommand that a word names, by name or alias, in any case."""
    wanted = word.casefold()
    for subcommand in of_family(family):
        if wanted and wanted in (subcommand.name, *subcommand.aliases):
            return subcommand
    return None


def command_of(family: Family, commands: Commands) -> str:
    """The slash command of a family as it is configured."""
    return {
        "incident": commands.incident,
        "page": commands.page,
        "runbook": commands.runbook,
        "oncall": commands.oncall,
    }[family]


def family_of(command: str, commands: Commands) -> Family:
    """The family of a slash command; aliases and unknown ones are the incident command's."""
    for family in FAMILIES:
        if command.casefold() == command_of(family, commands):
            return family
    return "incident"


def usage_hint(family: Family) -> str:
    """What Slack shows behind a command while somebody types it."""
    return _HINTS[family]
