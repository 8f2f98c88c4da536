"""A block of raw HTML as nodes: paragraphs, lists, tables; tags themselves are never shown."""

from incident_bot.domain.runbooks.codeblocks import build_code
from incident_bot.domain.runbooks.inlines import RunBuilder, trim
from incident_bot.domain.runbooks.markup import BREAKING, Piece, pieces
from incident_bot.domain.runbooks.nodes import (
    Block,
    Cell,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Rule,
    inline_text,
)
from incident_bot.domain.runbooks.tables import make_table

_CELLS = frozenset({"td", "th"})


def html_blocks(source: str) -> tuple[Block, ...]:
    """Return the nodes of a block of raw HTML; comments leave nothing."""
    reader = _Reader()
    for piece in pieces(source):
        reader.piece(piece)
    return reader.finish()


class _Reader:
    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._runs = RunBuilder()
        self._items: list[ListItem] | None = None
        self._rows: list[list[Cell]] | None = None
        self._verbatim = False
        self._in_cell = False

    def piece(self, piece: Piece) -> None:
        if piece.kind == "text":
            self._runs.text(piece.text if self._verbatim else _collapsed(piece.text))
        elif piece.name in _CELLS or piece.name in {"table", "tr"}:
            self._table_tag(piece)
        elif piece.kind != "comment" and piece.name in BREAKING:
            self._break(piece)
        else:
            self._runs.piece(piece)

    def finish(self) -> tuple[Block, ...]:
        self._flush()
        self._end_list()
        self._end_table()
        return tuple(self._blocks)

    def _break(self, piece: Piece) -> None:
        if self._rows is not None:
            self._runs.text("\n")
            return
        heading = int(piece.name[1]) if piece.kind == "close" and _is_heading(piece.name) else 0
        self._flush(heading)
        if piece.name == "hr":
            self._blocks.append(Rule())
        elif piece.name in {"ul", "ol"}:
            self._end_list()
            self._items = [] if piece.kind == "open" else None
        elif piece.name == "pre":
            self._verbatim = piece.kind == "open"

    def _table_tag(self, piece: Piece) -> None:
        opens = piece.kind == "open"
        if piece.name == "table":
            self._flush()
            self._end_table()
            self._rows = [] if opens else None
        elif self._rows is None:
            self._flush()
        elif piece.name == "tr":
            self._end_cell()
            if opens:
                self._rows.append([])
        else:
            self._end_cell()
            self._in_cell = opens

    def _end_cell(self) -> None:
        runs = trim(self._runs.runs())
        self._runs = RunBuilder()
        if (runs or self._in_cell) and self._rows is not None:
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append(runs)
        self._in_cell = False

    def _flush(self, heading: int = 0) -> None:
        if self._rows is not None:
            self._end_cell()
            return
        runs = trim(self._runs.runs())
        self._runs = RunBuilder()
        if not runs:
            return
        block: Block
        if self._verbatim:
            block = build_code(inline_text(runs))
        else:
            block = Heading(heading, runs) if heading else Paragraph(runs)
        if self._items is not None:
            self._items.append(ListItem((block,)))
        else:
            self._blocks.append(block)

    def _end_list(self) -> None:
        if self._items:
            self._blocks.append(ListBlock(tuple(self._items)))
        self._items = None

    def _end_table(self) -> None:
        rows = [row for row in self._rows or () if row]
        self._rows = None
        if rows:
            self._blocks.append(make_table(rows))


def _is_heading(name: str) -> bool:
    return len(name) == 2 and name[0] == "h" and name[1].isdigit()


def _collapsed(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + words + (" " if text[-1].isspace() else "")
