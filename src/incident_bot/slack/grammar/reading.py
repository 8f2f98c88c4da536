"""From a slash command to an order."""

from __future__ import annotations

from incident_bot.domain.configuration import Configuration
from incident_bot.slack.grammar.incident import read_incident
from incident_bot.slack.grammar.oncall import read_oncall
from incident_bot.slack.grammar.orders import Order
from incident_bot.slack.grammar.page import read_page
from incident_bot.slack.grammar.runbook import read_runbook
from incident_bot.slack.grammar.subcommands import family_of
from incident_bot.slack.grammar.words import tidy


def read(command: str, text: str, rules: Configuration) -> Order:
    """Read what somebody typed. Whatever it is, the answer is an order.

    Args:
        command: the slash command as Slack names it, such as `/incident`; examples repeat it.
        text: everything after it, as Slack sends it (mentions as `<@U…|name>`, entities).
        rules: the scheme in force: severities, roles, policies, schedules, command names.
    """
    typed = tidy(text)
    match family_of(command, rules.commands):
        case "page":
            return read_page(typed, rules, command)
        case "oncall":
            return read_oncall(typed, rules, command)
        case "runbook":
            return read_runbook(typed, command)
        case "incident":
            return read_incident(typed, rules, command)
