"""Block tokens to nodes, folded ``<details>`` and raw HTML included."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from incident_bot.domain.runbooks import admonitions
from incident_bot.domain.runbooks.codeblocks import build_code
from incident_bot.domain.runbooks.inlines import build_inlines, trim
from incident_bot.domain.runbooks.markup_blocks import html_blocks
from incident_bot.domain.runbooks.nodes import (
    Admonition,
    Block,
    Cell,
    Details,
    Heading,
    Inline,
    ListBlock,
    ListItem,
    Paragraph,
    Rule,
    Text,
    inline_text,
)
from incident_bot.domain.runbooks.syntax import References, full_tokens
from incident_bot.domain.runbooks.tables import make_table, row_cells

_MAX_FOLDING = 3
_FOLD = re.compile(r"<(/?)(details|summary)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_TASK = re.compile(r"^\[([ xX])\](?:[ \t]+|$)")


def build_blocks(text: str, references: References, depth: int = 0) -> tuple[Block, ...]:
    """Return the nodes of a stretch of Markdown that starts at the outermost level."""
    tokens, unknown = full_tokens(text, references)
    blocks = _Builder(tokens, text, references, depth).sequence("")
    # Definitions inside folded HTML serve nobody outside it: show them as they stand.
    shown = (
        Paragraph((Text(f"[{label}]: "), Text(one["href"], url=one["href"], hint=one["title"])))
        for label, one in unknown.items()
    )
    return (*blocks, *shown)


@dataclass(slots=True)
class _Fold:
    summary: str = ""
    blocks: list[Block] = field(default_factory=list)
    in_summary: bool = False


class _Builder:
    """Walks the flat token list once."""

    def __init__(
        self, tokens: Sequence[Token], text: str, references: References, depth: int
    ) -> None:
        self._tokens = tokens
        self._text = text
        self._lines: list[str] | None = None
        self._references = references
        self._depth = depth
        self._at = 0

    def sequence(self, closing: str) -> tuple[Block, ...]:
        """Read blocks up to the closing token; folded parts left open end here too."""
        folds = [_Fold()]
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == closing:
                break
            if (
                token.type == "html_block"
                and self._depth < _MAX_FOLDING
                and _FOLD.search(token.content)
            ):
                self._fold(token.content, folds)
            else:
                folds[-1].blocks.extend(self._block(token))
        while len(folds) > 1:
            _close(folds)
        return tuple(folds[0].blocks)

    def _block(self, token: Token) -> Sequence[Block]:
        match token.type:
            case "paragraph_open":
                return _paragraph(self._inline("paragraph_close"))
            case "heading_open":
                inlines = trim(self._inline("heading_close"))
                return (Heading(int(token.tag[1:]), inlines),) if inlines else ()
            case "bullet_list_open" | "ordered_list_open":
                return (self._list(token),)
            case "table_open":
                return (self._table(),)
            case "blockquote_open" | "admonition_open" | "container_any_open":
                return (self._container(token),)
            case _:
                return _leaf(token)

    def _container(self, token: Token) -> Block:
        if token.type == "blockquote_open":
            return admonitions.from_quote(self.sequence("blockquote_close"))
        if token.type == "admonition_open":
            return self._admonition(token)
        return admonitions.from_container(token.info, self.sequence("container_any_close"))

    def _inline(self, closing: str) -> tuple[Inline, ...]:
        inlines: tuple[Inline, ...] = ()
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == closing:
                break
            if token.type == "inline":
                inlines += build_inlines(token.children)
        return inlines

    def _list(self, opening: Token) -> ListBlock:
        closing = opening.type.replace("_open", "_close")
        items: list[ListItem] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == closing:
                break
            if token.type == "list_item_open":
                items.append(_item(self.sequence("list_item_close")))
        start = int(opening.attrGet("start") or 1)
        if opening.attrGet("start") == 0:
            start = 0
        return ListBlock(tuple(items), opening.type.startswith("ordered"), start)

    def _admonition(self, opening: Token) -> Block:
        title = ""
        if self._at < len(self._tokens) and self._tokens[self._at].type == "admonition_title_open":
            self._at += 1
            title = inline_text(self._inline("admonition_title_close")).strip()
        body = self.sequence("admonition_close")
        kind = admonitions.canonical(str(opening.meta.get("tag") or "note"))
        if opening.markup.startswith("?"):
            return Details(title or kind.title(), body)
        return Admonition(kind, "" if title.lower() == kind else title, body)

    def _table(self) -> Block:
        rows: list[list[Cell]] = []
        align: list[str] = []
        line = -1
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
                line = token.map[0] if token.map else -1
            elif token.type == "tr_close":
                rows[-1].extend(self._surplus(line, len(align)))
            elif token.type in {"th_open", "td_open"}:
                if token.type == "th_open":
                    align.append(str(token.attrGet("style") or "").removeprefix("text-align:"))
                rows[-1].append(self._inline(token.type.replace("_open", "_close")))
        return make_table(rows, align)

    def _surplus(self, line: int, columns: int) -> tuple[Cell, ...]:
        """Return the cells of a row beyond the header's, which GFM drops."""
        if self._lines is None:
            self._lines = self._text.split("\n")
        cells = row_cells(self._lines[line]) if 0 <= line < len(self._lines) else []
        return tuple((Text(cell),) if cell else () for cell in cells[columns:])

    def _fold(self, source: str, folds: list[_Fold]) -> None:
        position = 0
        for tag in _FOLD.finditer(source):
            self._folded_text(source[position : tag.start()], folds)
            position = tag.end()
            name, closes = tag.group(2).lower(), bool(tag.group(1))
            if name == "summary":
                folds[-1].in_summary = not closes and len(folds) > 1
            elif not closes:
                folds.append(_Fold())
            elif len(folds) > 1:
                _close(folds)
        self._folded_text(source[position:], folds)

    def _folded_text(self, source: str, folds: list[_Fold]) -> None:
        if not source.strip():
            return
        blocks = build_blocks(source.strip("\n"), self._references, self._depth + 1)
        if not folds[-1].in_summary:
            folds[-1].blocks.extend(blocks)
            return
        words = _line(blocks)
        folds[-1].summary = f"{folds[-1].summary} {words}".strip()
        if not _is_line(blocks):
            # A summary is one line of words; what it cannot hold opens the folded part.
            folds[-1].blocks.extend(blocks)


