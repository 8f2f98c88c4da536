"""Event → what follows: the bot's behaviour on one page.

Pure: a reaction looks at a fact and its situation and names effects, timers and cancellations.
Every kind of event has an entry, if only to say that nothing follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.effects import Work
from incident_bot.domain.incidents import events
from incident_bot.domain.incidents.events import Event
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.reminders import cadence

RECEIPT_PAUSE = timedelta(seconds=1)
"""Steps that end together tick together: Slack lets nobody edit the answer to a command."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The incident after the event, the timeline entry of it, the rules, and the time."""

    incident: Incident
    entry: int
    rules: Configuration
    now: datetime


@dataclass(slots=True)
class Follow:
    """What follows from an event: work with its time, and subjects to cancel first."""

    work: list[tuple[Work, datetime]] = field(default_factory=list)
    cancel: list[str] = field(default_factory=list)


def react(event: Event, situation: Situation) -> Follow:
    """Everything that follows from an event."""
    follow = Follow()
    for reaction in REACTIONS[type(event)]:
        reaction(event, situation, follow)
    return follow


Reaction = Callable[[Event, Situation, Follow], None]


def _say(_event: Event, at: Situation, follow: Follow) -> None:
    follow.work.append((effects.SayEntry(at.incident.id, at.entry), at.now))


def _refresh_card(_event: Event, at: Situation, follow: Follow) -> None:
    if at.incident.channel_id is not None:
        follow.work.append((effects.RefreshCard(at.incident.id), at.now))


def _show_failure(event: Event, at: Situation, follow: Follow) -> None:
    # A card that cannot be refreshed cannot show that either: trying to would never end.
    if isinstance(event, events.DeliveryFailed) and event.on_card:
        _refresh_card(event, at, follow)


def _refresh_announcement(_event: Event, at: Situation, follow: Follow) -> None:
    if at.incident.channel_id is not None and not at.incident.private:
        follow.work.append((effects.RefreshAnnouncement(at.incident.id), at.now))


def _set_topic(_event: Event, at: Situation, follow: Follow) -> None:
    if at.incident.channel_id is not None:
        follow.work.append((effects.SetTopic(at.incident.id), at.now))


def _show_receipt(_event: Event, at: Situation, follow: Follow) -> None:
    if at.incident.receipt_url is not None:
        work = effects.ShowReceipt(at.incident.id)
        follow.work.append((work, at.now + RECEIPT_PAUSE))


def _open_room(_event: Event, at: Situation, follow: Follow) -> None:
    # The card waits behind the room in the room's queue, and whatever is said waits behind the card.
    follow.work.append((effects.OpenRoom(at.incident.id), at.now))
    follow.work.append((effects.PostCard(at.incident.id), at.now))


def _furnish_room(_event: Event, at: Situation, follow: Follow) -> None:
    incident = at.incident
    if not incident.private:
        follow.work.append((effects.Announce(incident.id), at.now))
    for link in at.rules.links:
        follow.work.append((effects.Bookmark(incident.id, link.title, link.url), at.now))
    people = tuple(dict.fromkeys([incident.declared_by, *incident.roles.values()]))
    follow.work.append((effects.Invite(incident.id, people), at.now))


def _arm_cadence(_event: Event, at: Situation, follow: Follow) -> None:
    follow.cancel.append(f"cadence:{at.incident.id}")
    _arm_step(at, None, follow)


def _arm_next_step(event: Event, at: Situation, follow: Follow) -> None:
    if isinstance(event, events.UpdateReminded):
        _arm_step(at, event.step, follow)


def _arm_step(at: Situation, after: str | None, follow: Follow) -> None:
    severity = at.rules.severity(at.incident.severity)
    every = severity.update_every if severity else None
    due = cadence.next_step(at.incident.update_due_at, every, after, at.rules.reminders)
    if due is not None:
        timer = effects.UpdateDue(at.incident.id, at.incident.update_generation, due.step)
        follow.work.append((timer, due.at))


def _arm_age(_event: Event, at: Situation, follow: Follow) -> None:
    follow.cancel.append(f"age:{at.incident.id}")
    severity = at.rules.severity(at.incident.severity)
    for age in severity.escalate_when_older if severity else ():
        timer = effects.AgeDue(
            at.incident.id,
            age.policy,
            age.after.total_seconds(),
            at.incident.update_generation,
        )
        follow.work.append((timer, at.incident.declared_at + age.after))


def _stop_timers(_event: Event, at: Situation, follow: Follow) -> None:
    follow.cancel += [f"cadence:{at.incident.id}", f"age:{at.incident.id}"]


