"""Nothing of a runbook can be executed unless somebody allowed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stories.test_runbook_steps import TEXT, allowed
from support.books import a_shop


@pytest.mark.parametrize(
    ("config", "switch"),
    [
        ({}, "true"),
        (allowed(enabled=False), "true"),
        (allowed(), "false"),
        (allowed(steps={}), "true"),
    ],
    ids=["default", "disabled", "kill switch", "not approved"],
)
async def test_given_no_permission__when_a_section_is_shown__then_nothing_can_be_run(
    tmp_path: Path, config: dict[str, object], switch: str
) -> None:
    environment = {"INCIDENT_BOT_RUNBOOK_EXECUTION": switch}
    async with a_shop(tmp_path, TEXT, config, **environment) as world:
        ada, room = await world.declared("sev3 orders are slow")
        await ada.types("/runbook queue-full diagnostics", channel=room)
        section = await ada.sees("depth 9", channel=room)
        await world.settle()
        assert not [label for label in section.buttons if label.startswith("▶")]
