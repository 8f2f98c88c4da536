import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_sandbox.clock import Clock
from slack_sandbox.errors import SlackError
from slack_sandbox.first_day import new_workspace
from slack_sandbox.ids import Ids
from slack_sandbox.naming import check_name
from slack_sandbox.rules import Rules

WORKSPACE = new_workspace(Ids(1), Clock(), Rules())


def verdict(name: str) -> str:
    try:
        check_name(WORKSPACE, name)
    except SlackError as refusal:
        return refusal.code
    return "ok"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("inc-42-checkout_5xx", "ok"),
        ("a" * 80, "ok"),
        ("", "invalid_name_required"),
        ("a" * 81, "invalid_name_maxlength"),
        ("Upper", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("v1.2", "invalid_name_specials"),
        ("инцидент", "invalid_name_specials"),
        ("fire-🔥", "invalid_name_specials"),
        ("--__--", "invalid_name_punctuation"),
        ("general", "name_taken"),
    ],
)
def test_a_channel_name_is_refused_in_slacks_words(name: str, expected: str) -> None:
    assert verdict(name) == expected


@given(st.text(max_size=100))
def test_what_passes_is_made_of_lower_case_digits_and_dashes(name: str) -> None:
    passes = bool(re.fullmatch(r"(?=.*[a-z0-9])[a-z0-9_-]{1,80}", name))
    assert (verdict(name) in ("ok", "name_taken")) is passes
