"""The app's Home: what concerns one person."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from block_kit import problems
from cards.samples import ALLOWED, HOSTILE, INCIDENT, LONG, NOW, PAGE, hostile_text, mrkdwn_of
from incident_bot.domain.configuration import Commands
from incident_bot.domain.readmodels import Home, OnCallLine
from incident_bot.slack.blockkit import Block
from incident_bot.slack.cards.home import MOST, home_view

NOTHING = Home("U0ADA", NOW, Commands())
ON_CALL = OnCallLine("primary", "U0CID", "Cid", NOW, "U0DAN", "Dan")


def _filled(text: str, many: int) -> Home:
    incident, page = INCIDENT.with_(title=text), replace(PAGE, message=text)
    lines = (replace(ON_CALL, schedule=text, user=None, person=text),) * many
    return Home(
        "U0ADA",
        NOW,
        Commands(),
        ((page, incident),) * many,
        (incident,) * many,
        (incident,) * many,
        lines,
    )


def _check(view: Block) -> None:
    assert problems(view["blocks"], surface="home", pointer="/view/blocks") == []
    assert len(view["blocks"]) <= 100
    assert len(json.dumps(view)) < 250_000
    for text in mrkdwn_of(view["blocks"]):
        assert "<" not in ALLOWED.sub("", text)


def _buttons(view: Block) -> list[str]:
    rows = [[*b.get("elements", []), b.get("accessory") or {}] for b in view["blocks"]]
    return [e["text"]["text"] for row in rows for e in row if e.get("type") == "button"]


@pytest.mark.parametrize("many", [1, MOST, MOST + 1, 400])
@pytest.mark.parametrize("text", ["db down", "", HOSTILE, LONG])
def test_home_is_within_slacks_limits(text: str, many: int) -> None:
    _check(home_view(_filled(text, many)))


@given(text=hostile_text)
@settings(max_examples=60, deadline=None)
def test_no_words_from_outside_break_home_or_ping_anybody(text: str) -> None:
    _check(home_view(_filled(text, 3)))


def test_what_waits_for_me_comes_first() -> None:
    assert _buttons(home_view(_filled("db down", 1))) == [
        "Declare an incident",
        "Acknowledge",
        "Update",
        "Join",
    ]


def test_a_calm_day_says_so_and_who_is_on_call() -> None:
    view = home_view(replace(NOTHING, on_call=(ON_CALL,)))
    _check(view)
    text = " ".join(mrkdwn_of(view["blocks"]))
    assert "No open incident" in text
    assert "<@U0CID>" in text


def test_an_incident_without_a_room_cannot_be_joined_yet() -> None:
    roomless = INCIDENT.with_(channel_id=None, channel_name=None)
    assert "Join" not in _buttons(home_view(replace(NOTHING, others=(roomless,))))
    assert "Join" in _buttons(home_view(replace(NOTHING, others=(INCIDENT,))))


def test_more_than_is_shown_is_counted() -> None:
    text = " ".join(mrkdwn_of(home_view(replace(NOTHING, mine=(INCIDENT,) * 33))["blocks"]))
    assert "and 13 more: `/incident list`" in text
