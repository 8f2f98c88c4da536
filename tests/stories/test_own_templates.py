"""A team's own post-mortem template is checked before the bot starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from incident_bot.errors import ConfigurationError
from support.world import a_world


async def test_given_a_broken_template__when_started__then_it_names_file_and_line(
    tmp_path: Path,
) -> None:
    broken = tmp_path / "postmortem.md.j2"
    broken.write_text("# {{ title }}\n{% for entry in timeline %}\n", "utf-8")

    with pytest.raises(ConfigurationError, match=r"postmortem\.md\.j2:\d+") as refused:
        async with a_world(tmp_path, INCIDENT_BOT_TEMPLATES=tmp_path):
            pass

    assert "INCIDENT_BOT_TEMPLATES" in str(refused.value)
