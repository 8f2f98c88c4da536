"""The gallery: Block Kit files of a folder, drawn by the page, with what Slack would refuse."""

import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import web

from block_kit import too_long
from slack_sandbox.errors import SlackError
from slack_sandbox.methods.blocks import sentences
from slack_sandbox.page import UI

LARGEST = 2 * 2**20
MOST_FILES = 2000
HEADERS = {"Cache-Control": "no-cache"}


class Gallery:
    """Handlers of ``/gallery`` and ``/_sandbox/gallery``.

    Args:
        folder: where the ``*.json`` files are; None when there is none to show.

    Raises:
        ValueError: there is no such folder.
    """

    def __init__(self, folder: Path | None) -> None:
        if folder is not None and not folder.is_dir():
            raise ValueError(f"the gallery's folder {folder} does not exist")
        self._folder = folder

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the gallery."""
        return [
            web.get("/gallery", self.index),
            web.get("/_sandbox/gallery", self.listing),
            web.post("/_sandbox/gallery", self.check),
            web.get("/_sandbox/gallery/{path:.+}", self.file),
        ]

    async def index(self, _request: web.Request) -> web.StreamResponse:
        """Serve the gallery's page."""
        return web.FileResponse(UI / "gallery.html", headers=HEADERS)

    async def listing(self, _request: web.Request) -> web.Response:
        """Name the files, and of each that Slack would refuse say why."""
        files = await asyncio.to_thread(self._files)
        found = await asyncio.to_thread(
            lambda: {name: file_problems(path) for name, path in files.items()}
        )
        return web.json_response(
            {
                "ok": True,
                "folder": None if self._folder is None else self._folder.as_posix(),
                "files": list(files),
                "problems": {name: problems for name, problems in found.items() if problems},
            }
        )

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Give one of the listed files as it is now."""
        files = await asyncio.to_thread(self._files)
        path = files.get(request.match_info["path"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={**HEADERS, "Content-Type": "application/json"})

    async def check(self, request: web.Request) -> web.Response:
        """Say what Slack would refuse in the Block Kit of the body."""
        return web.json_response({"ok": True, "problems": text_problems(await request.text())})

    def _files(self) -> dict[str, Path]:
        """Return the files by relative name; links that lead out of the folder are not followed."""
        if self._folder is None:
            return {}
        root = self._folder.resolve()
        real = {path.relative_to(root).as_posix(): path.resolve() for path in root.rglob("*.json")}
        inside = {
            name: path
            for name, path in sorted(real.items())
            if path.is_relative_to(root) and path.is_file()
        }
        return dict(list(inside.items())[:MOST_FILES])


def file_problems(path: Path) -> list[str]:
    """Return what Slack would refuse in a file, or why it cannot be read."""
    try:
        if path.stat().st_size > LARGEST:
            return [f"larger than {LARGEST // 2**20} MiB, not checked"]
        return text_problems(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return [f"cannot be read: {error}"]


def text_problems(text: str) -> list[str]:
    """Return what Slack would refuse in JSON text: blocks, a message, a modal or a Home view."""
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        return [f"not JSON: {error}"]
    kind = _kind(content)
    try:
        found = sentences(kind, content)
    except SlackError as refusal:
        return [refusal.code]
    blocks = content.get("blocks") if isinstance(content, dict) else content
    return [*found, "msg_blocks_too_long"] if kind != "view" and too_long(blocks) else found


def _kind(content: Any) -> str:
    if isinstance(content, list):
        return "blocks"
    kind = content.get("type") if isinstance(content, dict) else None
    return "view" if kind in ("modal", "home") else "message"
