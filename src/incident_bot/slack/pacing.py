"""Pacing of Web API calls, from what Slack documents: per method, and per channel for posts.

Tiers: https://docs.slack.dev/apis/web-api/rate-limits (1: 1+/min, 2: 20+, 3: 50+, 4: 100+; posting:
one message a second and channel). A minute's quota may go out at once, as bursts are tolerated;
after a 429 the method (for posts: method and channel) waits for as long as Slack says, and only it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

TIER_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
_POSTS = frozenset({"chat.postMessage", "chat.postEphemeral"})
POST_EVERY = timedelta(seconds=1)
POST_BURST = 20
SET_BACK = timedelta(seconds=5)
TIERS = {
    "conversations.create": 2,
    "conversations.rename": 2,
    "conversations.archive": 2,
    "conversations.setTopic": 2,
    "conversations.setPurpose": 2,
    "conversations.list": 2,
    "conversations.invite": 3,
    "conversations.join": 3,
    "conversations.history": 3,
    "conversations.replies": 3,
    "conversations.info": 3,
    "conversations.open": 3,
    "chat.update": 3,
    "bookmarks.add": 2,
    "bookmarks.list": 3,
    "pins.add": 2,
    "reactions.add": 3,
    "users.conversations": 3,
    "users.info": 4,
    "users.lookupByEmail": 3,
    "usergroups.list": 2,
    "usergroups.users.update": 2,
    "files.getUploadURLExternal": 4,
    "files.completeUploadExternal": 4,
    "files.list": 3,
    "views.open": 4,
    "views.update": 4,
    "views.publish": 4,
}


@dataclass(slots=True)
class _Bucket:
    """GCRA: `next_at` is the theoretical arrival time of the next call."""

    every: timedelta
    burst: int
    next_at: datetime
    held_until: datetime


class Pacer:
    """Says how long a call must wait. One per process; what several exceed, the 429 tells."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}
        self._latest: datetime | None = None

    def count(self, method: str, channel: str | None, now: datetime) -> None:
        """A call that waits for nobody (a page): those that are paced make room for it."""
        bucket = self._bucket(method, channel, now)
        if bucket is not None:
            bucket.next_at = max(bucket.next_at, now) + bucket.every

    def admit(
        self, method: str, channel: str | None, now: datetime, share: float = 1.0
    ) -> timedelta:
        """How long this call must wait; zero admits it and counts it.

        With `share` it may use that part of a burst only, and leaves the rest to others.
        """
        self._look_at_the_clock(now)
        whole = self._buckets.get(method)
        if whole is not None and whole.held_until > now:
            return whole.held_until - now
        bucket = self._bucket(method, channel, now)
        if bucket is None:
            return timedelta(0)
        if bucket.held_until > now:
            return bucket.held_until - now
        earliest = bucket.next_at - bucket.every * max(0, int(bucket.burst * share) - 1)
        if earliest > now:
            return earliest - now
        bucket.next_at = max(bucket.next_at, now) + bucket.every
        return timedelta(0)

    def hold(self, method: str, channel: str | None, until: datetime, now: datetime) -> None:
        """Slack said 429: nothing of this method (and channel) before `until`; then smaller bursts.

        Posts held without a channel are held everywhere.
        """
        bucket = self._bucket(method, channel, now) or self._new(
            self._name(method, channel), timedelta(seconds=1), 1, now
        )
        bucket.held_until = max(bucket.held_until, until)
        bucket.next_at = max(bucket.next_at, until)
        bucket.burst = 1 + bucket.burst // 4

    def _bucket(self, method: str, channel: str | None, now: datetime) -> _Bucket | None:
        self._look_at_the_clock(now)
        name = self._name(method, channel)
        known = self._buckets.get(name)
        if known is not None:
            return known
        if method in _POSTS:
            return self._new(name, POST_EVERY, POST_BURST, now)
        if method in TIERS:
            quota = TIER_PER_MINUTE[TIERS[method]]
            return self._new(name, timedelta(minutes=1) / quota, quota, now)
        return None

    def _look_at_the_clock(self, now: datetime) -> None:
        """When the clock was set back nothing waits for it to catch up; Slack's 429 still decides."""
        if self._latest is not None and now < self._latest - SET_BACK:
            self._buckets.clear()
        self._latest = now

    def _new(self, name: str, every: timedelta, burst: int, now: datetime) -> _Bucket:
        if len(self._buckets) > 5000:  # channels of long ago
            self._buckets = {n: b for n, b in self._buckets.items() if b.next_at > now}
        bucket = self._buckets[name] = _Bucket(every, burst, now, now)
        return bucket

    @staticmethod
    def _name(method: str, channel: str | None) -> str:
        return f"{method}:{channel}" if method in _POSTS and channel else method
