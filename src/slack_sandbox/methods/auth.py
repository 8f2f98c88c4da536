"""auth.*, api.*, apps.*, bots.*, team.*, emoji.*: who and where one is."""

from slack_sandbox.errors import SlackError
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Json

FAMILY = Family()


@FAMILY.method("api.test")
def api_test(call: Call) -> Json:
    """Echo the arguments; ``error`` makes it fail."""
    shown = {key: value for key, value in call.arguments.items() if key != "token"}
    if "error" in shown:
        raise SlackError(call.text("error"), args=shown)
    return {"ok": True, "args": shown}


@FAMILY.method("auth.test")
def auth_test(call: Call) -> Json:
    """Say whose token this is."""
    team, app = call.workspace.team, call.workspace.app
    return {
        "ok": True,
        "url": f"{call.workspace.url}/",
        "team": team.name,
        "user": call.caller.name,
        "team_id": team.id,
        "user_id": call.caller.id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


@FAMILY.method("apps.connections.open")
def connections_open(call: Call) -> Json:
    """Give the address of a new Socket Mode connection."""
    return {"ok": True, "url": call.hub.open_ticket()}


@FAMILY.method("bots.info")
def bots_info(call: Call) -> Json:
    """Describe the app's bot."""
    app, bot = call.workspace.app, call.caller
    if "bot" in call.arguments and call.text("bot") != app.bot_id:
        raise SlackError("bot_not_found")
    icon = f"{call.workspace.url}/_sandbox/avatar/{bot.id}?s="
    return {
        "ok": True,
        "bot": {
            "id": app.bot_id,
            "deleted": False,
            "name": app.name,
            "updated": bot.updated,
            "app_id": app.id,
            "user_id": bot.id,
            "icons": {f"image_{size}": f"{icon}{size}" for size in (36, 48, 72)},
        },
    }


@FAMILY.method("team.info")
def team_info(call: Call) -> Json:
    """Describe the workspace."""
    team = call.workspace.team
    wanted = call.arguments.get("team")
    if wanted is not None and wanted != team.id:
        raise SlackError("team_not_found")
    icon = f"{call.workspace.url}/_sandbox/avatar/{team.id}?s="
    sizes = (34, 44, 68, 88, 102, 132, 230)
    return {
        "ok": True,
        "team": {
            "id": team.id,
            "name": team.name,
            "domain": team.domain,
            "url": f"{call.workspace.url}/",
            "email_domain": "",
            "icon": {**{f"image_{size}": f"{icon}{size}" for size in sizes}, "image_default": True},
            "avatar_base_url": "https://ca.slack-edge.com/",
            "is_verified": False,
        },
    }


@FAMILY.method("emoji.list")
def emoji_list(call: Call) -> Json:
    """List the workspace's own emoji."""
    answer: Json = {
        "ok": True,
        "emoji": dict(call.workspace.state.emoji),
        "cache_ts": f"{call.workspace.now():.6f}",
    }
    if call.flag("include_categories"):
        answer["categories"] = []
        answer["categories_version"] = "1"
    return answer
