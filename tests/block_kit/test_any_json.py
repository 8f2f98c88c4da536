"""Whatever arrives, the rules answer with sentences and never with an exception."""

import re

from hypothesis import given
from hypothesis import strategies as st

from block_kit import limits, problems, text_total, too_long, view_problems
from block_kit.blocks import BLOCKS
from block_kit.elements import ELEMENTS
from block_kit.rich_text import PARTS, SECTIONS

KINDS = sorted({*BLOCKS, *ELEMENTS, *PARTS, *SECTIONS, "plain_text", "mrkdwn", "modal", "home"})
KEYS = sorted(
    {key for node in [*BLOCKS.values(), *ELEMENTS.values()] for key in getattr(node, "keys", {})}
    | {"blocks", "title", "submit", "nonsense"}
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(KINDS)
)


def _nested(children: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    typed = st.dictionaries(st.sampled_from(KEYS), children, max_size=6).flatmap(
        lambda body: st.sampled_from(KINDS).map(lambda kind: {**body, "type": kind})
    )
    return st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=4), children) | typed


JSON = st.recursive(LEAVES, _nested, max_leaves=40)
SENTENCE = re.compile(r"\S.* \[json-pointer:(/[^\]]*)?\]", re.DOTALL)


@given(JSON)
def test_any_json_is_judged_without_raising(value: object) -> None:
    for surface in ("message", "modal", "home"):
        for blocks in (value, [value]):
            assert all(SENTENCE.fullmatch(line) for line in problems(blocks, surface=surface))
    assert all(SENTENCE.fullmatch(line) for line in view_problems(value))
    assert text_total(value) >= 0


@given(st.integers(0, limits.MESSAGE_TEXT // 2), st.integers(0, limits.MESSAGE_TEXT))
def test_a_message_is_too_long_when_its_texts_together_are(first: int, second: int) -> None:
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * first}},
        {"type": "section", "fields": [{"type": "plain_text", "text": "y" * second}]},
    ]
    assert text_total(blocks) == first + second
    assert too_long(blocks) == (first + second > limits.MESSAGE_TEXT)


def test_a_value_nested_beyond_reason_is_refused_and_not_raised_on() -> None:
    deep: object = "x"
    for _ in range(50_000):
        deep = [deep]
    assert problems(deep)
    assert view_problems({"type": "home", "blocks": [], "nonsense": deep})
    assert text_total(deep) == 0
