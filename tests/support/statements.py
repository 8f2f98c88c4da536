"""Compiled statements that all databases of a process share, where each would compile its own."""

from __future__ import annotations

from incident_bot.database.connection import Database

_first: dict[str, Database] = {}


def learn_from_others(database: Database) -> None:
    """Share compiled statements among this process's databases of a kind: they are all alike."""
    first = _first.setdefault(database.dialect, database).engine.sync_engine
    for view in (database.engine.sync_engine, database._readers.sync_engine):
        view._compiled_cache = first._compiled_cache
        view.dialect = first.dialect
