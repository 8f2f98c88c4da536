from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused
from slack_sandbox.testing import SandboxWorkspace


async def test_four_people_live_in_four_time_zones(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    members = (await client.users_list())["members"]
    people = [m for m in members if not m["is_bot"] and m["id"] != "USLACKBOT"]
    assert [m["name"] for m in people] == ["ada", "bo", "chen", "dana"]
    assert len({m["tz_offset"] for m in people}) == 4
    [bot] = [m for m in members if m["is_bot"]]
    assert bot["profile"]["bot_id"] == "B0SANDBOX1"
    slackbot = next(m for m in members if m["id"] == "USLACKBOT")
    assert slackbot["is_bot"] is False


async def test_people_are_found_by_id_and_by_email(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada = slack.user("ada").id
    assert (await client.users_info(user=ada))["user"]["profile"]["email"] == "ada@example.com"
    found = await client.users_lookupByEmail(email="ADA@example.com")
    assert found["user"]["id"] == ada
    profile = await client.users_profile_get(user=ada)
    assert profile["profile"]["display_name"] == "ada"
    nobody = await refused(client.users_info(user="U0NOBODY99"))
    assert nobody["error"] == "user_not_found"
    unknown = await refused(client.users_lookupByEmail(email="x@example.com"))
    assert unknown["error"] == "users_not_found"


async def test_presence_and_do_not_disturb_are_told(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    bo = slack.user("bo")
    await bo.does("snooze", minutes=10)
    info = await client.dnd_info(user=bo.id)
    assert info["snooze_enabled"]
    assert 0 < info["snooze_remaining"] <= 600
    team = await client.dnd_teamInfo(users=[bo.id, slack.user("ada").id])
    assert [entry["dnd_enabled"] for entry in team["users"].values()] == [True, False]
    slack.clock.advance(601)
    assert not (await client.dnd_info(user=bo.id))["dnd_enabled"]
    await client.users_setPresence(presence="away")
    assert (await client.users_getPresence(user=slack.bot_user_id))["presence"] == "away"


async def test_the_bot_knows_itself_its_team_and_its_emoji(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    slack.sandbox.workspace.state.emoji["partyparrot"] = "https://example.com/p.gif"
    me = await client.auth_test()
    assert (me["user_id"], me["bot_id"]) == (slack.bot_user_id, "B0SANDBOX1")
    assert "chat:write" in me.headers["x-oauth-scopes"]
    assert (await client.bots_info(bot=me["bot_id"]))["bot"]["user_id"] == me["user_id"]
    assert (await refused(client.bots_info(bot="B0")))["error"] == "bot_not_found"
    assert (await client.team_info())["team"]["domain"] == "sandbox"
    assert (await client.emoji_list())["emoji"] == {"partyparrot": "https://example.com/p.gif"}
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
    assert (await refused(client.api_test(error="my_error")))["error"] == "my_error"


async def test_a_user_group_lives_and_dies(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    ada, bo = slack.user("ada").id, slack.user("bo").id
    made = (await client.usergroups_create(name="On call", handle="oncall"))["usergroup"]
    group = made["id"]
    await client.usergroups_users_update(usergroup=group, users=[ada, bo])
    assert (await client.usergroups_users_list(usergroup=group))["users"] == [ada, bo]
    await client.usergroups_update(usergroup=group, description="who wakes up")
    listed = await client.usergroups_list(include_users=True, include_count=True)
    assert listed["usergroups"][0]["user_count"] == 2
    await client.usergroups_disable(usergroup=group)
    assert (await client.usergroups_list())["usergroups"] == []
    await client.usergroups_enable(usergroup=group)
    assert len((await client.usergroups_list())["usergroups"]) == 1


async def test_user_groups_are_refused_as_documented(client: AsyncWebClient) -> None:
    made = (await client.usergroups_create(name="On call", handle="oncall"))["usergroup"]["id"]
    for call, error in (
        (client.usergroups_create(name=""), "missing_subteam_name"),
        (client.usergroups_create(name="On call"), "name_already_exists"),
        (client.usergroups_create(name="Other", handle="oncall"), "handle_already_exists"),
        (client.usergroups_users_update(usergroup=made, users=""), "no_users_provided"),
        (client.usergroups_users_update(usergroup=made, users="U0NOBODY99"), "invalid_users"),
        (client.usergroups_users_list(usergroup="S0NOTHING9"), "no_such_subteam"),
    ):
        assert (await refused(call))["error"] == error


async def test_a_closed_account_gets_no_messages_and_no_invitations(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    slack.deactivate("bo")
    bo = slack.user("bo").id
    info = await client.users_info(user=bo)
    assert info["user"]["deleted"]
    room = (await client.conversations_create(name="room"))["channel"]["id"]
    assert (await refused(client.conversations_open(users=bo)))["error"] == "user_disabled"
    invited = await refused(client.conversations_invite(channel=room, users=bo))
    assert invited["error"] == "cant_invite"
    assert (await refused(client.users_lookupByEmail(email="bo@example.com")))["error"] == (
        "users_not_found"
    )
    members = await client.conversations_members(channel="C0GENERAL1")
    assert bo not in members["members"]
