import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_sandbox.clock import Clock
from slack_sandbox.first_day import new_workspace
from slack_sandbox.ids import Ids
from slack_sandbox.rich_text import rich_text
from slack_sandbox.rules import Rules
from slack_sandbox.text import command_text, escape, incoming, typed, unescape

WORKSPACE = new_workspace(Ids(1), Clock(), Rules())


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("see https://example.com/x?a=1.", "see <https://example.com/x?a=1>."),
        ("<https://example.com|here>", "<https://example.com|here>"),
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("already &amp; &lt;b&gt;", "already &amp; &lt;b&gt;"),
        ("done ✅ 📌", "done :white_check_mark: :pushpin:"),
        ("go to <#C0GENERAL1>", "go to <#C0GENERAL1|general>"),
        ("<@U0ADA00001> look", "<@U0ADA00001> look"),
        ("<script>", "&lt;script&gt;"),
        ("`curl https://x.y` and ```https://x.y```", "`curl https://x.y` and ```https://x.y```"),
        ("@here #general", "@here #general"),
        ("<!date^1700000000^{date}|soon>", "<!date^1700000000^{date}|soon>"),
    ],
)
def test_an_apps_text_is_stored_as_slack_stores_it(sent: str, stored: str) -> None:
    assert incoming(WORKSPACE, sent) == stored


def test_names_are_linked_only_when_asked_for() -> None:
    linked = incoming(WORKSPACE, "@ada @here #general @nobody", link_names=True)
    assert linked == "<@U0ADA00001> <!here> <#C0GENERAL1|general> @nobody"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("hi @bo & <b>", "hi <@U0BO000002> &amp; &lt;b&gt;"),
        ("@channel look at #alerts", "<!channel> look at <#C0ALERTS03|alerts>"),
        ("mail a@b.c", "mail a@b.c"),
        ("<@U0ADA00001> stays", "<@U0ADA00001> stays"),
    ],
)
def test_what_a_person_types_becomes_mentions_and_links(written: str, stored: str) -> None:
    assert typed(WORKSPACE, written) == stored


def test_a_commands_text_is_escaped_only_in_its_names_and_links() -> None:
    text = command_text(WORKSPACE, "page @bo in #general a<b https://x.y @here")
    assert text == "page <@U0BO000002> in <#C0GENERAL1|general> a<b <https://x.y> @here"


@given(st.text())
def test_escaping_can_be_undone(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_stored_text_never_changes_again(text: str) -> None:
    stored = incoming(WORKSPACE, text)
    assert incoming(WORKSPACE, stored) == stored


@given(st.text(alphabet="ab<>&@#!|`"))
def test_nobody_is_pinged_by_text_without_a_mention(text: str) -> None:
    stored = incoming(WORKSPACE, text)
    assert "<!" not in stored or "<!" in text


def test_typed_text_comes_with_its_rich_text() -> None:
    block = rich_text("*bold* <@U0ADA00001> `x` :eyes:\n&gt; said\n```code &amp; more```", "b1")
    assert block["block_id"] == "b1"
    section, quote, code = block["elements"]
    assert section["elements"][0] == {"type": "text", "text": "bold", "style": {"bold": True}}
    assert section["elements"][2] == {"type": "user", "user_id": "U0ADA00001"}
    assert {"type": "text", "text": "x", "style": {"code": True}} in section["elements"]
    assert {"type": "emoji", "name": "eyes"} in section["elements"]
    assert quote == {
        "type": "rich_text_quote",
        "elements": [{"type": "text", "text": "said"}],
    }
    assert code["elements"] == [{"type": "text", "text": "code & more"}]
