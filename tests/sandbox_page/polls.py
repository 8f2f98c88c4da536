"""A small app for the page's tests: it uses what a page must be able to do with an app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from slack_sandbox.testing import SandboxWorkspace

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "polls"},
    "features": {
        "slash_commands": [
            {
                "command": "/poll",
                "description": "Ask everybody something",
                "usage_hint": "ask QUESTION | form",
            }
        ],
        "shortcuts": [
            {
                "name": "Start a poll",
                "type": "global",
                "callback_id": "start",
                "description": "Opens the form",
            },
            {
                "name": "Make this a poll",
                "type": "message",
                "callback_id": "from_message",
                "description": "Asks what the message says",
            },
        ],
    },
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def card(question: str, votes: int) -> list[Json]:
    """Return a poll: a header, its votes, and what one can do with it."""
    confirm = {
        "title": plain("Close the poll?"),
        "text": plain("Nobody can vote any more."),
        "confirm": plain("Close it"),
        "deny": plain("Keep it open"),
        "style": "danger",
    }
    return [
        {"type": "header", "text": plain(f":bar_chart: {question}")},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{votes}* votes so far"}},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "vote",
                    "text": plain("Vote"),
                    "style": "primary",
                    "value": f"{votes}|{question}",
                },
                {
                    "type": "button",
                    "action_id": "close",
                    "text": plain("Close"),
                    "style": "danger",
                    "confirm": confirm,
                },
                {
                    "type": "static_select",
                    "action_id": "mood",
                    "placeholder": plain("Mood"),
                    "options": [
                        {"text": plain("Glad"), "value": "glad"},
                        {"text": plain("Grim"), "value": "grim"},
                    ],
                },
            ],
        },
    ]


def form() -> Json:
    """Return the modal: a required text, a number with bounds, people."""
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("A new poll"),
        "submit": plain("Ask"),
        "close": plain("Never mind"),
        "blocks": [
            {
                "type": "input",
                "block_id": "question",
                "label": plain("Question"),
                "hint": plain("Ends with a question mark."),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "text",
                    "min_length": 5,
                    "max_length": 80,
                },
            },
            {
                "type": "input",
                "block_id": "days",
                "label": plain("Days"),
                "optional": True,
                "element": {
                    "type": "number_input",
                    "action_id": "number",
                    "is_decimal_allowed": False,
                    "min_value": "1",
                    "max_value": "30",
                },
            },
            {
                "type": "input",
                "block_id": "people",
                "label": plain("Ask whom"),
                "optional": True,
                "element": {"type": "multi_users_select", "action_id": "users"},
            },
            {
                "type": "actions",
                "block_id": "more",
                "elements": [
                    {"type": "button", "action_id": "choose_city", "text": plain("Choose a city")}
                ],
            },
        ],
    }


def city_form() -> Json:
    """Return the modal pushed over the form: one menu whose options the app finds."""
    return {
        "type": "modal",
        "callback_id": "city",
        "title": plain("A city"),
        "submit": plain("Take it"),
        "blocks": [
            {
                "type": "input",
                "block_id": "city",
                "label": plain("City"),
                "element": {
                    "type": "external_select",
                    "action_id": "city",
                    "min_query_length": 2,
                    "placeholder": plain("Type two letters"),
                },
            }
        ],
    }


async def ask(ack: Any, command: Json, client: AsyncWebClient, respond: Any) -> None:
    await ack()
    verb, _, rest = command["text"].partition(" ")
    if verb == "form":
        await client.views_open(trigger_id=command["trigger_id"], view=form())
        return
    await client.chat_postMessage(channel=command["channel_id"], text=rest, blocks=card(rest, 0))
    await respond(f":white_check_mark: Asked *{rest}*")


async def submitted(ack: Any, view: Json, client: AsyncWebClient, body: Json) -> None:
    values = view["state"]["values"]
    question = values["question"]["text"]["value"]
    if not question.endswith("?"):
        await ack(response_action="errors", errors={"question": "That is not a question."})
        return
    await ack()
    asked = ", ".join(f"<@{user}>" for user in values["people"]["users"]["selected_users"])
    days = values["days"]["number"]["value"]
    await client.chat_postMessage(
        channel="#general",
        text=f"<@{body['user']['id']}> asks {asked}: {question} ({days} days)",
    )


async def push_city(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_push(trigger_id=body["trigger_id"], view=city_form())


async def find_cities(ack: Any, payload: Json) -> None:
    cities = ["Berlin", "Bergen", "Boston"]
    found = [city for city in cities if city.lower().startswith(payload["value"].lower())]
    await ack(options=[{"text": plain(city), "value": city} for city in found])


async def take_city(ack: Any, view: Json, client: AsyncWebClient) -> None:
    await ack()
    chosen = view["state"]["values"]["city"]["city"]["selected_option"]["value"]
    await client.chat_postMessage(channel="#general", text=f"In {chosen} then.")


async def vote(ack: Any, action: Json, body: Json, client: AsyncWebClient) -> None:
    await ack()
    votes, _, question = action["value"].partition("|")
    where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
    await client.chat_update(**where, text=question, blocks=card(question, int(votes) + 1))


async def close(ack: Any, respond: Any) -> None:
    await ack()
    await respond(text="The poll is closed.", replace_original=True)


async def feel(ack: Any, action: Json, respond: Any) -> None:
    await ack()
    chosen = action["selected_option"]["value"]
    await respond(text=f"You feel {chosen}.", replace_original=False)


async def start(ack: Any, shortcut: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=shortcut["trigger_id"], view=form())


async def ask_message(ack: Any, shortcut: Json, client: AsyncWebClient) -> None:
    await ack()
    text = shortcut["message"]["text"]
    where = shortcut["channel"]["id"]
    await client.chat_postMessage(channel=where, text=text, blocks=card(text, 0))


async def publish_home(event: Json, client: AsyncWebClient) -> None:
    view = {"type": "home", "blocks": card("What next?", 3)}
    await client.views_publish(user_id=event["user"], view=view)


async def hear() -> None:
    """Hear everything, say nothing."""


def polls(slack: SandboxWorkspace) -> AsyncApp:
    """Return the app, not connected yet."""
    app = AsyncApp(client=AsyncWebClient(token=slack.bot_token, base_url=slack.api_url))
    app.command("/poll")(ask)
    app.view("form")(submitted)
    app.action("choose_city")(push_city)
    app.options("city")(find_cities)
    app.view("city")(take_city)
    app.action("vote")(vote)
    app.action("close")(close)
    app.action("mood")(feel)
    app.shortcut("start")(start)
    app.shortcut("from_message")(ask_message)
    app.event("app_home_opened")(publish_home)
    app.event("message")(hear)
    app.event("member_joined_channel")(hear)
    return app


@asynccontextmanager
async def connected(slack: SandboxWorkspace) -> AsyncIterator[AsyncWebClient]:
    """Run the app against the workspace; gives the bot's Web API client."""
    slack.learn(MANIFEST)
    app = polls(slack)
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    await slack.connected()
    await app.client.conversations_join(channel=slack.channel("general").id)
    try:
        yield app.client
    finally:
        await handler.close_async()
