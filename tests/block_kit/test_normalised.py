from block_kit import normalised, problems

BLOCKS = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}},
    {
        "type": "actions",
        "block_id": "mine",
        "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": "Go"}},
            {"type": "button", "text": {"type": "plain_text", "text": "Go", "emoji": False}},
        ],
    },
    {
        "type": "input",
        "label": {"type": "plain_text", "text": "L"},
        "element": {"type": "plain_text_input", "action_id": "given"},
    },
]


def test_defaults_and_ids_are_written_out_as_slack_returns_them() -> None:
    first, second, actions, field = normalised(BLOCKS)
    assert first["text"] == {"type": "mrkdwn", "text": "*hi*", "verbatim": False}
    assert first["block_id"] != second["block_id"]
    assert actions["block_id"] == "mine"
    go, again = actions["elements"]  # type: ignore[misc]
    assert go["text"]["emoji"] is True
    assert again["text"]["emoji"] is False
    assert go["action_id"] != again["action_id"]
    assert (field["optional"], field["dispatch_action"]) == (False, False)
    assert field["element"]["action_id"] == "given"  # type: ignore[index]


def test_the_normal_form_is_valid_stable_and_leaves_the_input_alone() -> None:
    once = normalised(BLOCKS)
    assert problems(once) == []
    assert once == normalised(BLOCKS) == normalised(once)
    assert "block_id" not in BLOCKS[0]


def test_a_generated_id_never_collides_with_a_given_one() -> None:
    generated = normalised(BLOCKS[:1])[0]["block_id"]
    taken = [BLOCKS[0], {"type": "divider", "block_id": generated}]
    assert len({block["block_id"] for block in normalised(taken)}) == 2
