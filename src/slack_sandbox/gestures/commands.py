"""People run slash commands and shortcuts and open the app's Home."""

from typing import Any

from slack_sandbox import payloads
from slack_sandbox.channels import open_direct
from slack_sandbox.errors import SlackError
from slack_sandbox.gestures.hands import Gesture, outcome_answer, settled
from slack_sandbox.messages import whisper
from slack_sandbox.model import Conversation, Json
from slack_sandbox.response_url import Doorway
from slack_sandbox.socket import Outcome
from slack_sandbox.text import command_text
from slack_sandbox.workspace import SLACKBOT

INVALID = (
    "`{command}` is not a valid command. In Slack, all messages that start with the “/” character "
    "are interpreted as commands."
)
NO_THREADS = "{command} is not supported in threads. Sorry!"


async def slash(gesture: Gesture) -> Json:
    """Run a slash command in a channel and show what the acknowledgement says."""
    workspace, channel = gesture.workspace, gesture.channel(member=False)
    command, text = gesture.text("command").lower(), gesture.text("text", "").strip()
    if gesture.fields.get("thread_ts"):
        refusal = NO_THREADS.format(command=command)
        notice(gesture, channel, refusal, str(gesture.fields["thread_ts"]))
        return {"ok": False, "error": "not_supported_in_threads", "message": refusal}
    declared = next((c for c in workspace.app.commands if c["command"] == command), None)
    if declared is None and workspace.app.enforced:
        notice(gesture, channel, INVALID.format(command=command))
        return {"ok": False, "error": "invalid_command", "message": INVALID.format(command=command)}
    if declared is not None and declared.get("should_escape"):
        text = command_text(workspace, text)
    response_url = gesture.hands.response_urls.issue("commands", gesture.user.id, channel)
    payload = payloads.slash(
        workspace,
        gesture.user,
        channel,
        command,
        text,
        gesture.hands.triggers.issue(gesture.user.id),
        response_url,
    )
    outcome = await settled(gesture.hands.hub.send("slash_commands", payload, command, True))
    if outcome.acked:
        _learn(gesture, command, declared)
        _show_answer(gesture, channel, outcome)
    else:
        notice(gesture, channel, f'{command} failed with the error "{outcome.error}"')
    return outcome_answer(outcome)


def _learn(gesture: Gesture, command: str, declared: Json | None) -> None:
    if declared is None:
        entry = {"command": command, "description": "", "usage_hint": "", "is_learned": True}
        gesture.workspace.app.commands.append(entry)
        gesture.workspace.tell("commands_changed")


def _show_answer(gesture: Gesture, channel: Conversation, outcome: Outcome) -> None:
    answer: Any = outcome.answer
    if isinstance(answer, str):
        answer = {"text": answer}
    if not isinstance(answer, dict) or not answer.keys() & {"text", "blocks", "attachments"}:
        return
    doorway = Doorway(gesture.user.id, channel.id, gesture.workspace.now())
    try:
        gesture.hands.response_urls.act(doorway, answer)
    except SlackError as refusal:
        notice(gesture, channel, f'The answer of the app failed with the error "{refusal.code}"')


def notice(
    gesture: Gesture, channel: Conversation, text: str, thread_ts: str | None = None
) -> None:
    """Let Slackbot tell this person something in the channel, or in a thread of it."""
    message = {"user": SLACKBOT, "text": text}
    if thread_ts is not None:
        message["thread_ts"] = thread_ts
    whisper(gesture.workspace, channel, gesture.user.id, message)


async def shortcut(gesture: Gesture) -> Json:
    """Run a global shortcut."""
    callback_id = gesture.text("callback_id")
    trigger_id = gesture.hands.triggers.issue(gesture.user.id)
    payload = payloads.shortcut(gesture.workspace, gesture.user, callback_id, trigger_id)
    outcome = await settled(gesture.hands.hub.send("interactive", payload, callback_id))
    return outcome_answer(outcome)


async def message_shortcut(gesture: Gesture) -> Json:
    """Run a shortcut on a message."""
    channel = gesture.channel(member=False)
    message, callback_id = gesture.message(channel), gesture.text("callback_id")
    payload = payloads.message_action(
        gesture.workspace,
        gesture.user,
        channel,
        message,
        callback_id,
        gesture.hands.triggers.issue(gesture.user.id),
        gesture.hands.response_urls.issue("app", gesture.user.id, channel),
    )
    outcome = await settled(gesture.hands.hub.send("interactive", payload, callback_id))
    return outcome_answer(outcome)


async def open_home(gesture: Gesture) -> Json:
    """Visit the app's Home, on its Home or Messages tab."""
    workspace = gesture.workspace
    bot = workspace.app.bot_user_id
    channel, _ = open_direct(workspace, gesture.user.id, [bot])
    tab = gesture.text("tab", "home")
    if tab not in ("home", "messages"):
        raise SlackError("missing_field", message="tab is home or messages.")
    workspace.tell("home_opened", channel, user=gesture.user.id, tab=tab)
    return {"ok": True, "channel": channel.id}
