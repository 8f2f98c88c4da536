"""Pictures in runbooks are shown; one that Slack cannot load costs nobody the answer."""

from __future__ import annotations

from pathlib import Path

from support.books import QUEUE_FULL, a_shop

BOOK = QUEUE_FULL.replace(
    "## Mitigation\n", "![the queue](https://img.example.com/queue.png)\n\n## Mitigation\n"
)


async def test_given_a_picture__when_its_section_is_shown__then_the_room_sees_it(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path, BOOK) as world:
        ada, room = await world.declared("sev3 orders are slow")

        await ada.types("/runbook queue-full diagnostics", channel=room)

        shown = await ada.sees("Look at the depth", channel=room)
        (picture,) = (block for block in shown.blocks if block["type"] == "image")
        assert picture["alt_text"] == "the queue"


async def test_given_a_picture_slack_cannot_load__then_the_room_gets_a_link_in_its_place(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path, BOOK) as world:
        ada, room = await world.declared("sev3 orders are slow")
        refuse = {"method": "chat.postMessage", "answer": "error", "error": "invalid_blocks"}
        world.slack.faults.add(**refuse, nth=1)

        await ada.types("/runbook queue-full diagnostics", channel=room)

        shown = await ada.sees("Look at the depth", channel=room)
        assert "https://img.example.com/queue.png" in str(shown.blocks)
        assert not [block for block in shown.blocks if block["type"] == "image"]


async def test_given_a_picture_slack_cannot_load__then_who_asks_alone_gets_a_link_too(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path, BOOK) as world:
        ada = world.person("ada")
        world.slack.faults.add(method="response_url", answer=500, nth=1)
        refuse = {"method": "chat.postEphemeral", "answer": "error", "error": "invalid_blocks"}
        world.slack.faults.add(**refuse, nth=1)

        await ada.types("/runbook queue-full diagnostics", channel="general")

        shown = await world.told(ada, "Look at the depth", "general")
        assert "https://img.example.com/queue.png" in str(shown.blocks)
        assert not [block for block in shown.blocks if block["type"] == "image"]
