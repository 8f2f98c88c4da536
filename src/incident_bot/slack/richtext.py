"""Runbook nodes as ``rich_text`` elements: literal text, nothing to escape, nobody to ping.

Each piece carries its size, so that a page can be filled without measuring again. Lists break
around code, and numbering goes on after it. A picture that stands alone is a block of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from incident_bot.domain.runbooks.addresses import is_safe_url
from incident_bot.domain.runbooks.nodes import (
    Admonition,
    Block,
    CodeBlock,
    Details,
    Heading,
    Image,
    Inline,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
    inline_text,
)
from incident_bot.slack.blockkit import shorten, showable

Element = dict[str, Any]
LinkResolver = Callable[[str], str]
MAX_INDENT = 8
_MAX_URL = 3000
_MAX_TEXT = 3000
_MAX_ALT = 300
MOST_IMAGES = 5
"""Pictures of one answer; further ones are links."""
_PICTURES = (".png", ".jpg", ".jpeg", ".gif")
"""What Slack shows. Source: https://docs.slack.dev/reference/block-kit/blocks/image-block"""
_NARROW = 72
_SIGNS = {
    "note": "ℹ️",
    "info": "ℹ️",
    "tip": "💡",
    "hint": "💡",
    "important": "❗",
    "warning": "⚠️",
    "caution": "⚠️",
    "danger": "🛑",
    "bug": "🐞",
    "example": "📎",
    "success": "✅",
    "failure": "❌",
    "question": "❓",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One element of a rich_text block, or an image block; ``size`` counts its characters."""

    element: Element
    size: int
    heading: bool = False


def no_links(_href: str) -> str:
    """Resolve no link: every link becomes plain text with its address behind it."""
    return ""


def render(blocks: Iterable[Block], link: LinkResolver = no_links) -> list[Piece]:
    """Return the elements of some blocks, in reading order.

    Args:
        blocks: What to show.
        link: Turns an address as written into an absolute one, or "" when it leads nowhere.
    """
    return list(_Renderer(link).blocks(blocks))


def text_part(text: str, **style: bool) -> Element:
    """Return a text part with the styles that are set."""
    part: Element = {"type": "text", "text": text}
    chosen = {name: True for name, value in style.items() if value}
    if chosen:
        part["style"] = chosen
    return part


def section_of(parts: Sequence[Element], *, heading: bool = False) -> Piece:
    """Return a line of text as a piece."""
    return Piece({"type": "rich_text_section", "elements": list(parts)}, _size(parts), heading)


def preformatted(code: str) -> Piece:
    """Return a block of code; Slack gives it a copy button."""
    shown = code if code.strip() else " "
    parts = [text_part(chunk) for chunk in _chunks(shown)]
    return Piece({"type": "rich_text_preformatted", "elements": parts}, len(shown))


def _size(parts: Iterable[Element]) -> int:
    return sum(len(part.get("text") or part.get("url", "")) for part in parts)


def _chunks(text: str) -> Iterator[str]:
    for start in range(0, len(text), _MAX_TEXT):
        yield text[start : start + _MAX_TEXT]


class _Renderer:
    def __init__(self, link: LinkResolver) -> None:
        self._link = link
        self._images = 0

    def blocks(self, blocks: Iterable[Block]) -> Iterator[Piece]:
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Piece]:
        match block:
            case Paragraph(inlines=inlines):
                yield from self._pictures(inlines) or self._line(inlines, end="\n")
            case Heading(inlines=inlines):
                yield self._heading(inlines)
            case CodeBlock():
                yield from _code(block)
            case ListBlock():
                yield from self._list(block, 0)
            case Quote(blocks=inner):
                yield from self._quote(inner, None)
            case Admonition(kind=kind, title=title, blocks=inner):
                yield from self._quote(inner, _lead(kind, title))
            case Details(summary=summary, blocks=inner):
                yield section_of([text_part(f"▸ {summary}\n", bold=True)])
                yield from self.blocks(inner)
            case Table():
                yield from self._table(block)
            case Rule():
                yield section_of([text_part("⎯⎯⎯\n")])

    def _heading(self, inlines: Sequence[Inline]) -> Piece:
        words = " ".join(inline_text(inlines).split()) or "·"
        return section_of([text_part(f"\n{words}\n", bold=True)], heading=True)

    def _pictures(self, inlines: Sequence[Inline]) -> list[Piece]:
        """Return image blocks for a paragraph of nothing but pictures that Slack can show."""
        shown = [one for one in inlines if not (isinstance(one, Text) and not one.text.strip())]
        images = [one for one in shown if isinstance(one, Image) and _is_showable(one.url)]
        if not images or len(images) < len(shown) or self._images + len(images) > MOST_IMAGES:
            return []
        self._images += len(images)
        return [_picture(one) for one in images]

    def _line(self, inlines: Sequence[Inline], end: str = "") -> Iterator[Piece]:
        parts = self._parts(inlines)
        if parts:
            yield section_of([*parts, text_part(end)] if end else parts)

    def _parts(self, inlines: Iterable[Inline]) -> list[Element]:
        parts: list[Element] = []
        for inline in inlines:
            if isinstance(inline, Image):
                parts.extend(self._image(inline))
            else:
                parts.extend(self._run(inline))
        return parts

    def _run(self, run: Text) -> Iterator[Element]:
        if not run.text:
            return
        style = {"bold": run.bold, "italic": run.italic, "strike": run.strike, "code": run.code}
        url = self._link(run.url) if run.url else ""
        if url and len(url) <= _MAX_URL:
            part: Element = {"type": "link", "url": url, "text": run.text[:_MAX_TEXT]}
            chosen = {name: True for name, value in style.items() if value}
            if chosen:
                part["style"] = chosen
            yield part
            if len(run.text) > _MAX_TEXT:
                yield text_part(run.text[_MAX_TEXT:], **style)
            return
        for chunk in _chunks(run.text):
            yield text_part(chunk, **style)
        if run.url and run.url.strip("#") and run.url not in run.text:
            yield text_part(f" ({run.url[:_MAX_TEXT]})")

    def _image(self, image: Image) -> Iterator[Element]:
        label = f"🖼 {image.alt or 'image'}"[:_MAX_TEXT]
        url = self._link(image.url)
        if url and len(url) <= _MAX_URL:
            yield {"type": "link", "url": url, "text": label}
        else:
            yield text_part(f"{label} ({image.url[:_MAX_TEXT]})" if image.url else label)

    def _list(self, block: ListBlock, indent: int) -> Iterator[Piece]:
        pending: list[list[Element]] = []
        number = first = block.start
        for item in block.items:
            head, rest = self._item(item)
            pending.append(head)
            number += 1
            if rest:
                yield _list_piece(pending, block, indent, first)
                pending, first = [], number
                yield from self._inside_item(rest, indent)
        if pending:
            yield _list_piece(pending, block, indent, first)

    def _item(self, item: ListItem) -> tuple[list[Element], Sequence[Block]]:
        box = {None: "", True: "☑ ", False: "☐ "}[item.checked]
        first = item.blocks[0] if item.blocks else None
        if isinstance(first, Paragraph):
            parts, rest = self._parts(first.inlines), item.blocks[1:]
        elif isinstance(first, Heading):
            words = inline_text(first.inlines) or " "
            parts, rest = [text_part(words, bold=True)], item.blocks[1:]
        else:
            parts, rest = [], item.blocks
        # Slack refuses an empty list entry.
        return ([text_part(box)] if box else []) + parts or [text_part(" ")], rest

    def _inside_item(self, blocks: Sequence[Block], indent: int) -> Iterator[Piece]:
        for block in blocks:
            if isinstance(block, ListBlock):
                yield from self._list(block, min(indent + 1, MAX_INDENT))
            elif isinstance(block, Paragraph):
                yield from self._line(block.inlines, end="\n")
            else:
                yield from self._block(block)

    def _quote(self, blocks: Sequence[Block], lead: Element | None) -> Iterator[Piece]:
        """Quote running text together; what a quote cannot hold follows at its place."""
        parts: list[Element] = [lead] if lead else []
        for block in blocks:
            inlines = _quotable(block)
            if inlines is None:
                if parts:
                    yield _quote_piece(parts)
                    parts = []
                yield from self._block(block)
                continue
            if parts and parts != [lead]:
                parts.append(text_part("\n"))
            parts.extend(self._parts(inlines))
        if parts:
            yield _quote_piece(parts)

    def _table(self, table: Table) -> Iterator[Piece]:
        grid = [[_cell(cell) for cell in row] for row in (table.header, *table.rows)]
        widths = [max(len(row[at]) for row in grid) for at in range(len(table.header))]
        if sum(widths) + 3 * len(widths) <= _NARROW:
            yield preformatted(_drawn(grid, widths, table.align))
            return
        # Too wide for a phone: one entry per row, each cell under its column's name.
        for row in table.rows:
            parts: list[Element] = []
            for name, cell in zip(table.header, row, strict=True):
                label = _cell(name)
                if not cell:
                    continue
                parts.append(text_part(f"{label}: " if label else "· ", bold=True))
                parts.extend(self._parts(cell))
                parts.append(text_part("\n"))
            yield section_of(parts or [text_part(" ")])
        if not table.rows:
            yield section_of([text_part(" · ".join(filter(None, grid[0])) or " ", bold=True)])


def _list_piece(
    entries: Sequence[Sequence[Element]], block: ListBlock, indent: int, first: int
) -> Piece:
    element: Element = {
        "type": "rich_text_list",
        "style": "ordered" if block.ordered else "bullet",
        "elements": [{"type": "rich_text_section", "elements": list(parts)} for parts in entries],
    }
    if indent:
        element["indent"] = indent
    if block.ordered and first > 1:
        element["offset"] = first - 1
    return Piece(element, sum(_size(parts) + 2 for parts in entries))


def _is_showable(url: str) -> bool:
    """Whether an address, as written, is a picture that anybody may fetch."""
    if not url.startswith("https://") or not is_safe_url(url):
        return False
    parts = urlsplit(url)
    # /blob/ is a page about a picture, not the picture.
    named = parts.path.lower().endswith(_PICTURES) and "/blob/" not in parts.path
    return named and "@" not in parts.netloc


def _picture(image: Image) -> Piece:
    alt = shorten(showable(" ".join(image.alt.split())), _MAX_ALT) or "image"
    return Piece({"type": "image", "image_url": image.url, "alt_text": alt}, len(alt))


def _quote_piece(parts: Sequence[Element]) -> Piece:
    return Piece({"type": "rich_text_quote", "elements": list(parts)}, _size(parts))


def _quotable(block: Block) -> Sequence[Inline] | None:
    return block.inlines if isinstance(block, Paragraph) else None


def _lead(kind: str, title: str) -> Element:
    sign = _SIGNS.get(kind, "ℹ️")
    return text_part(f"{sign} {title or kind.capitalize()}: ", bold=True)


def _code(block: CodeBlock) -> Iterator[Piece]:
    if block.commands or not block.output:
        yield preformatted(block.commands or block.code)
    if block.output:
        yield section_of([text_part("Output:", italic=True)])
        yield preformatted(block.output)
    if block.placeholders:
        parts: list[Element] = [text_part("Fill in: ")]
        for at, name in enumerate(block.placeholders):
            parts.extend([text_part(", ")] if at else [])
            parts.append(text_part(name, code=True))
        yield section_of([*parts, text_part("\n")])


def _cell(cell: Sequence[Inline]) -> str:
    return " ".join(inline_text(cell).split())


def _drawn(grid: Sequence[Sequence[str]], widths: Sequence[int], align: Sequence[str]) -> str:
    lines: list[str] = []
    for number, row in enumerate(grid):
        cells = [
            cell.rjust(width) if at < len(align) and align[at] == "right" else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(" │ ".join(cells).rstrip())
        if number == 0:
            lines.append("─┼─".join("─" * width for width in widths))
    return "\n".join(lines)
