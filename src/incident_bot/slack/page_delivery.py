"""Pages → Web API calls: direct messages to people, mentions in the room, and their later states."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from incident_bot.database.jobs import Claimed
from incident_bot.domain import effects
from incident_bot.domain.delivery import GiveUp, Outcome, Sent
from incident_bot.domain.effects import Work
from incident_bot.domain.paging.page import PageState, RingState
from incident_bot.domain.readmodels import PageView
from incident_bot.operations import boards
from incident_bot.operations.board_reader import BoardReader
from incident_bot.operations.desk import Desk
from incident_bot.slack.attempt import NOT_THERE_YET, attempt
from incident_bot.slack.cards.page import mention_card, page_card
from incident_bot.slack.gateway import Postponed, SlackRefused
from incident_bot.slack.messages import Messenger, Post

LONGEST_DOUBT = 30.0  # seconds in which a page waits to know whether it has arrived
_UNSENT = (RingState.QUEUED, RingState.FAILED)
"""One that failed is sent when somebody presses Retry."""
Performer = Callable[[Claimed, Work], Awaitable[Outcome]]


class PageDelivery:
    """Performs the effects of pages."""

    def __init__(self, desk: Desk, messenger: Messenger, reader: BoardReader) -> None:
        self._desk = desk
        self._messenger = messenger
        self._boards = reader

    def performers(self) -> Mapping[type[Work], Performer]:
        """Every effect this door performs."""
        return {
            effects.RingPerson: self.perform,
            effects.MentionTier: self.perform,
            effects.RefreshRing: self.perform,
            effects.RefreshMention: self.perform,
        }

    async def perform(self, job: Claimed, work: Work) -> Outcome:
        """Do one effect; every way it can end is a value."""
        return await attempt(self._desk, job, self._do(job, work))

    async def _do(self, job: Claimed, work: Work) -> Outcome:
        if isinstance(work, effects.RingPerson):
            return await self._ring(job, work)
        if isinstance(work, effects.MentionTier):
            return await self._mention(job, work)
        if isinstance(work, effects.RefreshRing):
            return await self._refresh_ring(work)
        if isinstance(work, effects.RefreshMention):
            return await self._refresh_mention(work)
        raise TypeError(work.kind)

    async def _ring(self, job: Claimed, work: effects.RingPerson) -> Outcome:
        now = self._desk.clock.now()
        async with self._desk.database.read() as tx:
            line = (work.page, work.position, work.user)
            view = await boards.page_view(tx, self._desk.rules(), line, now)
        doubtful = False
        wanted = view is not None and _may_answer(view) and view.ring.state in _UNSENT
        if job.unsure:
            # It may have arrived: then it must be known where, to take its buttons off again.
            try:
                found = await self._messenger.find(job, work.user, paced=False)
            except (Postponed, SlackRefused):
                if not wanted or now.timestamp() * 1e6 - job.first_try_at < LONGEST_DOUBT * 1e6:
                    raise
                found, doubtful = None, True  # two pages beat none; the second says so
            if found is not None:
                return found
        if view is None or not _may_answer(view):
            return GiveUp("the page was answered before it was sent", quiet=True)
        if view.ring.state not in _UNSENT:
            return GiveUp("the page was sent already", quiet=True)
        card = page_card(replace(view, repeat_unsure=doubtful))
        return await self._messenger.post(Post(job, work.user, card), paced=False, looked=True)

    async def _mention(self, job: Claimed, work: effects.MentionTier) -> Outcome:
        async with self._desk.database.read() as tx:
            about = (await tx.pages.get(work.page)).incident
        board = await self._boards.read(about)
        if board is None or board.incident.channel_id is None:
            return NOT_THERE_YET if job.attempt < 5 else GiveUp("there is no room", quiet=True)
        ledger = next((one for one in board.pages if one.page.id == work.page), None)
        channel = board.incident.channel_id
        # It may be there already: then it must be known where, to take its button off again.
        sent = await self._messenger.find(job, channel, paced=False) if job.unsure else None
        if sent is None:
            if ledger is None or not ledger.page.waits_at(work.position):
                return GiveUp("the page has moved on", quiet=True)
            post = Post(job, channel, mention_card(ledger, board.incident, work.why))
            sent = await self._messenger.post(post, paced=False, looked=True)
        return Sent(sent.channel, sent.ts, {"receipt": f"mention:{work.page}/{work.position}"})

    async def _refresh_mention(self, work: effects.RefreshMention) -> Outcome:
        async with self._desk.database.read() as tx:
            place = await tx.receipts.get(f"mention:{work.page}/{work.position}")
            about = (await tx.pages.get(work.page)).incident
        board = await self._boards.read(about)
        if board is None or place is None:
            return GiveUp("there is no mention to change", quiet=True)
        ledger = next(one for one in board.pages if one.page.id == work.page)
        return await self._messenger.edit(
            place.channel, place.ts, mention_card(ledger, board.incident, work.why)
        )

    async def _refresh_ring(self, work: effects.RefreshRing) -> Outcome:
        now = self._desk.clock.now()
        async with self._desk.database.read() as tx:
            line = (work.page, work.position, work.user)
            view = await boards.page_view(tx, self._desk.rules(), line, now)
        if view is None or view.ring.channel is None or view.ring.ts is None:
            return GiveUp("there is no page message to change", quiet=True)
        return await self._messenger.edit(view.ring.channel, view.ring.ts, page_card(view))


def _may_answer(view: PageView) -> bool:
    """Whether an answer is still wanted: also when every tier had its time, but not all their page."""
    return view.incident.is_open and view.page.state in (PageState.OPEN, PageState.EXHAUSTED)
