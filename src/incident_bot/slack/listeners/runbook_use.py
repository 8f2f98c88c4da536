"""Runbooks in use: the orders, buttons and forms with which a room follows and rates them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incident_bot.database.receipts import WORKSPACE
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.paging.page import PageState
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.checklist import StepState
from incident_bot.domain.runbooks.shelf import Ambiguous, Found, Unknown
from incident_bot.domain.runbooks.usage import UsageReport
from incident_bot.errors import NotFound, NotNow
from incident_bot.operations import checklists, paging, reviews, runbooks
from incident_bot.slack import actions
from incident_bot.slack.answers import Asker
from incident_bot.slack.blockkit import Card, section
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.prose import one_line
from incident_bot.slack.cards.runbook_buttons import Pressed, rating_buttons, unpack
from incident_bot.slack.cards.runbook_lists import chooser_card, unknown_card
from incident_bot.slack.cards.runbook_stats import one_runbook_card, runbook_stats_card
from incident_bot.slack.grammar import orders
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import Gesture
from incident_bot.slack.listeners.incident_orders import Handler
from incident_bot.slack.listeners.page_orders import tell_outcome
from incident_bot.slack.modals.fields import incident_of, read_metadata
from incident_bot.slack.modals.runbook import gap_modal, rating_modal, read_gap, read_rating

_GONE = "That runbook is not on the shelf any more."


# --- orders -----------------------------------------------------------------------------------


async def _start(front: Front, gesture: Gesture, order: orders.RunbookStart) -> None:
    incident = await front.room(gesture.channel)
    runbook = await _meant(front, gesture, incident, order.name)
    if runbook is not None:
        await start(front, gesture, incident, runbook)


async def start(front: Front, gesture: Gesture, incident: Incident, runbook: Runbook) -> None:
    """Follow a runbook in a room; one that is followed already is shown the way to."""
    started = await checklists.start(front.desk, incident.id, runbook, gesture.user)
    if started.new:
        return
    async with front.desk.database.read() as tx:
        place = await tx.receipts.get(f"checklist:{started.checklist}")
        site = await tx.receipts.get(WORKSPACE)
    link = ""
    if place is not None and site is not None:
        root = site.channel.rstrip("/")
        link = f": {root}/archives/{place.channel}/p{place.ts.replace('.', '')}"
    await _say(front, gesture.asker, f"The room follows {runbook.title} already{link}")


async def _rate(front: Front, gesture: Gesture, order: orders.RunbookRate) -> None:
    incident = await _room(front, gesture)
    runbook = await _meant(front, gesture, incident, order.name)
    if runbook is None:
        return
    if order.rating is None:
        about = {"incident": str(incident.id)} if incident else {}
        text = f"Did {runbook.title} help?"
        blocks = [section(one_line(text)), row(rating_buttons(runbook.key, "", about))]
        await front.answers.privately(gesture.asker, Card(text, blocks))
        return
    await runbooks.rate(front.desk, _reading(incident, runbook, gesture), order.rating, order.note)
    await _thank(front, gesture.asker, runbook, order.rating)


async def _gap(front: Front, gesture: Gesture, order: orders.RunbookGap) -> None:
    incident = await _room(front, gesture)
    found = front.shelf().resolve(order.name) if order.name else None
    if isinstance(found, Found) and found.matched_by != "spelling":
        await _report(front, gesture.asker, incident, found.runbook, order.text)
        return
    # What stands before the colon is no runbook: it belongs to the text.
    text = f"{order.name}: {order.text}" if order.name else order.text
    await _report(front, gesture.asker, incident, await _last(front, incident), text)


async def _gap_form(front: Front, gesture: Gesture, _order: orders.RunbookGapForm) -> None:
    incident = await _room(front, gesture)
    last = await _last(front, incident)
    key, title = (last.key, last.title) if last else ("", "")
    await front.open_form(gesture.trigger, gap_modal(key, title, incident.id if incident else None))


async def _stats(front: Front, gesture: Gesture, order: orders.RunbookStats) -> None:
    shelf = front.shelf()
    if order.name is None:
        report = await runbooks.statistics(front.desk, shelf.runbooks)
        await front.answers.privately(gesture.asker, runbook_stats_card(report))
        return
    runbook = await _meant(front, gesture, None, order.name)
    if runbook is None:
        return
    report = await runbooks.statistics(front.desk, shelf.runbooks)
    mine = next((one for one in report.runbooks if one.runbook == runbook.key), None)
    if mine is None:
        card = runbook_stats_card(UsageReport((), report.with_runbook, report.without_runbook))
    else:
        card = one_runbook_card(mine)
    await front.answers.privately(gesture.asker, card)


USE_ORDERS: Mapping[type[Any], Handler] = {
    orders.RunbookStart: _start,
    orders.RunbookRate: _rate,
    orders.RunbookGap: _gap,
    orders.RunbookGapForm: _gap_form,
    orders.RunbookStats: _stats,
}


# --- buttons ----------------------------------------------------------------------------------


async def _press_done(front: Front, gesture: Gesture) -> None:
    pressed, runbook = _pressed(front, gesture)
    incident = await _room(front, gesture)
    shown = front.shelf().section(runbook, pressed.section) if pressed.section else None
    done = shown.sections[0] if shown and shown.sections else None
    await runbooks.section_done(front.desk, _reading(incident, runbook, gesture), done)
    where = f" › {done.title}" if done and done.title else ""
    logged = " It is on the timeline." if incident else ""
    await _say(front, gesture.asker, f"✓ {runbook.title}{where} is done.{logged}")


async def _press_rate(front: Front, gesture: Gesture) -> None:
    pressed, runbook = _pressed(front, gesture)
    incident = await _room(front, gesture)
    if pressed.rating in ("failed", "outdated"):
        number = incident.id if incident else None
        view = rating_modal(runbook.key, runbook.title, pressed.rating, number)
        await front.open_form(gesture.trigger, view)
        return
    await runbooks.rate(front.desk, _reading(incident, runbook, gesture), pressed.rating, "")
    await _thank(front, gesture.asker, runbook, pressed.rating)


async def _press_gap(front: Front, gesture: Gesture) -> None:
    _, runbook = _pressed(front, gesture)
    incident = await _room(front, gesture)
    view = gap_modal(runbook.key, runbook.title, incident.id if incident else None)
    await front.open_form(gesture.trigger, view)


async def _press_escalate(front: Front, gesture: Gesture) -> None:
    """Page the runbook's policy, else that of service or severity; one that rings climbs."""
    _, runbook = _pressed(front, gesture)
    incident = await front.room(gesture.channel)
    reading = _reading(incident, runbook, gesture)
    policy = await runbooks.policy_of(front.desk, reading)
    if policy is None:
        own = runbook.facts.escalation_policy
        why = f" and {own} is not one of them" if own else ""
        raise NotNow(
            f"No escalation policy is configured for {incident.severity}{why}.",
            f"{front.desk.rules().commands.page} @somebody",
        )
    async with front.desk.database.read() as tx:
        open_ones = [
            p
            for p in await tx.pages.of(incident.id)
            if p.policy == policy and p.state is PageState.OPEN
        ]
    climbed = bool(open_ones) and await paging.escalate_now(
        front.desk, open_ones[-1].id, gesture.user, open_ones[-1].position
    )
    if not climbed:
        message = f"Escalated from runbook {runbook.title}"
        await paging.page_policy(
            front.desk, incident.id, policy, message, gesture.user, gesture.origin
        )
    await runbooks.escalated(front.desk, reading)
    await tell_outcome(front, gesture, incident)


