"""What is said in the room when something happens: one timeline entry, one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from incident_bot.domain.durations import say_duration
from incident_bot.domain.readmodels import EntryView
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Block, Card, button, clock_time, context, section
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.incident import nobody_paged
from incident_bot.slack.cards.page_pick import page_pick
from incident_bot.slack.cards.prose import (
    joined,
    line,
    one_line,
    people,
    person,
    quoted,
    said,
)

BODY = 2400
Shape = Callable[[EntryView], list[Block]]


def entry_card(view: EntryView) -> Card:
    """One entry as a message; a kind that has no shape of its own is said plainly."""
    blocks = _SHAPES.get(view.kind, _plainly)(view)
    return Card(one_line(f"{view.incident.ref}: {view.text}", 400), blocks)


def _plainly(view: EntryView) -> list[Block]:
    return [section(said(view.text, BODY) or line(view.kind, 100) or "…"), _small(view)]


def _update(view: EntryView) -> list[Block]:
    due = view.incident.update_due_at
    following = f"next update due {clock_time(due)}" if due and view.incident.is_open else ""
    body = quoted(_fact(view, "text") or view.text, BODY)
    return [section(f"*Status update* by {_who(view)}\n{body}"), _small(view, following)]


def _status(view: EntryView) -> list[Block]:
    head = f"*Status: {line(_fact(view, 'after'), 60)}* (was {line(_fact(view, 'before'), 60)})"
    return [_with_note(head, view, _fact(view, "text")), _small(view)]


def _severity(view: EntryView) -> list[Block]:
    before = line(_fact(view, "before"), 60)
    head = f"*Severity: {line(_fact(view, 'after'), 60)}* (was {before})"
    return [_with_note(head, view, _fact(view, "reason")), _small(view)]


def _role(view: EntryView) -> list[Block]:
    before = _fact(view, "before")
    was = f" (was {person(before)})" if before else ""
    title = line(_fact(view, "title") or _fact(view, "role"), 80)
    return [section(f"*{title}:* {person(_fact(view, 'user') or None, 'nobody')}{was}")]


def _tier_skipped(view: EntryView) -> list[Block]:
    label = line(_fact(view, "label"), 60)
    number = _number(view, "tier")
    tier = joined([f"Tier {int(number) + 1}" if number is not None else "A tier", label], " ")
    return [section(f":warning: *{tier} skipped:* {line(_fact(view, 'why'), 400)}")]


def _page_failed(view: EntryView) -> list[Block]:
    who = person(_fact(view, "user") or None, "somebody")
    return [section(f":x: *Page to {who} failed:* {line(_fact(view, 'why'), 400)}")]


def _acknowledged(view: EntryView) -> list[Block]:
    return [section(f"✓ {_who(view)} acknowledged the page to {_policy(view)}")]


def _declined(view: EntryView) -> list[Block]:
    return [section(f"✗ {_who(view)} declined the page to {_policy(view)}")]


def _page_exhausted(view: EntryView) -> list[Block]:
    text = (
        f":warning: *Nobody acknowledged the page to {_policy(view)}.* Every tier was tried.\n"
        "Pick somebody to page now."
    )
    return [page_pick(view.incident.id, text)]


def _nobody_to_page(view: EntryView) -> list[Block]:
    return [page_pick(view.incident.id, nobody_paged(_fact(view, "why") or view.text))]


def _reminder(view: EntryView) -> list[Block]:
    value, asked = str(view.incident.id), _fact(view, "asked")
    late = timedelta(seconds=_number(view, "late_by") or 0.0)
    due = view.incident.update_due_at
    step = _fact(view, "step")
    if step == "warn":
        when = f"*Status update due* {clock_time(due)}" if due else "*Status update due*"
    else:
        minutes = late // timedelta(minutes=1) * timedelta(minutes=1)
        late_by = f" by {say_duration(minutes)}" if minutes else ""
        sign = ":rotating_light:" if step == "climb" else ":hourglass:"
        when = f"{sign} *Status update overdue*{late_by}"
    whom = f"{person(asked)} " if asked else ""
    blocks = [section(f"{whom}{when}")]
    if view.draft.strip():
        blocks.append(section(f"To start from:\n{quoted(view.draft, 1200)}"))
    blocks.append(
        row(
            [
                button("Update", actions.REMINDER_UPDATE, value, style="primary"),
                button("Snooze 10 min", actions.REMINDER_SNOOZE, value),
            ]
        )
    )
    return blocks


def _resolved(view: EntryView) -> list[Block]:
    seconds = _number(view, "after_seconds")
    after = f" after {say_duration(timedelta(seconds=seconds))}" if seconds is not None else ""
    value = str(view.incident.id)
    buttons = [
        button("Post-mortem", actions.INCIDENT_POSTMORTEM, value, style="primary"),
        button("Reopen", actions.INCIDENT_REOPEN, value),
    ]
    head = f":white_check_mark: *Resolved*{after}"
    return [_with_note(head, view, _fact(view, "summary")), row(buttons)]


def _reopened(view: EntryView) -> list[Block]:
    return [_with_note("*Reopened*", view, _fact(view, "reason")), _small(view)]


def _closed(view: EntryView) -> list[Block]:
    return [_with_note("*Closed*", view, "")]


def _cancelled(view: EntryView) -> list[Block]:
    return [_with_note("*Cancelled*", view, _fact(view, "reason"))]


def _delivery_failed(view: EntryView) -> list[Block]:
    what = line(_fact(view, "what"), 160) or "do something"
    text = f":x: *Could not {what}:* {line(_fact(view, 'why'), 400)}"
    return [section(text), context("The control card has a button to try again.")]


def _runbook_gap(view: EntryView) -> list[Block]:
    name = line(_fact(view, "runbook"), 160)
    head = f"🕳 *Gap in runbook {name}*" if name else "🕳 *No runbook for this*"
    owners = view.facts.get("owners")
    told = [who for who in owners if isinstance(who, str)] if isinstance(owners, list) else []
    team = line(_fact(view, "team"), 80)
    whose = f"Owner: {people(told)}" if told else f"Owner: {team}" if team else "It has no owner."
    body = quoted(_fact(view, "text") or view.text, BODY)
    return [section(f"{head} by {_who(view)}\n{body}"), context(whose)]


_SHAPES: Mapping[str, Shape] = {
    "update": _update,
    "status": _status,
    "severity": _severity,
    "role": _role,
    "tier_skipped": _tier_skipped,
    "page_failed": _page_failed,
    "acknowledged": _acknowledged,
    "declined": _declined,
    "page_exhausted": _page_exhausted,
    "nobody_to_page": _nobody_to_page,
    "reminder": _reminder,
    "resolved": _resolved,
    "reopened": _reopened,
    "closed": _closed,
    "cancelled": _cancelled,
    "delivery_failed": _delivery_failed,
    "runbook_gap": _runbook_gap,
}


def _with_note(head: str, view: EntryView, note: str) -> Block:
    by = f" by {_who(view)}" if view.actor else ""
    return section(f"{head}{by}\n{quoted(note, BODY)}" if note.strip() else f"{head}{by}")


def _small(view: EntryView, *more: str) -> Block:
    incident = view.incident
    severity = line(incident.severity, 60)
    return context(joined([incident.ref, severity, str(incident.status), *more]))


def _who(view: EntryView) -> str:
    return person(view.actor)


def _policy(view: EntryView) -> str:
    return one_line(_fact(view, "policy"), 80) or "the policy"


def _fact(view: EntryView, name: str) -> str:
    value = view.facts.get(name)
    return value if isinstance(value, str) else ""


def _number(view: EntryView, name: str) -> float | None:
    """A fact that is a number of reasonable size; None for anything else."""
    value = view.facts.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e9 else None
