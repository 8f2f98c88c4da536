"""No test of the sandbox waits without a limit: a lost answer fails it, and says where it waited."""

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

LONGEST = 120.0
"""Seconds after which a test is taken for stuck, far above what any needs on a busy machine."""


def bound(items: Iterable[pytest.Item], folder: Path) -> None:
    """Let every coroutine test below the folder fail instead of hang."""
    for item in items:
        if not item.path.is_relative_to(folder) or not isinstance(item, pytest.Function):
            continue
        if inspect.iscoroutinefunction(item.obj):
            item.obj = _bounded(item.obj)


def _bounded(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def run(*arguments: Any, **fixtures: Any) -> None:
        async with asyncio.timeout(LONGEST):
            await test(*arguments, **fixtures)

    return run
