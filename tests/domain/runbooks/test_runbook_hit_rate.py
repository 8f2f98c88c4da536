"""The questions responders ask, over every shape of file; run with -s to see the numbers."""

import sys

from domain.runbooks.shapes import ALERT_STYLE, FREE_FORM, shelf_of
from incident_bot.domain.runbooks.naming import normalise
from incident_bot.domain.runbooks.shelf import Shelf

QUESTIONS = ("diagnostics", "mitigation", "resolution", "quick fix", "symptoms")


def rates(shelf: Shelf) -> dict[str, tuple[float, float]]:
    """Return per question the share with the literal heading and the share answered."""
    found: dict[str, tuple[float, float]] = {}
    books = [book for book in shelf.runbooks if not book.root]
    for question in QUESTIONS:
        literal = sum(any(normalise(s.title) == question for s in book.sections) for book in books)
        served = sum(shelf.section(book, question).found for book in books)
        found[question] = (100 * literal / len(books), 100 * served / len(books))
    return found


def shown(name: str, found: dict[str, tuple[float, float]]) -> float:
    for question, (literal, served) in found.items():
        line = f"{name:12} {question:12} literal {literal:5.1f} %  served {served:5.1f} %"
        sys.stdout.write(line + "\n")
    return sum(served for _, served in found.values()) / len(found)


def test_alert_style_files_answer_nearly_every_question() -> None:
    assert shown("alert style", rates(shelf_of(ALERT_STYLE))) >= 95


def test_free_form_files_answer_most_questions() -> None:
    assert shown("free form", rates(shelf_of(FREE_FORM))) >= 70


def test_the_literal_heading_alone_would_answer_few() -> None:
    found = rates(shelf_of({**ALERT_STYLE, **FREE_FORM}))
    assert found["diagnostics"][0] == 0
