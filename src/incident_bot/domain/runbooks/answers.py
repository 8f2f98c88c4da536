"""From a word to sections: the author's own heading first, then its kind, then the nearest thing.

Whatever is served says how it was found, so that a reader is never given Mitigation for
Diagnostics without being told.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from incident_bot.domain.runbooks.anchors import anchor_key
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.kinds import FALLBACKS, GRADES, classify, exact_kind
from incident_bot.domain.runbooks.naming import normalise

MatchedBy = Literal[
    "heading", "anchor", "exact", "compound", "token", "similar", "fallback", "content", "outline"
]
_SIMILAR = 85
_MAX_PASSAGES = 3
_SEVERITY_WORDS = frozenset({"critical", "warning", "info", "major", "minor", "page", "ticket"})
# Nothing for escalation: a wrong contact is worse than the policy of the service.
_TELLING_WORDS = {
    "quick_actions": r"restart|rollback|roll back|immediately|first|scale|drain|disable|quick",
    "symptoms": r"symptom|alert|error|fail|page[sd]?\b|fires?\b|slow|down\b|timeout|unavailable",
    "overview": r"this (?:alert|service|document|page|runbook)|means|overview|responsible|is used",
    "impact": r"impact|users?\b|customers?\b|affect|degrad|unavailab|outage|lose|loss",
    "prerequisites": r"require|access|permission|install|credential|before you|need to",
    "diagnostics": (
        r"check|verify|look|logs?\b|dashboard|grafana|kibana|query|get |describe|status"
        r"|determine|identify|find|see if|inspect|monitor|debug|list"
    ),
    "investigation": r"investigat|cause|why|analy|look|history|compare|trace|profile",
    "mitigation": (
        r"restart|scale|rollback|roll back|disable|block|drain|failover|stop|reduce|increase"
        r"|apply|delete|set |enable|run|deploy|silence|change"
    ),
    "recovery": (
        r"restart|restore|recover|resolve|fix|rebuild|replace|re-?run|delete|create|run|deploy"
        r"|apply|start|reload|update|set |promote|remove|add"
    ),
    "verification": r"verify|confirm|should (?:now|be|see)|check that|ensure|make sure|success",
    "communication": r"status page|notify|announce|inform|tell|slack|channel|stakeholder|tweet",
    "closure": r"afterwards|follow.?up|issue|post-?mortem|ticket|close|clean up|remember",
    "prevention": r"prevent|avoid|in future|long.?term|improve|alert on|automate",
    "references": r"https?://|see also|documentation|docs?\b|link",
}
_TELLING = {kind: re.compile(words, re.IGNORECASE) for kind, words in _TELLING_WORDS.items()}


@dataclass(frozen=True, slots=True)
class SectionAnswer:
    """What to show for a section query.

    ``sections`` is empty only when nothing fits (``matched_by`` is "outline"); with several, the
    reader chooses by heading path. ``kind`` is the kind asked for, ``served_kind`` the one
    found, ``fell_back_from`` the label of what was wanted and is missing. ``variant`` is a
    subsection written for the severity at hand.
    """

    runbook: Runbook
    query: str
    sections: tuple[Section, ...]
    matched_by: MatchedBy
    kind: str | None = None
    served_kind: str | None = None
    fell_back_from: str | None = None
    variant: Section | None = None

    @property
    def found(self) -> bool:
        """Return whether there is something to read."""
        return bool(self.sections)

    def markdown(self) -> str:
        """Return the sections as the author wrote them, each under its heading."""
        document, parts = self.runbook.document, []
        for one in self.sections:
            text = document.markdown(one.index, whole=one.index != self.runbook.root)
            parts.append(f"## {one.title or self.runbook.title}\n\n{text}")
        return "\n\n".join(parts)


def find_sections(runbook: Runbook, query: str, severity: str = "") -> SectionAnswer:
    """Answer a section query such as ``diagnostics``, ``#case-2`` or ``restart redis``.

    Args:
        runbook: Where to look.
        query: Any words; empty asks for the section to open with.
        severity: Severity of the alert at hand, to pick ``Critical`` over ``Warning``.
    """
    scope = _scope(runbook)
    variant = _variant(scope, severity)
    if not query.strip():
        return _opening(runbook, scope, variant)
    literal = _literal(runbook, scope, query)
    if literal:
        return SectionAnswer(
            runbook, query, literal[1], literal[0], exact_kind(query), variant=variant
        )
    kind = exact_kind(query) or next((match.kind for match in classify(query)), None)
    if kind is not None:
        by_kind = _by_kind(runbook, scope, kind)
        if by_kind:
            grade, sections = by_kind
            return SectionAnswer(runbook, query, sections, grade, kind, kind, variant=variant)
    if kind is None or exact_kind(query) is None:
        similar = _similar(runbook, scope, query)
        if similar:
            return SectionAnswer(runbook, query, similar, "similar", kind, variant=variant)
    return _fallback(runbook, scope, query, kind, variant)


def _scope(runbook: Runbook) -> tuple[Section, ...]:
    """Return the sections that hold something, the runbook's own preamble first."""
    document = runbook.document
    root = document.sections[runbook.root]
    inner = tuple(s for s in runbook.sections if document.is_filled(s.index))
    return (root, *inner) if root.filled else inner


