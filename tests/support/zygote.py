"""A process that has imported the bot and forks real bots of itself, so that a start costs little.

Reads one JSON object a line, `{"env": {...}, "log": "path"}`, forks a child that runs
`incident-bot run` with that environment, and answers `{"pid": n}`. The machine's clock is wrong for
children whose environment names a file as `CLOCK_AHEAD`: by as many seconds as it says. When a child ends, it writes
`{"pid": n, "code": c}` (negative: the signal). Its own end is the end of its input.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from incident_bot.cli import run as _preloaded  # noqa: F401 -- what every child needs, and drafts
from incident_bot.cli.entry import main
from incident_bot.clock import SystemClock
from incident_bot.database import pooler as _pooler  # noqa: F401
from incident_bot.database import replicas as _replicas  # noqa: F401
from incident_bot.integrations import postmortem_templates as _templates  # noqa: F401
from incident_bot.operations import drafting as _drafting  # noqa: F401

PR_SET_PDEATHSIG = 1


def _child(order: dict[str, Any]) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(order["env"])
    if "CLOCK_AHEAD" in os.environ:
        _set_clock(Path(os.environ["CLOCK_AHEAD"]))
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
    os._exit(code)


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
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing)
    waiting = b""
    gc.collect()
    gc.freeze()  # else each child's first collection copies every page of what is imported here
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
        for line in lines:
            pid = os.fork()
            if pid == 0:
                _child(json.loads(line))
            _say(pid=pid)


if __name__ == "__main__":
    serve()
