"""Values are checked before anything else is done with them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_bot.domain.execution.values import LONGEST, problems, read_variable

NS = read_variable("NS", {"type": "string", "pattern": "[a-z0-9-]{1,63}"})


@pytest.mark.parametrize(
    "value",
    ["", "-rf", "--kubeconfig=/etc/passwd", "a b", "a;b", "$(id)", "`id`", "a\nb", "a\0b", "../x"],
)
def test_hostile_value_is_refused(value: str) -> None:
    assert NS.problem(value)


def test_dash_is_refused_even_where_the_pattern_allows_it() -> None:
    loose = read_variable("NS", {"pattern": ".+"})
    assert "dash" in loose.problem("-rf")


@pytest.mark.parametrize(
    ("spec", "good", "bad"),
    [
        ({"type": "int"}, "42", "4.2"),
        ({"type": "duration"}, "15m", "soon"),
        ({"type": "enum", "values": ["blue", "green"]}, "blue", "red"),
        ({"type": "string"}, "prod-1", "pröd"),
        ({}, "prod", "a'b"),
    ],
)
def test_type_decides(spec: dict[str, object], good: str, bad: str) -> None:
    variable = read_variable("X", spec)
    assert not variable.problem(good)
    assert variable.problem(bad)


def test_value_that_nobody_asked_for_is_refused() -> None:
    assert problems((NS,), {"NS": "prod", "LD_PRELOAD": "x"}) == {
        "LD_PRELOAD": "is not a variable of this step"
    }
    assert problems((NS,), {}) == {"NS": "is missing"}


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*b",
        "(?:x*)*",
        r"(a)\1",
        "a*a*a*a*b",
        "(?=x)",
        "[",
        "a" * 300,
        "(a{1,9}){9,}",
    ],
)
def test_pattern_that_may_take_long_is_never_run(pattern: str) -> None:
    assert read_variable("X", {"pattern": pattern}).wrong


@pytest.mark.parametrize("spec", [{"secret": True}, {"type": "shell"}, {"type": "enum"}])
def test_variable_that_cannot_be_checked_makes_the_step_unusable(spec: dict[str, object]) -> None:
    assert read_variable("X", spec).wrong


@pytest.mark.parametrize("name", ["ns", "N S", "", "1A", "A" * 60])
def test_name_must_be_in_capitals(name: str) -> None:
    assert read_variable(name, {}).wrong


@settings(deadline=None)
@given(st.text(max_size=LONGEST + 20))
def test_what_passes_is_short_printable_and_no_option(value: str) -> None:
    if not NS.problem(value):
        assert 0 < len(value) <= LONGEST
        assert value.isprintable()
        assert not value.startswith("-")
