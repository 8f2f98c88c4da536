"""What is said in the room: one entry, one message."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.samples import (
    HOSTILE,
    INCIDENT,
    LONG,
    NOW,
    SEV2,
    check,
    elements_of,
    entry,
    hostile_text,
    words,
)
from incident_bot.domain.incidents.events import Event
from incident_bot.domain.readmodels import EntryView
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Card
from incident_bot.slack.cards.entry import entry_card
from incident_bot.slack.cards.page_pick import picked_for

KINDS = sorted(kind.kind for kind in Event.__subclasses__())
CASES: dict[str, EntryView] = {
    "update": entry("update", "Error rate falling", text="Error rate falling"),
    "status": entry("status", before="investigating", after="identified", text="Bad deploy"),
    "severity": entry("severity", before="SEV2", after="SEV1", reason="All payments fail"),
    "role": entry(
        "role", role="commander", title="Incident commander", user="U0BEN", before="U0ADA"
    ),
    "tier_skipped": entry(
        "tier_skipped", actor=None, tier=1, label="backup", why="nobody is on call"
    ),
    "page_failed": entry("page_failed", actor=None, user="U0DAN", why="user_is_restricted"),
    "acknowledged": entry("acknowledged", page=7, policy="primary"),
    "declined": entry("declined", page=7, policy="primary"),
    "page_exhausted": entry("page_exhausted", actor=None, page=7, policy="primary"),
    "nobody_to_page": entry("nobody_to_page", actor=None, why="no escalation policy is configured"),
    "reminder_warn": entry(
        "reminder",
        actor=None,
        step="warn",
        late_by=0.0,
        asked="U0BEN",
        draft="Still investigating.",
    ),
    "reminder_overdue": entry("reminder", actor=None, step="overdue", late_by=730.0, asked="U0BEN"),
    "reminder_climb": entry("reminder", actor=None, step="climb", late_by=1900.0, asked="U0ADA"),
    "resolved": entry("resolved", summary="Rolled back", after_seconds=3720.0),
    "reopened": entry("reopened", reason="Errors are back"),
    "closed": entry("closed"),
    "cancelled": entry("cancelled", reason="A test alert"),
    "delivery_failed": entry(
        "delivery_failed", actor=None, what="invite people", why="user_not_found"
    ),
    "unknown": entry("eclipse", "The moon is in the way"),
    "empty": entry("update"),
    "overlong": entry("update", LONG, text=LONG),
    "hostile": entry("resolved", HOSTILE, summary=HOSTILE, after_seconds=-5),
}


@pytest.mark.parametrize("case", CASES)
def test_entry_is_as_it_was(case: str, golden: Callable[[str, Card], None]) -> None:
    check(entry_card(CASES[case]))
    golden(f"entry__{case}", entry_card(CASES[case]))


_facts = st.dictionaries(
    st.sampled_from(
        [
            "text",
            "before",
            "after",
            "reason",
            "title",
            "user",
            "why",
            "label",
            "tier",
            "policy",
            "summary",
            "asked",
            "late_by",
            "after_seconds",
            "step",
            "what",
        ]
    ),
    st.one_of(
        hostile_text, st.none(), st.booleans(), st.integers(), st.floats(), st.lists(st.text())
    ),
)


@settings(deadline=None)
@given(kind=st.sampled_from([*KINDS, "eclipse"]), text=hostile_text, facts=_facts)
def test_no_facts_break_an_entry(kind: str, text: str, facts: dict[str, Any]) -> None:
    check(entry_card(EntryView(INCIDENT, SEV2, 1, NOW, kind, "U0ADA", text, facts, text)))


def test_reminder_says_how_late_it_is_and_lets_people_answer() -> None:
    card = entry_card(CASES["reminder_overdue"])
    assert "overdue* by 12 min" in words(card)
    assert "<@U0BEN>" in words(card)
    assert [e["value"] for e in elements_of(card, actions.REMINDER_UPDATE)] == ["42"]
    assert [e["value"] for e in elements_of(card, actions.REMINDER_SNOOZE)] == ["42"]


def test_reminder_shows_the_draft() -> None:
    assert "> Still investigating." in words(entry_card(CASES["reminder_warn"]))


@pytest.mark.parametrize("case", ["page_exhausted", "nobody_to_page"])
def test_where_nobody_answers_a_person_can_be_picked(case: str) -> None:
    card = entry_card(CASES[case])
    assert elements_of(card, actions.PAGE_PICK)
    assert [picked_for(b["block_id"]) for b in card.blocks if "block_id" in b] == [42]


def test_resolved_offers_the_post_mortem_and_a_way_back() -> None:
    card = entry_card(CASES["resolved"])
    assert "after 1 h 2 min" in words(card)
    assert elements_of(card, actions.INCIDENT_POSTMORTEM)
    assert elements_of(card, actions.INCIDENT_REOPEN)


def test_mentions_that_people_wrote_stay_and_groups_do_not() -> None:
    shown = words(
        entry_card(entry("update", text="<@U0BEN|ben> knows; <!subteam^S0ALL|@all> do not"))
    )
    assert "<@U0BEN> knows" in shown
    assert "<!subteam" not in shown


def test_kind_without_a_shape_is_said_plainly() -> None:
    assert "The moon is in the way" in words(entry_card(CASES["unknown"]))
