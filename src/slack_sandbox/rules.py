"""Switches: where Slack's behaviour depends on the plan, the app or the weather."""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Rules:
    """How strict the workspace is, and its deadlines (all in seconds of the sandbox's clock).

    Attributes:
        history_limit: ``restricted`` gives ``conversations.history`` and ``.replies`` the limits of
            2025-05-29 for commercially distributed apps: 15 messages per call.
        short_pages: cursor pages hold fewer items than asked for, with more to come.
        ack_seconds: how long an envelope waits for its acknowledgement.
        redelivery_seconds: pauses before the 1st, 2nd and 3rd redelivery of an unacknowledged event.
        trigger_seconds: life of a trigger_id.
        response_url_seconds: life of a response_url.
        response_url_uses: how often a response_url may be used.
        max_sockets: connections of one app at the same time.
        file_delay_seconds: how long sharing an uploaded file takes after its completion.
        edit_own_seconds: how old a message may be for chat.update, None for no limit.
    """

    history_limit: Literal["internal", "restricted"] = "internal"
    short_pages: bool = False
    ack_seconds: float = 3.0
    redelivery_seconds: tuple[float, ...] = (1.0, 60.0, 300.0)
    trigger_seconds: float = 3.0
    response_url_seconds: float = 30 * 60.0
    response_url_uses: int = 5
    max_sockets: int = 10
    file_delay_seconds: float = 0.05
    edit_own_seconds: float | None = None
