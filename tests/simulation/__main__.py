# ruff: noqa: T201 -- a program of the terminal
"""`python -m tests.simulation --seeds N [--seed K]`: live through many seeds, or replay one."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulation.many import reports
from simulation.world import Report, simulate

HASH_SEED = "0"
"""Sets have the same order in every process, so that a failing seed replays exactly."""


def main() -> None:
    """Run; exits 1 when a seed breaks an invariant, after printing how to replay it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="replay this one and print its trace")
    parser.add_argument("--go-on", action="store_true", help="do not stop at the first failure")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    given = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != HASH_SEED:
        again = [sys.executable, "-m", "tests.simulation", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, "PYTHONHASHSEED": HASH_SEED})  # noqa: S606
    if given.seed is not None:
        replay(given.seed)
    began, ran, failed = time.perf_counter(), 0, 0
    for report in reports(range(given.first, given.first + given.seeds), given.jobs):
        ran += 1
        if report.problems:
            failed += 1
            tell(report)
            if not given.go_on:
                break
    took = time.perf_counter() - began
    print(f"{ran} seeds in {took:.0f} s on {given.jobs} processes, {failed} failed")
    sys.exit(bool(failed))


def replay(seed: int) -> None:
    """Live through one seed and print everything that happened."""
    report = simulate(seed)
    print(*report.trace, sep="\n")
    print(f"seed {seed} {report.digest[:16]}")
    print(*report.problems, sep="\n")
    sys.exit(bool(report.problems))


def tell(report: Report) -> None:
    """Print what broke, how to replay it, and how it ended."""
    print(f"seed {report.seed}: replay with python -m tests.simulation --seed {report.seed}")
    print(*(f"  {problem}" for problem in report.problems[:8]), sep="\n")
    print("  …", *(f"  {line}" for line in report.trace[-15:]), sep="\n", flush=True)


if __name__ == "__main__":
    main()
