"""Slack's refusals in words, with what to do."""

from __future__ import annotations

from incident_bot.slack.gateway import SlackRefused


def explain(refused: SlackRefused) -> str:
    """Slack's error in words, with what to do."""
    known = _EXPLAINED.get(refused.error)
    if refused.error == "missing_scope":
        needed = refused.answer.get("needed", "a scope")
        return f"the app lacks the scope {needed}: reinstall it with `incident-bot manifest`"
    return f"{known} ({refused.error})" if known else f"Slack says {refused.error}"


_EXPLAINED = {
    "is_archived": "the channel is archived; unarchive it and retry",
    "is_inactive": "the channel is archived; unarchive it and retry",
    "channel_not_found": "the channel is gone or closed to the bot; invite the bot and retry",
    "not_in_channel": "the bot is not in the channel; invite it and retry",
    "user_not_found": "Slack does not know that person",
    "user_disabled": "that person is deactivated in Slack",
    "cannot_dm_bot": "that is a bot, not a person",
    "restricted_action": "a workspace setting forbids it; ask a workspace admin",
    "invalid_auth": "Slack does not accept the bot's token",
    "token_revoked": "the bot's token was revoked",
    "account_inactive": "the bot's account is deactivated",
    "user_is_restricted": "that person is a guest and cannot be invited",
}
