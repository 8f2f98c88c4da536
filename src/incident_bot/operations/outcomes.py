"""Effect done, or not → what is written down, in the transaction that ends its job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from incident_bot.database.receipts import Receipt
from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import GiveUp, Sent
from incident_bot.domain.effects import Work
from incident_bot.domain.incidents import events
from incident_bot.operations import (
    execution,
    homes,
    page_deliveries,
    paging,
    postmortems,
    reminders,
    rooms,
    severity_pages,
)
from incident_bot.operations.reactions import RECEIPT_PAUSE
from incident_bot.operations.record import record

Handler = Callable[[Transaction, Configuration, Work, Sent, datetime], Awaitable[None]]


async def succeeded(
    tx: Transaction, rules: Configuration, work: Work, sent: Sent, now: datetime
) -> None:
    """Write down what an effect has made true."""
    place = sent.facts.get("receipt")
    if place is not None:
        await tx.receipts.put(str(place), Receipt(sent.channel, sent.ts), now)
    handler = _SUCCESS.get(type(work))
    if handler is not None:
        await handler(tx, rules, work, sent, now)
    if isinstance(work, effects.PostCard | effects.Announce | effects.RingPerson):
        await _tick(tx, work, now)


async def gave_up(
    tx: Transaction, rules: Configuration, work: Work, gone: GiveUp, now: datetime
) -> None:
    """Write down that an effect will not happen by itself: on the timeline and on the card."""
    if isinstance(work, effects.RingPerson) and not gone.quiet:
        await page_deliveries.ring_failed(tx, rules, work, gone.why, now)
        return
    number = None if gone.quiet else await _about(tx, work)
    incident = await tx.incidents.find(number) if number is not None else None
    if number is None or incident is None:
        return
    what = WHAT.get(type(work), work.kind)
    on_card = not isinstance(work, effects.RefreshCard)
    event = events.DeliveryFailed(number, None, what, gone.why, on_card)
    await record(tx, rules, incident, [event], now)
    if isinstance(work, effects.OpenRoom):
        # There is no card to show it on: whoever declared it is told, and told again.
        await tx.receipts.put(f"receipt:{number}", Receipt("", "outdated"), now)
        await tx.jobs.add([(effects.ShowReceipt(number), now + RECEIPT_PAUSE)], now)


async def timer_due(
    tx: Transaction, rules: Configuration, work: Work, due_at: datetime, now: datetime
) -> None:
    """A timer has come: decide what it means now."""
    if isinstance(work, effects.EscalationDue):
        await paging.escalation_due(tx, rules, work, due_at, now)
    elif isinstance(work, effects.UpdateDue):
        await reminders.update_due(tx, rules, work, now)
    elif isinstance(work, effects.AgeDue | effects.OpeningDue):
        await severity_pages.age_due(tx, rules, work, due_at, now)
    elif isinstance(work, effects.ApprovalDue):
        await execution.approval_due(tx, rules, work, now)


WHAT: Mapping[type[Work], str] = {
    effects.OpenRoom: "open the incident's channel",
    effects.PostCard: "post the control card",
    effects.RefreshCard: "refresh the control card",
    effects.PinCard: "pin the control card",
    effects.SetTopic: "set the channel's topic",
    effects.Bookmark: "bookmark a link",
    effects.Invite: "invite people",
    effects.Announce: "announce the incident",
    effects.RefreshAnnouncement: "refresh the announcement",
    effects.ShowReceipt: "show the declarer's receipt",
    effects.SayEntry: "say something in the room",
    effects.ConfirmPin: "mark a message",
    effects.ShowRunbook: "show a runbook",
    effects.ShareRunbook: "share a runbook's section as a file",
    effects.PostChecklist: "post a runbook's checklist",
    effects.RefreshChecklist: "refresh a runbook's checklist",
    effects.RefreshChecklists: "refresh the checklists of an incident",
    effects.RunStep: "execute a step",
    effects.PostRun: "post the card of an execution",
    effects.RefreshRun: "refresh the card of an execution",
    effects.SayRun: "say how an execution ended",
    effects.TellGap: "tell the owner of a runbook about a gap",
    effects.RemindReviews: "look which runbooks are due for review",
    effects.TellReviews: "tell an owner which runbooks are due",
    effects.RingPerson: "page somebody",
    effects.MentionTier: "mention the paged people in the room",
    effects.RefreshRing: "refresh a page message",
    effects.RefreshMention: "refresh the mention of a page",
    effects.ReadHistory: "read the channel's history",
    effects.RepairRoom: "read what was said while the bot was away",
    effects.FollowShift: "make a user group hold who is on call",
    effects.PublishHome: "show somebody the app's Home",
    effects.UploadPostmortem: "deliver the post-mortem draft",
}
"""What a dead letter failed to do, in words for people."""


async def _room_opened(
    tx: Transaction, rules: Configuration, work: Work, sent: Sent, now: datetime
) -> None:
    if isinstance(work, effects.OpenRoom):
        name = str(sent.facts.get("name", ""))
        await rooms.opened(tx, rules, work.incident, sent.channel, name, now)


async def _card_posted(
    tx: Transaction, _rules: Configuration, work: Work, sent: Sent, now: datetime
) -> None:
    if isinstance(work, effects.PostCard):
        await rooms.card_posted(tx, work.incident, Receipt(sent.channel, sent.ts), now)


async def _card_refreshed(
    tx: Transaction, _rules: Configuration, work: Work, sent: Sent, now: datetime
) -> None:
    if isinstance(work, effects.RefreshCard):
        await rooms.card_refreshed(tx, work.incident, Receipt(sent.channel, sent.ts), now)


async def _announced(
    tx: Transaction, _rules: Configuration, work: Work, sent: Sent, now: datetime
) -> None:
    if isinstance(work, effects.Announce):
        await rooms.announced(tx, work.incident, Receipt(sent.channel, sent.ts), now)


async def _mentioned(
    tx: Transaction, _rules: Configuration, work: Work, _sent: Sent, now: datetime
) -> None:
    if isinstance(work, effects.MentionTier):
        await page_deliveries.mentioned(tx, work, now)


async def _rung(
    tx: Transaction, _rules: Configuration, work: Work, sent: Sent, now: datetime
) -> None:
    if isinstance(work, effects.RingPerson):
        await page_deliveries.ring_sent(tx, work, sent.channel, sent.ts, now)


async def _history_read(
    tx: Transaction, rules: Configuration, work: Work, _sent: Sent, now: datetime
) -> None:
    if isinstance(work, effects.ReadHistory):
        await postmortems.history_is_read(tx, rules, work.incident, work.revision, now)


async def _checklist_posted(
    tx: Transaction, _rules: Configuration, work: Work, _sent: Sent, now: datetime
) -> None:
    # What ended while the card was on its way, a step or the incident, is not on it.
    if isinstance(work, effects.PostChecklist):
        checklist = await tx.checklists.get(work.checklist)
        incident = await tx.incidents.get(work.incident)
        if checklist.ended or not incident.is_open:
            refresh = effects.RefreshChecklist(work.incident, work.checklist)
            await tx.jobs.add([(refresh, now)], now)


async def _run_posted(
    tx: Transaction, _rules: Configuration, work: Work, _sent: Sent, now: datetime
) -> None:
    # It may have ended while its card was on its way.
    if isinstance(work, effects.PostRun):
        refresh = effects.RefreshRun(work.incident, work.run)
        await tx.jobs.add([(refresh, now)], now)


async def _home_shown(
    tx: Transaction, _rules: Configuration, work: Work, _sent: Sent, now: datetime
) -> None:
    if isinstance(work, effects.PublishHome):
        await homes.shown(tx, work, now)


async def _about(tx: Transaction, work: Work) -> int | None:
    """The incident that something is about, also when it names only a page."""
    number: int | None = getattr(work, "incident", None)
    page: int | None = getattr(work, "page", None)
    if number is None and page is not None:
        number = (await tx.pages.get(page)).incident
    return number


async def _tick(tx: Transaction, work: Work, now: datetime) -> None:
    number = await _about(tx, work)
    incident = await tx.incidents.find(number) if number is not None else None
    if incident is not None and incident.receipt_url is not None:
        show = effects.ShowReceipt(incident.id)
        await tx.jobs.add([(show, now + RECEIPT_PAUSE)], now)


_SUCCESS: Mapping[type[Work], Handler] = {
    effects.OpenRoom: _room_opened,
    effects.PostCard: _card_posted,
    effects.RefreshCard: _card_refreshed,
    effects.Announce: _announced,
    effects.RingPerson: _rung,
    effects.MentionTier: _mentioned,
    effects.ReadHistory: _history_read,
    effects.PostChecklist: _checklist_posted,
    effects.PostRun: _run_posted,
    effects.PublishHome: _home_shown,
}
