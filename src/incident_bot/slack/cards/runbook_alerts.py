"""Alerts and their runbooks: which one each has, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from incident_bot.domain.runbooks.alerting import AlertMatch, why
from incident_bot.domain.runbooks.firing import FiringAlert
from incident_bot.domain.runbooks.suggestions import Suggestion
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Block, Card, button, context, section
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.prose import count, line
from incident_bot.slack.cards.runbook_buttons import open_button, safe_link, section_query

SHOWN = 10
_CHOICES = 5


def alerts_card(
    found: Sequence[tuple[FiringAlert, AlertMatch]],
    near: Sequence[Suggestion],
    *,
    about: Mapping[str, str],
) -> Card:
    """Return one line for each alert with the way to its runbook.

    Args:
        found: the alerts, each with what was found for it.
        near: what may help instead when nothing was found for the first one.
        about: context every button carries back.
    """
    heading = f"Runbooks of {count(len(found), 'alert')}"
    blocks: list[Block] = [section(f"🔔 *{heading}*")]
    for number, (alert, match) in enumerate(found[:SHOWN]):
        blocks += _entry(alert, match, number, about)
    if len(found) > SHOWN:
        blocks.append(context(f"and {len(found) - SHOWN} more"))
    if near:
        blocks.append(section("These may help:"))
        blocks.append(
            row([open_button(one.runbook, at, about) for at, one in enumerate(near[:_CHOICES])])
        )
    if any(match.rule == "none" for _, match in found):
        blocks.append(context("`/runbook report-gap` tells that one is missing."))
    return Card(heading, blocks)


def _entry(
    alert: FiringAlert, match: AlertMatch, number: int, about: Mapping[str, str]
) -> list[Block]:
    name = f"*{line(alert.name, 150) or 'An alert without a name'}*"
    if match.runbook is not None:
        at = section_query(match.section) if match.section else ""
        opened = open_button(match.runbook, number, about, section=at, label="Open")
        return [
            section(f"{name}\n{line(match.runbook.title, 150)}: {why(match)}", accessory=opened)
        ]
    if match.choices:
        told = f"{name}\n{count(len(match.choices), 'runbook')}: {why(match)}"
        opened_ones = [
            open_button(one, at, about, label=f"{one.title} · {one.system}")
            for at, one in enumerate(match.choices[:_CHOICES])
        ]
        return [section(told), row(opened_ones)]
    link = (
        button("Its address", f"{actions.LINK}.{number}", url=match.url)
        if safe_link(match.url)
        else None
    )
    return [section(f"{name}\nNo runbook is known for it.", accessory=link)]
