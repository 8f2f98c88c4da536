"""chat.scheduleMessage and its kin, and reminders: what is to happen later."""

import re

from slack_sandbox.compose import content, signature
from slack_sandbox.errors import SlackError
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.chat import check_writable, target, thread_parent
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Json
from slack_sandbox.schedule import remind, schedule
from slack_sandbox.text import incoming

FAMILY = Family()
SOON_SECONDS = 60
LONGEST_INSTANT = 12
RELATIVE = re.compile(r"in (\d+) (second|minute|hour|day|week)s?")
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


@FAMILY.method("chat.scheduleMessage")
def schedule_message(call: Call) -> Json:
    """Post a message at a time to come."""
    channel = target(call)
    check_writable(call, channel)
    try:
        post_at = int(call.text("post_at"))
    except ValueError:
        raise SlackError("invalid_time") from None
    found = content(call.workspace, call.arguments)
    message = signature(call.workspace, call.arguments) | found.fields()
    if call.text("thread_ts"):
        thread_parent(channel, call.text("thread_ts"))
        message["thread_ts"] = call.text("thread_ts")
    entry = schedule(call.workspace, channel.id, post_at, message)
    return {
        "ok": True,
        "channel": channel.id,
        "scheduled_message_id": entry["id"],
        "post_at": post_at,
        "message": {"type": "delayed_message", **message},
    }


@FAMILY.method("chat.scheduledMessages.list")
def scheduled_list(call: Call) -> Json:
    """List what is waiting, soonest first."""
    channel = call.text("channel")
    if channel:
        call.conversation()
    oldest, latest = call.instant("oldest", 0), call.instant("latest", 1e12)
    rows = [
        {key: value for key, value in entry.items() if key != "message"}
        for entry in sorted(
            call.workspace.state.scheduled.values(), key=lambda entry: int(entry["post_at"])
        )
        if (not channel or entry["channel_id"] == channel) and oldest <= entry["post_at"] <= latest
    ]
    page, cursor = call.page(rows)
    metadata = {"next_cursor": cursor}
    return {"ok": True, "scheduled_messages": page, "response_metadata": metadata}


@FAMILY.method("chat.deleteScheduledMessage")
def delete_scheduled(call: Call) -> Json:
    """Take a waiting message back; within its last minute it is too late."""
    channel = call.conversation()
    wanted = call.text("scheduled_message_id")
    entry = call.workspace.state.scheduled.get(wanted)
    if entry is None or entry["channel_id"] != channel.id:
        raise SlackError("invalid_scheduled_message_id")
    if entry["post_at"] - call.workspace.now() < SOON_SECONDS:
        raise SlackError("invalid_scheduled_message_id")
    del call.workspace.state.scheduled[wanted]
    return {"ok": True}


def _instant(text: str, now: float) -> int:
    match = RELATIVE.fullmatch(text.strip().lower())
    if match:
        return int(now) + int(match[1]) * UNITS[match[2]]
    if not text.isdecimal() or len(text) > LONGEST_INSTANT:
        raise SlackError("cannot_parse")
    return int(text)


@FAMILY.method("reminders.add")
def reminders_add(call: Call) -> Json:
    """Have Slackbot remind a person at an instant (epoch seconds, or ``in 5 minutes``)."""
    time = _instant(call.text("time"), call.workspace.now())
    if time <= call.workspace.now():
        raise SlackError("time_in_past")
    user = call.text("user") or call.caller.id
    if user not in call.workspace.state.users:
        raise SlackError("user_not_found")
    if call.workspace.state.users[user].is_bot:
        raise SlackError("cannot_add_bot")
    reminder: Json = {
        "id": call.workspace.ids.new("Rm"),
        "creator": call.caller.id,
        "text": incoming(call.workspace, call.text("text")),
        "user": user,
        "recurring": False,
        "time": time,
        "complete_ts": 0,
    }
    remind(call.workspace, reminder)
    return {"ok": True, "reminder": reminder}
