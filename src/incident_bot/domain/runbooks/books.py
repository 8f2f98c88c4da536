"""Which runbooks a file holds: itself, and every alert it documents under a heading of its own."""

import datetime
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from incident_bot.domain.runbooks.anchors import anchor_key
from incident_bot.domain.runbooks.document import Document, Section
from incident_bot.domain.runbooks.facts import Facts, mttr_in_text, read_facts
from incident_bot.domain.runbooks.kinds import exact_kind
from incident_bot.domain.runbooks.naming import humps, kebab, name_key

_CAMEL = re.compile(r"^[A-Z][A-Za-z0-9]+$")
_INDEX_STEMS = frozenset({"readme", "index", "_index"})


@dataclass(frozen=True, slots=True)
class Runbook:
    """A heading subtree that answers one problem; ``root`` is its section in the document.

    ``library`` names the folder it came from; ``key`` is unique on a shelf; ``revision`` is the
    version of the file as its repository calls it, empty outside one; ``edited`` the day it was
    changed last, where its history is known.
    """

    document: Document
    root: int
    library: str
    system: str
    slug: str
    title: str
    facts: Facts
    revision: str = ""
    edited: datetime.date | None = None

    @property
    def key(self) -> str:
        """Return ``system/slug``."""
        return f"{self.system}/{self.slug}" if self.system else self.slug

    @property
    def path(self) -> str:
        """Return the file's path within its library."""
        return self.document.path

    @property
    def anchor(self) -> str:
        """Return the anchor of the runbook within its file, empty when it is the whole file."""
        return self.document.sections[self.root].anchor if self.root else ""

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return the sections below the runbook's own heading, in reading order."""
        return self.document.subtree(self.root)[1:]

    @property
    def expected_mttr(self) -> str:
        """Return the expected time to repair as declared, else as mentioned in the text."""
        return self.facts.expected_mttr or mttr_in_text(self.document.markdown(self.root))


def runbooks_in(
    document: Document,
    *,
    library: str = "",
    system: str = "",
    known_alerts: frozenset[str] = frozenset(),
    revision: str = "",
) -> tuple[Runbook, ...]:
    """Return the runbooks of a file, the file itself first.

    Args:
        document: The parsed file.
        library: Name of the folder it was read from.
        system: System to assume when neither front matter nor the path names one.
        known_alerts: Name keys of alerts known elsewhere (rule files, other runbooks).
        revision: Version of the file, shown with everything served from it.
    """
    facts = read_facts(document.front_matter)
    own_system = facts.system or _first_directory(document.path) or system
    slug = kebab(facts.slug) or _slug_of_path(document.path)
    found = [
        Runbook(
            document, 0, library, own_system, slug or "runbook", document.title, facts, revision
        )
    ]
    taken = {found[0].slug}
    inner = list(_declared(document)) or list(_detected(document, facts, known_alerts))
    for root, inner_facts in inner:
        section = document.sections[root]
        name = kebab(inner_facts.slug or section.title) or f"section-{root}"
        if name in taken:
            name = f"{slug}-{name}"
        if name in taken:
            continue
        taken.add(name)
        found.append(
            Runbook(
                document,
                root,
                library,
                inner_facts.system or own_system,
                name,
                inner_facts.title or section.title,
                inner_facts,
                revision,
            )
        )
    return tuple(found)


def _slug_of_path(path: str) -> str:
    stem = posixpath.splitext(posixpath.basename(path))[0]
    if stem.lower() in _INDEX_STEMS:
        folder = posixpath.basename(posixpath.dirname(path))
        return kebab(f"{folder} {stem.strip('_')}") if folder else kebab(stem)
    return kebab(stem)


def _first_directory(path: str) -> str:
    head, slash, _ = path.partition("/")
    return head if slash else ""


def _declared(document: Document) -> Iterator[tuple[int, Facts]]:
    """Yield the runbooks named by the front matter's ``runbooks`` map or list."""
    declared = document.front_matter.get("runbooks")
    entries: list[tuple[str, Mapping[str, Any]]] = []
    if isinstance(declared, dict):
        entries = [
            (str(key), item if isinstance(item, dict) else {}) for key, item in declared.items()
        ]
    elif isinstance(declared, list):
        entries = [("", item) for item in declared if isinstance(item, dict)]
    for key, values in entries:
        facts = read_facts({"slug": key, **values})
        root = _find_root(document, (facts.anchor, key, facts.slug, facts.title))
        if root:
            yield root, facts


def _find_root(document: Document, names: tuple[str, ...]) -> int | None:
    for name in filter(None, names):
        found = document.anchors.get(anchor_key(name))
        if found:
            return found
    wanted = {name_key(name) for name in names if name}
    for section in document.sections[1:]:
        if name_key(section.title) in wanted:
            return section.index
    return None


def _detected(
    document: Document, facts: Facts, known_alerts: frozenset[str]
) -> Iterator[tuple[int, Facts]]:
    """Yield H2 and H3 headings that are alert names.

    A name is an alert when it is known to be one; CamelCase alone convinces only in company,
    because ``PostgreSQL`` and ``OpenShift`` are headings too.
    """
    known = known_alerts | {name_key(alert.name) for alert in facts.alerts if alert.name}
    candidates = [s for s in document.sections[1:] if s.level in {2, 3} and not s.pseudo]
    camel = [s for s in candidates if _CAMEL.match(s.title) and len(humps(s.title)) >= 2]
    company = [s for s in camel if len(humps(s.title)) >= 3 and document.is_filled(s.index)]
    trusted = {s.index for s in camel} if len(company) >= 3 else set()
    for section in candidates:
        if exact_kind(section.title):
            continue
        if section.index in trusted or name_key(section.title) in known:
            alert = next(
                (a for a in facts.alerts if name_key(a.name) == name_key(section.title)), None
            )
            alerts = [{"name": alert.name if alert else section.title}]
            yield section.index, read_facts({"alerts": alerts})
