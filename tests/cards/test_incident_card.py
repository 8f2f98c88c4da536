"""The control card, the announcement and the receipt."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from cards.samples import (
    BARE,
    BOARD,
    HOSTILE,
    INCIDENT,
    LONG,
    NOW,
    board_saying,
    check,
    elements_of,
    hostile_text,
    words,
)
from incident_bot.domain.incidents.incident import Status
from incident_bot.domain.readmodels import Board, Queued
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Card
from incident_bot.slack.cards.announcement import announcement_card
from incident_bot.slack.cards.incident import incident_card, topic
from incident_bot.slack.cards.page_pick import picked_for
from incident_bot.slack.cards.receipt import receipt_card

BUTTONS = (
    actions.INCIDENT_UPDATE,
    actions.INCIDENT_SEVERITY,
    actions.INCIDENT_ROLES,
    actions.INCIDENT_PAGE,
    actions.INCIDENT_RUNBOOK,
    actions.INCIDENT_LOG,
    actions.INCIDENT_RESOLVE,
)
OVER = replace(
    BOARD,
    incident=INCIDENT.with_(
        status=Status.RESOLVED, resolved_at=NOW, update_due_at=None, summary="Rolled back"
    ),
)
CASES = {
    "ordinary": BOARD,
    "empty": BARE,
    "overlong": board_saying(LONG),
    "hostile": board_saying(HOSTILE),
    "resolved": OVER,
    "queued": replace(
        BOARD,
        queued=(
            Queued("announce the incident", 3, 24.2, "Slack limits chat.postMessage"),
            Queued("invite people", 1),
        ),
    ),
    "nobody_paged": replace(
        BOARD, pages=(), nobody_paged="no escalation policy is configured for SEV2"
    ),
}


@pytest.mark.parametrize("make", [incident_card, announcement_card, receipt_card])
@pytest.mark.parametrize("case", CASES)
def test_card_is_as_it_was(
    make: Callable[[Board], Card], case: str, golden: Callable[[str, Card], None]
) -> None:
    card = make(CASES[case])
    check(card)
    golden(f"{make.__name__.removesuffix('_card')}__{case}", card)


@settings(deadline=None)
@given(text=hostile_text)
def test_no_words_break_a_card_or_ping_anybody(text: str) -> None:
    for board in (board_saying(text), replace(board_saying(text, many=1), pages=())):
        check(incident_card(board))
        check(announcement_card(board))
        check(receipt_card(board))


@settings(deadline=None)
@given(text=hostile_text)
def test_topic_is_short_and_without_markup(text: str) -> None:
    said = topic(board_saying(text))
    assert 0 < len(said) <= 250
    assert "<" not in said
    assert "\n" not in said


def test_open_incident_has_every_button_with_its_number() -> None:
    card = incident_card(BOARD)
    for action in BUTTONS:
        assert [e["value"] for e in elements_of(card, action)] == ["42"], action
    assert elements_of(card, actions.INCIDENT_REOPEN) == []


def test_resolved_incident_offers_the_post_mortem_and_a_way_back() -> None:
    card = incident_card(OVER)
    assert elements_of(card, actions.INCIDENT_POSTMORTEM)
    assert elements_of(card, actions.INCIDENT_REOPEN)
    assert elements_of(card, actions.INCIDENT_RESOLVE) == []
    assert "after 7 min" in words(card)


def test_every_person_of_a_page_is_shown_with_how_far_it_came() -> None:
    shown = words(incident_card(BOARD))
    assert "○ <@U0CID> sent" in shown
    assert "✗ <@U0DAN> failed: this person has left the workspace" in shown
    assert "next tier <!date^" in shown


def test_trouble_can_be_retried_by_its_job() -> None:
    assert [e["value"] for e in elements_of(incident_card(BOARD), actions.DELIVERY_RETRY)] == [
        "311"
    ]


def test_suggested_runbook_is_opened_by_its_full_name() -> None:
    (button,) = elements_of(incident_card(BOARD), actions.RUNBOOK_OPEN)
    assert json.loads(button["value"]) == {"r": "pack1/api-5xx"}


def test_where_nobody_was_paged_a_person_can_be_picked() -> None:
    card = incident_card(CASES["nobody_paged"])
    (block,) = [
        b for b in card.blocks if b.get("accessory", {}).get("action_id") == actions.PAGE_PICK
    ]
    assert picked_for(block["block_id"]) == 42
    assert "Nobody was paged" in words(card)
    assert picked_for("something else") is None


def test_overdue_update_is_said_on_the_card() -> None:
    late = replace(BOARD, now=NOW + timedelta(hours=1))
    assert "Update overdue" in words(incident_card(late))
    assert "Update overdue" not in words(incident_card(BOARD))


def test_drill_and_private_are_marked() -> None:
    shown = words(incident_card(replace(BOARD, incident=INCIDENT.with_(drill=True, private=True))))
    assert "DRILL" in shown
    assert "*Private*" in shown


def test_private_incident_is_never_announced() -> None:
    with pytest.raises(ValueError, match="never announced"):
        announcement_card(replace(BOARD, incident=INCIDENT.with_(private=True)))


def test_announcement_links_the_room_and_lets_people_join_while_it_is_open() -> None:
    assert "<#C0ROOM>" in words(announcement_card(BOARD))
    assert elements_of(announcement_card(BOARD), actions.INCIDENT_JOIN)
    assert elements_of(announcement_card(OVER), actions.INCIDENT_JOIN) == []


def test_receipt_and_card_say_what_waits_and_behind_how_many() -> None:
    waits = "announce the incident (Slack limits chat.postMessage, again in 25 s, 3 before it)"
    for card in (incident_card(CASES["queued"]), receipt_card(CASES["queued"])):
        assert waits in words(card)
        assert "invite people (1 before it)" in words(card)


def test_receipt_offers_to_try_again_what_failed() -> None:
    (retry,) = elements_of(receipt_card(BOARD), actions.DELIVERY_RETRY)
    assert retry["value"] == "311"


def test_receipt_ticks_each_step() -> None:
    shown = words(receipt_card(BOARD))
    assert "✓ Room opened" in shown
    assert "○ On-call paged" in shown
    assert "✗ Announced" in shown
