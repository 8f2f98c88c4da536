"""A tour of the Web API with Slack's Python SDK that calls every method the sandbox supports."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

PLAIN = {"type": "plain_text", "text": "Title"}
BLOCKS = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Hello* <https://example.com>"}},
    {
        "type": "actions",
        "elements": [{"type": "button", "text": PLAIN, "action_id": "go", "value": "1"}],
    },
]
MODAL = {"type": "modal", "title": PLAIN, "blocks": BLOCKS, "callback_id": "form"}
HOME = {"type": "home", "blocks": BLOCKS}


class Recorder(AsyncWebClient):
    """The SDK's client, remembering the answers by method."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.answers: dict[str, list[dict[str, Any]]] = defaultdict(list)

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        response = await super().api_call(api_method, **options)
        assert isinstance(response.data, dict)
        self.answers[api_method].append(response.data)
        return response


@dataclass
class Tour:
    """The people and triggers the tour needs, beside a client with the bot's token."""

    client: Recorder
    app_token: str
    ada: str
    email: str
    trigger: Callable[..., str]

    async def take(self) -> dict[str, list[dict[str, Any]]]:
        """Call everything and return the answers by method."""
        await self._auth()
        channel = await self._rooms()
        ts = await self._messages(channel)
        await self._schedule(channel, ts)
        await self._furniture(channel, ts)
        await self._people()
        await self._groups()
        await self._views()
        await self._files(channel)
        await self._canvases(channel)
        await self._leaving(channel)
        await self._extras()
        return self.client.answers

    async def _auth(self) -> None:
        client = self.client
        await client.api_test()
        await client.auth_test()
        await client.apps_connections_open(app_token=self.app_token)
        await client.team_info()
        bot = (await client.auth_test())["bot_id"]
        await client.bots_info(bot=bot)
        await client.emoji_list()

    async def _extras(self) -> None:
        await self.client.reminders_add(text="drink water", time="in 5 minutes", user=self.ada)
        await self.client.api_call("blocks.validate", json={"blocks": BLOCKS})

    async def _rooms(self) -> str:
        client = self.client
        made = await client.conversations_create(name="tour")
        channel = str(made["channel"]["id"])
        await client.conversations_invite(channel=channel, users=[self.ada])
        await client.conversations_join(channel=channel)
        await client.conversations_setTopic(channel=channel, topic="Touring")
        await client.conversations_setPurpose(channel=channel, purpose="To see it all")
        await client.conversations_info(channel=channel, include_num_members=True)
        await client.conversations_list(limit=2, types="public_channel,private_channel,im")
        await client.conversations_members(channel=channel)
        await client.users_conversations()
        await client.conversations_rename(channel=channel, name="tour-2")
        direct = await client.conversations_open(users=[self.ada], return_im=True)
        await client.conversations_info(channel=direct["channel"]["id"])
        await client.conversations_close(channel=direct["channel"]["id"])
        return channel

    async def _messages(self, channel: str) -> str:
        client = self.client
        metadata = {"event_type": "tour", "event_payload": {"stop": 1}}
        posted = await client.chat_postMessage(
            channel=channel, text="Hello", blocks=BLOCKS, metadata=metadata
        )
        ts = str(posted["ts"])
        await client.chat_postMessage(
            channel=channel, text="Reply", thread_ts=ts, reply_broadcast=True
        )
        await client.chat_postMessage(
            channel=channel, text="As another", username="Guide", icon_emoji=":compass:"
        )
        await client.chat_update(channel=channel, ts=ts, text="Hello again", blocks=BLOCKS)
        await client.chat_postEphemeral(channel=channel, user=self.ada, text="Psst")
        await client.chat_getPermalink(channel=channel, message_ts=ts)
        await client.chat_meMessage(channel=channel, text="waves")
        doomed = await client.chat_postMessage(channel=channel, text="Oops")
        await client.chat_delete(channel=channel, ts=doomed["ts"])
        await client.conversations_history(channel=channel, limit=2, include_all_metadata=True)
        await client.conversations_replies(channel=channel, ts=ts)
        await client.conversations_mark(channel=channel, ts=ts)
        return ts

    async def _schedule(self, channel: str, ts: str) -> None:
        client = self.client
        later = int(float(ts)) + 3600
        await client.chat_scheduleMessage(channel=channel, text="Later", post_at=later)
        planned = await client.chat_scheduledMessages_list(channel=channel)
        number = planned["scheduled_messages"][0]["id"]
        await client.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=number)

    async def _furniture(self, channel: str, ts: str) -> None:
        client = self.client
        await client.reactions_add(channel=channel, timestamp=ts, name="eyes")
        await client.reactions_get(channel=channel, timestamp=ts, full=True)
        await client.reactions_list()
        await client.conversations_history(channel=channel)
        await client.reactions_remove(channel=channel, timestamp=ts, name="eyes")
        await client.pins_add(channel=channel, timestamp=ts)
        await client.pins_list(channel=channel)
        await client.pins_remove(channel=channel, timestamp=ts)
        added = await client.bookmarks_add(
            channel_id=channel, title="Board", type="link", link="https://example.com"
        )
        number = added["bookmark"]["id"]
        await client.bookmarks_edit(channel_id=channel, bookmark_id=number, title="The board")
        await client.bookmarks_list(channel_id=channel)
        await client.bookmarks_remove(channel_id=channel, bookmark_id=number)

    async def _people(self) -> None:
        client = self.client
        await client.users_list(limit=3)
        await client.users_info(user=self.ada, include_locale=True)
        await client.users_lookupByEmail(email=self.email)
        await client.users_profile_get(user=self.ada)
        await client.users_getPresence(user=self.ada)
        await client.users_setPresence(presence="auto")
        await client.dnd_info(user=self.ada)
        await client.dnd_teamInfo(users=[self.ada])

    async def _groups(self) -> None:
        client = self.client
        made = await client.usergroups_create(name="Guides", handle="guides")
        group = made["usergroup"]["id"]
        await client.usergroups_update(usergroup=group, description="They know the way")
        await client.usergroups_users_update(usergroup=group, users=[self.ada])
        await client.usergroups_users_list(usergroup=group)
        await client.usergroups_list(include_users=True, include_count=True)
        await client.usergroups_disable(usergroup=group)
        await client.usergroups_enable(usergroup=group)

    async def _views(self) -> None:
        client = self.client
        opened = await client.views_open(trigger_id=self.trigger(self.ada), view=MODAL)
        view = opened["view"]
        inside = self.trigger(self.ada, view["id"])
        await client.views_push(trigger_id=inside, view={**MODAL, "callback_id": "more"})
        await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
        await client.views_publish(user_id=self.ada, view=HOME)

    async def _files(self, channel: str) -> None:
        client = self.client
        await client.files_upload_v2(channel=channel, filename="tour.txt", content="Here we go")
        uploaded = client.answers["files.completeUploadExternal"][0]["files"][0]["id"]
        await client.files_info(file=uploaded)
        await client.files_list(channel=channel)
        await client.files_delete(file=uploaded)

    async def _canvases(self, channel: str) -> None:
        client = self.client
        content = {"type": "markdown", "markdown": "# Tour\n\nFirst stop"}
        made = await client.canvases_create(title="Tour", document_content=content)
        canvas = made["canvas_id"]
        change = {"operation": "insert_at_end", "document_content": content}
        await client.canvases_edit(canvas_id=canvas, changes=[change])
        criteria = {"section_types": ["any_header"], "contains_text": "Tour"}
        await client.canvases_sections_lookup(canvas_id=canvas, criteria=criteria)
        await client.canvases_access_set(
            canvas_id=canvas, access_level="read", channel_ids=[channel]
        )
        await client.canvases_delete(canvas_id=canvas)
        await client.conversations_canvases_create(channel_id=channel, document_content=content)

    async def _leaving(self, channel: str) -> None:
        client = self.client
        await client.conversations_kick(channel=channel, user=self.ada)
        await client.conversations_archive(channel=channel)
        await client.conversations_unarchive(channel=channel)
        await client.conversations_join(channel=channel)
        await client.conversations_leave(channel=channel)
