"""What waits for its turn, or did not work, is said to whoever waits for it, and to nobody else."""

from __future__ import annotations

import pytest

from support.world import World


async def unlimited(world: World) -> None:
    """Everything the bot asks Slack for at its start has been answered."""
    await world.slack.until(lambda: "incidents" in world.slack.channels(), what="its own channel")
    await world.settle()


async def test_given_a_limit__when_two_declare__then_each_reads_what_is_before_them(
    world: World,
) -> None:
    ada, bo = world.person("ada"), world.person("bo")
    await unlimited(world)
    world.slack.faults.add(
        method="conversations.create", answer="ratelimited", retry_after=40, nth=1
    )

    await ada.types("/incident declare sev2 checkout", channel="general")
    await ada.sees("Slack limits conversations.create, again in", channel="general")
    await bo.types("/incident declare sev2 search", channel="general")

    await bo.sees("1 before it", channel="general")
    await ada.types("/incident doctor", channel="general")
    await ada.sees("2 put off, next in", channel="general")
    await ada.types("/incident show 2", channel="general")
    await ada.sees("open the incident's channel", channel="general")
    await world.fast_forward(minutes=1)
    assert await world.room(2) == "inc-2-search"
    await bo.sees("✓ Room opened", channel="general")


async def test_given_a_limit__when_it_is_over__then_nothing_is_said_to_wait(world: World) -> None:
    ada, _ = await world.declared("sev2 checkout")

    await ada.types("/incident show 1", channel="general")

    card = await ada.sees("Investigating", channel="general")
    assert "Still to do" not in card


async def test_given_a_private_incident_without_a_room__when_ada_retries__then_only_she_knew(
    world: World,
) -> None:
    ada, bo = world.person("ada"), world.person("bo")
    await unlimited(world)
    world.slack.faults.add(method="conversations.create", answer="error", error="restricted_action")

    await ada.types("/incident declare sev2 payroll leak --private", channel="general")
    receipt = await world.told(ada, "Could not open the incident's channel", "general")
    world.slack.faults.clear()
    await ada.clicks("Retry", message=receipt)

    room = await world.room()
    await world.settle()
    assert world.slack.channel(room).is_private
    await ada.sees("✓ Room opened", channel="general")
    for channel in ("general", "incidents", "random"):
        assert "payroll" not in str([message.text for message in bo.messages(channel)])


async def test_given_the_form__when_the_room_cannot_be_made__then_she_is_told_directly(
    world: World,
) -> None:
    ada = world.person("ada")
    await unlimited(world)
    world.slack.faults.add(method="conversations.create", answer="error", error="restricted_action")
    await ada.types("/incident declare", channel="general")
    await ada.sees_modal("Declare an incident")
    await ada.submits({"What is wrong?": "payroll leak", "Kind": ["private"]})

    told = await ada.sees("Could not open the incident's channel", channel="dm")
    await world.settle()
    await ada.clicks("Retry", message=told)
    again = await ada.sees("Could not open the incident's channel", channel="dm", after=told)
    world.slack.faults.clear()
    await ada.clicks("Retry", message=again)

    assert await world.room() == "inc-1-payroll-leak"
    assert len([m for m in ada.messages("dm") if "Could not open" in m]) == 2


async def test_given_a_slack_that_fails_for_long__when_the_room_is_given_up__then_she_is_told(
    world: World,
) -> None:
    ada = world.person("ada")
    await unlimited(world)
    world.slack.faults.add(method="conversations.create", answer="503")
    await ada.types("/incident declare sev2 checkout", channel="general")
    await world.told(ada, "○ Room opened", "general")

    await world.fast_forward(minutes=25)

    told = await world.told(ada, "Could not open the incident's channel", "general")
    world.slack.faults.clear()
    await ada.clicks("Retry", message=told)
    assert await world.room() == "inc-1-checkout"


async def test_given_a_receipt_too_old_to_change__when_the_room_is_given_up__then_she_is_told(
    world: World,
) -> None:
    ada = world.person("ada")
    await unlimited(world)
    slow = {"answer": "ratelimited", "retry_after": 2400, "nth": 1}
    world.slack.faults.add(method="conversations.create", **slow)
    refused = {"answer": "error", "error": "restricted_action", "nth": 2}
    world.slack.faults.add(method="conversations.create", **refused)
    await ada.types("/incident declare sev2 checkout", channel="general")
    await world.told(ada, "again in", "general")

    await world.fast_forward(hours=1)

    told = await ada.sees("Could not open the incident's channel", channel="dm")
    await ada.clicks("Retry", message=told)
    assert await world.room() == "inc-1-checkout"


@pytest.mark.parametrize("kind", ["", " --private"], ids=["public", "private"])
async def test_given_a_page_that_failed__when_anybody_asks_the_doctor__then_private_ones_are_not_told(
    staffed: World, kind: str
) -> None:
    chen = staffed.person("chen")
    await unlimited(staffed)
    staffed.slack.faults.add(
        method="chat.postMessage", answer="error", error="user_disabled", nth=1
    )
    await staffed.declared(f"sev2 payroll leak{kind}")

    await chen.types("/incident doctor", channel="general")

    told = await chen.sees("Queue:", channel="general")
    assert ("page somebody of INC-1" in told) == (not kind)
    assert ("Nothing is stuck" in told) == bool(kind)
