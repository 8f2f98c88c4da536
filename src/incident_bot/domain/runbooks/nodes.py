"""The tree a section is rendered from: a small, closed set of frozen nodes.

Inline text is flattened to styled runs, because every output (rich_text, mrkdwn, HTML, plain)
wants runs and none wants nesting. Text is always literal: no node holds markup.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A run of literal characters in one style; ``url`` is the link exactly as written."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    url: str | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by reference; never fetched while parsing."""

    alt: str
    url: str
    hint: str = ""


Inline = Text | Image


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a hard line break is a newline inside a run."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the rendered part: a subsection, or one within a list or quote."""

    level: int
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code with its prompts told apart from its output.

    ``code`` is what stood there, indentation removed; ``commands`` is the part to copy with
    prompts stripped (equal to ``code`` when there were none); ``output`` is pasted output.
    """

    code: str
    language: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    commands: str = ""
    output: str = ""
    placeholders: tuple[str, ...] = ()
    info: str = ""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One entry; ``checked`` is None unless the author wrote a task box."""

    blocks: tuple["Block", ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A bulleted or numbered list; ``start`` is the first number."""

    items: tuple[ListItem, ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quotation that is not an admonition."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Admonition:
    """A note, tip, warning … whichever of the seven spellings the author used."""

    kind: str
    title: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Folded text with its summary line."""

    summary: str
    blocks: tuple["Block", ...]


Cell = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the header. ``align`` is left, center or right."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""


Block = Paragraph | Heading | CodeBlock | ListBlock | Quote | Admonition | Details | Table | Rule


def inline_text(inlines: Iterable[Inline]) -> str:
    """Return the characters a reader sees, styles dropped."""
    return "".join(part.text if isinstance(part, Text) else part.alt for part in inlines)


def children(block: Block) -> tuple[Block, ...]:
    """Return the blocks directly inside a block, in reading order."""
    match block:
        case ListBlock(items=items):
            return tuple(inner for item in items for inner in item.blocks)
        case Quote(blocks=blocks) | Admonition(blocks=blocks) | Details(blocks=blocks):
            return blocks
        case _:
            return ()


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every block, outermost first, in reading order."""
    pending = list(blocks)[::-1]
    while pending:
        block = pending.pop()
        yield block
        pending.extend(reversed(children(block)))


def inlines_in(block: Block) -> tuple[Inline, ...]:
    """Return the runs and images a block holds itself, those of table cells included."""
    if isinstance(block, Paragraph | Heading):
        return block.inlines
    if isinstance(block, Table):
        return tuple(
            inline for row in (block.header, *block.rows) for cell in row for inline in cell
        )
    return ()
