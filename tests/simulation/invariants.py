"""What must hold, whatever dies. Each function says it in a sentence and yields what breaks it.

Not simulated, and held by other tests: PostgreSQL (its locks, SKIP LOCKED, NOTIFY: the replicas here
share one SQLite file and take turns to write), the Socket Mode client and its reconnections, HTTP
itself, forms, runbooks and their execution, e-mail addresses, hosts whose clocks differ by minutes.
See `tests/crash` and `tests/process` (real processes, both databases), `tests/engine`, `tests/stories`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from incident_bot.database.jobs import Claimed
from incident_bot.domain.effects import Lane
from incident_bot.engine.loop import LOWER, LOWER_PLACES
from simulation.expected import bare
from simulation.punctuality import (
    Problems,
    answered_pages_never_climb,
    pages_climb_in_order_and_in_time,
    timers_are_never_early,
    timers_are_not_late_by_the_clock,
)
from simulation.rules import GHOST
from slack_sandbox.model import Conversation, Json

if TYPE_CHECKING:
    from simulation.world import World

OPEN, DONE, CANCELLED, DEAD = 0, 1, 2, 3
_DUE = """
SELECT id, lane FROM job WHERE status = 0 AND wake_at <= ? AND (queue IS NULL OR NOT EXISTS (
    SELECT 1 FROM job AS head WHERE head.queue = job.queue AND head.status = 0
    AND head.id < job.id))
"""


class AtAnyTime:
    """What holds at every instant, not only in the end; problems go to the world at once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answered: dict[int, int] = {}

    def look(self) -> None:
        """Look at the record as it is committed now."""
        for problem in (*self._open_pages_have_a_timer(), *self._answered_pages_stand_still()):
            self._world.problems.append(problem)

    def due(self, now: datetime) -> dict[int, int]:
        """What could be claimed at an instant, as it is committed now: job → lane."""
        rows = self._world.rows(_DUE, round(now.timestamp() * 1e6))
        return {row["id"]: row["lane"] for row in rows}

    def claimed(
        self, before: dict[int, int], now: datetime, free: int, taken: Sequence[Claimed]
    ) -> None:
        """No lane is served while a more urgent one waits and has free places.

        `before` was due at `now` before the claim; `free` is how many places were left for pages.
        """
        if not taken:
            return
        left = before.keys() & self.due(now).keys() - {job.id for job in taken}
        full = sum(job.lane == Lane.PAGES for job in taken) >= free
        last = max(job.lane for job in taken)
        for lane in sorted({before[job] for job in left}):
            if lane < last and not (lane == Lane.PAGES and full):
                self._world.problems.append(
                    f"urgent_lanes_go_first: lane {last} was served while lane {lane} was waiting"
                )

    def held(self, lanes: Sequence[int]) -> None:
        """State has places left, however much there is to decorate: `lanes` is of what is done."""
        if sum(lane in LOWER for lane in lanes) > LOWER_PLACES:
            self._world.problems.append(f"state_has_places: the lanes {sorted(lanes)} are done")

    def _open_pages_have_a_timer(self) -> Problems:
        rows = self._world.rows(
            "SELECT id, position FROM page WHERE state = 'open' AND NOT EXISTS (SELECT 1 FROM job"
            " WHERE status = 0 AND kind = 'timer.escalation' AND subject = 'page:' || page.id)"
        )
        for row in rows:
            yield f"open_pages_have_a_timer: page {row['id']} at position {row['position']}"

    def _answered_pages_stand_still(self) -> Problems:
        rows = self._world.rows("SELECT id, position, state FROM page")
        for row in rows:
            if row["state"] != "acknowledged":
                if row["id"] in self._answered:
                    yield f"answered_pages_stand_still: page {row['id']} became {row['state']}"
                continue
            before = self._answered.setdefault(row["id"], row["position"])
            if before != row["position"]:
                yield f"answered_pages_stand_still: page {row['id']} climbed from {before}"


def every_job_has_ended(world: World) -> Problems:
    """When all incidents are over and time has passed, nothing is left to do."""
    for row in world.rows("SELECT key, error, wake_at, lease FROM job WHERE status = 0"):
        yield f"{row['key']} is open ({row['error']}, held by {row['lease']})"


def every_dead_job_left_a_trace(world: World) -> Problems:
    """What was given up is on the timeline of its incident, in words."""
    told = {
        (row["incident_id"], json.loads(row["facts"]).get("why", "")[:60])
        for row in world.rows(
            "SELECT incident_id, facts FROM timeline"
            " WHERE kind IN ('delivery_failed', 'page_failed')"
        )
    }
    pages = {
        row["id"]: row["incident_id"] for row in world.rows("SELECT id, incident_id FROM page")
    }
    for row in world.rows("SELECT key, kind, payload, error FROM job WHERE status = 3"):
        payload = json.loads(row["payload"])
        incident = payload.get("incident") or pages.get(payload.get("page"))
        if incident is not None and (incident, row["error"][:60]) not in told:
            yield f"{row['key']} died in silence: {row['error']}"


