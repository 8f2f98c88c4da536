"""Who owns a file when the file does not say: CODEOWNERS of a checkout, OWNERS of a folder.

CODEOWNERS: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
OWNERS: https://www.kubernetes.dev/docs/guide/owners/
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from incident_bot.domain.runbooks.facts import Owner, scalar

MAX_CHARS = 256 * 1024
MOST_RULES = 2_000
MOST_OWNERS = 10
_MAX_PATTERN = 300
_TOKEN = re.compile(r"(?:\\.|[^\s\\])+")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line: the segments of its pattern, and whom it names (nobody: it takes owners away)."""

    segments: tuple[str, ...]
    direct: bool
    owners: tuple[Owner, ...]


@dataclass(frozen=True, slots=True)
class Ownership:
    """Owners by path. Paths and folders are relative to the top of the checkout."""

    rules: tuple[_Rule, ...] = ()
    folders: Mapping[str, tuple[Owner, ...]] = field(default_factory=dict)

    def of(self, path: str) -> tuple[Owner, ...]:
        """Return the owners of a file: the last matching line, else the nearest OWNERS file."""
        parts = tuple(part for part in path.split("/") if part)
        folders = ["/".join(parts[:depth]) for depth in reversed(range(len(parts)))]
        for rule in reversed(self.rules):
            if _matches(rule, parts):
                return rule.owners
        return next((self.folders[name] for name in folders if name in self.folders), ())


def read_codeowners(text: str) -> tuple[_Rule, ...]:
    """Read a CODEOWNERS file; lines that GitHub would not understand are left out."""
    return tuple(_rules(text[:MAX_CHARS]))[:MOST_RULES]


def read_owners(text: str) -> tuple[Owner, ...]:
    """Read an OWNERS file (YAML with `approvers` and `reviewers`); anything else owns nothing."""
    try:
        told = yaml.safe_load(text[:MAX_CHARS])
    except (yaml.YAMLError, ValueError, RecursionError):
        return ()
    named = told.get("approvers") or told.get("reviewers") if isinstance(told, dict) else None
    names = [scalar(one) for one in named] if isinstance(named, list) else []
    return _owners(name if "@" in name else f"@{name}" for name in names if name)


def _rules(text: str) -> Iterator[_Rule]:
    for line in text.splitlines():
        words = _TOKEN.findall(line.strip())
        # Sections are GitLab's; negation and ranges are not part of the syntax.
        if not words or words[0].startswith(("#", "!", "[", "^[")) or "[" in words[0]:
            continue
        pattern = words[0].replace("\\ ", " ").replace("\\#", "#")
        if len(pattern) > _MAX_PATTERN:
            continue
        names = []
        for word in words[1:]:
            if word.startswith("#"):
                break
            names.append(word)
        yield _rule(pattern, _owners(names))


def _rule(pattern: str, owners: tuple[Owner, ...]) -> _Rule:
    bare = pattern.strip("/")
    segments = tuple(part for part in bare.split("/") if part)
    # Without a slash at the start or inside, a pattern holds at any depth.
    if not pattern.startswith("/") and "/" not in bare:
        segments = ("**", *segments)
    if pattern.endswith("/"):
        segments = (*segments, "**", "*")
    # `docs/*` means the files of that folder, not those of folders below it.
    direct = pattern.endswith("/") or (len(segments) > 1 and pattern.endswith("/*"))
    return _Rule(segments, direct, owners)


def _owners(names: Sequence[str] | Iterator[str]) -> tuple[Owner, ...]:
    found: dict[Owner, None] = {}
    for name in names:
        if name.startswith("@") and len(name) > 1:
            found[Owner(team=name[1:101])] = None
        elif "@" in name.strip("@"):
            found[Owner(email=name[:200])] = None
    return tuple(found)[:MOST_OWNERS]


def _matches(rule: _Rule, parts: tuple[str, ...]) -> bool:
    """Whether a pattern names a file, or (where that is meant) a folder it is in.

    By a table, not by a regular expression: a file of a stranger must not take long.
    """
    first = rule.segments[0] if rule.segments else "**"
    if parts and first != "**" and not _glob(first, parts[0]):
        return False  # most lines are about some other folder
    reached = {0}
    reached |= _skipping(rule.segments, reached)
    for at, part in enumerate(parts):
        following: set[int] = set()
        for state in reached:
            if state == len(rule.segments):
                continue
            segment = rule.segments[state]
            if segment == "**":
                following.add(state)
            elif _glob(segment, part):
                following.add(state + 1)
        reached = following | _skipping(rule.segments, following)
        ended = len(rule.segments) in reached
        if ended and (at + 1 == len(parts) or not rule.direct):
            return True
    return False


def _skipping(segments: tuple[str, ...], states: set[int]) -> set[int]:
    """The states after any number of `**`, each of which may stand for nothing."""
    found: set[int] = set()
    for state in states:
        at = state
        while at < len(segments) and segments[at] == "**":
            at += 1
            found.add(at)
    return found


def _glob(pattern: str, text: str) -> bool:
    """Whether a word matches `*` and `?`, in time linear in both for each star."""
    at = place = 0
    star, mark = -1, 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[place]):
            at += 1
            place += 1
        elif star >= 0:
            mark += 1
            at, place = star + 1, mark
        else:
            return False
    return all(char == "*" for char in pattern[at:])
