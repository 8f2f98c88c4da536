"""Nodes as plain text and as safe HTML, for terminals, e-mail and web pages."""

import html
from collections.abc import Callable, Iterable, Sequence

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
)

LinkResolver = Callable[[str], str]


def plain_text(blocks: Iterable[Block]) -> str:
    """Return nodes as text for a terminal: nothing is left out, nothing is markup."""
    return "\n".join(_plain(blocks)).strip("\n")


def _plain(blocks: Iterable[Block]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        if lines and lines[-1]:
            lines.append("")
        lines.extend(_plain_block(block))
    return lines


def _plain_block(block: Block) -> list[str]:
    match block:
        case Paragraph(inlines=inlines):
            return _words(inlines).split("\n")
        case Heading(level=level, inlines=inlines):
            return [f"{'#' * level} {_words(inlines)}"]
        case CodeBlock(code=code, info=info):
            return ([f"    [{info}]"] if info else []) + [
                f"    {line}" for line in code.split("\n")
            ]
        case ListBlock():
            return _plain_list(block)
        case Quote() | Admonition() | Details():
            return _plain_container(block)
        case Table(header=header, rows=rows):
            return [" | ".join(_words(cell) for cell in row) for row in (header, *rows)]
        case Rule():
            return ["----"]


def _plain_container(block: Quote | Admonition | Details) -> list[str]:
    inner = _plain(block.blocks)
    if isinstance(block, Quote):
        return [f"> {line}" for line in inner]
    if isinstance(block, Details):
        return [f"▸ {block.summary}", *(f"  {line}" for line in inner)]
    lead = f"{block.kind.upper()}: {block.title}".rstrip(" :") + ":"
    return [lead, *(f"  {line}" for line in inner)]


def _plain_list(block: ListBlock) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(block.items, start=block.start):
        mark = f"{number}. " if block.ordered else "- "
        box = {None: "", True: "[x] ", False: "[ ] "}[item.checked]
        inner = _plain(item.blocks) or [""]
        lines.append(f"{mark}{box}{inner[0]}")
        lines.extend(f"{' ' * len(mark)}{line}" if line else "" for line in inner[1:])
    return lines


def _words(inlines: Sequence[Inline]) -> str:
    parts: list[str] = []
    for inline in inlines:
        if isinstance(inline, Image):
            parts.append(f"[image: {inline.alt}] ({inline.url}{_hint(inline.hint)})")
        elif inline.url and inline.url not in inline.text:
            parts.append(f"{inline.text} ({inline.url}{_hint(inline.hint)})")
        else:
            parts.append(inline.text)
    return "".join(parts)


def _hint(hint: str) -> str:
    return f' "{hint}"' if hint else ""


def safe_html(blocks: Iterable[Block], link: LinkResolver | None = None) -> str:
    """Return nodes as HTML in which every character from the file is escaped.

    Args:
        blocks: What to show.
        link: Turns an address as written into an absolute one, or "" for none. Without it only
            addresses that are absolute and safe become links.
    """
    resolve = link or (lambda href: href if is_safe_url(href) else "")
    return "\n".join(_Html(resolve).block(block) for block in blocks)


class _Html:
    def __init__(self, link: LinkResolver) -> None:
        self._link = link

    def block(self, block: Block) -> str:
        match block:
            case Paragraph(inlines=inlines):
                return f"<p>{self._inlines(inlines)}</p>"
            case Heading(level=level, inlines=inlines):
                return f"<h{level}>{self._inlines(inlines)}</h{level}>"
            case CodeBlock():
                return _html_code(block)
            case ListBlock():
                return self._list(block)
            case Quote() | Admonition() | Details():
                return self._container(block)
            case Table():
                return self._table(block)
            case Rule():
                return "<hr>"

    def _blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self.block(block) for block in blocks)

    def _container(self, block: Quote | Admonition | Details) -> str:
        inner = self._blocks(block.blocks)
        if isinstance(block, Quote):
            return f"<blockquote>{inner}</blockquote>"
        if isinstance(block, Details):
            return f"<details><summary>{html.escape(block.summary)}</summary>{inner}</details>"
        kind = html.escape(block.kind, quote=True)
        title = html.escape(block.title or block.kind.capitalize())
        return f'<aside class="{kind}"><strong>{title}</strong>{inner}</aside>'

    def _list(self, block: ListBlock) -> str:
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        tag = "ol" if block.ordered else "ul"
        return f"<{tag}{start}>{''.join(map(self._item, block.items))}</{tag}>"

    def _item(self, item: ListItem) -> str:
        mark = " checked" if item.checked else ""
        box = "" if item.checked is None else f'<input type="checkbox" disabled{mark}> '
        return f"<li>{box}{self._blocks(item.blocks)}</li>"

    def _table(self, table: Table) -> str:
        head = "".join(f"<th>{self._inlines(cell)}</th>" for cell in table.header)
        rows = "".join(
            f"<tr>{''.join(f'<td>{self._inlines(cell)}</td>' for cell in row)}</tr>"
            for row in table.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _inlines(self, inlines: Iterable[Inline]) -> str:
        return "".join(self._inline(inline) for inline in inlines)

    def _inline(self, inline: Inline) -> str:
        if isinstance(inline, Image):
            url = self._link(inline.url)
            words = html.escape(inline.alt or inline.url)
            return _anchor(url, f"🖼 {words}") if url else f"🖼 {words}"
        words = html.escape(inline.text).replace("\n", "<br>")
        for tag, wanted in (
            ("code", inline.code),
            ("strong", inline.bold),
            ("em", inline.italic),
            ("del", inline.strike),
        ):
            words = f"<{tag}>{words}</{tag}>" if wanted else words
        url = self._link(inline.url) if inline.url else ""
        return _anchor(url, words) if url else words


def _anchor(url: str, words: str) -> str:
    return f'<a href="{html.escape(url, quote=True)}" rel="noopener noreferrer">{words}</a>'


def _html_code(block: CodeBlock) -> str:
    language = (
        f' class="language-{html.escape(block.language, quote=True)}"' if block.language else ""
    )
    return f"<pre><code{language}>{html.escape(block.code)}</code></pre>"
