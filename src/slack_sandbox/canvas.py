"""Canvases: Markdown documents made of sections one can look up and change."""

import re

from slack_sandbox.errors import SlackError
from slack_sandbox.model import File, Json
from slack_sandbox.workspace import Workspace

LARGEST = 2**20
HEADING = re.compile(r"(#{1,3}) ")
FENCE = re.compile(r"```")


def create(workspace: Workspace, title: str, markdown: str, user: str) -> File:
    """Make a canvas.

    Raises:
        SlackError: ``canvas_too_large`` above 1 MiB of Markdown.
    """
    _check_size(markdown)
    file = File(
        id=workspace.ids.new("F"),
        name=title or "Untitled",
        title=title or "Untitled",
        user=user,
        mimetype="text/markdown",
        filetype="quip",
        created=int(workspace.now()),
        is_complete=True,
        is_canvas=True,
        sections=sections(workspace, markdown),
    )
    _write(file)
    workspace.state.files[file.id] = file
    return file


def sections(workspace: Workspace, markdown: str) -> list[Json]:
    """Split Markdown at blank lines outside code fences; every section has an id."""
    found: list[str] = []
    piece: list[str] = []
    fenced = False
    for line in markdown.splitlines():
        fenced ^= bool(FENCE.match(line.lstrip()))
        if line.strip() or fenced:
            piece.append(line)
        elif piece:
            found.append("\n".join(piece))
            piece = []
    if piece:
        found.append("\n".join(piece))
    return [{"id": f"temp:C:{workspace.ids.hexadecimal(12)}", "markdown": text} for text in found]


def _check_size(markdown: str) -> None:
    if len(markdown.encode()) > LARGEST:
        raise SlackError("canvas_too_large")


def _write(file: File) -> None:
    file.content = "\n\n".join(section["markdown"] for section in file.sections).encode()
    file.length = len(file.content)


def edit(workspace: Workspace, file: File, change: Json) -> None:
    """Carry out one change: an operation, perhaps a section, perhaps new Markdown.

    Raises:
        SlackError: ``invalid_arguments``, ``canvas_editing_failed``, ``canvas_too_large``.
    """
    operation = change.get("operation")
    if operation == "rename":
        file.title = file.name = _markdown(change.get("title_content"), operation)
        return
    if operation == "delete":
        del file.sections[_index(file, change)]
        _write(file)
        return
    markdown = _markdown(change.get("document_content"), operation)
    _check_size(file.content.decode() + markdown)
    fresh = sections(workspace, markdown)
    if operation == "insert_at_start":
        file.sections[:0] = fresh
    elif operation == "insert_at_end":
        file.sections.extend(fresh)
    elif operation == "insert_before":
        at = _index(file, change)
        file.sections[at:at] = fresh
    elif operation == "insert_after":
        at = _index(file, change) + 1
        file.sections[at:at] = fresh
    elif operation == "replace" and "section_id" not in change:
        file.sections = fresh
    elif operation == "replace":
        at = _index(file, change)
        file.sections[at : at + 1] = fresh
    else:
        raise SlackError("invalid_arguments", detail=f"unsupported operation: {operation}")
    _write(file)


def _markdown(document: object, operation: object) -> str:
    if not isinstance(document, dict) or document.get("type") != "markdown":
        raise SlackError("invalid_arguments", detail=f"{operation} needs markdown content")
    return str(document.get("markdown", ""))


def _index(file: File, change: Json) -> int:
    wanted = change.get("section_id")
    for number, section in enumerate(file.sections):
        if section["id"] == wanted:
            return number
    raise SlackError("canvas_editing_failed", detail=f"section not found: {wanted}")


def lookup(file: File, section_types: list[str], contains: str) -> list[Json]:
    """Return the ids of sections by kind (``h1``, ``h2``, ``h3``, ``any_header``) and words."""
    return [
        {"id": section["id"]}
        for section in file.sections
        if _is_kind(section["markdown"], section_types)
        and contains.lower() in section["markdown"].lower()
    ]


def _is_kind(markdown: str, kinds: list[str]) -> bool:
    if not kinds:
        return True
    match = HEADING.match(markdown)
    return match is not None and ("any_header" in kinds or f"h{len(match[1])}" in kinds)
