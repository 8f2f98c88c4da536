"""The tables. Instants are integers: microseconds since 1970 UTC, alike on both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNKEEPABLE = re.compile("[\\x00\\ud800-\\udfff]")


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


class Words(TypeDecorator[str]):
    """Text from anywhere. What PostgreSQL (NUL) or UTF-8 (half a surrogate pair) cannot hold is
    replaced by U+FFFD, alike on both databases.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> str | None:
        return None if value is None else _UNKEEPABLE.sub("\ufffd", value)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exactly."""
    return micros(moment - _EPOCH)


def micros(span: timedelta) -> int:
    """A span in microseconds, exactly."""
    return span // timedelta(microseconds=1)


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
    sa.Column("title", Words, nullable=False),
    sa.Column("severity", Words, nullable=False),
    sa.Column("status", Words, nullable=False),
    sa.Column("declared_by", Words, nullable=False),
    sa.Column("declared_at", Instant, nullable=False),
    sa.Column("origin", Words, nullable=False, unique=True),
    sa.Column("private", sa.Boolean, nullable=False),
    sa.Column("drill", sa.Boolean, nullable=False),
    sa.Column("service", Words),
    sa.Column("summary", Words, nullable=False),
    sa.Column("channel_id", Words, unique=True),
    sa.Column("channel_name", Words),
    sa.Column("acknowledged_at", Instant),
    sa.Column("mitigated_at", Instant),
    sa.Column("resolved_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("update_due_at", Instant),
    sa.Column("update_generation", sa.Integer, nullable=False),
    sa.Column("last_update_at", Instant),
    sa.Column("last_update", Words, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("receipt_url", Words),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_incident_status", "status"),
)

timeline = sa.Table(
    "timeline",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("actor", Words),
    sa.Column("text", Words, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("channel_id", Words),
    sa.Column("ts", Words),
    sa.Column("removed_at", Instant),
    sa.Index("ix_timeline_incident", "incident_id", "at"),
    sa.UniqueConstraint("channel_id", "ts", name="uq_timeline_message"),
)

page = sa.Table(
    "page",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
    sa.Column("policy", Words, nullable=False),
    sa.Column("message", Words, nullable=False),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("rounds", sa.Integer, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("started_by", Words),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("origin", Words, nullable=False, unique=True),
    sa.Column("answered_by", Words),
    sa.Column("answered_at", Instant),
    sa.Index("ix_page_incident", "incident_id"),
)

ring = sa.Table(
    "ring",
    metadata,
    sa.Column("page_id", Id, sa.ForeignKey("page.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("user_id", Words, primary_key=True),
    sa.Column("state", Words, nullable=False),
    sa.Column("why", Words, nullable=False),
    sa.Column("queued_at", Instant, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Column("channel", Words),
    sa.Column("ts", Words),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("channel_id", Words, primary_key=True),
    sa.Column("ts", Words, primary_key=True),
    sa.Column("thread_ts", Words),
    sa.Column("user_id", Words),
    sa.Column("bot_id", Words),
    sa.Column("subtype", Words),
    sa.Column("text", Words, nullable=False),
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
    sa.Column("asked_by", Words, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("markdown", Words),
    sa.Column("drafted_at", Instant),
)

person = sa.Table(
    "person",
    metadata,
    sa.Column("user_id", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("real_name", Words, nullable=False),
    sa.Column("email", Words),
    sa.Column("timezone", Words),
    sa.Column("is_bot", sa.Boolean, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("key", Words, primary_key=True),
    sa.Column("channel", Words, nullable=False),
    sa.Column("ts", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

job = sa.Table(
    "job",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("key", Words, nullable=False, unique=True),
    sa.Column("subject", Words),
    sa.Column("merge", Words),
    sa.Column("queue", Words),
    sa.Column("lane", sa.SmallInteger, nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("status", sa.SmallInteger, nullable=False),
    sa.Column("run_at", sa.BigInteger, nullable=False),
    sa.Column("wake_at", sa.BigInteger, nullable=False),
    sa.Column("lease", Words),
    sa.Column("fence", sa.Integer, nullable=False),
    # How many attempts failed. A claim does not count: processes that die must not wear a job out.
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("unsure", sa.Boolean, nullable=False),
    sa.Column("first_try_at", sa.BigInteger),
    sa.Column("error", Words),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    # Which boot of which machine wrote it down, and for how many microseconds that had run.
    sa.Column("boot", Words),
    sa.Column("uptime", sa.BigInteger),
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
    sa.Column("key", Words, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_seen_at", "at"),
)

runbook_use = sa.Table(
    "runbook_use",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE")),
    sa.Column("runbook", Words, nullable=False),
    sa.Column("section", Words, nullable=False),
    sa.Column("step", Words, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("user_id", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("note", Words, nullable=False),
    sa.Index("ix_runbook_use_incident", "incident_id", "at"),
    sa.Index("ix_runbook_use_runbook", "runbook", "kind"),
)

checklist = sa.Table(
    "checklist",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
    sa.Column("runbook", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("started_by", Words, nullable=False),
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
    sa.Column("section", Words, nullable=False),
    sa.Column("anchor", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("code", Words, nullable=False),
    sa.Column("step", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("by", Words),
    sa.Column("at", Instant),
)

step_run = sa.Table(
    "step_run",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("incident_id", Id, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
    sa.Column("runbook", Words, nullable=False),
    sa.Column("step", Words, nullable=False),
    sa.Column("digest", Words, nullable=False),
    sa.Column("revision", Words, nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("command", Words, nullable=False),
    sa.Column("dry", sa.Boolean, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("lock", Words, unique=True),
    sa.Column("origin", Words, nullable=False, unique=True),
    sa.Column("requested_by", Words, nullable=False),
    sa.Column("requested_at", Instant, nullable=False),
    sa.Column("needed", sa.Integer, nullable=False),
    sa.Column("approved_by", sa.JSON, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("started_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("exit_code", sa.Integer),
    sa.Column("output", Words, nullable=False),
    sa.Column("why", Words, nullable=False),
    sa.Index("ix_step_run_requested_at", "requested_at"),
)
