"""The Markdown parser in force: CommonMark, tables, strikethrough, admonition containers.

markdown-it drops what is nested too deeply; here such text is kept as a code block instead.
"""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin

# Lists cost two levels each: eight nested containers of any kind.
_MAX_LEVEL = 16
MAX_INLINE = 20_000
"""Characters of one paragraph, heading or cell that are read for links and styles."""
References = MutableMapping[str, Any]


class _KeepingBlockParser(ParserBlock):
    """Turns over-deep nesting into a literal block rather than dropping it."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        if state.level < _MAX_LEVEL:
            super().tokenize(state, startLine, endLine)
            return
        token = state.push("code_block", "code", 0)
        token.content = state.getLines(startLine, endLine, state.blkIndent, True)
        token.map = [startLine, endLine]
        state.line = endLine


def _bounded_inline(state: StateCore) -> None:
    """Parse inline text, but take a paragraph longer than any author writes as it stands."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        if token.children is None:
            token.children = []
        if len(token.content) > MAX_INLINE:
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _any_container(params: str, _markup: str) -> bool:
    return bool(params.strip())


def _make() -> MarkdownIt:
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    admon_plugin(markdown)
    container_plugin(markdown, "any", validate=_any_container)
    guarded = _KeepingBlockParser()
    guarded.ruler = markdown.block.ruler
    markdown.block = guarded
    return markdown


_FULL = _make()
_FULL.core.ruler.at("inline", _bounded_inline)
_BLOCKS_ONLY = _make()
_BLOCKS_ONLY.core.ruler.enableOnly(["normalize", "block"])


@dataclass(frozen=True, slots=True)
class Definition:
    """A link definition that nothing can use: its label was defined before."""

    line: int
    text: str


def block_tokens(text: str) -> tuple[list[Token], References, list[Definition]]:
    """Return the block structure alone, the link definitions met and those that repeat a label."""
    env: dict[str, Any] = {}
    tokens = _BLOCKS_ONLY.parse(text, env)
    repeated = [
        Definition(int(one["map"][0]), f"[{one['label']}]: {one['href']} {one['title']}".strip())
        for one in env.get("duplicate_refs", ())
    ]
    return tokens, env.get("references", {}), repeated


def full_tokens(text: str, references: References) -> tuple[list[Token], References]:
    """Return blocks with inline children, and the link definitions not known before.

    Args:
        text: A stretch of the document.
        references: Link definitions of the whole document.
    """
    env: dict[str, Any] = {"references": dict(references)}
    tokens = _FULL.parse(text, env)
    return tokens, {k: v for k, v in env["references"].items() if k not in references}


def inline_tokens(text: str, references: References) -> Sequence[Token]:
    """Return the inline children of one line of text, such as a heading."""
    tokens = _FULL.parseInline(text, {"references": dict(references)})
    return tokens[0].children or [] if tokens else []
