"""Markdown files below a folder, found and read without leaving it."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_FILE_BYTES = 1024 * 1024
_SUFFIXES = (".md", ".markdown")
_SKIPPED = frozenset({"node_modules", "vendor", "__pycache__", "venv"})
Stamp = tuple[int, int, int]
"""Modification time in nanoseconds, size in bytes, inode."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file met while walking; without a stamp it is refused, for the reason given."""

    relative: str
    path: str
    stamp: Stamp | None
    reason: str = ""


class BadFile(Exception):
    """The file must not be served."""


def markdown_files(root: Path) -> Iterator[Entry]:
    """Yield Markdown files below a resolved root, in stable order; links outside are refused."""
    pending = [str(root)]
    while pending:
        folder = pending.pop()
        below: list[str] = []
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
        for entry in listed:
            if entry.name.startswith(".") or entry.name in _SKIPPED:
                continue
            if entry.is_dir(follow_symlinks=False):
                below.append(entry.path)
            elif entry.name.lower().endswith(_SUFFIXES):
                yield _inspect(entry, root)
        pending.extend(reversed(below))


def _inspect(entry: "os.DirEntry[str]", root: Path) -> Entry:
    relative = os.path.relpath(entry.path, root).replace(os.sep, "/")
    try:
        path = entry.path
        if entry.is_symlink():
            path = str(Path(entry.path).resolve(strict=True))
            if not Path(path).is_relative_to(root):
                return Entry(relative, path, None, "symbolic link leads outside the library")
        status = Path(path).stat() if entry.is_symlink() else entry.stat(follow_symlinks=False)
    except OSError as fault:
        return Entry(relative, entry.path, None, reason_of(fault))
    if not stat.S_ISREG(status.st_mode):
        return Entry(relative, path, None, "not a regular file")
    if status.st_size > MAX_FILE_BYTES:
        return Entry(relative, path, None, "larger than 1 MiB")
    return Entry(relative, path, (status.st_mtime_ns, status.st_size, status.st_ino))


def read_bytes(path: str) -> bytes:
    """Read a file that was inspected before, refusing what it may have become since.

    Raises:
        BadFile: It is a link, a device or too large now, or holds binary content.
        OSError: It cannot be read.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise BadFile("not a regular file")
        raw = file.read(MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES:
        raise BadFile("larger than 1 MiB")
    if raw.count(b"\x00") > len(raw) // 10 and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile("binary content")
    return raw


def reason_of(fault: Exception) -> str:
    """Return what went wrong in a few words."""
    return getattr(fault, "strerror", None) or str(fault)
