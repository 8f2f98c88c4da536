"""A page: the direct message to one person, and the mention in the room."""

from __future__ import annotations

from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.paging.page import PageState, RingState
from incident_bot.domain.readmodels import PageLedger, PageView
from incident_bot.slack import actions
from incident_bot.slack.blockkit import (
    Block,
    Card,
    button,
    clock_time,
    context,
    header,
    section,
)
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.ledger import answered, still_waited_for, tier_name
from incident_bot.slack.cards.prose import (
    headline,
    joined,
    line,
    one_line,
    people,
    person,
    quoted,
    room,
)


def page_card(view: PageView) -> Card:
    """What one person is sent: what it is about, until when to answer, and the buttons.

    Once answered, declined or stopped it has no buttons and says how it ended; what everybody
    missed can still be acknowledged.
    """
    incident, page = view.incident, view.page
    waiting = page.state is PageState.OPEN and view.ring.state is not RingState.DECLINED
    emoji = view.severity.emoji if waiting else ""
    blocks: list[Block] = [header(headline(incident, emoji)), section(_says(view, waiting))]
    if page.message:
        blocks.append(section(quoted(page.message, 1500)))
    if view.repeat_unsure:
        blocks.append(
            context("You may have had this page before: its first delivery is uncertain.")
        )
    if waiting:
        blocks.append(row(_buttons(view)))
    elif page.state is PageState.EXHAUSTED and incident.is_open:
        blocks.append(row([_acknowledge(page.id)]))
    what = line(headline(incident), 300)
    return Card(f"Page: {what}" if waiting else f"{what}: {_outcome(view)}", blocks)


def mention_card(ledger: PageLedger, incident: Incident, why: str = "") -> Card:
    """The mention in the room of the people whose answer is waited for; `why` the tier before."""
    page = ledger.page
    if page.state is not PageState.OPEN:
        text = f"Page to {one_line(page.policy, 80)}: {_closed(page.state, answered(page))}"
        return Card(line(f"Page for {headline(incident)} is over", 300), [section(text)])
    who = people(still_waited_for(ledger)) or one_line(page.policy, 80)
    following = f"next tier {clock_time(ledger.next_tier_at)}" if ledger.next_tier_at else ""
    small = joined([tier_name(page, page.position), one_line(why, 200), following])
    text = f"{who} you are paged for *{line(headline(incident), 300)}*"
    blocks = [section(text)]
    if page.message:
        blocks.append(section(quoted(page.message, 1500)))
    if small:
        blocks.append(context(small))
    blocks.append(row([_acknowledge(page.id)]))
    return Card(f"{who}: {line(headline(incident), 300)}", blocks)


def _says(view: PageView, waiting: bool) -> str:
    incident, page, ring = view.incident, view.page, view.ring
    if not waiting:
        return joined([_outcome(view), incident.ref, room(incident)])
    tier = tier_name(page, ring.position)
    by = f"by {person(page.started_by)}" if page.started_by else ""
    head = joined([f"*You are paged* for {incident.ref}", room(incident), by])
    if view.answer_by is None:
        return "\n".join(part for part in [head, tier] if part)
    until = clock_time(view.answer_by)
    after = (
        f"Answer by {until}, or the next tier is paged"
        if page.position < page.last_position
        else f"Answer by {until}: nobody is paged after you"
    )
    return f"{head}\n{joined([after, tier])}"


def _outcome(view: PageView) -> str:
    page = view.page
    if page.state is PageState.ACKNOWLEDGED and page.answered_by == view.ring.user:
        when = f" {clock_time(page.answered_at)}" if page.answered_at else ""
        return f"You acknowledged{when}"
    if page.state is PageState.OPEN:
        return "You declined; somebody else is asked"
    outcome = _closed(page.state, answered(page))
    return outcome[:1].upper() + outcome[1:]


def _closed(state: PageState, answer: str) -> str:
    if state is PageState.ACKNOWLEDGED:
        return answer
    if state is PageState.STOPPED:
        return "stopped: nothing to do any more"
    return "nobody acknowledged in time, every tier was tried"


def _acknowledge(page: int) -> Block:
    return button("Acknowledge", actions.PAGE_ACKNOWLEDGE, str(page), style="primary")


def _buttons(view: PageView) -> list[Block]:
    value = str(view.page.id)
    buttons = [
        _acknowledge(view.page.id),
        button("Decline", actions.PAGE_DECLINE, value),
    ]
    if view.page.position < view.page.last_position:
        # From where: who presses it late, or second, must not pass over the tier paged meanwhile.
        here = f"{value}/{view.page.position}"
        buttons.append(button("Escalate now", actions.PAGE_ESCALATE, here))
    return buttons
