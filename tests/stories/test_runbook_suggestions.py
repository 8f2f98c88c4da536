"""The control card suggests runbooks, and says why."""

from __future__ import annotations

from support.world import World


async def test_given_a_telling_title__when_declared__then_the_card_suggests_and_says_why(
    world: World,
) -> None:
    await world.shelved()
    ada, room = await world.declared("sev2 api returns 503 to everybody")

    card = await ada.sees("ALERT_API_5XX", channel=room)

    assert "words:" in card or "symptom:" in card
    await ada.clicks("Open", channel=room)
    await ada.sees("Report a gap", channel=room)


async def test_given_another_title__when_renamed__then_the_suggestions_follow(
    world: World,
) -> None:
    await world.shelved()
    ada, room = await world.declared("sev2 qqq zzz")
    assert not world.said(room, "ALERT_API_5XX")

    await ada.types("/incident rename api returns 503 to everybody", channel=room)

    await ada.sees("ALERT_API_5XX", channel=room)


async def test_given_a_similar_past_incident__when_declared__then_what_helped_there_is_named(
    world: World,
) -> None:
    await world.shelved()
    ada, room = await world.declared("sev2 flurble wobbles")
    await ada.types("/runbook api-5xx diagnostics", channel=room)
    await ada.sees("Which requests fail", channel=room)
    await world.settle()
    await ada.types("/runbook rate worked", channel=room)
    await world.told(ada, "is rated: worked", room)
    await ada.types("/incident resolve", channel=room)
    await world.settle()

    await ada.types("/incident declare sev2 the flurble wobbles again", channel="general")

    second = await world.room(2)
    await ada.sees("worked in INC-1", channel=second)


async def test_given_a_private_past_incident__when_declared__then_it_tells_nothing(
    world: World,
) -> None:
    await world.shelved()
    ada, room = await world.declared("sev2 flurble wobbles --private")
    await ada.types("/runbook api-5xx diagnostics", channel=room)
    await ada.sees("Which requests fail", channel=room)
    await world.settle()

    await ada.types("/incident declare sev2 the flurble wobbles again", channel="general")

    second = await world.room(2)
    await world.settle()
    assert not world.said(second, "INC-1")
