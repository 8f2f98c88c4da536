"""One conversation's messages, kept so that any page of any length costs only the page."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MICROSECONDS = 1_000_000


@dataclass
class History:
    """Messages by ``ts``, the order of the top level, and the replies of every thread.

    A ``ts`` is ten digits, a point and six digits, so text order is time order. ``latest_us`` is the
    newest one handed out, in microseconds, so that no value is ever given twice.
    """

    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    top: list[str] = field(default_factory=list)
    replies: dict[str, list[str]] = field(default_factory=dict)
    latest_us: int = 0

    def next_ts(self, now: float) -> str:
        """Return a ``ts`` for this instant that this conversation has never seen."""
        self.latest_us = max(int(now * MICROSECONDS), self.latest_us + 1)
        return f"{self.latest_us // MICROSECONDS}.{self.latest_us % MICROSECONDS:06d}"

    def add(self, message: dict[str, Any]) -> None:
        """Keep a message; a reply outside the channel stays out of the top level."""
        ts = message["ts"]
        self.messages[ts] = message
        seconds, _, fraction = ts.partition(".")
        self.latest_us = max(self.latest_us, int(seconds) * MICROSECONDS + int(fraction))
        parent = message.get("thread_ts")
        if parent is None or parent == ts:
            insort(self.top, ts)
            return
        insort(self.replies.setdefault(parent, []), ts)
        if message.get("subtype") == "thread_broadcast":
            insort(self.top, ts)

    def get(self, ts: str) -> dict[str, Any] | None:
        """Return the message, or None."""
        return self.messages.get(ts)

    def remove(self, ts: str) -> None:
        """Forget a message."""
        message = self.messages.pop(ts)
        parent = message.get("thread_ts")
        _drop(self.top, ts)
        if parent is not None and parent != ts and parent in self.replies:
            _drop(self.replies[parent], ts)
            if not self.replies[parent]:
                del self.replies[parent]

    def thread(self, parent: str) -> list[str]:
        """Return the ts of a thread's replies, oldest first."""
        return self.replies.get(parent, [])

    def span(self, oldest: str, latest: str, inclusive: bool) -> tuple[int, int]:
        """Return the slice of ``top`` between two ts; empty strings mean no bound."""
        return span(self.top, oldest, latest, inclusive)

    def newest_first(self) -> Iterator[dict[str, Any]]:
        """Walk every message, replies too, newest first."""
        for ts in sorted(self.messages, reverse=True):
            yield self.messages[ts]


def span(order: list[str], oldest: str, latest: str, inclusive: bool) -> tuple[int, int]:
    """Return the indices ``[low, high)`` of the ts between two bounds, which count if inclusive."""
    low, high = 0, len(order)
    if oldest:
        low = bisect_left(order, oldest) if inclusive else bisect_right(order, oldest)
    if latest:
        high = bisect_right(order, latest) if inclusive else bisect_left(order, latest)
    return low, max(low, high)


def _drop(order: list[str], ts: str) -> None:
    at = bisect_left(order, ts)
    if at < len(order) and order[at] == ts:
        del order[at]
