"""Runbook folders on disk: read safely, parsed once, swapped in whole.

A library is any folder of Markdown, a Git checkout or not. ``refresh`` looks at modification
times, reads what changed and replaces the shelf in one assignment; a file that cannot be read
keeps its last good version and is reported. Blocking: call it in a thread.
"""

import datetime
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from incident_bot.domain.runbook_rules import Library, RunbookRules
from incident_bot.domain.runbooks import stored
from incident_bot.domain.runbooks.books import Runbook, runbooks_in
from incident_bot.domain.runbooks.document import Document
from incident_bot.domain.runbooks.parsing import parse
from incident_bot.domain.runbooks.search import SearchIndex, document_terms
from incident_bot.domain.runbooks.shelf import Shelf, ShelfInput
from incident_bot.domain.runbooks.source import decode
from incident_bot.integrations.runbook_library.checkout import git_revision
from incident_bot.integrations.runbook_library.files import (
    BadFile,
    Entry,
    Stamp,
    markdown_files,
    read_bytes,
    reason_of,
)
from incident_bot.integrations.runbook_library.history import edit_dates
from incident_bot.integrations.runbook_library.ownership import Owned, find_owners

MAX_FILES = 20_000
_CACHE_NAME = "runbooks.json"


@dataclass(frozen=True, slots=True)
class LibraryFolder:
    """One folder of runbooks.

    ``base_url`` is where its files are shown on the web (up to and including the branch), used
    for "Edit on Git"; ``system`` names the system of files that do not say.
    """

    root: Path
    name: str = ""
    base_url: str = ""
    system: str = ""


def library_folders(roots: Iterable[Path], rules: RunbookRules) -> tuple[LibraryFolder, ...]:
    """Return folders with what the configuration says of them by their names."""
    known = ((root, rules.libraries.get(root.resolve().name, Library())) for root in roots)
    return tuple(LibraryFolder(root, base_url=told.base_url or "") for root, told in known)


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that is not served, or served in an older version, and why."""

    library: str
    path: str
    reason: str
    kept_previous: bool = False


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh did; ``changed`` says whether the shelf is a new one."""

    changed: bool
    read: int = 0
    parsed: int = 0
    removed: int = 0
    problems: tuple[FileProblem, ...] = ()


@dataclass(slots=True)
class _File:
    """A file as it is served; ``problem`` says why that is not what is on disk now."""

    stamp: Stamp
    digest: str
    document: Document
    terms: Sequence[Mapping[str, int]] | None
    source: str = field(repr=False)
    problem: str = ""


_Key = tuple[int, str]


