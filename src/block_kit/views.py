"""Views: modals and Home tabs."""

import json

from block_kit import limits
from block_kit.blocks import Surface
from block_kit.composition import plain
from block_kit.payload import problems
from block_kit.schema import Anything, Bool, Node, Obj, OneOf, Str, sentence

_COMMON: dict[str, Node] = {
    "private_metadata": Str(limits.VIEW_PRIVATE_METADATA),
    "callback_id": Str(limits.VIEW_CALLBACK_ID),
    "external_id": Str(limits.VIEW_EXTERNAL_ID),
}
_VIEW = OneOf(
    {
        "modal": Obj(
            {
                "type": Str(choices=("modal",)),
                "title": plain(limits.VIEW_TITLE),
                "blocks": Anything(),
            },
            {
                **_COMMON,
                "submit": plain(limits.VIEW_BUTTON),
                "close": plain(limits.VIEW_BUTTON),
                "clear_on_close": Bool(),
                "notify_on_close": Bool(),
            },
        ),
        "home": Obj({"type": Str(choices=("home",)), "blocks": Anything()}, _COMMON),
    }
)


def view_problems(view: object) -> list[str]:
    """What Slack would refuse in a view, with pointers under `/view`.

    A view over 250 kB is reported as `view_too_large`, which the Web API answers as its `error`
    and not as a sentence: callers who answer requests ask `view_too_large` first.

    Args:
        view: any JSON value; a modal or Home view object when right.

    Returns:
        Slack's sentences without `[ERROR] `, introduced by the line on `/view` that Slack always
        puts first. Empty when the view is valid.
    """
    if view_too_large(view):
        return [sentence("view_too_large", "/view")]
    out: list[str] = []
    _VIEW.check(view, "/view", out)
    if isinstance(view, dict) and "blocks" in view:
        kind = view.get("type")
        blocks = view["blocks"]
        surface: Surface = "home" if kind == "home" else "modal"
        out += problems(blocks, surface=surface, pointer="/view/blocks")
        if kind == "modal" and "submit" not in view:
            out += _inputs_without_submit(blocks)
    if out:
        out.insert(0, sentence("failed to match all allowed schemas", "/view"))
    return out


def _inputs_without_submit(blocks: object) -> list[str]:
    words = "must define `submit` to use an `input` block in modals"
    return [
        sentence(words, f"/view/blocks/{index}/input")
        for index, block in enumerate(blocks if isinstance(blocks, list) else [])
        if isinstance(block, dict) and block.get("type") == "input"
    ]


def view_too_large(view: object) -> bool:
    """Whether the view's JSON is over Slack's 250 kB (`error: view_too_large`).

    A view nested too deeply, or with numbers too long, to be written at all counts as too large.
    """
    try:
        text = json.dumps(view, separators=(",", ":"), ensure_ascii=False)
    except (RecursionError, ValueError):
        return True
    return len(text.encode("utf-8", "surrogatepass")) > limits.VIEW_BYTES
