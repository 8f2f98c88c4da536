"""Regeneration brings news and never costs a person a word."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.postmortems.checkout_incident import EVIDENCE, NOW, OPTIONS, TEMPLATE, entry
from incident_bot.domain.postmortems.assemble import assemble
from incident_bot.domain.postmortems.merge import merge
from incident_bot.domain.postmortems.render import render
from incident_bot.domain.postmortems.sections import Section, parse, split_front, stamp

OLD = render(assemble(EVIDENCE, now=NOW, options=OPTIONS), TEMPLATE)
NEWS = replace(EVIDENCE, timeline=(*EVIDENCE.timeline, entry(60, "note", "Certificate renewed")))
NEW = render(assemble(NEWS, now=NOW, options=OPTIONS), TEMPLATE)


def document(**bodies: str) -> str:
    return stamp(
        "\n".join(
            f"<!-- ib:section={name} -->\n{body}\n<!-- ib:end={name} -->\n"
            for name, body in bodies.items()
        )
    )


def test_an_untouched_document_becomes_the_new_one() -> None:
    assert merge(OLD, NEW) == NEW
    assert "Certificate renewed" in NEW


def test_no_document_yet_gives_the_new_one() -> None:
    assert merge("", NEW) == NEW


def test_a_changed_section_stays_and_the_news_follows_as_a_suggestion() -> None:
    edited = OLD.replace("Deployed checkout v42", "Deployed checkout v42 by the nightly train")
    merged = merge(edited, NEW)
    assert "by the nightly train" in merged
    suggestion = merged.split("<!-- ib:suggestion=timeline")[1]
    assert "Certificate renewed" in suggestion.split("<!-- ib:end=timeline -->")[0]


def test_a_changed_section_without_news_gets_no_suggestion() -> None:
    edited = OLD.replace("- Summary: ?", "- Summary: checkout failed for some customers")
    merged = merge(edited, NEW)
    assert "checkout failed for some customers" in merged
    assert "ib:suggestion=external" not in merged


def test_the_next_news_replaces_an_untouched_suggestion() -> None:
    edited = OLD.replace("Deployed checkout v42", "Deployed checkout v42 by hand")
    later = NEW.replace("Certificate renewed", "Certificate rotated")
    twice = merge(merge(edited, NEW), stamp(later))
    assert twice.count("ib:suggestion=timeline") == 1
    assert "Certificate rotated" in twice
    assert "Certificate renewed" not in twice


def test_a_suggestion_somebody_wrote_in_becomes_their_text() -> None:
    merged = merge(OLD.replace("checkout v42", "checkout v42!"), NEW)
    written = merged.replace("Certificate renewed", "Certificate renewed by the on-call engineer")
    again = merge(written, NEW)
    assert "renewed by the on-call engineer" in again
    assert again.count("ib:suggestion=timeline") == 1


def test_taking_over_the_suggestion_ends_the_conflict() -> None:
    fresh = next(p for p in parse(NEW) if isinstance(p, Section) and p.name == "timeline")
    old = next(p for p in parse(OLD) if isinstance(p, Section) and p.name == "timeline")
    assert merge(OLD.replace(old.body, fresh.body), NEW) == NEW


def test_text_between_sections_and_at_both_ends_stays() -> None:
    edited = "Reviewed by Ann.\n" + split_front(OLD)[1].replace(
        "<!-- ib:section=impact", "A picture: see the wiki.\n<!-- ib:section=impact"
    )
    merged = merge(edited + "The end.", NEW)
    assert merged.startswith("Reviewed by Ann.\n")
    assert "A picture: see the wiki.\n" in merged
    assert merged.endswith("The end.\n")


def test_front_matter_is_renewed_until_somebody_changes_it() -> None:
    new = NEW.replace('status: "resolved"', 'status: "closed"')
    new = stamp(new)
    assert 'status: "closed"' in split_front(merge(OLD, new))[0]
    changed = OLD.replace('document_status: "draft"', 'document_status: "in review"')
    front = split_front(merge(changed, new))[0]
    assert 'document_status: "in review"' in front
    assert 'status: "resolved"' in front


def test_a_section_new_to_the_template_finds_its_place() -> None:
    merged = merge(document(a="1", c="3"), document(a="1", b="2", c="3"))
    assert [part.name for part in parse(merged) if isinstance(part, Section)] == ["a", "b", "c"]


def test_a_section_gone_from_the_template_goes_only_if_untouched() -> None:
    old = document(a="1", b="2")
    assert "ib:section=b" not in merge(old, document(a="1"))
    assert "2 and more" in merge(old.replace("\n2\n", "\n2 and more\n"), document(a="1"))


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: text.replace("<!-- ib:end=summary -->\n", ""),
        lambda text: text.replace("<!-- ib:section=summary", "<!-- ib:section=summery"),
        lambda text: text.replace(" hash=", " hash=0"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + text,
        lambda text: text.replace("<!-- ib:", "<!-- xx:"),
    ],
)
def test_a_damaged_document_loses_no_word_and_merges_the_same_twice(harm: object) -> None:
    assert callable(harm)
    damaged = harm(OLD.replace("## Summary", "## Summary\n\nAnn wrote this."))
    merged = merge(damaged, NEW)
    assert "Ann wrote this." in merged
    assert merge(merged, NEW) == merged


def test_stray_markers_left_by_an_edit_cannot_pair_up_later() -> None:
    a, b = document(a="1"), document(b="1")
    previous = f"<!-- ib:suggestion=b hash=0123456789ab -->\nmine\n{a}<!-- ib:end=b -->\n"
    once = merge(previous, b)
    assert "mine" in once
    assert merge(once, b) == once


LINES = st.sampled_from(
    ["a word", "", "| x | y |", "<!-- ib:section=a -->", "<!-- ib:end=a -->", "---", "```", "> q",
     "<!-- ib:suggestion=b hash=0123456789ab -->", "<!-- ib:end=b -->", "  trailing  "]
)  # fmt: skip
NAMES = ("a", "b", "c", "d")


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """A document with human lines anywhere in it, a fresh draft, and those lines."""
    before = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["1", "2", "3\n4"])))
    after = draw(
        st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["1", "2", "5\n6"]), min_size=1)
    )
    lines = document(**before).split("\n") if before else []
    written = []
    for number in range(draw(st.integers(min_value=0, max_value=4))):
        line = f"human {number} {draw(st.sampled_from(['x', 'é', 'ש']))}"
        place = draw(st.integers(min_value=0, max_value=len(lines)))
        lines.insert(place, line)
        written.append(line)
        if draw(st.booleans()):
            lines.insert(draw(st.integers(min_value=0, max_value=len(lines))), draw(LINES))
    return "\n".join(lines), document(**after), written


@given(edits())
def test_human_text_is_never_lost(case: tuple[str, str, list[str]]) -> None:
    previous, regenerated, written = case
    merged = merge(previous, regenerated)
    for line in written:
        assert merged.count(line) >= 1


@given(edits())
def test_merging_twice_is_merging_once(case: tuple[str, str, list[str]]) -> None:
    previous, regenerated, _ = case
    once = merge(previous, regenerated)
    assert merge(once, regenerated) == once
