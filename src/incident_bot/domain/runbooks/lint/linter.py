"""All rules over all files: findings, scores, a report."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from incident_bot.domain.runbooks.coverage import measure
from incident_bot.domain.runbooks.lint import (
    commands,
    links,
    ownership,
    steps,
    structure,
    wording,
)
from incident_bot.domain.runbooks.lint.catalogue import RULES, WEIGHTS, Severity
from incident_bot.domain.runbooks.lint.silence import beyond_baseline, fingerprint, unsilenced
from incident_bot.domain.runbooks.lint.subject import Said, Subject, Surroundings

_FAMILIES: tuple[Callable[[Subject, Surroundings], Iterator[Said]], ...] = (
    structure.check,
    wording.check,
    commands.check,
    links.check,
    ownership.check,
    steps.check,
)


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding ready to be shown; ``line`` counts from 1 in the file as its author sees it."""

    library: str
    path: str
    line: int
    code: str
    severity: Severity
    message: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class LintReport:
    """Findings in file order, and the score (0 to 100) of each file and of the library."""

    findings: tuple[LintFinding, ...]
    scores: Mapping[tuple[str, str], float]
    score: float

    def count(self, severity: Severity) -> int:
        """Return how many findings have a severity."""
        return sum(one.severity == severity for one in self.findings)


def lint(
    subjects: Iterable[Subject],
    around: Surroundings,
    *,
    only: frozenset[str] = frozenset(),
    baseline: Mapping[str, int] | None = None,
) -> LintReport:
    """Check files against every rule.

    Args:
        subjects: The files.
        around: What they are compared with.
        only: Codes to check; empty means all.
        baseline: Known findings by fingerprint and how many of each; they are left out.
    """
    found: list[LintFinding] = []
    scores: dict[tuple[str, str], float] = {}
    for subject in subjects:
        mine = list(_of_file(subject, around, only))
        if baseline:
            fresh = beyond_baseline([one.fingerprint for one in mine], baseline)
            mine = [one for one, is_new in zip(mine, fresh, strict=True) if is_new]
        found.extend(mine)
        lost = sum(WEIGHTS[one.severity] for one in mine)
        scores[subject.library, subject.document.path] = max(0.0, 100.0 - lost)
    found.extend(_of_rules(around, only))
    return LintReport(tuple(found), scores, _library_score(scores, around.usage))


def _of_file(subject: Subject, around: Surroundings, only: frozenset[str]) -> Iterator[LintFinding]:
    said = {one for family in _FAMILIES for one in family(subject, around)}
    document = subject.document
    kept = unsilenced(document, said)
    for one in sorted(kept, key=lambda each: (each.line, each.code, each.message)):
        if only and one.code not in only:
            continue
        text = document.lines[one.line] if one.line < len(document.lines) else ""
        yield LintFinding(
            subject.library,
            document.path,
            document.source_line(one.line),
            one.code,
            one.severity or RULES[one.code].severity,
            one.message,
            fingerprint(document.path, one.code, one.message, text),
        )


def _of_rules(around: Surroundings, only: frozenset[str]) -> Iterator[LintFinding]:
    """Yield RB016 and RB030 for the rule files themselves."""
    for one in measure(around.rules, around.shelf).rules if around.rules else ():
        code, message = "", ""
        runbook = one.match.runbook
        if one.state != "covered":
            code, message = "RB016", f"alert {one.rule.name}: {one.state}"
        elif runbook is not None and runbook.facts.status == "deprecated":
            code, message = "RB030", f"alert {one.rule.name} leads to deprecated {runbook.key}"
        if code and (not only or code in only):
            mark = fingerprint(one.rule.file, code, message, one.rule.name)
            severity = RULES[code].severity
            yield LintFinding("", one.rule.file, one.rule.line, code, severity, message, mark)


def _library_score(scores: Mapping[tuple[str, str], float], usage: Mapping[str, float]) -> float:
    """Return the mean, files weighted by one plus how often they were used."""
    weights = {place: 1.0 + max(0.0, usage.get(place[1], 0.0)) for place in scores}
    total = sum(weights.values())
    return sum(scores[place] * weights[place] for place in scores) / total if total else 100.0
