import pytest

from block_kit import limits, view_problems, view_too_large

PLAIN = {"type": "plain_text", "text": "Title"}
INPUT = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input"}}
UMBRELLA = "failed to match all allowed schemas [json-pointer:/view]"
MODAL = {"type": "modal", "title": PLAIN, "submit": PLAIN, "close": PLAIN, "blocks": [INPUT]}
HOME = {"type": "home", "blocks": [{"type": "divider"}]}


@pytest.mark.parametrize(
    "view",
    [
        MODAL,
        HOME,
        {**MODAL, "callback_id": "c", "private_metadata": "m", "external_id": "e"},
        {**MODAL, "clear_on_close": True, "notify_on_close": False},
        {**HOME, "external_id": "home-U1"},
    ],
)
def test_a_good_view_is_accepted(view: object) -> None:
    assert view_problems(view) == []


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (
            {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}},
            "must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        (
            {**MODAL, "submit_disabled": True},
            "invalid additional property: submit_disabled [json-pointer:/view]",
        ),
        (
            {**MODAL, "private_metadata": "x" * (limits.VIEW_PRIVATE_METADATA + 1)},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (
            {**MODAL, "callback_id": "x" * 256},
            "must be less than 256 characters [json-pointer:/view/callback_id]",
        ),
        (
            {"type": "modal", "title": PLAIN, "blocks": [{"type": "divider"}, INPUT]},
            "must define `submit` to use an `input` block in modals "
            "[json-pointer:/view/blocks/1/input]",
        ),
        ({**MODAL, "submit": None}, "must provide an object [json-pointer:/view/submit]"),
        ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
        ({**HOME, "submit": PLAIN}, "invalid additional property: submit [json-pointer:/view]"),
        (
            {**HOME, "blocks": [{"type": "sections"}]},
            "unsupported type: sections [json-pointer:/view/blocks/0/type]",
        ),
        ({"type": "sheet", "blocks": []}, "unsupported type: sheet [json-pointer:/view/type]"),
        ("modal", "must provide an object [json-pointer:/view]"),
    ],
)
def test_a_bad_view_is_refused_under_its_pointer(view: object, said: str) -> None:
    assert view_problems(view) == [UMBRELLA, said]


def test_a_view_over_250_kilobytes_is_too_large_in_bytes_not_characters() -> None:
    fields = [{"type": "mrkdwn", "text": "ü" * 2000}] * 10
    view = {**HOME, "blocks": [{"type": "section", "fields": fields}] * 7}
    assert view_too_large(view)
    assert view_problems(view) == ["view_too_large [json-pointer:/view]"]
    assert not view_too_large({**view, "blocks": view["blocks"][:6]})
