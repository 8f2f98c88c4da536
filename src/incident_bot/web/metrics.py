"""Metrics of this process in Prometheus' text format, and the engine's Watch that feeds them."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from incident_bot.clock import Clock
from incident_bot.database.jobs import Claimed
from incident_bot.domain.delivery import GiveUp, Outcome, Sent, TryLater
from incident_bot.web.record_metrics import Counted, RecordMetrics
from incident_bot.web.runbook_metrics import RunbookMetrics

_LATENESS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800)
_LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Everything this process counts. One registry each, so that two can live in one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.last_beat: datetime | None = None
        self.registry = CollectorRegistry()
        self._count_work(self.registry)
        self._time_neighbours(self.registry)
        self.record = RecordMetrics()
        self.registry.register(self.record)
        self.runbooks = RunbookMetrics()
        self.registry.register(self.runbooks)

    def _count_work(self, registry: CollectorRegistry) -> None:
        self.lateness = Histogram(
            "incident_bot_job_lateness_seconds",
            "From due to done",
            ["kind"],
            buckets=_LATENESS,
            registry=registry,
        )
        self.retries = Counter(
            "incident_bot_retries_total",
            "Attempts that end in another",
            ["kind", "cause"],
            registry=registry,
        )
        self.outcomes = Counter(
            "incident_bot_jobs_total",
            "Jobs by how they ended",
            ["kind", "outcome"],
            registry=registry,
        )
        self.repairs = Counter(
            "incident_bot_repaired_total",
            "Jobs that were missing and should have been there",
            ["kind"],
            registry=registry,
        )

    def _time_neighbours(self, registry: CollectorRegistry) -> None:
        self.calls = Histogram(
            "incident_bot_slack_call_seconds",
            "Slack Web API calls",
            ["method", "outcome"],
            buckets=_LATENCY,
            registry=registry,
        )
        self.acknowledgements = Histogram(
            "incident_bot_acknowledgement_seconds",
            "From envelope to acknowledgement",
            ["type"],
            buckets=_LATENCY,
            registry=registry,
        )
        self.database = Histogram(
            "incident_bot_database_seconds",
            "Transactions, from begin to commit",
            ["mode"],
            buckets=_LATENCY,
            registry=registry,
        )
        self.socket = Gauge(
            "incident_bot_socket_connected", "1 while Socket Mode is connected", registry=registry
        )
        self.reconnects = Gauge(
            "incident_bot_socket_reconnects", "How often the socket was replaced", registry=registry
        )

    # --- the engine's Watch -------------------------------------------------------------------

    def fired(self, kind: str, late: float) -> None:
        """A timer was fired, `late` seconds after it was due."""
        self.lateness.labels(kind).observe(max(0.0, late))
        self.outcomes.labels(kind, "fired").inc()

    def settled(self, job: Claimed, outcome: Outcome, age: float) -> None:
        """An effect's attempt has ended, `age` seconds after it was due."""
        if isinstance(outcome, TryLater):
            cause = "limited" if not outcome.counted else "unsure" if outcome.unsure else "failed"
            self.retries.labels(job.kind, cause).inc()
            return
        self.lateness.labels(job.kind).observe(max(0.0, age))
        quiet = isinstance(outcome, GiveUp) and outcome.quiet
        word = "sent" if isinstance(outcome, Sent) else "dropped" if quiet else "dead"
        self.outcomes.labels(job.kind, word).inc()

    def lost(self, kind: str) -> None:
        """A lease ran out while the job was being done."""
        self.outcomes.labels(kind, "lost").inc()

    def repaired(self, kind: str) -> None:
        """A job was missing that should have been there, and was armed again."""
        self.repairs.labels(kind).inc()

    def beat(self) -> None:
        """The loop went round."""
        self.last_beat = self._clock.now()

    # --- the doors ----------------------------------------------------------------------------

    def slack_call(self, method: str, outcome: str, seconds: float) -> None:
        """A Web API call has ended."""
        self.calls.labels(method, outcome).observe(seconds)

    def acknowledged(self, kind: str, seconds: float) -> None:
        """An envelope was acknowledged."""
        self.acknowledgements.labels(kind).observe(seconds)

    def transaction(self, mode: str, seconds: float) -> None:
        """A transaction has ended."""
        self.database.labels(mode).observe(seconds)

    def show(self, counted: Counted | None, socket: str, reconnects: int) -> bytes:
        """The whole page; `counted` is None when the database does not answer."""
        self.record.counted = counted
        self.runbooks.counted = counted.uses if counted else ()
        self.socket.set(1 if socket == "connected" else 0)
        self.reconnects.set(reconnects)
        return generate_latest(self.registry)
