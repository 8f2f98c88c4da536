"""Whole payloads: the blocks of a message or view, with the rules that span several blocks."""

from collections.abc import Iterable, Iterator

from block_kit import limits
from block_kit.blocks import ON_SURFACE, Surface
from block_kit.schema import Arr, JsonObject, sentence

_LISTS: dict[Surface, Arr] = {
    surface: Arr(
        node,
        limits.BLOCKS_PER_MESSAGE if surface == "message" else limits.BLOCKS_PER_VIEW,
    )
    for surface, node in ON_SURFACE.items()
}


def problems(
    blocks: object, *, surface: Surface = "message", pointer: str = "/blocks"
) -> list[str]:
    """What Slack would refuse in a list of blocks.

    Args:
        blocks: any JSON value; a list of block objects when right.
        surface: where the blocks would stand.
        pointer: the JSON pointer of the list inside the request.

    Returns:
        Slack's sentences, each with its JSON pointer and without the `[ERROR] ` prefix that
        `response_metadata.messages` adds. Empty when the blocks are valid.
    """
    out: list[str] = []
    _LISTS[surface].check(blocks, pointer, out)
    if isinstance(blocks, list) and len(blocks) <= limits.BLOCKS_PER_VIEW:
        placed = [
            (f"{pointer}/{index}", block)
            for index, block in enumerate(blocks)
            if isinstance(block, dict)
        ]
        out.extend(_across(placed))
    return out


def _across(placed: list[tuple[str, JsonObject]]) -> Iterator[str]:
    yield from _distinct_block_ids(placed)
    yield from _one_table(placed)
    yield from _markdown_total(placed)
    yield from _one_focus(placed)


def _with_children(placed: list[tuple[str, JsonObject]]) -> Iterator[tuple[str, JsonObject]]:
    for at, block in placed:
        yield at, block
        children = block.get("child_blocks")
        for index, child in enumerate(children if isinstance(children, list) else []):
            if isinstance(child, dict):
                yield f"{at}/child_blocks/{index}", child


def _distinct_block_ids(placed: list[tuple[str, JsonObject]]) -> Iterable[str]:
    seen: set[str] = set()
    for at, block in _with_children(placed):
        block_id = block.get("block_id")
        if not isinstance(block_id, str) or not block_id:
            continue
        if block_id in seen:
            yield sentence(f'`block_id` "{block_id}" already exists', f"{at}/block_id")
        seen.add(block_id)


def _one_table(placed: list[tuple[str, JsonObject]]) -> Iterable[str]:
    tables = [at for at, block in _with_children(placed) if block.get("type") == "table"]
    for at in tables[limits.TABLES_PER_MESSAGE :]:
        yield sentence("only_one_table_allowed", at)


def _markdown_total(placed: list[tuple[str, JsonObject]]) -> Iterable[str]:
    """The markdown limit holds over all markdown blocks of a payload together."""
    total = 0
    for at, block in placed:
        text = block.get("text")
        if block.get("type") != "markdown" or not isinstance(text, str):
            continue
        total += len(text)
        if total > limits.MARKDOWN_TEXT >= len(text):
            yield sentence(f"must be less than {limits.MARKDOWN_TEXT + 1} characters", f"{at}/text")


def _one_focus(placed: list[tuple[str, JsonObject]]) -> Iterable[str]:
    focused = False
    for at, block in _with_children(placed):
        for below, element in _elements(block):
            if element.get("focus_on_load") is not True:
                continue
            if focused:
                yield sentence("only one element may set `focus_on_load`", f"{at}{below}")
            focused = True


def _elements(block: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for key in ("element", "accessory"):
        element = block.get(key)
        if isinstance(element, dict):
            yield f"/{key}", element
    elements = block.get("elements")
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        if isinstance(element, dict):
            yield f"/elements/{index}", element