class RunbookLibrary:
    """Several folders and the shelf built from them.

    Earlier folders win over later ones when both hold a runbook of the same system and slug.
    """

    def __init__(self, folders: Sequence[LibraryFolder], cache_folder: Path | None = None) -> None:
        """Remember the folders; nothing is read before the first ``refresh``.

        Args:
            folders: Where to read, in order of precedence.
            cache_folder: Where parsed outlines are kept between starts; None keeps none.
        """
        self._folders = tuple(
            replace(folder, name=folder.name or folder.root.resolve().name or f"library-{number}")
            for number, folder in enumerate(folders)
        )
        self._cache_path = cache_folder / _CACHE_NAME if cache_folder else None
        self._cache: Mapping[str, Any] = {}
        self._started = self._loaded = False
        self._files: dict[_Key, _File] = {}
        self._problems: tuple[FileProblem, ...] = ()
        self._revisions = self._dated = ("",) * len(self._folders)
        self._edited: tuple[Mapping[str, datetime.date], ...] = ({},) * len(self._folders)
        self._owned = (Owned(),) * len(self._folders)
        self._shelf = Shelf(())

    @property
    def shelf(self) -> Shelf:
        """Return the current shelf; it never changes, a refresh puts a new one in its place."""
        return self._shelf

    @property
    def loaded(self) -> bool:
        """Return whether the folders have been read at least once."""
        return self._loaded

    @property
    def folders(self) -> tuple[LibraryFolder, ...]:
        """Return the folders in order of precedence, each with its name."""
        return self._folders

    @property
    def problems(self) -> tuple[FileProblem, ...]:
        """Return the files that are not served as they are on disk now."""
        return self._problems

    @property
    def documents(self) -> tuple[tuple[str, Document], ...]:
        """Return every parsed file with the name of its library, in reading order."""
        return tuple(
            (self._folders[number].name, file.document)
            for (number, _), file in sorted(self._files.items(), key=itemgetter(0))
        )

    def refresh(self) -> Refresh:
        """Read what changed since last time and swap the shelf if anything did.

        Never raises over a file or folder: what cannot be read is in ``problems``.
        """
        first, self._started = not self._started, True
        self._cache = _read_cache(self._cache_path) if first else {}
        files: dict[_Key, _File] = {}
        problems: list[FileProblem] = []
        read = parsed = 0
        for number, folder in enumerate(self._folders):
            for key, entry in self._entries(number, folder, files, problems):
                known = self._files.get(key)
                if known is not None and known.stamp == entry.stamp:
                    files[key] = known
                    continue
                try:
                    files[key], fresh = self._read(key, entry, known)
                except BadFile as fault:
                    problems.append(FileProblem(folder.name, key[1], str(fault)))
                    continue
                read += 1
                parsed += fresh
        removed = len(self._files.keys() - files.keys())
        revisions = tuple(git_revision(folder.root) for folder in self._folders)
        owned = tuple(
            find_owners(folder.root, (path for at, path in files if at == number), known)
            for number, (folder, known) in enumerate(zip(self._folders, self._owned, strict=True))
        )
        changed = bool(read or removed) or (revisions, owned) != (self._revisions, self._owned)
        self._files, self._revisions, self._owned = files, revisions, owned
        if changed:
            kept = self._index_from_cache()
            self._shelf = self._build(kept)
            if self._shelf.index is not kept:
                problems.extend(self._write_cache())
        self._cache = {}
        self._problems = (*problems, *self._served_older())
        self._loaded = True
        return Refresh(changed, read, parsed, removed, self._problems)

    def read_history(self) -> bool:
        """Ask git when each file was changed last, once for each revision of a checkout.

        Returns whether the shelf is a new one. Until this is called no runbook has such a day; a
        folder without history keeps none.
        """
        edited = tuple(
            known
            if not revision or revision == dated
            else edit_dates(folder.root, [path for at, path in self._files if at == number])
            for number, (folder, revision, dated, known) in enumerate(
                zip(self._folders, self._revisions, self._dated, self._edited, strict=True)
            )
        )
        changed = edited != self._edited
        self._dated, self._edited = self._revisions, edited
        if changed:
            self._shelf = self._build(self._shelf.index)
        return changed

    def _entries(
        self,
        number: int,
        folder: LibraryFolder,
        files: dict[_Key, _File],
        problems: list[FileProblem],
    ) -> Iterator[tuple[_Key, Entry]]:
        """Yield the files of one folder; a folder that is gone keeps what was read from it."""
        try:
            found = list(islice(markdown_files(folder.root.resolve(strict=True)), MAX_FILES + 1))
        except OSError as fault:
            kept = {key: file for key, file in self._files.items() if key[0] == number}
            files.update(kept)
            problems.append(FileProblem(folder.name, "", reason_of(fault), bool(kept)))
            return
        if len(found) > MAX_FILES:
            reason = f"more than {MAX_FILES} files; the rest is not read"
            problems.append(FileProblem(folder.name, "", reason))
        for entry in found[:MAX_FILES]:
            key = (number, entry.relative)
            if entry.stamp is not None:
                yield key, entry
                continue
            problems.append(
                FileProblem(folder.name, entry.relative, entry.reason, key in self._files)
            )
            if key in self._files:
                files[key] = self._files[key]

    def _read(self, key: _Key, entry: Entry, known: _File | None) -> tuple[_File, bool]:
        """Return the file to serve and whether it had to be parsed.

        Raises:
            BadFile: The file cannot be served and there is no earlier version of it.
        """
        stamp = entry.stamp or (0, 0, 0)
        try:
            raw = read_bytes(entry.path)
        except (OSError, BadFile) as fault:
            if known is None:
                raise BadFile(reason_of(fault)) from fault
            return replace(known, stamp=stamp, problem=reason_of(fault)), False
        digest = hashlib.sha256(raw).hexdigest()
        if known is not None and known.digest == digest:
            return replace(known, stamp=stamp, problem=""), False
        text, findings = decode(raw)
        cached = self._from_cache(f"{digest} {key[1]}", key[1], text)
        if cached is not None:
            return _File(stamp, digest, cached, None, text), False
        document = parse(text, key[1])
        document = replace(document, findings=(*findings, *document.findings))
        if known is not None and _broken(document) and not _broken(known.document):
            # Aliases and alerts would be lost until the block is repaired.
            reason = next(one.message for one in document.findings if one.code == "RB002")
            return replace(known, stamp=stamp, problem=reason), True
        return _File(stamp, digest, document, document_terms(document), text), True

    def _from_cache(self, name: str, path: str, text: str) -> Document | None:
        kept = self._cache.get("files", {}).get(name)
        if kept is None:
            return None
        try:
            return stored.load(kept, path, text)
        except (KeyError, TypeError, ValueError, IndexError):
            return None  # A damaged entry costs one parse, nothing else.

    def _served_older(self) -> Iterator[FileProblem]:
        for (number, path), file in sorted(self._files.items(), key=itemgetter(0)):
            if file.problem:
                yield FileProblem(self._folders[number].name, path, file.problem, True)

    def _build(self, index: SearchIndex | None) -> Shelf:
        entries: list[ShelfInput] = []
        for (number, path), file in sorted(self._files.items(), key=itemgetter(0)):
            folder = self._folders[number]
            if index is None and file.terms is None:
                file.terms = document_terms(file.document)
            books = runbooks_in(
                file.document,
                library=folder.name,
                system=folder.system,
                revision=self._revisions[number],
            )
            known = [self._with_surroundings(book, number, path) for book in books]
            entries.extend(ShelfInput(book, file.terms or ()) for book in known)
        base_urls = {folder.name: folder.base_url for folder in self._folders}
        return Shelf(entries, base_urls, index)

    def _with_surroundings(self, book: Runbook, number: int, path: str) -> Runbook:
        """Add what the checkout knows and the file does not say: owners, and the last edit."""
        facts = book.facts
        if not facts.owners:
            facts = replace(facts, owners=self._owned[number].of(path))
        return replace(book, facts=facts, edited=self._edited[number].get(path))

    def _index_key(self) -> str:
        """Return what the search index depends on: every file, its place and its text."""
        parts = [f"{folder.name}\0{folder.system}" for folder in self._folders]
        parts += [f"{key} {self._files[key].digest}" for key in sorted(self._files)]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()

    def _index_from_cache(self) -> SearchIndex | None:
        kept = self._cache.get("index")
        if not isinstance(kept, dict) or kept.get("key") != self._index_key():
            return None
        try:
            return SearchIndex.load(kept)
        except (KeyError, TypeError, ValueError):
            return None  # Built again from the files.

    def _write_cache(self) -> list[FileProblem]:
        if self._cache_path is None:
            return []
        kept = {
            f"{file.digest} {key[1]}": stored.dump(file.document, file.source)
            for key, file in self._files.items()
        }
        temporary = self._cache_path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._cache_path.parent.mkdir(parents=True, exist_ok=True)
            index = {"key": self._index_key(), **self._shelf.index.dump()}
            cache = {"format": stored.FORMAT, "files": kept, "index": index}
            temporary.write_text(json.dumps(cache, separators=(",", ":")), encoding="utf-8")
            temporary.replace(self._cache_path)
        except OSError as fault:
            return [
                FileProblem("", str(self._cache_path), f"cache not written: {reason_of(fault)}")
            ]
        return []


def _read_cache(path: Path | None) -> Mapping[str, Any]:
    if path is None:
        return {}
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}  # Absent or damaged: everything is parsed again.
    if not isinstance(kept, dict) or kept.get("format") != stored.FORMAT:
        return {}
    return kept if isinstance(kept.get("files"), dict) else {}


def _broken(document: Document) -> bool:
    return any(finding.code == "RB002" for finding in document.findings)
