"""Nothing the bot can decide is left without somebody to act on it."""

import pytest

from incident_bot.app import App
from incident_bot.domain import effects
from incident_bot.domain.effects import WORK, Inbound, Work
from incident_bot.domain.incidents import events
from incident_bot.domain.incidents.events import Event
from incident_bot.operations.execution import Executor
from incident_bot.operations.outcomes import WHAT
from incident_bot.operations.reactions import REACTIONS
from incident_bot.slack.delivery import Delivery
from incident_bot.slack.group_delivery import GroupDelivery
from incident_bot.slack.home_delivery import HomeDelivery
from incident_bot.slack.page_delivery import PageDelivery
from incident_bot.slack.runbook_delivery import RunbookDelivery
from incident_bot.slack.runbook_showing import RunbookShowing

# Only asked for what they perform, so nothing has to be connected.
DELIVERED = {
    work
    for door in (
        Delivery,
        PageDelivery,
        GroupDelivery,
        HomeDelivery,
        RunbookDelivery,
        RunbookShowing,
    )
    for work in object.__new__(door).performers()
}
PERFORMED_BY_THE_APP = {
    "postmortem.draft": App._draft,
    "step.run": Executor.perform,
    "reviews.remind": App._remind,
}
SILENT = {"postmortem.draft", "page.ring", "room.repair", "inbound"}
"""Not of WHAT: pages have a ledger of their own, the others are not seen by people."""

EVENTS = [
    event
    for event in vars(events).values()
    if isinstance(event, type) and issubclass(event, Event) and event is not Event
]


def test_every_event_has_reactions() -> None:
    assert set(EVENTS) == set(REACTIONS)


def test_every_event_has_a_kind_of_its_own() -> None:
    kinds = [event.kind for event in EVENTS]
    assert all(kinds)
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_every_event_says_its_own_sentence(event: type[Event]) -> None:
    assert event.sentence is not Event.sentence


@pytest.mark.parametrize("kind", sorted(WORK))
def test_every_work_is_performed_or_is_a_timer_or_inbound(kind: str) -> None:
    work = WORK[kind]
    ways = [work in DELIVERED, kind in PERFORMED_BY_THE_APP, work.timer, work is Inbound]
    assert ways.count(True) == 1


@pytest.mark.parametrize("kind", sorted(WORK))
def test_every_effect_that_can_fail_has_words_for_it(kind: str) -> None:
    assert WORK[kind].timer or WORK[kind] in WHAT or kind in SILENT


def test_every_work_is_entered_under_its_kind() -> None:
    written = [
        work
        for work in vars(effects).values()
        if isinstance(work, type) and issubclass(work, Work) and work.kind
    ]
    assert {work.kind: work for work in written} == WORK
