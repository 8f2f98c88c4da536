"""The built-in end of a process comes at the instant that was named, also when commits overlap."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

_OVERLAPPING = """
import asyncio, sys
from incident_bot.engine.crash import read_crash

crash = read_crash(sys.argv[1], "http://127.0.0.1:1/api/")

async def commit(ours, theirs):
    crash.around_commit("before")
    theirs.set()
    await ours.wait()
    print("done", flush=True)
    crash.around_commit("after")

async def main():
    first, second = asyncio.Event(), asyncio.Event()
    await asyncio.gather(commit(first, second), commit(second, first))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("instant", "code", "done"),
    [
        ("commit:1:before", -signal.SIGKILL, 0),
        ("commit:2:before", -signal.SIGKILL, 0),
        ("commit:1:after", -signal.SIGKILL, 2),
        ("commit:2:after", -signal.SIGKILL, 1),
        ("commit:3:before", 0, 2),
    ],
)
def test_each_of_two_overlapping_commits_has_its_own_instants(
    instant: str, code: int, done: int
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _OVERLAPPING, instant], capture_output=True, text=True, check=False
    )

    assert ended.returncode == code, ended.stderr
    assert ended.stdout.split() == ["done"] * done
