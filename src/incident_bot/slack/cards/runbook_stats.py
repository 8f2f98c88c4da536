"""How runbooks are used: counts and medians with their n, never what caused what."""

from __future__ import annotations

from collections.abc import Sequence

from incident_bot.domain.durations import say_duration
from incident_bot.domain.runbooks.usage import RunbookStats, Spread, UsageReport
from incident_bot.slack.blockkit import Block, Card, context, section
from incident_bot.slack.cards.prose import count, joined, line

SHOWN = 15
LISTED = 8
UNKNOWN = "–"


def runbook_stats_card(report: UsageReport) -> Card:
    """Every runbook in use, most used first."""
    if not report.runbooks:
        text = "No runbook has been used yet."
        return Card(text, [section(text)])
    blocks: list[Block] = [section(f"*Runbooks in use* ({len(report.runbooks)})")]
    blocks.append(section("\n".join(_row(row) for row in report.runbooks[:SHOWN])))
    if len(report.runbooks) > SHOWN:
        blocks.append(context(f"and {len(report.runbooks) - SHOWN} more"))
    blocks.append(
        section(
            "*Time to mitigate*, median\n"
            f"incidents with a runbook {_spread(report.with_runbook)}\n"
            f"incidents without {_spread(report.without_runbook)}"
        )
    )
    blocks.append(context("What goes together need not be cause and effect. Drills are left out."))
    return Card("Runbooks in use", blocks)


def one_runbook_card(stats: RunbookStats) -> Card:
    """One runbook in full."""
    uses = stats.uses
    told = [
        count(uses.get("view", 0), "view"),
        count(uses.get("start", 0), "checklist"),
        f"{uses.get('step_done', 0)} steps done",
        f"{uses.get('step_skipped', 0)} skipped",
        f"{uses.get('step_failed', 0)} failed",
        count(uses.get("escalate", 0), "escalation"),
        count(stats.gaps, "gap"),
    ]
    blocks: list[Block] = [
        section(f"*{line(stats.title, 200)}*\n{joined(told)}"),
        section(
            f"*Ratings* {_ratings(stats)}\n"
            f"*Used in* {count(stats.incidents, 'incident')}\n"
            f"*Time to mitigate*, median {_spread(stats.to_mitigate)}\n"
            f"*Needed again after*, median {_spread(stats.again)}"
        ),
    ]
    for heading, names in (
        ("Sections never read", stats.unread),
        ("Steps always skipped", stats.skipped),
    ):
        if names:
            blocks.append(section(f"*{heading}*\n{_listed(names)}"))
    return Card(line(f"Runbook {stats.title} in use", 300), blocks)


def _row(stats: RunbookStats) -> str:
    parts = [
        f"*{line(stats.runbook, 100)}*",
        f"{stats.used} uses",
        count(stats.incidents, "incident"),
        _ratings(stats),
        f"mitigated {_spread(stats.to_mitigate)}",
    ]
    return joined(parts)


def _ratings(stats: RunbookStats) -> str:
    return ", ".join(f"{number} {word}" for word, number in stats.ratings.items()) or UNKNOWN


def _spread(spread: Spread) -> str:
    if spread.middle is None:
        return UNKNOWN
    return f"{say_duration(spread.middle)} (n={spread.n})"


def _listed(names: Sequence[str]) -> str:
    lines = [f"• {line(name, 120)}" for name in names[:LISTED]]
    more = [f"and {len(names) - LISTED} more"] if len(names) > LISTED else []
    return "\n".join([*lines, *more])
