"""The gallery: Block Kit files of a folder, with what Slack would refuse."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from slack_sandbox.gallery import text_problems
from slack_sandbox.sandbox import Sandbox
from slack_sandbox.server import Server

DIVIDER: list[dict[str, Any]] = [{"type": "divider"}]
HEADER = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a valid file, a broken one below it, and ways out of it."""
    shown = tmp_path / "cards"
    (shown / "modals").mkdir(parents=True)
    (shown / "good.json").write_text(json.dumps({"text": "x", "blocks": DIVIDER}))
    (shown / "modals" / "odd name #1.json").write_text(json.dumps([HEADER]))
    (shown / "notes.md").write_text("not Block Kit")
    (tmp_path / "secret.json").write_text('{"password": "x"}')
    (shown / "way-out.json").symlink_to(tmp_path / "secret.json")
    (shown / "nowhere.json").symlink_to(tmp_path / "missing.json")
    return shown


@pytest.fixture
async def http(folder: Path) -> AsyncIterator[aiohttp.ClientSession]:
    server = Server(Sandbox(seed=1), gallery=folder)
    await server.start()
    async with aiohttp.ClientSession(server.url) as session:
        yield session
    await server.stop()


async def answer(http: aiohttp.ClientSession, path: str) -> Any:
    async with http.get(path) as response:
        return response.status, await response.text()


async def test_files_are_listed_with_what_slack_would_refuse(
    http: aiohttp.ClientSession, folder: Path
) -> None:
    async with http.get("/_sandbox/gallery") as response:
        body = await response.json()
    assert body["folder"] == folder.as_posix()
    assert body["files"] == ["good.json", "modals/odd name #1.json"]
    assert list(body["problems"]) == ["modals/odd name #1.json"]
    assert "must be less than 151 characters" in body["problems"]["modals/odd name #1.json"][0]


async def test_a_file_is_read_afresh_and_keeps_its_bytes(
    http: aiohttp.ClientSession, folder: Path
) -> None:
    path = "/_sandbox/gallery/modals/odd%20name%20%231.json"
    assert json.loads((await answer(http, path))[1]) == [HEADER]
    (folder / "modals" / "odd name #1.json").write_text("[]")
    assert await answer(http, path) == (200, "[]")


@pytest.mark.parametrize(
    "path",
    ["way-out.json", "nowhere.json", "notes.md", "%2e%2e/secret.json", "..%2fsecret.json", "x"],
)
async def test_nothing_but_the_listed_files_can_be_read(
    http: aiohttp.ClientSession, path: str
) -> None:
    status, text = await answer(http, f"/_sandbox/gallery/{path}")
    assert status == 404
    assert "password" not in text


async def test_the_page_is_there_and_pasted_block_kit_is_judged(
    http: aiohttp.ClientSession,
) -> None:
    status, text = await answer(http, "/gallery")
    assert status == 200
    assert "/ui/gallery.js" in text
    async with http.post("/_sandbox/gallery", data=json.dumps([{"type": "sky"}])) as response:
        assert (await response.json())["problems"]


async def test_without_a_folder_there_is_nothing_to_list() -> None:
    server = Server(Sandbox(seed=1))
    await server.start()
    async with (
        aiohttp.ClientSession(server.url) as session,
        session.get("/_sandbox/gallery") as response,
    ):
        expected = {"ok": True, "folder": None, "files": [], "problems": {}}
        assert await response.json() == expected
    await server.stop()


async def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        Server(Sandbox(seed=1), gallery=tmp_path / "missing")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (DIVIDER, []),
        ({"text": "only text"}, []),
        ({"type": "home", "blocks": DIVIDER}, []),
        (7, ["invalid_message"]),
        ({"blocks": [HEADER]}, ["must be less than 151 characters"]),
        ({"type": "modal", "blocks": DIVIDER}, ["missing required field: title"]),
        ({"attachments": [{"blocks": [HEADER]}]}, ["must be less than 151 characters"]),
        (
            [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 5,
            ["msg_blocks_too_long"],
        ),
    ],
)
def test_every_shape_of_block_kit_is_judged_by_its_own_rules(content: Any, said: list[str]) -> None:
    found = " ".join(text_problems(json.dumps(content)))
    assert all(sentence in found for sentence in said)
    assert bool(found) == bool(said)


@pytest.mark.parametrize("text", ["[{", "[" * 100_000])
def test_text_that_is_no_json_is_a_problem_like_any_other(text: str) -> None:
    [problem] = text_problems(text)
    assert problem.startswith("not JSON")
