"""Slack's rate limits: calls per method and minute by tier, messages per channel and second.

Slack publishes the tiers ("20+ per minute") but not its bursts. Here a method may spend its whole
minute at once and earns it back evenly, which is the least that the tiers promise.
"""

import math
from dataclasses import dataclass, field

from slack_sandbox.methods.facts import FACTS
from slack_sandbox.model import Json
from slack_sandbox.rules import Rules

MINUTE = 60.0
PER_MINUTE = {"1": 1, "2": 20, "3": 50, "4": 100}
"""Calls per minute of each tier: docs.slack.dev, rate limits (2026-08). A "special" method has
hundreds and is not limited here, but for the pace of posting."""

POSTING = frozenset(["chat.postMessage", "chat.postEphemeral", "chat.meMessage", "response_url"])
"""Whatever puts a message into a channel, by whichever way."""

POSTS_PER_SECOND = 1.0
POSTS_AT_ONCE = 4
WORKSPACE_POSTS_PER_MINUTE = 300

RESTRICTED = frozenset(["conversations.history", "conversations.replies"])
"""One call a minute for apps under the limits of 2025-05-29 (``history_limit: restricted``)."""


def per_minute(method: str) -> int | None:
    """Return how many calls a minute the method's tier gives, None for no such bound."""
    facts = FACTS.get(method)
    return PER_MINUTE.get(facts.tier) if facts else None


@dataclass
class Bucket:
    """``capacity`` calls at once, refilled by ``per_second``."""

    capacity: float
    per_second: float
    level: float = field(init=False)
    at: float | None = None

    def __post_init__(self) -> None:
        self.level = self.capacity

    def wait(self, now: float) -> float:
        """Return the seconds until a call may be taken; 0 when one may be taken now."""
        if self.at is not None:
            elapsed = max(0.0, now - self.at)
            self.level = min(self.capacity, self.level + elapsed * self.per_second)
        self.at = now
        return max(0.0, (1.0 - self.level) / self.per_second)

    def take(self) -> None:
        self.level -= 1.0


@dataclass
class RateLimits:
    """Counts calls when switched on. The budgets are per method, shared by all processes."""

    rules: Rules
    on: bool = False
    _buckets: dict[tuple[str, ...], Bucket] = field(default_factory=dict)

    def retry_after(self, method: str, arguments: Json, now: float) -> int | None:
        """Count a call, or say after how many whole seconds it may be tried again.

        A refused call costs nothing, and refuses no other method.
        """
        if not self.on:
            return None
        return self._spend(self._of_call(method, arguments), now)

    def _spend(self, buckets: list[Bucket], now: float) -> int | None:
        wait = max((bucket.wait(now) for bucket in buckets), default=0.0)
        if wait > 0:
            return math.ceil(wait)
        for bucket in buckets:
            bucket.take()
        return None

    def _of_call(self, method: str, arguments: Json) -> list[Bucket]:
        found: list[Bucket] = []
        if method in POSTING:
            found += self._of_post(str(arguments.get("channel", "")))
        if method in RESTRICTED and self.rules.history_limit == "restricted":
            found.append(self._bucket((method,), 1, 1 / MINUTE))
        elif (calls := per_minute(method)) is not None:
            found.append(self._bucket((method,), calls, calls / MINUTE))
        return found

    def _of_post(self, channel: str) -> list[Bucket]:
        return [
            self._bucket(("post", channel), POSTS_AT_ONCE, POSTS_PER_SECOND),
            self._bucket(
                ("post",), WORKSPACE_POSTS_PER_MINUTE, WORKSPACE_POSTS_PER_MINUTE / MINUTE
            ),
        ]

    def _bucket(self, key: tuple[str, ...], capacity: float, per_second: float) -> Bucket:
        if key not in self._buckets:
            self._buckets[key] = Bucket(capacity, per_second)
        return self._buckets[key]
