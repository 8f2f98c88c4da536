"""What the rules look at: one file with its runbooks, and the world around it."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.codeblocks import build_code
from incident_bot.domain.runbooks.coverage import AlertRule
from incident_bot.domain.runbooks.document import Document
from incident_bot.domain.runbooks.lint.catalogue import Severity
from incident_bot.domain.runbooks.naming import name_key, normalise
from incident_bot.domain.runbooks.nodes import CodeBlock
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.domain.runbooks.syntax import block_tokens

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
SHELL = frozenset({"bash", "sh", "shell", "zsh", "console", "shell-session", "ksh"})


@dataclass(frozen=True, slots=True)
class Said:
    """One finding of one rule; ``severity`` overrides the rule's own. Lines count from 0."""

    code: str
    line: int
    message: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Fence:
    """A code block and where it stands; ``closed`` is False when its fence runs away."""

    start: int
    end: int
    block: CodeBlock
    fenced: bool
    closed: bool
    first_line: int

    @property
    def is_shell(self) -> bool:
        """Return whether the block says it is for a shell."""
        return self.block.language in SHELL


@dataclass(frozen=True)
class Subject:
    """One file: the document, the runbooks in it, its code and its prose by line."""

    document: Document
    runbooks: tuple[Runbook, ...]
    library: str = ""

    @property
    def main(self) -> Runbook:
        """Return the runbook that is the whole file."""
        return self.runbooks[0]

    @property
    def front(self) -> Mapping[str, Any]:
        """Return the front matter as written."""
        return self.document.front_matter

    @cached_property
    def fences(self) -> tuple[Fence, ...]:
        """Return every code block, those in lists and quotes included."""
        return tuple(self._fences())

    @cached_property
    def prose(self) -> tuple[tuple[int, str], ...]:
        """Return the lines outside code and front matter, comments blanked."""
        hidden = set(range(self._front_lines()))
        for fence in self.fences:
            hidden.update(range(fence.start, fence.end))
        text = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), self.document.text)
        return tuple(
            (number, line) for number, line in enumerate(text.split("\n")) if number not in hidden
        )

    @cached_property
    def prose_text(self) -> str:
        """Return the prose as one text."""
        return "\n".join(line for _, line in self.prose)

    def key_line(self, key: str) -> int:
        """Return the line of a front-matter key, 0 when it is not found."""
        block = self.document.removed[0].text if self.document.removed else ""
        wanted = re.compile(rf"^[\"']?{re.escape(key)}[\"']?\s*[:=]", re.MULTILINE)
        found = wanted.search(block)
        return block.count("\n", 0, found.start()) + 1 if found else 0

    def section_at(self, line: int) -> int:
        """Return the index of the innermost section a line stands in."""
        return max(
            (section.index for section in self.document.sections if section.line <= line), default=0
        )

    def _front_lines(self) -> int:
        if not self.front:
            return 0
        return self.document.removed[0].text.count("\n") + 2 if self.document.removed else 0

    def _fences(self) -> Iterator[Fence]:
        lines = self.document.lines
        for token in block_tokens(self.document.text)[0]:
            if token.type not in {"fence", "code_block"} or token.map is None:
                continue
            start, end = token.map
            fenced = token.type == "fence"
            last = lines[end - 1].lstrip(" \t>") if end - 1 < len(lines) else ""
            marker = token.markup[:1]
            closed = not fenced or (
                (end - 1 > start and len(last.rstrip()) >= len(token.markup))
                and not last.strip().strip(marker)
            )
            block = build_code(token.content, token.info if fenced else "")
            yield Fence(start, end, block, fenced, closed, start + int(fenced))


@dataclass(frozen=True)
class Surroundings:
    """What the rules may compare with. None means unknown, and silences what needs it.

    Attributes:
        today: The date to judge reviews by.
        shelf: Every runbook, for links and name collisions.
        files: Paths of all files, Markdown or not, as (library, path).
        rules: Alert rules read from Prometheus rule files.
        severities: Spellings the severity scheme accepts, lower-case.
        policies: Names of escalation policies.
        owners: Names and handles of teams.
        runners: Names of runners that may execute steps.
        pins: Approved hashes of executable steps by ``system/slug#id``.
        dead: Why addresses lead nowhere, as found by asking them; empty when nobody asked.
        usage: How often each path was used, for the library's score.
    """

    today: datetime.date
    shelf: Shelf
    files: frozenset[tuple[str, str]] | None = None
    rules: Sequence[AlertRule] | None = None
    severities: frozenset[str] | None = None
    policies: frozenset[str] | None = None
    owners: frozenset[str] | None = None
    runners: frozenset[str] | None = None
    pins: Mapping[str, str] = field(default_factory=dict)
    dead: Mapping[str, str] = field(default_factory=dict)
    usage: Mapping[str, float] = field(default_factory=dict)

    def named(self, runbook: Runbook, name: str) -> tuple[Runbook, ...]:
        """Return the runbooks of the same library and system that own a name."""
        return self._names.get((runbook.library, runbook.system, name_key(name)), ())

    def titles(self, library: str) -> Mapping[str, str]:
        """Return the normalised titles of a library by key, files only."""
        return self._titles.get(library, {})

    @cached_property
    def _titles(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for runbook in self.shelf.runbooks:
            if not runbook.root:
                found.setdefault(runbook.library, {})[runbook.key] = normalise(runbook.title)
        return found

    @cached_property
    def _names(self) -> Mapping[tuple[str, str, str], tuple[Runbook, ...]]:
        found: dict[tuple[str, str, str], tuple[Runbook, ...]] = {}
        for runbook in self.shelf.runbooks:
            for key in {name_key(name) for name in own_names(runbook)}:
                place = (runbook.library, runbook.system, key)
                found[place] = (*found.get(place, ()), runbook)
        return found


def own_names(runbook: Runbook) -> Iterator[str]:
    """Yield the names nobody else in the system may have."""
    yield runbook.facts.slug or runbook.slug
    yield from runbook.facts.aliases
    # One alert may have several runbooks when a selector tells them apart.
    yield from (alert.name for alert in runbook.facts.alerts if alert.name and not alert.match)
