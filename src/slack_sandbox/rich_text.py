"""The rich_text block that accompanies what a person types."""

import re
from collections.abc import Iterator

from slack_sandbox.model import Json
from slack_sandbox.text import unescape

FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
QUOTE = re.compile(r"((?:^(?:&gt;)[^\n]*(?:\n|$))+)", re.MULTILINE)
TOKEN = re.compile(
    r"(?P<code>`[^`\n]+`)|(?P<control><[^<>]+>)|(?P<emoji>:[a-z0-9_+'-]+:)"
    r"|(?P<styled>(?<!\w)(?P<mark>[*_~])(?=\S)(?P<inner>[^\n]+?)(?<=\S)(?P=mark)(?!\w))"
)
STYLES = {"*": "bold", "_": "italic", "~": "strike"}


def rich_text(text: str, block_id: str) -> Json:
    """Return the rich_text block for a text in stored form."""
    elements: list[Json] = []
    for number, piece in enumerate(FENCE.split(text)):
        if number % 2:
            elements.append(
                {
                    "type": "rich_text_preformatted",
                    "elements": [{"type": "text", "text": unescape(piece)}],
                    "border": 0,
                }
            )
        else:
            elements.extend(_paragraphs(piece))
    return {"type": "rich_text", "block_id": block_id, "elements": elements}


def _paragraphs(text: str) -> Iterator[Json]:
    for number, piece in enumerate(QUOTE.split(text)):
        if not piece.strip("\n"):
            continue
        if number % 2:
            quoted = "\n".join(line.removeprefix("&gt;").lstrip() for line in piece.splitlines())
            yield {"type": "rich_text_quote", "elements": list(_inline(quoted, {}))}
        else:
            yield {"type": "rich_text_section", "elements": list(_inline(piece, {}))}


def _inline(text: str, style: dict[str, bool]) -> Iterator[Json]:
    at = 0
    for match in TOKEN.finditer(text):
        if match.start() > at:
            yield _styled({"type": "text", "text": unescape(text[at : match.start()])}, style)
        at = match.end()
        if match["code"]:
            plain = {"type": "text", "text": unescape(match["code"][1:-1])}
            yield _styled(plain, {**style, "code": True})
        elif match["control"]:
            yield _styled(_control(match["control"][1:-1]), style)
        elif match["emoji"]:
            yield {"type": "emoji", "name": match["emoji"][1:-1]}
        else:
            yield from _inline(match["inner"], {**style, STYLES[match["mark"]]: True})
    if at < len(text):
        yield _styled({"type": "text", "text": unescape(text[at:])}, style)


def _control(body: str) -> Json:
    target, _, label = body.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    link: Json = {"type": "link", "url": unescape(target)}
    if label:
        link["text"] = unescape(label)
    return link


def _styled(element: Json, style: dict[str, bool]) -> Json:
    return {**element, "style": dict(style)} if style else element
