"""Every envelope an app receives has the shape Slack's have."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sandbox.conformity import SHAPES, compared
from sandbox.running import Running, running
from slack_sandbox.model import Json

PLAIN = {"type": "plain_text", "text": "Go"}
BLOCKS = [
    {
        "type": "actions",
        "block_id": "b",
        "elements": [{"type": "button", "action_id": "go", "text": PLAIN, "value": "1"}],
    }
]
FORM = {
    "type": "modal",
    "callback_id": "form",
    "notify_on_close": True,
    "title": PLAIN,
    "submit": PLAIN,
    "blocks": [
        {
            "type": "input",
            "block_id": "q",
            "label": PLAIN,
            "element": {"type": "plain_text_input", "action_id": "a"},
        }
    ],
}
DOCUMENTED = {
    "channel_unarchive.is_moved: unknown key",
    "message.app_id: unknown key",
    "message/channel_archive.members: unknown key",
    "message/channel_purpose.team: unknown key",
    "message/channel_topic.team: unknown key",
    "message/pinned_item.item: unknown key",
    "message/pinned_item.item_type: unknown key",
    "message/pinned_item.subtype: unknown key",
    "message/thread_broadcast.parent_user_id: unknown key",
    "message/thread_broadcast.team: unknown key",
    "message_action.api_app_id: unknown key",
    "pin_added.item.message.pinned_info: unknown key",
    "slash.is_enterprise_install: str, not boolean",
    "view_submission.response_urls: unknown key",
}
"""What the documentation or the SDKs' own captures show and the samples happen not to have."""
PAYLOADS = {
    "block_actions": "BlockActionPayload",
    "message_action": "MessageShortcutPayload",
    "view_closed": "ViewClosedPayload",
    "view_submission": "ViewSubmissionPayload",
}


@asynccontextmanager
async def recording(slack: Running) -> AsyncIterator[list[Json]]:
    """Acknowledge and keep whatever comes."""
    received: list[Json] = []
    async with slack.http.ws_connect(slack.sandbox.hub.open_ticket()) as socket:
        await socket.receive_json()

        async def listen() -> None:
            async for frame in socket:
                envelope = frame.json()
                received.append(envelope)
                await socket.send_json({"envelope_id": envelope["envelope_id"]})

        listening = asyncio.create_task(listen())
        yield received
        listening.cancel()


async def live_a_day(slack: Running) -> None:
    """Everything people can do that an app hears of."""
    room = await slack.room()
    bot = slack.sandbox.workspace.bot.name

    async def ada(gesture: str, **fields: object) -> Json:
        return await slack.does("ada", gesture, channel=room, **fields)

    said = await ada("say", text=f"Hello @{bot} :wave: *all* https://example.com")
    ts = said["ts"]
    await ada("say", text="in the thread", thread_ts=ts)
    await ada("say", text="for everyone", thread_ts=ts, broadcast=True)
    await ada("edit", ts=ts, text=f"Hello again @{bot}")
    await ada("react", ts=ts, name="eyes")
    await ada("unreact", ts=ts, name="eyes")
    await ada("pin", ts=ts)
    await ada("unpin", ts=ts)
    doomed = await ada("say", text="oops")
    await ada("delete", ts=doomed["ts"])
    await slack.does("bo", "join", channel=room)
    await ada("invite", users=["U0CHEN0003"])
    await ada("kick", users=["U0CHEN0003"])
    await slack.does("bo", "leave", channel=room)
    await ada("set_topic", text="Topic")
    await ada("set_purpose", text="Purpose")
    await ada("rename_channel", name="room-2")
    await slack.does("ada", "create_channel", name="another", is_private=False)
    await slack.does("ada", "open_home")
    await ada("slash", command="/go", text="now")
    posted = slack.call("chat.postMessage", channel=room, text="Press", blocks=BLOCKS)
    place = {"type": "message", "channel": room, "ts": posted["ts"]}
    await slack.does("ada", "act", container=place, block_id="b", action_id="go")
    await ada("message_shortcut", ts=ts, callback_id="note")
    for last in ("submit", "close"):
        trigger = slack.sandbox.triggers.issue("U0ADA00001")
        view = slack.call("views.open", trigger_id=trigger, view=FORM)["view"]["id"]
        state = {"q": {"a": {"type": "plain_text_input", "value": "x"}}}
        await slack.does("ada", last, view_id=view, state=state)
    await ada("archive")
    await ada("unarchive")


def oddities(envelope: Json) -> set[str]:
    payload = envelope["payload"]
    if envelope["type"] == "slash_commands":
        return set(compared(SHAPES["payloads"]["SlashCommandPayload"], payload, "slash"))
    if envelope["type"] == "interactive":
        known = SHAPES["payloads"][PAYLOADS[payload["type"]]]
        return set(compared(known, payload, payload["type"]))
    event = payload["event"]
    name = event["type"] + (f"/{event['subtype']}" if event.get("subtype") else "")
    known = SHAPES["events"].get(name) or SHAPES["events"][event["type"]]
    outer = {**SHAPES["event_callback"]["event_callback"], "event": "any"}
    return {
        *compared(known, event, name),
        *compared(outer, payload, "event_callback"),
    }


async def test_every_envelope_has_the_shape_slacks_have() -> None:
    async with running() as slack, recording(slack) as received:
        await live_a_day(slack)
        while not slack.sandbox.is_idle:
            await slack.sandbox.hub.pending[next(iter(slack.sandbox.hub.pending))].settled
        kinds = {
            e["payload"].get("event", {}).get("type") or e["payload"].get("type") for e in received
        }
        assert kinds >= {*PAYLOADS, "message", "app_mention", "reaction_added", "pin_removed"}
        assert kinds >= {"member_joined_channel", "channel_rename", "app_home_opened"}
        found = sorted(set().union(*map(oddities, received)) - DOCUMENTED)
        assert not found, "\n".join(found)
