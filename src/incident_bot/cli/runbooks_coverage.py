"""Alert coverage as rows for programs and as lines for people."""

from collections import Counter
from typing import Any

from incident_bot.domain.runbooks.coverage import Coverage


def as_rows(measured: Coverage) -> dict[str, Any]:
    """Return coverage as JSON values."""
    return {
        "coverage": round(measured.share, 4),
        "alerts": [
            {
                "alert": one.rule.name,
                "file": one.rule.file,
                "line": one.rule.line,
                "state": one.state,
                "runbook": one.match.runbook.key if one.match.runbook else None,
                "matched_by": one.match.rule,
                "disagreements": list(one.disagreements),
            }
            for one in measured.rules
        ],
        "unknown_alerts": [
            {"alert": name, "runbook": book.key} for book, name in measured.unknown_alerts
        ],
    }


def as_text(measured: Coverage) -> str:
    """Return one line per alert, what disagrees below it, and the share covered."""
    lines: list[str] = []
    for one in measured.rules:
        book = one.match.runbook.key if one.match.runbook else "-"
        lines.append(f"{one.state:11} {one.rule.name:45} {book} ({one.match.rule})")
        lines.extend(f"{'':11} {said}" for said in one.disagreements)
    lines.extend(f"{'no rule':11} {name:45} {book.key}" for book, name in measured.unknown_alerts)
    states = Counter(one.state for one in measured.rules)
    counted = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    share = 100 * measured.share
    lines.append(f"coverage {share:.1f}% of {len(measured.rules)} alerts ({counted})")
    return "\n".join(lines)
