"""Every row of the catalogue is a file on the shelf, under every name the catalogue gives it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SHELF = ROOT / "runbooks"
ROWS: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "config" / "catalogue.yaml").read_text(encoding="utf-8")
)["rows"]
SYSTEMS = {"pack1", "pynomaly", "erpgo", "g3", "aiwebtest"}


def front_matter(path: Path) -> dict[str, Any]:
    head = path.read_text(encoding="utf-8").split("\n---\n", 1)[0].removeprefix("---\n")
    loaded = yaml.safe_load(head)
    assert isinstance(loaded, dict), f"{path.name} has no front matter"
    return loaded


def listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def spelled(name: str) -> str:
    """Letters and digits only: names are compared as the bot compares them."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


PAGES = {path: front_matter(path) for path in sorted(SHELF.glob("*/*.md"))}


def pages_of(row: dict[str, Any]) -> list[Path]:
    return [path for path, page in PAGES.items() if row["id"] in listed(page.get("catalogue"))]


def test_the_catalogue_has_all_its_rows_once() -> None:
    assert [row["id"] for row in ROWS] == [f"RB-{number:03}" for number in range(1, 74)]
    assert {row["system"] for row in ROWS} == SYSTEMS
    assert max(Counter((row["system"], row["slug"]) for row in ROWS).values()) == 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_every_row_is_one_file_of_its_system(row: dict[str, Any]) -> None:
    found = pages_of(row)
    assert len(found) == 1, f"{row['system']}/{row['slug']} is served by {len(found)} files"
    assert found[0].parent.name == row["system"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_every_row_answers_to_its_slug_and_aliases(row: dict[str, Any]) -> None:
    for path in pages_of(row):
        page = PAGES[path]
        alerts = [str(alert.get("name", "")) for alert in page.get("alerts") or []]
        names = [page["slug"], page["title"], path.stem, *listed(page.get("aliases")), *alerts]
        known = {spelled(str(name)) for name in names}
        missing = [name for name in (row["slug"], *row["aliases"]) if spelled(name) not in known]
        assert missing == [], f"{path.name} does not answer to {missing}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_a_deferred_row_says_so_on_its_page(row: dict[str, Any]) -> None:
    for path in pages_of(row):
        deferred = PAGES[path].get("status") == "deferred"
        assert deferred == (row.get("status") == "deferred")


def test_no_page_claims_a_row_that_does_not_exist() -> None:
    known = {row["id"] for row in ROWS}
    claimed = {item for page in PAGES.values() for item in listed(page.get("catalogue"))}
    assert claimed <= known
