"""Executable steps for the operator: each with its hash, and why it may not run."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from incident_bot.domain.execution.allowance import Execution
from incident_bot.domain.execution.registry import steps_of
from incident_bot.domain.runbooks.books import Runbook


def as_text(books: Iterable[Runbook], allowed: Execution, today: datetime.date) -> str:
    """Return a line to copy into the configuration for each step, and its state below it."""
    lines: list[str] = []
    for book in books:
        if book.root:
            continue
        for step in steps_of(book, allowed, today):
            lines.append(f'"{step.name}": {step.digest}')
            lines.append(f"  {step.kind}, risk {step.risk}, runner {step.runner or '-'}")
            lines.append(f"  may not run: {step.refused}" if step.refused else "  may run")
    return "\n".join(lines) or "no block has an id"
