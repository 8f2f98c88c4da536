"""Effects of runbooks in use → Web API calls: checklists in the room, gaps told to owners."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import date

import aiohttp

from incident_bot.database.jobs import Claimed
from incident_bot.domain import effects
from incident_bot.domain.delivery import GiveUp, Outcome, Sent
from incident_bot.domain.effects import Work
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.operations import reviews
from incident_bot.operations.desk import Desk
from incident_bot.slack.attempt import NOT_THERE_YET, attempt
from incident_bot.slack.cards.checklist import checklist_card
from incident_bot.slack.cards.execution import result_card, run_card
from incident_bot.slack.cards.prose import line, person
from incident_bot.slack.cards.runbook_due import due_card
from incident_bot.slack.cards.runbook_gap import gap_card
from incident_bot.slack.channels import Channels
from incident_bot.slack.files import Upload, share
from incident_bot.slack.gateway import Gateway, SlackRefused
from incident_bot.slack.messages import Messenger, Post

Performer = Callable[[Claimed, Work], Awaitable[Outcome]]


class RunbookDelivery:
    """Performs the effects of runbooks in use."""

    def __init__(
        self,
        desk: Desk,
        gateway: Gateway,
        channels: Channels,
        session: aiohttp.ClientSession,
        shelf: Callable[[], Shelf],
    ) -> None:
        self._desk = desk
        self._gateway = gateway
        self._session = session
        self._messenger = Messenger(gateway)
        self._channels = channels
        self._shelf = shelf

    def performers(self) -> Mapping[type[Work], Performer]:
        """Every effect this door performs."""
        return {
            effects.PostChecklist: self.perform,
            effects.RefreshChecklist: self.perform,
            effects.RefreshChecklists: self.perform,
            effects.ShareRunbook: self.perform,
            effects.TellGap: self.perform,
            effects.TellReviews: self.perform,
            effects.PostRun: self.perform,
            effects.RefreshRun: self.perform,
            effects.SayRun: self.perform,
        }

    async def perform(self, job: Claimed, work: Work) -> Outcome:
        """Do one effect; every way it can end is a value."""
        return await attempt(self._desk, job, self._do(job, work))

    async def _do(self, job: Claimed, work: Work) -> Outcome:
        if isinstance(work, effects.PostChecklist):
            return await self._post(job, work)
        if isinstance(work, effects.RefreshChecklist):
            return await self._refresh(work.incident, work.checklist)
        if isinstance(work, effects.RefreshChecklists):
            return await self._refresh_all(work)
        if isinstance(work, effects.ShareRunbook):
            return await self._share(job, work)
        if isinstance(work, effects.TellGap):
            return await self._tell(job, work)
        if isinstance(work, effects.TellReviews):
            return await self._tell_reviews(job, work)
        if isinstance(work, effects.PostRun | effects.RefreshRun | effects.SayRun):
            return await self._show_run(job, work)
        raise TypeError(work.kind)

    async def _post(self, job: Claimed, work: effects.PostChecklist) -> Outcome:
        async with self._desk.database.read() as tx:
            checklist = await tx.checklists.get(work.checklist)
            incident = await tx.incidents.find(work.incident)
        if incident is None:
            return GiveUp("there is no such incident", quiet=True)
        if incident.channel_id is None:
            return NOT_THERE_YET if job.attempt < 5 else GiveUp("there is no room", quiet=True)
        post = Post(job, incident.channel_id, checklist_card(checklist, incident))
        sent = await self._messenger.post(post)
        return Sent(sent.channel, sent.ts, {**sent.facts, "receipt": _receipt(work.checklist)})

    async def _refresh_all(self, work: effects.RefreshChecklists) -> Outcome:
        async with self._desk.database.read() as tx:
            checklists = await tx.checklists.of_incident(work.incident)
        for number in checklists:
            await self._refresh(work.incident, number)
        return Sent()

    async def _refresh(self, number: int, of_list: int) -> Outcome:
        async with self._desk.database.read() as tx:
            checklist = await tx.checklists.get(of_list)
            incident = await tx.incidents.find(number)
            place = await tx.receipts.get(_receipt(of_list))
        if place is None or incident is None:
            return GiveUp("the checklist will be posted from the newest state", quiet=True)
        card = checklist_card(checklist, incident)
        return await self._messenger.edit(place.channel, place.ts, card)

    async def _share(self, job: Claimed, work: effects.ShareRunbook) -> Outcome:
        runbook = self._shelf().get(work.runbook)
        answer = self._shelf().section(runbook, work.section) if runbook else None
        if runbook is None or answer is None or not answer.found:
            return GiveUp(f"{work.runbook} does not hold that section any more")
        channel = await self._room_or_direct(work)
        if channel is None:
            return GiveUp("there is no room", quiet=True)
        mark = hashlib.sha256(job.key.encode()).hexdigest()[:6]
        title = f"{runbook.title} › {answer.sections[0].title}"[:200]
        upload = Upload(
            channel=channel,
            title=f"{title} ({mark})",
            name=f"{runbook.slug[:80]}.md",
            content=f"# {title}\n\n{answer.markdown()}\n".encode(),
            comment=f"{line(title)}, all of it, for {person(work.user)}",
            thread=work.thread or None,
        )
        return await share(self._gateway, self._session, upload, look_first=job.unsure)

    async def _room_or_direct(self, work: effects.ShareRunbook) -> str | None:
        """The room of the incident; without an incident the direct messages of who asked."""
        if work.incident is None:
            opened = await self._gateway.call("conversations.open", users=work.user)
            return str(opened["channel"]["id"])
        async with self._desk.database.read() as tx:
            incident = await tx.incidents.find(work.incident)
        return incident.channel_id if incident else None

    async def _tell(self, job: Claimed, work: effects.TellGap) -> Outcome:
        async with self._desk.database.read() as tx:
            use = await tx.runbook_uses.get(work.use)
        if use is None:
            return GiveUp("that gap is not on record any more", quiet=True)
        return await self._messenger.post(Post(job, work.user, gap_card(use)))

    async def _tell_reviews(self, job: Claimed, work: effects.TellReviews) -> Outcome:
        rules, day = self._desk.rules(), date.fromisoformat(work.day)
        async with self._desk.database.read() as tx:
            owed = await reviews.overdue(tx, rules, self._shelf(), day)
        mine = owed.get(work.user)
        if not mine:
            return GiveUp("nothing is overdue any more", quiet=True)
        card = due_card(mine, day, self._shelf(), to_owner=work.user != reviews.CHANNEL)
        if work.user != reviews.CHANNEL:
            return await self._messenger.post(Post(job, work.user, card))
        channel = await self._channels.ensure(str(rules.runbooks.reviews.channel))
        try:
            return await self._messenger.post(Post(job, channel, card))
        except SlackRefused as refused:
            return self._channels.look_again(channel, refused, job.attempt)

    async def _show_run(
        self, job: Claimed, work: effects.PostRun | effects.RefreshRun | effects.SayRun
    ) -> Outcome:
        key = f"run:{work.run}"
        async with self._desk.database.read() as tx:
            run = await tx.step_runs.get(work.run)
            incident = await tx.incidents.find(work.incident)
            place = await tx.receipts.get(key)
        if incident is None or incident.channel_id is None:
            return GiveUp("there is no room", quiet=True)
        if isinstance(work, effects.PostRun):
            sent = await self._messenger.post(Post(job, incident.channel_id, run_card(run)))
            return Sent(sent.channel, sent.ts, {**sent.facts, "receipt": key})
        if isinstance(work, effects.SayRun):
            if place is None and job.attempt < 10:
                return NOT_THERE_YET
            thread = place.ts if place else None
            return await self._messenger.post(
                Post(job, incident.channel_id, result_card(run), thread)
            )
        if place is None:
            return GiveUp("its card will be posted from the newest state", quiet=True)
        return await self._messenger.edit(place.channel, place.ts, run_card(run))


def _receipt(checklist: int) -> str:
    return f"checklist:{checklist}"
