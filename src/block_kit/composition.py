"""Composition objects: texts, confirmations, options, Slack files, dispatch settings."""

from collections.abc import Iterable

from block_kit import limits
from block_kit.schema import Arr, Bool, Fault, JsonObject, Matching, Node, Obj, OneOf, Rule, Str


def plain(most: int = limits.TEXT_OBJECT, least: int = 1) -> Obj:
    """A `plain_text` object."""
    return Obj(
        required={"type": Str(choices=("plain_text",)), "text": Str(most, least)},
        optional={"emoji": Bool()},
    )


def mrkdwn(most: int = limits.TEXT_OBJECT) -> Obj:
    """A `mrkdwn` object."""
    return Obj(
        required={"type": Str(choices=("mrkdwn",)), "text": Str(most, 1)},
        optional={"verbatim": Bool()},
    )


def text(most: int = limits.TEXT_OBJECT) -> Node:
    """A `plain_text` or `mrkdwn` object; another type is a wrong enumeration value."""
    unknown = Obj(
        required={"type": Str(choices=("plain_text", "mrkdwn")), "text": Str(most, 1)},
        optional={"emoji": Bool(), "verbatim": Bool()},
    )
    kinds = {"plain_text": plain(most), "mrkdwn": mrkdwn(most)}
    return Matching(OneOf(kinds, otherwise=unknown))


def exactly_one(first: str, second: str) -> Rule:
    """A rule: one of two keys, and not both."""

    def rule(value: JsonObject) -> Iterable[Fault]:
        if (first in value) == (second in value):
            yield f"must define either `{first}` or `{second}`", ""

    return rule


def at_least_one(*keys: str) -> Rule:
    """A rule: at least one of these keys."""

    def rule(value: JsonObject) -> Iterable[Fault]:
        if not any(key in value for key in keys):
            yield "must define either " + " or ".join(f"`{key}`" for key in keys), ""

    return rule


def option(label: Node, *, url: bool = False) -> Obj:
    """An option whose text is `label`; only overflow options carry a URL."""
    return Obj(
        required={"text": label, "value": Str(limits.OPTION_VALUE, 1)},
        optional={
            "description": label_description(label),
            **({"url": Str(limits.URL)} if url else {}),
        },
    )


def label_description(label: Node) -> Node:
    """The description is of the same kind as the label: mrkdwn only where that may be mrkdwn."""
    if isinstance(label, Obj):
        return plain(limits.OPTION_DESCRIPTION)
    return text(limits.OPTION_DESCRIPTION)


PLAIN_OPTION = option(plain(limits.OPTION_TEXT))
OVERFLOW_OPTION = option(plain(limits.OPTION_TEXT), url=True)
CHOICE_OPTION = option(text(limits.OPTION_TEXT))

OPTION_GROUP = Obj(
    required={
        "label": plain(limits.OPTION_GROUP_LABEL),
        "options": Arr(PLAIN_OPTION, limits.OPTIONS, 1),
    }
)

CONFIRM = Obj(
    required={
        "title": plain(limits.CONFIRM_TITLE),
        "text": text(limits.CONFIRM_TEXT),
        "confirm": plain(limits.CONFIRM_BUTTON),
        "deny": plain(limits.CONFIRM_BUTTON),
    },
    optional={"style": Str(choices=("primary", "danger"))},
)

SLACK_FILE = Obj(
    optional={"id": Str(pattern="^[F][A-Z0-9]{8,}$"), "url": Str(limits.URL)},
    rules=(exactly_one("id", "url"),),
)

DISPATCH = Obj(
    required={
        "trigger_actions_on": Arr(Str(choices=("on_enter_pressed", "on_character_entered")), 2, 1)
    }
)

CONVERSATION_FILTER = Obj(
    optional={
        "include": Arr(Str(choices=("im", "mpim", "private", "public")), least=1),
        "exclude_external_shared_channels": Bool(),
        "exclude_bot_users": Bool(),
    },
    rules=(at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)
