"""Whatever goes wrong, the person is told what to do next."""

from __future__ import annotations

from support.world import World


async def test_given_a_typo__when_it_is_sent__then_the_nearest_command_is_shown(
    world: World,
) -> None:
    ada = world.person("ada")

    await ada.types("/incident declair sev2 x", channel="general")

    await ada.sees("declare", channel="general")


async def test_given_an_unknown_severity__when_declaring__then_the_scheme_is_shown(
    world: World,
) -> None:
    ada = world.person("ada")

    await ada.types("/incident declare sev9 checkout", channel="general")

    await ada.sees("SEV1", channel="general")
    await world.settle()
    assert not [name for name in world.slack.channels() if name.startswith("inc-")]


async def test_given_no_room__when_updating__then_she_is_told_where(world: World) -> None:
    ada = world.person("ada")

    await ada.types("/incident update all good", channel="random")

    await ada.sees("not an incident room", channel="random")


async def test_given_slack_refuses_the_topic__when_declaring__then_the_card_offers_a_retry(
    world: World,
) -> None:
    ada = world.person("ada")
    world.slack.faults.add(
        method="conversations.setTopic", answer="error", error="restricted_action"
    )

    await ada.types("/incident declare sev3 slow search", channel="general")

    room = await world.room()
    card = await ada.sees("workspace setting forbids", channel=room)
    world.slack.faults.clear()
    await ada.clicks("Retry", message=card)
    await world.settle()
    assert "slow search" in world.slack.channel(room).topic.value


async def test_given_a_blocked_database__when_declaring__then_nothing_is_promised(
    world: World,
) -> None:
    ada = world.person("ada")
    await world.settle()

    async with world.blocked_database():
        await ada.types("/incident declare sev2 checkout", channel="general")
        answer = await world.told(ada, "database does not answer", channel="general")

    assert "ref-" in answer
    await world.settle()
    assert not [name for name in world.slack.channels() if name.startswith("inc-")]
