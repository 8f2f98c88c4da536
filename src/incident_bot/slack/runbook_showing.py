"""Runbooks shown in an incident's room: rendered from the shelf as it is when they are posted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from incident_bot.database.jobs import Claimed
from incident_bot.domain import effects
from incident_bot.domain.delivery import GiveUp, Outcome
from incident_bot.domain.effects import Work
from incident_bot.domain.execution.registry import Step
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.marked import ids_in
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.operations.desk import Desk
from incident_bot.slack.attempt import attempt
from incident_bot.slack.blockkit import Card, has_images, without_images
from incident_bot.slack.cards.execution import run_buttons
from incident_bot.slack.cards.runbook import runbook_card
from incident_bot.slack.cards.runbook_aside import with_aside
from incident_bot.slack.gateway import SlackRefused
from incident_bot.slack.messages import Messenger, Post

Performer = Callable[[Claimed, Work], Awaitable[Outcome]]


class RunbookShowing:
    """Performs the showing of a runbook. `offered` names the steps of one that may be executed."""

    def __init__(
        self,
        desk: Desk,
        messenger: Messenger,
        shelf: Callable[[], Shelf],
        offered: Callable[[Runbook], Sequence[Step]],
    ) -> None:
        self._desk = desk
        self._messenger = messenger
        self._shelf = shelf
        self._offered = offered

    def performers(self) -> Mapping[type[Work], Performer]:
        """Every effect this door performs."""
        return {effects.ShowRunbook: self.perform}

    async def perform(self, job: Claimed, work: Work) -> Outcome:
        """Do one effect; every way it can end is a value."""
        if not isinstance(work, effects.ShowRunbook):
            raise TypeError(work.kind)
        return await attempt(self._desk, job, self._show(job, work))

    async def _show(self, job: Claimed, work: effects.ShowRunbook) -> Outcome:
        async with self._desk.database.read() as tx:
            incident = await tx.incidents.find(work.incident)
        if incident is None or incident.channel_id is None:
            return GiveUp("there is no room", quiet=True)
        runbook = self._shelf().get(work.runbook)
        if runbook is None:
            return GiveUp(f"{work.runbook} is not on the shelf any more")
        card = self._card(runbook, work)
        try:
            return await self._messenger.post(Post(job, incident.channel_id, card))
        except SlackRefused as refused:
            if refused.error != "invalid_blocks" or not has_images(card):
                raise
            post = Post(job, incident.channel_id, without_images(card))
            return await self._messenger.post(post, looked=True)

    def _card(self, runbook: Runbook, work: effects.ShowRunbook) -> Card:
        """What was asked for, and below a section a button for each step that may be executed."""
        shelf, about = self._shelf(), {"incident": str(work.incident)}
        card = runbook_card(runbook, shelf, work.section, work.page, about=about)
        others = [other for key in work.also if (other := shelf.get(key))]
        card = with_aside(card, work.note, others, about)
        if work.section is None:
            return card
        document, read = runbook.document, shelf.section(runbook, work.section).sections
        shown = {name for one in read for name in ids_in(document.blocks(one.index))}
        here = [step for step in self._offered(runbook) if step.id in shown]
        return Card(card.text, [*card.blocks, run_buttons(here)]) if here else card
