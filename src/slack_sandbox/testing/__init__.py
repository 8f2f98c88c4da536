"""A Slack workspace for pytest: a real server on a free port, and people who use it.

    async with SandboxWorkspace() as slack:
        bot = start_my_bot(slack.api_url, slack.bot_token, slack.app_token)
        ada = slack.user("ada")
        await ada.types("/incident declare sev2 checkout 5xx", channel="general")
        await ada.sees("incident declared", channel="general")

Nothing sleeps and nothing polls: waiting means waiting for the workspace to change.
"""

from slack_sandbox.testing.message import Message
from slack_sandbox.testing.modal import Modal
from slack_sandbox.testing.person import Person
from slack_sandbox.testing.workspace import SandboxWorkspace

__all__ = ["Message", "Modal", "Person", "SandboxWorkspace"]
