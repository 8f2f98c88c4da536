"""Which runbooks are due for review or a drill."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.facts import seconds


@dataclass(frozen=True, slots=True)
class Due:
    """One review or drill; ``last`` is None when none is recorded, ``on`` is when it is due."""

    runbook: Runbook
    what: Literal["review", "drill"]
    last: datetime.date | None
    on: datetime.date

    def days_late(self, today: datetime.date) -> int:
        """Return how many days it is overdue; negative while it is not."""
        return (today - self.on).days


def due(runbooks: Iterable[Runbook], today: datetime.date, within_days: int = 0) -> list[Due]:
    """Return what is due today or within some days, the most overdue first.

    A promise without a record is due at once; of a review, as long after the last edit as one
    review after another, where that edit is known.
    """
    horizon = today + datetime.timedelta(days=within_days)
    found: list[Due] = []
    for runbook in runbooks:
        facts = runbook.facts
        if runbook.root or facts.status == "deprecated":
            continue
        review = _next(runbook, "review", facts.last_reviewed, facts.review_every, today)
        drill = _next(runbook, "drill", facts.last_drilled, facts.drill_every, today)
        found.extend(one for one in (review, drill) if one is not None and one.on <= horizon)
    return sorted(found, key=lambda one: (one.on, one.runbook.key, one.what))


def _next(
    runbook: Runbook,
    what: Literal["review", "drill"],
    last: datetime.date | None,
    every: str,
    today: datetime.date,
) -> Due | None:
    span = seconds(every) if every else None
    if span is None:
        return None
    since = last or (runbook.edited if what == "review" else None)
    on = today if since is None else since + datetime.timedelta(seconds=span)
    return Due(runbook, what, last, on)
