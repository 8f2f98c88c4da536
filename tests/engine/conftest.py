"""A fresh world for each test of the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.world import World, a_world, on_call_config


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Bo is on call, Chen is the second tier."""
    async with a_world(tmp_path, config=on_call_config(["bo"], ["chen"])) as made:
        yield made
