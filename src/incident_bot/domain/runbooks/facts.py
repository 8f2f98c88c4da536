"""Front matter as typed facts; every field optional, every shape tolerated.

The schema is open: unknown keys stay in ``Document.front_matter``. Dates and durations keep
their written form next to the parsed one, because the linter judges what was written.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DURATION = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?)\s*(ms|s|sec|m|min|minutes?|h|hours?|d|days?|w|weeks?)\b"
)
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_MTTR = re.compile(
    r"Expected MTTR:\s*(\d{1,4})(?:\s*[-\u2013]\s*(\d{1,4}))?\s*(minutes?|min|hours?|h)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A titled address: a dashboard, a log view, a document."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Who keeps a runbook right; a team, with where to reach it."""

    team: str = ""
    slack: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert a runbook answers.

    ``match`` is a label selector (all pairs must hold); ``section`` is where to open.
    """

    name: str = ""
    severity: str = ""
    expr: str = ""
    duration: str = ""
    match: tuple[tuple[str, str], ...] = ()
    section: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What front matter says about one runbook; empty where it says nothing."""

    title: str = ""
    slug: str = ""
    anchor: str = ""
    aliases: tuple[str, ...] = ()
    system: str = ""
    category: str = ""
    type: str = ""
    status: str = ""
    severity: str = ""
    alerts: tuple[Alert, ...] = ()
    symptoms: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    owners: tuple[Owner, ...] = ()
    escalation_policy: str = ""
    dashboards: tuple[Link, ...] = ()
    logs: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    requires_access: tuple[str, ...] = ()
    expected_mttr: str = ""
    last_reviewed: datetime.date | None = None
    review_every: str = ""
    last_drilled: datetime.date | None = None
    drill_every: str = ""
    version: str = ""
    tested_with: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


def read_facts(values: Mapping[str, Any]) -> Facts:
    """Return the facts of one front-matter mapping; wrong shapes become empty fields."""
    return Facts(
        title=scalar(values.get("title")),
        slug=scalar(values.get("slug")),
        anchor=scalar(values.get("anchor") or values.get("heading")),
        aliases=strings(values.get("aliases")),
        system=scalar(values.get("system")),
        category=scalar(values.get("category")),
        type=scalar(values.get("type")).lower(),
        status=scalar(values.get("status")).lower(),
        severity=scalar(values.get("severity")),
        alerts=tuple(_alert(item) for item in _items(values.get("alerts") or values.get("alert"))),
        symptoms=strings(values.get("symptoms")),
        services=strings(values.get("service") or values.get("services")),
        owners=tuple(_owner(item) for item in _items(values.get("owners") or values.get("owner"))),
        escalation_policy=scalar(values.get("escalation_policy")),
        dashboards=links(values.get("dashboards")),
        logs=links(values.get("logs")),
        links=links(values.get("links")),
        requires_access=strings(values.get("requires_access")),
        expected_mttr=_mttr(values.get("expected_mttr")),
        last_reviewed=date(values.get("last_reviewed")),
        review_every=scalar(values.get("review_every")),
        last_drilled=date(values.get("last_drilled")),
        drill_every=scalar(values.get("drill_every")),
        version=scalar(values.get("version")),
        tested_with=strings(values.get("tested_with")),
        access=_access(values.get("access")),
        related=strings(values.get("related")),
    )


def scalar(value: object, longest: int = 300) -> str:
    """Return a scalar as one trimmed line of bounded length; anything else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())[:longest]


def strings(value: object) -> tuple[str, ...]:
    """Return a list of strings from a list or a single one, empty entries dropped."""
    return tuple(text for item in _items(value) if (text := scalar(item)))


def links(value: object) -> tuple[Link, ...]:
    """Return titled links from a list of mappings or bare addresses."""
    found: list[Link] = []
    for item in _items(value):
        if isinstance(item, dict):
            url = scalar(item.get("url"))
            title = scalar(item.get("title") or item.get("name"))
        else:
            url, title = scalar(item), ""
        if url:
            found.append(Link(title or url, url))
    return tuple(found)


def date(value: object) -> datetime.date | None:
    """Return an ISO date, or None when there is none or it is not one."""
    try:
        return datetime.date.fromisoformat(scalar(value)[:10])
    except ValueError:
        return None


def seconds(duration: str) -> float | None:
    """Return a duration such as ``5m``, ``1h 30m``, ``30d`` in seconds, or None."""
    parts = _DURATION.findall(duration)
    if not parts or _DURATION.sub("", duration).strip():
        return None
    return sum(float(number) * _SECONDS[_unit(unit)] for number, unit in parts)


def _unit(unit: str) -> str:
    return "ms" if unit == "ms" else unit[0]


def mttr_in_text(text: str) -> str:
    """Return ``2-5m`` from "Expected MTTR: 2-5 minutes" anywhere in a text, code included."""
    found = _MTTR.search(text)
    if found is None:
        return ""
    low, high, unit = found.groups()
    return f"{low}-{high}{unit[0].lower()}" if high else f"{low}{unit[0].lower()}"


def _items(value: object) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _alert(item: object) -> Alert:
    if not isinstance(item, dict):
        return Alert(name=scalar(item))
    match = item.get("match")
    pairs = match.items() if isinstance(match, dict) else ()
    return Alert(
        name=scalar(item.get("name") or item.get("alert")),
        severity=scalar(item.get("severity")),
        expr=scalar(item.get("expr"), 4000),
        duration=scalar(item.get("for")),
        match=tuple((str(key), scalar(value)) for key, value in pairs),
        section=scalar(item.get("section")),
    )


def _owner(item: object) -> Owner:
    if not isinstance(item, dict):
        return Owner(team=scalar(item))
    team = scalar(item.get("team") or item.get("name"))
    return Owner(team, scalar(item.get("slack")), scalar(item.get("email")))


def _access(value: object) -> tuple[str, ...]:
    if isinstance(value, dict):
        return strings(value.get("restricted"))
    return () if scalar(value) in {"", "public"} else strings(value)


def _mttr(value: object) -> str:
    if isinstance(value, dict):
        parts = (f"{key} {scalar(inner)}" for key, inner in value.items() if scalar(inner))
        return ", ".join(parts)
    return scalar(value)
