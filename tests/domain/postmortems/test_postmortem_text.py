"""Slack's notation becomes words, and hostile words become inert Markdown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from domain.postmortems.checkout_incident import PEOPLE
from incident_bot.domain.postmortems.markdown import autolink, inline, link
from incident_bot.domain.postmortems.text import excerpt, plain
from incident_bot.domain.postmortems.transcript import People, Person

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

HOSTILE = st.text(
    alphabet=st.sampled_from(list("ab1 \n`*_[]()<>|~#!&;:=+-.\\\"'@$/")), max_size=60
) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![p](http://evil.example/pixel.png)",
        "<!-- ib:end=timeline -->",
        "| a | b |",
        "1. one",
        "# heading",
        "- item",
        "=====",
        "```\ncode\n```",
        "[x]: http://evil.example",
        "http://a.example/`|<>",
        "&lt;b&gt;",
        "a\\",
    ]
)


def leaves(markdown: str) -> list[Token]:
    return [child for token in MARKDOWN.parse(markdown) for child in (token.children or [token])]


def shown(markdown: str) -> str:
    return "".join(token.content for token in leaves(markdown) if token.type == "text")


@pytest.mark.parametrize(
    ("slack", "words"),
    [
        ("<@UANN> and <@UANN|old> and <@UMOS>", "Ann and Ann and משה"),
        ("<@UGONE|carol> left", "carol left"),
        ("<@W777>", "user-" + "ad5e"),
        ("see <#C0CHECKOUT> <#C9|random>", "see #inc-42-checkout-5xx #random"),
        ("<!subteam^SONCALL> <!subteam^S9|@dba>", "checkout-oncall dba"),
        ("<!here> <!channel|channel>", "@here @channel"),
        ("<https://e.example/a?b=1&amp;c=2|docs>", "docs (https://e.example/a?b=1&c=2)"),
        ("<https://e.example>", "https://e.example"),
        ("<https://e.example|e.example>", "https://e.example"),
        ("<mailto:a@e.example|a@e.example>", "a@e.example"),
        ("<!date^1772892000^{date} at {time}|7 March 14:00>", "7 March 14:00"),
        ("a &lt; b &amp;&amp; c &amp;lt; d", "a < b && c &lt; d"),
        ("if a < b and c > d: <b>", "if a < b and c > d: <b>"),
        ("🎉 :tada: שלום \u200f", "🎉 :tada: שלום \u200f"),
        ("a\u202eb\u2066c\x00d", "abcd"),
        ("", ""),
    ],
)
def test_slack_text_reads_as_people_saw_it(slack: str, words: str) -> None:
    fixed = PEOPLE.name("W777") if slack == "<@W777>" else words
    assert plain(slack, PEOPLE) == fixed


def test_unknown_person_gets_a_stable_name_that_is_not_their_id() -> None:
    name = PEOPLE.name("UNOBODY")
    assert re.fullmatch(r"user-[0-9a-f]{4}", name)
    assert name == People().name("UNOBODY")


def test_name_style_prefers_real_or_display_names() -> None:
    known = {"U1": Person("U1", "annie", "Ann Lee"), "U2": Person("U2", "", "Bob")}
    assert People(known).name("U1") == "annie"
    assert People(known, style="real").name("U1") == "Ann Lee"
    assert People(known).name("U2") == "Bob"


@given(st.lists(st.sampled_from(["<@UANN>", "<@UBOB|x>", "<@UMOS>", " word ", "<!here>"])))
def test_every_mention_is_resolved_not_only_the_first(pieces: list[str]) -> None:
    words = plain("".join(pieces), PEOPLE)
    assert "<@" not in words
    assert words.count("Ann") == pieces.count("<@UANN>")
    assert words.count("משה") == pieces.count("<@UMOS>")


@given(HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    markdown = inline(text)
    kinds = {token.type for token in leaves(markdown)}
    assert kinds <= {"paragraph_open", "paragraph_close", "text", "link_open", "link_close",
                     "text_special"}  # fmt: skip
    for token in leaves(markdown):
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith(("http://", "https://"))


@given(HOSTILE)
def test_hostile_text_never_breaks_a_table_or_a_list(text: str) -> None:
    table = f"| a | b |\n|---|---|\n| {inline(text)} | end |\n"
    tokens = MARKDOWN.parse(table)
    assert sum(token.type == "td_open" for token in tokens) == 2
    item = [token.type for token in MARKDOWN.parse(f"- {inline(text)} x\n")]
    assert item.count("list_item_open") == 1
    assert not {"heading_open", "fence", "code_block", "html_block"} & set(item)


@given(HOSTILE.filter(lambda text: "http" not in text))
def test_reader_sees_what_was_written(text: str) -> None:
    written = " ".join(text.split())
    seen = "".join(token.content for token in leaves("x" + inline("x" + text)) if not token.nesting)
    assert seen.replace("\u2060", "") == ("xx" + written if text[:1].strip() else "xx" + (
        " " + written if written and text else written))  # fmt: skip


@given(HOSTILE)
def test_no_text_can_forge_a_marker(text: str) -> None:
    assert "<!--" not in inline(text)


def test_plain_at_here_pings_nobody() -> None:
    assert "@here" not in inline("@here and @channel, not a@channel.example")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//x", "", "file:/x"]
)
def test_only_web_addresses_become_links(address: str) -> None:
    assert link("label", address) == "label"
    assert not autolink(address).startswith("<")


def test_address_keeps_balanced_parentheses_and_drops_the_full_stop() -> None:
    assert inline("(see https://e.example/a_(b).)") == "(see <https://e.example/a_%28b%29>.)"
    assert inline("(https://e.example/a)") == "(<https://e.example/a>)"


@given(st.text(max_size=400), st.integers(min_value=20, max_value=300))
def test_excerpt_never_exceeds_its_limit(text: str, limit: int) -> None:
    cut = excerpt(text, limit)
    assert len(cut) <= limit
    assert "\n" not in cut
