"""What is counted in the record; nothing of it while the record cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from incident_bot.database.backlog import Depth
from incident_bot.domain.effects import Lane


@dataclass(frozen=True, slots=True)
class Counted:
    """`incidents`: open public ones by severity; `uses`: (runbook, kind, times)."""

    depths: Sequence[Depth]
    dead: int
    incidents: Mapping[str, int]
    uses: Sequence[tuple[str, str, int]]


class RecordMetrics(Collector):
    """`counted` is what was last read, or None when the database did not answer."""

    def __init__(self) -> None:
        self.counted: Counted | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Whether the database answers, and what is in it. A zero would be a claim."""
        counted = self.counted
        yield GaugeMetricFamily(
            "incident_bot_database_up",
            "1 when the database has answered just now",
            value=0 if counted is None else 1,
        )
        if counted is None:
            return
        yield from _lanes(counted.depths)
        yield GaugeMetricFamily(
            "incident_bot_dead_letters",
            "Jobs that will not happen by themselves",
            value=counted.dead,
        )
        incidents = GaugeMetricFamily(
            "incident_bot_incidents_open", "Open public incidents", labels=["severity"]
        )
        for severity, count in counted.incidents.items():
            incidents.add_metric([severity], count)
        yield incidents


def _lanes(depths: Sequence[Depth]) -> Iterator[GaugeMetricFamily]:
    depth = GaugeMetricFamily("incident_bot_queue_depth", "Jobs that are due", labels=["lane"])
    armed = GaugeMetricFamily(
        "incident_bot_timers_armed", "Jobs whose time has not come", labels=["lane"]
    )
    oldest = GaugeMetricFamily(
        "incident_bot_queue_age_seconds", "Age of the oldest due job", labels=["lane"]
    )
    seen = {one.lane: one for one in depths}
    for lane in Lane:
        found = seen.get(int(lane), Depth(int(lane), 0, 0, 0.0))
        name = [lane.name.lower()]
        depth.add_metric(name, found.waiting)
        armed.add_metric(name, found.armed)
        oldest.add_metric(name, found.oldest)
    yield from (depth, armed, oldest)
