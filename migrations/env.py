"""Alembic's environment: the caller passes a connection, and commits it."""

from alembic import context

from incident_bot.database.tables import Instant, metadata


def as_integer(kind, item, _context):
    """An instant is a BIGINT in a migration: revisions must not import the code they outlive."""
    return "sa.BigInteger()" if kind == "type" and isinstance(item, Instant) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=as_integer,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
