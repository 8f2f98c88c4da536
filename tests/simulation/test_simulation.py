"""Seeds hold every invariant of `invariants.py`; a seed is always the same story.

More by hand: `make simulate SEEDS=100000`. Replay one: `python -m tests.simulation --seed K`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.world import simulate

SEEDS = 1000
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.simulation


def test_every_invariant_holds_whatever_dies() -> None:
    order = [sys.executable, "-m", "tests.simulation", "--seeds", str(SEEDS), "--first", "500"]
    done = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SEEDS} seeds" in done.stdout


def test_the_same_seed_is_the_same_story_in_every_process() -> None:
    there = {replayed(hash_seed) for hash_seed in ("0", "1234")}
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
