"""Posts of other bots: repeats of one template within minutes become one row."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from incident_bot.domain.postmortems.options import BotMeaning, Options
from incident_bot.domain.postmortems.record import Source
from incident_bot.domain.postmortems.rows import Row
from incident_bot.domain.postmortems.text import excerpt, one_line
from incident_bot.domain.postmortems.transcript import Message

_VARYING = re.compile(r"[0-9a-f]{7,}|\d+", re.IGNORECASE)
_SOURCES: dict[BotMeaning, Source] = {
    "alert": "alert",
    "deploy": "deploy",
    "ci": "deploy",
    "paging": "system",
    "statuspage": "system",
}


def collapse(
    posts: Iterable[tuple[Message, str]], options: Options, redact: Callable[[str], str]
) -> list[Row]:
    """One row per bot and template within ``repeat_window`` of the last post, with a count.

    ``posts`` come in order of time, from bots that ``options.bots`` names.
    """
    rows: list[Row] = []
    latest: dict[tuple[str, str], int] = {}
    for message, text in posts:
        bot = message.bot_id or message.user_id or ""
        key = (bot, _VARYING.sub("#", one_line(text))[:400])
        place = latest.get(key)
        if place is not None:
            row = rows[place]
            if message.at - (row.last_at or row.at) <= options.repeat_window:
                rows[place] = replace(row, count=row.count + 1, last_at=message.at)
                continue
        latest[key] = len(rows)
        meaning = options.bots[bot]
        rows.append(
            Row(
                at=message.at,
                text=excerpt(redact(text), options.quote_limit),
                kind=meaning,
                source=_SOURCES[meaning],
                evidence_url=message.permalink,
                tags=("edited",) if message.edited else (),
            )
        )
    return rows
