"""Clicks, menus, forms, shortcuts and suggestions, through Bolt."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from sandbox.apps import bolt, running
from slack_sandbox.testing import Person, SandboxWorkspace

GENERAL = "C0GENERAL1"


def text(words: str) -> dict[str, str]:
    return {"type": "plain_text", "text": words}


def option(name: str) -> dict[str, Any]:
    return {"text": text(name), "value": name.lower()}


MENUS: dict[str, dict[str, Any]] = {
    "static_select": {"options": [option("One"), option("Two")]},
    "multi_static_select": {"options": [option("One"), option("Two")]},
    "users_select": {},
    "multi_users_select": {},
    "conversations_select": {},
    "channels_select": {},
    "overflow": {"options": [option("One"), option("Two")]},
    "checkboxes": {"options": [option("One"), option("Two")]},
    "radio_buttons": {"options": [option("One"), option("Two")]},
    "datepicker": {},
    "timepicker": {},
    "datetimepicker": {},
}
CHOICES: dict[str, tuple[Any, str, Any]] = {
    "static_select": ("Two", "selected_option", "two"),
    "multi_static_select": (["One", "Two"], "selected_options", ["one", "two"]),
    "users_select": ("bo", "selected_user", "U0BO000002"),
    "multi_users_select": (["bo", "@ada"], "selected_users", ["U0BO000002", "U0ADA00001"]),
    "conversations_select": ("random", "selected_conversation", "C0RANDOM02"),
    "channels_select": ("random", "selected_channel", "C0RANDOM02"),
    "overflow": ("Two", "selected_option", "two"),
    "checkboxes": (["Two"], "selected_options", ["two"]),
    "radio_buttons": ("One", "selected_option", "one"),
    "datepicker": ("2026-11-21", "selected_date", "2026-11-21"),
    "timepicker": ("14:05", "selected_time", "14:05"),
    "datetimepicker": (1790000000, "selected_date_time", 1790000000),
}


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value["value"] if isinstance(value, dict) else value


@pytest.fixture
def app(slack: SandboxWorkspace) -> AsyncApp:
    return bolt(slack)


@pytest.fixture
def ada(slack: SandboxWorkspace) -> Person:
    return slack.user("ada")


@pytest.fixture
def bodies(app: AsyncApp) -> list[dict[str, Any]]:
    """Everything the app's action listener got."""
    seen: list[dict[str, Any]] = []

    @app.action({"action_id": "it"})
    async def it(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    return seen


@pytest.mark.parametrize("kind", MENUS)
async def test_each_menu_sends_what_was_chosen(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person, bodies: list[dict[str, Any]], kind: str
) -> None:
    element = {"type": kind, "action_id": "it", **MENUS[kind]}
    value, key, expected = CHOICES[kind]
    async with running(slack, app):
        block: dict[str, Any] = {"type": "actions", "block_id": "b", "elements": [element]}
        if kind.startswith("multi_"):  # these do not stand in an actions block
            block = {"type": "section", "block_id": "b", "text": text("x"), "accessory": element}
        await app.client.chat_postMessage(channel=GENERAL, text="x", blocks=[block])
        answer = await ada.chooses(value, "it", channel="general")
    assert answer["acked"]
    [body] = bodies
    [action] = body["actions"]
    assert (action["type"], action["block_id"]) == (kind, "b")
    assert plain(action[key]) == expected
    assert body["message"]["blocks"][0]["block_id"] == "b"
    assert body["container"]["type"] == "message"
    if kind != "overflow":
        assert plain(body["state"]["values"]["b"]["it"][key]) == expected


async def test_a_button_sends_its_value_and_a_trigger(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person, bodies: list[dict[str, Any]]
) -> None:
    button = {"type": "button", "action_id": "it", "text": text("Go"), "value": "v"}
    async with running(slack, app):
        blocks = [{"type": "actions", "elements": [{**button, "style": "danger"}]}]
        posted = await app.client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
        await ada.clicks("Go", channel="general")
    [body] = bodies
    [action] = body["actions"]
    assert (action["value"], action["style"]) == ("v", "danger")
    assert action["text"] == {"type": "plain_text", "text": "Go", "emoji": True}
    assert body["type"] == "block_actions"
    assert body["container"]["message_ts"] == posted["ts"]
    assert body["channel"] == {"id": GENERAL, "name": "general"}
    assert body["response_url"].startswith(slack.url)
    assert body["trigger_id"].count(".") == 2


async def test_a_button_in_an_attachment_says_so(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person, bodies: list[dict[str, Any]]
) -> None:
    button = {"type": "button", "action_id": "it", "text": text("Go")}
    blocks = [{"type": "actions", "elements": [button]}]
    async with running(slack, app):
        await app.client.chat_postMessage(
            channel=GENERAL, text="x", attachments=[{"color": "#f00", "blocks": blocks}]
        )
        await ada.clicks("Go", channel="general")
    assert bodies[0]["container"]["type"] == "message_attachment"
    assert bodies[0]["container"]["attachment_id"] == 1


async def test_a_click_nobody_acknowledges_leaves_a_warning(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person
) -> None:
    button = {"type": "button", "action_id": "it", "text": text("Go")}
    told: list[Any] = []
    slack.sandbox.workspace.listen(told.append)
    blocks = [{"type": "actions", "elements": [button]}]
    await app.client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
    answer = await ada.clicks("Go", channel="general")
    assert answer["error"] == "dispatch_failed"
    assert told[-1].kind == "action_failed"
    assert told[-1].facts["action_id"] == "it"


async def test_home_and_modals_have_elements_without_response_url(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person, bodies: list[dict[str, Any]]
) -> None:
    button = {"type": "button", "action_id": "it", "text": text("Go")}
    note = {
        "type": "input",
        "block_id": "note",
        "label": text("Note"),
        "element": {"type": "plain_text_input", "action_id": "n", "initial_value": "first"},
    }
    view = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}, note]}
    async with running(slack, app):
        await app.client.views_publish(user_id=ada.id, view=view)
        await ada.clicks("Go")
    [body] = bodies
    assert body["view"]["type"] == "home"
    assert body["container"] == {"type": "view", "view_id": body["view"]["id"]}
    assert body["view"]["state"]["values"]["note"]["n"]["value"] == "first"
    assert not body.keys() & {"response_url", "message", "channel"}


FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "notify_on_close": True,
    "title": text("Form"),
    "submit": text("Go"),
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": text("Title"),
            "element": {"type": "plain_text_input", "action_id": "t", "min_length": 3},
        },
        {
            "type": "input",
            "block_id": "where",
            "label": text("Where"),
            "optional": True,
            "element": {
                "type": "conversations_select",
                "action_id": "w",
                "response_url_enabled": True,
            },
        },
    ],
}


def second(words: str) -> dict[str, Any]:
    return {**FORM, "title": text(words), "callback_id": "second"}


def form_app(app: AsyncApp) -> list[dict[str, Any]]:
    """Let a shortcut open the form, which answers as its title says."""
    seen: list[dict[str, Any]] = []

    @app.shortcut("open")
    async def opening(ack: Any, body: dict[str, Any], client: Any) -> None:
        seen.append(body)
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("form")
    async def submitted(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        seen.append(body)
        match view["state"]["values"]["title"]["t"]["value"]:
            case "errors":
                await ack(response_action="errors", errors={"title": "No."})
            case "wrong":
                await ack(response_action="errors", errors={"nowhere": "No."})
            case "broken":
                await ack(response_action="update", view={"type": "modal"})
            case "update":
                await ack(response_action="update", view=second("Updated"))
            case "push":
                await ack(response_action="push", view=second("Pushed"))
            case _:
                await ack()

    @app.view("second")
    async def again(ack: Any) -> None:
        await ack(response_action="clear")

    @app.view_closed("form")
    @app.view_closed("second")
    async def closed(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    return seen


async def test_a_submission_is_answered_in_all_four_ways(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person
) -> None:
    form_app(app)
    async with running(slack, app):
        await ada.runs("open")
        errors = await ada.submits({"Title": "errors"})
        assert (errors["result"], errors["errors"]) == ("errors", {"title": "No."})
        pushed = await ada.submits({"Title": "push"})
        assert pushed["result"] == "pushed"
        assert (await ada.sees_modal("Pushed")).raw["previous_view_id"]
        cleared = await ada.submits({"Title": "anything"})
        assert cleared["result"] == "cleared"
        assert ada.modal is None
        await ada.runs("open")
        assert (await ada.submits({"Title": "update"}))["result"] == "updated"
        assert (await ada.sees_modal("Updated")).callback_id == "second"
        await ada.closes()
        await ada.runs("open")
        assert (await ada.submits({"Title": "done"}))["result"] == "closed"
        assert ada.modal is None


@pytest.mark.parametrize("title", ["wrong", "broken"])
async def test_an_impossible_answer_is_trouble_connecting(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person, title: str
) -> None:
    form_app(app)
    async with running(slack, app):
        await ada.runs("open")
        failed = await ada.submits({"Title": title})
    assert failed["result"] == "failed"
    assert failed["message"] == "We had some trouble connecting. Try again?"
    assert ada.modal is not None


async def test_the_client_holds_the_inputs_rules(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person
) -> None:
    seen = form_app(app)
    async with running(slack, app):
        await ada.runs("open")
        empty = await ada.submits({})
        assert empty["errors"] == {"title": "Please complete this required field."}
        short = await ada.submits({"Title": "ab"})
        assert short["errors"] == {"title": "Please enter at least 3 characters."}
    assert [body["type"] for body in seen] == ["shortcut"]


async def test_a_chosen_conversation_comes_with_a_response_url(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person
) -> None:
    seen = form_app(app)
    async with running(slack, app):
        await ada.runs("open")
        await ada.submits({"Title": "done", "Where": "random"})
    submitted = seen[-1]
    assert submitted["type"] == "view_submission"
    [url] = submitted["response_urls"]
    assert (url["channel_id"], url["block_id"]) == ("C0RANDOM02", "where")
    assert submitted["view"]["state"]["values"]["title"]["t"]["type"] == "plain_text_input"


async def test_closing_is_told_when_asked_for(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person
) -> None:
    seen = form_app(app)
    async with running(slack, app):
        await ada.runs("open")
        await ada.closes()
        assert (seen[-1]["type"], seen[-1]["is_cleared"]) == ("view_closed", False)
        await ada.runs("open")
        root = await ada.sees_modal("Form")
        await ada.submits({"Title": "push"})
        await ada.closes(everything=True)
    assert (seen[-1]["view"]["id"], seen[-1]["is_cleared"]) == (root.id, True)
    assert not seen[-1].keys() & {"trigger_id", "response_urls"}


async def test_shortcuts_know_where_they_were_run(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person
) -> None:
    seen = form_app(app)

    @app.message_shortcut("note")
    async def note(ack: Any, body: dict[str, Any], respond: Any) -> None:
        seen.append(body)
        await ack()
        await respond("noted")

    async with running(slack, app):
        await ada.runs("open")
        said = await ada.says("remember", "general")
        await ada.runs("note", said)
        await ada.sees("noted", "general")
    everywhere, here = seen
    assert (everywhere["type"], here["type"]) == ("shortcut", "message_action")
    assert not everywhere.keys() & {"channel", "response_url", "message"}
    assert here["message"]["ts"] == here["message_ts"] == said.ts
    assert here["channel"]["name"] == "general"


async def test_an_external_select_asks_the_app(
    slack: SandboxWorkspace, app: AsyncApp, ada: Person
) -> None:
    menu = {"type": "external_select", "action_id": "svc", "min_query_length": 1}

    @app.options("svc")
    async def options(ack: Any, body: dict[str, Any]) -> None:
        assert body["type"] == "block_suggestion"
        assert body["container"]["type"] == "message"
        await ack(options=[option(body["value"].title())])

    async with running(slack, app):
        section = {"type": "section", "text": text("Service"), "accessory": menu}
        await app.client.chat_postMessage(channel=GENERAL, text="x", blocks=[section])
        offered = await ada.searches_options("checkout", "svc", channel="general")
    assert offered == [option("Checkout")]
