from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.patience import bound
from slack_sandbox.testing import SandboxWorkspace


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    bound(items, Path(__file__).parent)


@pytest.fixture
async def slack() -> AsyncIterator[SandboxWorkspace]:
    async with SandboxWorkspace() as workspace:
        yield workspace


@pytest.fixture
def client(slack: SandboxWorkspace) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
