import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused
from slack_sandbox.testing import SandboxWorkspace

GENERAL = "C0GENERAL1"


@pytest.fixture
async def room(client: AsyncWebClient) -> str:
    made = await client.conversations_create(name="room")
    return str(made["channel"]["id"])


async def test_whoever_makes_a_channel_is_in_it(
    slack: SandboxWorkspace, client: AsyncWebClient, room: str
) -> None:
    info = await client.conversations_info(channel=room, include_num_members=True)
    channel = info["channel"]
    assert channel["is_member"]
    assert channel["num_members"] == 1
    assert channel["creator"] == slack.bot_user_id
    taken = await refused(client.conversations_create(name="room"))
    assert taken["error"] == "name_taken"
    await client.conversations_archive(channel=room)
    still = await refused(client.conversations_create(name="room"))
    assert still["error"] == "name_taken"


async def test_an_invitation_is_all_or_nothing_unless_forced(
    slack: SandboxWorkspace, client: AsyncWebClient, room: str
) -> None:
    ada = slack.user("ada").id
    mixed = f"{ada},U0NOBODY99,{slack.bot_user_id}"
    answer = await refused(client.conversations_invite(channel=room, users=mixed))
    assert answer["error"] == "user_not_found"
    assert [e["error"] for e in answer["errors"]] == ["user_not_found", "cant_invite_self"]
    assert ada not in slack.channel("room").members

    forced = await client.conversations_invite(channel=room, users=mixed, force=True)
    assert len(forced["errors"]) == 2
    assert ada in slack.channel("room").members
    again = await refused(client.conversations_invite(channel=room, users=[ada]))
    assert again["error"] == "already_in_channel"
    assert (await refused(client.conversations_invite(channel=room, users="")))[
        "error"
    ] == "no_user"
    crowd = [f"U0CROWD{n:03}" for n in range(101)]
    too_many = await refused(client.conversations_invite(channel=room, users=crowd))
    assert too_many["error"] == "invalid_arguments"


async def test_joining_twice_is_a_warning_not_an_error(client: AsyncWebClient) -> None:
    first = await client.conversations_join(channel=GENERAL)
    assert "warning" not in first.data
    second = await client.conversations_join(channel=GENERAL)
    assert second["warning"] == "already_in_channel"
    assert second["response_metadata"]["warnings"] == ["already_in_channel"]


async def test_leaving_where_one_is_not_has_no_error_key(client: AsyncWebClient) -> None:
    answer = await refused(client.conversations_leave(channel="C0RANDOM02"))
    assert answer == {"ok": False, "not_in_channel": True}


async def test_kicking_has_its_rules(
    slack: SandboxWorkspace, client: AsyncWebClient, room: str
) -> None:
    ada = slack.user("ada").id
    await client.conversations_invite(channel=room, users=ada)
    kicked = await client.conversations_kick(channel=room, user=ada)
    assert kicked["ok"]
    for user, error in (
        (slack.bot_user_id, "cant_kick_self"),
        (ada, "not_in_channel"),
        ("U0NOBODY99", "user_not_found"),
    ):
        answer = await refused(client.conversations_kick(channel=room, user=user))
        assert answer["error"] == error
    await client.conversations_join(channel=GENERAL)
    general = await refused(client.conversations_kick(channel=GENERAL, user=ada))
    assert general["error"] == "cant_kick_from_general"


async def test_topic_and_purpose_are_limited_and_leave_a_notice(
    slack: SandboxWorkspace, client: AsyncWebClient, room: str
) -> None:
    answer = await client.conversations_setTopic(channel=room, topic="SEV2")
    assert answer["channel"]["topic"]["value"] == "SEV2"
    await client.conversations_setPurpose(channel=room, purpose="checkout")
    subtypes = [message.raw.get("subtype") for message in slack.messages("room")]
    assert subtypes == ["channel_join", "channel_topic", "channel_purpose"]
    long = client.conversations_setTopic(channel=room, topic="x" * 251)
    assert (await refused(long))["error"] == "too_long"


