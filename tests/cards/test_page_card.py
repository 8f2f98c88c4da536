"""The direct message of a page, and the mention in the room."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from cards.samples import (
    HOSTILE,
    INCIDENT,
    LEDGER,
    LONG,
    NOW,
    PAGE,
    SEV2,
    check,
    elements_of,
    hostile_text,
    ledger_saying,
    page_view,
    words,
)
from incident_bot.domain.paging.page import PageState, RingState
from incident_bot.domain.readmodels import PageLedger, PageView
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Card
from incident_bot.slack.cards.page import mention_card, page_card

ANSWERED = {"state": PageState.ACKNOWLEDGED, "answered_by": "U0CID", "answered_at": NOW}


def saying(text: str) -> PageView:
    ledger, later = ledger_saying(text), NOW + timedelta(minutes=1)
    return PageView(
        INCIDENT.with_(title=text),
        SEV2,
        ledger.page,
        ledger.rings[0],
        NOW,
        later,
        repeat_unsure=True,
    )


CASES = {
    "ordinary": page_view(),
    "empty": page_view(page={"message": "", "steps": PAGE.steps[:1]}),
    "overlong": saying(LONG),
    "hostile": saying(HOSTILE),
    "acknowledged": page_view(page=ANSWERED, ring={"state": RingState.ACKNOWLEDGED}),
    "declined": page_view(ring={"state": RingState.DECLINED}),
    "stopped": page_view(page={"state": PageState.STOPPED}, ring={"state": RingState.STOPPED}),
    "repeat": page_view(repeat_unsure=True),
}


@pytest.mark.parametrize("case", CASES)
def test_page_is_as_it_was(case: str, golden: Callable[[str, Card], None]) -> None:
    check(page_card(CASES[case]))
    golden(f"page__{case}", page_card(CASES[case]))


@pytest.mark.parametrize(
    ("case", "ledger"),
    [("ordinary", LEDGER), ("overlong", ledger_saying(LONG)), ("hostile", ledger_saying(HOSTILE))],
)
def test_mention_is_as_it_was(
    case: str, ledger: PageLedger, golden: Callable[[str, Card], None]
) -> None:
    card = mention_card(ledger, INCIDENT)
    check(card)
    golden(f"mention__{case}", card)


@settings(deadline=None)
@given(text=hostile_text)
def test_no_words_break_a_page(text: str) -> None:
    check(page_card(saying(text)))
    check(mention_card(ledger_saying(text), INCIDENT.with_(title=text)))


def test_page_can_be_acknowledged_declined_and_escalated() -> None:
    card = page_card(page_view())
    for action, value in (
        (actions.PAGE_ACKNOWLEDGE, "7"),
        (actions.PAGE_DECLINE, "7"),
        (actions.PAGE_ESCALATE, "7/0"),
    ):
        assert [e["value"] for e in elements_of(card, action)] == [value], action


def test_last_tier_cannot_escalate_and_knows_it() -> None:
    card = page_card(page_view(page={"position": 1}, ring={"position": 1}))
    assert elements_of(card, actions.PAGE_ESCALATE) == []
    assert "nobody is paged after you" in words(card)


@pytest.mark.parametrize("case", ["acknowledged", "declined", "stopped"])
def test_page_that_is_over_has_no_buttons(case: str) -> None:
    assert not [b for b in page_card(CASES[case]).blocks if b["type"] == "actions"]


def test_page_says_who_acknowledged_it() -> None:
    assert "You acknowledged" in words(page_card(CASES["acknowledged"]))
    by_another = page_view(page={**ANSWERED, "answered_by": "U0BEN"})
    assert "Acknowledged by <@U0BEN>" in words(page_card(by_another))


@pytest.mark.parametrize("state", [PageState.OPEN, PageState.EXHAUSTED])
def test_uncertain_delivery_says_that_it_may_be_a_repeat(state: PageState) -> None:
    view = page_view(page={"state": state}, repeat_unsure=True)
    assert "may have had this page before" in words(page_card(view))
    assert "may have had this page before" not in words(page_card(CASES["ordinary"]))


def test_page_says_until_when_to_answer() -> None:
    until = int((NOW - timedelta(minutes=1)).timestamp())
    assert f"Answer by <!date^{until}^" in words(page_card(page_view()))


def test_mention_names_those_who_are_waited_for_and_nobody_else() -> None:
    card = mention_card(LEDGER, INCIDENT)
    assert "<@U0CID>" in words(card)
    assert "<@U0DAN>" not in words(card)
    assert elements_of(card, actions.PAGE_ACKNOWLEDGE)


def test_mention_of_an_answered_page_asks_nobody() -> None:
    card = mention_card(replace(LEDGER, page=replace(PAGE, **ANSWERED)), INCIDENT)
    assert elements_of(card, actions.PAGE_ACKNOWLEDGE) == []
    assert "acknowledged by <@U0CID>" in words(card)
