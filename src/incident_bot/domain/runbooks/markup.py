"""Raw HTML inside Markdown, scanned in one linear pass.

Known tags become styles, breaks and structure; comments vanish; anything else, such as
``<image-name>``, is a placeholder the author wants the reader to see.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

# From each "<" at most to the next "<" or ">": linear on any input.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?=[\s/>])[^<>]*)>")
_ATTRIBUTE = re.compile(r"([A-Za-z][\w:-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")

STYLES: dict[str, str] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "var": "italic",
    "s": "strike",
    "del": "strike",
    "strike": "strike",
    "code": "code",
    "kbd": "code",
    "tt": "code",
    "samp": "code",
}
SILENT = frozenset(
    [
        "p",
        "div",
        "span",
        "center",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "main",
        "aside",
        "font",
        "u",
        "ins",
        "sub",
        "sup",
        "small",
        "big",
        "abbr",
        "mark",
        "label",
        "figure",
        "figcaption",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "caption",
        "colgroup",
        "col",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "a",
        "img",
        "br",
        "wbr",
        "hr",
        "details",
        "summary",
        "picture",
        "source",
        "iframe",
        "script",
        "style",
        "noscript",
        "form",
    ]
)
BREAKING = frozenset(
    [
        "p",
        "div",
        "center",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "main",
        "aside",
        "figure",
        "figcaption",
        "blockquote",
        "table",
        "tr",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "details",
        "summary",
        "caption",
        "form",
    ]
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of raw HTML: literal text, a comment, or a tag."""

    kind: Literal["text", "comment", "open", "close"]
    text: str
    name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def pieces(source: str) -> Iterator[Piece]:
    """Yield the pieces of a stretch of raw HTML; unknown tags come back as text."""
    position = 0
    while position < len(source):
        start = source.find("<", position)
        if start < 0:
            break
        if source.startswith("<!--", start):
            end = source.find("-->", start + 4)
            if end < 0:
                break
            yield from _text(source[position:start])
            yield Piece("comment", source[start + 4 : end])
            position = end + 3
            continue
        tag = _TAG.match(source, start)
        name = tag.group(2).lower() if tag else ""
        if tag is None or not (name in SILENT or name in STYLES):
            yield from _text(source[position : start + 1])
            position = start + 1
            continue
        yield from _text(source[position:start])
        kind: Literal["open", "close"] = "close" if tag.group(1) else "open"
        yield Piece(kind, tag.group(), name, _attributes(tag.group(3)))
        position = tag.end()
    yield from _text(source[position:])


def is_comment(source: str) -> bool:
    """Return whether raw HTML holds comments and white space only."""
    return all(
        piece.kind == "comment" or (piece.kind == "text" and not piece.text.strip())
        for piece in pieces(source)
    )


def _text(raw: str) -> Iterator[Piece]:
    if raw:
        yield Piece("text", html.unescape(raw))


def _attributes(raw: str) -> dict[str, str]:
    return {
        match.group(1).lower(): html.unescape(
            match.group(2) or match.group(3) or match.group(4) or ""
        )
        for match in _ATTRIBUTE.finditer(raw[:2000])
    }
