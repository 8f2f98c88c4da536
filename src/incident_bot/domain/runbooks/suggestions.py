"""Which runbooks may help, and why: service, labels, symptoms, words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.naming import name_key
from incident_bot.domain.runbooks.search import (
    SearchIndex,
    spelled_name_terms,
    spelled_terms,
    terms,
)

_TELLING_LABELS = ("alertname", "service", "component", "job", "agent", "app", "subsystem")
_SERVICE_SCORE = 8.0
_SYMPTOM_SCORE = 6.0
_LEAST_SCORE = 2.5
_CONFIDENT_SCORE = 14.0
_SYMPTOM_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A runbook and the reasons to show next to it; ``confident`` means more than words met."""

    runbook: Runbook
    score: float
    reasons: tuple[str, ...]
    confident: bool


def suggest(
    runbooks: Sequence[Runbook],
    index: SearchIndex,
    labels: Mapping[str, str],
    service: str,
    symptoms: str,
    limit: int,
) -> list[Suggestion]:
    """Rank runbooks by service, by the symptoms their authors listed and by BM25 over the words."""
    told = [labels[name] for name in _TELLING_LABELS if labels.get(name)]
    spoken = [
        *spelled_terms(symptoms)[:40],
        *(pair for text in [*told, service] for pair in spelled_name_terms(text)),
    ]
    spelling = {term: word for word, term in reversed(spoken)}
    words = list(dict.fromkeys(term for _, term in spoken))[:32]
    scores: dict[int, float] = {}
    met: dict[int, tuple[str, ...]] = {}
    for hit in index.search_terms(words, 40) if words else ():
        scores[hit.book] = hit.score
        met[hit.book] = hit.words
    services = {name_key(name) for name in (service, *told) if name}
    said = frozenset(words)
    found: list[Suggestion] = []
    for book, runbook in enumerate(runbooks):
        score, reasons = scores.get(book, 0.0), []
        shared = next((s for s in runbook.facts.services if name_key(s) in services), None)
        if shared:
            score += _SERVICE_SCORE
            reasons.append(f"service {shared}")
        symptom = _met_symptom(runbook, said)
        if symptom:
            score += _SYMPTOM_SCORE
            reasons.append(f"symptom: {symptom}")
        if book in met:
            shown = [spelling[word] for word in words if word in met[book]][:5]
            reasons.append("words: " + ", ".join(shown))
        if score >= _LEAST_SCORE and runbook.facts.status != "deprecated":
            sure = score >= _CONFIDENT_SCORE and bool(shared)
            found.append(Suggestion(runbook, score, tuple(reasons), sure))
    found.sort(key=lambda one: (-one.score, one.runbook.key))
    return found[:limit]


def _met_symptom(runbook: Runbook, said: frozenset[str]) -> str:
    for symptom in runbook.facts.symptoms:
        wanted = set(terms(symptom))
        if wanted and len(wanted & said) / len(wanted) >= _SYMPTOM_SHARE:
            return symptom
    return ""
