"""The rules a Slack client holds before it submits anything."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_sandbox.form import MANY, PLAIN_VALUES, initial_values, merged_values, refusals

REQUIRED = "Please complete this required field."


def field(kind: str, optional: bool = False, **more: Any) -> list[dict[str, Any]]:
    element = {"type": kind, "action_id": "a", **more}
    return [{"type": "input", "block_id": "b", "optional": optional, "element": element}]


def refusal(blocks: list[dict[str, Any]], value: Any) -> str | None:
    kind = blocks[0]["element"]["type"]
    key, _ = PLAIN_VALUES[kind]
    values = merged_values(blocks, {}, {"b": {"a": {"type": kind, key: value}}})
    return refusals(blocks, values).get("b")


@pytest.mark.parametrize(
    ("blocks", "value", "said"),
    [
        (field("plain_text_input"), "x", None),
        (field("file_input"), [], REQUIRED),
        (field("file_input", filetypes=["md"]), [{"id": "F1", "name": "NOTES.MD"}], None),
        (
            field("file_input", filetypes=["md", "txt"]),
            [{"id": "F1", "name": "run.sh"}],
            "Please choose files of these types: .md, .txt.",
        ),
        (field("file_input", max_files=1), [{}, {}], "You can select up to 1 items."),
        (field("plain_text_input"), "", REQUIRED),
        (field("plain_text_input", optional=True), "", None),
        (field("plain_text_input", min_length=2), "x", "Please enter at least 2 characters."),
        (field("plain_text_input", max_length=2), "xxx", "Please enter no more than 2 characters."),
        (field("plain_text_input"), "x" * 3001, "Please enter no more than 3000 characters."),
        (field("number_input", is_decimal_allowed=False), "-3", None),
        (field("number_input", is_decimal_allowed=False), "3.5", "Please enter a valid number."),
        (field("number_input", is_decimal_allowed=True), "3.5", None),
        (field("number_input", is_decimal_allowed=True), "many", "Please enter a valid number."),
        (
            field("number_input", is_decimal_allowed=False, min_value="10"),
            "9",
            "Please enter a number of at least 10.",
        ),
        (
            field("number_input", is_decimal_allowed=False, max_value="10"),
            "11",
            "Please enter a number of at most 10.",
        ),
        (field("email_text_input"), "a@b.c", None),
        (field("email_text_input"), "a at b", "Please enter a valid email address."),
        (field("url_text_input"), "https://x.y/z", None),
        (field("url_text_input"), "x.y", "Please enter a valid URL."),
        (field("multi_users_select"), [], REQUIRED),
        (
            field("multi_users_select", max_selected_items=1),
            ["U1", "U2"],
            "You can select up to 1 items.",
        ),
        (field("file_input", max_files=1), ["F1"], None),
        (field("checkboxes"), [], REQUIRED),
        (field("datepicker"), None, REQUIRED),
        (field("datepicker"), "2026-11-21", None),
    ],
)
def test_a_value_is_held_to_its_elements_rules(
    blocks: list[dict[str, Any]], value: Any, said: str | None
) -> None:
    assert refusal(blocks, value) == said


@given(st.sampled_from(sorted(PLAIN_VALUES)))
def test_every_untouched_input_is_present_and_empty(kind: str) -> None:
    key, _ = PLAIN_VALUES[kind]
    empty: Any = [] if kind in MANY else None
    assert initial_values(field(kind)) == {"b": {"a": {"type": kind, key: empty}}}


def test_an_initial_value_stands_until_it_is_changed() -> None:
    blocks = field("plain_text_input", initial_value="first")
    first = initial_values(blocks)
    assert first["b"]["a"]["value"] == "first"
    sent = {"b": {"a": {"type": "plain_text_input", "value": "second"}}, "z": {"y": {"value": "x"}}}
    second = merged_values(blocks, first, sent)
    assert second == {"b": {"a": {"type": "plain_text_input", "value": "second"}}}
    assert initial_values(blocks, second) == second


def test_what_was_kept_for_another_kind_of_element_is_dropped() -> None:
    kept = {"b": {"a": {"type": "plain_text_input", "value": "x"}}}
    assert initial_values(field("datepicker"), kept)["b"]["a"] == {
        "type": "datepicker",
        "selected_date": None,
    }
