"""What people should see in the end, made from the record by the same cards."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from incident_bot.database.connection import Database
from incident_bot.domain.effects import MentionTier
from incident_bot.domain.paging.page import Page, Ring
from incident_bot.domain.readmodels import Board
from incident_bot.operations import boards, homes
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Card
from incident_bot.slack.cards.announcement import announcement_card
from incident_bot.slack.cards.home import home_view
from incident_bot.slack.cards.incident import incident_card, topic
from incident_bot.slack.cards.page import mention_card, page_card
from simulation.ledger import Inline
from simulation.timeless import JumpingClock
from support.statements import learn_from_others

if TYPE_CHECKING:
    from simulation.world import World


_CHANNEL = re.compile(r"<#(\w+)\|[^>]*>")


@dataclass
class Shown:
    """Places and what belongs there: (channel, ts) → card; room → topic; pages with their rings."""

    cards: dict[tuple[str, str], Card] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    pages: list[tuple[Page, list[Ring]]] = field(default_factory=list)


async def expected(world: World) -> Shown:
    """Read the record and make every card anew."""
    shown = Shown()
    async with _record(world) as (database, now):
        for row in world.rows("SELECT id FROM incident"):
            await _incident(world, database, row["id"], now, shown)
    return shown


async def wrong_homes(world: World, people: Sequence[str]) -> list[str]:
    """Whose Home shows other incidents than it should, private ones above all.

    Pages are left out: timers change them while somebody looks.
    """
    wrong = []
    async with _record(world) as (database, now), database.read() as tx:
        for who in people:
            wanted = _incidents(home_view(await homes.home(tx, world.rules(), who, now)))
            view = world.sandbox.workspace.state.homes.get(who)
            shown = None if view is None else _incidents(view)
            if shown != wanted:
                wrong.append(f"Home of {who} shows {shown}, should show {wanted}")
    return wrong


def _incidents(view: dict[str, Any]) -> list[tuple[str, str]]:
    beside = [block.get("accessory") or {} for block in view["blocks"]]
    ours = (actions.INCIDENT_UPDATE, actions.INCIDENT_JOIN)
    return [(e["action_id"], e["value"]) for e in beside if e.get("action_id") in ours]


@contextlib.asynccontextmanager
async def _record(world: World) -> AsyncIterator[tuple[Database, datetime]]:
    async def connect() -> Inline:
        return Inline(world.file, _no_step)

    database = Database(f"sqlite:///{world.file.path}", connect)
    learn_from_others(database)
    try:
        yield database, JumpingClock(world.loop, lambda: world.host.ahead).now()
    finally:
        await database.close()


async def _incident(
    world: World, database: Database, number: int, now: datetime, shown: Shown
) -> None:
    rules = world.rules()
    async with database.read() as tx:
        board = await boards.board(tx, rules, number, now)
        assert board is not None
        card = await tx.receipts.get(f"card:{number}")
        announced = await tx.receipts.get(f"announcement:{number}")
        for page in await tx.pages.of(number):
            rings = list(await tx.pages.rings(page.id))
            shown.pages.append((page, rings))
            for ring in rings:
                line = (page.id, ring.position, ring.user)
                view = await boards.page_view(tx, rules, line, now)
                if view is not None and ring.channel and ring.ts:
                    shown.cards[ring.channel, ring.ts] = page_card(view)
    _mentions(world, board, shown)
    if card is not None:
        shown.cards[card.channel, card.ts] = incident_card(board)
    if announced is not None:
        shown.cards[announced.channel, announced.ts] = announcement_card(board)
    if board.incident.channel_id is not None:
        shown.topics[board.incident.channel_id] = topic(board)


def _mentions(world: World, board: Board, shown: Shown) -> None:
    """Every mention that can be read, known to the record or not."""
    rooms = world.sandbox.workspace.state.conversations
    room = rooms.get(board.incident.channel_id or "")
    for message in room.history.messages.values() if room is not None else ():
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        kind, _, place = str(payload.get("key", "")).partition(":")
        if room is not None and kind == MentionTier.kind:
            page = int(place.partition("/")[0])
            ledger = next(one for one in board.pages if one.page.id == page)
            shown.cards[room.id, message["ts"]] = mention_card(ledger, board.incident)


async def _no_step(_where: str) -> None:
    """Nothing befalls the one who looks."""


def bare(block: Any) -> Any:
    """A block without what Slack adds to it: ids, names of channels, escapes."""
    if isinstance(block, str):
        return html.unescape(_CHANNEL.sub(r"<#\1>", block))
    if isinstance(block, dict):
        return {k: bare(v) for k, v in block.items() if k not in ("block_id", "verbatim", "emoji")}
    return [bare(part) for part in block] if isinstance(block, list) else block
