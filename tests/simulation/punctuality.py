"""What must hold of time: nothing early, nothing late, nothing after its end.

In seeds whose clock is right the record's own instants are judged. Where it goes wrong they may be,
too: then it is judged by when things were written down in truth. That is stricter (it knows how late
something was), and looser by what no program could know or help, each time only by so much:

- a step forward makes due whatever is due within it;
- that the clock was set back is noticed within so many seconds;
- what was armed before the machine was booted in the future counts from the new start.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from incident_bot.domain.paging.page import PageState, RingState
from incident_bot.engine.loop import SAFETY_POLL
from incident_bot.operations.desk import LEASE
from simulation import host
from simulation.sightings import Armed

if TYPE_CHECKING:
    from simulation.world import World

Problems = Iterator[str]
UNNOTICED = SAFETY_POLL.total_seconds()
"""Seconds in which nobody need look at the clock."""
BETWEEN = 10.0
"""Seconds that may pass between a look at the clock and the commit of what was decided by it."""


def timers_are_never_early(world: World) -> Problems:
    """No timer fires before it is due.

    Where the clock was set back between its claim and its end, between which somebody may have been
    frozen, it was due by the clock before.
    """
    for kind, late, at in world.lateness:
        began = min([at, *(a for a, b in world.silences if a <= at <= b + BETWEEN)]) - BETWEEN
        set_back = any(s.by < 0 and began <= s.at <= at for s in world.host.steps)
        if late < 0 and not set_back:
            yield f"{kind} fired {-late:.6f} s early"


def pages_climb_in_order_and_in_time(world: World) -> Problems:
    """A tier is paged when the one below had its time, or nobody in it was left to wait for.

    Or when somebody escalated. Where the clock goes wrong: its time in truth, but for what steps
    forward took of it and by how much replicas differ.
    """
    rung = [
        json.loads(row["facts"])
        for row in world.rows("SELECT facts FROM timeline WHERE kind = 'tier'")
    ]
    by_hand = {(tier["page"], tier["position"]) for tier in rung if "escalated" in tier["why"]}
    declined = {
        (json.loads(row["facts"])["page"], row["actor"])
        for row in world.rows("SELECT actor, facts FROM timeline WHERE kind = 'declined'")
    }
    for page, rings in world.shown.pages:
        positions = sorted({ring.position for ring in rings})
        for below, above in pairwise(positions):
            lower = [r for r in rings if r.position == below]
            if world.host.goes_wrong:
                waited = _waited(world, page.id, below, above)
            else:
                upper = min(r.queued_at for r in rings if r.position == above)
                waited = (upper - min(r.queued_at for r in lower)).total_seconds()
            gone = all(r.state is RingState.FAILED or (page.id, r.user) in declined for r in lower)
            gone = gone or (page.id, above) in by_hand
            if waited < page.step(below).acknowledge_within and not gone:
                states = [str(r.state) for r in lower]
                yield f"page {page.id} climbed to {above} after {waited} s: {states}"


def answered_pages_never_climb(world: World) -> Problems:
    """Nobody gets a page that was queued after it was acknowledged or stopped.

    (An instant is taken before a write waits for its turn, so of two gestures in the same moment the
    one with the later instant may be the first; then the ring is queued, but not sent.) Where the
    clock goes wrong the order of the commits decides.
    """
    for page, rings in world.shown.pages:
        ended = page.state in (PageState.ACKNOWLEDGED, PageState.STOPPED)
        for ring in rings:
            if world.host.goes_wrong:
                queued = world.sightings.rings[page.id, ring.position, ring.user]
                late = ended and queued.commit > world.sightings.ended[page.id]
            else:
                late = page.answered_at is not None and ring.queued_at > page.answered_at
            if ended and late and ring.ts is not None:
                yield f"page {page.id} rang {ring.user} after it was {page.state}"


def timers_are_not_late_by_the_clock(world: World) -> Problems:
    """A clock that was ahead and is set back makes no timer late by as much.

    Only where the clock goes wrong; of the timers that are due so long after they were armed.
    """
    for timer in world.sightings.timers.values():
        if timer.fired and timer.from_now and timer.ended_at is not None:
            late = timer.ended_at - timer.at - timer.after
            if late > _excused(world, timer, timer.ended_at):
                yield f"{timer.key}, armed at {timer.at:.1f}, fired {late:.1f} s late"


def _waited(world: World, page: int, below: int, above: int) -> float:
    """Seconds between two tiers of a page: in truth, with what the clock added."""
    seen = {
        position: min(
            sighting.at
            for (number, place, _), sighting in world.sightings.rings.items()
            if (number, place) == (page, position)
        )
        for position in (below, above)
    }
    jumped = world.host.forwards(seen[below] - BETWEEN, seen[above])
    return seen[above] - seen[below] + jumped + 2 * host.SKEW


def _excused(world: World, timer: Armed, until: float) -> float:
    """Seconds by which a timer may be late in truth, although no clock made it so or none could tell."""
    back = [s for s in world.host.steps if s.by < 0 and timer.at - BETWEEN <= s.at <= until]
    silences = [(a, b) for a, b in world.silences if a <= until and b >= timer.at]
    silent = sum(min(b, until) - max(a, timer.at) for a, b in silences)
    boots = [s.at for s in world.host.steps if s.boots and timer.at - BETWEEN <= s.at <= until]
    booted = max((s.at - timer.at for s in back if boots and s.at >= boots[0]), default=0.0)
    # Whoever dies or is frozen may have claimed it.
    return booted + silent + LEASE * len(silences) + UNNOTICED * (1 + len(back)) + BETWEEN
