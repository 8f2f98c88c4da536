"""Which phase of the response a moment belongs to, from the status history."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime

from incident_bot.domain.postmortems.record import IncidentRecord
from incident_bot.domain.postmortems.rows import Phase

_BY_STATUS: dict[str, Phase] = {
    "declared": "investigation",
    "open": "investigation",
    "investigating": "investigation",
    "identified": "mitigation",
    "mitigating": "mitigation",
    "mitigated": "recovery",
    "recovering": "recovery",
    "monitoring": "verification",
    "resolved": "follow-up",
    "closed": "follow-up",
}


def phase_of(record: IncidentRecord) -> Callable[[datetime], Phase]:
    """A function from an instant to its phase; before the declaration it is detection.

    A status this module does not know leaves the phase as it was.
    """
    steps: list[tuple[datetime, Phase]] = [(record.declared_at, "investigation")]
    for change in record.status_history:
        known = _BY_STATUS.get(change.status.lower())
        if known is not None and change.at >= record.declared_at:
            steps.append((change.at, known))
    if record.mitigated_at is not None:
        steps.append((record.mitigated_at, "recovery"))
    if record.resolved_at is not None and not record.reopened:
        steps.append((record.resolved_at, "follow-up"))
    steps.sort(key=lambda step: step[0])
    starts = [at for at, _ in steps]

    def phase(at: datetime) -> Phase:
        place = bisect_right(starts, at)
        return steps[place - 1][1] if place else "detection"

    return phase
