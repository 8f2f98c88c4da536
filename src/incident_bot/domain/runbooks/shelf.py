"""The shelf: every runbook of every library behind one immutable index."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rapidfuzz import fuzz, process

from incident_bot.domain.runbooks.addresses import AddressBook, Target
from incident_bot.domain.runbooks.alerting import AlertIndex, AlertMatch
from incident_bot.domain.runbooks.answers import SectionAnswer, find_sections
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.naming import kebab, name_key, name_keys
from incident_bot.domain.runbooks.search import SearchIndex, document_terms, header_terms
from incident_bot.domain.runbooks.suggestions import Suggestion, suggest

NamedBy = Literal["key", "slug", "alert", "title", "file", "alias", "heading", "spelling"]
_OWN: tuple[NamedBy, ...] = ("key", "slug", "alert", "title", "file")
_CONFIDENT = 92
_MARGIN = 6
_LEAST = 55
_UNNAMED_FILES = frozenset({"readme", "index"})


@dataclass(frozen=True, slots=True)
class Found:
    """One runbook. ``also`` are others that answer to the same name by alias."""

    runbook: Runbook
    matched_by: NamedBy
    section: Section | None = None
    also: tuple[Runbook, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several runbooks own the name; the reader chooses."""

    choices: tuple[Runbook, ...]
    matched_by: NamedBy


@dataclass(frozen=True, slots=True)
class Unknown:
    """No runbook has the name; ``suggestions`` are near misses, best first."""

    query: str
    suggestions: tuple[Runbook, ...]


