"""Durations and times of day as people write them: `15m`, `2h30m`, `1d`, `1w`; `09:00`."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(r"(\d+)\s*([smhdw])")
_WHOLE = re.compile(r"(?:\d+\s*[smhdw]\s*)+")
_TEXT_LIMIT = 60
LONGEST = timedelta(days=3660)
_SKEW = timedelta(seconds=5)


def parse_duration(text: str) -> timedelta:
    """Read `90s`, `15m`, `2h30m`, `1d`, `1w`.

    Raises:
        ValueError: when the text is not a duration, or one of more than ten years.
    """
    cleaned = text.strip().lower()
    if len(cleaned) > _TEXT_LIMIT or not _WHOLE.fullmatch(cleaned):
        msg = f"{text[:_TEXT_LIMIT]!r} is not a duration; write 90s, 15m, 2h30m, 1d or 1w"
        raise ValueError(msg)
    seconds = sum(int(n) * _UNITS[unit] for n, unit in _PART.findall(cleaned))
    if seconds > LONGEST.total_seconds():
        msg = f"{text!r} is longer than ten years"
        raise ValueError(msg)
    return timedelta(seconds=seconds)


def say_duration(span: timedelta) -> str:
    """Write a duration with its two largest units: `2 h 30 min`, `45 s`, `3 d 4 h`.

    One that ends before it begins, as after a clock was set back, is an unknown time; seconds of
    difference between two clocks are none.
    """
    if span < -_SKEW:
        return "an unknown time"
    left = max(0, int(span.total_seconds()))
    parts = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _read(value: object) -> object:
    if isinstance(value, int | float):
        msg = f"{value} has no unit; write {value}s or {value}m"
        raise ValueError(msg)  # noqa: TRY004 -- pydantic turns only this one into a finding
    return parse_duration(value) if isinstance(value, str) else value


def _write(value: timedelta) -> str:
    left = int(value.total_seconds())
    for unit in ("w", "d", "h", "m"):
        if left and left % _UNITS[unit] == 0:
            return f"{left // _UNITS[unit]}{unit}"
    return f"{left}s"


Duration = Annotated[
    timedelta,
    BeforeValidator(_read),
    PlainSerializer(_write, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(\d+\s*[smhdw]\s*)+$", "examples": ["15m", "2h30m"]},
    ),
]


def _time_of_day(value: object) -> object:
    """Unquoted `17:00` is a number in YAML 1.1: sixty times seventeen. Read it as it was meant."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    hour, minute = divmod(value, 60)
    if not 0 <= hour < 24:
        msg = 'is not a time of day; write "17:00"'
        raise ValueError(msg)
    return time(hour, minute)


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
