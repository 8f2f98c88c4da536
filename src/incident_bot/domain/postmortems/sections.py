"""The document as sections: who wrote what since the bot last did, told by a hash.

A section stands between two comments of its own lines::

    <!-- ib:section=timeline hash=3f9c0d2a41be -->
    …
    <!-- ib:end=timeline -->

A template writes the first without the hash; `stamp` adds it. A body whose hash still
matches is the bot's; any other belongs to whoever changed it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

_OPEN = re.compile(
    r"^<!-- ib:(section|suggestion)=([a-z0-9-]{1,40})(?: hash=([0-9a-f]{12}))? -->[ \t]*$"
)
_CLOSE = re.compile(r"^<!-- ib:end=([a-z0-9-]{1,40}) -->[ \t]*$")
_FRONT_HASH = re.compile(r"^ib_hash: ([0-9a-f]{12})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A marked part. ``recorded`` is the hash in its marker; empty when there was none."""

    name: str
    body: str
    recorded: str = ""
    suggestion: bool = False

    @property
    def untouched(self) -> bool:
        """Whether nobody has changed the body since the bot wrote it."""
        return digest(self.body) == self.recorded

    def written(self) -> str:
        """The section with its markers, ending with a newline."""
        kind = "suggestion" if self.suggestion else "section"
        mark = f" hash={self.recorded}" if self.recorded else ""
        return f"<!-- ib:{kind}={self.name}{mark} -->\n{self.body}<!-- ib:end={self.name} -->\n"


@dataclass(frozen=True, slots=True)
class FreeText:
    """What stands outside every section: it is never the bot's to change."""

    text: str


Part = Section | FreeText


def digest(body: str) -> str:
    """Twelve hex digits of SHA-256; blank edges, trailing spaces and line ends do not count."""
    lines = [line.rstrip() for line in body.splitlines()]
    return sha256("\n".join(lines).strip().encode("utf-8", "replace")).hexdigest()[:12]


def parse(markdown: str) -> tuple[Part, ...]:
    """Split a document into sections and the text between them, losing nothing.

    A marker without its counterpart is plain text; of two sections with one name the second is.
    """
    parts: list[Part] = []
    free: list[str] = []
    seen: set[tuple[str, bool]] = set()
    lines = _lines(markdown)
    ends = _ends(lines)
    place = 0
    while place < len(lines):
        opened = _OPEN.match(lines[place].rstrip("\n"))
        end = ends.get(place)
        if opened and end is not None and (opened[2], opened[1] == "suggestion") not in seen:
            seen.add((opened[2], opened[1] == "suggestion"))
            if free:
                parts.append(FreeText("".join(free)))
                free = []
            body = "".join(lines[place + 1 : end])
            parts.append(Section(opened[2], body, opened[3] or "", opened[1] == "suggestion"))
            place = end + 1
        else:
            free.append(lines[place])
            place += 1
    if free:
        parts.append(FreeText("".join(free)))
    return tuple(parts)


def stamp(markdown: str) -> str:
    """Write the hash of every section into its marker, and of the front matter into itself."""
    front, rest = split_front(_normal(markdown))
    stamped = "".join(
        part.text if isinstance(part, FreeText) else _stamped(part).written()
        for part in parse(rest)
    )
    return stamp_front(front) + stamped


def split_front(markdown: str) -> tuple[str, str]:
    """The YAML front matter with its fences, or nothing, and the rest."""
    if not markdown.startswith("---\n"):
        return "", markdown
    end = markdown.find("\n---\n", 3)
    return (markdown[: end + 5], markdown[end + 5 :]) if end >= 0 else ("", markdown)


def stamp_front(front: str) -> str:
    """The front matter with a hash of its other lines as the last key."""
    if not front:
        return ""
    bare = bare_front(front)
    return f"{bare[:-4]}ib_hash: {digest(bare)}\n---\n"


def bare_front(front: str) -> str:
    """The front matter without its hash."""
    return "".join(line for line in _lines(front) if not _FRONT_HASH.match(line))


def front_untouched(front: str) -> bool:
    """Whether nobody has changed the front matter since the bot wrote it."""
    recorded = _FRONT_HASH.search(front)
    return recorded is not None and recorded[1] == digest(bare_front(front))


def without_markers(markdown: str) -> str:
    """The document as people read it, its markers gone."""
    return "".join(line for line in _lines(markdown) if not is_marker(line))


def is_marker(line: str) -> bool:
    """Whether a line is one of the bot's own comments."""
    bare = line.rstrip("\n")
    return bool(_OPEN.match(bare) or _CLOSE.match(bare))


def _stamped(section: Section) -> Section:
    return replace(section, recorded=digest(section.body))


def _normal(markdown: str) -> str:
    return markdown.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


def _lines(text: str) -> list[str]:
    """Lines with their newlines; nothing but a line feed ends one, as in Markdown."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _ends(lines: list[str]) -> dict[int, int]:
    """For each opening line the line that closes it, when nothing opens in between."""
    return dict(_pairs(lines))


def _pairs(lines: list[str]) -> Iterator[tuple[int, int]]:
    opened: tuple[int, str] | None = None
    for place, line in enumerate(lines):
        bare = line.rstrip("\n")
        start = _OPEN.match(bare)
        if start:
            opened = (place, start[2])
            continue
        end = _CLOSE.match(bare)
        if end and opened and end[1] == opened[1]:
            yield opened[0], place
            opened = None