def _invite_role_holder(event: Event, at: Situation, follow: Follow) -> None:
    if isinstance(event, events.RoleTaken) and at.incident.channel_id is not None:
        follow.work.append((effects.Invite(at.incident.id, (event.user,)), at.now))


def _ring(event: Event, at: Situation, follow: Follow) -> None:
    if not isinstance(event, events.TierRung):
        return
    for user in event.users:
        follow.work.append((effects.RingPerson(event.page, event.position, user), at.now))
    if at.incident.channel_id is not None:
        follow.work.append((effects.MentionTier(event.page, event.position, event.why), at.now))
        follow.work.append((effects.Invite(at.incident.id, event.users), at.now))


def _stop_page(event: Event, _at: Situation, follow: Follow) -> None:
    if isinstance(event, events.Acknowledged):
        follow.cancel.append(f"page:{event.page}")


def _read_history(event: Event, at: Situation, follow: Follow) -> None:
    if isinstance(event, events.PostmortemAsked):
        follow.work.append((effects.ReadHistory(at.incident.id, event.revision), at.now))


def _upload(event: Event, at: Situation, follow: Follow) -> None:
    if isinstance(event, events.PostmortemDrafted) and at.incident.channel_id is not None:
        follow.work.append((effects.UploadPostmortem(at.incident.id, event.revision), at.now))


def _post_checklist(event: Event, at: Situation, follow: Follow) -> None:
    if isinstance(event, events.RunbookStarted):
        follow.work.append((effects.PostChecklist(at.incident.id, event.checklist), at.now))


def _refresh_checklist(event: Event, at: Situation, follow: Follow) -> None:
    if isinstance(event, events.RunbookStepped) and event.checklist:
        follow.work.append((effects.RefreshChecklist(at.incident.id, event.checklist), at.now))


def _refresh_checklists(_event: Event, at: Situation, follow: Follow) -> None:
    follow.work.append((effects.RefreshChecklists(at.incident.id), at.now))


def _show_run(event: Event, at: Situation, follow: Follow) -> None:
    if not isinstance(event, events.StepExecuted):
        return
    if event.state.endswith("asked for"):
        follow.work.append((effects.PostRun(at.incident.id, event.run), at.now))
        return
    follow.work.append((effects.RefreshRun(at.incident.id, event.run), at.now))
    if event.state != "approved":
        follow.work.append((effects.SayRun(at.incident.id, event.run, event.state), at.now))


_SHOW = (_refresh_card, _refresh_announcement)
_TELL = (_say, *_SHOW)

REACTIONS: Mapping[type[Event], Iterable[Reaction]] = {
    events.Declared: (_open_room, _show_receipt, _arm_cadence, _arm_age),
    events.RoomOpened: (_furnish_room, _set_topic, _show_receipt),
    events.UpdatePosted: (*_TELL, _arm_cadence),
    events.StatusChanged: (*_TELL, _set_topic, _arm_cadence),
    events.SeverityChanged: (*_TELL, _set_topic, _arm_cadence, _arm_age),
    events.RoleTaken: (*_TELL, _set_topic, _invite_role_holder),
    events.Noted: (),
    events.Renamed: (*_SHOW, _set_topic),
    events.PageStarted: (),
    events.TierRung: (_ring, _refresh_card),
    events.TierSkipped: (_say, _refresh_card),
    events.PageFailed: (_say, _refresh_card),
    events.Acknowledged: (_stop_page, *_TELL),
    events.Declined: (_say, _refresh_card),
    # What has not arrived by now is still sent: somebody may answer it.
    events.PageExhausted: (_say, _refresh_card),
    events.NobodyToPage: (_say, _refresh_card),
    events.UpdateReminded: (_say, _refresh_card, _arm_next_step),
    events.RunbookOpened: (),
    events.RunbookStarted: (_post_checklist,),
    events.RunbookStepped: (_refresh_checklist,),
    events.RunbookRated: (),
    events.RunbookGapReported: (_say,),
    events.StepExecuted: (_show_run,),
    events.Resolved: (*_TELL, _set_topic, _stop_timers, _refresh_checklists),
    events.Reopened: (*_TELL, _set_topic, _arm_cadence, _arm_age, _refresh_checklists),
    events.Closed: (*_TELL, _set_topic),
    events.Cancelled: (*_TELL, _set_topic, _stop_timers, _refresh_checklists),
    events.PostmortemAsked: (_read_history,),
    events.PostmortemDrafted: (_upload, _refresh_card),
    events.DeliveryFailed: (_show_failure,),
}
