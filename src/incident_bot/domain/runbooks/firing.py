"""Alerts as others tell of them: webhook payloads, label sets, addresses, names in a sentence.

Shapes: Alertmanager's webhook and API v2, Prometheus' ``/api/v1/alerts`` and ``/api/v1/rules``,
Grafana's webhook, one alert alone, a flat label set.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from incident_bot.domain.runbooks.naming import humps

MOST_ALERTS = 500
_MOST_LABELS = 64
_MOST_NAMES = 12
_LONGEST = 4_000
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
_PAIR = re.compile(r"([a-zA-Z_]\w{0,80})\s{0,3}=~?\s{0,3}(?:\"([^\"]{0,500})\"|([\w./:-]{1,200}))")
_SENT = re.compile(r"\[(?:FIRING|RESOLVED)(?::\d{1,6})?\]\s+([\w.:-]{1,200})")
_URL = re.compile(r"https?://[^\s<>|\"'`]{1,2000}")
_NAME = re.compile(r"(?<![\w/.-])[A-Za-z][A-Za-z0-9_-]{1,199}(?![\w/])")


@dataclass(frozen=True, slots=True)
class FiringAlert:
    """One alert; ``state`` and ``fingerprint`` are empty where nobody said."""

    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    generator_url: str = ""
    state: str = ""
    fingerprint: str = ""

    @property
    def name(self) -> str:
        """Return the alert's name, else the address it was told by."""
        address = self.generator_url or next(iter(self.annotations.values()), "")
        return self.labels.get("alertname", "") or address


def alerts_in(payload: object) -> tuple[FiringAlert, ...]:
    """Return the alerts of a decoded payload; what is none is left out."""
    found: list[FiringAlert] = []
    for one in _entries(payload):
        labels, annotations = _texts(one.get("labels")), _texts(one.get("annotations"))
        if labels or annotations:
            status = one.get("status", one.get("state", ""))
            state = status.get("state", "") if isinstance(status, dict) else status
            found.append(
                FiringAlert(
                    labels,
                    annotations,
                    _text(one.get("generatorURL")),
                    _text(state),
                    _text(one.get("fingerprint")),
                )
            )
        if len(found) == MOST_ALERTS:
            break
    return tuple(found)


def told_alerts(text: str) -> tuple[FiringAlert, ...]:
    """Return the alerts of something pasted: JSON, a label set, an address, else a name."""
    said = text.translate(_QUOTES).strip().strip("`").strip()
    if said.startswith(("{", "[")):
        try:
            found = alerts_in(json.loads(said))
        except (ValueError, RecursionError):
            found = ()
        if found:
            return found
    if sent := _SENT.search(said):
        return (FiringAlert({"alertname": sent[1]}),)
    if url := _URL.search(said):
        return (_at(url[0]),)
    labels = _labels(said)
    if "alertname" in labels or (labels and said.startswith("{")):
        return (FiringAlert(labels),)
    return (FiringAlert({"alertname": said[:200]}),) if said else ()


def named_alerts(text: str) -> tuple[FiringAlert, ...]:
    """Return what in a sentence may name an alert: addresses, and words such as HighErrorRate.

    They are only candidates: most words with two parts are no alert.
    """
    said = text.translate(_QUOTES)[:_LONGEST]
    found = [_at(url) for url in _URL.findall(said)]
    names = _NAME.findall(_URL.sub(" ", said))
    found += [FiringAlert({"alertname": name}) for name in names if len(humps(name)) > 1]
    return tuple({one.name: one for one in found}.values())[:_MOST_NAMES]


def _at(url: str) -> FiringAlert:
    """What an address tells: Prometheus' graph, Alertmanager's filter, else a runbook."""
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        inside = parse_qs(parts.fragment.partition("?")[2])
    except ValueError:
        return FiringAlert(annotations={"runbook_url": url})
    if "g0.expr" in query or "expr" in query:
        return FiringAlert(generator_url=url)
    filters = [*inside.get("filter", []), *query.get("filter", [])]
    labels = _labels(filters[0]) if filters else {}
    return FiringAlert(labels) if labels else FiringAlert(annotations={"runbook_url": url})


def _labels(text: str) -> dict[str, str]:
    pairs = _PAIR.findall(text[:_LONGEST])[:_MOST_LABELS]
    return {name: quoted or bare for name, quoted, bare in pairs}


def _entries(payload: object) -> Iterator[Mapping[str, Any]]:
    """Yield what looks like an alert, two containers deep at most."""
    if isinstance(payload, list):
        yield from (one for one in payload if isinstance(one, dict))
        return
    if not isinstance(payload, dict):
        return
    told = payload.get("data") if isinstance(payload.get("data"), dict) else payload
    groups = told.get("groups") if isinstance(told, dict) else None
    if isinstance(groups, list):
        rules = [r for g in groups if isinstance(g, dict) for r in _dicts(g.get("rules"))]
        yield from (one for rule in rules for one in _dicts(rule.get("alerts")))
    elif isinstance(told, dict) and isinstance(told.get("alerts"), list):
        common = {
            "labels": told.get("commonLabels"),
            "annotations": told.get("commonAnnotations"),
        }
        for one in _dicts(told["alerts"]):
            yield {**one, **{key: one.get(key) or shared for key, shared in common.items()}}
    elif "labels" in payload or "annotations" in payload:
        yield payload
    elif "alertname" in payload:
        yield {"labels": payload}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: object) -> dict[str, str]:
    pairs = list(value.items())[:_MOST_LABELS] if isinstance(value, dict) else []
    return {str(key)[:200]: _text(one) for key, one in pairs if _text(one)}


def _text(value: object) -> str:
    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value)[:_LONGEST] if plain else ""
