# ruff: noqa: T201 -- a program of the terminal
"""`python -m tests.simulation --seeds N [--seed K]`: live through many seeds, or replay one."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulation.world import simulate


def main() -> None:
    """Run; exits 1 when a seed breaks an invariant, after printing how to replay it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="replay this one and print its trace")
    parser.add_argument("--go-on", action="store_true", help="do not stop at the first failure")
    given = parser.parse_args()
    if given.seed is not None:
        report = simulate(given.seed)
        print(*report.trace, sep="\n")
        print(f"seed {given.seed} {report.digest[:16]}")
        print(*report.problems, sep="\n")
        sys.exit(bool(report.problems))
    began, failed = time.process_time(), 0
    for seed in range(given.first, given.first + given.seeds):
        report = simulate(seed)
        if report.problems:
            failed += 1
            print(f"seed {seed}: {len(report.problems)} problems (replay with --seed {seed})")
            print(*(f"  {problem}" for problem in report.problems[:8]), sep="\n", flush=True)
            if not given.go_on:
                break
    took = time.process_time() - began
    ran = seed - given.first + 1
    print(
        f"{ran} seeds in {took:.1f} s of processor time ({took / ran * 1000:.0f} ms each), {failed} failed"
    )
    sys.exit(bool(failed))


main()
