"""When each file of a checkout was last changed, asked of git once for all of them.

A checkout may be a stranger's: nothing in its configuration or hooks may run, nothing is fetched,
nothing is written, and it may take neither long nor much memory.
"""

import datetime
import os
import shutil
import subprocess
import threading
from collections.abc import Collection, Mapping
from pathlib import Path

PATIENCE = 20.0
"""Seconds."""
_MOST_BYTES = 64 * 1024 * 1024
_SAFE = (
    "--no-pager",
    "--no-optional-locks",
    "--literal-pathspecs",
    "-c", "core.fsmonitor=",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.sshCommand=false",
    "-c", "core.pager=cat",
    "-c", "credential.helper=",
    "-c", "diff.external=",
    "-c", "gpg.program=false",
    "-c", "log.showSignature=false",
    "-c", "protocol.allow=never",
)  # fmt: skip
_LOG = (
    "log",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--no-color",
    "--no-notes",
    "--no-mailmap",
    "--diff-filter=AMT",
    "--relative",
    "--name-only",
    "--format=%x01%cs",
    "-z",
    "HEAD",
    "--",
    ".",
)


def edit_dates(folder: Path, wanted: Collection[str]) -> Mapping[str, datetime.date]:
    """Return the day of the last commit that changed each file, by its path below a folder.

    Files git does not know are left out; so is everything when there is no git, no checkout, or no
    answer in time.
    """
    found: dict[str, datetime.date] = {}
    git = shutil.which("git")
    if git is None:
        return found
    try:
        running = subprocess.Popen(  # noqa: S603 - a fixed list of arguments, no shell
            [git, "-C", str(folder), *_SAFE, *_LOG],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
    except OSError:
        return found
    with running:
        alarm = threading.Timer(PATIENCE, running.kill)
        alarm.start()
        try:
            if running.stdout is not None:
                _read(running.stdout.fileno(), frozenset(wanted), found)
        finally:
            alarm.cancel()
            running.kill()
    return found


def _environment() -> dict[str, str]:
    """What git may know: its home (where `safe.directory` is), and that it may not ask."""
    return {
        "PATH": os.defpath,
        "HOME": str(Path.home()),
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _read(stream: int, wanted: frozenset[str], found: dict[str, datetime.date]) -> None:
    """Read newest first, until every file has its day: the rest of the history is not needed."""
    day: datetime.date | None = None
    held, total = b"", 0
    while len(found) < len(wanted):
        chunk = os.read(stream, 1 << 16)
        total += len(chunk)
        if not chunk or total > _MOST_BYTES:
            return
        *words, held = (held + chunk).split(b"\0")
        for word in words:
            text = word.decode("utf-8", "replace").lstrip("\n")
            if text.startswith("\x01"):
                day = _day(text[1:])
            elif day is not None and text in wanted:
                found.setdefault(text, day)


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
