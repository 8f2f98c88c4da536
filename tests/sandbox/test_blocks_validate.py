from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused


async def test_valid_blocks_are_just_ok(client: AsyncWebClient) -> None:
    blocks = [{"type": "divider"}]
    assert (await client.api_call("blocks.validate", json={"blocks": blocks}))["ok"]


async def test_each_broken_rule_is_described(client: AsyncWebClient) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    answer = await refused(client.api_call("blocks.validate", json={"blocks": [header]}))
    assert answer["error"] == "invalid_blocks"
    assert {
        "code": "failed_constraint",
        "message": "must be less than 151 characters",
        "pointer": "/0/text/text",
        "constraint": {"type": "max_length", "expected": 150},
    } in answer["errors"]


async def test_a_view_and_a_message_can_be_checked_too(client: AsyncWebClient) -> None:
    view = {"type": "modal", "blocks": []}
    answer = await refused(client.api_call("blocks.validate", json={"view": view}))
    assert answer["error"] == "invalid_view"
    message = {"attachments": [{"blocks": [{"type": "nonsense"}]}]}
    answer = await refused(client.api_call("blocks.validate", json={"message": message}))
    assert answer["error"] == "invalid_message"


async def test_exactly_one_thing_is_checked(client: AsyncWebClient) -> None:
    for arguments in ({}, {"blocks": [], "view": {}}):
        answer = await refused(client.api_call("blocks.validate", json=arguments))
        assert answer["error"] == "invalid_arguments"
