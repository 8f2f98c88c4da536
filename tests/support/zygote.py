"""A process that has imported the bot and forks real bots of itself, so that a start costs little.

Reads one JSON object a line, `{"env": {...}, "log": "path"}`, forks a child that runs
`incident-bot run` with that environment, and answers `{"pid": n}`. The machine's clock is wrong for
children whose environment names a file as `CLOCK_AHEAD`: by as many seconds as it says. When a child
ends, it writes `{"pid": n, "code": c}` (negative: the signal). Its own end is the end of its input.

With `"here": true` the bot lives in this process itself, before there are children. What is imported,
and which statements are compiled, in the course of its life they all inherit.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from incident_bot.cli import run as _preloaded  # noqa: F401 -- what every child needs, and drafts
from incident_bot.cli.entry import main
from incident_bot.clock import SystemClock
from incident_bot.database import pooler as _pooler  # noqa: F401
from incident_bot.database import replicas as _replicas  # noqa: F401
from incident_bot.database.connection import Database
from incident_bot.integrations import postmortem_templates as _templates  # noqa: F401
from incident_bot.operations import drafting as _drafting  # noqa: F401
from support.statements import learn_from_others

PR_SET_PDEATHSIG = 1


def _child(order: dict[str, Any]) -> None:
    _die_with_parent()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    if "CLOCK_AHEAD" in order["env"]:
        _set_clock(Path(order["env"]["CLOCK_AHEAD"]))
    os._exit(_live(order))


def _live_here(order: dict[str, Any]) -> None:
    """The life of a bot from which those of the children differ in that they compile less."""
    made = Database.__init__

    def make(database: Database, *arguments: Any, **options: Any) -> None:
        made(database, *arguments, **options)
        learn_from_others(database)

    Database.__init__ = make  # type: ignore[assignment,method-assign]
    output, errors = os.dup(1), os.dup(2)
    _say(pid=os.getpid())
    code = _live(order)
    os.dup2(output, 1)
    os.dup2(errors, 2)
    for thread in set(threading.enumerate()) - {threading.main_thread()}:
        thread.join()  # a fork would not have it
    _say(pid=os.getpid(), code=code)


def _live(order: dict[str, Any]) -> int:
    """The life of a bot; returns its exit code."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    os.environ.update(order["env"])
    code = 0
    try:
        main(["run"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 -- the child ends here, whatever happened
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return code


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _set_clock(ahead: Path) -> None:
    def now(_clock: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead.read_text("utf-8")))

    SystemClock.now = now  # type: ignore[assignment,method-assign]


def _say(**fact: Any) -> None:
    os.write(1, (json.dumps(fact) + "\n").encode())


def _reap() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say(pid=pid, code=os.waitstatus_to_exitcode(status))


def serve() -> None:
    """Fork on demand until the input ends."""
    _die_with_parent()
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing)
    waiting = b""
    _freeze()
    _say(ready=True)
    while True:
        ready, _, _ = select.select([0, reading], [], [])
        if reading in ready:
            os.read(reading, 512)
            _reap()
        if 0 not in ready:
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            return
        *lines, waiting = (waiting + chunk).split(b"\n")
        for order in map(json.loads, lines):
            if order["here"]:
                _live_here(order)
                signal.set_wakeup_fd(writing)
                _freeze()
                continue
            pid = os.fork()
            if pid == 0:
                _child(order)
            _say(pid=pid)


def _freeze() -> None:
    """Else each child's first collection copies every page of what is in memory by now."""
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    serve()
