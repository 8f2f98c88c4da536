"""Who is paged next: pure decisions on one page. A page never climbs once it is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from incident_bot.domain.paging.page import Page, PageState, Ring, RingState

WhoIsIt = Callable[[str], tuple[list[str], str]]
"""A target such as `schedule:primary` → (Slack user ids, why nobody)."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A tier with nobody who can be paged."""

    position: int
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Climb:
    """The outcome of climbing: tiers passed over, then a tier to page, or nobody left."""

    skipped: tuple[Skipped, ...]
    position: int | None
    users: tuple[str, ...] = ()

    @property
    def exhausted(self) -> bool:
        """Whether there is nobody left."""
        return self.position is None


def climb(page: Page, start: int, who: WhoIsIt) -> Climb:
    """Find the first position at or after `start` with somebody to page.

    Empty tiers are passed over at once and named. Ends: positions only go up.
    """
    skipped: list[Skipped] = []
    for position in range(start, page.last_position + 1):
        step = page.step(position)
        users: dict[str, None] = {}
        reasons: list[str] = []
        for target in step.targets:
            found, why = who(target)
            users.update(dict.fromkeys(found))
            if not found:
                reasons.append(why)
        if users:
            return Climb(tuple(skipped), position, tuple(users))
        why = "; ".join(reasons) or "nobody is in this tier"
        skipped.append(Skipped(position, step.label, why))
    return Climb(tuple(skipped), None)


def all_refused(rings: Sequence[Ring], position: int) -> bool:
    """Whether everybody paged at a position failed or declined, so waiting is pointless."""
    here = [ring for ring in rings if ring.position == position]
    return bool(here) and all(r.state in (RingState.FAILED, RingState.DECLINED) for r in here)


def is_due(page: Page, position: int) -> bool:
    """Whether an escalation timer of `position` still means something."""
    return page.state is PageState.OPEN and page.position == position
