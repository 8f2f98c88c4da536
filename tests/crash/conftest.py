"""The server that PostgreSQL databases are made on."""

from __future__ import annotations

from support.fixtures import postgres

__all__ = ["postgres"]
