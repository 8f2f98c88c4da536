"""A page of which nobody knows whether it arrived: looked for, for as long as it matters."""

from __future__ import annotations

from support.world import World

BO = "U0BO000002"


async def test_a_page_that_is_answered_before_its_place_is_known_loses_its_buttons(
    world: World,
) -> None:
    slack, bo = world.slack, world.person("bo")
    slack.faults.add(method="chat.postMessage", channel=BO, answer="lost", times=1)
    slack.faults.add(
        method="conversations.open", answer="ratelimited", retry_after=40, nth=(1, 2, 3)
    )
    await world.person("ada").types("/incident declare sev2 database down", channel="general")
    await bo.sees("You are paged", channel="dm")
    await bo.clicks("Decline", channel="dm")

    await world.fast_forward(minutes=3)

    [page] = slack.dm("bo")
    assert "Decline" not in page.buttons