async def _press_file(front: Front, gesture: Gesture) -> None:
    """Share all of a long section: below its message in a room, else with who pressed alone."""
    pressed, runbook = _pressed(front, gesture)
    incident = await _room(front, gesture)
    container = gesture.body.get("container") or {}
    below = incident is not None and not container.get("is_ephemeral")
    thread = str(gesture.message.get("thread_ts") or gesture.message.get("ts") or "")
    reading = _reading(incident, runbook, gesture)
    await runbooks.share(
        front.desk, reading, pressed.section, thread if below else "", gesture.origin
    )


async def _press_snooze(front: Front, gesture: Gesture) -> None:
    _, runbook = _pressed(front, gesture)
    until = await reviews.snooze(front.desk, front.shelf(), runbook.key, gesture.user)
    text = f"Nobody is reminded of {runbook.title} before {until.isoformat()}."
    await _say(front, gesture.asker, text)


async def _press_step(front: Front, gesture: Gesture, state: StepState) -> None:
    number, _, position = gesture.value.partition(":")
    if not (number.isdigit() and position.isdigit()):
        raise NotFound("That step is not known any more.", "/runbook start NAME")
    await checklists.move(front.desk, int(number), int(position), state, gesture.user)


async def _step_done(front: Front, gesture: Gesture) -> None:
    await _press_step(front, gesture, StepState.DONE)


async def _step_skipped(front: Front, gesture: Gesture) -> None:
    await _press_step(front, gesture, StepState.SKIPPED)


async def _step_failed(front: Front, gesture: Gesture) -> None:
    await _press_step(front, gesture, StepState.FAILED)


async def _undo(front: Front, gesture: Gesture) -> None:
    number = gesture.value.partition(":")[0]
    if not number.isdigit():
        raise NotFound("That checklist is not known any more.", "/runbook start NAME")
    await checklists.undo(front.desk, int(number), gesture.user)


