"""A runbook as a checklist: the steps its author wrote, in reading order.

A step is an item of a numbered list or of a task list, or a code block that stands by itself.
Sections that only inform (symptoms, escalation, references …) hold no steps unless nothing else
does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.nodes import (
    Admonition,
    Block,
    CodeBlock,
    Details,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    inline_text,
    walk,
)

MOST_STEPS = 100
TEXT = 300
CODE = 1500
_INFORMING = frozenset(
    {"overview", "symptoms", "impact", "escalation", "communication", "prevention", "references"}
)
_NOT_RUN = frozenset({"text", "txt", "output", "plain", "plaintext", "json", "log", "csv"})


class StepState(StrEnum):
    """How far one step of a checklist is."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One thing to do.

    `section` is the heading it stands under and `anchor` the way there; `code` is what to copy,
    "" when there is nothing; `id` is the author's name for an executable block, "" without one.
    """

    section: str
    anchor: str
    text: str
    code: str = ""
    id: str = ""


def steps_of(runbook: Runbook, most: int = MOST_STEPS) -> tuple[PlannedStep, ...]:
    """Return the steps of a runbook in reading order, at most `most`; empty when it has none."""
    acting = [section for section in _scope(runbook) if not _informs(runbook, section)]
    found = [step for section in acting for step in _steps_in(runbook, section)]
    if not found:
        found = [step for section in _scope(runbook) for step in _steps_in(runbook, section)]
    return tuple(found[:most])


def _scope(runbook: Runbook) -> tuple[Section, ...]:
    return runbook.document.subtree(runbook.root)


def _informs(runbook: Runbook, section: Section) -> bool:
    """Whether a section, or the one it stands in, is of a kind that asks for nothing to be done."""
    at: int | None = section.index
    while at is not None and at != runbook.root:
        here = runbook.document.sections[at]
        kinds = {match.kind for match in here.kinds if match.grade == "exact"}
        if kinds:
            return kinds <= _INFORMING
        at = here.parent
    return False


def _steps_in(runbook: Runbook, section: Section) -> Iterator[PlannedStep]:
    title = runbook.title if section.index == runbook.root else section.title or runbook.title
    blocks = runbook.document.own_blocks(section.index)
    for text, code, name in _in_blocks(blocks, title):
        yield PlannedStep(title[:TEXT], section.anchor, text, code, name)


def _in_blocks(blocks: Sequence[Block], title: str) -> Iterator[tuple[str, str, str]]:
    before = ""
    for block in blocks:
        if isinstance(block, ListBlock) and _is_plan(block):
            yield from (_of_item(item) for item in block.items)
        elif isinstance(block, CodeBlock):
            if _is_run(block):
                yield before or title[:TEXT], _copied([block]), _name([block])
        elif isinstance(block, Quote | Admonition | Details):
            yield from _in_blocks(block.blocks, title)
        before = _words(block) if isinstance(block, Paragraph) else ""


def _is_plan(block: ListBlock) -> bool:
    return block.ordered or any(item.checked is not None for item in block.items)


def _is_run(block: CodeBlock) -> bool:
    return bool(block.commands.strip()) and block.language not in _NOT_RUN


def _of_item(item: ListItem) -> tuple[str, str, str]:
    words = [_words(block) for block in walk(item.blocks) if isinstance(block, Paragraph)]
    told = _cut(" · ".join(filter(None, words)))
    run = [b for b in walk(item.blocks) if isinstance(b, CodeBlock) and _is_run(b)]
    return told or "Run", _copied(run), _name(run)


def _copied(blocks: Sequence[CodeBlock]) -> str:
    code = "\n".join(block.commands.strip("\n") for block in blocks)
    return code if len(code) <= CODE else code[: CODE - 1] + "…"


def _name(blocks: Sequence[CodeBlock]) -> str:
    names = (value for block in blocks for key, value in block.attributes if key == "id")
    return next(names, "")


def _words(block: Paragraph) -> str:
    return _cut(" ".join(inline_text(block.inlines).split()))


def _cut(words: str) -> str:
    return words if len(words) <= TEXT else words[: TEXT - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step of a checklist under way: who ended it, and when (both None while it is open)."""

    position: int
    plan: PlannedStep
    state: StepState
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """A runbook being followed in an incident, by all of its room together."""

    id: int
    incident: int
    runbook: str
    title: str
    started_by: str
    started_at: datetime
    steps: tuple[CheckStep, ...]

    @property
    def ended(self) -> int:
        """How many steps are not open any more."""
        return sum(1 for step in self.steps if step.state is not StepState.OPEN)
