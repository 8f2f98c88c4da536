"""What `/oncall …` orders, carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incident_bot.errors import NotFound
from incident_bot.operations import on_call
from incident_bot.slack.cards.listing import oncall_card
from incident_bot.slack.grammar import orders
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import Gesture
from incident_bot.slack.listeners.incident_orders import Handler


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
        lines = await on_call.now_and_next(tx, rules, names, now)
    await front.answers.privately(gesture.asker, oncall_card(lines))


ONCALL_ORDERS: Mapping[type[Any], Handler] = {
    orders.OnCallNow: _now,
    orders.OnCallSchedule: _schedule,
}
