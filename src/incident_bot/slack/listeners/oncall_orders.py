"""What `/oncall …` orders, carried out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from incident_bot.domain.oncall.schedule import shifts
from incident_bot.domain.readmodels import OnCallLine
from incident_bot.errors import NotFound
from incident_bot.operations.responders import directory
from incident_bot.slack.cards.listing import oncall_card
from incident_bot.slack.grammar import orders
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import Gesture
from incident_bot.slack.listeners.incident_orders import Handler

HORIZON = timedelta(days=60)


async def _now(front: Front, gesture: Gesture, _order: orders.OnCallNow) -> None:
    await _tell(front, gesture, tuple(front.desk.rules().schedules))


async def _schedule(front: Front, gesture: Gesture, order: orders.OnCallSchedule) -> None:
    schedules = front.desk.rules().schedules
    if order.name not in schedules:
        known = ", ".join(schedules) or "none is configured"
        raise NotFound(f"There is no schedule {order.name!r}.", f"Schedules: {known}")
    await _tell(front, gesture, (order.name,))


async def _tell(front: Front, gesture: Gesture, names: tuple[str, ...]) -> None:
    now, rules = front.desk.clock.now(), front.desk.rules()
    async with front.desk.database.read() as tx:
        who = await directory(tx, rules, now)
    lines = []
    for name in names:
        turns = list(islice(shifts(rules.schedules[name], now, now + HORIZON), 2))
        first = turns[0] if turns and turns[0].starts <= now else None
        following = (
            turns[1] if first and len(turns) > 1 else (turns[0] if turns and not first else None)
        )
        lines.append(
            OnCallLine(
                schedule=name,
                user=next(iter(who(f"person:{first.person}")[0]), None) if first else None,
                person=_name(front, first.person) if first else "",
                until=first.ends if first else None,
                next_user=next(iter(who(f"person:{following.person}")[0]), None)
                if following
                else None,
                next_person=_name(front, following.person) if following else "",
            )
        )
    await front.answers.privately(gesture.asker, oncall_card(lines))


def _name(front: Front, person: str) -> str:
    return front.desk.rules().people[person].name or person


ONCALL_ORDERS: Mapping[type[Any], Handler] = {
    orders.OnCallNow: _now,
    orders.OnCallSchedule: _schedule,
}
