import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused
from slack_sandbox.snapshot import export_state, import_state
from slack_sandbox.testing import SandboxWorkspace

GENERAL = "C0GENERAL1"


async def test_a_scheduled_message_is_posted_at_its_time(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    post_at = int(slack.clock.now()) + 600
    made = await client.chat_scheduleMessage(channel=GENERAL, text="later", post_at=post_at)
    listed = await client.chat_scheduledMessages_list()
    [entry] = listed["scheduled_messages"]
    assert (entry["id"], entry["post_at"]) == (made["scheduled_message_id"], post_at)
    assert slack.messages("general") == []
    slack.clock.advance(601)
    assert [message.text for message in slack.messages("general")] == ["later"]
    assert (await client.chat_scheduledMessages_list())["scheduled_messages"] == []


async def test_a_scheduled_message_can_be_taken_back(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    post_at = int(slack.clock.now()) + 600
    made = await client.chat_scheduleMessage(channel=GENERAL, text="never", post_at=post_at)
    where = {"channel": GENERAL, "scheduled_message_id": made["scheduled_message_id"]}
    await client.chat_deleteScheduledMessage(**where)
    twice = client.chat_deleteScheduledMessage(**where)
    assert (await refused(twice))["error"] == "invalid_scheduled_message_id"
    slack.clock.advance(601)
    assert slack.messages("general") == []


@pytest.mark.parametrize(
    ("seconds", "error"), [(-1, "time_in_past"), (121 * 86_400, "time_too_far")]
)
async def test_a_time_is_refused_as_documented(
    slack: SandboxWorkspace, client: AsyncWebClient, seconds: int, error: str
) -> None:
    post_at = int(slack.clock.now()) + seconds
    call = client.chat_scheduleMessage(channel=GENERAL, text="x", post_at=post_at)
    assert (await refused(call))["error"] == error


async def test_slackbot_reminds_at_the_time(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada = slack.user("ada")
    made = await client.reminders_add(text="update <status>", time="in 30 minutes", user=ada.id)
    assert made["reminder"]["time"] - slack.clock.now() == pytest.approx(1800, abs=5)
    slack.clock.advance(1790)
    with pytest.raises(AssertionError):
        await ada.sees("Reminder", "@slackbot", within=0)
    slack.clock.advance(20)
    told = await ada.sees("Reminder: update <status>", "@slackbot")
    slack.clock.advance(86_400)
    assert [message.ts for message in ada.messages("@slackbot")] == [told.ts]


async def test_a_reminder_survives_saving_and_restoring(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada = slack.user("ada")
    await client.reminders_add(text="update", time="in 5 minutes", user=ada.id)
    slack.sandbox.restore(import_state(export_state(slack.sandbox.workspace.state)))
    slack.clock.advance(301)
    await ada.sees("Reminder: update", "@slackbot")
    assert len(ada.messages("@slackbot")) == 1


async def test_a_vague_time_is_refused(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    vague = client.reminders_add(text="update", time="some day", user=slack.user("ada").id)
    assert (await refused(vague))["error"] == "cannot_parse"
