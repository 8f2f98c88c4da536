"""The library for other projects' tests."""

import re

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from slack_sandbox.testing import SandboxWorkspace
from slack_sandbox.testing import __all__ as public

GENERAL = "C0GENERAL1"


def test_what_is_public_is_small() -> None:
    assert sorted(public) == ["Message", "Modal", "Person", "SandboxWorkspace"]


async def test_not_seeing_something_shows_what_was_there(slack: SandboxWorkspace) -> None:
    ada = slack.user("ada")
    await ada.says("something else", "general")
    with pytest.raises(AssertionError, match=r"never saw 'this' in general.*\n.*something else"):
        await ada.sees("this", "general", within=0)


async def test_one_sees_by_words_or_pattern_newest_first(slack: SandboxWorkspace) -> None:
    ada = slack.user("ada")
    first = await ada.says("inc-1 opened", "general")
    second = await ada.says("inc-2 opened", "general")
    assert (await ada.sees("opened", "general")).ts == second.ts
    assert (await ada.sees(re.compile(r"inc-1"), "general")).ts == first.ts
    with pytest.raises(AssertionError):
        await ada.sees("inc-1", "general", within=0, after=first)


async def test_a_channel_that_does_not_exist_yet_can_be_waited_for(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada = slack.user("ada")
    with pytest.raises(AssertionError):
        await ada.sees("x", "inc-1", within=0)
    with pytest.raises(LookupError, match="there is no channel 'inc-1'"):
        slack.channel("inc-1")
    await client.conversations_create(name="inc-1")
    await ada.sees("joined", "inc-1")
    assert slack.channels() == ["general", "random", "alerts", "inc-1"]


async def test_a_wrong_button_menu_or_input_is_named(slack: SandboxWorkspace) -> None:
    ada = slack.user("ada")
    with pytest.raises(AssertionError, match="nothing to click named 'Go'"):
        await ada.clicks("Go", channel="general", within=0)
    with pytest.raises(AssertionError, match="no menu named 'Severity'"):
        await ada.chooses("SEV1", "Severity", channel="general", within=0)
    with pytest.raises(AssertionError, match="there was no modal"):
        await ada.fills({"Title": "x"}, within=0)


async def test_the_same_seed_makes_the_same_ids(slack: SandboxWorkspace) -> None:
    async with SandboxWorkspace() as twin:
        assert twin.bot_token == slack.bot_token
        assert twin.url != slack.url


async def test_calls_are_on_record(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=GENERAL, text="x")
    call = await slack.call_of("chat.postMessage")
    assert call["arguments"] == {"channel": GENERAL, "text": "x"}
    assert slack.calls("chat.update") == []
    with pytest.raises(AssertionError, match=r"a call of chat\.update did not happen"):
        await slack.call_of("chat.update", within=0)
    await slack.idle()


async def test_messages_know_their_surroundings(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada, bo = slack.user("ada"), slack.user("bo")
    parent = await ada.says("parent", "general")
    reply = await bo.replies("reply", parent)
    await bo.reacts("eyes", parent)
    await bo.pins(parent)
    assert [message.ts for message in parent.replies] == [reply.ts]
    assert parent.reactions == {"eyes": [bo.id]}
    assert parent.is_pinned
    assert "reply" in reply
    assert parent.permalink.endswith(parent.ts.replace(".", ""))
    await ada.unpins(parent)
    await ada.edits(parent, "changed")
    await ada.deletes(reply)
    assert (parent.is_pinned, parent.text, parent.replies) == (False, "changed", [])
    assert ada.mention in (await bo.says(f"hi {ada.mention}", "@ada")).raw["text"]


async def test_files_are_chosen_for_a_modal(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada = slack.user("ada")
    element = {"type": "file_input", "action_id": "files", "max_files": 2}
    label = {"type": "plain_text", "text": "Evidence"}
    view = {
        "type": "modal",
        "title": label,
        "submit": label,
        "blocks": [{"type": "input", "block_id": "b", "label": label, "element": element}],
    }
    await client.views_open(trigger_id=slack.sandbox.triggers.issue(ada.id), view=view)
    notes = await ada.attaches("notes.md", b"# 09:12 alarm")
    modal = await ada.fills({"Evidence": [notes]})
    [chosen] = modal.values["b"]["files"]["files"]
    assert (chosen["id"], chosen["size"]) == (notes["id"], 13)
    refused = await ada.submits({"Evidence": [notes] * 3})
    assert refused["errors"] == {"b": "You can select up to 2 items."}
