"""What became of runbooks: who used which part, when, and what they said of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from incident_bot.domain.runbooks.books import Runbook

SKIPPED_AT_LEAST = 2
"""How often a step must have been skipped, and never done, to be called always skipped."""


class UseKind(StrEnum):
    """What somebody did with a runbook."""

    VIEW = "view"
    START = "start"
    STEP_DONE = "step_done"
    STEP_SKIPPED = "step_skipped"
    STEP_FAILED = "step_failed"
    STEP_REOPENED = "step_reopened"
    RATED_WORKED = "rated_worked"
    RATED_FAILED = "rated_failed"
    RATED_OUTDATED = "rated_outdated"
    GAP = "gap"
    ESCALATE = "escalate"
    EXECUTED = "executed"
    EXECUTION_FAILED = "execution_failed"
    SNOOZED = "snoozed"


RATINGS: Mapping[str, UseKind] = {
    "worked": UseKind.RATED_WORKED,
    "failed": UseKind.RATED_FAILED,
    "outdated": UseKind.RATED_OUTDATED,
}
"""How a runbook can be rated, by the word for it."""
_STEPS = (UseKind.STEP_DONE, UseKind.STEP_SKIPPED, UseKind.STEP_FAILED)
_WORD = {kind: word for word, kind in RATINGS.items()}


@dataclass(frozen=True, slots=True)
class Use:
    """One thing somebody did with a runbook (its full name, `system/slug`).

    `section` is an anchor where the section has one, else its title; "" for the whole.
    `incident` is None outside an incident. The note of a snooze is the day it ends (ISO).
    """

    incident: int | None
    runbook: str
    section: str
    step: str
    kind: UseKind
    user: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One real incident as statistics need it; `mitigated_at` is None while it is not known."""

    id: int
    declared_at: datetime
    mitigated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Spread:
    """A median and of how many it is one; `middle` is None when there is nothing to measure."""

    middle: timedelta | None
    n: int


@dataclass(frozen=True, slots=True)
class RunbookStats:
    """One runbook in use. `again` is the middle time between the incidents that needed it."""

    runbook: str
    title: str
    uses: Mapping[str, int]
    ratings: Mapping[str, int]
    incidents: int
    to_mitigate: Spread
    again: Spread
    unread: tuple[str, ...]
    skipped: tuple[str, ...]
    gaps: int

    @property
    def used(self) -> int:
        """How often it was opened, started or followed."""
        return sum(self.uses.values())


@dataclass(frozen=True, slots=True)
class UsageReport:
    """All runbooks in use, most used first, and incidents with and without one."""

    runbooks: tuple[RunbookStats, ...]
    with_runbook: Spread
    without_runbook: Spread


def usage_report(
    shelf: Sequence[Runbook], uses: Sequence[Use], cases: Sequence[Case]
) -> UsageReport:
    """Count what was recorded. It says what went together, never what caused what.

    Args:
        shelf: the runbooks now served; what was used of others is counted under their old names.
        uses: everything recorded.
        cases: the incidents to measure; the caller leaves out drills and false alarms.
    """
    known = {book.key: book for book in shelf}
    grouped: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        if use.runbook:
            grouped[use.runbook].append(use)
    helped = {use.incident for use in uses if use.runbook and use.incident is not None}
    rows = [_stats(key, known.get(key), mine, cases) for key, mine in grouped.items()]
    rows.sort(key=lambda row: (-row.used, row.runbook))
    return UsageReport(
        tuple(rows),
        _spread(case for case in cases if case.id in helped),
        _spread(case for case in cases if case.id not in helped),
    )


def latest_ratings(uses: Iterable[Use]) -> Mapping[str, int]:
    """Count ratings by word; of one person in one incident the last counts."""
    last: dict[tuple[str, int | None, str], str] = {}
    for use in sorted(uses, key=lambda one: one.at):
        if use.kind in _WORD:
            last[use.runbook, use.incident, use.user] = _WORD[use.kind]
    counted = Counter(last.values())
    return {word: counted[word] for word in RATINGS if counted[word]}


def _stats(
    key: str, book: Runbook | None, uses: Sequence[Use], cases: Sequence[Case]
) -> RunbookStats:
    counted = Counter(str(use.kind) for use in uses if use.kind not in _WORD)
    numbers = {use.incident for use in uses if use.incident is not None}
    mine = [case for case in cases if case.id in numbers]
    return RunbookStats(
        runbook=key,
        title=book.title if book else key,
        uses=dict(counted),
        ratings=latest_ratings(uses),
        incidents=len(mine),
        to_mitigate=_spread(mine),
        again=_recurrence(mine),
        unread=_unread(book, uses) if book else (),
        skipped=_always_skipped(uses),
        gaps=counted[str(UseKind.GAP)],
    )


def _spread(cases: Iterable[Case]) -> Spread:
    spans = [c.mitigated_at - c.declared_at for c in cases if c.mitigated_at is not None]
    return _middle([span for span in spans if span >= timedelta(0)])  # else a clock was set back


def _recurrence(cases: Sequence[Case]) -> Spread:
    begun = sorted(case.declared_at for case in cases)
    between = [after - before for before, after in pairwise(begun)]
    return _middle(between)


def _middle(spans: Sequence[timedelta]) -> Spread:
    if not spans:
        return Spread(None, 0)
    return Spread(timedelta(seconds=median(s.total_seconds() for s in spans)), len(spans))


def _unread(book: Runbook, uses: Sequence[Use]) -> tuple[str, ...]:
    """Return the filled sections nobody has opened, the outermost of each group."""
    document = book.document
    told = {use.section.casefold() for use in uses if use.section}
    read: set[int] = set()
    for section in book.sections:
        if section.title.casefold() in told or (section.anchor and section.anchor in told):
            read |= {inner.index for inner in document.subtree(section.index)}
    never: list[str] = []
    covered = -1
    for section in book.sections:
        inside = {inner.index for inner in document.subtree(section.index)}
        if section.index <= covered or not document.is_filled(section.index):
            continue
        if not inside & read:
            never.append(section.title)
            covered = max(inside)
    return tuple(never)


def _always_skipped(uses: Sequence[Use]) -> tuple[str, ...]:
    ended: dict[tuple[str, str], Counter[UseKind]] = defaultdict(Counter)
    for use in uses:
        if use.step and use.kind in _STEPS:
            ended[use.section, use.step][use.kind] += 1
    return tuple(
        step
        for (_, step), counted in ended.items()
        if counted[UseKind.STEP_SKIPPED] >= SKIPPED_AT_LEAST
        and set(counted) == {UseKind.STEP_SKIPPED}
    )