def _leaf(token: Token) -> Sequence[Block]:
    if token.type == "fence":
        return (build_code(token.content, token.info),)
    if token.type == "code_block":
        return (build_code(token.content),)
    if token.type == "html_block":
        return html_blocks(token.content)
    if token.type == "hr":
        return (Rule(),)
    return _paragraph(build_inlines(token.children)) if token.children else ()


def _line(blocks: Sequence[Block]) -> str:
    first = blocks[0] if blocks else None
    return " ".join(inline_text(first.inlines).split()) if isinstance(first, Paragraph) else ""


def _is_line(blocks: Sequence[Block]) -> bool:
    return len(blocks) == 1 and all(
        isinstance(block, Paragraph) and not any(part.url for part in block.inlines)
        for block in blocks
    )


def _close(folds: list[_Fold]) -> None:
    fold = folds.pop()
    folds[-1].blocks.append(Details(fold.summary or "More", tuple(fold.blocks)))


def _paragraph(inlines: tuple[Inline, ...]) -> tuple[Block, ...]:
    trimmed = trim(inlines)
    return (admonitions.from_paragraph(trimmed),) if trimmed else ()


def _item(blocks: tuple[Block, ...]) -> ListItem:
    first = blocks[0] if blocks else None
    if not isinstance(first, Paragraph) or not isinstance(first.inlines[0], Text):
        return ListItem(blocks)
    run = first.inlines[0]
    box = None if run.code or run.url else _TASK.match(run.text)
    if box is None:
        return ListItem(blocks)
    rest = trim((Text(run.text[box.end() :], run.bold, run.italic, run.strike), *first.inlines[1:]))
    kept = (Paragraph(rest), *blocks[1:]) if rest else blocks[1:]
    return ListItem(kept, checked=box.group(1) != " ")
