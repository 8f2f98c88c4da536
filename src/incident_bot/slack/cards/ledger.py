"""The ledger of a page: who was paged, how far that came, and what happens next."""

from __future__ import annotations

from incident_bot.domain.paging.page import Page, PageState, Ring, RingState
from incident_bot.domain.readmodels import PageLedger
from incident_bot.slack.blockkit import clock_time
from incident_bot.slack.cards.prose import joined, line, one_line, people, person

SHOWN_PEOPLE = 8


def ledger_text(ledger: PageLedger) -> str:
    """One page in a few lines of mrkdwn (at most about 2,000 characters)."""
    rings = ledger.rings[-SHOWN_PEOPLE:]
    hidden = len(ledger.rings) - len(rings)
    lines = [f"*{_policy(ledger.page)}* · {_standing(ledger)}"]
    if hidden:
        lines.append(f"… {hidden} earlier")
    lines += [_ring_line(ring, ledger.page) for ring in rings]
    return "\n".join(lines)


def tier_name(page: Page, position: int) -> str:
    """`tier 2 of 3 (backup)`; empty for a page to one person."""
    if position < 0 or not page.steps or (len(page.steps) == 1 and page.rounds == 1):
        return ""
    step = page.step(position)
    label = f" ({line(step.label, 60)})" if step.label else ""
    again = f", round {position // len(page.steps) + 1}" if page.rounds > 1 else ""
    return f"tier {page.tier(position) + 1} of {len(page.steps)}{label}{again}"


def answered(page: Page) -> str:
    """Who acknowledged a page, and when."""
    when = f" {clock_time(page.answered_at)}" if page.answered_at else ""
    return f"acknowledged by {person(page.answered_by, 'somebody')}{when}"


def still_waited_for(ledger: PageLedger) -> tuple[str, ...]:
    """The people of the present tier whose answer is waited for."""
    return tuple(
        ring.user
        for ring in ledger.rings
        if ring.position == ledger.page.position
        and ring.state in (RingState.QUEUED, RingState.SENT)
    )


def _policy(page: Page) -> str:
    return f"Page to {one_line(page.policy, 80)}"


def _standing(ledger: PageLedger) -> str:
    page = ledger.page
    if page.state is PageState.ACKNOWLEDGED:
        return answered(page)
    if page.state is PageState.EXHAUSTED:
        return "nobody acknowledged, every tier was tried"
    if page.state is PageState.STOPPED:
        return "stopped"
    following = f"next tier {clock_time(ledger.next_tier_at)}" if ledger.next_tier_at else ""
    waiting = still_waited_for(ledger)
    waits = f"waiting for {people(waiting, 4)}" if waiting else ""
    last = "" if following or page.position < page.last_position else "last tier"
    return joined([tier_name(page, page.position), waits, following, last]) or "starting"


def _ring_line(ring: Ring, page: Page) -> str:
    who = person(ring.user)
    sent = f" {clock_time(ring.sent_at)}" if ring.sent_at else ""
    match ring.state:
        case RingState.QUEUED:
            return f"○ {who} queued, not sent yet"
        case RingState.SENT:
            return f"○ {who} sent{sent}"
        case RingState.FAILED:
            return f"✗ {who} failed: {line(ring.why, 160) or 'no reason given'}"
        case RingState.ACKNOWLEDGED:
            when = f" {clock_time(page.answered_at)}" if page.answered_at else ""
            return f"✓ {who} acknowledged{when}"
        case RingState.DECLINED:
            return f"✗ {who} declined"
        case RingState.STOPPED:
            return f"– {who} not needed any more"
