"""What people do in the workspace: the other half of Slack, the half an app never sees."""

from collections.abc import Awaitable, Callable

from slack_sandbox.errors import SlackError
from slack_sandbox.gestures import clicking, commands, modals, profile, rooms, talking
from slack_sandbox.gestures.hands import Gesture, Hands
from slack_sandbox.model import Json

AT_ONCE: dict[str, Callable[[Gesture], Json]] = {
    "say": talking.say,
    "edit": talking.edit,
    "delete": talking.delete,
    "dismiss": talking.dismiss,
    "react": talking.react,
    "unreact": talking.unreact,
    "pin": talking.pin,
    "unpin": talking.unpin,
    "bookmark": talking.bookmark,
    "unbookmark": talking.unbookmark,
    "create_channel": rooms.create_channel,
    "join": rooms.join,
    "leave": rooms.leave,
    "invite": rooms.invite,
    "kick": rooms.kick,
    "set_topic": rooms.set_topic,
    "set_purpose": rooms.set_purpose,
    "rename_channel": rooms.rename_channel,
    "archive": rooms.archive,
    "unarchive": rooms.unarchive,
    "open_dm": rooms.open_dm,
    "mark": rooms.mark,
    "set_status": profile.set_status,
    "snooze": profile.snooze,
}
TO_THE_APP: dict[str, Callable[[Gesture], Awaitable[Json]]] = {
    "slash": commands.slash,
    "shortcut": commands.shortcut,
    "message_shortcut": commands.message_shortcut,
    "open_home": commands.open_home,
    "act": clicking.act,
    "suggest": clicking.suggest,
    "submit": modals.submit,
    "close": modals.close,
}


async def perform(hands: Hands, fields: Json, parts: list[tuple[str, bytes]] | None = None) -> Json:
    """Let a person do something; ``fields`` are the body of the page's gesture request.

    Args:
        hands: the sandbox.
        fields: ``user``, ``gesture`` and its fields.
        parts: (name, content) of uploaded files.

    Raises:
        SlackError: when Slack would not let the person do that.
    """
    user = hands.workspace.user(str(fields.get("user", "")))
    gesture = Gesture(hands, user, fields)
    name = str(fields.get("gesture", ""))
    if name == "upload":
        return talking.upload(gesture, parts or [])
    if name in AT_ONCE:
        return AT_ONCE[name](gesture)
    if name in TO_THE_APP:
        return await TO_THE_APP[name](gesture)
    raise SlackError("unknown_gesture", message=f"There is no gesture named {name}.")
