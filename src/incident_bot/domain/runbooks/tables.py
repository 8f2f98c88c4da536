"""Tables small enough to show as such; anything larger becomes a CSV block."""

from collections.abc import Sequence

from markdown_it.rules_block.table import escapedSplit

from incident_bot.domain.runbooks.codeblocks import build_code
from incident_bot.domain.runbooks.nodes import Block, Cell, Rule, Table, inline_text

MAX_COLUMNS = 10
MAX_ROWS = 100


def row_cells(line: str) -> list[str]:
    """Return the source of each cell of a table row, as the Markdown parser cuts it."""
    cells = [cell.strip() for cell in escapedSplit(line.lstrip(" \t>").rstrip())]
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return cells


def make_table(rows: Sequence[Sequence[Cell]], align: Sequence[str] = ()) -> Block:
    """Return a squared table of header and rows, or CSV when it exceeds what Slack can show."""
    if not rows:
        return Rule()
    width = max(len(row) for row in rows)
    squared = [tuple(row) + ((),) * (width - len(row)) for row in rows]
    if width > MAX_COLUMNS or len(squared) > MAX_ROWS + 1:
        return build_code("\n".join(_csv_line(row) for row in squared), "csv")
    return Table(squared[0], tuple(squared[1:]), tuple(align))


def _csv_line(row: Sequence[Cell]) -> str:
    cells = (inline_text(cell).strip() for cell in row)
    return ",".join(
        '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n') else cell
        for cell in cells
    )
