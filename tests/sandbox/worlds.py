"""A small workspace without a server, for tests of the parts below it."""

from slack_sandbox.clock import Clock
from slack_sandbox.ids import Ids
from slack_sandbox.model import App, Conversation, State, Team, User
from slack_sandbox.rules import Rules
from slack_sandbox.workspace import Workspace


def small_world() -> Workspace:
    """Ada and Bo, the app's bot, and #general with all three in it."""
    app = App("A0APP", "helper", "B0BOT", "U0BOT", "xoxb-1", "xapp-1", "client-1")
    state = State(Team("T0TEAM", "Test", "test"), app)
    for user in (
        User("U0ADA", "ada", "Ada Keller", "ada", email="ada@example.com", tz="Europe/Berlin"),
        User("U0BO", "bo", "Bo Lind", "bo"),
        User("U0BOT", "helper", "Helper", is_bot=True, bot_id="B0BOT", app_id="A0APP"),
    ):
        state.users[user.id] = user
    members = ["U0ADA", "U0BO", "U0BOT"]
    general = Conversation("C0GENERAL", "public", "general", "U0ADA", 1_700_000_000, members)
    general.is_general = True
    state.conversations[general.id] = general
    return Workspace(state, Clock(), Ids(1), Rules())
