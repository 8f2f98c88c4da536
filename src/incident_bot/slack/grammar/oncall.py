"""Reading what follows the on-call command."""

from __future__ import annotations

from incident_bot.domain.configuration import Configuration
from incident_bot.slack.grammar import orders
from incident_bot.slack.grammar.orders import Order
from incident_bot.slack.grammar.words import nearest, unquoted


def read_oncall(text: str, rules: Configuration, command: str) -> Order:
    """Read what was typed after the on-call command; `command` is how it was called."""
    name = " ".join(unquoted(text).split())
    wanted = name.casefold()
    if wanted in rules.schedules:
        return orders.OnCallSchedule(wanted)
    if wanted in ("", "now"):
        return orders.OnCallNow()
    if wanted == "help":
        return orders.Help("oncall")
    near = nearest(wanted, [*rules.schedules, "now", "help"])
    if near is None:
        return orders.OnCallSchedule(name)
    return orders.Unknown(name[:100], near, f"{command} {near}")
