"""The workspace on its first morning: four people, a bot, three channels."""

from slack_sandbox.clock import Clock
from slack_sandbox.ids import Ids
from slack_sandbox.model import App, Conversation, Note, State, Team, User
from slack_sandbox.rules import Rules
from slack_sandbox.workspace import SLACKBOT, Workspace

PEOPLE = (
    ("U0ADA00001", "ada", "Ada Keller", "Site reliability engineer", "Europe/Berlin", "9f69e7"),
    ("U0BO000002", "bo", "Bo Lindqvist", "Backend engineer", "America/New_York", "e7392d"),
    ("U0CHEN0003", "chen", "Chen Wei", "Database engineer", "Asia/Shanghai", "2b6836"),
    ("U0DANA0004", "dana", "Dana Okafor", "Head of support", "America/Los_Angeles", "4bbe2e"),
)
CHANNELS = (
    ("C0GENERAL1", "general", "Company-wide announcements", True),
    ("C0RANDOM02", "random", "Everything else", False),
    ("C0ALERTS03", "alerts", "What the monitoring says", False),
)
BOT = "U0BOT00009"


def new_workspace(
    ids: Ids, clock: Clock, rules: Rules, app_name: str = "incident-bot"
) -> Workspace:
    """Return a workspace with ada (who is an admin), bo, chen, dana, the app and its channels."""
    app = App(
        id="A0SANDBOX1",
        name=app_name,
        bot_id="B0SANDBOX1",
        bot_user_id=BOT,
        bot_token=f"xoxb-{ids.number(12)}-{ids.number(13)}-{ids.word(24)}",
        app_token=f"xapp-1-A0SANDBOX1-{ids.number(13)}-{ids.hexadecimal(64)}",
        client_token=ids.word(24),
    )
    state = State(Team("T0SANDBOX1", "Sandbox", "sandbox"), app)
    workspace = Workspace(state, clock, ids, rules)
    now = int(workspace.now())
    for user_id, name, real_name, title, tz, color in PEOPLE:
        state.users[user_id] = User(
            id=user_id,
            name=name,
            real_name=real_name,
            display_name=name,
            title=title,
            email=f"{name}@example.com",
            tz=tz,
            color=color,
            is_admin=name == "ada",
            is_owner=name == "ada",
            updated=now,
        )
    state.users[BOT] = User(
        id=BOT,
        name=app_name.replace("-", "_").lower(),
        real_name=app_name,
        color="1d9bd1",
        is_bot=True,
        bot_id=app.bot_id,
        app_id=app.id,
        updated=now,
    )
    state.users[SLACKBOT] = User(
        id=SLACKBOT, name="slackbot", real_name="Slackbot", color="757575", updated=now
    )
    everyone = [row[0] for row in PEOPLE]
    for channel_id, name, purpose, is_general in CHANNELS:
        state.conversations[channel_id] = Conversation(
            id=channel_id,
            kind="public",
            name=name,
            creator=everyone[0],
            created=now,
            updated=now,
            members=list(everyone),
            purpose=Note(purpose, everyone[0], now),
            is_general=is_general,
            read=dict.fromkeys(everyone, "0000000000.000000"),
        )
    return workspace
