"""What a channel may be called (the rules of conversations.create and .rename)."""

import re

from slack_sandbox.errors import SlackError
from slack_sandbox.workspace import Workspace

LONGEST = 80
ALLOWED = re.compile(r"[a-z0-9_-]*")


def check_name(workspace: Workspace, name: str) -> None:
    """Refuse a channel name as Slack refuses it; nothing is silently corrected.

    Raises:
        SlackError: ``invalid_name_required``, ``invalid_name_maxlength``, ``invalid_name_specials``,
            ``invalid_name_punctuation`` or ``name_taken`` (also by archived and unseen channels).
    """
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST:
        raise SlackError("invalid_name_maxlength")
    if not ALLOWED.fullmatch(name):
        raise SlackError("invalid_name_specials")
    if not name.strip("-_"):
        raise SlackError("invalid_name_punctuation")
    if workspace.named(name) is not None:
        raise SlackError("name_taken")