USE_BUTTONS = {
    actions.RUNBOOK_STEP_DONE: _press_done,
    actions.RUNBOOK_RATE: _press_rate,
    actions.RUNBOOK_GAP: _press_gap,
    actions.RUNBOOK_ESCALATE: _press_escalate,
    actions.RUNBOOK_SNOOZE: _press_snooze,
    actions.RUNBOOK_FILE: _press_file,
    actions.CHECKLIST_DONE: _step_done,
    actions.CHECKLIST_SKIP: _step_skipped,
    actions.CHECKLIST_FAIL: _step_failed,
    actions.CHECKLIST_UNDO: _undo,
}


# --- forms ------------------------------------------------------------------------------------


async def _rating_form(front: Front, gesture: Gesture) -> Mapping[str, str] | None:
    view = gesture.body["view"]
    about = read_metadata(str(view.get("private_metadata") or ""))
    runbook = front.shelf().get(str(about.get("r", "")))
    if runbook is None:
        raise NotFound(_GONE, "/runbook")
    incident = await _of_form(front, view)
    note = read_rating(dict(view.get("state") or {})).text
    rating = str(about.get("v", ""))
    await runbooks.rate(front.desk, _reading(incident, runbook, gesture), rating, note)
    return None


async def _gap_submitted(front: Front, gesture: Gesture) -> Mapping[str, str] | None:
    view = gesture.body["view"]
    form = read_gap(dict(view.get("state") or {}))
    if form.errors:
        return form.errors
    about = read_metadata(str(view.get("private_metadata") or ""))
    incident = await _of_form(front, view)
    runbook = front.shelf().get(str(about.get("r") or ""))
    asker = Asker(gesture.user, incident.channel_id if incident else None)
    await _report(front, asker, incident, runbook, form.text)
    return None


USE_FORMS = {
    actions.FORM_RUNBOOK_RATING: _rating_form,
    actions.FORM_RUNBOOK_GAP: _gap_submitted,
}


# --- what they share --------------------------------------------------------------------------


def _reading(incident: Incident | None, runbook: Runbook, gesture: Gesture) -> runbooks.Reading:
    return runbooks.Reading(incident.id if incident else None, runbook, gesture.user)


def _pressed(front: Front, gesture: Gesture) -> tuple[Pressed, Runbook]:
    pressed = unpack(gesture.value)
    runbook = front.shelf().get(pressed.runbook) if pressed else None
    if pressed is None or runbook is None:
        raise NotFound(_GONE, "/runbook")
    return pressed, runbook


async def _room(front: Front, gesture: Gesture) -> Incident | None:
    """The incident of the channel, never one that a button only names."""
    if gesture.channel is None:
        return None
    async with front.desk.database.read() as tx:
        return await tx.incidents.by_channel(gesture.channel)


async def _of_form(front: Front, view: Mapping[str, Any]) -> Incident | None:
    number = incident_of(str(view.get("private_metadata") or ""))
    async with front.desk.database.read() as tx:
        return await tx.incidents.find(number) if number is not None else None


async def _last(front: Front, incident: Incident | None) -> Runbook | None:
    """The runbook that the room used last."""
    if incident is None:
        return None
    async with front.desk.database.read() as tx:
        key = await tx.runbook_uses.latest(incident.id)
    return front.shelf().get(key) if key else None


async def _meant(
    front: Front, gesture: Gesture, incident: Incident | None, name: str | None
) -> Runbook | None:
    """The runbook of a name, or the room's last; when there are several, they are offered."""
    if name is None:
        last = await _last(front, incident)
        if last is None:
            raise NotFound("Which runbook?", f"{front.desk.rules().commands.runbook} suggest")
        return last
    found = front.shelf().resolve(name)
    if isinstance(found, Found):
        return found.runbook
    about = {"incident": str(incident.id)} if incident else {}
    if isinstance(found, Ambiguous):
        card = chooser_card(name, found.choices, about=about)
    elif isinstance(found, Unknown):
        card = unknown_card(found, about=about)
    await front.answers.privately(gesture.asker, card)
    return None


async def _report(
    front: Front, asker: Asker, incident: Incident | None, runbook: Runbook | None, text: str
) -> None:
    number = incident.id if incident else None
    owners = await runbooks.report_gap(front.desk, number, runbook, text, asker.user)
    about = f"Gap in {runbook.title} reported." if runbook else "The missing runbook is reported."
    told = f" {', '.join(f'<@{owner}>' for owner in owners)} is told." if owners else ""
    kept = " It goes into the post-mortem." if incident else ""
    await _say(front, asker, about + told + kept)


async def _thank(front: Front, asker: Asker, runbook: Runbook, rating: str) -> None:
    await _say(front, asker, f"{runbook.title} is rated: {rating}.")


async def _say(front: Front, asker: Asker, text: str) -> None:
    await front.answers.privately(asker, Card(one_line(text, 400), [section(one_line(text, 1000))]))
