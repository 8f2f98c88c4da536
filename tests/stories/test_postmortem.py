"""The post-mortem draft writes itself from the record and the channel."""

from __future__ import annotations

from support.world import World


async def test_given_a_lived_incident__when_it_is_resolved__then_the_draft_has_it_all(
    staffed: World,
) -> None:
    ada, room = await staffed.declared("sev2 checkout 5xx")
    bo = staffed.person("bo")
    await bo.clicks("Acknowledge", channel="dm")
    await staffed.settle()
    cause = await bo.says(f"{ada.mention} the deploy of 14:02 exhausted the db pool", channel=room)
    reply = await ada.replies("rolled back checkout to build 311, errors at 0.2 %", cause)
    await bo.reacts("pushpin", cause)
    await bo.edits(cause, f"{ada.mention} the deploy of 14:12 exhausted the db pool")
    await staffed.settle()

    await ada.types("/incident resolve rolled back to build 311", channel=room)
    await ada.sees("Resolved", channel=room)
    await ada.types("/incident postmortem", channel=room)

    file = await ada.sees("inc-1-post-mortem-1.md", channel=room, within=20)
    text = file.files[0].decode()
    assert "checkout 5xx" in text
    assert "the deploy of 14:12 exhausted the db pool" in text
    assert "14:02" not in text
    assert "rolled back checkout to build 311" in text
    assert "@ada" in text or "Ada" in text or "ada" in text
    assert ada.id not in text
    assert "/archives/" in text
    assert "has joined the channel" not in text
    assert reply
