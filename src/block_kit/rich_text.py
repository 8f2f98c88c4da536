"""The rich_text block: sections, lists, preformatted text and quotes, and their parts."""

from block_kit import limits
from block_kit.schema import Arr, Bool, Int, Node, Obj, OneOf, Str, Timestamp

_STYLE = Obj(
    optional={
        name: Bool()
        for name in (
            "bold",
            "italic",
            "strike",
            "code",
            "underline",
            "highlight",
            "client_highlight",
            "unlink",
        )
    }
)


def _part(kind: str, required: dict[str, Node], optional: dict[str, Node] | None = None) -> Obj:
    return Obj(
        required={"type": Str(choices=(kind,)), **required},
        optional={"style": _STYLE, **(optional or {})},
    )


PARTS: dict[str, Node] = {
    "text": _part("text", {"text": Str(least=1)}),
    "link": _part("link", {"url": Str(limits.URL, 1)}, {"text": Str(), "unsafe": Bool()}),
    "user": _part("user", {"user_id": Str(least=1)}),
    "usergroup": _part("usergroup", {"usergroup_id": Str(least=1)}),
    "channel": _part("channel", {"channel_id": Str(least=1)}),
    "team": _part("team", {"team_id": Str(least=1)}),
    "emoji": _part(
        "emoji",
        {"name": Str(least=1)},
        {"unicode": Str(), "skin_tone": Int(1, 6), "url": Str(limits.URL)},
    ),
    "broadcast": _part("broadcast", {"range": Str(choices=("here", "channel", "everyone"))}),
    "date": _part(
        "date",
        {"timestamp": Timestamp(), "format": Str(least=1)},
        {"url": Str(limits.URL), "fallback": Str()},
    ),
    "color": _part("color", {"value": Str(pattern="^#[0-9a-fA-F]{6}$")}),
}
"""What a section may hold."""

_PARTS = Arr(OneOf(PARTS))
_LITERAL = Arr(OneOf(PARTS, frozenset({"text", "link"})))


def _section(kind: str, elements: Node, optional: dict[str, Node] | None = None) -> Obj:
    return Obj(
        required={"type": Str(choices=(kind,)), "elements": elements}, optional=optional or {}
    )


_BORDER: dict[str, Node] = {"border": Int(0, 1)}
SECTIONS: dict[str, Node] = {
    "rich_text_section": _section("rich_text_section", _PARTS),
    "rich_text_quote": _section("rich_text_quote", _PARTS, _BORDER),
    "rich_text_preformatted": _section(
        "rich_text_preformatted", _LITERAL, {**_BORDER, "language": Str()}
    ),
}
SECTIONS["rich_text_list"] = Obj(
    required={
        "type": Str(choices=("rich_text_list",)),
        "style": Str(choices=("bullet", "ordered")),
        "elements": Arr(OneOf(SECTIONS, frozenset({"rich_text_section"}))),
    },
    optional={**_BORDER, "indent": Int(0, limits.RICH_TEXT_INDENT), "offset": Int(0)},
)
"""What a rich_text block may hold."""

RICH_TEXT = Obj(
    required={"type": Str(choices=("rich_text",)), "elements": Arr(OneOf(SECTIONS))},
    optional={"block_id": Str(limits.BLOCK_ID)},
)
