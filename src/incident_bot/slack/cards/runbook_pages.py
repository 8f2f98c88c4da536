"""Rich text cut into messages Slack accepts, at the places a reader would cut.

Split order: before a heading, between blocks, between list entries, at sentences, and only then
anywhere; code that fits a message of its own is never split, longer code splits at line ends.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from incident_bot.slack.richtext import Element, Piece, preformatted, section_of, text_part

PAGE_SIZE = 7_500
"""Characters of runbook text per message; titles and buttons come on top (Slack refuses ~11,300)."""
_BLOCK_SIZE = 2_800
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_LEAST_FILL = 0.4


def pages(pieces: Sequence[Piece], size: int = PAGE_SIZE) -> list[list[dict[str, Any]]]:
    """Return the ``rich_text`` blocks of each message.

    Args:
        pieces: What to show, in order.
        size: Characters per message; halve it when Slack answers ``msg_blocks_too_long``.
    """
    filled: list[list[Piece]] = [[]]
    room = size
    small = list(_cut_large(pieces, size))
    for at, piece in enumerate(small):
        starts = piece.heading and room < size * (1 - _LEAST_FILL) and _group(small, at) > room
        if filled[-1] and (piece.size > room or starts):
            filled.append([])
            room = size
        filled[-1].append(piece)
        room -= piece.size
    return [_blocks(page) for page in filled if page]


def _group(pieces: Sequence[Piece], start: int) -> int:
    """Return the size of a heading and what stands under it."""
    total = pieces[start].size
    for piece in pieces[start + 1 :]:
        if piece.heading:
            break
        total += piece.size
    return total


def _blocks(page: Iterable[Piece]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    size = 0
    for piece in page:
        if piece.element["type"] == "image":
            blocks.append(piece.element)
            continue
        full = size + piece.size > _BLOCK_SIZE or piece.heading
        if not blocks or blocks[-1]["type"] == "image" or full:
            blocks.append({"type": "rich_text", "elements": []})
            size = 0
        blocks[-1]["elements"].append(piece.element)
        size += piece.size
    return _few(blocks)


def _few(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A message holds 50 blocks; texts beyond forty share one."""
    at = len(blocks) - 1
    while len(blocks) > 40 and at > 0:
        if blocks[at - 1]["type"] == blocks[at]["type"] == "rich_text":
            last = blocks.pop(at)
            blocks[at - 1] = {
                "type": "rich_text",
                "elements": blocks[at - 1]["elements"] + last["elements"],
            }
        at -= 1
    return blocks


def _cut_large(pieces: Iterable[Piece], size: int) -> Iterator[Piece]:
    for piece in pieces:
        if piece.size <= size:
            yield piece
            continue
        match piece.element["type"]:
            case "rich_text_preformatted":
                yield from _cut_code(piece, size)
            case "rich_text_list":
                yield from _cut_list(piece, size)
            case _:
                yield from _cut_text(piece, size)


def _cut_code(piece: Piece, size: int) -> Iterator[Piece]:
    code = "".join(part["text"] for part in piece.element["elements"])
    parts = list(_line_groups(code, size - 40))
    for number, part in enumerate(parts, start=1):
        label = f"({number}/{len(parts)})"
        yield section_of([text_part(label, italic=True)])
        yield preformatted(part)


def _line_groups(code: str, size: int) -> Iterator[str]:
    group: list[str] = []
    length = 0
    for command in _commands(code, size):
        if group and length + len(command) + 1 > size:
            yield "\n".join(group)
            group, length = [], 0
        group.append(command)
        length += len(command) + 1
    if group:
        yield "\n".join(group)


def _commands(code: str, size: int) -> Iterator[str]:
    """Yield lines, continued ones joined to what they continue while they fit."""
    held: list[str] = []
    length = 0
    for line in code.split("\n"):
        if held and length + len(line) + 1 > size:
            yield "\n".join(held)
            held, length = [], 0
        whole = len(line) - len(line) % size if len(line) > size else 0
        yield from (line[start : start + size] for start in range(0, whole, size))
        held.append(line[whole:])
        length += len(line) - whole + 1
        if not line.endswith("\\"):
            yield "\n".join(held)
            held, length = [], 0
    if held:
        yield "\n".join(held)


def _cut_list(piece: Piece, size: int) -> Iterator[Piece]:
    entries: list[Element] = []
    total = 0
    offset = int(piece.element.get("offset", 0))
    passed = 0
    for entry in piece.element["elements"]:
        weight = _weight(entry)
        if entries and total + weight > size:
            yield _sublist(piece, entries, total, offset + passed)
            passed += len(entries)
            entries, total = [], 0
        if weight > size:
            yield from _cut_text(Piece(entry, weight), size)
            passed += 1
            continue
        entries.append(entry)
        total += weight
    if entries:
        yield _sublist(piece, entries, total, offset + passed)


def _sublist(piece: Piece, entries: Sequence[Element], size: int, offset: int) -> Piece:
    element = {**piece.element, "elements": list(entries)}
    if element["style"] == "ordered" and offset:
        element["offset"] = offset
    return Piece(element, size)


def _weight(entry: Element) -> int:
    return 2 + sum(len(part.get("text") or part.get("url", "")) for part in entry["elements"])


def _cut_text(piece: Piece, size: int) -> Iterator[Piece]:
    parts: list[Element] = []
    total = 0
    for part in piece.element["elements"]:
        for fragment in _fragments(part, size):
            length = len(fragment.get("text") or fragment.get("url", ""))
            if parts and total + length > size:
                yield _like(piece, parts, total)
                parts, total = [], 0
            parts.append(fragment)
            total += length
    if parts:
        yield _like(piece, parts, total)


def _like(piece: Piece, parts: Sequence[Element], size: int) -> Piece:
    return replace(piece, element={**piece.element, "elements": list(parts)}, size=size)


def _fragments(part: Element, size: int) -> Iterator[Element]:
    text = part.get("text", "")
    if part["type"] != "text" or len(text) <= size // 4:
        yield part
        return
    start = 0
    step = max(200, size // 4)
    while start < len(text):
        end = min(start + step, len(text))
        if end < len(text):
            ends = [found.end() for found in _SENTENCE.finditer(text, start, end)]
            space = text.rfind(" ", start + 1, end)
            end = ends[-1] if ends else (space + 1 if space > start else end)
        yield {**part, "text": text[start:end]}
        start = end
