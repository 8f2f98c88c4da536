"""The clock of the machine: in some seeds it is ahead, set right, and ahead again; Slack's never is.

All replicas share one machine's clock; where there are several, each differs by a second or so, as
the clocks of two hosts do.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from incident_bot.engine.loop import SAFETY_POLL

SOME = 0.3
"""How many of the seeds have a clock that goes wrong."""
MINUTE, HOUR = 60.0, 3600.0
AHEAD = (3 * MINUTE, 20 * MINUTE, HOUR, 5 * HOUR)
PAUSES = (0.01, 1.0, 20.0, 5 * MINUTE, 15 * MINUTE)
APART = 2 * SAFETY_POLL.total_seconds()
SKEW = 1.5
"""Seconds by which a replica differs at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """At a true time (seconds) the clock was set `by` seconds forward, or back."""

    at: float
    by: float


class Host:
    """How far the machine's clock is ahead of the truth.

    Its dice are its own: seeds in which the clock is right are the same stories as without it.
    Several replicas all see one step before the next: of two at once, one might see both and another
    only the second, and no record tells them that half of it has been put right already.
    """

    def __init__(self, seed: int, *, alone: bool) -> None:
        self._chance = random.Random(f"clock {seed}")  # noqa: S311 -- repeatable on purpose
        self.goes_wrong = self._chance.random() < SOME
        self.ahead = 0.0
        self.steps: list[Step] = []
        self._apart = 0.0 if alone else APART
        self._coming: list[Step] = []
        if self.goes_wrong:
            self._draw()

    def skew(self) -> float:
        """By how much a new replica differs from the others."""
        return self._chance.uniform(-SKEW, SKEW) if self.goes_wrong else 0.0

    def look(self, passed: float) -> Step | None:
        """Set the clock if it is time to; called in the middle of things, wherever they can be cut."""
        seen_by_all = self.steps[-1].at + self._apart if self.steps else 0.0
        if not self._coming or passed < max(self._coming[0].at, seen_by_all):
            return None
        step = Step(passed, self._coming.pop(0).by)
        self.ahead += step.by
        self.steps.append(step)
        return step

    def _draw(self) -> None:
        dice, at = self._chance, 0.0
        ahead = self.ahead = dice.choice((0.0, 0.0, *AHEAD))
        for _ in range(dice.randint(1, 4)):
            at += dice.random() * dice.choice(PAUSES)
            back = ahead > 0 and dice.random() < 0.7
            by = -dice.choice((ahead, ahead, ahead / 2)) if back else dice.choice(AHEAD)
            ahead += by
            self._coming.append(Step(at, by))
