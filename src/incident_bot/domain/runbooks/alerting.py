"""From an alert to its runbook, by the first rule that holds.

The order: an annotation's URL, the alert's name in front matter, in a file name or title, in a
heading, a label selector, a metric in the expression. What matched is always said.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from incident_bot.domain.runbooks.addresses import COMMON_NAMES, AddressBook, Place
from incident_bot.domain.runbooks.answers import find_sections
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.facts import Alert
from incident_bot.domain.runbooks.naming import name_key, name_keys

Rule = Literal[
    "annotation",
    "alert_name",
    "file_name",
    "heading",
    "labels",
    "expression",
    "suggested",
    "none",
]
ANNOTATIONS = ("runbook_url", "runbook", "runbook_url_internal", "playbook_url")
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]{2,120}")
_SELECTOR = re.compile(r"([a-zA-Z_]\w{0,80})\s*=\s*\"([^\"]{0,200})\"")
_MAX_EXPRESSION = 4_000
# PromQL words that name no metric.
_KEYWORDS = frozenset(
    [
        "sum",
        "rate",
        "irate",
        "increase",
        "avg",
        "max",
        "min",
        "count",
        "by",
        "without",
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "and",
        "or",
        "unless",
        "bool",
        "offset",
        "histogram_quantile",
        "quantile",
        "topk",
        "bottomk",
        "absent",
        "absent_over_time",
        "time",
        "vector",
        "scalar",
        "clamp_max",
        "clamp_min",
        "delta",
        "idelta",
        "deriv",
        "predict_linear",
        "label_replace",
        "label_join",
        "changes",
        "resets",
        "sort",
        "sort_desc",
        "round",
        "floor",
        "ceil",
        "abs",
        "exp",
        "ln",
        "log2",
        "log10",
        "sqrt",
        "stddev",
        "stdvar",
    ]
)


@dataclass(frozen=True, slots=True)
class AlertMatch:
    """How an alert and a runbook belong together.

    ``rule`` is "none" without a runbook; ``url`` is the annotation's address as given, shown as
    a link either way; ``choices`` are the candidates when neither labels nor service decide.
    """

    rule: Rule
    runbook: Runbook | None = None
    section: Section | None = None
    url: str = ""
    choices: tuple[Runbook, ...] = ()


_WHY: Mapping[Rule, str] = {
    "annotation": "its runbook address leads there",
    "alert_name": "the runbook lists this alert",
    "file_name": "the runbook has this name",
    "heading": "a heading of the runbook has this name",
    "labels": "the runbook's selector holds for its labels",
    "expression": "the runbook's alert watches the same metric",
    "suggested": "service and words fit; nothing links them",
}


def why(match: AlertMatch) -> str:
    """Return in words which rule linked an alert to its runbook; empty when none did."""
    return _WHY.get(match.rule, "")


class AlertIndex:
    """Alert names, selectors and metrics of every runbook."""

    def __init__(self, runbooks: Iterable[Runbook], addresses: AddressBook) -> None:
        self._addresses = addresses
        self._named: dict[str, list[tuple[Runbook, Alert]]] = defaultdict(list)
        self._files: dict[str, list[Runbook]] = defaultdict(list)
        self._headings: dict[str, list[Place]] = defaultdict(list)
        self._selectors: list[tuple[Runbook, Alert]] = []
        self._metrics: dict[str, list[tuple[Runbook, Alert]]] = defaultdict(list)
        for runbook in runbooks:
            self._add(runbook)

    def match(
        self, labels: Mapping[str, str], annotations: Mapping[str, str], generator_url: str
    ) -> AlertMatch:
        """Return the match of the first rule that holds."""
        url = next((annotations[name] for name in ANNOTATIONS if annotations.get(name)), "")
        if url:
            places = list(self._addresses.by_url(url)) or self._by_slug(url)
            if places:
                return self._decide("annotation", places, labels, url)
        keys = name_keys(labels.get("alertname", "")) if labels.get("alertname") else ()
        for key in keys:
            for rule, places in self._by_name(key):
                if places:
                    return self._decide(rule, places, labels, url)
        places = self._by_labels(labels)
        if places:
            return self._decide("labels", places, labels, url)
        found = self.match_expression(labels, _expression(generator_url))
        return replace(found, url=url)

    def match_expression(self, labels: Mapping[str, str], expression: str) -> AlertMatch:
        """Return the match of the last rule alone."""
        places = self._by_expression(expression, labels)
        return self._decide("expression", places, labels, "") if places else AlertMatch("none")

    def _add(self, runbook: Runbook) -> None:
        for alert in runbook.facts.alerts:
            for key in name_keys(alert.name) if alert.name else ():
                self._named[key].append((runbook, alert))
            if alert.match:
                self._selectors.append((runbook, alert))
            for metric in metrics_in(alert.expr):
                self._metrics[metric].append((runbook, alert))
        stem = runbook.path.rpartition("/")[2].removesuffix(".md")
        names = {runbook.title, runbook.slug, *runbook.facts.aliases}
        if not runbook.root:
            names.add(stem)
        for key in {key for name in names for key in name_keys(name)}:
            self._files[key].append(runbook)
        if runbook.root:
            return
        for section in runbook.sections:
            if section.level in {2, 3} and not section.kinds:
                self._headings[name_key(section.title)].append(Place(runbook, section))

    def _by_slug(self, url: str) -> list[Place]:
        """Return runbooks whose name is the anchor or the last part of a foreign URL."""
        address, _, anchor = url.partition("#")
        last = urlsplit(address).path.rstrip("/").rpartition("/")[2].removesuffix(".md")
        for key in filter(None, (name_key(anchor), name_key(last))):
            if key in COMMON_NAMES:
                continue
            found = [Place(runbook) for runbook, _ in self._named.get(key, ())]
            found = found or [Place(runbook) for runbook in self._files.get(key, ())]
            found = found or list(self._headings.get(key, ()))
            if found:
                return found
        return []

    def _by_name(self, key: str) -> tuple[tuple[Rule, list[Place]], ...]:
        named = [
            Place(runbook, _opening(runbook, alert)) for runbook, alert in self._named.get(key, ())
        ]
        files = [Place(runbook) for runbook in self._files.get(key, ())]
        return (
            ("alert_name", named),
            ("file_name", files),
            ("heading", list(self._headings.get(key, ()))),
        )

    def _by_labels(self, labels: Mapping[str, str]) -> list[Place]:
        scored = [
            (len(alert.match), Place(runbook, _opening(runbook, alert)))
            for runbook, alert in self._selectors
            if all(labels.get(name) == value for name, value in alert.match)
        ]
        most = max((score for score, _ in scored), default=0)
        return [place for score, place in scored if score == most]

    def _by_expression(self, expression: str, labels: Mapping[str, str]) -> list[Place]:
        said = {**labels, **dict(_SELECTOR.findall(expression))}
        scored: dict[str, tuple[int, Place]] = {}
        for metric in metrics_in(expression):
            for runbook, alert in self._metrics.get(metric, ()):
                wanted = dict(_SELECTOR.findall(alert.expr))
                if any(said.get(name) != value for name, value in wanted.items()):
                    continue
                score = 1 + len(wanted)
                if score > scored.get(runbook.key, (0, None))[0]:
                    scored[runbook.key] = (score, Place(runbook, _opening(runbook, alert)))
        most = max((score for score, _ in scored.values()), default=0)
        return [place for score, place in scored.values() if score == most]

    def _decide(
        self, rule: Rule, places: Iterable[Place], labels: Mapping[str, str], url: str
    ) -> AlertMatch:
        distinct = list({place.runbook.key: place for place in reversed(list(places))}.values())
        distinct.reverse()
        live = [p for p in distinct if p.runbook.facts.status != "deprecated"] or distinct
        if len(live) > 1:
            live = _by_context(live, labels)
        if len(live) == 1:
            return AlertMatch(rule, live[0].runbook, live[0].section, url)
        return AlertMatch(rule, None, None, url, tuple(place.runbook for place in live))


def metrics_in(expression: str) -> tuple[str, ...]:
    """Return the metric names of a PromQL expression, label matchers and functions left out."""
    bare = re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]|\"[^\"]*\"", " ", expression[:_MAX_EXPRESSION])
    bare = re.sub(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)", " ", bare)
    names = (name for name in _METRIC.findall(bare) if name not in _KEYWORDS)
    return tuple(dict.fromkeys(names))


def _expression(generator_url: str) -> str:
    """Return the expression in a Prometheus generator URL (``g0.expr``)."""
    try:
        query = parse_qs(urlsplit(generator_url[:20_000]).query)
    except ValueError:
        return ""
    return next(iter(query.get("g0.expr", query.get("expr", []))), "")


def _by_context(places: list[Place], labels: Mapping[str, str]) -> list[Place]:
    """Keep the places whose service, system, selector or folder the labels name."""
    said = {name_key(value) for value in labels.values() if value}

    def score(place: Place) -> int:
        runbook = place.runbook
        points = 4 * any(name_key(service) in said for service in runbook.facts.services)
        points += 3 * (name_key(runbook.system) in said)
        points += 2 * any(name_key(part) in said for part in runbook.path.split("/")[:-1])
        for alert in runbook.facts.alerts:
            if alert.match and all(labels.get(name) == value for name, value in alert.match):
                points += 5
        return points

    best = max(score(place) for place in places)
    return [place for place in places if score(place) == best]


def _opening(runbook: Runbook, alert: Alert) -> Section | None:
    if not alert.section:
        return None
    answer = find_sections(runbook, alert.section, alert.severity)
    return answer.sections[0] if answer.sections else None
