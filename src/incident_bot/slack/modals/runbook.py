"""The runbook picker."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.readmodels import SuggestedRunbook
from incident_bot.slack import actions
from incident_bot.slack.blockkit import (
    Block,
    form_field,
    grouped_select,
    modal,
    option,
    option_group,
    shorten,
    text_input,
)
from incident_bot.slack.modals.fields import State, chosen, metadata, typed

VALUE_LIMIT = 150
MOST = 100
NOTE_LIMIT = 1000
BYTES = 200_000
"""How large the options may be together; Slack refuses views of more than 250 kB."""
FIRST_GROUP = "May fit"


@dataclass(frozen=True, slots=True)
class RunbookSubmission:
    """Which runbook to open, by its full name (`system/slug`)."""

    name: str
    errors: dict[str, str] = field(default_factory=dict)


def runbook_modal(
    systems: Mapping[str, Sequence[tuple[str, str]]],
    *,
    suggestions: Sequence[SuggestedRunbook] = (),
    incident: Incident | None = None,
    channel: str = "",
) -> Block:
    """The picker: what may fit first, then every system's runbooks.

    Args:
        systems: the runbooks of each system as (full name, title).
        suggestions: what may fit.
        incident: the incident it is opened for (metadata `i`).
        channel: the channel to show it in (metadata `c`).

    Raises:
        ValueError: when there is no runbook to pick.
    """
    groups = [_group(FIRST_GROUP, [(s.name, s.title) for s in suggestions])]
    first = {s.name for s in suggestions}
    for system, books in systems.items():
        groups.append(_group(system or "Other", [b for b in books if b[0] not in first]))
    offered = _within(groups)
    if not offered:
        raise ValueError("there is no runbook to pick")
    menu = grouped_select("runbook", "Runbook", offered)
    shown = {one["value"] for group in offered for one in group["options"]}
    cut = any(name not in shown for books in systems.values() for name, _ in books)
    hint = "There are more than fit here: search for them by command." if cut else None
    about = metadata(i=incident.id if incident else None, c=channel)
    blocks = [form_field("runbook", "Runbook", menu, hint=hint)]
    return modal("Open a runbook", actions.FORM_RUNBOOK, blocks, submit="Open", metadata=about)


def read_runbook(state: State) -> RunbookSubmission:
    """Read the submission; a runbook must be chosen."""
    name = chosen(state, "runbook")
    return RunbookSubmission(name, {} if name else {"runbook": "Choose a runbook."})


def _within(groups: Sequence[Block]) -> list[Block]:
    """The groups that have options, cut where a view would become too large."""
    offered: list[Block] = []
    left = BYTES
    for group in groups:
        fitting = []
        for one in group["options"]:
            left -= len(json.dumps(one))
            if left >= 0:
                fitting.append(one)
        if fitting:
            offered.append({**group, "options": fitting})
    return offered[:MOST]


def _group(label: str, books: Sequence[tuple[str, str]]) -> Block:
    """A group of options; names too long for a menu's value are left out."""
    options = [option(title or name, name) for name, title in books if len(name) <= VALUE_LIMIT]
    return option_group(label, options)


@dataclass(frozen=True, slots=True)
class NoteSubmission:
    """What was written about a runbook."""

    text: str
    errors: dict[str, str] = field(default_factory=dict)


def rating_modal(key: str, title: str, rating: str, incident: int | None) -> Block:
    """The form of a rating (metadata `r` the runbook, `v` the rating): what did not help?"""
    label = "What did not work?" if rating == "failed" else "What is outdated?"
    note = text_input("note", multiline=True, limit=NOTE_LIMIT)
    blocks = [form_field("note", label, note, optional=True, hint=shorten(title, 150))]
    about = metadata(i=incident, r=key, v=rating)
    return modal(
        "Rate a runbook", actions.FORM_RUNBOOK_RATING, blocks, submit="Rate", metadata=about
    )


def gap_modal(key: str, title: str, incident: int | None) -> Block:
    """The form of a gap (metadata `r`: the runbook, nothing when there is none)."""
    text = text_input("text", multiline=True, limit=NOTE_LIMIT)
    hint = (
        f"{shorten(title, 150)}: its owner is told." if title else "There is no runbook for this."
    )
    blocks = [form_field("text", "What is missing or wrong?", text, hint=hint)]
    about = metadata(i=incident, r=key)
    return modal("Report a gap", actions.FORM_RUNBOOK_GAP, blocks, submit="Report", metadata=about)


def read_rating(state: State) -> NoteSubmission:
    """Read the submission; the note may be empty."""
    return NoteSubmission(typed(state, "note"))


def read_gap(state: State) -> NoteSubmission:
    """Read the submission; the text must not be empty."""
    text = typed(state, "text")
    return NoteSubmission(text, {} if text else {"text": "Write at least a few words."})
