"""Checklists, gaps and statistics as cards: valid and harmless whatever a runbook says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from cards.samples import HOSTILE, INCIDENT, LONG, NOW, check, elements_of, hostile_text, words
from incident_bot.domain.incidents.incident import Status
from incident_bot.domain.runbooks.checklist import Checklist, CheckStep, PlannedStep, StepState
from incident_bot.domain.runbooks.usage import RunbookStats, Spread, UsageReport, Use, UseKind
from incident_bot.slack import actions
from incident_bot.slack.cards.checklist import checklist_card
from incident_bot.slack.cards.runbook_gap import gap_card
from incident_bot.slack.cards.runbook_stats import one_runbook_card, runbook_stats_card


def checklist(text: str, *states: StepState) -> Checklist:
    steps = tuple(
        CheckStep(
            number,
            PlannedStep(text, "#a", text, text, text),
            state,
            None if state is StepState.OPEN else "U0BEN",
            None if state is StepState.OPEN else NOW,
        )
        for number, state in enumerate(states)
    )
    return Checklist(7, 42, "shop/queue", text, "U0ADA", NOW, steps)


def stats(text: str) -> RunbookStats:
    spread = Spread(timedelta(minutes=12), 3)
    return RunbookStats(
        text, text, {"view": 3}, {"worked": 1}, 3, spread, Spread(None, 0), (text,) * 20, (text,), 1
    )


@pytest.mark.parametrize("text", ["Look", LONG, HOSTILE, ""])
@pytest.mark.parametrize("many", [1, 5, 100])
def test_checklist_fits_and_pings_nobody(text: str, many: int) -> None:
    for states in ([StepState.OPEN] * many, [StepState.DONE] * many):
        check(checklist_card(checklist(text, *states), INCIDENT))


@settings(deadline=None)
@given(hostile_text)
def test_cards_of_runbooks_in_use_are_valid_for_any_text(text: str) -> None:
    check(checklist_card(checklist(text, StepState.DONE, StepState.OPEN), INCIDENT))
    check(gap_card(Use(None, text, "", "", UseKind.GAP, "U0ADA", NOW, text)))
    check(one_runbook_card(stats(text)))
    check(runbook_stats_card(UsageReport((stats(text),) * 30, Spread(None, 0), Spread(None, 0))))


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CANCELLED, Status.CLOSED])
def test_a_checklist_of_an_incident_that_is_over_says_how_far_it_came(status: Status) -> None:
    over = replace(INCIDENT, status=status)
    made = checklist("Look", StepState.DONE, StepState.FAILED, StepState.OPEN)
    card = checklist_card(made, over)
    assert not [block for block in card.blocks if block["type"] == "actions"]
    assert "2 of 3 steps" in words(card)
    assert f"is {status}: 1 left open" in words(card)


def test_open_steps_have_buttons_and_ended_ones_say_who() -> None:
    made = checklist("Look", StepState.DONE, StepState.SKIPPED, StepState.OPEN)
    card = checklist_card(made, INCIDENT)
    assert [e["value"] for e in elements_of(card, actions.CHECKLIST_DONE)] == ["7:2"]
    assert "2 of 3 steps" in words(card)
    assert "<@U0BEN>" in words(card)
    assert elements_of(card, actions.CHECKLIST_UNDO)


def test_finished_checklist_asks_whether_it_helped() -> None:
    card = checklist_card(checklist("Look", StepState.DONE), INCIDENT)
    assert not elements_of(card, actions.CHECKLIST_DONE)
    assert len(elements_of(card, f"{actions.RUNBOOK_RATE}.worked")) == 1


def test_checklist_of_an_incident_that_is_over_has_no_step_buttons() -> None:
    over = replace(INCIDENT, status=Status.RESOLVED)
    card = checklist_card(checklist("Look", StepState.OPEN), over)
    assert not elements_of(card, actions.CHECKLIST_DONE)


def test_unknown_times_are_dashes() -> None:
    assert "–" in words(one_runbook_card(stats("x")))
