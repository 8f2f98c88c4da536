"""Many seeds in many processes, each forked from one that has everything imported and compiled."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Iterable, Iterator

from simulation.world import Report, simulate

WARM = range(8)
"""Seeds of which nothing is told: after them the database's statements are compiled."""
SEEDS_A_CHILD = 20
"""A child collects no garbage; it ends before that matters."""
NICE = 10
"""Seeds take what nobody else wants: their clock is wound, others' tests run by the wall's."""


def reports(seeds: Iterable[int], workers: int) -> Iterator[Report]:
    """Live through seeds, in any order; reports of good ones come without their traces."""
    for seed in WARM:
        simulate(seed)
    gc.collect()
    gc.freeze()
    forking = multiprocessing.get_context("fork")
    with forking.Pool(workers, _begin, maxtasksperchild=SEEDS_A_CHILD) as children:
        yield from children.imap_unordered(_brief, seeds)


def _begin() -> None:
    gc.disable()
    os.nice(NICE)


def _brief(seed: int) -> Report:
    report = simulate(seed)
    return report if report.problems else Report(seed, (), ())
