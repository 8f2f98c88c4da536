"""The clock of the machine: in some seeds it is ahead, set right, and ahead again; Slack's never is.

Sometimes the machine is booted anew when its clock is set, and everything on it dies.

All replicas share one machine's clock; where there are several, each differs by a second or so, as
the clocks of two hosts do.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

SOME = 0.3
"""How many of the seeds have a clock that goes wrong."""
MINUTE, HOUR = 60.0, 3600.0
AHEAD = (3 * MINUTE, 20 * MINUTE, HOUR, 5 * HOUR)
REBOOTS = 0.2
"""How often it is booted for it."""
PAUSES = (0.01, 1.0, 20.0, 5 * MINUTE, 15 * MINUTE)
SKEW = 1.5
"""Seconds by which a replica differs at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """At a true time (seconds) the clock was set `by` seconds forward, or back."""

    at: float
    by: float
    boots: bool


class Host:
    """How far the machine's clock is ahead of the truth.

    Its dice are its own: seeds in which the clock is right are the same stories as without it.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(f"clock {seed}")  # noqa: S311 -- repeatable on purpose
        self.goes_wrong = self._chance.random() < SOME
        self.ahead = 0.0
        self.booted_at = 0.0
        self.steps: list[Step] = []
        self._coming: list[Step] = []
        if self.goes_wrong:
            self._draw()

    def skew(self) -> float:
        """By how much a new replica differs from the others."""
        return self._chance.uniform(-SKEW, SKEW) if self.goes_wrong else 0.0

    def look(self, passed: float) -> Step | None:
        """Set the clock if it is time to; called in the middle of things, wherever they can be cut."""
        if not self._coming or self._coming[0].at > passed:
            return None
        step = replace(self._coming.pop(0), at=passed)
        self.ahead += step.by
        if step.boots:
            self.booted_at = passed
        self.steps.append(step)
        return step

    def forwards(self, since: float, until: float) -> float:
        """Seconds by which the clock was set forward between two true times."""
        return sum(s.by for s in self.steps if s.by > 0 and since <= s.at <= until)

    def _draw(self) -> None:
        dice, at = self._chance, 0.0
        ahead = self.ahead = dice.choice((0.0, 0.0, *AHEAD))
        for _ in range(dice.randint(1, 4)):
            at += dice.random() * dice.choice(PAUSES)
            back = ahead > 0 and dice.random() < 0.7
            by = -dice.choice((ahead, ahead, ahead / 2)) if back else dice.choice(AHEAD)
            ahead += by
            self._coming.append(Step(at, by, dice.random() < REBOOTS))
