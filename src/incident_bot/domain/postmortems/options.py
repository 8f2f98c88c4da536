"""The knobs of a draft, with the defaults of the field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from incident_bot.domain.postmortems.redaction import RedactionPolicy

MarkerMeaning = Literal["timeline", "lesson", "action"]
BotMeaning = Literal["alert", "deploy", "ci", "paging", "statuspage"]

DEFAULT_MARKERS: Mapping[str, MarkerMeaning] = {
    "pushpin": "timeline",
    "round_pushpin": "timeline",
    "stopwatch": "timeline",
    "mega": "timeline",
    "bulb": "lesson",
    "ballot_box_with_check": "action",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a draft is made.

    ``actors`` prints people by name, or by the role they held at that moment. ``own_ids``
    are the bot's own user and bot ids, whose posts have event rows already; ``bots`` maps
    other bots worth hearing to what their posts mean. ``gap`` is silence worth flagging
    while the severity's rank is at most ``gap_rank``.
    """

    actors: Literal["names", "roles"] = "names"
    markers: Mapping[str, MarkerMeaning] = field(default_factory=lambda: dict(DEFAULT_MARKERS))
    bots: Mapping[str, BotMeaning] = field(default_factory=dict)
    own_ids: frozenset[str] = frozenset()
    quote_limit: int = 280
    threshold: int = 3
    base_rows: int = 8
    rows_per_hour: int = 4
    most_rows: int = 60
    before: timedelta = timedelta(minutes=60)
    after: timedelta = timedelta(hours=24)
    repeat_window: timedelta = timedelta(minutes=10)
    duplicate_window: timedelta = timedelta(minutes=5)
    gap: timedelta = timedelta(minutes=15)
    gap_rank: int = 1
    redaction: RedactionPolicy = field(default_factory=RedactionPolicy)
    action_days: Mapping[int, int] = field(default_factory=lambda: {1: 15, 2: 30})
    scribes: frozenset[str] = frozenset({"commander", "scribe", "communications", "comms", "ic"})
