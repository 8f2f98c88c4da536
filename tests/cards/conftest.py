"""Golden files: `pytest tests/cards --golden` rewrites them; a change belongs to its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_bot.slack.blockkit import Card

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite golden files")


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--golden", default=False))


@pytest.fixture
def golden(rewrite: bool) -> Callable[[str, Card], None]:
    """Compare a card with its golden file, named `<card>__<case>`."""

    def compare(name: str, card: Card) -> None:
        path = GOLDEN / f"{name}.json"
        made = {"text": card.text, "blocks": card.blocks}
        text = json.dumps(made, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        if rewrite:
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"no golden file {path.name}: run pytest tests/cards --golden"
        assert text == path.read_text(encoding="utf-8")

    return compare
