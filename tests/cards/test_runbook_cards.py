"""Runbook cards: faithful to the file, valid for Slack, and never a ping."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from block_kit import problems, text_total
from domain.runbooks import shapes
from domain.runbooks.mutations import document_from
from domain.runbooks.shapes import book, shelf_of
from incident_bot.domain.runbooks.answers import SectionAnswer, find_sections
from incident_bot.domain.runbooks.shelf import Shelf, Unknown
from incident_bot.slack.blockkit import Card, without_images
from incident_bot.slack.cards.runbook import outline_card, section_message
from incident_bot.slack.cards.runbook_buttons import pack, unpack
from incident_bot.slack.cards.runbook_lists import (
    chooser_card,
    library_card,
    search_card,
    suggestions_card,
    unknown_card,
)
from incident_bot.slack.cards.runbook_pages import pages
from incident_bot.slack.richtext import MOST_IMAGES, Piece, preformatted, render

BUDGET = 9_000
SHELF = shelf_of({**shapes.ALERT_STYLE, **shapes.FREE_FORM})


def message(text: str, query: str, path: str = "shop/a.md", **about: str) -> list[Card]:
    return section_message(find_sections(book(text, path), query), Shelf.of(()), about=about)


def buttons(card: Card) -> list[dict[str, Any]]:
    return [
        element
        for block in card.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def elements(card: Card) -> list[dict[str, Any]]:
    return [
        one for block in card.blocks if block["type"] == "rich_text" for one in block["elements"]
    ]


def text_of(value: Any) -> str:
    """Return every text anywhere in some blocks."""
    if isinstance(value, dict):
        own = value["text"] if isinstance(value.get("text"), str) else ""
        return own + "".join(
            text_of(inner) for inner in value.values() if not isinstance(inner, str)
        )
    return "".join(map(text_of, value)) if isinstance(value, list) else ""


def check(cards: list[Card]) -> None:
    for card in cards:
        assert problems(card.blocks) == []
        assert text_total(card.blocks) <= BUDGET
        assert 0 < len(card.text) <= 3000


def test_code_is_copyable_prompts_gone_output_apart_blanks_listed() -> None:
    text = "# A\n\n## Fix\n\n```console\n$ kubectl -n <NS> get pods\nNAME READY\n```\n"
    (card,) = message(text, "fix")
    code = [one for one in elements(card) if one["type"] == "rich_text_preformatted"]
    assert [text_of(one) for one in code] == ["kubectl -n <NS> get pods", "NAME READY"]
    assert "Fill in: <NS>" in text_of(elements(card))
    check([card])


def test_a_numbered_list_goes_on_after_the_code_inside_it() -> None:
    text = "# A\n\n## Fix\n\n1. one\n\n   ```sh\n   ls\n   ```\n\n2. two\n   - deeper\n3. three\n"
    (card,) = message(text, "fix")
    lists = [one for one in elements(card) if one["type"] == "rich_text_list"]
    assert [one.get("offset", 0) for one in lists] == [0, 1, 0, 2]
    assert [one.get("indent", 0) for one in lists] == [0, 0, 1, 0]


def test_narrow_tables_are_drawn_and_wide_ones_become_entries() -> None:
    narrow = "# A\n\n## Fix\n\n| a | b |\n|---|--:|\n| 1 | 22 |\n"
    wide = f"# A\n\n## Fix\n\n| name | why |\n|---|---|\n| x | {'long ' * 30}|\n"
    assert "a │  b\n──┼───\n1 │ 22" in text_of(elements(message(narrow, "fix")[0]))
    assert "name: x" in text_of(elements(message(wide, "fix")[0]))


def test_tasks_admonitions_folds_and_pictures_are_shown() -> None:
    text = (
        "# A\n\n## Fix\n\n- [x] done\n- [ ] open\n\n> [!WARNING]\n> Hot.\n\n"
        "<details><summary>More</summary>\n\nInside.\n\n</details>\n\nSee ![graph](https://e.example/g.png)\n"
    )
    shown = text_of(elements(message(text, "fix")[0]))
    for part in ("☑ done", "☐ open", "⚠️ Warning: Hot.", "▸ More", "Inside.", "🖼 graph"):
        assert part in shown


def pictures(card: Card) -> list[tuple[str, str]]:
    return [(b["image_url"], b["alt_text"]) for b in card.blocks if b["type"] == "image"]


def test_a_picture_on_its_own_is_a_block_between_the_texts() -> None:
    text = (
        "# A\n\n## Fix\n\nBefore.\n\n![the <!here> graph](https://e.example/g.PNG?w=9)\n\nAfter.\n"
    )
    (card,) = message(text, "fix")
    assert [b["type"] for b in card.blocks[1:4]] == ["rich_text", "image", "rich_text"]
    assert pictures(card) == [("https://e.example/g.PNG?w=9", "the <!here> graph")]
    check([card])
    linked = without_images(card)
    assert pictures(linked) == []
    assert "🖼 the <!here> graph" in text_of(linked.blocks)
    check([linked])


@pytest.mark.parametrize(
    "picture",
    [
        "![a](http://e.example/g.png)",
        "![a](graph.png)",
        "![a](https://e.example/g.svg)",
        "![a](https://git.example/blob/main/g.png)",
        "![a](https://ada:pw@e.example/g.png)",
        "![a](ftp://e.example/g.png)",
        "- ![a](https://e.example/g.png)",
        "> ![a](https://e.example/g.png)",
        "words ![a](https://e.example/g.png)",
    ],
)
def test_what_slack_may_not_show_stays_a_link_or_words(picture: str) -> None:
    (card,) = message(f"# A\n\n## Fix\n\n{picture}\n", "fix")
    assert pictures(card) == []
    assert "🖼 a" in text_of(card.blocks)
    check([card])


def test_there_is_an_end_to_pictures_and_to_their_words() -> None:
    many = "\n\n".join(f"![{'alt ' * 900}](https://e.example/{n}.png)" for n in range(70))
    cards = message(f"# A\n\n## Fix\n\n{many}\n", "fix")
    assert sum(len(pictures(card)) for card in cards) == MOST_IMAGES
    assert all(len(alt) <= 300 for card in cards for _, alt in pictures(card))
    check(cards)


def test_a_picture_without_words_is_still_called_something() -> None:
    (card,) = message("# A\n\n## Fix\n\n![](https://e.example/g.png)\n", "fix")
    assert pictures(card) == [("https://e.example/g.png", "image")]
    check([card])


def test_a_fallback_says_so() -> None:
    (card,) = message("# A\n\n## Mitigation\n\nRestart.\n", "quick actions")
    assert "No *quick actions* section in this runbook; showing *Mitigation*." in text_of(
        card.blocks
    )


def test_a_missing_section_shows_the_outline() -> None:
    (card,) = message("# A\n\n## Notes on disks\n\nWords.\n", "escalation")
    assert "policy of the service" in text_of(card.blocks)
    assert "• Notes on disks" in text_of(card.blocks)
    check([card])


def test_where_it_stands_and_who_keeps_it_is_under_every_section() -> None:
    text = "---\nowners: [{team: shop}]\nlast_reviewed: 2026-11-01\nstatus: draft\n---\n# A\n\n## Fix\n\nx\n"
    shown = text_of(message(text, "fix")[0].blocks)
    for part in ("`shop/a.md:8-11`", "*draft*", "reviewed 2026-11-01", "owner shop"):
        assert part in shown


def test_other_sections_ratings_and_escalation_are_one_press_away() -> None:
    text = "# A\n\n## Fix\n\nx\n\n## Impact\n\ny\n\n## Empty\n"
    (card,) = message(text, "fix", incident="42")
    labels = [one["text"]["text"] for one in buttons(card)]
    assert labels[0] == "Impact"
    assert "Empty" not in labels
    for label in ("✔ Step done", "👍 Worked", "👎 Didn't work", "🕰 Outdated", "🚨 Escalate"):
        assert label in labels
    for one in buttons(card):
        assert json.loads(one["value"])["c"] == {"incident": "42"}
        assert len(one["value"]) <= 2000


def test_a_press_leads_back_to_exactly_that_section() -> None:
    runbook = book(shapes.REPEATED)
    answer = find_sections(runbook, "#symptoms-1")
    pressed = unpack(buttons(section_message(answer, Shelf.of([runbook]))[0])[-1]["value"])
    assert pressed is not None
    again = find_sections(runbook, pressed.section)
    assert again.sections == answer.sections


def test_many_matches_become_a_choice_by_path() -> None:
    parts = "".join(f"## Case {n}\n\n### Symptoms\n\nx{n}\n\n" for n in range(5))
    (card,) = message("# A\n\n" + parts, "symptoms")
    assert [one["text"]["text"] for one in buttons(card)][:2] == [
        "Case 0 › Symptoms",
        "Case 1 › Symptoms",
    ]
    check([card])


def test_links_to_runbooks_and_related_ones_become_buttons() -> None:
    shelf = shelf_of(
        {
            "shop/a.md": "---\nrelated: [c]\n---\n# A\n\n## Fix\n\nSee [b](b.md#fix).\n",
            "shop/b.md": "# B\n\n## Fix\n\nx\n",
            "shop/c.md": "# C\n\n## Fix\n\ny\n",
        },
        base="https://git.example/main",
    )
    runbook = shelf.get("shop/a")
    assert runbook is not None
    (card,) = section_message(shelf.section(runbook, "fix"), shelf)
    opened = [one for one in buttons(card) if one["action_id"].startswith("runbook.open")]
    assert [json.loads(one["value"]) for one in opened] == [
        {"r": "shop/b", "s": "#fix"},
        {"r": "shop/c"},
    ]
    edit = next(one for one in buttons(card) if "url" in one)
    assert edit["url"] == "https://git.example/main/shop/a.md"
    check([card])


def test_long_sections_are_paged_and_nothing_is_lost() -> None:
    body = "".join(f"### Part {n}\n\n{f'word{n} ' * 200}\n\n" for n in range(40))
    cards = message("# A\n\n## Fix\n\n" + body, "fix")
    assert len(cards) > 3
    check(cards)
    shown = "".join(text_of(elements(card)) for card in cards)
    assert all(shown.count(f"word{n} ") >= 199 for n in range(40))
    more = [one for one in buttons(cards[0]) if one["action_id"] == "runbook.more"]
    assert [json.loads(one["value"])["p"] for one in more] == [1]
    assert not [one for one in buttons(cards[-1]) if one["action_id"] == "runbook.more"]


def test_code_that_fits_a_message_is_never_split() -> None:
    code = "\n".join(f"echo line {n}" for n in range(300))
    cards = message(f"# A\n\n## Fix\n\n{'words ' * 800}\n\n```sh\n{code}\n```\n", "fix")
    blocks = [one for card in cards for one in elements(card) if one["type"].endswith("formatted")]
    assert [text_of(one) for one in blocks] == [code]


def test_longer_code_splits_at_line_ends_with_labels() -> None:
    code = "\n".join(f"echo {n} \\\n  more" for n in range(900))
    cards = message(f"# A\n\n## Fix\n\n```sh\n{code}\n```\n", "fix")
    parts = [text_of(o) for c in cards for o in elements(c) if o["type"].endswith("formatted")]
    assert len(parts) > 1
    assert "\n".join(parts) == code
    assert all(part.startswith("echo") and part.endswith("more") for part in parts)
    assert f"(1/{len(parts)})" in text_of(elements(cards[0]))
    check(cards)


def test_halving_the_page_keeps_everything() -> None:
    pieces = render(book(shapes.ALERT_STYLE["operator/OperatorLookupErrors.md"]).document.blocks(0))
    whole, halved = text_of(pages(pieces)), text_of(pages(pieces, 60))
    assert not Counter("".join(whole.split())) - Counter("".join(halved.split()))


def test_one_line_longer_than_a_page_is_cut_anywhere() -> None:
    long = Piece(
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "x" * 5000}]}, 5000
    )
    assert text_of(pages([long, preformatted("y" * 5000)], 1000)).count("y") == 5000


PINGS = "<!here> <!channel> <!everyone> <@U012ABCDEF> <!subteam^S012ABC> @here </script> & *b* `c`"


def test_nothing_in_a_file_ever_pings() -> None:
    text = (
        f"---\ntitle: '{PINGS}'\nowners: [{{team: '{PINGS}'}}]\n---\n\n## Fix {PINGS}\n\n{PINGS}\n"
    )
    runbook = book(text, "shop/<!here>.md")
    cards = [
        *section_message(find_sections(runbook, "fix"), Shelf.of(())),
        outline_card(runbook, Shelf.of(())),
    ]
    cards += [chooser_card(PINGS, [runbook]), unknown_card(Unknown(PINGS, (runbook,)))]
    cards += [search_card(PINGS, []), library_card(Shelf.of([runbook]))]
    for card in cards:
        assert problems(card.blocks) == []
        assert "<!" not in card.text
        assert "<@" not in card.text
        for block in card.blocks:
            if block["type"] not in {"rich_text", "actions"}:
                assert "<!" not in text_of(block)
                assert "<@" not in text_of(block)
        kinds = {part["type"] for one in elements(card) for part in one["elements"]}
        assert not kinds & {"broadcast", "user", "usergroup"}


@pytest.mark.unmeasured
@pytest.mark.parametrize("batch", range(4))
def test_odd_documents_make_only_valid_cards(batch: int) -> None:
    for seed in range(batch * 250, batch * 250 + 250):
        runbook = book(document_from(seed))
        shelf = Shelf.of([runbook])
        check(
            [outline_card(runbook, shelf), library_card(shelf), library_card(shelf, system="shop")]
        )
        for section in runbook.document.sections[:6]:
            check(section_message(SectionAnswer(runbook, "x", (section,), "heading"), shelf))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.text(max_size=60))
def test_any_text_and_any_question_make_only_valid_cards(text: str, query: str) -> None:
    runbook = book(text)
    shelf = Shelf.of([runbook])
    check(section_message(find_sections(runbook, query), shelf, about={"incident": query}))


def test_lists_of_runbooks_are_valid_whatever_their_number() -> None:
    many = shelf_of(
        {f"sys{n % 25}/book-{n}.md": f"# Book {n}\n\n## Fix\n\nx\n" for n in range(600)}
    )
    check([library_card(many), library_card(Shelf.of(()))])
    for page in range(4):
        check([library_card(many, system="sys1", page=page)])
    check([chooser_card("book", many.runbooks), search_card("book", many.search("book", 10))])
    check([suggestions_card(many.suggest({}, "book", "fix")), suggestions_card([])])
    check([unknown_card(Unknown("nothing", ()))])


def test_suggestions_show_their_reason() -> None:
    shelf = shelf_of({"shop/a.md": "---\nservice: [checkout]\n---\n# A\n\n## Fix\n\nx\n"})
    card = suggestions_card(shelf.suggest({}, "checkout", ""))
    assert "service checkout" in text_of(card.blocks)


@given(
    st.text(max_size=50), st.text(max_size=3000), st.dictionaries(st.text(), st.text(max_size=900))
)
def test_values_always_fit_and_come_back(key: str, section: str, context: dict[str, str]) -> None:
    value = pack(key, section, 3, context=context)
    assert len(value) <= 2000
    pressed = unpack(value)
    assert pressed is not None
    assert (pressed.runbook, pressed.page) == (key, 3)


@pytest.mark.parametrize("value", ["", "x", "[]", '{"r": 1}', "{}", '{"p": 1}'])
def test_foreign_values_are_not_ours(value: str) -> None:
    assert unpack(value) is None
