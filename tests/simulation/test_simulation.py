"""Seeds hold every invariant of `invariants.py`; a seed is always the same story.

More by hand: `make simulate SEEDS=100000`. Replay one: `python -m tests.simulation --seed K`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.world import Report, simulate

FIRST, CHUNKS, SEEDS_EACH = 500, 5, 10  # a seed takes most of a second: more by hand
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.simulation


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_invariant_holds_whatever_dies(chunk: int) -> None:
    first = FIRST + chunk * SEEDS_EACH
    for seed in range(first, first + SEEDS_EACH):
        report = simulate(seed)
        assert not report.problems, told(report)


def test_the_same_seed_is_the_same_story_in_every_process() -> None:
    there = {replayed(seed) for seed in ("0", "1234")}
    assert there == {simulate(7).digest}


def test_seeds_differ() -> None:
    assert simulate(1).digest != simulate(2).digest


def replayed(hash_seed: str) -> str:
    """The digest of seed 7 in a process that hashes strings otherwise."""
    script = "from simulation.world import simulate; print(simulate(7).digest)"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def told(report: Report) -> str:
    """What broke, how to replay it, and how it ended."""
    head = f"seed {report.seed}: replay with python -m tests.simulation --seed {report.seed}"
    return "\n".join([head, *report.problems[:10], "…", *report.trace[-15:]])
