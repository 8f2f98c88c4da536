"""A fresh world for each story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.world import World, a_world, on_call_config


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The built-in configuration: nobody is configured."""
    async with a_world(tmp_path) as made:
        yield made


@pytest.fixture
async def staffed(tmp_path: Path) -> AsyncIterator[World]:
    """Bo is on call; Chen is the second tier; SEV1 and SEV2 page them."""
    async with a_world(tmp_path, config=on_call_config(["bo"], ["chen"])) as made:
        yield made
