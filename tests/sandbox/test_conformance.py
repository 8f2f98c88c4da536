"""Slack's own SDK calls every supported method, and every answer has Slack's shape."""

import pytest

from sandbox.conformity import SHAPES, oddities
from sandbox.running import running
from sandbox.sdk_tour import Recorder, Tour
from slack_sandbox.methods import METHODS

DOCUMENTED = {
    "conversations.history messages[].name: unknown key",  # of channel_name notices
    "conversations.history messages[].old_name: unknown key",
    "conversations.setPurpose purpose: unknown key",
    "dnd.info snooze_enabled: unknown key",
    "files.completeUploadExternal file: unknown key",  # put in by the SDK itself
    *(
        f"usergroups.{method}.auto_type: unknown key"
        for method in (
            "create usergroup",
            "disable usergroup",
            "enable usergroup",
            "list usergroups[]",
            "update usergroup",
            "users.update usergroup",
        )
    ),
}
"""Keys that Slack's documentation shows and the captured samples happen not to have."""


async def toured() -> dict[str, list[dict[str, object]]]:
    async with running(file_delay_seconds=0.0) as slack:
        app = slack.sandbox.workspace.app
        client = Recorder(token=app.bot_token, base_url=slack.server.api_url, session=slack.http)
        ada = slack.sandbox.workspace.user("ada")
        tour = Tour(client, app.app_token, ada.id, ada.email, slack.sandbox.triggers.issue)
        return await tour.take()


async def test_the_sdk_calls_every_method_and_each_answer_has_slacks_shape() -> None:
    answers = await toured()
    assert sorted(set(METHODS) - set(answers)) == []
    assert all(answer["ok"] for given in answers.values() for answer in given)
    found = {
        f"{method} {line}"
        for method, given in answers.items()
        if method in SHAPES["methods"]
        for answer in given
        for line in oddities(method, answer)
    }
    assert sorted(found - DOCUMENTED) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"ok": True, "channel": 1}, "channel: int, not string"),
        ({"ok": True, "colour": "red"}, "colour: unknown key"),
        ({"ok": 1}, "ok: int, not boolean"),
        ({"ok": True, "message": {"reactions": {}}}, "message.reactions: dict, not a list"),
    ],
)
def test_the_comparison_sees_what_slack_would_not_answer(
    answer: dict[str, object], said: str
) -> None:
    assert oddities("chat.postMessage", answer) == [said]
