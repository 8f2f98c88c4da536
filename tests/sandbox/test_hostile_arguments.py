"""Whatever arrives, the sandbox answers; nothing a client sends makes it fall over."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slack_sandbox.errors import SlackError
from slack_sandbox.gestures import AT_ONCE, TO_THE_APP, perform
from slack_sandbox.methods import METHODS
from slack_sandbox.sandbox import Sandbox

pytestmark = pytest.mark.unmeasured
NAMES = (
    "access_level",
    "action_id",
    "all",
    "attachments",
    "block_id",
    "blocks",
    "bookmark_id",
    "bot",
    "callback_id",
    "canvas_id",
    "changes",
    "channel",
    "channel_id",
    "channel_ids",
    "channels",
    "chosen",
    "command",
    "container",
    "count",
    "criteria",
    "cursor",
    "document_content",
    "email",
    "emoji",
    "external_id",
    "file",
    "filename",
    "files",
    "force",
    "handle",
    "hash",
    "icon_emoji",
    "inclusive",
    "initial_comment",
    "is_private",
    "latest",
    "length",
    "limit",
    "link",
    "link_names",
    "markdown_text",
    "message",
    "message_ts",
    "metadata",
    "name",
    "oldest",
    "page",
    "post_at",
    "presence",
    "purpose",
    "reply_broadcast",
    "return_im",
    "scheduled_message_id",
    "state",
    "tab",
    "team",
    "text",
    "thread_ts",
    "time",
    "timestamp",
    "title",
    "topic",
    "trigger_id",
    "ts",
    "ts_from",
    "type",
    "types",
    "user",
    "user_id",
    "user_ids",
    "usergroup",
    "username",
    "users",
    "value",
    "view",
    "view_id",
)
PLAUSIBLE = (
    "C0GENERAL1",
    "U0ADA00001",
    "U0BOT00009",
    "1790000000.000100",
    "general",
    "room",
    "0",
    "-1",
    "²",
    "nan",
    "1e999",
    "[]",
    "{}",
    "[{}]",
    "null",
    '[{"id": "F0"}]',
    '{"type": "modal"}',
    "link",
    "https://x.y",
    "\x00",
    "\ud800",
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(PLAUSIBLE),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*NAMES, "elements", "element", "options"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
SOUND: dict[str, Any] = {
    "channel": "C0GENERAL1",
    "channel_id": "C0GENERAL1",
    "channels": "C0GENERAL1",
    "text": "x",
    "ts": "TS",
    "timestamp": "TS",
    "message_ts": "TS",
    "thread_ts": "TS",
    "user": "U0ADA00001",
    "users": "U0ADA00001",
    "name": "eyes",
    "title": "x",
    "type": "link",
    "link": "https://x.y",
    "view_id": "VIEW",
    "block_id": "b",
    "action_id": "a",
    "container": {"type": "view", "view_id": "VIEW"},
    "usergroup": "GROUP",
    "canvas_id": "CANVAS",
    "command": "/x",
    "callback_id": "x",
    "post_at": "1900000000",
}
arguments = st.builds(
    lambda dropped, odd: {k: v for k, v in SOUND.items() if k not in dropped} | odd,
    st.sets(st.sampled_from(sorted(SOUND)), max_size=4),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(PLAUSIBLE) | json_values, max_size=3),
)
thorough = settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)


def populated() -> tuple[Sandbox, dict[str, str]]:
    """Return a sandbox with something of every kind to do harm to, and their ids."""
    sandbox = Sandbox(seed=1)
    triggers, room = sandbox.triggers, "C0GENERAL1"

    def call(method: str, **given_arguments: Any) -> dict[str, Any]:
        token = sandbox.workspace.app.bot_token
        answer = sandbox.dispatcher.answer(method, given_arguments, token)
        assert answer["ok"]
        return answer

    call("conversations.join", channel=room)
    element = {"type": "plain_text_input", "action_id": "a"}
    label = {"type": "plain_text", "text": "x"}
    note = {"type": "input", "block_id": "b", "label": label, "element": element}
    view = {"type": "modal", "title": label, "submit": label, "blocks": [note]}
    opened = call("views.open", trigger_id=triggers.issue("U0ADA00001"), view=view)
    ids = {
        "TS": call("chat.postMessage", channel=room, text="x")["ts"],
        "VIEW": opened["view"]["id"],
        "GROUP": call("usergroups.create", name="x")["usergroup"]["id"],
        "CANVAS": call("canvases.create")["canvas_id"],
    }
    return sandbox, ids


def placed(value: Any, ids: dict[str, str]) -> Any:
    """Put the real ids where the strategy could only name them."""
    if isinstance(value, dict):
        return {key: placed(item, ids) for key, item in value.items()}
    return ids.get(value, value) if isinstance(value, str) else value


@thorough
@given(st.lists(st.tuples(st.sampled_from(sorted(METHODS)), arguments), min_size=1, max_size=5))
def test_no_call_makes_a_method_crash(calls: list[tuple[str, dict[str, Any]]]) -> None:
    async def all_of_them() -> None:
        sandbox, ids = populated()
        for method, given_arguments in calls:
            named = {k: placed(v, ids) for k, v in given_arguments.items()}
            present = {k: v for k, v in named.items() if v is not None}
            app = sandbox.workspace.app
            token = app.app_token if method.startswith("apps.") else app.bot_token
            answer = sandbox.dispatcher.answer(method, present, token)
            assert answer["ok"] or "error" in answer or "not_in_channel" in answer
        sandbox.workspace.clock.advance(200 * 86_400)
        await sandbox.close()

    asyncio.run(all_of_them())


@thorough
@given(
    st.lists(
        st.tuples(st.sampled_from([*AT_ONCE, *TO_THE_APP, "upload"]), arguments),
        min_size=1,
        max_size=5,
    )
)
def test_no_gesture_makes_the_sandbox_crash(gestures: list[tuple[str, dict[str, Any]]]) -> None:
    async def all_of_them() -> None:
        sandbox, ids = populated()
        for name, fields in gestures:
            with suppress(SlackError):
                answer = await perform(
                    sandbox.hands,
                    {**placed(fields, ids), "user": "ada", "gesture": name},
                    [("a.txt", b"x")],
                )
                assert "ok" in answer
        await sandbox.close()

    asyncio.run(all_of_them())


ODD: tuple[Any, ...] = (
    None,
    "",
    "x",
    "²",
    "\x00",
    0,
    -1,
    2.5,
    1e308,
    float("inf"),
    True,
    [],
    {},
    [1],
    [[]],
    [{}],
    ["C0GENERAL1", {}],
    {"a": 1},
    {"type": []},
    {"b": "x"},
    {"b": {"a": "x"}},
    {"b": {"a": {"type": "plain_text_input", "value": []}}},
)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_no_single_odd_argument_makes_a_method_crash(method: str) -> None:
    async def one_by_one() -> None:
        sandbox, ids = populated()
        app = sandbox.workspace.app
        token = app.app_token if method.startswith("apps.") else app.bot_token
        for name in NAMES:
            for odd in ODD:
                given_arguments = placed(SOUND, ids) | {name: odd}
                present = {k: v for k, v in given_arguments.items() if v is not None}
                answer = sandbox.dispatcher.answer(method, present, token)
                assert isinstance(answer.get("ok"), bool), (name, odd)
        await sandbox.close()

    asyncio.run(one_by_one())


@pytest.mark.parametrize("gesture", [*AT_ONCE, *TO_THE_APP, "upload"])
def test_no_single_odd_field_makes_a_gesture_crash(gesture: str) -> None:
    async def one_by_one() -> None:
        sandbox, ids = populated()
        for name in NAMES:
            for odd in ODD:
                fields = placed(SOUND, ids) | {name: odd}
                fields |= (
                    {"gesture": gesture} if name == "user" else {"gesture": gesture, "user": "ada"}
                )
                with suppress(SlackError):
                    await perform(sandbox.hands, fields, [("a.txt", b"x")])
        await sandbox.close()

    asyncio.run(one_by_one())
