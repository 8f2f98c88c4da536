"""Slack's published facts about its methods: rate limit tier, scopes, required arguments.

Source: docs.slack.dev method pages, 2026-08. Any one of ``scopes`` is enough, according to the type of
conversation. Left out of ``required`` is what has an error of its own when it is missing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What is published about one method; ``tier`` is "1" to "4" or "special"."""

    tier: str
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


FACTS: dict[str, Facts] = {
    "api.test": Facts("4", (), ()),
    "apps.connections.open": Facts("3", (), ()),
    "auth.test": Facts("special", (), ()),
    "blocks.validate": Facts("special", (), ()),
    "bookmarks.add": Facts("2", ("bookmarks:write",), ("channel_id", "title", "type")),
    "bookmarks.edit": Facts("2", ("bookmarks:write",), ("channel_id", "bookmark_id")),
    "bookmarks.list": Facts("3", ("bookmarks:read",), ("channel_id",)),
    "bookmarks.remove": Facts("2", ("bookmarks:write",), ("channel_id", "bookmark_id")),
    "bots.info": Facts("3", ("users:read",), ()),
    "canvases.access.set": Facts("3", ("canvases:write",), ("canvas_id", "access_level")),
    "canvases.create": Facts("2", ("canvases:write",), ()),
    "canvases.delete": Facts("3", ("canvases:write",), ("canvas_id",)),
    "canvases.edit": Facts("3", ("canvases:write",), ("canvas_id", "changes")),
    "canvases.sections.lookup": Facts("3", ("canvases:read",), ("canvas_id", "criteria")),
    "chat.delete": Facts("3", ("chat:write",), ("ts", "channel")),
    "chat.deleteScheduledMessage": Facts("3", ("chat:write",), ("scheduled_message_id", "channel")),
    "chat.getPermalink": Facts("special", (), ("channel", "message_ts")),
    "chat.meMessage": Facts("3", ("chat:write",), ("channel",)),
    "chat.postEphemeral": Facts("4", ("chat:write",), ("user", "channel")),
    "chat.postMessage": Facts("special", ("chat:write",), ("channel",)),
    "chat.scheduleMessage": Facts("3", ("chat:write",), ("channel", "post_at")),
    "chat.scheduledMessages.list": Facts("3", ("chat:write",), ()),
    "chat.update": Facts("3", ("chat:write",), ("ts", "channel")),
    "conversations.archive": Facts(
        "2",
        ("groups:write", "im:write", "mpim:write", "channels:write", "channels:manage"),
        ("channel",),
    ),
    "conversations.canvases.create": Facts("2", ("canvases:write",), ("channel_id",)),
    "conversations.close": Facts(
        "2",
        ("groups:write", "im:write", "mpim:write", "channels:write", "channels:manage"),
        ("channel",),
    ),
    "conversations.create": Facts(
        "2", ("groups:write", "im:write", "mpim:write", "channels:write", "channels:manage"), ()
    ),
    "conversations.history": Facts(
        "3", ("groups:history", "im:history", "mpim:history", "channels:history"), ("channel",)
    ),
    "conversations.info": Facts(
        "3", ("groups:read", "im:read", "mpim:read", "channels:read"), ("channel",)
    ),
    "conversations.invite": Facts(
        "3",
        (
            "channels:write.invites",
            "groups:write.invites",
            "channels:manage",
            "groups:write",
            "im:write",
            "mpim:write",
        ),
        ("channel",),
    ),
    "conversations.join": Facts("3", ("channels:join",), ("channel",)),
    "conversations.kick": Facts("3", ("groups:write", "channels:manage"), ("channel", "user")),
    "conversations.leave": Facts(
        "3",
        ("groups:write", "im:write", "mpim:write", "channels:write", "channels:manage"),
        ("channel",),
    ),
    "conversations.list": Facts("2", ("groups:read", "im:read", "mpim:read", "channels:read"), ()),
    "conversations.mark": Facts(
        "3",
        ("groups:write", "im:write", "mpim:write", "channels:write", "channels:manage"),
        ("channel", "ts"),
    ),
    "conversations.members": Facts(
        "4", ("groups:read", "im:read", "mpim:read", "channels:read"), ("channel",)
    ),
    "conversations.open": Facts(
        "3", ("channels:manage", "groups:write", "im:write", "mpim:write"), ()
    ),
    "conversations.rename": Facts(
        "2",
        ("groups:write", "im:write", "mpim:write", "channels:write", "channels:manage"),
        ("channel", "name"),
    ),
    "conversations.replies": Facts(
        "3", ("groups:history", "im:history", "mpim:history", "channels:history"), ("channel", "ts")
    ),
    "conversations.setPurpose": Facts(
        "2",
        (
            "channels:write.topic",
            "groups:write.topic",
            "mpim:write.topic",
            "im:write.topic",
            "channels:manage",
            "groups:write",
            "im:write",
            "mpim:write",
        ),
        ("channel", "purpose"),
    ),
    "conversations.setTopic": Facts(
        "2",
        (
            "channels:write.topic",
            "groups:write.topic",
            "mpim:write.topic",
            "im:write.topic",
            "channels:manage",
            "groups:write",
            "im:write",
            "mpim:write",
        ),
        ("channel", "topic"),
    ),
    "conversations.unarchive": Facts(
        "2",
        ("groups:write", "im:write", "mpim:write", "channels:write", "channels:manage"),
        ("channel",),
    ),
    "dnd.info": Facts("3", ("dnd:read",), ()),
    "dnd.teamInfo": Facts("2", ("dnd:read",), ("users",)),
    "emoji.list": Facts("2", ("emoji:read",), ()),
    "files.completeUploadExternal": Facts("4", ("files:write",), ("files",)),
    "files.delete": Facts("3", ("files:write",), ("file",)),
    "files.getUploadURLExternal": Facts("4", ("files:write",), ("length", "filename")),
    "files.info": Facts("4", ("files:read",), ("file",)),
    "files.list": Facts("3", ("files:read",), ()),
    "pins.add": Facts("2", ("pins:write",), ("channel",)),
    "pins.list": Facts("2", ("pins:read",), ("channel",)),
    "pins.remove": Facts("2", ("pins:write",), ("channel",)),
    "reactions.add": Facts("3", ("reactions:write",), ("name",)),
    "reactions.get": Facts("3", ("reactions:read",), ()),
    "reactions.list": Facts("2", ("reactions:read",), ()),
    "reactions.remove": Facts("2", ("reactions:write",), ("name",)),
    "reminders.add": Facts("2", ("reminders:write",), ("text", "time")),
    "team.info": Facts("3", ("team:read",), ()),
    "usergroups.create": Facts("2", ("usergroups:write",), ()),
    "usergroups.disable": Facts("2", ("usergroups:write",), ("usergroup",)),
    "usergroups.enable": Facts("2", ("usergroups:write",), ("usergroup",)),
    "usergroups.list": Facts("2", ("usergroups:read",), ()),
    "usergroups.update": Facts("2", ("usergroups:write",), ("usergroup",)),
    "usergroups.users.list": Facts("2", ("usergroups:read",), ("usergroup",)),
    "usergroups.users.update": Facts("2", ("usergroups:write",), ("usergroup",)),
    "users.conversations": Facts("3", ("groups:read", "im:read", "mpim:read", "channels:read"), ()),
    "users.getPresence": Facts("3", ("users:read",), ()),
    "users.info": Facts("4", ("users:read",), ("user",)),
    "users.list": Facts("2", ("users:read",), ()),
    "users.lookupByEmail": Facts("3", ("users:read.email",), ("email",)),
    "users.profile.get": Facts("4", ("users.profile:read",), ()),
    "users.setPresence": Facts("2", ("users:write",), ("presence",)),
    "views.open": Facts("4", (), ("view",)),
    "views.publish": Facts("4", (), ("user_id", "view")),
    "views.push": Facts("4", (), ("view",)),
    "views.update": Facts("4", (), ("view",)),
}
ALL_SCOPES: tuple[str, ...] = tuple(
    sorted(
        {scope for facts in FACTS.values() for scope in facts.scopes}
        | {"app_mentions:read", "commands", "chat:write.public", "chat:write.customize"}
    )
)
