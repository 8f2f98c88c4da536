"""How runbooks are used, as rows for programs and as lines for people."""

from __future__ import annotations

from typing import Any

from incident_bot.database.connection import Database
from incident_bot.domain.durations import say_duration
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.domain.runbooks.usage import RunbookStats, Spread, UsageReport, usage_report
from incident_bot.errors import NotFound
from incident_bot.settings import Settings


async def read_report(settings: Settings, shelf: Shelf) -> UsageReport:
    """Count what the record of this installation holds.

    Raises:
        NotFound: when there is no record yet.
        Unavailable: when the database does not answer.
    """
    database = Database(settings.database)
    try:
        if database.file is not None and not database.file.exists():
            raise NotFound(f"{database.file} does not exist yet.", "start the bot once")
        async with database.read() as tx:
            uses = await tx.runbook_uses.all()
            cases = await tx.runbook_uses.cases()
    finally:
        await database.close()
    return usage_report(shelf.runbooks, uses, cases)


def as_rows(report: UsageReport, only: Runbook | None) -> dict[str, Any]:
    """Return the report as JSON values; durations are seconds, unknown ones null."""
    return {
        "runbooks": [
            _row(one) for one in report.runbooks if only is None or one.runbook == only.key
        ],
        "time_to_mitigate": {
            "with_runbook": _seconds(report.with_runbook),
            "without_runbook": _seconds(report.without_runbook),
        },
    }


def as_text(report: UsageReport, only: Runbook | None) -> str:
    """Return one line per runbook, what is never read or always skipped below it."""
    shown = [one for one in report.runbooks if only is None or one.runbook == only.key]
    lines = [f"{'runbook':40} {'uses':>5} {'incidents':>9}  {'mitigated':18} {'again':18} ratings"]
    for one in shown:
        rated = ", ".join(f"{number} {word}" for word, number in one.ratings.items()) or "–"
        lines.append(
            f"{one.runbook:40} {one.used:5} {one.incidents:9}  "
            f"{_said(one.to_mitigate):18} {_said(one.again):18} {rated}"
        )
        lines += [f"  never read: {title}" for title in one.unread]
        lines += [f"  always skipped: {step}" for step in one.skipped]
    if not shown:
        lines.append("nothing recorded yet")
    lines.append(f"time to mitigate, median, with a runbook: {_said(report.with_runbook)}")
    lines.append(f"time to mitigate, median, without one: {_said(report.without_runbook)}")
    lines.append("What goes together need not be cause and effect; drills are left out.")
    return "\n".join(lines)


def _row(stats: RunbookStats) -> dict[str, Any]:
    return {
        "runbook": stats.runbook,
        "title": stats.title,
        "uses": dict(stats.uses),
        "ratings": dict(stats.ratings),
        "incidents": stats.incidents,
        "gaps": stats.gaps,
        "time_to_mitigate": _seconds(stats.to_mitigate),
        "needed_again_after": _seconds(stats.again),
        "never_read": list(stats.unread),
        "always_skipped": list(stats.skipped),
    }


def _seconds(spread: Spread) -> dict[str, Any]:
    middle = None if spread.middle is None else spread.middle.total_seconds()
    return {"median_seconds": middle, "n": spread.n}


def _said(spread: Spread) -> str:
    return "–" if spread.middle is None else f"{say_duration(spread.middle)} (n={spread.n})"
