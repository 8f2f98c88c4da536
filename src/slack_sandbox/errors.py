"""What the sandbox raises when Slack would refuse."""

from typing import Any


class SlackError(Exception):
    """A refusal in Slack's own words; becomes ``{"ok": false, "error": code, **details}``.

    Attributes:
        code: Slack's error string, e.g. ``channel_not_found``.
        details: further keys of the answer, e.g. ``response_metadata``.
    """

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def invalid_arguments(*messages: str) -> SlackError:
    """Return ``invalid_arguments`` with the sentences Slack puts beside it."""
    return SlackError(
        "invalid_arguments",
        response_metadata={"messages": [f"[ERROR] {message}" for message in messages]},
    )
