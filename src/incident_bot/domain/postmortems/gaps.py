"""Silence worth saying: stretches of a grave incident with nothing on record."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from incident_bot.domain.durations import say_duration
from incident_bot.domain.postmortems.options import Options
from incident_bot.domain.postmortems.record import IncidentRecord
from incident_bot.domain.postmortems.rows import Row, order


def with_gaps(
    rows: Iterable[Row], record: IncidentRecord, options: Options, now: datetime
) -> tuple[Row, ...]:
    """Rows in order, with a neutral row for each silence while the severity was grave."""
    ordered = sorted(rows, key=order)
    return tuple(sorted([*ordered, *_gaps(ordered, record, options, now)], key=order))


def _gaps(
    rows: Sequence[Row], record: IncidentRecord, options: Options, now: datetime
) -> Iterator[Row]:
    for start, end in _grave(record, options, now):
        moments = [start, *(row.at for row in rows if start < row.at < end), end]
        for before, after in pairwise(moments):
            if after - before > options.gap:
                yield Row(
                    at=before,
                    text=f"No recorded activity for {say_duration(after - before)}"
                    f" ({before:%H:%M}–{after:%H:%M})",
                    kind="gap",
                    source="system",
                )


def _grave(
    record: IncidentRecord, options: Options, now: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Stretches from declaration to resolution with a rank at or above ``gap_rank``."""
    finish = record.resolved_at or now
    changes = sorted(record.severity_history, key=lambda change: change.at)
    start: datetime | None = None
    for change in changes:
        at = min(max(change.at, record.declared_at), finish)
        grave = change.rank <= options.gap_rank
        if grave and start is None:
            start = at
        elif not grave and start is not None:
            yield start, at
            start = None
    if start is not None and start < finish:
        yield start, finish
