"""Ten thousand odd documents: never an exception, never a lost word; linear work on hostile ones."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.runbooks.mutations import document_from, lost_words
from incident_bot.domain.runbooks.answers import find_sections
from incident_bot.domain.runbooks.books import runbooks_in
from incident_bot.domain.runbooks.parsing import parse
from incident_bot.domain.runbooks.search import document_terms
from incident_bot.domain.runbooks.syntax import MAX_INLINE

DOCUMENTS = 10_000
BATCH = 1_000


@pytest.mark.unmeasured
@pytest.mark.parametrize("batch", range(DOCUMENTS // BATCH))
def test_odd_documents_never_raise_and_keep_every_word(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        text = document_from(seed)
        document = parse(text, "a/b.md")
        assert lost_words(text, document) == [], f"seed {seed}"
        for runbook in runbooks_in(document):
            find_sections(runbook, "mitigation")


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_parses_into_sections_that_tile_the_file(text: str) -> None:
    document = parse(text, "a.md")
    for before, after in zip(document.sections, document.sections[1:], strict=False):
        assert before.line <= after.line
        assert before.stop <= max(after.line, before.body)
    assert all(0 <= s.line <= s.end <= len(document.lines) for s in document.sections)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_of_front_matter_are_survived(raw: bytes) -> None:
    parse("---\n" + raw.decode("utf-8", "replace") + "\n---\n# A\n", "a.md")


HOSTILE = {
    "stars": "*",
    "brackets": "[",
    "backticks": "`",
    "images": "![",
    "links": "[a](b ",
    "reference links": "[a][",
    "comments": "<!--",
    "instructions": "<?",
    "cdata": "<![CDATA[",
    "tags": "<a ",
    "quotes": ">",
    "headings": "## a\n",
    "list": "1. a\n",
    "tables": "|a|b|\n|-|-|\n",
    "fences": "```\n## Mitigation\n",
    "definitions": "[a]: b\n",
    "folds": "<details>\n\n",
    "admonitions": "!!! a\n",
    "bold leads": "**Symptoms**:\n",
    "shortcodes": "{{< ",
    "heredocs": "<<EOF\n",
    "prompts": "$ ls \\\n",
    "placeholders": "<ns> ",
    "mojibake": "Ã©",
    "lines": "a\n",
    "nested": "> - ",
    "anchors": '<a name="x">\n',
}


def work(act: Callable[[], object]) -> int:
    """Return how many calls an act makes, of Python functions and of C ones alike."""
    calls = 0

    def count(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    previous = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(previous)
    return calls


def everything(text: str) -> None:
    document = parse(text, "a.md")
    document_terms(document)
    for section in document.sections[:20]:
        document.own_blocks(section.index)


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", HOSTILE)
def test_twice_the_text_is_at_most_about_twice_the_work(name: str) -> None:
    pattern = HOSTILE[name]
    small, large = (pattern * (size // len(pattern)) for size in (6_000, 12_000))
    few, many = work(lambda: everything(small)), work(lambda: everything(large))
    assert many <= 2.6 * few + 2_000


@pytest.mark.parametrize("pattern", ["*", "[", "`", "<!--", "![", "a "])
def test_a_mebibyte_in_one_paragraph_costs_no_inline_parsing(pattern: str) -> None:
    text = pattern * (1024 * 1024 // len(pattern))
    assert len(text) > MAX_INLINE
    assert work(lambda: everything(text)) < 5_000
