"""Severities as people type them: `sev2`, `SEV-2`, `sev 2`, `P1`, `critical`, and near misses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from incident_bot.domain.configuration import Configuration, Severity, severity_word

_LOOKS = re.compile(r"(sev|p|s)-?\d{1,9}")
_EDGES = ".,:;!?()[]{}\"'“”"
LEAST_NAME = 4
LEAST_ALIAS = 6


def take_severity(
    words: Sequence[str], rules: Configuration
) -> tuple[Severity | None, tuple[str, ...]]:
    """The severity that the first word, or the first two, mean, and the words after it."""
    for size in (1, 2):
        head = " ".join(words[:size])
        found = find_severity(head, rules) if len(words) >= size else None
        if found is not None:
            return found, tuple(words[size:])
    return None, tuple(words)


def find_severity(word: str, rules: Configuration) -> Severity | None:
    """The severity of exactly this name or alias, in any case and punctuation."""
    return rules.severity(word) if severity_word(word) else None


def looks_like_severity(word: str, rules: Configuration) -> bool:
    """Whether a word that is no severity was meant as one: `sev9`, `P7`, `critcal`."""
    bare = word.strip(_EDGES).casefold()
    if _LOOKS.fullmatch(bare):
        return True
    spelt = severity_word(bare)
    if not spelt:
        return False
    names = [severity_word(s.name) for s in rules.severities]
    aliases = [severity_word(a) for s in rules.severities for a in s.aliases]
    known = [n for n in names if len(n) >= LEAST_NAME]
    known += [a for a in aliases if len(a) >= LEAST_ALIAS]
    return any(k[0] == spelt[0] and OSA.distance(k, spelt, score_cutoff=1) <= 1 for k in known)


def nearest_severity(word: str, rules: Configuration) -> str:
    """The name of the severity a wrong word comes closest to: by number, then by spelling."""
    number = re.search(r"\d{1,9}", word)
    numbered = [(s, re.search(r"\d{1,9}", s.name)) for s in rules.severities]
    by_number = [(abs(int(n[0]) - int(number[0])), s.name) for s, n in numbered if n and number]
    if by_number:
        return min(by_number, key=lambda pair: pair[0])[1]
    words = {w.casefold(): s.name for s in rules.severities for w in (s.name, *s.aliases)}
    best = process.extractOne(word.casefold(), list(words), scorer=fuzz.ratio)
    return words[best[0]] if best else rules.usual_severity().name
