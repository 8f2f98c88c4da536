import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused
from slack_sandbox.testing import SandboxWorkspace

GENERAL = "C0GENERAL1"


@pytest.fixture(autouse=True)
async def inside(client: AsyncWebClient) -> None:
    await client.conversations_join(channel=GENERAL)


async def test_the_sdk_uploads_and_sharing_follows_a_moment_later(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    slack.sandbox.workspace.rules.file_delay_seconds = 60
    uploaded = await client.files_upload_v2(
        channel=GENERAL,
        content="# Post-mortem",
        filename="postmortem.md",
        title="Post-mortem",
        initial_comment="The draft",
    )
    file_id = uploaded["file"]["id"]
    before = await client.files_info(file=file_id)
    assert before["file"]["shares"] == {}
    slack.clock.advance(61)
    message = await slack.user("ada").sees("The draft", "general")
    assert message.files == [b"# Post-mortem"]
    after = (await client.files_info(file=file_id))["file"]
    assert after["shares"]["public"][GENERAL][0]["ts"] == message.ts
    assert after["mimetype"] == "text/markdown"


async def test_a_file_may_go_into_a_thread_or_a_direct_message(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    parent = (await client.chat_postMessage(channel=GENERAL, text="parent"))["ts"]
    await client.files_upload_v2(channel=GENERAL, thread_ts=parent, content="log", filename="a.log")
    reply = await slack.user("ada").sees("a.log", "general")
    assert reply.thread_ts == parent
    direct = (await client.conversations_open(users=slack.user("ada").id))["channel"]["id"]
    await client.files_upload_v2(channel=direct, content="log", filename="b.log")
    await slack.user("ada").sees("b.log", "dm")


async def test_downloads_need_the_token(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    uploaded = await client.files_upload_v2(content="secret", filename="a.txt")
    url = uploaded["file"]["url_private"]
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        async with session.get(url, headers=headers) as response:
            assert await response.text() == "secret"
        async with session.get(url, allow_redirects=False) as response:
            assert response.status == 302


async def test_files_are_listed_and_deleted(client: AsyncWebClient) -> None:
    ids = [
        (await client.files_upload_v2(content=str(n), filename=f"{n}.txt"))["file"]["id"]
        for n in range(3)
    ]
    page = await client.files_list(count=2, page=1)
    assert [file["id"] for file in page["files"]] == ids[:0:-1]
    assert page["paging"] == {"count": 2, "total": 3, "page": 1, "pages": 2}
    await client.files_delete(file=ids[0])
    gone = client.files_info(file=ids[0])
    assert (await refused(gone))["error"] == "file_not_found"
    assert (await refused(client.files_list(types="nonsense")))["error"] == "unknown_type"


async def test_an_upload_is_refused_as_documented(client: AsyncWebClient) -> None:
    empty = await refused(client.files_getUploadURLExternal(filename="a.txt", length=0))
    assert empty["response_metadata"]["messages"] == [
        "[ERROR] must be greater than 1 [json-pointer:/length]"
    ]
    huge = client.files_getUploadURLExternal(filename="a.bin", length=10**9)
    assert (await refused(huge))["error"] == "file_upload_size_restricted"
    announced = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    no_bytes = client.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
    assert (await refused(no_bytes))["error"] == "file_update_failed"
    unknown = client.files_completeUploadExternal(files=[{"id": "F0NOTHING9"}])
    assert (await refused(unknown))["error"] == "file_not_found"


async def test_people_share_files_too(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    message = await slack.user("bo").uploads("graph.png", b"\x89PNG", "general", "see")
    info = (await client.files_info(file=message.raw["files"][0]["id"]))["file"]
    assert (info["mimetype"], info["size"]) == ("image/png", 4)
    theirs = client.files_delete(file=info["id"])
    assert (await refused(theirs))["error"] == "cant_delete_file"
