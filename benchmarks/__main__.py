"""`python -m benchmarks [--only NAME]`: run every module of this folder and print one table."""

import argparse
import asyncio
import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """Every benchmark: the modules with a `run()`."""
    found = (path.stem for path in sorted(HERE.glob("*.py")))
    return [name for name in found if not name.startswith("_") and name != "bot"]


def main() -> None:
    """Run them one after the other; nothing else should work on this machine meanwhile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME", choices=names(), help="one of them")
    given = parser.parse_args()
    for name in [given.only] if given.only else names():
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"{name}: {(module.__doc__ or '').splitlines()[0]}")
        results = asyncio.run(module.run())
        width = max(map(len, results), default=0)
        for key, value in results.items():
            shown = f"{value:12.2f}" if isinstance(value, float) else f"{value:>12}"
            print(f"  {key:{width}} {shown}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
