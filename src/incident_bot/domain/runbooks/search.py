"""Full-text search over sections: BM25 with titles, symptoms and headings weighted.

Statistics per document are plain lists, so that they can be kept in a cache file; the index is
assembled from them without tokenising anything again.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import islice
from typing import Any

from incident_bot.domain.runbooks.document import Document
from incident_bot.domain.runbooks.facts import Facts
from incident_bot.domain.runbooks.naming import humps

# Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework: BM25 and Beyond".
_K1 = 1.2
_B = 0.5
_TITLE_WEIGHT = 6
_SYMPTOM_WEIGHT = 4
_HEADING_WEIGHT = 3
_WORD = re.compile(r"[^\W_]+")
_MAX_WORD = 40
_MAX_ASKED = 32
# How much a runbook's further matching sections add to its best one.
_FURTHER = 0.15
_NOTHING: tuple[float, int | None] = (0.0, None)
_COUNT_BITS = 8
_MAX_COUNT = 255
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "more",
        "most",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "should",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "too",
        "use",
        "used",
        "using",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "via",
        "per",
        "also",
    ]
)
Terms = Mapping[str, int]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return a word without its commonest English endings."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending, least in (("ings", 5), ("ing", 5), ("ers", 5), ("ed", 4), ("es", 5), ("s", 3)):
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= least - 1
            and not word.endswith("ss")
        ):
            return word[: -len(ending)]
    return word


def terms(text: str) -> list[str]:
    """Return the search terms of a text, in order, stop words dropped."""
    return [term for _, term in spelled_terms(text)]


def spelled_terms(text: str) -> list[tuple[str, str]]:
    """Return the search terms of a text, in order, each behind the word it was made of."""
    return [
        (word, stem(word[:_MAX_WORD]))
        for word in _WORD.findall(text.lower())
        if word not in _STOP and len(word) > 1
    ]


def name_terms(name: str) -> list[str]:
    """Return the terms of a name, CamelCase taken apart and also kept whole."""
    return [term for _, term in spelled_name_terms(name)]


def spelled_name_terms(name: str) -> list[tuple[str, str]]:
    """Return the terms of a name as :func:`name_terms`, each behind the word it was made of."""
    return spelled_terms(f"{name} {' '.join(humps(name))}")


def document_terms(document: Document) -> tuple[dict[str, int], ...]:
    """Return term counts for each section of a document, in section order."""
    found: list[dict[str, int]] = []
    for section in document.sections:
        counts = Counter(terms(document.markdown(section.index, whole=False)))
        for word in terms(section.title):
            counts[word] += _HEADING_WEIGHT
        found.append(dict(counts))
    return tuple(found)


def header_terms(title: str, slug: str, facts: Facts) -> dict[str, int]:
    """Return the weighted terms of a runbook's names and symptoms."""
    counts: Counter[str] = Counter()
    names = (title, slug, *facts.aliases, *(alert.name for alert in facts.alerts), *facts.services)
    for name in names:
        for word in set(name_terms(name)):
            counts[word] = max(counts[word], _TITLE_WEIGHT)
    for symptom in facts.symptoms:
        for word in set(terms(symptom)):
            counts[word] += _SYMPTOM_WEIGHT
    return dict(counts)


@dataclass(frozen=True, slots=True)
class Hit:
    """One runbook found: its position on the shelf, score, best section (None: by its names)."""

    book: int
    score: float
    section: int | None
    words: tuple[str, ...]


class SearchIndex:
    """Immutable after construction. Units are sections and, per runbook, its header."""

    def __init__(self, units: Iterable[tuple[int, int | None, Terms]]) -> None:
        self._units: list[tuple[int, int | None]] = []
        # A posting is unit * 256 + count: plain integers load several times faster than pairs.
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._lengths: list[int] = []
        postings = self._postings
        for book, section, counts in units:
            base = len(self._units) << _COUNT_BITS
            self._units.append((book, section))
            self._lengths.append(sum(counts.values()))
            for word, count in counts.items():
                postings[word].append(base | min(_MAX_COUNT, count))
        self._norms = _norms(self._lengths)

    def dump(self) -> dict[str, Any]:
        """Return the index as JSON values."""
        units = [[book, section] for book, section in self._units]
        return {"units": units, "lengths": self._lengths, "postings": self._postings}

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "SearchIndex":
        """Return an index from its stored form.

        Raises:
            KeyError, TypeError, ValueError: The stored form is damaged; build it again.
        """
        index = cls(())
        index._units = [(int(book), section) for book, section in stored["units"]]
        index._lengths = list(stored["lengths"])
        index._postings = dict(stored["postings"])
        if len(index._units) != len(index._lengths):
            raise ValueError("units and lengths differ")
        index._norms = _norms(index._lengths)
        return index

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """Return the best runbooks for some words, best first."""
        words = list(dict.fromkeys(name_terms(query)))[:24]
        return self.search_terms(words, limit)

    def search_terms(self, words: Sequence[str], limit: int = 10) -> list[Hit]:
        """Return the best runbooks for terms that are already stemmed."""
        asked = list(words)[:_MAX_ASKED]
        total = len(self._units)
        scores, met = [0.0] * total, [0] * total
        norms = self._norms
        for place, word in enumerate(asked):
            postings = self._postings.get(word) or self._expanded(word)
            if not postings:
                continue
            bit = 1 << place
            rarity = math.log(1 + (total - len(postings) + 0.5) / (len(postings) + 0.5))
            weight = rarity * (_K1 + 1)
            for posting in postings:
                unit, count = posting >> _COUNT_BITS, posting & _MAX_COUNT
                scores[unit] += weight * count / (count + norms[unit])
                met[unit] |= bit
        return self._by_book(scores, met, asked, limit)

    def _expanded(self, word: str) -> list[int]:
        """Return the postings of the words a short word begins, so that "postgr" finds something."""
        if len(word) < 4:
            return []
        longer = islice((known for known in self._postings if known.startswith(word)), 5)
        return [posting for known in longer for posting in self._postings[known]]

    def _by_book(
        self, scores: Sequence[float], met: Sequence[int], asked: Sequence[str], limit: int
    ) -> list[Hit]:
        totals: dict[int, float] = defaultdict(float)
        best: dict[int, tuple[float, int | None]] = {}
        said: dict[int, int] = defaultdict(int)
        for (book, section), score, bits in zip(self._units, scores, met, strict=True):
            if not bits:
                continue
            said[book] |= bits
            if section is None:
                totals[book] += score
                continue
            known = best.get(book, _NOTHING)
            totals[book] += _FURTHER * min(score, known[0])
            if score > known[0]:
                best[book] = (score, section)
        for book, (score, _) in best.items():
            totals[book] += score
        # Meeting every word counts for more than meeting one of them often.
        ranked = (
            (total * (said[book].bit_count() / len(asked)) ** 0.5, book)
            for book, total in totals.items()
        )
        return [
            Hit(book, score, best.get(book, _NOTHING)[1], _words(asked, said[book]))
            for score, book in nsmallest(limit, ranked, key=lambda pair: (-pair[0], pair[1]))
        ]


def _norms(lengths: Sequence[int]) -> list[float]:
    mean = sum(lengths) / len(lengths) if lengths else 1.0
    return [_K1 * (1 - _B + _B * length / (mean or 1.0)) for length in lengths]


def _words(asked: Sequence[str], bits: int) -> tuple[str, ...]:
    return tuple(sorted(word for place, word in enumerate(asked) if bits >> place & 1))
