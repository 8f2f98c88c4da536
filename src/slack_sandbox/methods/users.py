"""users.* and dnd.*: the people of the workspace."""

from slack_sandbox.errors import SlackError
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.conversations import listed
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Json, User
from slack_sandbox.shapes import dnd_shape, profile_shape, user_shape

FAMILY = Family()
EMAIL_SCOPE = "users:read.email"


def _with_email(call: Call) -> bool:
    app = call.workspace.app
    return not app.enforced or EMAIL_SCOPE in app.scopes


def _shown(call: Call, user: User) -> Json:
    return user_shape(call.workspace, user, _with_email(call), call.flag("include_locale"))


def _wanted(call: Call, name: str = "user") -> User:
    user = call.workspace.state.users.get(call.text(name))
    if user is None:
        raise SlackError("user_not_found")
    return user


@FAMILY.method("users.info")
def info(call: Call) -> Json:
    """Describe a person."""
    return {"ok": True, "user": _shown(call, _wanted(call))}


@FAMILY.method("users.list")
def list_all(call: Call) -> Json:
    """List everyone, bots and former members too."""
    page, cursor = call.page(list(call.workspace.state.users.values()), default=1000)
    return {
        "ok": True,
        "members": [_shown(call, user) for user in page],
        "cache_ts": int(call.workspace.now()),
        "response_metadata": {"next_cursor": cursor},
    }


@FAMILY.method("users.lookupByEmail")
def lookup_by_email(call: Call) -> Json:
    """Find a person by e-mail address."""
    email = call.text("email").lower()
    for user in call.workspace.state.users.values():
        if user.email and user.email.lower() == email and not user.deleted:
            return {"ok": True, "user": _shown(call, user)}
    raise SlackError("users_not_found")


@FAMILY.method("users.profile.get")
def profile_get(call: Call) -> Json:
    """Give a person's profile."""
    user = _wanted(call) if "user" in call.arguments else call.caller
    return {"ok": True, "profile": profile_shape(call.workspace, user, _with_email(call))}


@FAMILY.method("users.getPresence")
def get_presence(call: Call) -> Json:
    """Say whether a person is there."""
    user = _wanted(call) if "user" in call.arguments else call.caller
    return {"ok": True, "presence": user.presence}


@FAMILY.method("users.setPresence")
def set_presence(call: Call) -> Json:
    """Set the bot's presence."""
    presence = call.text("presence")
    if presence not in ("auto", "away"):
        raise SlackError("invalid_presence")
    call.caller.presence = "away" if presence == "away" else "active"
    return {"ok": True}


@FAMILY.method("users.conversations")
def conversations(call: Call) -> Json:
    """List the conversations a person is in, as far as the bot may see them."""
    user = _wanted(call).id if "user" in call.arguments else call.caller.id
    return listed(call, user, joined_only=True)


@FAMILY.method("dnd.info")
def dnd_info(call: Call) -> Json:
    """Say whether a person does not want to be disturbed."""
    user = _wanted(call) if "user" in call.arguments else call.caller
    return {"ok": True, **dnd_shape(call.workspace, user), **_snooze(call, user)}


@FAMILY.method("dnd.teamInfo")
def dnd_team_info(call: Call) -> Json:
    """Say the same of several people."""
    wanted = call.listed("users")
    users = {u: call.workspace.state.users[u] for u in wanted if u in call.workspace.state.users}
    return {
        "ok": True,
        "users": {user_id: dnd_shape(call.workspace, user) for user_id, user in users.items()},
    }


def _snooze(call: Call, user: User) -> Json:
    left = user.snooze_until - int(call.workspace.now())
    if left <= 0:
        return {"snooze_enabled": False}
    return {
        "snooze_enabled": True,
        "snooze_endtime": user.snooze_until,
        "snooze_remaining": left,
        "snooze_is_indefinite": False,
    }
