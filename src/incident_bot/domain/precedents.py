"""Which runbooks may fit an incident: what the shelf says, and what helped in similar ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from incident_bot.domain.readmodels import SuggestedRunbook
from incident_bot.domain.runbooks.alerting import why
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.firing import named_alerts
from incident_bot.domain.runbooks.search import terms
from incident_bot.domain.runbooks.shelf import Found, Shelf

LIKE = 0.5
"""The share of words that two titles must have in common to be about the same thing."""
LEAST = 6.0
"""What nobody asked for must fit better than an answer to a question."""
_ALERT, _NAMED, _PRECEDENT, _WORKED = 30.0, 20.0, 6.0, 4.0
_SURE = ("annotation", "alert_name", "file_name", "heading", "expression")
"""The rules by which a word or an address in a title names an alert, not by chance."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """A past incident and the runbooks used in it, by full name; `worked` were rated so."""

    incident: int
    ref: str
    title: str
    service: str
    opened: tuple[str, ...]
    worked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The incident that a runbook is looked for. `named` are its service's own runbooks."""

    incident: int
    title: str
    service: str = ""
    named: tuple[str, ...] = ()


def suggest_runbooks(
    shelf: Shelf, wanted: Wanted, past: Sequence[Precedent], limit: int = 3
) -> tuple[SuggestedRunbook, ...]:
    """Return runbooks likely to help, best first, each with the reasons to show."""
    scores: dict[str, float] = {}
    reasons: dict[str, list[str]] = {}
    books: dict[str, Runbook] = {}

    def add(book: Runbook, score: float, *why: str) -> None:
        books[book.key] = book
        scores[book.key] = scores.get(book.key, 0.0) + score
        reasons.setdefault(book.key, []).extend(why)

    for told, reason in _alerted(shelf, wanted.title):
        add(told, _ALERT, reason)
    for name in wanted.named:
        found = shelf.resolve(name)
        if isinstance(found, Found):
            add(found.runbook, _NAMED, f"named for service {wanted.service}")
    for one in shelf.suggest(service=wanted.service, symptoms=wanted.title, limit=10):
        if one.score >= LEAST:
            add(one.runbook, one.score, *one.reasons)
    for case in _similar(wanted, past):
        for key in case.opened:
            book = shelf.get(key)
            if book is None or book.facts.status == "deprecated":
                continue
            good = key in case.worked
            add(
                book, _PRECEDENT + _WORKED * good, f"{'worked' if good else 'opened'} in {case.ref}"
            )
    best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
    return tuple(
        SuggestedRunbook(key, books[key].title, "; ".join(reasons[key][:4])) for key in best
    )


def _alerted(shelf: Shelf, title: str) -> Iterator[tuple[Runbook, str]]:
    """Yield the runbooks of the alerts and addresses that a title holds, each once."""
    seen: set[str] = set()
    for alert in named_alerts(title):
        match = shelf.for_alert(alert.labels, alert.annotations, alert.generator_url)
        books = (match.runbook,) if match.runbook else match.choices
        for book in books if match.rule in _SURE else ():
            if book.key not in seen and book.facts.status != "deprecated":
                seen.add(book.key)
                name = alert.labels.get("alertname")
                yield (
                    book,
                    f"{name}: {why(match)}" if name else "an address in the title leads there",
                )


def _similar(wanted: Wanted, past: Sequence[Precedent]) -> list[Precedent]:
    """Return the past incidents that sound alike, most alike first, at most three."""
    words = set(terms(wanted.title))
    scored: list[tuple[float, Precedent]] = []
    for case in past:
        if case.incident == wanted.incident:
            continue
        theirs = set(terms(case.title))
        shared = len(words & theirs) / max(1, min(len(words), len(theirs)))
        same = bool(wanted.service) and wanted.service.casefold() == case.service.casefold()
        if shared >= (LIKE / 2 if same else LIKE) and words & theirs:
            scored.append((shared + 0.5 * same, case))
    scored.sort(key=lambda pair: (-pair[0], -pair[1].incident))
    return [case for _, case in scored[:3]]
