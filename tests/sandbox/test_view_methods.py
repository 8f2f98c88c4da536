from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused
from slack_sandbox.testing import SandboxWorkspace


def text(words: str) -> dict[str, str]:
    return {"type": "plain_text", "text": words}


def note(label: str = "Note", block_id: str = "note") -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "text"}
    return {"type": "input", "block_id": block_id, "label": text(label), "element": element}


def modal(**more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": text("Form"),
        "submit": text("Go"),
        "blocks": [note()],
        **more,
    }


def home(words: str = "hello") -> dict[str, Any]:
    return {"type": "home", "blocks": [{"type": "section", "text": text(words)}]}


@pytest.fixture
def trigger(slack: SandboxWorkspace) -> str:
    return slack.sandbox.triggers.issue(slack.user("ada").id)


async def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SandboxWorkspace, client: AsyncWebClient, trigger: str
) -> None:
    view = (await client.views_open(trigger_id=trigger, view=modal(callback_id="f")))["view"]
    assert view["root_view_id"] == view["id"]
    assert view["state"] == {"values": {}}
    assert slack.user("ada").modal is not None
    assert slack.user("bo").modal is None
    again = client.views_open(trigger_id=trigger, view=modal())
    assert (await refused(again))["error"] == "exchanged_trigger_id"

    late = slack.sandbox.triggers.issue(slack.user("ada").id)
    slack.clock.advance(3.1)
    assert (await refused(client.views_open(trigger_id=late, view=modal())))["error"] == (
        "expired_trigger_id"
    )
    invented = client.views_open(trigger_id="1.2.abc", view=modal())
    assert (await refused(invented))["error"] == "invalid_trigger_id"


async def test_a_broken_view_is_named_with_its_pointer_and_the_trigger_stays_good(
    client: AsyncWebClient, trigger: str
) -> None:
    broken = modal(blocks=[{"type": "section", "text": text("x" * 3001)}])
    answer = await refused(client.views_open(trigger_id=trigger, view=broken))
    assert answer["error"] == "invalid_arguments"
    sentence = "[ERROR] must be less than 3001 characters [json-pointer:/view/blocks/0/text/text]"
    assert sentence in answer["response_metadata"]["messages"]
    missing_submit = modal()
    del missing_submit["submit"]
    answer = await refused(client.views_open(trigger_id=trigger, view=missing_submit))
    assert any("must define `submit`" in m for m in answer["response_metadata"]["messages"])
    assert (await client.views_open(trigger_id=trigger, view=modal()))["ok"]


async def test_three_views_may_be_stacked(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    ada = slack.user("ada").id
    triggers = slack.sandbox.triggers
    root = (await client.views_open(trigger_id=triggers.issue(ada), view=modal()))["view"]
    second = await client.views_push(trigger_id=triggers.issue(ada, root["id"]), view=modal())
    assert second["view"]["previous_view_id"] == root["id"]
    await client.views_push(trigger_id=triggers.issue(ada, root["id"]), view=modal())
    fourth = client.views_push(trigger_id=triggers.issue(ada, root["id"]), view=modal())
    assert (await refused(fourth))["error"] == "push_limit_reached"
    outside = client.views_push(trigger_id=triggers.issue(ada), view=modal())
    assert (await refused(outside))["error"] == "not_found"


async def test_an_update_keeps_what_was_typed_under_the_same_ids(
    slack: SandboxWorkspace, client: AsyncWebClient, trigger: str
) -> None:
    ada = slack.user("ada")
    view = (await client.views_open(trigger_id=trigger, view=modal(external_id="e1")))["view"]
    await ada.fills({"Note": "typed"})
    two = modal(blocks=[note("Renamed"), note("Other", "other")])
    updated = (await client.views_update(external_id="e1", view=two))["view"]
    assert updated["external_id"] == "e1"
    assert updated["hash"] != view["hash"]
    assert ada.modal is not None
    assert ada.modal.values["note"]["text"]["value"] == "typed"
    assert ada.modal.values["other"]["text"]["value"] is None


async def test_an_update_is_refused_as_documented(
    slack: SandboxWorkspace, client: AsyncWebClient, trigger: str
) -> None:
    view = (await client.views_open(trigger_id=trigger, view=modal(external_id="e1")))["view"]
    stale = client.views_update(view_id=view["id"], view=modal(), hash="1.old")
    assert (await refused(stale))["error"] == "hash_conflict"
    ids = {"view_id": view["id"], "external_id": "e1"}
    both = await refused(client.api_call("views.update", json={**ids, "view": modal()}))
    assert both["response_metadata"]["messages"] == [
        "[ERROR] Cannot provide both `view_id` and `external_id`"
    ]
    gone = client.views_update(view_id="V0NOTHING9", view=modal())
    assert (await refused(gone))["error"] == "not_found"
    other = slack.sandbox.triggers.issue(slack.user("bo").id)
    taken = client.views_open(trigger_id=other, view=modal(external_id="e1"))
    assert (await refused(taken))["error"] == "duplicate_external_id"
    await slack.user("ada").closes()
    closed = client.views_update(view_id=view["id"], view=modal())
    assert (await refused(closed))["error"] == "not_found"


async def test_home_is_published_for_each_person(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada = slack.user("ada")
    first = (await client.views_publish(user_id=ada.id, view=home("one")))["view"]
    second = (await client.views_publish(user_id=ada.id, view=home("two")))["view"]
    assert second["id"] == first["id"]
    assert (await ada.sees_home("two")).id == first["id"]
    assert slack.user("bo").home is None
    stale = client.views_publish(user_id=ada.id, view=home(), hash="1.old")
    assert (await refused(stale))["error"] == "hash_conflict"
    wrong = client.views_publish(user_id=ada.id, view=modal())
    assert (await refused(wrong))["error"] == "invalid_arguments"
    slack.sandbox.workspace.app.home_tab_enabled = False
    off = client.views_publish(user_id=ada.id, view=home())
    assert (await refused(off))["error"] == "not_enabled"
