"""The instants of one part of the bot's life at which the bot has yet to be killed.

An instant is named as `INCIDENT_BOT_CRASH_AT` wants it: `call:7:before`, `commit:3:after` …

How many a part has is not the same in every run: outcomes of calls that end together share a commit,
and refreshes of one card merge. So the calm run's count is only where the list begins. When the last
known instant is reached, those behind it are added; when one is not reached, the run says how far it
came, and others try again. Left out are only instants that lay behind the end of every run.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

TRIES = 3
"""Runs that must have ended before an instant of the calm run until it is left out."""
WORDS = ("call", "commit")
MOMENTS = ("before", "after")


@dataclass(frozen=True)
class Far:
    """How far a part came: how many calls and commits it began, and which did not end."""

    begun: Mapping[str, int]
    under_way: Collection[str]

    def has_passed(self, instant: str) -> bool:
        """Whether that instant lies behind it."""
        word, number, moment = _read(instant)
        ended = f"{word}:{number}" not in self.under_way
        return number <= self.begun[word] and (moment == "before" or ended)


class Instants:
    """What is still to be done of one part, and what was."""

    def __init__(self, counted: Mapping[str, int]) -> None:
        self._last = dict(counted)
        self._waiting: deque[str] = deque()
        self._tries: Counter[str] = Counter()
        self.hit: list[str] = []
        self.beyond: list[str] = []
        for word in WORDS:
            self._add(word, range(1, counted[word] + 1))

    def take(self) -> str | None:
        """The next instant to try; None when none is left (for now)."""
        return self._waiting.popleft() if self._waiting else None

    def reached(self, instant: str) -> None:
        """A run has died there."""
        self.hit.append(instant)
        word, number, _ = _read(instant)
        if number >= self._last[word]:
            self._last[word] = number + 1
            self._add(word, [number + 1], tried=TRIES - 1)

    def not_reached(self, instant: str, far: Far) -> None:
        """A run has ended without dying there, having come so `far`.

        Raises:
            AssertionError: when it came past the instant, and should have died.
        """
        assert not far.has_passed(instant), f"it came past {instant}, to {far}, and lives"
        self._tries[instant] += 1
        if self._tries[instant] < TRIES:
            self._waiting.append(instant)
        else:
            self.beyond.append(instant)

    def _add(self, word: str, numbers: Iterable[int], tried: int = 0) -> None:
        found = [f"{word}:{number}:{moment}" for number in numbers for moment in MOMENTS]
        self._waiting.extend(found)
        self._tries.update(dict.fromkeys(found, tried))


def _read(instant: str) -> tuple[str, int, str]:
    word, number, moment = instant.split(":")
    return word, int(number), moment
