"""Inline tokens to styled runs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from markdown_it.token import Token

from incident_bot.domain.runbooks.markup import BREAKING, STYLES, Piece, pieces
from incident_bot.domain.runbooks.nodes import Image, Inline, Text, inline_text

_OPENS = {"strong_open": "bold", "em_open": "italic", "s_open": "strike"}
_CHARACTERS = {"softbreak": " ", "hardbreak": "\n"}
_CLOSES = {"strong_close": "bold", "em_close": "italic", "s_close": "strike"}


class RunBuilder:
    """Collects runs, merging neighbours of one style."""

    def __init__(self) -> None:
        self._runs: list[Inline] = []
        self._depth = {"bold": 0, "italic": 0, "strike": 0, "code": 0}
        self._url: str | None = None
        self._hint = ""
        self._pending: list[str] = []
        self._pending_code = False

    def text(self, text: str, *, code: bool = False) -> None:
        """Add literal characters in the style in force."""
        if not text:
            return
        if code is not self._pending_code:
            self._flush()
            self._pending_code = code
        self._pending.append(text)

    def image(self, image: Image) -> None:
        """Add a picture."""
        self._flush()
        self._runs.append(image)

    def style(self, name: str, by: int) -> None:
        """Open (1) or close (-1) a style."""
        self._flush()
        self._depth[name] = max(0, self._depth[name] + by)

    def link(self, url: str | None, hint: str = "") -> None:
        """Open a link, or close it with None."""
        self._flush()
        self._url = url
        self._hint = hint

    def _flush(self) -> None:
        if not self._pending:
            return
        depth = self._depth
        run = Text(
            "".join(self._pending),
            depth["bold"] > 0,
            depth["italic"] > 0,
            depth["strike"] > 0,
            self._pending_code or depth["code"] > 0,
            self._url,
            self._hint,
        )
        self._pending.clear()
        self._runs.append(run)

    def piece(self, piece: Piece) -> None:
        """Add one piece of raw inline HTML."""
        if piece.kind == "text":
            self.text(piece.text)
        elif piece.kind == "comment":
            return
        elif piece.name in STYLES:
            self.style(STYLES[piece.name], 1 if piece.kind == "open" else -1)
        elif piece.name == "br":
            self.text("\n")
        elif piece.name == "a":
            self.link(piece.attributes.get("href") if piece.kind == "open" else None)
        elif piece.name == "img" and piece.kind == "open":
            source = piece.attributes.get("src", "")
            self.image(Image(piece.attributes.get("alt", ""), source))
        elif piece.name in BREAKING and (self._runs or self._pending):
            self.text("\n")

    def runs(self) -> tuple[Inline, ...]:
        """Return what was collected."""
        self._flush()
        return tuple(self._runs)


def build_inlines(tokens: Sequence[Token] | None) -> tuple[Inline, ...]:
    """Return the runs of one inline token's children."""
    builder = RunBuilder()
    for token in tokens or ():
        _feed(builder, token)
    return builder.runs()


def _feed(builder: RunBuilder, token: Token) -> None:
    kind = token.type
    if kind in _CHARACTERS:
        builder.text(_CHARACTERS[kind])
    elif kind in _OPENS:
        builder.style(_OPENS[kind], 1)
    elif kind in _CLOSES:
        builder.style(_CLOSES[kind], -1)
    elif kind == "link_open":
        builder.link(str(token.attrGet("href") or ""), str(token.attrGet("title") or ""))
    elif kind == "link_close":
        builder.link(None)
    elif kind == "image":
        alt = inline_text(build_inlines(token.children)) or token.content
        source, hint = str(token.attrGet("src") or ""), str(token.attrGet("title") or "")
        builder.image(Image(alt, source, hint))
    elif kind == "html_inline":
        for piece in pieces(token.content):
            builder.piece(piece)
    else:
        builder.text(token.content, code=kind == "code_inline")


def trim(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Drop white space at both ends of a stretch of runs."""
    runs = list(inlines)
    while runs and isinstance(runs[0], Text) and not runs[0].text.lstrip():
        runs.pop(0)
    while runs and isinstance(runs[-1], Text) and not runs[-1].text.rstrip():
        runs.pop()
    if runs and isinstance(runs[0], Text):
        runs[0] = replace(runs[0], text=runs[0].text.lstrip())
    if runs and isinstance(runs[-1], Text):
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    return tuple(runs)
