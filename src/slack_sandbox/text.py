"""What Slack does to text on its way in: escapes, links, mentions, emoji."""

import re
from collections.abc import Callable

from slack_sandbox.emoji import to_colons
from slack_sandbox.workspace import Workspace

CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
CONTROL = re.compile(
    r"(<(?:[@#][A-Z0-9]+(?:\|[^<>]*)?|![a-z]+(?:\^[^<>]*)?(?:\|[^<>]*)?"
    r"|(?:https?|mailto|tel|slack):[^<>\s|]*(?:\|[^<>]*)?)>)"
)
URL = re.compile(r"(?<![<|\w])(https?://[^\s<>|]*[^\s<>|.,;:!?)\]'\"])")
LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
NAME = re.compile(r"(?<![\w<&/])([@#])([\w.-]*\w)")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
BROADCASTS = ("here", "channel", "everyone")


def escape(text: str) -> str:
    """Escape the three characters Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo :func:`escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def incoming(workspace: Workspace, text: str, link_names: bool = False) -> str:
    """Return text sent by an app as Slack stores it.

    URLs become links, emoji characters colon forms, ``<#C…>`` gets its name, loose ``& < >`` are
    escaped; names are linked only when asked for. Code spans are left as they are, but escaped.
    """

    def loose(piece: str) -> str:
        piece = LOOSE_AMPERSAND.sub("&amp;", piece).replace("<", "&lt;").replace(">", "&gt;")
        piece = URL.sub(r"<\1>", piece)
        if link_names:
            piece = _link_names(workspace, piece)
        return to_colons(piece)

    return _outside_code(text, lambda piece: _rewrite(workspace, piece, loose))


def typed(workspace: Workspace, text: str) -> str:
    """Return what a person typed as Slack stores it: names become mentions, the rest is escaped."""

    def loose(piece: str) -> str:
        return to_colons(_link_names(workspace, URL.sub(r"<\1>", escape(piece))))

    return _outside_code(text, lambda piece: _rewrite(workspace, piece, loose), escape)


def command_text(workspace: Workspace, text: str) -> str:
    """Return a slash command's text with ``should_escape``: names and URLs in their control form."""
    return _rewrite(
        workspace,
        text,
        lambda piece: _link_names(workspace, URL.sub(r"<\1>", piece), broadcasts=False),
    )


def _outside_code(
    text: str, rewrite: Callable[[str], str], code: Callable[[str], str] | None = None
) -> str:
    pieces = CODE.split(text)
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            pieces[number] = rewrite(piece)
        elif code is not None:
            pieces[number] = code(piece)
        else:
            escaped = LOOSE_AMPERSAND.sub("&amp;", piece)
            pieces[number] = escaped.replace("<", "&lt;").replace(">", "&gt;")
    return "".join(pieces)


def _rewrite(workspace: Workspace, text: str, loose: Callable[[str], str]) -> str:
    pieces = CONTROL.split(text)
    for number, piece in enumerate(pieces):
        pieces[number] = loose(piece) if number % 2 == 0 else _name_channel(workspace, piece)
    return "".join(pieces)


def _name_channel(workspace: Workspace, control: str) -> str:
    if not control.startswith("<#") or "|" in control:
        return control
    channel = workspace.state.conversations.get(control[2:-1])
    if channel is None:
        return control
    return f"<#{channel.id}|{'' if channel.is_private else channel.name}>"


def _link_names(workspace: Workspace, text: str, broadcasts: bool = True) -> str:
    def link(match: re.Match[str]) -> str:
        sign, name = match.groups()
        if sign == "#":
            channel = workspace.named(name.lower())
            if channel is None:
                return match.group()
            return f"<#{channel.id}|{'' if channel.is_private else channel.name}>"
        if name in BROADCASTS and broadcasts:
            return f"<!{name}>"
        for user in workspace.state.users.values():
            if name.lower() in (user.name, user.display_name.lower()):
                return f"<@{user.id}>"
        for group in workspace.state.usergroups.values():
            if group.handle == name and not group.date_delete:
                return f"<!subteam^{group.id}>"
        return match.group()

    return NAME.sub(link, text)


def mentioned(text: str) -> set[str]:
    """Return the ids of the users mentioned in stored text."""
    return set(MENTION.findall(text))