def nothing_is_given_up_that_could_be_done(world: World) -> Problems:
    """In a Slack that comes to its senses nothing dies, but for a page to somebody unknown.

    And for what Slack has failed to do twelve times in a row: that waits for the Retry button.
    """
    for row in world.rows("SELECT key, kind, error FROM job WHERE status = 3"):
        ghost = row["kind"] == "page.ring" and row["key"].endswith(GHOST)
        tired = "(tried 12 times)" in row["error"]
        invited = row["kind"] == "room.invite"
        if not (ghost or tired or invited):
            yield f"{row['key']} was given up: {row['error']}"


def every_message_is_said_once(world: World) -> Problems:
    """No message of the bot is there twice, but for a page that says that it may be a repeat.

    (Two pages beat none: it was repeated because Slack did not let the bot look.)
    """
    admitted = {line.rpartition(" ")[2] for line in world.trace if "may repeat" in line}
    for channel in _channels(world):
        for key, count in Counter(_keys(channel)).items():
            if count > 1 and key not in admitted:
                yield f"{key} is said {count} times in {channel.name or channel.id}"


def nothing_is_missing(world: World) -> Problems:
    """What the record says was said can be read in Slack, and the other way round."""
    hopeless = {row["key"] for row in world.rows("SELECT key FROM job WHERE status = 3")}
    said = {key for channel in _channels(world) for key in _keys(channel)}
    rows = world.rows(
        "SELECT job.key FROM job JOIN incident"
        " ON incident.id = json_extract(job.payload, '$.incident')"
        " WHERE job.status = 1 AND job.kind IN ('entry.say', 'card.post', 'announcement.post')"
        " AND incident.channel_id IS NOT NULL"
    )
    for row in rows:
        if row["key"] not in said:
            yield f"{row['key']} is done but cannot be read"
    for page, rings in world.shown.pages:
        for ring in rings:
            key = f"page.ring:{page.id}/{ring.position}/{ring.user}"
            if (ring.ts is not None) != (key in said) and key not in hopeless:
                yield f"{key}: the ledger says {ring.state}, sent at {ring.ts}"


def one_incident_per_gesture(world: World) -> Problems:
    """A declaration that was taken in makes one incident; one that was not makes at most one.

    One of which the bot said that nothing was done makes none.
    """
    made = Counter(
        json.loads(row["facts"])["title"].lower()
        for row in world.rows("SELECT facts FROM timeline WHERE kind = 'declared'")
    )
    words = {deed.words for deed in world.people.deeds if deed.kind == "declare"}
    for word in sorted(words):
        deeds = [d for d in world.people.deeds if d.kind == "declare" and d.words == word]
        least, most = int(any(d.taken for d in deeds)), sum(not d.undone for d in deeds)
        if not least <= made[word] <= most:
            yield f"{word!r} was typed {most} times (taken: {least}) and made {made[word]} incidents"


def every_gesture_counts_once(world: World) -> Problems:
    """A note that was taken in is on the timeline once; whatever was typed, never twice."""
    kinds = {"log": "note", "update": "update"}
    found = Counter(
        (row["kind"], row["text"])
        for row in world.rows("SELECT kind, text FROM timeline WHERE kind IN ('note', 'update')")
    )
    for deed in world.people.deeds:
        if deed.kind not in kinds:
            continue
        count = sum(n for (_, text), n in found.items() if re.search(rf"\b{deed.words}\b", text))
        if count > int(not deed.undone) or (deed.kind == "log" and deed.taken and not count):
            yield f"{deed.kind} {deed.words!r} is on the timeline {count} times"


def one_room_per_incident(world: World) -> Problems:
    """Every incident has one room, private when it is, and no room belongs to nobody."""
    rooms = {c.id: c for c in _channels(world) if c.name.startswith("inc-")}
    rows = world.rows("SELECT id, channel_id, private FROM incident")
    owned = [row["channel_id"] for row in rows]
    for row in rows:
        room = rooms.get(row["channel_id"])
        if room is None:
            yield f"incident {row['id']} has no room"
        elif room.is_private != bool(row["private"]):
            yield f"incident {row['id']} is private: {row['private']}; its room is {room.kind}"
    for channel in rooms.values():
        if owned.count(channel.id) != 1:
            yield f"the room {channel.name} belongs to {owned.count(channel.id)} incidents"


