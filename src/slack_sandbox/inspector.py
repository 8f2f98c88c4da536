"""The record of what went over the wire: API calls, envelopes, sockets, response URLs."""

from collections import deque
from collections.abc import Callable
from typing import Any

from slack_sandbox.clock import Clock
from slack_sandbox.model import Json

KEPT = 2000
LONGEST_TEXT = 20_000


class Inspector:
    """Keeps the last entries and tells listeners about new ones."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[Json] = deque(maxlen=KEPT)
        self._listeners: list[Callable[[Json], None]] = []
        self.seq = 0

    def note(self, kind: str, **facts: Any) -> Json:
        """Add an entry; ``facts`` are the keys of the page contract's inspector entries."""
        self.seq += 1
        entry = {"seq": self.seq, "at": self._clock.now(), "kind": kind, **facts}
        self._entries.append(entry)
        for listener in tuple(self._listeners):
            listener(entry)
        return entry

    def entries(self, after: int = 0, limit: int = KEPT) -> list[Json]:
        """Return the entries after a sequence number, oldest first."""
        return [entry for entry in self._entries if entry["seq"] > after][-limit:]

    def listen(self, listener: Callable[[Json], None]) -> Callable[[], None]:
        """Call ``listener`` with every new entry; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
