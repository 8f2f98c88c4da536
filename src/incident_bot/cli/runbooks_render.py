"""`runbooks check-render`: every section of a library as Slack blocks, each checked, and the rates.

Nothing is asserted about a foreign library but what must hold for any: no crash, no block Slack
would refuse. The hit table asks each runbook the questions responders ask.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from block_kit import problems, text_total
from incident_bot.domain.runbooks.answers import SectionAnswer, find_sections
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.naming import normalise
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.slack.blockkit import Card
from incident_bot.slack.cards.runbook import outline_card, section_message
from incident_bot.slack.cards.runbook_lists import library_card

QUESTIONS = ("diagnostics", "mitigation", "resolution", "quick fix", "symptoms", "escalation")
_INDEXES = ("readme.md", "index.md", "_index.md", "contributing.md")


@dataclass(slots=True)
class Hits:
    """One question over all runbooks: by the literal heading, by any route, by passages alone."""

    question: str
    asked: int = 0
    literal: int = 0
    served: int = 0
    by_passage: int = 0

    def share(self, count: int) -> float:
        """Return a count as a percentage of the runbooks asked."""
        return 100.0 * count / self.asked if self.asked else 0.0


@dataclass(slots=True)
class RenderCheck:
    """What rendering a library showed."""

    runbooks: int = 0
    sections: int = 0
    messages: int = 0
    largest: int = 0
    paged: int = 0
    invalid: list[str] = field(default_factory=list)
    hits: list[Hits] = field(default_factory=list)

    @property
    def hit_rate(self) -> float:
        """Return the mean share over all questions but escalation, which the policy answers."""
        shares = [hit.share(hit.served) for hit in self.hits if hit.question != "escalation"]
        return sum(shares) / len(shares) if shares else 0.0


def check_library(shelf: Shelf) -> RenderCheck:
    """Render everything on a shelf and ask every question."""
    found = RenderCheck(runbooks=len(shelf.runbooks))
    for place, card in _cards(shelf, found):
        found.messages += 1
        found.largest = max(found.largest, text_total(card.blocks))
        found.invalid.extend(f"{place}: {problem}" for problem in problems(card.blocks))
    asked = [runbook for runbook in shelf.runbooks if _is_asked(runbook)]
    found.hits = [_ask(question, asked) for question in QUESTIONS]
    return found


def _cards(shelf: Shelf, found: RenderCheck) -> Iterator[tuple[str, Card]]:
    yield "library", library_card(shelf)
    for system in shelf.by_category():
        yield system, library_card(shelf, system=system)
    for runbook in shelf.runbooks:
        yield runbook.path, outline_card(runbook, shelf)
        for section in runbook.document.subtree(runbook.root):
            answer = SectionAnswer(runbook, section.title, (section,), "heading")
            pages = section_message(answer, shelf)
            found.sections += 1
            found.paged += len(pages) > 1
            for page in pages:
                yield f"{runbook.path}#{section.anchor}", page


def _is_asked(runbook: Runbook) -> bool:
    return not runbook.root and not runbook.path.lower().endswith(_INDEXES)


def _ask(question: str, runbooks: list[Runbook]) -> Hits:
    routes: Counter[str] = Counter()
    literal = 0
    for runbook in runbooks:
        answer = find_sections(runbook, question)
        routes[answer.matched_by] += 1
        literal += any(
            normalise(section.title) == question and runbook.document.is_filled(section.index)
            for section in runbook.sections
        )
    served = len(runbooks) - routes["outline"]
    return Hits(question, len(runbooks), literal, served, routes["content"])


def as_text(found: RenderCheck) -> str:
    """Return the rates as a table for a terminal."""
    lines = [
        f"runbooks {found.runbooks}, sections {found.sections}, messages {found.messages},"
        f" paged {found.paged}, largest {found.largest} characters",
        f"invalid blocks {len(found.invalid)}",
        *found.invalid[:20],
        "",
        f"{'question':14}{'literal':>9}{'served':>9}{'of which passages':>20}",
    ]
    lines += [
        f"{hit.question:14}{hit.share(hit.literal):8.0f}%{hit.share(hit.served):8.0f}%"
        f"{hit.share(hit.by_passage):19.0f}%"
        for hit in found.hits
    ]
    lines.append(f"mean without escalation {found.hit_rate:.1f}%")
    return "\n".join(lines)
