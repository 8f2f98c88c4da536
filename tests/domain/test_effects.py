"""What must not overtake what: edits of one message wait for each other, pages for nothing."""

from __future__ import annotations

import pytest

from incident_bot.domain import effects
from incident_bot.domain.effects import Work


@pytest.mark.parametrize(
    ("earlier", "later", "other"),
    [
        (
            effects.RefreshRing(1, 0, "U1", "room"),
            effects.RefreshRing(1, 0, "U1", "stopped"),
            effects.RefreshRing(1, 0, "U2", "stopped"),
        ),
        (
            effects.RefreshMention(1, 0, "acknowledged"),
            effects.RefreshMention(1, 0, "stopped"),
            effects.RefreshMention(1, 1, "stopped"),
        ),
        (
            effects.RefreshCard(1),
            effects.RefreshCard(1),
            effects.RefreshCard(2),
        ),
    ],
)
def test_edits_of_one_message_are_done_one_at_a_time(
    earlier: Work, later: Work, other: Work
) -> None:
    assert earlier.queue == later.queue
    assert earlier.queue is not None
    assert other.queue != earlier.queue


def test_a_page_waits_for_no_other_message() -> None:
    assert effects.RingPerson(1, 0, "U1").queue is None
