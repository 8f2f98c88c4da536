"""How much of Slack is here: method, event and interaction → supported, partial or absent.

The tests hold this table equal to the routes and to the events that are really sent; the page
``docs/reference/sandbox-coverage.md`` is printed from it by ``python -m slack_sandbox.coverage``.
"""

import sys
from dataclasses import dataclass
from typing import Literal

Status = Literal["supported", "partial", "absent"]


@dataclass(frozen=True)
class Covered:
    """What there is of one thing; ``tests`` names files in tests/sandbox, ``note`` what is missing."""

    status: Status
    tests: tuple[str, ...] = ()
    note: str = ""


def _family(test: str, *names: str) -> dict[str, Covered]:
    return {name: Covered("supported", (test,)) for name in names}


def _absent(note: str, *names: str) -> dict[str, Covered]:
    return {name: Covered("absent", note=note) for name in names}


METHODS: dict[str, Covered] = {
    **_family("test_people.py", "api.test", "auth.test", "bots.info", "team.info", "emoji.list"),
    **_family("test_socket.py", "apps.connections.open"),
    **_family("test_blocks_validate.py", "blocks.validate"),
    **_family(
        "test_furniture.py",
        *(f"bookmarks.{verb}" for verb in ("add", "edit", "list", "remove")),
        *(f"pins.{verb}" for verb in ("add", "list", "remove")),
        *(f"reactions.{verb}" for verb in ("add", "get", "list", "remove")),
    ),
    **_family(
        "test_canvases.py",
        "canvases.access.set",
        "canvases.create",
        "canvases.delete",
        "canvases.edit",
        "canvases.sections.lookup",
        "conversations.canvases.create",
    ),
    **_family(
        "test_chat.py",
        "chat.delete",
        "chat.getPermalink",
        "chat.meMessage",
        "chat.postEphemeral",
        "chat.update",
    ),
    "chat.postMessage": Covered("partial", ("test_chat.py",), "links are not unfurled"),
    **_family(
        "test_scheduled.py",
        "chat.deleteScheduledMessage",
        "chat.scheduleMessage",
        "chat.scheduledMessages.list",
    ),
    "reminders.add": Covered(
        "partial", ("test_scheduled.py",), "reads epoch seconds and “in 5 minutes”; none recur"
    ),
    **_family("test_history.py", "conversations.history", "conversations.replies"),
    **_family(
        "test_conversations.py",
        *(
            f"conversations.{verb}"
            for verb in (
                "archive",
                "close",
                "create",
                "info",
                "invite",
                "join",
                "kick",
                "leave",
                "list",
                "mark",
                "members",
                "open",
                "rename",
                "setPurpose",
                "setTopic",
                "unarchive",
            )
        ),
        "users.conversations",
    ),
    **_family(
        "test_people.py",
        "dnd.info",
        "dnd.teamInfo",
        "users.getPresence",
        "users.info",
        "users.list",
        "users.lookupByEmail",
        "users.profile.get",
        "users.setPresence",
        *(f"usergroups.{verb}" for verb in ("create", "disable", "enable", "list", "update")),
        "usergroups.users.list",
        "usergroups.users.update",
    ),
    **_family(
        "test_files.py",
        "files.completeUploadExternal",
        "files.delete",
        "files.getUploadURLExternal",
        "files.info",
        "files.list",
    ),
    **_family("test_view_methods.py", "views.open", "views.publish", "views.push", "views.update"),
    **_absent("streaming", "chat.appendStream", "chat.startStream", "chat.stopStream"),
    **_absent("unfurling", "chat.unfurl"),
    **_absent("Slack Connect", "conversations.acceptSharedInvite", "conversations.inviteShared"),
    **_absent("assistants", "assistant.threads.setStatus", "assistant.threads.setTitle"),
    **_absent("a user token", "search.messages", "stars.add", "users.profile.set", "dnd.setSnooze"),
    **_absent(
        "installing", "oauth.v2.access", "auth.revoke", "apps.uninstall", "apps.manifest.create"
    ),
    **_absent("superseded", "files.upload", "rtm.connect", "dialog.open"),
    **_absent("remote files", "files.remote.add", "files.remote.share"),
    **_absent("calls", "calls.add", "calls.end"),
    **_absent("workflows", "workflows.stepCompleted", "functions.completeSuccess"),
    **_absent("administration", "admin.users.list", "team.accessLogs", "team.billableInfo"),
    **_absent("reminders of a user", "reminders.complete", "reminders.delete", "reminders.list"),
    **_absent("lists", "slackLists.create", "slackLists.items.create"),
}
MESSAGE_SUBTYPES = (
    "bot_message",
    "channel_archive",
    "channel_join",
    "channel_leave",
    "channel_name",
    "channel_purpose",
    "channel_topic",
    "channel_unarchive",
    "file_share",
    "group_archive",
    "group_join",
    "group_leave",
    "group_name",
    "group_purpose",
    "group_topic",
    "group_unarchive",
    "me_message",
    "message_changed",
    "message_deleted",
    "pinned_item",
    "thread_broadcast",
)
EVENTS: dict[str, Covered] = {
    **_family(
        "test_events.py",
        "app_home_opened",
        "app_mention",
        "channel_archive",
        "channel_created",
        "channel_left",
        "channel_rename",
        "channel_unarchive",
        "dnd_updated_user",
        "file_created",
        "file_deleted",
        "file_shared",
        "group_archive",
        "group_left",
        "group_rename",
        "group_unarchive",
        "member_joined_channel",
        "member_left_channel",
        "message",
        *(f"message/{subtype}" for subtype in MESSAGE_SUBTYPES),
        "pin_added",
        "pin_removed",
        "reaction_added",
        "reaction_removed",
        "subteam_created",
        "subteam_members_changed",
        "subteam_updated",
        "team_join",
        "user_change",
    ),
    **_absent("unfurling", "link_shared"),
    **_absent("installing", "app_uninstalled", "tokens_revoked"),
    **_absent("events are not counted per hour", "app_rate_limited"),
    **_absent("metadata events", "message_metadata_posted", "message_metadata_updated"),
    **_absent("nothing in the sandbox does it", "channel_deleted", "emoji_changed", "team_rename"),
    **_absent("nothing in the sandbox does it", "im_created", "file_change"),
    **_absent("Slack Connect", "shared_channel_invite_received", "channel_shared"),
    **_absent("assistants and workflows", "assistant_thread_started", "function_executed"),
}
INTERACTIONS: dict[str, Covered] = {
    **_family("test_socket.py", "slash_commands", "hello", "disconnect"),
    **_family(
        "test_interactivity.py",
        "block_actions",
        "block_suggestion",
        "message_action",
        "shortcut",
        "view_closed",
        "view_submission",
    ),
    **_family("test_response_url.py", "response_url"),
    **_absent("superseded", "interactive_message", "dialog_submission"),
    **_absent("workflows", "workflow_step_edit"),
}
TABLES = {
    "Web API methods": METHODS,
    "Events": EVENTS,
    "Socket Mode and interactivity": INTERACTIONS,
}
HEAD = """# What of Slack the sandbox covers

Printed by `python -m slack_sandbox.coverage`; a test holds it equal to the code. Every supported
thing names the tests that show it. A method that is not listed, or is absent, answers
`unknown_method`.
"""


def page() -> str:
    """Return the documentation page."""
    parts = [HEAD]
    for title, table in TABLES.items():
        present = sum(covered.status != "absent" for covered in table.values())
        parts.append(f"\n## {title}\n\n{present} of {len(table)} listed.\n")
        parts.append("| | status | tests | note |\n|---|---|---|---|")
        for name, covered in sorted(table.items()):
            tests = " ".join(f"`{test}`" for test in covered.tests)
            parts.append(f"| `{name}` | {covered.status} | {tests} | {covered.note} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
