"""Each row is a payload and the exact sentences Slack answers. An empty list is a valid payload."""

import copy
import json

import pytest

from block_kit import limits, problems

PLAIN = {"type": "plain_text", "text": "Go"}
MRKDWN = {"type": "mrkdwn", "text": "*Go*"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "go"}
OPTION = {"text": PLAIN, "value": "v"}
SECTION = {"type": "section", "text": MRKDWN}
DIVIDER = {"type": "divider"}
INPUT = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input"}}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
UMBRELLA = "failed to match all allowed schemas"


def plain(length: int) -> dict[str, object]:
    return {"type": "plain_text", "text": "x" * length}


def actions(*elements: dict[str, object]) -> dict[str, object]:
    return {"type": "actions", "elements": list(elements)}


def static(count: int, **extra: object) -> dict[str, object]:
    options = [{"text": PLAIN, "value": str(number)} for number in range(count)]
    return {"type": "static_select", "options": options, **extra}


def rich(*parts: dict[str, object]) -> dict[str, object]:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(parts)}],
    }


def table(rows: int = 1, cells: int = 1) -> dict[str, object]:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows}


REFUSED = [
    (
        "a section text one too long",
        [{"type": "section", "text": plain(3001)}],
        [
            f"{UMBRELLA} [json-pointer:/blocks/0/text]",
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ],
    ),
    (
        "an empty text",
        [{"type": "header", "text": plain(0)}],
        ["must be more than 0 characters [json-pointer:/blocks/0/text/text]"],
    ),
    (
        "fifty-one blocks",
        [DIVIDER] * 51,
        ["no more than 50 items allowed [json-pointer:/blocks]"],
    ),
    (
        "an unknown block",
        [{"type": "sections"}],
        ["unsupported type: sections [json-pointer:/blocks/0/type]"],
    ),
    (
        "an unknown key",
        [{"type": "divider", "text": PLAIN}],
        ["invalid additional property: text [json-pointer:/blocks/0]"],
    ),
    (
        "a missing key",
        [{"type": "section", "text": MRKDWN, "accessory": {"type": "image", "alt_text": "a"}}],
        ["must define either `image_url` or `slack_file` [json-pointer:/blocks/0/accessory]"],
    ),
    (
        "a block without a type",
        [{"text": PLAIN}],
        ["missing required field: type [json-pointer:/blocks/0]"],
    ),
    (
        "six overflow options",
        [{**SECTION, "accessory": {"type": "overflow", "options": [OPTION] * 6}}],
        ["no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]"],
    ),
    (
        "a hundred and one options in an input",
        [{**INPUT, "element": static(101)}],
        ["no more than 100 items allowed [json-pointer:/blocks/0/element/options]"],
    ),
    (
        "twenty-six elements",
        [actions(*[{"type": "button", "text": PLAIN}] * 26)],
        ["no more than 25 items allowed [json-pointer:/blocks/0/elements]"],
    ),
    (
        "eleven fields",
        [{"type": "section", "fields": [PLAIN] * 11}],
        ["no more than 10 items allowed [json-pointer:/blocks/0/fields]"],
    ),
    (
        "a bad Slack file id",
        [{"type": "image", "alt_text": "a", "slack_file": {"id": "f1"}}],
        [
            "input must match regex pattern: ^[F][A-Z0-9]{8,}$ "
            "[json-pointer:/blocks/0/slack_file/id]"
        ],
    ),
    (
        "the same action twice in a block",
        [actions(BUTTON, BUTTON)],
        ['`action_id` "go" already exists [json-pointer:/blocks/0/elements/1/action_id]'],
    ),
    (
        "the same block_id twice",
        [{**DIVIDER, "block_id": "b"}, {**DIVIDER, "block_id": "b"}],
        ['`block_id` "b" already exists [json-pointer:/blocks/1/block_id]'],
    ),
    (
        "mrkdwn where only plain text may stand",
        [actions({"type": "button", "text": MRKDWN})],
        ["must be a valid enum value [json-pointer:/blocks/0/elements/0/text/type]"],
    ),
    (
        "emoji on mrkdwn",
        [{"type": "section", "text": {**MRKDWN, "emoji": True}}],
        [
            f"{UMBRELLA} [json-pointer:/blocks/0/text]",
            "invalid additional property: emoji [json-pointer:/blocks/0/text]",
        ],
    ),
    (
        "a null style",
        [actions({**BUTTON, "style": None})],
        ["must provide a string [json-pointer:/blocks/0/elements/0/style]"],
    ),
    (
        "an unknown style",
        [actions({**BUTTON, "style": "warning"})],
        ["must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"],
    ),
    (
        "a null initial option",
        [{**INPUT, "element": static(1, initial_option=None)}],
        ["must provide an object [json-pointer:/blocks/0/element/initial_option]"],
    ),
    (
        "a button text too long",
        [actions({"type": "button", "text": plain(76)})],
        ["must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"],
    ),
    (
        "a multi select among actions",
        [actions({**static(1), "type": "multi_static_select"})],
        ["unsupported type: multi_static_select [json-pointer:/blocks/0/elements/0/type]"],
    ),
    (
        "a button as an input",
        [{**INPUT, "element": BUTTON}],
        ["unsupported type: button [json-pointer:/blocks/0/element/type]"],
    ),
    (
        "a section that says nothing",
        [{"type": "section"}],
        ["must define either `text` or `fields` [json-pointer:/blocks/0]"],
    ),
    (
        "an initial option that is not offered",
        [{**INPUT, "element": static(2, initial_option={"text": PLAIN, "value": "9"})}],
        [
            "`initial_option` must match one of the provided options "
            "[json-pointer:/blocks/0/element/initial_option]"
        ],
    ),
    (
        "an option value too long",
        [{**INPUT, "element": static(1, options=[{"text": PLAIN, "value": "v" * 151}])}],
        ["must be less than 151 characters [json-pointer:/blocks/0/element/options/0/value]"],
    ),
    (
        "an initial value longer than the input allows",
        [
            {
                **INPUT,
                "element": {
                    "type": "plain_text_input",
                    "max_length": 3,
                    "initial_value": "four",
                },
            }
        ],
        ["must be less than 4 characters [json-pointer:/blocks/0/element/initial_value]"],
    ),
    (
        "a number input that does not say whether decimals may stand",
        [{**INPUT, "element": {"type": "number_input"}}],
        ["missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]"],
    ),
    (
        "a date in another notation",
        [{**INPUT, "element": {"type": "datepicker", "initial_date": "24.12.2026"}}],
        [
            r"input must match regex pattern: ^\d{4}-\d{2}-\d{2}$ "
            "[json-pointer:/blocks/0/element/initial_date]"
        ],
    ),
    (
        "an unknown rich_text part",
        [rich({"type": "mention"})],
        ["unsupported type: mention [json-pointer:/blocks/0/elements/0/elements/0/type]"],
    ),
    (
        "an empty rich_text text",
        [rich({"type": "text", "text": ""})],
        ["must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]"],
    ),
    (
        "an emptied table cell",
        [{"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}],
        ["must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]"],
    ),
    (
        "a table too wide",
        [table(cells=21)],
        ["no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"],
    ),
    (
        "two tables",
        [table(), table()],
        ["only_one_table_allowed [json-pointer:/blocks/1]"],
    ),
    (
        "markdown too long in total",
        [{"type": "markdown", "text": "x" * 7000}, {"type": "markdown", "text": "x" * 7000}],
        ["must be less than 12001 characters [json-pointer:/blocks/1/text]"],
    ),
    (
        "a title that is a text object on a task card",
        [{"type": "task_card", "task_id": "t", "status": "pending", "title": PLAIN}],
        ["must provide a string [json-pointer:/blocks/0/title]"],
    ),
    (
        "a ragged data table",
        [
            {
                "type": "data_table",
                "caption": "c",
                "rows": [
                    [{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}],
                    [{"type": "raw_number", "value": 1}],
                ],
            }
        ],
        ["must have 2 items [json-pointer:/blocks/0/rows/1]"],
    ),
    ("not a list", {"type": "divider"}, ["must provide an array [json-pointer:/blocks]"]),
    ("not an object", ["divider"], ["must provide an object [json-pointer:/blocks/0]"]),
]

ACCEPTED = [
    ("nothing", []),
    ("the longest section", [{"type": "section", "text": plain(3000)}]),
    ("fields alone", [{"type": "section", "fields": [PLAIN, MRKDWN]}]),
    ("fifty blocks", [DIVIDER] * 50),
    ("a header", [{"type": "header", "text": plain(limits.HEADER_TEXT)}]),
    ("a context", [{"type": "context", "elements": [MRKDWN, PLAIN, IMAGE]}]),
    ("an image", [{**IMAGE, "title": PLAIN, "block_id": "b"}]),
    (
        "buttons with everything",
        [
            actions(
                {
                    **BUTTON,
                    "style": "danger",
                    "value": "v",
                    "url": "https://example.com",
                    "accessibility_label": "Go",
                    "confirm": {"title": PLAIN, "text": MRKDWN, "confirm": PLAIN, "deny": PLAIN},
                },
                {"type": "overflow", "action_id": "more", "options": [OPTION]},
                {"type": "datetimepicker", "action_id": "at", "initial_date_time": 1760000000},
            )
        ],
    ),
    (
        "the same action in two blocks",
        [actions(BUTTON), actions(BUTTON)],
    ),
    (
        "an initial option as Slack gives it back",
        [
            {
                **INPUT,
                "element": static(
                    1, initial_option={"text": PLAIN | {"emoji": True}, "value": "0"}
                ),
            }
        ],
    ),
    (
        "grouped options",
        [
            {
                **SECTION,
                "accessory": {
                    "type": "multi_static_select",
                    "option_groups": [{"label": PLAIN, "options": [OPTION]}],
                    "initial_options": [OPTION],
                },
            }
        ],
    ),
    (
        "rich text of every kind",
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "a", "style": {"bold": True}},
                            {"type": "link", "url": "https://example.com", "text": "b"},
                            {"type": "user", "user_id": "U1"},
                            {"type": "usergroup", "usergroup_id": "S1"},
                            {"type": "channel", "channel_id": "C1"},
                            {"type": "emoji", "name": "wave", "skin_tone": 2},
                            {"type": "broadcast", "range": "here"},
                            {"type": "date", "timestamp": 1760000000, "format": "{date}"},
                            {"type": "color", "value": "#00ff00"},
                        ],
                    },
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "indent": 1,
                        "elements": [{"type": "rich_text_section", "elements": []}],
                    },
                    {
                        "type": "rich_text_preformatted",
                        "border": 0,
                        "elements": [{"type": "text", "text": "code"}],
                    },
                    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "q"}]},
                ],
            }
        ],
    ),
    (
        "a table with skipped column settings",
        [{**table(3, 2), "column_settings": [None, {"align": "right", "is_wrapped": True}]}],
    ),
    ("markdown", [{"type": "markdown", "text": "# Title"}]),
    (
        "a date whose timestamp is text, as captures show it",
        [rich({"type": "date", "timestamp": "1760000000", "format": "{date}"})],
    ),
    (
        "a plan whose tasks do not say what they are",
        [
            {
                "type": "plan",
                "title": "Steps",
                "tasks": [{"task_id": "1", "title": "One", "status": "pending"}],
            }
        ],
    ),
    ("a file", [{"type": "file", "external_id": "x", "source": "remote"}]),
    (
        "context actions",
        [
            {
                "type": "context_actions",
                "elements": [
                    {
                        "type": "feedback_buttons",
                        "action_id": "f",
                        "positive_button": {"text": PLAIN, "value": "1"},
                        "negative_button": {"text": PLAIN, "value": "0"},
                    },
                    {"type": "icon_button", "icon": "trash", "text": PLAIN, "action_id": "i"},
                ],
            }
        ],
    ),
    (
        "the newer blocks",
        [
            {"type": "carousel", "elements": [{"type": "card", "title": MRKDWN}]},
            {"type": "container", "title": PLAIN, "child_blocks": [SECTION, DIVIDER]},
            {
                "type": "plan",
                "title": "Steps",
                "tasks": [
                    {"type": "task_card", "task_id": "1", "title": "One", "status": "complete"}
                ],
            },
            {"type": "auth_provider", "value": "x", "name": PLAIN, "is_connected": False},
        ],
    ),
]


