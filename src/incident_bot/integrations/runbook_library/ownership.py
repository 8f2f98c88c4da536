"""Which files around a library say who owns what, and what they say."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from incident_bot.domain.runbooks.facts import Owner
from incident_bot.domain.runbooks.owners import Ownership, read_codeowners, read_owners
from incident_bot.integrations.runbook_library.checkout import checkout_top
from incident_bot.integrations.runbook_library.files import BadFile, Stamp, read_bytes

_CODEOWNERS = (".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_OWNERS = "OWNERS"


@dataclass(frozen=True, slots=True)
class Owned:
    """Who owns the files of one library; equal while nothing around it changed."""

    stamps: tuple[tuple[str, Stamp], ...] = ()
    prefix: str = ""
    ownership: Ownership = field(default=Ownership(), compare=False)

    def of(self, path: str) -> tuple[Owner, ...]:
        """Return the owners of a file by its path within the library."""
        return self.ownership.of(f"{self.prefix}/{path}")


def find_owners(root: Path, paths: Iterable[str], known: Owned) -> Owned:
    """Read CODEOWNERS and OWNERS again when they changed; what cannot be read owns nothing."""
    with suppress(OSError):
        place = root.resolve(strict=True)
        top = checkout_top(place) or place
        stamps = tuple(_stamps(top, _candidates(top, place, paths)))
        prefix = "" if top == place else place.relative_to(top).as_posix()
        if (stamps, prefix) == (known.stamps, known.prefix):
            return known
        return Owned(stamps, prefix, _read(top, [name for name, _ in stamps]))
    return known


def _candidates(top: Path, root: Path, paths: Iterable[str]) -> list[str]:
    folders = {root, *(folder for folder in root.parents if folder.is_relative_to(top))}
    for path in paths:
        folders.update(root / folder for folder in Path(path).parents)
    near = sorted((folder / _OWNERS).relative_to(top).as_posix() for folder in folders)
    return [*_CODEOWNERS, *near]


def _stamps(top: Path, names: Iterable[str]) -> Iterable[tuple[str, Stamp]]:
    for name in names:
        try:
            status = (top / name).stat(follow_symlinks=False)
        except OSError:
            continue
        yield name, (status.st_mtime_ns, status.st_size, status.st_ino)


def _read(top: Path, names: Iterable[str]) -> Ownership:
    rules = None
    folders: dict[str, tuple[Owner, ...]] = {}
    for name in names:
        try:
            text = read_bytes(str(top / name)).decode("utf-8", "replace")
        except (OSError, BadFile):
            continue
        if name in _CODEOWNERS:
            # Of several the first is the one that GitHub reads.
            rules = read_codeowners(text) if rules is None else rules
        else:
            owners = read_owners(text)
            if owners:
                folders[name.rpartition("/")[0]] = owners
    return Ownership(rules or (), folders)
