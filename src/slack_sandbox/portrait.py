"""What one person sees of the workspace: the page's state, conversations and search."""

from slack_sandbox.messages import unread
from slack_sandbox.model import Conversation, Json, User
from slack_sandbox.shapes import tz_offset, user_shape
from slack_sandbox.views import with_values
from slack_sandbox.workspace import Workspace

MOST_FOUND = 50


def people(workspace: Workspace) -> list[Json]:
    """Return who one can be."""
    keys = ("id", "name", "real_name", "display_name", "title", "tz", "color")
    now = workspace.now()
    return [
        {**{key: getattr(user, key) for key in keys}, "tz_offset": tz_offset(user, now)}
        for user in workspace.people()
    ]


def team(workspace: Workspace) -> Json:
    """Return the workspace's name and id."""
    found = workspace.team
    return {"id": found.id, "name": found.name, "domain": found.domain}


def state(workspace: Workspace, user: User, seq: int, connections: int) -> Json:
    """Return everything needed to draw the workspace for a person."""
    groups = workspace.state.usergroups.values()
    return {
        "ok": True,
        "seq": seq,
        "now": workspace.now(),
        "me": user_shape(workspace, user),
        "team": team(workspace),
        "app": app(workspace, user, connections),
        "users": [user_shape(workspace, each) for each in workspace.state.users.values()],
        "usergroups": [usergroup(workspace, group.id) for group in groups if not group.date_delete],
        "channels": [
            channel(workspace, each, user.id)
            for each in workspace.state.conversations.values()
            if workspace.sees(user.id, each)
        ],
        **completion(workspace),
        "modals": modals(workspace, user.id),
        "home": home(workspace, user.id),
        "emoji": dict(workspace.state.emoji),
    }


def app(workspace: Workspace, user: User, connections: int) -> Json:
    """Return the app's public face for a person."""
    found = workspace.app
    direct = workspace.direct(user.id, found.bot_user_id)
    return {
        "id": found.id,
        "name": found.name,
        "bot_id": found.bot_id,
        "user_id": found.bot_user_id,
        "dm": direct.id if direct else None,
        "connections": connections,
        "home_tab_enabled": found.home_tab_enabled,
        "messages_tab_enabled": found.messages_tab_enabled,
    }


def usergroup(workspace: Workspace, group_id: str) -> Json:
    """Return a user group as the page shows it."""
    group = workspace.state.usergroups[group_id]
    return {"id": group.id, "handle": group.handle, "name": group.name, "users": list(group.users)}


def completion(workspace: Workspace) -> Json:
    """Return the slash commands and shortcuts on offer."""
    keys = ("command", "description", "usage_hint")
    commands = [{key: c.get(key, "") for key in keys} for c in workspace.app.commands]
    return {"commands": commands, "shortcuts": list(workspace.app.shortcuts)}


def modals(workspace: Workspace, user: str) -> list[Json]:
    """Return a person's open modal stack, with what was typed."""
    return [with_values(workspace, view) for view in workspace.state.modals.get(user, [])]


def home(workspace: Workspace, user: str) -> Json | None:
    """Return a person's Home view."""
    view = workspace.state.homes.get(user)
    return with_values(workspace, view) if view else None


def channel(workspace: Workspace, found: Conversation, user: str) -> Json:
    """Return a conversation as one person sees it."""
    others = [member for member in found.members if member != user]
    name, partner = found.name, None
    if found.kind == "im":
        partner = others[0] if others else user
        name = workspace.state.users[partner].name
    count, mentions = unread(found, user)
    return {
        "id": found.id,
        "name": name,
        "kind": found.kind,
        "is_member": user in found.members,
        "is_archived": found.is_archived,
        "is_general": found.is_general,
        "is_closed": user in found.closed_for,
        "user": partner,
        "users": others if found.kind == "mpim" else None,
        "topic": found.topic.value,
        "purpose": found.purpose.value,
        "creator": found.creator,
        "created": found.created,
        "members": list(found.members),
        "unread_count": count,
        "mention_count": mentions,
        "last_read": found.read.get(user, ""),
        "latest": found.history.top[-1] if found.history.top else "",
        "pins": [
            {**pin, "message": found.history.messages[pin["ts"]]}
            for pin in found.pins
            if pin["ts"] in found.history.messages
        ],
        "bookmarks": list(found.bookmarks),
    }


def page(found: Conversation, user: str, before: str, around: str, limit: int) -> Json:
    """Return one page of a conversation, oldest first, with the person's ephemeral messages."""
    top = found.history.top
    low, high = found.history.span("", before, inclusive=False)
    if around:
        middle = found.history.span("", around, inclusive=True)[1]
        high = min(len(top), middle + limit // 2)
    start = max(low, high - limit)
    order = top[start:high]
    oldest = order[0] if order and start > 0 else ""
    whispers = [
        message
        for message in found.ephemeral.get(user, [])
        if not message.get("thread_ts")
        and message["ts"] >= oldest
        and (not before or message["ts"] < before)
    ]
    shown = [found.history.messages[ts] for ts in order] + whispers
    shown.sort(key=lambda message: str(message["ts"]))
    return {"ok": True, "has_more": start > 0, "messages": [without_root(m) for m in shown]}


def thread(found: Conversation, user: str, ts: str) -> Json:
    """Return a thread with the person's ephemeral replies; empty when there is no such message."""
    message = found.history.get(ts)
    if message is None:
        return {"ok": False, "error": "thread_not_found"}
    parent_ts = message.get("thread_ts", ts)
    order = [parent_ts, *found.history.thread(parent_ts)]
    shown = [found.history.messages[each] for each in order if each in found.history.messages]
    whispers = [m for m in found.ephemeral.get(user, []) if m.get("thread_ts") == parent_ts]
    shown = sorted([*shown, *whispers], key=lambda each: str(each["ts"]))
    return {"ok": True, "messages": [without_root(each) for each in shown]}


def without_root(message: Json) -> Json:
    """Return the message without the copy of its thread's parent that broadcasts carry."""
    return {key: value for key, value in message.items() if key != "root"}


def search(workspace: Workspace, user: User, query: str) -> Json:
    """Find messages, channels and people by the words of a query."""
    words = query.lower().split()
    visible = [
        found for found in workspace.state.conversations.values() if workspace.sees(user.id, found)
    ]
    matches: list[Json] = []
    for found in visible:
        hits = 0
        for message in found.history.newest_first():
            text = f"{message.get('text', '')} {message.get('blocks', '')}".lower()
            if words and all(word in text for word in words):
                matches.append({"channel": found.id, "message": without_root(message)})
                hits += 1
                if hits >= MOST_FOUND:
                    break
    matches.sort(key=lambda match: str(match["message"]["ts"]), reverse=True)
    names = [c.id for c in visible if words and all(word in c.name for word in words)]
    users = [
        each.id
        for each in workspace.state.users.values()
        if words and all(word in f"{each.name} {each.real_name}".lower() for word in words)
    ]
    return {
        "ok": True,
        "messages": matches[:MOST_FOUND],
        "channels": names[:MOST_FOUND],
        "users": users[:MOST_FOUND],
    }