Resolution = Found | Ambiguous | Unknown


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A runbook that speaks of the words, and where it does so most."""

    runbook: Runbook
    score: float
    section: Section | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    how: NamedBy
    runbook: Runbook
    section: Section | None = None


@dataclass(frozen=True, slots=True)
class ShelfInput:
    """One runbook with the term counts of its sections (see ``search.document_terms``)."""

    runbook: Runbook
    terms: Sequence[Mapping[str, int]] = field(default=())


class Shelf:
    """Immutable; build a new one and swap it to reload."""

    def __init__(
        self,
        entries: Iterable[ShelfInput],
        base_urls: Mapping[str, str] | None = None,
        index: SearchIndex | None = None,
    ) -> None:
        """Index runbooks.

        Args:
            entries: The runbooks with their term counts, in order of precedence.
            base_urls: Where the files of each library are shown on the web.
            index: The search index of exactly these entries, when it was kept from before; the
                term counts are not looked at then.
        """
        inputs = _unique(entries)
        self._runbooks = tuple(entry.runbook for entry in inputs)
        self._by_key = {_place(runbook.key): runbook for runbook in self._runbooks}
        self._names: dict[str, list[_Name]] = defaultdict(list)
        for runbook in self._runbooks:
            self._register(runbook)
        self._spellings = {
            key: names[0].runbook
            for key, names in self._names.items()
            if any(name.how != "heading" for name in names)
        }
        self._addresses = AddressBook(self._runbooks, dict(base_urls or {}))
        self._alerts = AlertIndex(self._runbooks, self._addresses)
        self._search = index if index is not None else SearchIndex(_units(inputs))

    @classmethod
    def of(cls, runbooks: Iterable[Runbook], base_urls: Mapping[str, str] | None = None) -> "Shelf":
        """Build a shelf from runbooks alone, counting their words here."""
        terms: dict[int, Sequence[Mapping[str, int]]] = {}
        entries: list[ShelfInput] = []
        for runbook in runbooks:
            known = terms.get(id(runbook.document))
            if known is None:
                known = terms[id(runbook.document)] = document_terms(runbook.document)
            entries.append(ShelfInput(runbook, known))
        return cls(entries, base_urls)

    @property
    def index(self) -> SearchIndex:
        """Return the search index, to be kept for the next start."""
        return self._search

    @property
    def runbooks(self) -> tuple[Runbook, ...]:
        """Return every runbook, in the order of the libraries and paths."""
        return self._runbooks

    def get(self, key: str) -> Runbook | None:
        """Return the runbook with exactly this ``system/slug``."""
        return self._by_key.get(_place(key))

    def by_category(self) -> dict[str, dict[str, tuple[Runbook, ...]]]:
        """Return runbooks by system, then category, both in alphabetical order."""
        grouped: dict[str, dict[str, list[Runbook]]] = defaultdict(lambda: defaultdict(list))
        for runbook in self._runbooks:
            category = runbook.facts.category or runbook.facts.type or "general"
            grouped[runbook.system or runbook.library][category].append(runbook)
        return {
            system: {
                category: tuple(sorted(books, key=lambda book: book.title.lower()))
                for category, books in sorted(categories.items())
            }
            for system, categories in sorted(grouped.items())
        }

    def resolve(self, name: str, *, system: str = "") -> Resolution:
        """Find a runbook by key, slug, alert, title, file, alias or heading, in any spelling.

        Args:
            name: What somebody typed.
            system: Prefer runbooks of this system when several own the name.
        """
        wanted = name.strip().strip("/`\"'").removesuffix(".md")
        exact = self._by_key.get(_place(wanted)) if "/" in wanted else None
        if exact is not None:
            return Found(exact, "key")
        names = next((self._names[key] for key in name_keys(wanted) if key in self._names), [])
        if not names:
            return self._by_spelling(wanted)
        own = _distinct(n for n in names if n.how in _OWN)
        alias = _distinct(n for n in names if n.how == "alias")
        chosen = own or alias or _distinct(names)
        if system and len(chosen) > 1:
            chosen = [n for n in chosen if n.runbook.system == system] or chosen
        if len(chosen) > 1:
            return Ambiguous(tuple(n.runbook for n in chosen), chosen[0].how)
        also = tuple(n.runbook for n in alias if own and n.runbook is not chosen[0].runbook)
        return Found(chosen[0].runbook, chosen[0].how, chosen[0].section, also)

    def section(self, runbook: Runbook, query: str, severity: str = "") -> SectionAnswer:
        """Answer a section query; see :func:`answers.find_sections`."""
        return find_sections(runbook, query, severity)

    def search(self, text: str, limit: int = 10) -> list[SearchResult]:
        """Return the runbooks that speak of some words, best first."""
        return [
            SearchResult(
                self._runbooks[hit.book],
                hit.score,
                None
                if hit.section is None
                else self._runbooks[hit.book].document.sections[hit.section],
                hit.words,
            )
            for hit in self._search.search(text, limit)
        ]

    def suggest(
        self,
        labels: Mapping[str, str] | None = None,
        service: str = "",
        symptoms: str = "",
        limit: int = 3,
    ) -> list[Suggestion]:
        """Return runbooks likely to help, each with the reason to show."""
        return suggest(self._runbooks, self._search, labels or {}, service, symptoms, limit)

    def for_alert(
        self,
        labels: Mapping[str, str],
        annotations: Mapping[str, str] | None = None,
        generator_url: str = "",
    ) -> AlertMatch:
        """Return the runbook of an alert and the rule that linked them; see ``alerting``."""
        match = self._alerts.match(labels, annotations or {}, generator_url)
        if match.rule != "none":
            return match
        near = self.suggest(labels, labels.get("service", ""), "", 1)
        if near and near[0].confident:
            return AlertMatch("suggested", near[0].runbook, url=match.url)
        return match

    def for_expression(self, labels: Mapping[str, str], expression: str) -> AlertMatch:
        """Return the runbook whose alert watches the metric of a PromQL expression."""
        return self._alerts.match_expression(labels, expression)

    def follow(self, runbook: Runbook, href: str) -> Target:
        """Resolve a link written in a runbook."""
        return self._addresses.follow(runbook, href)

    def file_url(self, runbook: Runbook) -> str:
        """Return where a runbook's file is shown in its repository, or an empty string."""
        return self._addresses.file_url(runbook)

    def _register(self, runbook: Runbook) -> None:
        facts = runbook.facts
        self._name(runbook.slug, "slug", runbook)
        for alert in facts.alerts:
            self._name(alert.name, "alert", runbook)
        self._name(runbook.title, "title", runbook)
        self._name(facts.slug, "slug", runbook)
        stem = runbook.path.rpartition("/")[2].removesuffix(".md")
        if not runbook.root:
            self._name(runbook.path.removesuffix(".md"), "file", runbook)
            if stem.lower().strip("_") not in _UNNAMED_FILES:
                self._name(stem, "file", runbook)
            self._name(runbook.document.sections[0].title, "title", runbook)
        for alias in facts.aliases:
            self._name(alias, "alias", runbook)
        for section in runbook.sections if not runbook.root else ():
            if section.level in {2, 3} and not section.kinds and not section.pseudo:
                self._name(section.title, "heading", runbook, section)

    def _name(
        self, name: str, how: NamedBy, runbook: Runbook, section: Section | None = None
    ) -> None:
        for key in name_keys(name) if name else ():
            if key:
                self._names[key].append(_Name(how, runbook, section))

    def _by_spelling(self, name: str) -> Found | Unknown:
        key = name_key(name)
        near = process.extract(
            key, self._spellings.keys(), scorer=fuzz.ratio, limit=12, score_cutoff=_LEAST
        )
        inside = [(known, 88.0, 0) for known in self._spellings if len(key) >= 4 and key in known][
            :12
        ]
        ranked: dict[str, tuple[float, Runbook]] = {}
        for known, score, _ in sorted([*near, *inside], key=lambda hit: -hit[1]):
            runbook = self._spellings[known]
            ranked.setdefault(runbook.key, (score, runbook))
        best = list(ranked.values())
        if (
            best
            and best[0][0] >= _CONFIDENT
            and (len(best) == 1 or best[0][0] - best[1][0] >= _MARGIN)
        ):
            return Found(best[0][1], "spelling")
        suggestions = [runbook for _, runbook in best[:5]]
        for result in self.search(name, 5) if len(suggestions) < 3 else ():
            if result.runbook not in suggestions:
                suggestions.append(result.runbook)
        return Unknown(name, tuple(suggestions[:5]))


