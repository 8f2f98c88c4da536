"""How Slack's Web API shows people, conversations, groups and files."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from slack_sandbox.model import Conversation, File, Json, Note, User, UserGroup
from slack_sandbox.workspace import Workspace


def tz_offset(user: User, now: float) -> int:
    """Return the person's offset from UTC in seconds at this instant."""
    offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(user.tz)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def tz_label(user: User, now: float) -> str:
    """Return the zone's short name at this instant, e.g. ``CET``."""
    return datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(user.tz)).tzname() or user.tz


def profile_shape(workspace: Workspace, user: User, with_email: bool = True) -> Json:
    """Return the ``profile`` of a user object."""
    first, _, last = user.real_name.partition(" ")
    profile: Json = {
        "title": user.title,
        "phone": "",
        "skype": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.display_name,
        "display_name_normalized": user.display_name,
        "first_name": first,
        "last_name": last,
        "status_text": user.status_text,
        "status_emoji": user.status_emoji,
        "status_expiration": 0,
        "avatar_hash": "g" + user.color,
        "team": workspace.team.id,
    }
    for size in (24, 32, 48, 72, 192, 512):
        profile[f"image_{size}"] = f"{workspace.url}/_sandbox/avatar/{user.id}?s={size}"
    if with_email and user.email:
        profile["email"] = user.email
    if user.is_bot:
        profile["bot_id"] = user.bot_id
        profile["api_app_id"] = user.app_id
        profile["always_active"] = True
    return profile


def user_shape(
    workspace: Workspace, user: User, with_email: bool = True, locale: bool = False
) -> Json:
    """Return a user object."""
    now = workspace.now()
    shape: Json = {
        "id": user.id,
        "team_id": workspace.team.id,
        "name": user.name,
        "deleted": user.deleted,
        "color": user.color,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": tz_label(user, now),
        "tz_offset": tz_offset(user, now),
        "profile": profile_shape(workspace, user, with_email),
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_owner,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
        "is_email_confirmed": bool(user.email),
        "who_can_share_contact_card": "EVERYONE",
    }
    if user.deleted:
        for key in ("color", "real_name", "tz", "tz_label", "tz_offset"):
            del shape[key]
    if locale:
        shape["locale"] = "en-US"
    return shape


def channel_shape(
    workspace: Workspace, channel: Conversation, viewer: str, members: bool = False
) -> Json:
    """Return a conversation object as ``viewer`` gets it."""
    if channel.kind == "im":
        return _direct_shape(workspace, channel, viewer)
    shape: Json = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.is_channel_like,
        "is_group": False,
        "is_im": False,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.is_private,
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "unlinked": 0,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [workspace.team.id],
        "context_team_id": workspace.team.id,
        "parent_conversation": None,
        "updated": channel.updated * 1000,
        "is_member": viewer in channel.members,
        "topic": _note_shape(channel.topic),
        "purpose": _note_shape(channel.purpose),
        "previous_names": list(channel.previous_names),
    }
    if viewer in channel.members:
        shape["last_read"] = channel.read.get(viewer, "0000000000.000000")
    if channel.canvas_id:
        shape["properties"] = {
            "canvas": {"file_id": channel.canvas_id, "is_empty": False, "quip_thread_id": ""}
        }
    if members:
        shape["num_members"] = len(channel.members)
    return shape


def _direct_shape(workspace: Workspace, channel: Conversation, viewer: str) -> Json:
    others = [member for member in channel.members if member != viewer]
    other = others[0] if others else viewer
    return {
        "id": channel.id,
        "created": channel.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": workspace.team.id,
        "updated": channel.updated * 1000,
        "user": other,
        "is_user_deleted": workspace.state.users[other].deleted,
        "priority": 0,
        "is_open": viewer not in channel.closed_for,
    }


def _note_shape(note: Note) -> Json:
    return {"value": note.value, "creator": note.creator, "last_set": note.last_set}


def usergroup_shape(
    workspace: Workspace, group: UserGroup, users: bool = False, count: bool = False
) -> Json:
    """Return a user group object."""
    shape: Json = {
        "id": group.id,
        "team_id": workspace.team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": group.date_create,
        "date_update": group.date_update,
        "date_delete": group.date_delete,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": group.created_by,
        "updated_by": group.updated_by,
        "deleted_by": group.deleted_by or None,
        "prefs": {"channels": list(group.channels), "groups": []},
        "channel_count": len(group.channels),
    }
    if users:
        shape["users"] = list(group.users)
    if count or users:
        shape["user_count"] = len(group.users)
    return shape


def file_shape(workspace: Workspace, file: File) -> Json:
    """Return a file object; ``shares`` is empty until sharing has happened."""
    kinds: dict[str, dict[str, list[Json]]] = {}
    for kind, channel_id, ts in file.shares:
        row = {
            "ts": ts,
            "reply_users": [],
            "reply_users_count": 0,
            "reply_count": 0,
            "team_id": workspace.team.id,
        }
        channel = workspace.state.conversations.get(channel_id)
        if channel is not None:
            row["channel_name"] = channel.name
        kinds.setdefault(kind, {}).setdefault(channel_id, []).append(row)
    public = [c for k, c, _ in file.shares if k == "public"]
    private = [c for k, c, _ in file.shares if k == "private" and not c.startswith("D")]
    direct = [c for k, c, _ in file.shares if k == "private" and c.startswith("D")]
    base = f"{workspace.url}/files-pri/{workspace.team.id}-{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype if file.shares or file.is_complete else "",
        "filetype": file.filetype if file.shares or file.is_complete else "",
        "pretty_type": file.filetype.capitalize(),
        "user": file.user,
        "user_team": workspace.team.id,
        "editable": False,
        "size": len(file.content),
        "mode": "quip" if file.is_canvas else "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(public),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{base}/{file.name}",
        "url_private_download": f"{base}/download/{file.name}",
        "permalink": f"{workspace.url}/files/{file.user}/{file.id}/{file.name}",
        "permalink_public": f"{workspace.url}/_sandbox/file/{file.id}",
        "alt_txt": file.alt_text,
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
        "comments_count": 0,
        "channels": public,
        "groups": private,
        "ims": direct,
        "shares": kinds,
    }


def dnd_shape(workspace: Workspace, user: User) -> Json:
    """Return when a person does not want to be disturbed; ones in place of times for never."""
    now = int(workspace.now())
    snoozing = user.snooze_until > now
    return {
        "dnd_enabled": snoozing,
        "next_dnd_start_ts": now if snoozing else 1,
        "next_dnd_end_ts": user.snooze_until if snoozing else 1,
    }
