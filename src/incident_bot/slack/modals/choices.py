"""Menus that several forms share: severities, statuses."""

from __future__ import annotations

from incident_bot.domain.configuration import Configuration, Severity
from incident_bot.domain.incidents.incident import OPEN_STATUSES, Status
from incident_bot.slack.blockkit import Block, option, radio_buttons, static_select

_MEANING = {
    Status.INVESTIGATING: "Looking for the cause",
    Status.IDENTIFIED: "The cause is known",
    Status.MONITORING: "A fix is in, being watched",
    Status.RESOLVED: "Over for those affected",
}


def severity_menu(rules: Configuration, initial: Severity | None) -> Block:
    """A menu of the scheme's severities, each with its description."""
    options = {s.name: option(s.name, s.name, s.description) for s in rules.severities[:100]}
    first = options.get(initial.name) if initial else None
    return static_select("severity", "Severity", list(options.values()), initial=first)


def status_choice(current: Status) -> Block:
    """The steps of the lifecycle, the present one chosen."""
    options = {
        status: option(str(status).capitalize(), str(status), _MEANING[status])
        for status in (*OPEN_STATUSES, Status.RESOLVED)
    }
    return radio_buttons("status", list(options.values()), initial=options.get(current))
