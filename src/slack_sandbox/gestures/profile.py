"""People say how they are: a status, and that they do not want to be disturbed."""

from slack_sandbox import people
from slack_sandbox.errors import SlackError
from slack_sandbox.gestures.hands import Gesture
from slack_sandbox.model import Json

LONGEST_MINUTES = 60 * 24 * 30


def set_status(gesture: Gesture) -> Json:
    """Set one's status; an empty text clears it."""
    text, emoji = gesture.text("text"), gesture.text("emoji", "")
    people.change(gesture.workspace, gesture.user, status_text=text, status_emoji=emoji)
    return {"ok": True}


def snooze(gesture: Gesture) -> Json:
    """Pause notifications for some minutes; 0 ends the pause."""
    minutes = gesture.fields.get("minutes")
    if not isinstance(minutes, int) or not 0 <= minutes <= LONGEST_MINUTES:
        raise SlackError("missing_field", message="minutes must be a number up to 43,200.")
    until = int(gesture.workspace.now()) + 60 * minutes if minutes else 0
    people.change(gesture.workspace, gesture.user, snooze_until=until)
    gesture.workspace.tell("dnd_changed", user=gesture.user.id)
    return {"ok": True}
