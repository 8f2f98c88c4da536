"""Where a link in a runbook, or a ``runbook_url`` on an alert, leads."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from incident_bot.domain.runbooks.anchors import anchor_key
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.naming import name_key

_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "slack"})
COMMON_NAMES = frozenset({"readme", "index", "runbooks", "runbook"})
"""File and folder names that name nothing by themselves."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:")
_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_MARKDOWN = (".md", ".markdown", ".html")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads: a runbook on the shelf, an address, or nowhere that can be shown.

    ``url`` is absolute and of a safe scheme, or empty; ``inside`` is true for files of the
    library, whether or not they are runbooks.
    """

    kind: Literal["runbook", "url", "none"]
    url: str = ""
    runbook: Runbook | None = None
    section: Section | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A runbook, and the section of it that an anchor named."""

    runbook: Runbook
    section: Section | None = None


def is_safe_url(url: str) -> bool:
    """Return whether an address may become a link: a known scheme, a host, no control characters."""
    if len(url) > 3000 or any(char.isspace() or not char.isprintable() for char in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme.lower() not in _SAFE_SCHEMES:
        return False
    return bool(parts.netloc or (parts.scheme.lower() == "mailto" and parts.path))


class AddressBook:
    """Finds runbooks by path: relative links, repository URLs, documentation sites."""

    def __init__(self, runbooks: Iterable[Runbook], base_urls: dict[str, str]) -> None:
        self._base_urls = base_urls
        self._files: dict[tuple[str, str], Runbook] = {}
        self._inner: dict[tuple[str, str], list[Runbook]] = defaultdict(list)
        self._by_last: dict[str, list[tuple[tuple[str, ...], Runbook]]] = defaultdict(list)
        for runbook in runbooks:
            place = (runbook.library, runbook.path)
            if runbook.root:
                self._inner[place].append(runbook)
            elif place not in self._files:
                self._files[place] = runbook
                for parts in _spellings(runbook):
                    self._by_last[parts[-1]].append((parts, runbook))

    def follow(self, runbook: Runbook, href: str) -> Target:
        """Resolve a link written in a runbook."""
        href = href.strip()
        if not href:
            return Target("none")
        if href.startswith("#"):
            return self._placed(self._at_anchor(self._file_of(runbook), href))
        if href.startswith("//") or _SCHEME.match(href):
            address = "https:" + href if href.startswith("//") else href
            return Target("url", address) if is_safe_url(address) else Target("none")
        path, _, anchor = href.partition("#")
        base = posixpath.dirname(runbook.path)
        joined = path.lstrip("/") if path.startswith("/") else posixpath.join(base, path)
        inside = posixpath.normpath(unquote(joined).partition("?")[0])
        for candidate in (inside, inside + ".md", posixpath.join(inside, "README.md")):
            found = self._files.get((runbook.library, candidate))
            if found is not None:
                return self._placed(self._at_anchor(found, anchor))
        return self._outside(runbook, inside, anchor)

    def file_url(self, runbook: Runbook) -> str:
        """Return where the file is shown in its repository, empty when no base URL is configured."""
        base = self._base_urls.get(runbook.library, "")
        anchor = f"#{runbook.anchor}" if runbook.anchor else ""
        return f"{base.rstrip('/')}/{runbook.path}{anchor}" if base else ""

    def by_url(self, url: str) -> tuple[Place, ...]:
        """Return the runbooks a ``runbook_url`` may mean: those sharing the longest path suffix."""
        address, _, anchor = _TEMPLATE.sub("", url.strip()).partition("#")
        path = urlsplit(address).path if "://" in address else address.partition("?")[0]
        parts = _parts(path)
        while parts and parts[-1] in COMMON_NAMES and len(parts) > 1 and parts[-1] != "readme":
            parts = parts[:-1]
        if not parts:
            return ()
        scored: list[tuple[int, Runbook]] = []
        for known, runbook in self._by_last.get(parts[-1], ()):
            shared = _shared_suffix(known, parts)
            if shared > 1 or parts[-1] not in COMMON_NAMES:
                scored.append((shared, runbook))
        longest = max((shared for shared, _ in scored), default=0)
        found = dict.fromkeys(runbook.key for shared, runbook in scored if shared == longest)
        by_key = {runbook.key: runbook for _, runbook in scored}
        return tuple(self._at_anchor(by_key[key], anchor) for key in found)

    def _file_of(self, runbook: Runbook) -> Runbook:
        return self._files.get((runbook.library, runbook.path), runbook)

    def _at_anchor(self, runbook: Runbook, anchor: str) -> Place:
        key = anchor_key(anchor)
        index = runbook.document.anchors.get(key) if key else None
        if index is None:
            return Place(runbook)
        section = runbook.document.sections[index]
        for inner in self._inner.get((runbook.library, runbook.path), ()):
            root = runbook.document.sections[inner.root]
            if root.index == index:
                return Place(inner)
            if root.line <= section.line < root.end:
                return Place(inner, section)
        return Place(runbook, section if index else None)

    def _placed(self, place: Place) -> Target:
        return Target("runbook", self.file_url(place.runbook), place.runbook, place.section)

    def _outside(self, runbook: Runbook, inside: str, anchor: str) -> Target:
        base = self._base_urls.get(runbook.library, "")
        if not base or inside.startswith(".."):
            return Target("none")
        address = f"{base.rstrip('/')}/{inside}" + (f"#{anchor}" if anchor else "")
        return Target("url", address) if is_safe_url(address) else Target("none")


def _spellings(runbook: Runbook) -> tuple[tuple[str, ...], ...]:
    parts = _parts(runbook.path)
    slug = name_key(runbook.slug)
    if parts[-1] in {slug, *COMMON_NAMES}:
        return (parts,)
    return (parts, (*parts[:-1], slug))


def _parts(path: str) -> tuple[str, ...]:
    stem = unquote(path).strip("/")
    for ending in _MARKDOWN:
        stem = stem.removesuffix(ending)
    return tuple(key for part in stem.split("/") if (key := name_key(part)))


def _shared_suffix(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    count = 0
    for one, other in zip(reversed(left), reversed(right), strict=False):
        if one != other:
            break
        count += 1
    return count
