"""What a lint run knows beside the files: rules, configuration, a baseline, the web."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from incident_bot.clock import SystemClock
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.coverage import AlertRule
from incident_bot.domain.runbooks.lint.links import external_links
from incident_bot.domain.runbooks.lint.linter import LintReport
from incident_bot.domain.runbooks.lint.subject import Subject, Surroundings
from incident_bot.errors import Refused
from incident_bot.integrations.link_check import anywhere, check_links, is_public
from incident_bot.integrations.runbook_library import RunbookLibrary
from incident_bot.settings import read_configuration

ANSWER_LASTS = 86_400.0
"""Seconds for which an address that answered is not asked again."""


def read_baseline(path: Path) -> Mapping[str, int]:
    """Read known findings by fingerprint.

    Raises:
        Refused: The file is no baseline.
    """
    try:
        counts = json.loads(path.read_text(encoding="utf-8"))["findings"]
        return {str(mark): int(count) for mark, count in counts.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Refused(f"{path} is no baseline.", "Write one with --write-baseline FILE") from fault


def record_baseline(path: Path, report: LintReport) -> None:
    """Write what was found as known."""
    counts = Counter(one.fingerprint for one in report.findings)
    text = json.dumps({"format": 1, "findings": dict(sorted(counts.items()))}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def surroundings(
    loaded: RunbookLibrary, rules: Sequence[AlertRule] | None, config: Path | None
) -> Surroundings:
    """Return what the rules may compare with."""
    known = read_configuration(config) if config else None
    severities = known and {
        name.lower() for one in known.severities for name in (one.name, *one.aliases)
    }
    files = frozenset(
        (folder.name, path.relative_to(folder.root).as_posix())
        for folder in loaded.folders
        for path in folder.root.rglob("*")
        if ".git" not in path.parts and path.is_file()
    )
    return Surroundings(
        SystemClock().now().date(),
        loaded.shelf,
        files=files,
        rules=rules,
        severities=frozenset(severities) if severities else None,
        policies=frozenset(known.policies) if known else None,
        runners=frozenset(known.runbooks.execution.runners) if known else None,
        pins=known.runbooks.execution.steps if known else {},
    )


def subjects(loaded: RunbookLibrary) -> list[Subject]:
    """Return every file with its runbooks."""
    books: dict[tuple[str, str], list[Runbook]] = defaultdict(list)
    for book in loaded.shelf.runbooks:
        books[book.library, book.path].append(book)
    return [
        Subject(document, tuple(books[name, document.path]), name)
        for name, document in loaded.documents
        if books[name, document.path]
    ]


def asked_online(
    around: Surroundings, files: Sequence[Subject], *, allow_private: bool, cache: Path | None
) -> Surroundings:
    """Ask every address of the files; what was not asked is said on standard error.

    With a cache file, addresses that answered within a day are not asked again.
    """
    now = SystemClock().now().timestamp()
    known = _answered(cache, now) if cache else {}
    urls = {url.partition("#")[0] for subject in files for _, url in external_links(subject)}
    asked = urls - known.keys()
    found = asyncio.run(check_links(asked, anywhere if allow_private else is_public))
    print(f"{len(asked)} links asked, {len(found.dead)} lead nowhere", file=sys.stderr)
    for why, times in sorted(Counter(found.unchecked.values()).items()):
        print(f"{times} not asked: the address {why}", file=sys.stderr)
    if cache:
        alive = asked - found.dead.keys() - found.unchecked.keys()
        text = json.dumps({**known, **dict.fromkeys(sorted(alive), now)}, indent=1)
        cache.write_text(text + "\n", encoding="utf-8")
    return replace(around, dead=found.dead)


def _answered(cache: Path, now: float) -> dict[str, float]:
    """Read which addresses answered when; a damaged file knows of none."""
    try:
        read = json.loads(cache.read_text(encoding="utf-8"))
        told = {str(url): float(at) for url, at in read.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {url: at for url, at in told.items() if 0 <= now - at < ANSWER_LASTS}
