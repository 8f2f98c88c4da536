"""Which alert rules lead to a runbook, and whether the runbook agrees with the rule."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from incident_bot.domain.runbooks.alerting import ANNOTATIONS, AlertMatch
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.facts import Alert, scalar, seconds
from incident_bot.domain.runbooks.naming import name_key
from incident_bot.domain.runbooks.shelf import Shelf

State = Literal["covered", "unlinked", "unresolved", "ambiguous", "missing", "deferred"]
_SPACE = re.compile(r"\s+")
_LITERAL = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$")


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One alerting rule of a Prometheus rule file; ``line`` counts from 1."""

    name: str
    expr: str = ""
    duration: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0

    @property
    def runbook_url(self) -> str:
        """Return the address the rule gives for its runbook, empty when it gives none."""
        return next(
            (self.annotations[name] for name in ANNOTATIONS if self.annotations.get(name)), ""
        )


@dataclass(frozen=True, slots=True)
class Covered:
    """One rule judged.

    ``state`` is "covered" (annotation resolves), "unlinked" (a runbook exists but the rule has no
    annotation), "unresolved" (the annotation leads nowhere), "ambiguous", "missing", or
    "deferred" (the runbook waits to be enabled; it does not count as coverage).
    """

    rule: AlertRule
    state: State
    match: AlertMatch
    disagreements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """All rules judged, and the alerts runbooks name that no rule file has."""

    rules: tuple[Covered, ...]
    unknown_alerts: tuple[tuple[Runbook, str], ...] = ()

    @property
    def share(self) -> float:
        """Return the covered share of all rules, 0 to 1; 1 without rules."""
        if not self.rules:
            return 1.0
        return sum(one.state == "covered" for one in self.rules) / len(self.rules)


def rules_in(loaded: Any, file: str = "") -> tuple[AlertRule, ...]:
    """Return the alerting rules of a loaded rule file, also of a PrometheusRule resource.

    Args:
        loaded: What a YAML parser returned. Mappings that carry ``lc.line`` (ruamel.yaml) give
            rules their line.
        file: Name to report.
    """
    found: list[AlertRule] = []
    for rule in rule_nodes(loaded):
        position = getattr(rule, "lc", None)
        found.append(
            AlertRule(
                name=scalar(rule.get("alert")),
                expr=_SPACE.sub(" ", str(rule.get("expr", ""))).strip()[:4000],
                duration=scalar(rule.get("for")),
                labels=_texts(rule.get("labels")),
                annotations=_texts(rule.get("annotations")),
                file=file,
                line=int(position.line) + 1 if position is not None else 0,
            )
        )
    return tuple(found)


def rule_nodes(loaded: Any) -> list[Any]:
    """Return the mappings of the alerting rules themselves, to be read or amended."""
    if not isinstance(loaded, dict):
        return []
    spec = loaded.get("spec")
    groups = loaded.get("groups") or (spec.get("groups") if isinstance(spec, dict) else None)
    found: list[Any] = []
    for group in groups if isinstance(groups, list) else ():
        rules = group.get("rules") if isinstance(group, dict) else None
        listed = rules if isinstance(rules, list) else ()
        found.extend(rule for rule in listed if isinstance(rule, dict) and rule.get("alert"))
    return found


def measure(rules: Iterable[AlertRule], shelf: Shelf) -> Coverage:
    """Judge every rule against the shelf."""
    judged = tuple(_judge(rule, shelf) for rule in rules)
    known = {name_key(one.rule.name) for one in judged}
    systems = {one.match.runbook.system for one in judged if one.match.runbook}
    unknown = tuple(
        (runbook, alert.name)
        for runbook in shelf.runbooks
        for alert in runbook.facts.alerts
        if runbook.system in systems and alert.name and name_key(alert.name) not in known
    )
    return Coverage(judged, unknown)


def _judge(rule: AlertRule, shelf: Shelf) -> Covered:
    labels = {**rule.labels, "alertname": rule.name}
    match = shelf.for_alert(labels, rule.annotations)
    if match.rule in {"none", "suggested"}:
        match = _by_expression(rule, labels, shelf, match)
    state = _state(rule, match)
    said = disagreements(rule, match.runbook) if match.runbook else ()
    return Covered(rule, state, match, said)


def _by_expression(
    rule: AlertRule, labels: Mapping[str, str], shelf: Shelf, otherwise: AlertMatch
) -> AlertMatch:
    found = shelf.for_expression(labels, rule.expr)
    return found if found.rule == "expression" else otherwise


def _state(rule: AlertRule, match: AlertMatch) -> State:
    if match.choices:
        return "ambiguous"
    if match.runbook is None or match.rule == "suggested":
        return "unresolved" if rule.runbook_url else "missing"
    if match.runbook.facts.status == "deferred":
        return "deferred"
    if match.rule == "annotation":
        return "covered"
    return "unresolved" if rule.runbook_url else "unlinked"


def disagreements(rule: AlertRule, runbook: Runbook) -> tuple[str, ...]:
    """Return where a runbook's front matter and the rule say different things."""
    alert = _same_alert(rule, runbook.facts.alerts)
    if alert is None:
        return ()
    said: list[str] = []
    if alert.duration and rule.duration and seconds(alert.duration) != seconds(rule.duration):
        said.append(f"for: runbook says {alert.duration}, rule says {rule.duration}")
    level = rule.labels.get("severity", "")
    if alert.severity and level and alert.severity.lower() != level.lower():
        said.append(f"severity: runbook says {alert.severity}, rule says {level}")
    ours, theirs = _threshold(alert.expr), _threshold(rule.expr)
    if ours and theirs and float(ours) != float(theirs):
        said.append(f"threshold: runbook says {ours}, rule says {theirs}")
    return tuple(said)


def _same_alert(rule: AlertRule, alerts: Sequence[Alert]) -> Alert | None:
    wanted = name_key(rule.name)
    return next((alert for alert in alerts if name_key(alert.name) == wanted), None)


def _threshold(expr: str) -> str:
    found = _LITERAL.search(expr.strip().rstrip(")"))
    return found.group(1) if found else ""


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(key): str(inner) for key, inner in value.items()}
