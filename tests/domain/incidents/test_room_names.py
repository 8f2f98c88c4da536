"""Names of rooms: legal in Slack for any title in any language."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_bot.domain.incidents.naming import CHANNEL_NAME_LIMIT, room_name, slug

LEGAL = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("checkout 5xx", "inc-42-checkout-5xx"),
        ("  Checkout: 5xx!!  ", "inc-42-checkout-5xx"),
        ("Оплата не работает", "inc-42-oplata-ne-rabotaet"),
        ("Zahlungen überfällig in Köln", "inc-42-zahlungen-uberfallig-in-koln"),
        ("支付失败", "inc-42-zhifushibai"),
        ("🔥🔥 prod down 🔥", "inc-42-prod-down"),
        ("🔥🔥🔥", "inc-42"),
        ("", "inc-42"),
        ("---", "inc-42"),
        ("<!channel> @here", "inc-42-channel-here"),
        ("№ 5 ①", "inc-42-no-5-1"),
    ],
)
def test_title_becomes_a_name_that_can_be_read(title: str, name: str) -> None:
    assert room_name("inc", 42, title) == name


def test_long_title_is_cut_between_words() -> None:
    name = room_name("inc", 42, "payments are failing for many customers " * 8)
    assert len(name) <= CHANNEL_NAME_LIMIT
    assert "payments are failing for many customers".replace(" ", "-") in name
    assert name.endswith(("payments", "are", "failing", "for", "many", "customers"))


def test_title_of_one_endless_word_is_cut_anywhere() -> None:
    name = room_name("inc", 42, "x" * 300)
    assert len(name) == CHANNEL_NAME_LIMIT


def test_taken_names_get_a_number() -> None:
    names = [room_name("inc", 42, "checkout", attempt) for attempt in range(3)]
    assert names == ["inc-42-checkout", "inc-42-checkout-2", "inc-42-checkout-3"]


@given(
    st.text(max_size=300),
    st.integers(1, 10**9),
    st.integers(0, 7),
    st.from_regex(r"[a-z0-9_-]{1,20}", fullmatch=True),
)
def test_any_title_gives_a_legal_name(title: str, number: int, attempt: int, prefix: str) -> None:
    name = room_name(prefix, number, title, attempt)
    assert len(name) <= CHANNEL_NAME_LIMIT
    assert LEGAL.fullmatch(name.removeprefix(prefix).lstrip("-")), name
    assert name.startswith(f"{prefix}-{number}")


@given(st.text(max_size=300), st.integers(1, 10**6))
def test_attempts_have_names_of_their_own(title: str, number: int) -> None:
    names = {room_name("inc", number, title, attempt) for attempt in range(8)}
    assert len(names) == 8


@given(st.text(max_size=400))
def test_slug_is_words_of_letters_and_digits(title: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug(title))
