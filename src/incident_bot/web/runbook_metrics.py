"""How runbooks are used, counted from the record: the same on every replica, kept over restarts.

Names of runbooks are labels; incidents, people and what they wrote are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from incident_bot.domain.runbooks.usage import RATINGS, UseKind

_RATED = {str(kind): word for word, kind in RATINGS.items()}
_EXECUTED = {
    str(UseKind.START): "start",
    str(UseKind.STEP_DONE): "done",
    str(UseKind.STEP_SKIPPED): "skipped",
    str(UseKind.STEP_FAILED): "failed",
    str(UseKind.EXECUTED): "executed",
    str(UseKind.EXECUTION_FAILED): "execution_failed",
}
_PLAIN = {
    str(UseKind.VIEW): ("runbook_views", "Sections and outlines that were opened"),
    str(UseKind.GAP): ("runbook_gaps", "Gaps that were reported"),
    str(UseKind.ESCALATE): ("runbook_escalations", "Escalations from a runbook"),
}


class RunbookMetrics(Collector):
    """`counted` is what was last read from the record: (runbook, kind, times)."""

    def __init__(self) -> None:
        self.counted: Sequence[tuple[str, str, int]] = ()

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Every family, also those without a sample yet."""
        executions = CounterMetricFamily(
            "runbook_executions",
            "Checklists started and steps ended, by hand or by the bot",
            labels=["runbook", "kind"],
        )
        ratings = CounterMetricFamily(
            "runbook_ratings", "How runbooks were rated", labels=["runbook", "rating"]
        )
        plain = {
            name: CounterMetricFamily(name, text, labels=["runbook"])
            for name, text in _PLAIN.values()
        }
        totals: Counter[tuple[str, str]] = Counter()
        for runbook, kind, times in self.counted:
            totals[runbook or "none", kind] += times
        for (runbook, kind), times in sorted(totals.items()):
            if kind in _EXECUTED:
                executions.add_metric([runbook, _EXECUTED[kind]], times)
            elif kind in _RATED:
                ratings.add_metric([runbook, _RATED[kind]], times)
            elif kind in _PLAIN:
                plain[_PLAIN[kind][0]].add_metric([runbook], times)
        yield executions
        yield ratings
        yield from plain.values()
