from typing import Any

import aiohttp

from sandbox.apps import bolt, running
from slack_sandbox.testing import SandboxWorkspace

BUTTON = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    ],
}


async def url_of_a_command(slack: SandboxWorkspace) -> str:
    channel = slack.channel("general")
    return slack.sandbox.response_urls.issue("commands", slack.user("ada").id, channel)


async def post(url: str, body: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.text()


async def test_an_answer_is_ephemeral_unless_in_channel(slack: SandboxWorkspace) -> None:
    url = await url_of_a_command(slack)
    assert await post(url, {"text": "only you"}) == (200, "ok")
    assert await post(url, {"text": "all", "response_type": "in_channel"}) == (200, "ok")
    assert [m.text for m in slack.user("ada").ephemerals("general")] == ["only you"]
    assert [m.text for m in slack.messages("general")] == ["all"]


async def test_five_uses_then_no_more(slack: SandboxWorkspace) -> None:
    url = await url_of_a_command(slack)
    for n in range(5):
        assert (await post(url, {"text": str(n)}))[0] == 200
    status, body = await post(url, {"text": "6"})
    assert status == 404
    assert "used_url" in body


async def test_thirty_minutes_then_no_more(slack: SandboxWorkspace) -> None:
    url = await url_of_a_command(slack)
    slack.clock.advance(30 * 60 + 1)
    status, body = await post(url, {"text": "late"})
    assert status == 404
    assert "expired_url" in body


async def test_broken_blocks_are_a_plain_400_and_cost_no_use(slack: SandboxWorkspace) -> None:
    url = await url_of_a_command(slack)
    assert await post(url, {"blocks": [{"type": "nonsense"}]}) == (400, "invalid_blocks")
    assert slack.calls("response_url")[0]["use"] == 0


async def test_the_cumulative_limit_of_blocks_does_not_hold_here(slack: SandboxWorkspace) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
    assert (await post(await url_of_a_command(slack), {"blocks": [section] * 6}))[0] == 200


async def test_a_click_can_replace_or_delete_its_message(slack: SandboxWorkspace) -> None:
    app = bolt(slack)

    @app.action("go")
    async def go(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        if body["container"]["is_ephemeral"]:
            assert "message" not in body
            await respond(text="changed", replace_original=True)
        else:
            await respond(delete_original=True)

    async with running(slack, app):
        ada = slack.user("ada")
        await app.client.chat_postEphemeral(
            channel="C0GENERAL1", user=ada.id, text="x", blocks=[BUTTON]
        )
        await app.client.chat_postMessage(channel="C0RANDOM02", text="x", blocks=[BUTTON])
        await ada.clicks("Go", channel="general")
        await ada.sees("changed", channel="general")
        assert len(ada.ephemerals("general")) == 1
        await ada.clicks("Go", channel="random")
        await slack.until(lambda: not slack.messages("random") or None)
