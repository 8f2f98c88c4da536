"""However often it is delivered, one gesture makes one incident; any title makes a legal room."""

from __future__ import annotations

import pytest

from support.world import World


async def rooms(world: World) -> list[str]:
    await world.settle()
    return [name for name in world.slack.channels() if name.startswith("inc-")]


async def test_given_slack_delivers_twice__when_declaring__then_there_is_one_incident(
    world: World,
) -> None:
    world.slack.faults.add(event="slash_commands", deliver="twice")

    await world.person("ada").types("/incident declare sev2 checkout", channel="general")

    await world.room()
    assert await rooms(world) == ["inc-1-checkout"]
    assert len(world.said("incidents", "checkout")) == 1


async def test_given_an_impatient_ada__when_she_types_it_again__then_she_is_told_where_it_is(
    world: World,
) -> None:
    ada = world.person("ada")
    await ada.types("/incident declare sev2 checkout", channel="general")
    await world.room()
    await world.settle()

    await ada.types("/incident declare sev2 checkout", channel="general")

    await world.told(ada, "declared a moment ago", "general")
    assert await rooms(world) == ["inc-1-checkout"]


async def test_given_the_form__when_its_submission_comes_twice__then_there_is_one_incident(
    world: World,
) -> None:
    ada = world.person("ada")
    world.slack.faults.add(event="view_submission", deliver="twice")
    await ada.types("/incident declare", channel="general")
    await ada.sees_modal("Declare an incident")

    await ada.submits({"What is wrong?": "checkout"})

    await world.room()
    assert await rooms(world) == ["inc-1-checkout"]


@pytest.mark.parametrize(
    ("title", "room"),
    [
        ("Оплата не работает", "inc-1-oplata-ne-rabotaet"),
        ("🔥🔥🔥", "inc-1"),
        ("", "inc-1-untitled-incident"),
        ("支付失败 on prod", "inc-1-zhifushibai-on-prod"),
        ("x" * 300, "inc-1-" + "x" * 74),
        (
            "<!channel> *everything* `is` broken & <on fire>",
            "inc-1-channel-everything-is-broken-on-fire",
        ),
    ],
    ids=["cyrillic", "emoji", "empty", "chinese", "300 characters", "hostile"],
)
async def test_given_any_title__when_declaring__then_the_room_has_a_legal_name(
    world: World, title: str, room: str
) -> None:
    await world.person("ada").types(f"/incident declare sev2 {title}", channel="general")

    assert await world.room() == room
    await world.settle()
    assert not [m for m in world.slack.messages(room) if "<!channel>" in str(m.raw.get("blocks"))]


async def test_given_a_private_incident__when_declared__then_nobody_else_hears_of_it(
    world: World,
) -> None:
    ada, bo = world.person("ada"), world.person("bo")

    await ada.types("/incident declare sev2 --private key leaked", channel="general")

    room = await world.room()
    await world.settle()
    assert world.slack.channel(room).is_private
    assert not world.said("incidents", "key leaked")
    await bo.types("/incident list", channel="general")
    listed = await world.told(bo, "", "general")
    assert "key leaked" not in listed
