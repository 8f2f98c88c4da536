"""The status update is asked for before it is late."""

from __future__ import annotations

from support.world import World


async def test_given_sev2__when_the_update_is_nearly_due__then_the_room_is_reminded_with_a_draft(
    staffed: World,
) -> None:
    ada, room = await staffed.declared("sev2 checkout 5xx")
    bo = staffed.person("bo")
    await bo.clicks("Acknowledge", channel="dm")
    await staffed.fast_forward(minutes=24)
    assert not staffed.said(room, "due soon")

    await staffed.fast_forward(minutes=2)

    reminder = await ada.sees("Still investigating", channel=room)
    await ada.clicks("Update", message=reminder)
    form = await ada.sees_modal("What is new?")
    assert "Still investigating" in str(form.raw)
    await ada.submits()
    await staffed.settle()
    before = len(staffed.said(room, "Still investigating"))
    await staffed.fast_forward(minutes=20)
    assert len(staffed.said(room, "Still investigating")) == before


async def test_given_no_update__when_it_is_overdue__then_it_climbs_to_the_commander(
    staffed: World,
) -> None:
    ada, room = await staffed.declared("sev2 checkout 5xx")
    bo = staffed.person("bo")
    await bo.clicks("Acknowledge", channel="dm")
    await staffed.settle()
    await ada.types(f"/incident lead {bo.mention}", channel=room)
    await ada.sees("Incident commander", channel=room)

    await staffed.fast_forward(minutes=41)

    overdue = [m for m in staffed.slack.messages(room) if "overdue" in m.text.lower()]
    assert overdue
    assert any("bo" in m.text for m in overdue)
