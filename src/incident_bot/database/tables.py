"""The tables. Instants are integers: microseconds since 1970 UTC, alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware datetime kept as microseconds since 1970 UTC."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(
        self,
        value: Any,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=int(value))


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exactly."""
    span = moment - _EPOCH
    return (span.days * 86400 + span.seconds) * 1_000_000 + span.microseconds


Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts only INTEGER keys by itself

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

incident = sa.Table(
    "incident",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("declared_by", sa.Text, nullable=False),
    sa.Column("declared_at", Instant, nullable=False),
    sa.Column("origin", sa.Text, nullable=False, unique=True),
    sa.Column("private", sa.Boolean, nullable=False),
    sa.Column("drill", sa.Boolean, nullable=False),
    sa.Column("service", sa.Text),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("channel_id", sa.Text, unique=True),
    sa.Column("channel_name", sa.Text),
    sa.Column("acknowledged_at", Instant),
    sa.Column("mitigated_at", Instant),
    sa.Column("resolved_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("update_due_at", Instant),
    sa.Column("update_generation", sa.Integer, nullable=False),
    sa.Column("last_update_at", Instant),
    sa.Column("last_update", sa.Text, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("receipt_url", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_incident_status", "status"),
)

timeline = sa.Table(
    "timeline",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("actor", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("channel_id", sa.Text),
    sa.Column("ts", sa.Text),
    sa.Column("removed_at", Instant),
    sa.Index("ix_timeline_incident", "incident_id", "at"),
    sa.UniqueConstraint("channel_id", "ts", name="uq_timeline_message"),
)

page = sa.Table(
    "page",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("rounds", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("started_by", sa.Text),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("origin", sa.Text, nullable=False, unique=True),
    sa.Column("answered_by", sa.Text),
    sa.Column("answered_at", Instant),
    sa.Index("ix_page_incident", "incident_id"),
)

ring = sa.Table(
    "ring",
    metadata,
    sa.Column("page_id", Id, sa.ForeignKey("page.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("queued_at", Instant, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Column("channel", sa.Text),
    sa.Column("ts", sa.Text),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("channel_id", sa.Text, primary_key=True),
    sa.Column("ts", sa.Text, primary_key=True),
    sa.Column("thread_ts", sa.Text),
    sa.Column("user_id", sa.Text),
    sa.Column("bot_id", sa.Text),
    sa.Column("subtype", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("edited", sa.Boolean, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("reactions", sa.JSON, nullable=False),
    sa.Column("reply_count", sa.Integer, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),
)

postmortem = sa.Table(
    "postmortem",
    metadata,
    sa.Column(
        "incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("markdown", sa.Text),
    sa.Column("drafted_at", Instant),
)

person = sa.Table(
    "person",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("real_name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("timezone", sa.Text),
    sa.Column("is_bot", sa.Boolean, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("ts", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

job = sa.Table(
    "job",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("subject", sa.Text),
    sa.Column("merge", sa.Text),
    sa.Column("queue", sa.Text),
    sa.Column("lane", sa.SmallInteger, nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("status", sa.SmallInteger, nullable=False),
    sa.Column("run_at", sa.BigInteger, nullable=False),
    sa.Column("wake_at", sa.BigInteger, nullable=False),
    sa.Column("lease", sa.Text),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("unsure", sa.Boolean, nullable=False),
    sa.Column("first_try_at", sa.BigInteger),
    sa.Column("error", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("done_at", sa.BigInteger),
)

# status = 0 is written as a literal, here and in queries, so that these partial indexes are used.
_OPEN = sa.text("status = 0")
sa.Index("ix_job_wake", job.c.wake_at, postgresql_where=_OPEN, sqlite_where=_OPEN)
sa.Index("ix_job_subject", job.c.subject, postgresql_where=_OPEN, sqlite_where=_OPEN)
sa.Index("ix_job_merge", job.c.merge, postgresql_where=_OPEN, sqlite_where=_OPEN)
sa.Index(
    "ix_job_queue", job.c.queue, job.c.run_at, job.c.id, postgresql_where=_OPEN, sqlite_where=_OPEN
)
_DEAD = sa.text("status = 3")
sa.Index("ix_job_dead", job.c.done_at, postgresql_where=_DEAD, sqlite_where=_DEAD)

seen = sa.Table(
    "seen",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_seen_at", "at"),
)

runbook_use = sa.Table(
    "runbook_use",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE")),
    sa.Column("runbook", sa.Text, nullable=False),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Index("ix_runbook_use_incident", "incident_id", "at"),
    sa.Index("ix_runbook_use_runbook", "runbook", "kind"),
)

checklist = sa.Table(
    "checklist",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
    sa.Column("runbook", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("started_by", sa.Text, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.UniqueConstraint("incident_id", "runbook", name="uq_checklist_incident_id"),
)

checklist_step = sa.Table(
    "checklist_step",
    metadata,
    sa.Column(
        "checklist_id", Id, sa.ForeignKey("checklist.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("anchor", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("by", sa.Text),
    sa.Column("at", Instant),
)

step_run = sa.Table(
    "step_run",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
    sa.Column("runbook", sa.Text, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("revision", sa.Text, nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("dry", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("lock", sa.Text, unique=True),
    sa.Column("origin", sa.Text, nullable=False, unique=True),
    sa.Column("requested_by", sa.Text, nullable=False),
    sa.Column("requested_at", Instant, nullable=False),
    sa.Column("needed", sa.Integer, nullable=False),
    sa.Column("approved_by", sa.JSON, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("started_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("exit_code", sa.Integer),
    sa.Column("output", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("ix_step_run_requested_at", "requested_at"),
)