def _place(key: str) -> tuple[str, ...]:
    return tuple(name_key(part) for part in key.split("/"))


def _distinct(names: Iterable[_Name]) -> list[_Name]:
    found: dict[str, _Name] = {}
    for name in names:
        found.setdefault(name.runbook.key, name)
    return list(found.values())


def _unique(entries: Iterable[ShelfInput]) -> list[ShelfInput]:
    """Give every runbook a key of its own.

    Two files of one library keep both: the second takes its folder into its slug. Across
    libraries the earlier one wins, which is how a team overrides a shipped runbook.
    """
    found: dict[str, ShelfInput] = {}
    for entry in entries:
        known = found.get(entry.runbook.key)
        if known is None:
            found[entry.runbook.key] = entry
        elif known.runbook.library == entry.runbook.library:
            qualified = _qualified(entry.runbook, found)
            found[qualified.key] = replace(entry, runbook=qualified)
    return list(found.values())


def _qualified(runbook: Runbook, taken: Mapping[str, ShelfInput]) -> Runbook:
    folders = runbook.path.split("/")[:-1]
    slug = runbook.slug
    for folder in reversed(folders):
        slug = f"{kebab(folder)}-{slug}"
        if replace(runbook, slug=slug).key not in taken:
            return replace(runbook, slug=slug)
    number = 2
    while replace(runbook, slug=f"{slug}-{number}").key in taken:
        number += 1
    return replace(runbook, slug=f"{slug}-{number}")


def _units(
    inputs: Sequence[ShelfInput],
) -> Iterable[tuple[int, int | None, Mapping[str, int]]]:
    roots: dict[int, dict[int, int]] = defaultdict(dict)
    for book, entry in enumerate(inputs):
        roots[id(entry.runbook.document)][entry.runbook.root] = book
    for book, entry in enumerate(inputs):
        runbook = entry.runbook
        yield book, None, header_terms(runbook.title, runbook.slug, runbook.facts)
        mine = roots[id(runbook.document)]
        for section in runbook.document.subtree(runbook.root):
            if section.index < len(entry.terms) and _innermost(runbook, section, mine) == book:
                yield book, section.index, entry.terms[section.index]


def _innermost(runbook: Runbook, section: Section, roots: Mapping[int, int]) -> int | None:
    """Return which runbook of the file a section belongs to most closely."""
    at: int | None = section.index
    while at is not None:
        if at in roots:
            return roots[at]
        at = runbook.document.sections[at].parent
    return None
