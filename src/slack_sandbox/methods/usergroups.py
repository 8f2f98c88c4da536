"""usergroups.*: groups one can mention, such as @oncall."""

from slack_sandbox.errors import SlackError
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Json, UserGroup
from slack_sandbox.shapes import usergroup_shape

FAMILY = Family()


def _shown(call: Call, group: UserGroup, users: bool = True) -> Json:
    return usergroup_shape(call.workspace, group, users=users, count=call.flag("include_count"))


@FAMILY.method("usergroups.list")
def list_all(call: Call) -> Json:
    """List the groups."""
    groups = call.workspace.state.usergroups.values()
    disabled, users = call.flag("include_disabled"), call.flag("include_users")
    shown = [_shown(call, g, users) for g in groups if disabled or not g.date_delete]
    return {"ok": True, "usergroups": shown}


@FAMILY.method("usergroups.create")
def create(call: Call) -> Json:
    """Make a group, empty at first."""
    workspace, name = call.workspace, call.text("name")
    if not name:
        raise SlackError("missing_subteam_name")
    _check_unique(call, name, call.text("handle"))
    now = int(workspace.now())
    group = UserGroup(
        id=workspace.ids.new("S"),
        name=name,
        handle=call.text("handle") or name.lower().replace(" ", "-"),
        description=call.text("description"),
        channels=call.listed("channels"),
        created_by=call.caller.id,
        updated_by=call.caller.id,
        date_create=now,
        date_update=now,
    )
    workspace.state.usergroups[group.id] = group
    workspace.tell("usergroup_created", user=call.caller.id, group=group.id)
    return {"ok": True, "usergroup": _shown(call, group)}


def _check_unique(call: Call, name: str, handle: str, own: str | None = None) -> None:
    for group in call.workspace.state.usergroups.values():
        if group.id == own:
            continue
        if name and group.name == name:
            raise SlackError("name_already_exists")
        if handle and group.handle == handle:
            raise SlackError("handle_already_exists")


@FAMILY.method("usergroups.update")
def update(call: Call) -> Json:
    """Change a group's name, handle, description or channels."""
    group = call.workspace.usergroup(call.text("usergroup"))
    _check_unique(call, call.text("name"), call.text("handle"), group.id)
    group.name = call.text("name", group.name)
    group.handle = call.text("handle", group.handle)
    group.description = call.text("description", group.description)
    if "channels" in call.arguments:
        group.channels = call.listed("channels")
    return _changed(call, group)


def _changed(call: Call, group: UserGroup, **facts: list[str]) -> Json:
    before = group.date_update
    group.updated_by = call.caller.id
    group.date_update = int(call.workspace.now())
    caller = call.caller.id
    more: Json = {"group": group.id, "before": before, **facts}
    call.workspace.tell("usergroup_changed", user=caller, **more)
    return {"ok": True, "usergroup": _shown(call, group)}


@FAMILY.method("usergroups.enable")
def enable(call: Call) -> Json:
    """Bring a group back."""
    group = call.workspace.usergroup(call.text("usergroup"))
    group.date_delete, group.deleted_by = 0, ""
    return _changed(call, group)


@FAMILY.method("usergroups.disable")
def disable(call: Call) -> Json:
    """Switch a group off."""
    group = call.workspace.usergroup(call.text("usergroup"))
    group.date_delete, group.deleted_by = int(call.workspace.now()), call.caller.id
    return _changed(call, group)


@FAMILY.method("usergroups.users.list")
def users_list(call: Call) -> Json:
    """List a group's people."""
    group = call.workspace.usergroup(call.text("usergroup"))
    if group.date_delete and not call.flag("include_disabled"):
        raise SlackError("no_such_subteam")
    return {"ok": True, "users": list(group.users)}


@FAMILY.method("usergroups.users.update")
def users_update(call: Call) -> Json:
    """Replace a group's people; the list may not be empty."""
    group = call.workspace.usergroup(call.text("usergroup"))
    users = list(dict.fromkeys(call.listed("users")))
    if not users:
        raise SlackError("no_users_provided")
    if any(user not in call.workspace.state.users for user in users):
        raise SlackError("invalid_users")
    added = [user for user in users if user not in group.users]
    removed = [user for user in group.users if user not in users]
    group.users = users
    return _changed(call, group, added=added, removed=removed)
