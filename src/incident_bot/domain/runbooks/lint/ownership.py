"""RB017–RB020, RB025, RB029: what front matter promises."""

import datetime
import re
from collections.abc import Iterator

from rapidfuzz import fuzz, process

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.coverage import disagreements
from incident_bot.domain.runbooks.facts import scalar, seconds
from incident_bot.domain.runbooks.lint.subject import Said, Subject, Surroundings
from incident_bot.domain.runbooks.naming import name_key, normalise

_TOP = frozenset({"sev1", "p0", "p1", "critical", "s1", "blocker"})
_BOTTOM = frozenset({"sev4", "sev5", "p3", "p4", "p5", "low", "info"})
_MILD = re.compile(
    r"\bno (?:user |customer )?impact\b|\bcosmetic\b|\bnobody notices\b", re.IGNORECASE
)
_GRAVE = re.compile(r"\b(?:complete|total) outage\b|\bdata loss\b|\ball users\b", re.IGNORECASE)
_ALIKE = 90
_ANSWERING = frozenset({"alert", "emergency", "dr"})


def check(subject: Subject, around: Surroundings) -> Iterator[Said]:
    """Yield the findings of the whole family."""
    if not subject.front:
        yield from _unmistakable(subject, around)
        return
    yield from _alerts(subject, around)
    yield from _severity(subject, around)
    yield from _owners(subject, around)
    yield from _reviews(subject, around)
    yield from _repair_time(subject)
    yield from _unmistakable(subject, around)


def _alerts(subject: Subject, around: Surroundings) -> Iterator[Said]:
    if around.rules is None:
        return
    by_name = {name_key(rule.name): rule for rule in around.rules}
    for runbook in subject.runbooks:
        for alert in runbook.facts.alerts:
            if not alert.name:
                continue
            rule = by_name.get(name_key(alert.name))
            line = subject.key_line("alerts")
            if rule is None:
                yield Said("RB017", line, f"no rule file has an alert {alert.name}")
                continue
            for said in disagreements(rule, runbook):
                code = "RB018" if said.startswith("severity") else "RB017"
                yield Said(code, line, f"{alert.name}: {said}")


def _severity(subject: Subject, around: Surroundings) -> Iterator[Said]:
    severity = scalar(subject.front.get("severity"))
    answers = subject.main.facts.type in _ANSWERING
    if not severity:
        if answers:
            yield Said("RB018", 0, "no severity is given")
        return
    line = subject.key_line("severity")
    if around.severities is not None and severity.lower() not in around.severities:
        yield Said("RB018", line, f"severity {severity!r} is not in the scheme")
    impact = _impact(subject.main)
    level = severity.lower().replace("-", "")
    if level in _TOP and _MILD.search(impact):
        yield Said("RB018", line, f"severity {severity}, but the impact reads mild")
    if level in _BOTTOM and _GRAVE.search(impact):
        yield Said("RB018", line, f"severity {severity}, but the impact reads grave")


def _impact(runbook: Runbook) -> str:
    return "\n".join(
        runbook.document.markdown(section.index)
        for section in runbook.sections
        if section.grade("impact") == "exact"
    )


def _owners(subject: Subject, around: Surroundings) -> Iterator[Said]:
    facts = subject.main.facts
    if not facts.owners:
        yield Said("RB019", 0, "no owner is named")
    for owner in facts.owners:
        names = {name.lower().lstrip("@#") for name in (owner.team, owner.slack) if name}
        if around.owners is not None and names and not names & around.owners:
            yield Said("RB019", subject.key_line("owners"), f"nobody knows owner {owner.team}")
    policy = facts.escalation_policy
    if policy and around.policies is not None and policy not in around.policies:
        line = subject.key_line("escalation_policy")
        yield Said("RB019", line, f"escalation policy {policy!r} is not configured")


def _reviews(subject: Subject, around: Surroundings) -> Iterator[Said]:
    facts = subject.main.facts
    for done, every, what in (
        (facts.last_reviewed, facts.review_every, "review"),
        (facts.last_drilled, facts.drill_every, "drill"),
    ):
        span = seconds(every) if every else None
        if span is None:
            continue
        line = subject.key_line(f"{what}_every")
        if done is None:
            yield Said("RB020", line, f"a {what} every {every} is promised, none is recorded")
        elif done + datetime.timedelta(seconds=span) < around.today:
            yield Said("RB020", line, f"last {what} {done}, promised every {every}")


def _repair_time(subject: Subject) -> Iterator[Said]:
    main = subject.main
    if main.facts.type in _ANSWERING and not main.expected_mttr:
        yield Said("RB025", 0, "no expected time to repair is given")
    written = subject.front.get("expected_mttr")
    if isinstance(written, dict):
        quick, full = _upper(written.get("quick")), _upper(written.get("full"))
        if quick is not None and full is not None and quick > full:
            line = subject.key_line("expected_mttr")
            yield Said("RB025", line, "the quick repair is expected to take longer than the full")


def _upper(value: object) -> float | None:
    """Return the upper end of a time such as ``2-5m`` in seconds."""
    text = scalar(value).replace("\u2013", "-")
    last = text.rpartition("-")[2].strip(" <")
    return seconds(last)


def _unmistakable(subject: Subject, around: Surroundings) -> Iterator[Said]:
    main = subject.main
    if main.facts.aliases or main.facts.alerts:
        return
    near = process.extract(
        normalise(main.title),
        around.titles(main.library),
        scorer=fuzz.token_sort_ratio,
        score_cutoff=_ALIKE,
        limit=2,
    )
    other = next((key for _, _, key in near if key != main.key), None)
    if other is not None:
        yield Said("RB029", 0, f"no aliases, and the title is close to that of {other}")