@pytest.mark.parametrize(
    ("blocks", "said"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_slack_refuses_it_in_these_words(blocks: object, said: list[str]) -> None:
    assert problems(blocks) == said


@pytest.mark.parametrize("blocks", [row[1] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_slack_accepts_it(blocks: object) -> None:
    assert problems(blocks) == []


@pytest.mark.parametrize(
    ("surface", "kind"),
    [("modal", "table"), ("modal", "markdown"), ("home", "file"), ("message", "alert")],
)
def test_a_block_on_the_wrong_surface_is_an_unsupported_type(surface: str, kind: str) -> None:
    found = problems([{"type": kind}], surface=surface, pointer="/view/blocks")  # type: ignore[arg-type]
    assert found == [f"unsupported type: {kind} [json-pointer:/view/blocks/0/type]"]


def test_a_view_takes_a_hundred_blocks_and_no_more() -> None:
    assert problems([DIVIDER] * 100, surface="home") == []
    assert problems([DIVIDER] * 101, surface="modal") == [
        "no more than 100 items allowed [json-pointer:/blocks]"
    ]


def test_only_one_element_takes_the_focus() -> None:
    focused = {**INPUT, "element": {"type": "plain_text_input", "focus_on_load": True}}
    assert problems([focused, focused], surface="modal") == [
        "only one element may set `focus_on_load` [json-pointer:/blocks/1/element]"
    ]


def test_checking_changes_nothing() -> None:
    payload = [row[1] for row in REFUSED]
    before = copy.deepcopy(payload)
    for blocks in payload:
        problems(blocks)
    assert json.dumps(payload) == json.dumps(before)
