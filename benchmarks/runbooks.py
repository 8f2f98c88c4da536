"""What a large runbook library costs: a thousand files, cold and warm, lookups and searches.

Goals: cold ≤ 4 s, warm ≤ 0.4 s, lookup p99 ≤ 5 ms, search p99 ≤ 20 ms.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from incident_bot.domain.runbooks.shelf import Found
from incident_bot.integrations.runbook_library import LibraryFolder, RunbookLibrary

FILES = 1_000
ROUNDS = 2_000
_KNOWN = "database pool latency queue worker replica failover certificate disk node cache token"
_SYLLABLES = "ba ce di fo gu ka le mi no pu ra se ti vo zu".split()  # noqa: SIM905
# Real prose: a few words everywhere, thousands hardly anywhere.
_WORDS = _KNOWN.split() + [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES]
_OFTEN = [1 / (rank + 2) for rank in range(len(_WORDS))]
_SECTIONS = ("Meaning", "Impact", "Diagnosis", "Mitigation", "Verification", "Escalation")


def write_library(root: Path, files: int, seed: int = 7) -> list[str]:
    """Write alert-style runbooks of about 3.5 kB, the mean of published libraries; return names."""
    draw = random.Random(seed)
    names: list[str] = []
    for number in range(files):
        first, second = draw.sample(_WORDS[:400], 2)
        name = f"{first.title()}{second.title()}{number}"
        names.append(name)
        path = root / f"system{number % 20}" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_runbook(name, draw), encoding="utf-8")
    return names


def _runbook(name: str, draw: random.Random) -> str:
    parts = [
        "---",
        f"title: {name}",
        f"aliases: [{name.lower()}-alias]",
        "type: alert",
        f"alerts: [{{name: {name}, severity: critical, for: 5m}}]",
        f"symptoms: ['{_sentence(draw, 5)}']",
        f"service: [{draw.choice(_WORDS)}]",
        "---",
        f"# {name}",
    ]
    for heading in _SECTIONS:
        parts += ["", f"## {heading}", "", _sentence(draw, 40), ""]
        parts += [f"{n}. {_sentence(draw, 12)}" for n in range(1, 4)]
        parts += ["", "```bash", f"kubectl get pods -l app={draw.choice(_WORDS)}", "```"]
    return "\n".join(parts) + "\n"


def _sentence(draw: random.Random, words: int) -> str:
    return " ".join(draw.choices(_WORDS, _OFTEN, k=words)).capitalize() + "."


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _p99(seconds: list[float]) -> float:
    return 1000 * statistics.quantiles(seconds, n=100)[98]


def measure(files: int = FILES, rounds: int = ROUNDS) -> dict[str, float | str]:
    """Return seconds to load and milliseconds to answer."""
    draw = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        root, cache = Path(folder) / "books", Path(folder) / "cache"
        names = write_library(root, files)
        cold = _timed(RunbookLibrary([LibraryFolder(root)], cache).refresh)
        library = RunbookLibrary([LibraryFolder(root)], cache)
        warm = _timed(library.refresh)
        poll = _timed(library.refresh)
    shelf = library.shelf
    lookups: list[float] = []
    for _ in range(rounds):
        name = draw.choice(names)
        asked = name if draw.random() < 0.9 else name[:-2] + "x"
        start = time.perf_counter()
        found = shelf.resolve(asked)
        if isinstance(found, Found):
            shelf.section(found.runbook, "diagnostics")
        lookups.append(time.perf_counter() - start)
    queries = [
        " ".join(draw.choices(_WORDS, _OFTEN, k=draw.randint(1, 4))) for _ in range(rounds // 4)
    ]
    searches = [_timed(partial(shelf.search, query)) for query in queries]
    return {
        "files": float(files),
        "cold load s (goal 4)": round(cold, 2),
        "warm load s (goal 0.4)": round(warm, 2),
        "poll of unchanged files s": round(poll, 3),
        "lookup p99 ms (goal 5)": round(_p99(lookups), 2),
        "search p99 ms (goal 20)": round(_p99(searches), 2),
    }


async def run() -> dict[str, float | str]:
    """Measure in a thread, as the bot loads its libraries."""
    return await asyncio.to_thread(measure)


if __name__ == "__main__":
    for label, value in asyncio.run(run()).items():
        print(f"{label:30} {value}")
