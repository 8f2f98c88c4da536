"""Block elements, by type, and where each may stand."""

from collections.abc import Iterable

from block_kit import limits
from block_kit.composition import (
    CHOICE_OPTION,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLAIN_OPTION,
    SLACK_FILE,
    exactly_one,
    plain,
)
from block_kit.rich_text import RICH_TEXT
from block_kit.schema import (
    Anything,
    Arr,
    Bool,
    Fault,
    Int,
    JsonObject,
    Node,
    Obj,
    Rule,
    Str,
)

_ACTION: dict[str, Node] = {"action_id": Str(limits.ACTION_ID)}
_CONFIRM: dict[str, Node] = {"confirm": CONFIRM}
_FOCUS: dict[str, Node] = {"focus_on_load": Bool()}
_PLACEHOLDER: dict[str, Node] = {"placeholder": plain(limits.PLACEHOLDER)}
_DISPATCH: dict[str, Node] = {"dispatch_action_config": DISPATCH}
_SELECT = {**_ACTION, **_CONFIRM, **_FOCUS, **_PLACEHOLDER}
_TYPED = {**_ACTION, **_FOCUS, **_PLACEHOLDER, **_DISPATCH}
_SEVERAL: dict[str, Node] = {"max_selected_items": Int(1)}
_STYLE = Str(choices=("primary", "danger"))
_IDS = Arr(Str(least=1))
_DATE = Str(pattern=r"^\d{4}-\d{2}-\d{2}$")
_TIME = Str(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")


def _choices(element: JsonObject) -> list[object]:
    """All options of an element, whether grouped or not."""
    groups = element.get("option_groups", [])
    found = list(_listed(element.get("options", [])))
    for group in _listed(groups):
        found += _listed(group["options"]) if isinstance(group, dict) else []
    return found


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _bare(option: object) -> object:
    """An option without the defaults that Slack fills in."""
    if not isinstance(option, dict):
        return option
    return {
        key: {k: v for k, v in part.items() if k not in {"emoji", "verbatim"}}
        if isinstance(part, dict)
        else part
        for key, part in option.items()
    }


def _initial_among_options(key: str) -> Rule:
    def rule(element: JsonObject) -> Iterable[Fault]:
        if key not in element:
            return
        chosen = element[key]
        offered = [_bare(option) for option in _choices(element)]
        for one in chosen if isinstance(chosen, list) else [chosen]:
            if _bare(one) not in offered:
                yield f"`{key}` must match one of the provided options", f"/{key}"

    return rule


def _within_lengths(element: JsonObject) -> Iterable[Fault]:
    least, most = element.get("min_length", 0), element.get("max_length", limits.INPUT_VALUE)
    value = element.get("initial_value", "")
    if not (isinstance(least, int) and isinstance(most, int) and isinstance(value, str)):
        return
    if least > most:
        yield "`min_length` must not be greater than `max_length`", "/min_length"
    if value and len(value) < least:
        yield f"must be more than {least - 1} characters", "/initial_value"
    if len(value) > most:
        yield f"must be less than {most + 1} characters", "/initial_value"


def _obj(
    kind: str,
    required: dict[str, Node],
    optional: dict[str, Node],
    rules: tuple[Rule, ...] = (),
) -> Obj:
    return Obj({"type": Str(choices=(kind,)), **required}, optional, rules)


def _static(kind: str, initial: str, chosen: Node, extra: dict[str, Node]) -> Obj:
    return _obj(
        kind,
        {},
        {
            **_SELECT,
            **extra,
            "options": Arr(PLAIN_OPTION, limits.OPTIONS, 1),
            "option_groups": Arr(OPTION_GROUP, limits.OPTION_GROUPS, 1),
            initial: chosen,
        },
        (exactly_one("options", "option_groups"), _initial_among_options(initial)),
    )


_EXTERNAL: dict[str, Node] = {"min_query_length": Int(0)}
_CONVERSATIONS: dict[str, Node] = {
    "default_to_current_conversation": Bool(),
    "filter": CONVERSATION_FILTER,
}
_RESPONSE_URL: dict[str, Node] = {"response_url_enabled": Bool()}

_SELECTS: dict[str, Node] = {
    "static_select": _static("static_select", "initial_option", PLAIN_OPTION, {}),
    "external_select": _obj(
        "external_select", {}, {**_SELECT, **_EXTERNAL, "initial_option": PLAIN_OPTION}
    ),
    "users_select": _obj("users_select", {}, {**_SELECT, "initial_user": Str(least=1)}),
    "conversations_select": _obj(
        "conversations_select",
        {},
        {**_SELECT, **_CONVERSATIONS, **_RESPONSE_URL, "initial_conversation": Str(least=1)},
    ),
    "channels_select": _obj(
        "channels_select", {}, {**_SELECT, **_RESPONSE_URL, "initial_channel": Str(least=1)}
    ),
}
_MULTI_SELECTS: dict[str, Node] = {
    "multi_static_select": _static(
        "multi_static_select", "initial_options", Arr(PLAIN_OPTION, limits.OPTIONS), _SEVERAL
    ),
    "multi_external_select": _obj(
        "multi_external_select",
        {},
        {**_SELECT, **_EXTERNAL, **_SEVERAL, "initial_options": Arr(PLAIN_OPTION, limits.OPTIONS)},
    ),
    "multi_users_select": _obj(
        "multi_users_select", {}, {**_SELECT, **_SEVERAL, "initial_users": _IDS}
    ),
    "multi_conversations_select": _obj(
        "multi_conversations_select",
        {},
        {**_SELECT, **_CONVERSATIONS, **_SEVERAL, "initial_conversations": _IDS},
    ),
    "multi_channels_select": _obj(
        "multi_channels_select", {}, {**_SELECT, **_SEVERAL, "initial_channels": _IDS}
    ),
}
_CHOOSERS: dict[str, Node] = {
    "checkboxes": _obj(
        "checkboxes",
        {"options": Arr(CHOICE_OPTION, limits.CHOICES, 1)},
        {
            **_ACTION,
            **_CONFIRM,
            **_FOCUS,
            "initial_options": Arr(CHOICE_OPTION, limits.CHOICES, 1),
        },
        (_initial_among_options("initial_options"),),
    ),
    "radio_buttons": _obj(
        "radio_buttons",
        {"options": Arr(CHOICE_OPTION, limits.CHOICES, 1)},
        {**_ACTION, **_CONFIRM, **_FOCUS, "initial_option": CHOICE_OPTION},
        (_initial_among_options("initial_option"),),
    ),
    "datepicker": _obj("datepicker", {}, {**_SELECT, "initial_date": _DATE}),
    "timepicker": _obj(
        "timepicker", {}, {**_SELECT, "initial_time": _TIME, "timezone": Str(least=1)}
    ),
}
_DATETIME: dict[str, Node] = {
    "datetimepicker": _obj(
        "datetimepicker",
        {},
        {
            **_ACTION,
            **_CONFIRM,
            **_FOCUS,
            "initial_date_time": Int(1_000_000_000, 9_999_999_999),
        },
    )
}
_BUTTON_COMMON: dict[str, Node] = {
    **_ACTION,
    "style": _STYLE,
    "accessibility_label": Str(limits.ACCESSIBILITY_LABEL),
}
_BUTTONS: dict[str, Node] = {
    "button": _obj(
        "button",
        {"text": plain(limits.BUTTON_TEXT)},
        {
            **_BUTTON_COMMON,
            **_CONFIRM,
            "url": Str(limits.URL),
            "value": Str(limits.BUTTON_VALUE),
            "visible_to_user_ids": _IDS,
            "agent_prompt": Str(),
            "agent_prompt_display": Str(),
        },
    ),
    "workflow_button": _obj(
        "workflow_button",
        {
            "text": plain(limits.BUTTON_TEXT),
            "workflow": Obj(
                {
                    "trigger": Obj(
                        {"url": Str(limits.URL, 1)},
                        {
                            "customizable_input_parameters": Arr(
                                Obj({"name": Str(least=1), "value": Anything()})
                            )
                        },
                    )
                }
            ),
        },
        _BUTTON_COMMON,
    ),
    "overflow": _obj(
        "overflow",
        {"options": Arr(OVERFLOW_OPTION, limits.OVERFLOW_OPTIONS, 1)},
        {**_ACTION, **_CONFIRM},
    ),
}
_INPUTS: dict[str, Node] = {
    "plain_text_input": _obj(
        "plain_text_input",
        {},
        {
            **_TYPED,
            "initial_value": Str(limits.INPUT_VALUE),
            "multiline": Bool(),
            "min_length": Int(0, limits.INPUT_VALUE),
            "max_length": Int(1, limits.INPUT_VALUE),
        },
        (_within_lengths,),
    ),
    "email_text_input": _obj("email_text_input", {}, {**_TYPED, "initial_value": Str()}),
    "url_text_input": _obj("url_text_input", {}, {**_TYPED, "initial_value": Str()}),
    "number_input": _obj(
        "number_input",
        {"is_decimal_allowed": Bool()},
        {**_TYPED, "initial_value": Str(), "min_value": Str(), "max_value": Str()},
    ),
    "rich_text_input": _obj(
        "rich_text_input",
        {},
        {**_TYPED, "initial_value": RICH_TEXT, "min_lines": Int(1), "max_lines": Int(1)},
    ),
    "file_input": _obj(
        "file_input",
        {},
        {**_ACTION, "filetypes": Arr(Str(least=1)), "max_files": Int(1, limits.FILES_PER_INPUT)},
    ),
}
_FEEDBACK = Obj(
    {"text": plain(limits.BUTTON_TEXT), "value": Str(limits.BUTTON_VALUE)},
    {"accessibility_label": Str(limits.ACCESSIBILITY_LABEL)},
)
_CONTEXT_ACTIONS: dict[str, Node] = {
    "feedback_buttons": _obj(
        "feedback_buttons", {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _ACTION
    ),
    "icon_button": _obj(
        "icon_button",
        {"icon": Str(least=1), "text": plain(limits.BUTTON_TEXT)},
        {
            **_ACTION,
            **_CONFIRM,
            "value": Str(limits.BUTTON_VALUE),
            "accessibility_label": Str(limits.ACCESSIBILITY_LABEL),
            "visible_to_user_ids": _IDS,
        },
    ),
}
IMAGE_ELEMENT = _obj(
    "image",
    {"alt_text": Str(limits.IMAGE_ALT_TEXT)},
    {"image_url": Str(limits.URL, 1), "slack_file": SLACK_FILE},
    (exactly_one("image_url", "slack_file"),),
)

ELEMENTS: dict[str, Node] = {
    "image": IMAGE_ELEMENT,
    **_BUTTONS,
    **_SELECTS,
    **_MULTI_SELECTS,
    **_CHOOSERS,
    **_DATETIME,
    **_INPUTS,
    **_CONTEXT_ACTIONS,
}
"""Every block element, by its type."""

INTERACTIVE = frozenset(ELEMENTS) - {"image"}
IN_ACTIONS = frozenset({*_BUTTONS, *_SELECTS, *_CHOOSERS, *_DATETIME})
IN_SECTION = frozenset({*_BUTTONS, *_SELECTS, *_MULTI_SELECTS, *_CHOOSERS, "image"})
IN_INPUT = frozenset({*_SELECTS, *_MULTI_SELECTS, *_CHOOSERS, *_DATETIME, *_INPUTS})
IN_CONTEXT_ACTIONS = frozenset(_CONTEXT_ACTIONS)
