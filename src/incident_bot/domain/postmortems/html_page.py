"""The document as one self-contained HTML page: nothing loaded, nothing run, printable."""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from incident_bot.domain.postmortems.sections import split_front, without_markers

_INSTANT = re.compile(r"\b(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)Z(?!\w)")
_FOLLOWED = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_TASKS = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
_TEXTUAL = frozenset(
    {"paragraph_open", "heading_open", "td_open", "th_open", "list_item_open", "blockquote_open"}
)
_CSS = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 1rem/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; margin: 2em 0 .5em; }
h1 { margin-top: 0; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .2em; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { border: 1px solid var(--line); padding: .35em .6em; text-align: start; vertical-align: top;
  overflow-wrap: anywhere; }
th { background: var(--soft); overflow-wrap: normal; }
time { font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre { font-family: ui-monospace, monospace; background: var(--soft); }
pre { padding: .8em; overflow-x: auto; }
blockquote { border-inline-start: 3px solid var(--line); margin-inline: 0; padding-inline: 1em; }
@media print {
  body { max-width: none; margin: 0; font-size: 10pt; }
  h2, h3 { break-after: avoid; }
  tr, blockquote, pre { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; }
}
"""
_POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + b64encode(sha256(_CSS.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'"
)


def to_html(markdown: str) -> str:
    """The page of a document from `render`, or of one that people went on writing.

    Raw HTML is shown as text, images become links, and only http, https, mailto and in-page
    addresses can be followed. The page carries a Content-Security-Policy that allows its one
    style sheet and nothing else.
    """
    _, body = split_front(markdown.replace("\r\n", "\n"))
    parser = _parser()
    tokens = parser.parse(without_markers(body))
    title = _title(tokens) or "Post-mortem"
    _dress(tokens)
    content = parser.renderer.render(tokens, parser.options, {})
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY, quote=False)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{_CSS}</style>\n</head>\n"
        f"<body>\n<main>\n{content}</main>\n</body>\n</html>\n"
    )


class _Parser(MarkdownIt):
    """CommonMark with tables, that follows few kinds of address."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the parser's own name
        return bool(_FOLLOWED.match(url.strip()))


def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable(["image", "html_block", "html_inline"])
    parser.add_render_rule("text", _text)
    return parser


def _text(
    _renderer: RendererProtocol,
    tokens: Sequence[Token],
    place: int,
    _options: OptionsDict,
    _env: EnvType,
) -> str:
    safe = escape(tokens[place].content)
    return _INSTANT.sub(r'<time datetime="\1T\2Z">\1 \2Z</time>', safe)


def _dress(tokens: Sequence[Token]) -> None:
    """Let each block find its own direction, drop inline styles, and mark links and tasks."""
    for place, token in enumerate(tokens):
        token.attrs.pop("style", None)  # the policy would refuse it
        if token.type in _TEXTUAL:
            token.attrs["dir"] = "auto"
        for child in token.children or []:
            if child.type == "link_open":
                child.attrs["rel"] = "noopener noreferrer nofollow"
        in_item = place > 1 and tokens[place - 2].type == "list_item_open"
        first = token.children[0] if in_item and token.children else None
        if first is not None and first.type == "text" and first.content[:4] in _TASKS:
            first.content = _TASKS[first.content[:4]] + first.content[4:]


def _title(tokens: Sequence[Token]) -> str:
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return "".join(child.content for child in tokens[place + 1].children or [])
    return ""