def _variant(scope: Sequence[Section], severity: str) -> Section | None:
    wanted = normalise(severity)
    if wanted not in _SEVERITY_WORDS:
        return None
    return next((section for section in scope if normalise(section.title) == wanted), None)


def _opening(runbook: Runbook, scope: Sequence[Section], variant: Section | None) -> SectionAnswer:
    found = _by_kind(runbook, scope, "quick_actions")
    if found:
        return SectionAnswer(
            runbook, "", found[1], found[0], "quick_actions", "quick_actions", variant=variant
        )
    first = next((s for s in scope if s.index != runbook.root), scope[0] if scope else None)
    sections = (first,) if first else ()
    matched: MatchedBy = "heading" if first else "outline"
    return SectionAnswer(runbook, "", sections, matched, variant=variant)


def _literal(
    runbook: Runbook, scope: Sequence[Section], query: str
) -> tuple[MatchedBy, tuple[Section, ...]] | None:
    inner = [section for section in scope if section.index != runbook.root]
    if query.startswith("#"):
        named = [section for section in inner if section.anchor == query[1:]]
        if named:
            return "anchor", tuple(named[:1])
    words = normalise(query)
    same = [section for section in inner if normalise(section.title) == words]
    if same:
        return "heading", _outermost(runbook, same)
    at = runbook.document.anchors.get(anchor_key(query))
    if at is not None:
        same = [section for section in inner if section.index == at]
        if same:
            return "anchor", tuple(same)
    return None


def _by_kind(
    runbook: Runbook, scope: Sequence[Section], kind: str
) -> tuple[MatchedBy, tuple[Section, ...]] | None:
    for grade in GRADES:
        found = [
            section
            for section in scope
            if section.grade(kind) == grade and (section.index != runbook.root or not runbook.root)
        ]
        if found:
            return grade, _outermost(runbook, found)
    if kind == "overview" and scope and scope[0].index == runbook.root:
        return "exact", (scope[0],)
    return None


def _similar(runbook: Runbook, scope: Sequence[Section], query: str) -> tuple[Section, ...]:
    words = normalise(query)
    if len(words) < 3:
        return ()
    wanted = set(words.split())
    inner = [section for section in scope if section.index != runbook.root]
    containing = [s for s in inner if wanted <= set(normalise(s.title).split())]
    if containing:
        return _outermost(runbook, containing)[:_MAX_PASSAGES]
    scored = [(fuzz.token_sort_ratio(words, normalise(s.title)), s) for s in inner]
    best = [s for score, s in sorted(scored, key=lambda p: -p[0]) if score >= _SIMILAR]
    return _outermost(runbook, best[:1])


def _fallback(
    runbook: Runbook,
    scope: Sequence[Section],
    query: str,
    kind: str | None,
    variant: Section | None,
) -> SectionAnswer:
    wanted = query.strip()[:80]
    for other in FALLBACKS.get(kind or "", ()):
        found = _by_kind(runbook, scope, other)
        if found:
            return SectionAnswer(runbook, query, found[1], "fallback", kind, other, wanted, variant)
    passages = _passages(runbook, scope, query, kind)
    if passages:
        return SectionAnswer(runbook, query, passages, "content", kind, None, wanted, variant)
    return SectionAnswer(runbook, query, (), "outline", kind, None, wanted, variant)


def _passages(
    runbook: Runbook, scope: Sequence[Section], query: str, kind: str | None
) -> tuple[Section, ...]:
    """Return the sections whose own text speaks most of what was asked."""
    pattern = _TELLING.get(kind) if kind else _any_word(query)
    if pattern is None:
        return ()
    scored: list[tuple[float, Section]] = []
    for section in scope:
        text = runbook.document.markdown(section.index, whole=False)[:20_000]
        hits = len(pattern.findall(text))
        telling = len(pattern.findall(section.title))
        if section.filled and hits + telling:
            density = (hits + 3 * telling) / (8 + len(text.split()) ** 0.5)
            scored.append((density, section))
    if not scored:
        return ()
    scored.sort(key=lambda pair: (-pair[0], pair[1].index))
    enough = scored[0][0] / 2
    best = [section for score, section in scored[:_MAX_PASSAGES] if score >= enough]
    return _outermost(runbook, sorted(best, key=lambda section: section.index))


def _any_word(query: str) -> re.Pattern[str] | None:
    words = [word for word in normalise(query).split() if len(word) > 2][:8]
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE) if words else None


def _outermost(runbook: Runbook, sections: Iterable[Section]) -> tuple[Section, ...]:
    """Drop sections that stand inside another of the same answer."""
    kept: list[Section] = []
    for section in sorted(sections, key=lambda s: s.index):
        inside = kept and kept[-1].index != runbook.root and section.line < kept[-1].end
        if not inside:
            kept.append(section)
    return tuple(kept)
