"""Whom Slack knows, kept so that names can be shown without asking again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.incidents import insert_if_new


@dataclass(frozen=True, slots=True)
class Profile:
    """One Slack user. `name` is what Slack shows (display name, else real name)."""

    user_id: str
    name: str
    real_name: str
    email: str | None
    timezone: str | None
    is_bot: bool
    deleted: bool
    seen_at: datetime


class People:
    """The person rows of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, profile: Profile) -> None:
        """Remember what Slack says of somebody."""
        values = asdict(profile)
        statement = insert_if_new(self._connection, tables.person).values(values)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["user_id"], set_=values)
        )

    async def get(self, users: Iterable[str]) -> Mapping[str, Profile]:
        """What is known of some people."""
        wanted = list(dict.fromkeys(users))
        found: dict[str, Profile] = {}
        for start in range(0, len(wanted), 500):
            statement = sa.select(tables.person).where(
                tables.person.c.user_id.in_(wanted[start : start + 500])
            )
            rows = (await self._connection.execute(statement)).mappings()
            found.update({row["user_id"]: Profile(**row) for row in rows})
        return found

    async def by_email(self, emails: Iterable[str]) -> Mapping[str, Profile]:
        """People by their e-mail address, lower case."""
        wanted = [email.lower() for email in emails]
        statement = sa.select(tables.person).where(sa.func.lower(tables.person.c.email).in_(wanted))
        rows = (await self._connection.execute(statement)).mappings()
        return {str(row["email"]).lower(): Profile(**row) for row in rows}
