"""One small incident app, written with Bolt, lives its life in the sandbox."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from sandbox.apps import bolt, running
from slack_sandbox.testing import SandboxWorkspace

FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "declare",
    "title": {"type": "plain_text", "text": "Declare"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "Title"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "sev",
            "label": {"type": "plain_text", "text": "Severity"},
            "element": {
                "type": "static_select",
                "action_id": "menu",
                "options": [
                    {"text": {"type": "plain_text", "text": name}, "value": name.lower()}
                    for name in ("SEV1", "SEV2")
                ],
            },
        },
    ],
}


def button(label: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {
        "type": "actions",
        "elements": [{"type": "button", "action_id": label.lower(), "text": text, "value": "1"}],
    }


def incident_app(slack: SandboxWorkspace) -> AsyncApp:
    app = bolt(slack)

    @app.command("/incident")
    async def declare(ack: Any, body: Any, client: Any, respond: Any) -> None:
        if not body["text"]:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
            return
        await ack("On it.")
        room = (await client.conversations_create(name="inc-1"))["channel"]["id"]
        await client.conversations_invite(channel=room, users=body["user_id"])
        section = {"type": "section", "text": {"type": "mrkdwn", "text": f"*{body['text']}*"}}
        await client.chat_postMessage(
            channel=room, text="card", blocks=[section, button("Acknowledge")]
        )
        await respond(f"Declared in <#{room}>")

    @app.action("acknowledge")
    async def acknowledge(ack: Any, body: Any, client: Any) -> None:
        await ack()
        text = f"Acknowledged by <@{body['user']['id']}>"
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**where, text=text)

    @app.view("declare")
    async def submitted(ack: Any, view: Any, body: Any, client: Any) -> None:
        values = view["state"]["values"]
        title = values["title"]["text"]["value"]
        if title == "test":
            await ack(response_action="errors", errors={"title": "Not a title."})
            return
        await ack()
        severity = values["sev"]["menu"]["selected_option"]["value"]
        await client.chat_postMessage(channel=body["user"]["id"], text=f"{severity}: {title}")

    @app.event(re.compile("message|member_joined_channel|channel_created"))
    async def other(event: Any) -> None: ...

    return app


async def test_a_command_opens_a_room_with_a_card_one_can_acknowledge() -> None:
    async with SandboxWorkspace() as slack, running(slack, incident_app(slack)):
        ada = slack.user("ada")
        answer = await ada.types("/incident checkout 5xx", channel="general")
        assert answer["acked"]
        await ada.sees("On it.", channel="general")
        receipt = await ada.sees("Declared in #inc-1", channel="general")
        assert receipt.is_ephemeral
        card = await ada.sees("checkout 5xx", channel="inc-1")
        assert card.buttons == ["Acknowledge"]
        await ada.clicks("Acknowledge", channel="inc-1")
        await ada.sees("Acknowledged by @ada", channel="inc-1")
        assert card.buttons == []
        assert slack.user("bo").ephemerals("general") == []
        await slack.idle()


async def test_a_form_refuses_then_accepts() -> None:
    async with SandboxWorkspace() as slack, running(slack, incident_app(slack)):
        bo = slack.user("bo")
        await bo.types("/incident", channel="random")
        form = await bo.sees_modal("Declare")
        assert form.labels == ["Title", "Severity"]

        unfinished = await bo.submits({"Title": "checkout"})
        assert unfinished["errors"] == {"sev": "Please complete this required field."}

        refused = await bo.submits({"Title": "test", "Severity": "SEV2"})
        assert refused["result"] == "errors"
        assert refused["errors"] == {"title": "Not a title."}

        accepted = await bo.submits({"Title": "checkout 5xx"})
        assert accepted["result"] == "closed"
        assert bo.modal is None
        await bo.sees("sev2: checkout 5xx", channel="dm")
        assert [message.text for message in slack.dm("bo")] == ["sev2: checkout 5xx"]
