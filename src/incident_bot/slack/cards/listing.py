"""Lists: incidents, a timeline, who is on call, pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from incident_bot.domain.configuration import Commands
from incident_bot.domain.durations import say_duration
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.readmodels import OnCallLine, PageLedger, TimelineLine
from incident_bot.slack.blockkit import Block, Card, clock_time, escape, header, instant, section
from incident_bot.slack.cards.bundle import SECTION_BUDGET, bundle, paragraphs
from incident_bot.slack.cards.ledger import ledger_text
from incident_bot.slack.cards.prose import (
    code,
    count,
    headline,
    joined,
    line,
    marks,
    one_line,
    person,
    room,
)

DEFAULT_COMMANDS = Commands()
MOST_SCHEDULES = 30
MOST_PAGES = 6
_PERMALINK = re.compile(r"https://[^\s<>|]{1,500}")


def incident_list(
    incidents: Sequence[Incident], now: datetime, commands: Commands = DEFAULT_COMMANDS
) -> list[Card]:
    """Incidents, each in two lines: what it is, how it stands and where. As many cards as needed."""
    text = count(len(incidents), "incident")
    lines = (incident_lines(incident, now) for incident in incidents)
    return bundle(
        text,
        [header(text)] if incidents else [],
        paragraphs(lines, SECTION_BUDGET),
        empty=f"No incidents. {code(commands.incident + ' declare')} opens one.",
    )


def timeline_card(
    incident: Incident, lines: Sequence[TimelineLine], commands: Commands = DEFAULT_COMMANDS
) -> list[Card]:
    """The timeline of an incident, oldest first, in as many cards as needed."""
    text = line(f"Timeline of {headline(incident)}", 300)
    day = ""
    shown = []
    for entry in lines:
        if (today := f"{entry.at:%Y-%m-%d}") != day:
            shown.append(f"*{instant(entry.at, '{date_short}')}*")
            day = today
        shown.append(_timeline_line(entry))
    return bundle(
        text,
        [header(f"Timeline · {headline(incident)}")],
        paragraphs(shown),
        empty="Nothing is on the timeline yet.",
        small=f"{code(commands.incident + ' log …')} or :pushpin: on a message adds to it.",
    )


def oncall_card(lines: Sequence[OnCallLine]) -> Card:
    """Who is on call in each schedule, until when, and who is next."""
    return Card("Who is on call", oncall_blocks(lines))


def oncall_blocks(lines: Sequence[OnCallLine]) -> list[Block]:
    """The blocks of a list of schedules."""
    shown = [_oncall_line(entry) for entry in lines[:MOST_SCHEDULES]]
    if len(lines) > MOST_SCHEDULES:
        shown.append(f"and {len(lines) - MOST_SCHEDULES} more schedules")
    if not shown:
        shown = ["No on-call schedule is configured. Write one under `schedules` in the file."]
    return [header("On call"), *(section(text) for text in paragraphs(shown))]


def page_status_card(ledgers: Sequence[PageLedger]) -> Card:
    """The pages of an incident, the newest first."""
    if not ledgers:
        return Card("Nobody was paged", [section("Nobody was paged.")])
    shown = [section(ledger_text(ledger)) for ledger in ledgers[::-1][:MOST_PAGES]]
    if len(ledgers) > MOST_PAGES:
        shown.append(section(f"and {count(len(ledgers) - MOST_PAGES, 'earlier page')}"))
    return Card(count(len(ledgers), "page"), [header("Pages"), *shown])


def incident_lines(incident: Incident, now: datetime) -> str:
    """An incident in two lines: what it is, how it stands and where."""
    ended = incident.resolved_at or incident.closed_at
    age = say_duration((ended or now) - incident.declared_at)
    when = f"lasted {age}" if ended else f"for {age}"
    standing = joined([marks(incident), str(incident.status), when, room(incident)])
    title = line(incident.title, 150)
    return f"*{incident.ref}* · {line(incident.severity, 60)} · {title}\n{standing}"


def _timeline_line(entry: TimelineLine) -> str:
    link = ""
    if entry.permalink and _PERMALINK.fullmatch(entry.permalink):
        link = f" <{escape(entry.permalink)}|message>"
    text = one_line(entry.text, 400)
    who = f"{person(entry.actor)} " if entry.actor and not text.startswith("<@") else ""
    return f"{clock_time(entry.at)} {who}{text}{link}"


def _oncall_line(entry: OnCallLine) -> str:
    who = person(entry.user) if entry.user else line(entry.person, 40)
    following = person(entry.next_user) if entry.next_user else line(entry.next_person, 40)
    until = f"until {instant(entry.until)}" if entry.until else ""
    then = f"then {following}" if following else ""
    now = who or ":warning: nobody"
    return f"*{line(entry.schedule, 64)}* {joined([now, until, then])}"
