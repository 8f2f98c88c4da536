from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused
from slack_sandbox.testing import SandboxWorkspace


def markdown(text: str) -> dict[str, str]:
    return {"type": "markdown", "markdown": text}


def content(slack: SandboxWorkspace, canvas_id: str) -> str:
    return slack.sandbox.workspace.file(canvas_id).content.decode()


async def test_a_canvas_is_written_section_by_section(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    made = await client.canvases_create(
        title="Post-mortem", document_content=markdown("# Summary\n\ntext\n\n# Impact")
    )
    canvas_id = made["canvas_id"]
    criteria = {"section_types": ["h1"], "contains_text": "Impact"}
    found = await client.canvases_sections_lookup(canvas_id=canvas_id, criteria=criteria)
    [section] = found["sections"]

    async def change(**fields: Any) -> None:
        await client.canvases_edit(canvas_id=canvas_id, changes=[fields])

    at = {"section_id": section["id"]}
    await change(operation="insert_before", document_content=markdown("before"), **at)
    await change(operation="insert_after", document_content=markdown("after"), **at)
    await change(operation="replace", document_content=markdown("# Damage"), **at)
    await change(operation="insert_at_start", document_content=markdown("first"))
    await change(operation="insert_at_end", document_content=markdown("```\na\n\nb\n```"))
    assert content(slack, canvas_id) == (
        "first\n\n# Summary\n\ntext\n\nbefore\n\n# Damage\n\nafter\n\n```\na\n\nb\n```"
    )
    await client.canvases_access_set(
        canvas_id=canvas_id, access_level="write", user_ids=[slack.user("ada").id]
    )
    await client.canvases_delete(canvas_id=canvas_id)
    gone = client.canvases_delete(canvas_id=canvas_id)
    assert (await refused(gone))["error"] == "canvas_not_found"


async def test_a_channel_has_one_canvas(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    room = (await client.conversations_create(name="room"))["channel"]["id"]
    made = await client.conversations_canvases_create(
        channel_id=room, document_content=markdown("# Notes")
    )
    info = await client.conversations_info(channel=room)
    assert info["channel"]["properties"]["canvas"]["file_id"] == made["canvas_id"]
    again = client.conversations_canvases_create(channel_id=room, document_content=markdown("x"))
    assert (await refused(again))["error"] == "channel_canvas_already_exists"


async def test_an_edit_is_refused_as_documented(client: AsyncWebClient) -> None:
    made = await client.canvases_create(document_content=markdown("text"))
    canvas_id = made["canvas_id"]
    rename = {"operation": "rename", "title_content": markdown("New")}
    two = client.canvases_edit(canvas_id=canvas_id, changes=[rename, rename])
    assert (await refused(two))["error"] == "invalid_arguments"
    nowhere = {"operation": "delete", "section_id": "temp:C:none"}
    failed = await refused(client.canvases_edit(canvas_id=canvas_id, changes=[nowhere]))
    assert failed["error"] == "canvas_editing_failed"
    large = {"operation": "insert_at_end", "document_content": markdown("x" * 600_000)}
    await client.canvases_edit(canvas_id=canvas_id, changes=[large])
    too_large = client.canvases_edit(canvas_id=canvas_id, changes=[large])
    assert (await refused(too_large))["error"] == "canvas_too_large"
    wrong = client.canvases_access_set(canvas_id=canvas_id, access_level="write")
    assert (await refused(wrong))["error"] == "invalid_parameters"