def what_is_shown_is_the_final_state(world: World) -> Problems:
    """Cards, announcements and pages show what the record says, and nothing older."""
    channels = world.sandbox.workspace.state.conversations
    for (channel, ts), card in world.shown.cards.items():
        message = channels[channel].history.get(ts)
        if message is None:
            yield f"the message {ts} in {channel} is gone"
        elif _keyed(message).startswith("page."):
            # The headline of a page stays as it was when it was sent or answered.
            first = int(_keyed(message).startswith("page.ring"))
            if bare(message["blocks"])[first:] != bare(card.blocks)[first:]:
                yield f"{_keyed(message)} is stale: {_difference(message, '', card.blocks)}"
        elif message["text"] != card.text or bare(message["blocks"]) != bare(card.blocks):
            yield f"{_keyed(message)} is stale: {_difference(message, card.text, card.blocks)}"


def topics_are_right(world: World) -> Problems:
    """The room's topic is that of the final state."""
    for channel, wanted in world.shown.topics.items():
        is_now = world.sandbox.workspace.state.conversations[channel].topic.value
        if is_now != wanted:
            yield f"{channel} has the topic {is_now!r}, should be {wanted!r}"


def the_card_is_pinned_once(world: World) -> Problems:
    """The control card, and only it, is pinned; the links are bookmarked once."""
    for row in world.rows("SELECT id, channel_id FROM incident WHERE channel_id IS NOT NULL"):
        room = world.sandbox.workspace.state.conversations[row["channel_id"]]
        if len(room.pins) != 1:
            yield f"{room.name} has {len(room.pins)} pins"
        links = Counter(b["link"] for b in room.bookmarks)
        if set(links.values()) != {1}:
            yield f"{room.name} has the bookmarks {dict(links)}"


def private_stays_private(world: World) -> Problems:
    """Nothing of a private incident is in a public place or in the announcements."""
    titles = [row["title"] for row in world.rows("SELECT title FROM incident WHERE private")]
    for channel in _channels(world):
        if channel.kind == "public":
            text = json.dumps(list(channel.history.messages.values())) + channel.topic.value
            for title in titles:
                if re.search(rf"\b{title}\b", text, re.IGNORECASE):
                    yield f"{title!r} is spoken of in {channel.name}"


def every_outcome_is_recorded_once(world: World) -> Problems:
    """Two holders of one job never both record how it ended."""
    for key, count in world.ended.items():
        if count > 1:
            yield f"{key} ended {count} times"


def every_draft_arrives_once(world: World) -> Problems:
    """A post-mortem draft that was asked for is in the room, as one file per revision."""
    files = Counter(
        (channel, file.title)
        for file in world.sandbox.workspace.state.files.values()
        for _, channel, _ in file.shares
    )
    rows = world.rows(
        "SELECT incident_id, revision, channel_id"
        " FROM postmortem JOIN incident ON incident.id = incident_id WHERE channel_id IS NOT NULL"
    )
    for row in rows:
        title = f"INC-{row['incident_id']} post-mortem draft {row['revision']}"
        shared = files[row["channel_id"], title]
        if shared != 1:
            yield f"{title} was shared {shared} times"


INVARIANTS: Sequence[Callable[[World], Problems]] = (
    every_job_has_ended,
    every_dead_job_left_a_trace,
    nothing_is_given_up_that_could_be_done,
    every_message_is_said_once,
    nothing_is_missing,
    one_incident_per_gesture,
    every_gesture_counts_once,
    one_room_per_incident,
    what_is_shown_is_the_final_state,
    topics_are_right,
    the_card_is_pinned_once,
    private_stays_private,
    timers_are_never_early,
    pages_climb_in_order_and_in_time,
    answered_pages_never_climb,
    timers_are_not_late_by_the_clock,
    every_outcome_is_recorded_once,
    every_draft_arrives_once,
)


def _difference(message: Json, text: str, blocks: list[Json]) -> str:
    """Where a message begins to differ from what it should be."""
    if text and message["text"] != text:
        return f"{message['text']!r}, should be {text!r}"
    shown, wanted = json.dumps(bare(message["blocks"])), json.dumps(bare(blocks))
    start = max(
        0, next((i for i, (a, b) in enumerate(zip(shown, wanted, strict=False)) if a != b), 0) - 40
    )
    return f"…{shown[start : start + 160]}…, should be …{wanted[start : start + 160]}…"


def _channels(world: World) -> list[Conversation]:
    return list(world.sandbox.workspace.state.conversations.values())


def _keys(channel: Conversation) -> Iterator[str]:
    for message in channel.history.messages.values():
        key = _keyed(message)
        if key:
            yield key


def _keyed(message: Json) -> str:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("key", ""))
