"""A section too long to page through is shared as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.books import QUEUE_FULL, a_shop
from support.world import World

LONG = "\n\n".join(f"Look at consumer {number}: {'it may be slow ' * 12}" for number in range(200))


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[World]:
    """One runbook whose diagnostics fill more than three messages."""
    text = QUEUE_FULL.replace("## Mitigation\n", f"{LONG}\n\n## Mitigation\n")
    async with a_shop(tmp_path, text) as world:
        yield world


async def test_given_a_very_long_section__when_asked__then_all_of_it_is_a_file_in_the_thread(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 orders are slow")
    await ada.types("/runbook queue-full diagnostics", channel=room)
    shown = await ada.sees("Look at the depth", channel=room)

    await ada.clicks("📎 All of it as a file", message=shown)

    shared = await ada.sees("all of it, for", channel=room)
    assert shared.thread_ts == shown.ts
    (file,) = shared.files
    text = file.decode()
    assert "Look at consumer 199" in text
    assert "queue depth" in text
    assert "Pause the producer" not in text


async def test_given_no_room__when_asked__then_only_who_asked_gets_the_file(shop: World) -> None:
    ada = shop.person("ada")
    await ada.types("/runbook queue-full diagnostics", channel="general")
    shown = await shop.told(ada, "Look at the depth", "general")

    await ada.clicks("📎 All of it as a file", message=shown)

    shared = await ada.sees("all of it, for", channel="dm")
    assert "Look at consumer 199" in shared.files[0].decode()
    assert not shop.said("general", "all of it, for")


async def test_given_a_section_of_a_few_messages__then_no_file_is_offered(shop: World) -> None:
    ada = shop.person("ada")
    await ada.types("/runbook queue-full mitigation", channel="general")

    shown = await shop.told(ada, "Pause the producer", "general")

    assert "📎 All of it as a file" not in shown.buttons


async def test_given_a_lost_upload__when_it_is_tried_again__then_the_file_is_there_once(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 orders are slow")
    await ada.types("/runbook queue-full diagnostics", channel=room)
    shown = await ada.sees("Look at the depth", channel=room)
    shop.slack.faults.add(method="files.completeUploadExternal", answer="lost", nth=1)

    await ada.clicks("📎 All of it as a file", message=shown)
    await shop.fast_forward(minutes=1)

    await ada.sees("all of it, for", channel=room)
    await shop.settle()
    assert len(shop.said(room, "all of it, for")) == 1
