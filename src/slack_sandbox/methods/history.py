"""conversations.history and .replies: reading what was said, a page at a time."""

import base64
import binascii
import re

from slack_sandbox.errors import SlackError
from slack_sandbox.history import span
from slack_sandbox.messages import find
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Conversation, Json

FAMILY = Family()
DEFAULT, MOST = 100, 999
RESTRICTED = 15
NUMBER = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?[0-9]*")


def _readable(call: Call) -> Conversation:
    channel = call.conversation()
    if call.caller.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _bound(call: Call, name: str) -> str:
    text = call.text(name)
    if not text or text == "now":
        return ""
    match = NUMBER.fullmatch(text)
    if match is None:
        raise SlackError(f"invalid_ts_{name}")
    return f"{match[1]:0>10}.{(match[2] or ''):0<6}"


def _limit(call: Call) -> int:
    if call.workspace.rules.history_limit == "restricted":
        return min(call.limit(RESTRICTED, 1000), RESTRICTED)
    return min(call.limit(DEFAULT, 1000), MOST)


def _shown(call: Call, message: Json) -> Json:
    hidden = {"root"} if call.flag("include_all_metadata") else {"root", "metadata"}
    return {key: value for key, value in message.items() if key not in hidden}


def _cursor(ts: str) -> str:
    return base64.b64encode(f"next_ts:{ts.replace('.', '')}".encode()).decode()


def _read_cursor(call: Call) -> str:
    cursor = call.text("cursor")
    if not cursor:
        return ""
    try:
        kind, _, digits = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
    if kind != "next_ts" or not digits.isdecimal() or len(digits) < 7:
        raise SlackError("invalid_cursor")
    return f"{digits[:-6]}.{digits[-6:]}"


@FAMILY.method("conversations.history")
def history(call: Call) -> Json:
    """Read the top level of a conversation, newest first."""
    channel = _readable(call)
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    low, high = channel.history.span(oldest, latest, call.flag("inclusive"))
    onward = _read_cursor(call)
    if onward:
        high = min(high, span(channel.history.top, "", onward, inclusive=True)[1])
    limit = call.shortened(_limit(call))
    start = max(low, high - limit)
    page = [channel.history.messages[ts] for ts in reversed(channel.history.top[start:high])]
    answer: Json = {
        "ok": True,
        "messages": [_shown(call, message) for message in page],
        "has_more": start > low,
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if start > low:
        cursor = _cursor(channel.history.top[start - 1])
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


@FAMILY.method("conversations.replies")
def replies(call: Call) -> Json:
    """Read a thread: the parent first, then replies from oldest to newest."""
    channel = _readable(call)
    message = find(channel, call.text("ts"), "thread_not_found")
    parent_ts = message.get("thread_ts", message["ts"])
    if message["ts"] != parent_ts:
        return {"ok": True, "messages": [_shown(call, message)], "has_more": False}
    thread = channel.history.thread(parent_ts)
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    low, high = span(thread, oldest, latest, call.flag("inclusive"))
    onward = _read_cursor(call)
    if onward:
        low = max(low, span(thread, onward, "", inclusive=True)[0])
    limit = call.shortened(_limit(call))
    end = min(high, low + limit)
    page = [channel.history.messages[ts] for ts in thread[low:end]]
    if not onward:
        page.insert(0, message)
    answer: Json = {
        "ok": True,
        "messages": [_shown(call, reply) for reply in page],
        "has_more": end < high,
    }
    if end < high:
        answer["response_metadata"] = {"next_cursor": _cursor(thread[end])}
    return answer
