import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused
from slack_sandbox.testing import Message, SandboxWorkspace

GENERAL = "C0GENERAL1"


@pytest.fixture
async def message(slack: SandboxWorkspace) -> Message:
    bo = slack.user("bo")
    await bo.invites("general", "bot")
    return await bo.says("look", "general")


async def test_reactions_add_up_and_go(
    slack: SandboxWorkspace, client: AsyncWebClient, message: Message
) -> None:
    where = {"channel": GENERAL, "timestamp": message.ts}
    await client.reactions_add(**where, name="pushpin")
    await slack.user("ada").reacts("pushpin", message)
    got = await client.reactions_get(**where)
    assert got["message"]["reactions"] == [
        {"name": "pushpin", "users": [slack.bot_user_id, slack.user("ada").id], "count": 2}
    ]
    listed = await client.reactions_list()
    assert [item["message"]["ts"] for item in listed["items"]] == [message.ts]
    twice = client.reactions_add(**where, name="pushpin")
    assert (await refused(twice))["error"] == "already_reacted"
    await client.reactions_remove(**where, name="pushpin")
    none = client.reactions_remove(**where, name="pushpin")
    assert (await refused(none))["error"] == "no_reaction"
    await slack.user("ada").unreacts("pushpin", message)
    assert message.reactions == {}


async def test_plus_one_is_thumbsup(client: AsyncWebClient, message: Message) -> None:
    where = {"channel": GENERAL, "timestamp": message.ts}
    await client.reactions_add(**where, name="+1")
    assert list(message.reactions) == ["thumbsup"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"name": "no such!"}, "invalid_name"),
        ({"timestamp": ""}, "no_item_specified"),
        ({"timestamp": "12"}, "bad_timestamp"),
        ({"timestamp": "1700000000.000001"}, "message_not_found"),
        ({"channel": "C0NOWHERE1"}, "channel_not_found"),
        ({"channel": "C0RANDOM02"}, "not_in_channel"),
    ],
)
async def test_a_reaction_is_refused_as_documented(
    client: AsyncWebClient, message: Message, arguments: dict[str, str], error: str
) -> None:
    given = {"channel": GENERAL, "timestamp": message.ts, "name": "eyes", **arguments}
    assert (await refused(client.reactions_add(**given)))["error"] == error


async def test_a_pin_is_listed_and_announced(
    slack: SandboxWorkspace, client: AsyncWebClient, message: Message
) -> None:
    where = {"channel": GENERAL, "timestamp": message.ts}
    await client.pins_add(**where)
    [item] = (await client.pins_list(channel=GENERAL))["items"]
    assert item["message"]["ts"] == message.ts
    assert item["message"]["permalink"] == message.permalink
    assert slack.messages("general")[-1].raw["subtype"] == "pinned_item"
    assert (await refused(client.pins_add(**where)))["error"] == "already_pinned"
    await client.pins_remove(**where)
    assert (await refused(client.pins_remove(**where)))["error"] == "no_pin"
    assert (await client.pins_list(channel=GENERAL))["items"] == []


async def test_a_channel_holds_a_hundred_pins(
    slack: SandboxWorkspace, client: AsyncWebClient, message: Message
) -> None:
    posted = [await slack.user("bo").says(str(n), "general") for n in range(101)]
    for each in posted[:100]:
        await slack.user("bo").pins(each)
    one_more = client.pins_add(channel=GENERAL, timestamp=posted[100].ts)
    assert (await refused(one_more))["error"] == "too_many_pins"


async def test_a_deleted_message_takes_its_pin_along(
    slack: SandboxWorkspace, client: AsyncWebClient, message: Message
) -> None:
    await client.pins_add(channel=GENERAL, timestamp=message.ts)
    await slack.user("bo").deletes(message)
    assert (await client.pins_list(channel=GENERAL))["items"] == []


async def test_bookmarks_are_added_changed_and_removed(
    client: AsyncWebClient, message: Message
) -> None:
    add = {"channel_id": GENERAL, "type": "link", "link": "https://example.com"}
    made = (await client.bookmarks_add(**add, title="Dash", emoji=":bar_chart:"))["bookmark"]
    await client.bookmarks_edit(channel_id=GENERAL, bookmark_id=made["id"], title="Board")
    await client.bookmarks_add(**add, title="Dash")
    listed = (await client.bookmarks_list(channel_id=GENERAL))["bookmarks"]
    assert [bookmark["title"] for bookmark in listed] == ["Board", "Dash"]
    await client.bookmarks_remove(channel_id=GENERAL, bookmark_id=made["id"])
    gone = client.bookmarks_remove(channel_id=GENERAL, bookmark_id=made["id"])
    assert (await refused(gone))["error"] == "not_found"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"link": "ftp://x"}, "invalid_link"),
        ({"emoji": "bar_chart"}, "invalid_emoji"),
        ({"type": "folder"}, "invalid_bookmark_type"),
        ({"channel_id": "C0NOWHERE1"}, "channel_not_found"),
    ],
)
async def test_a_bookmark_is_refused_as_documented(
    client: AsyncWebClient, message: Message, arguments: dict[str, str], error: str
) -> None:
    good = {"channel_id": GENERAL, "title": "x", "type": "link", "link": "https://x.y"}
    assert (await refused(client.bookmarks_add(**{**good, **arguments})))["error"] == error