async def test_only_the_creator_renames(
    slack: SandboxWorkspace, client: AsyncWebClient, room: str
) -> None:
    renamed = await client.conversations_rename(channel=room, name="room-resolved")
    assert renamed["channel"]["previous_names"] == ["room"]
    bad = client.conversations_rename(channel=room, name="Bad Name")
    assert (await refused(bad))["error"] == "invalid_name_specials"
    await client.conversations_join(channel=GENERAL)
    theirs = client.conversations_rename(channel=GENERAL, name="mine")
    assert (await refused(theirs))["error"] == "not_authorized"


async def test_archiving_and_back(client: AsyncWebClient, room: str) -> None:
    await client.conversations_archive(channel=room)
    for call, error in (
        (client.conversations_archive(channel=room), "already_archived"),
        (client.conversations_setTopic(channel=room, topic="x"), "is_archived"),
        (client.conversations_invite(channel=room, users="U0ADA00001"), "is_archived"),
        (client.conversations_join(channel=room), "is_archived"),
    ):
        assert (await refused(call))["error"] == error
    listed = await client.conversations_list(exclude_archived=True)
    assert room not in [channel["id"] for channel in listed["channels"]]
    await client.conversations_unarchive(channel=room)
    twice = client.conversations_unarchive(channel=room)
    assert (await refused(twice))["error"] == "not_archived"
    await client.conversations_join(channel=GENERAL)
    general = client.conversations_archive(channel=GENERAL)
    assert (await refused(general))["error"] == "cant_archive_general"


async def test_lists_hold_only_what_the_bot_may_see(
    slack: SandboxWorkspace, client: AsyncWebClient, room: str
) -> None:
    ada = slack.user("ada")
    await ada.creates("hidden", private=True)
    await ada.creates("shared", private=True)
    await ada.invites("shared", "bot")
    kinds = "public_channel,private_channel"
    names = {c["name"] for c in (await client.conversations_list(types=kinds))["channels"]}
    assert names == {"general", "random", "alerts", "room", "shared"}
    mine = {c["name"] for c in (await client.users_conversations(types=kinds))["channels"]}
    assert mine == {"room", "shared"}
    adas = await client.users_conversations(types=kinds, user=ada.id)
    assert {c["name"] for c in adas["channels"]} == {"general", "random", "alerts", "shared"}
    wrong = client.conversations_list(types="channels")
    assert (await refused(wrong))["error"] == "invalid_types"


async def test_lists_page_by_cursor(client: AsyncWebClient) -> None:
    names = [
        channel["name"]
        async for page in await client.conversations_list(limit=2)
        for channel in page["channels"]
    ]
    assert names == ["general", "random", "alerts"]
    last = await client.conversations_members(channel=GENERAL, limit=100)
    assert last["response_metadata"]["next_cursor"] == ""


async def test_direct_messages_open_once_and_close(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada, bo = slack.user("ada").id, slack.user("bo").id
    opened = await client.conversations_open(users=ada)
    again = await client.conversations_open(users=[ada], return_im=True)
    assert again["channel"]["id"] == opened["channel"]["id"]
    assert again["already_open"]
    assert again["channel"]["user"] == ada
    group = await client.conversations_open(users=[ada, bo])
    info = await client.conversations_info(channel=group["channel"]["id"])
    assert info["channel"]["is_mpim"]
    await client.conversations_close(channel=opened["channel"]["id"])
    closed = await client.conversations_close(channel=opened["channel"]["id"])
    assert closed["already_closed"]
    for users, error in (("", "users_list_not_supplied"), ("U0NOBODY99", "user_not_found")):
        assert (await refused(client.conversations_open(users=users)))["error"] == error
    topic = client.conversations_setTopic(channel=opened["channel"]["id"], topic="x")
    assert (await refused(topic))["error"] == "method_not_supported_for_channel_type"


async def test_the_read_cursor_moves(
    slack: SandboxWorkspace, client: AsyncWebClient, room: str
) -> None:
    message = await client.chat_postMessage(channel=room, text="x")
    await client.conversations_mark(channel=room, ts=message["ts"])
    assert slack.channel("room").read[slack.bot_user_id] == message["ts"]
    wrong = client.conversations_mark(channel=room, ts="yesterday")
    assert (await refused(wrong))["error"] == "invalid_timestamp"
