"""What became of an attempt to do an effect, and when to try again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Sent:
    """It happened. `channel` and `ts` say where, `facts` what else was learnt."""

    channel: str = ""
    ts: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not now. `counted` is False for what is nobody's fault (rate limits, pacing).

    `unsure` means that the request left and may have arrived: look before repeating it.
    """

    after: timedelta
    why: str
    counted: bool = True
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It will not happen by itself, or (`quiet`) is not wanted any more."""

    why: str
    quiet: bool = False


Outcome = Sent | TryLater | GiveUp

MAX_ATTEMPTS = 12
_FIRST = timedelta(seconds=1)
_LONGEST = timedelta(minutes=5)


def backoff(attempt: int, fraction: float, longest: timedelta = _LONGEST) -> timedelta:
    """How long to wait after the n-th attempt (from 1): exponential with full jitter, bounded.

    `fraction` in [0, 1) is the dice, given from outside. At least half of the span is waited.
    """
    span = min(longest, _FIRST * 2 ** min(attempt - 1, 16))
    waited: timedelta = span * (0.5 + fraction / 2)
    return waited


def after_failure(outcome: TryLater, attempt: int) -> TryLater | GiveUp:
    """Whether a failed attempt is worth another."""
    if outcome.counted and attempt >= MAX_ATTEMPTS:
        return GiveUp(f"{outcome.why} (tried {attempt} times)")
    return outcome
