"""What happens later: scheduled messages are posted, reminders come from Slackbot."""

from slack_sandbox.channels import open_direct
from slack_sandbox.errors import SlackError
from slack_sandbox.messages import post
from slack_sandbox.model import Json
from slack_sandbox.workspace import SLACKBOT, Workspace

FARTHEST_SECONDS = 120 * 24 * 3600


def schedule(workspace: Workspace, channel_id: str, post_at: int, message: Json) -> Json:
    """Keep a message until its time (epoch seconds) and return its entry.

    Raises:
        SlackError: ``time_in_past``, ``time_too_far`` (120 days).
    """
    now = workspace.now()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FARTHEST_SECONDS:
        raise SlackError("time_too_far")
    entry: Json = {
        "id": workspace.ids.new("Q"),
        "channel_id": channel_id,
        "post_at": post_at,
        "date_created": int(now),
        "text": message.get("text", ""),
        "message": message,
    }
    workspace.state.scheduled[entry["id"]] = entry
    _arm(workspace, entry)
    return entry


def remind(workspace: Workspace, reminder: Json) -> None:
    """Keep a reminder; at its ``time`` (epoch seconds) Slackbot tells its ``user``."""
    workspace.state.reminders.append(reminder)
    _arm_reminder(workspace, reminder)


def arm_all(workspace: Workspace) -> None:
    """Set the alarms of everything that is to come, e.g. after a workspace was restored."""
    for entry in workspace.state.scheduled.values():
        _arm(workspace, entry)
    for reminder in workspace.state.reminders:
        if not reminder["complete_ts"]:
            _arm_reminder(workspace, reminder)


def _arm(workspace: Workspace, entry: Json) -> None:
    def due() -> None:
        if workspace.state.scheduled.pop(entry["id"], None) is None:
            return
        channel = workspace.state.conversations.get(entry["channel_id"])
        if channel is not None and not channel.is_archived:
            post(workspace, channel, dict(entry["message"]))

    workspace.clock.call_later(entry["post_at"] - workspace.now(), due)


def _arm_reminder(workspace: Workspace, reminder: Json) -> None:
    def due() -> None:
        waiting = [
            r
            for r in workspace.state.reminders
            if r["id"] == reminder["id"] and not r["complete_ts"]
        ]
        for found in waiting:
            found["complete_ts"] = int(workspace.now())
            _tell(workspace, found)

    workspace.clock.call_later(reminder["time"] - workspace.now(), due)


def _tell(workspace: Workspace, reminder: Json) -> None:
    users = workspace.state.users
    person = users.get(reminder["user"])
    if person is None or person.deleted or SLACKBOT not in users:
        return
    channel, _ = open_direct(workspace, SLACKBOT, [person.id])
    post(workspace, channel, {"user": SLACKBOT, "text": f"Reminder: {reminder['text']}"})
