"""Lists, help, refusals: the answers to one person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.samples import (
    BARE,
    BOARD,
    HOSTILE,
    INCIDENT,
    LEDGER,
    LONG,
    NOW,
    board_saying,
    check,
    elements_of,
    hostile_text,
    ledger_saying,
    words,
)
from incident_bot.domain.configuration import Commands
from incident_bot.domain.incidents.incident import Status
from incident_bot.domain.readmodels import LaneDepth, OnCallLine, TimelineLine, Trouble
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Card
from incident_bot.slack.cards.catchup import catchup_card
from incident_bot.slack.cards.help import TOPICS, help_card, unknown_card
from incident_bot.slack.cards.listing import (
    incident_list,
    oncall_card,
    page_status_card,
    timeline_card,
)
from incident_bot.slack.cards.refusal import refusal_card
from incident_bot.slack.cards.stuck import stuck_card
from incident_bot.slack.grammar import SUBCOMMANDS
from incident_bot.slack.grammar.reference import reference_page

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"
LINES = [
    TimelineLine(NOW - timedelta(days=1), "declared", "U0ADA", "Declared SEV2: checkout 5xx"),
    TimelineLine(
        NOW, "note", "U0BEN", "rolled back", "https://example.slack.com/archives/C0ROOM/p1"
    ),
    TimelineLine(NOW, "tier", None, "Tier 1 first line: paging <@U0CID>"),
]
ONCALL = [
    OnCallLine("primary", "U0CID", "cid", NOW + timedelta(hours=6), "U0DAN", "dan"),
    OnCallLine("backup", None, "eve", None),
    OnCallLine("night", None, "", None),
]
CASES: dict[str, Card] = {
    "list__ordinary": incident_list(
        [INCIDENT, INCIDENT.with_(id=43, status=Status.RESOLVED, resolved_at=NOW)], NOW
    )[0],
    "list__empty": incident_list([], NOW)[0],
    "list__hostile": incident_list([board_saying(HOSTILE).incident], NOW)[0],
    "timeline__ordinary": timeline_card(INCIDENT, LINES)[0],
    "timeline__empty": timeline_card(INCIDENT, [])[0],
    "timeline__hostile": timeline_card(
        INCIDENT.with_(title=HOSTILE), [TimelineLine(NOW, "pin", HOSTILE, HOSTILE, HOSTILE)]
    )[0],
    "oncall__ordinary": oncall_card(ONCALL),
    "oncall__empty": oncall_card([]),
    "page_status__ordinary": page_status_card([LEDGER]),
    "page_status__empty": page_status_card([]),
    "page_status__overlong": page_status_card([ledger_saying(LONG)] * 9),
    "catchup__ordinary": catchup_card(BOARD, LINES),
    "catchup__empty": catchup_card(BARE, []),
    "catchup__hostile": catchup_card(board_saying(HOSTILE), LINES),
    "stuck__ordinary": stuck_card(BOARD.troubles, [LaneDepth("pages", 2, 31.4)]),
    "stuck__empty": stuck_card([], []),
    "stuck__put_off": stuck_card([], [LaneDepth("state", 14, 12.0, later=9, again=20.4)]),
    "help__ordinary": help_card(),
    "help__page": help_card("page"),
    "help__unknown": help_card(HOSTILE),
    "unknown__ordinary": unknown_card("decalre", "declare", "/incident declare sev2 checkout 5xx"),
    "refusal__ordinary": refusal_card("INC-42 is already resolved.", "/incident reopen why"),
    "refusal__unexpected": refusal_card(
        "Slack did not answer.", "Try again in a minute.", "ref-7k2m9q"
    ),
    "refusal__empty": refusal_card(""),
    "refusal__hostile": refusal_card(HOSTILE, HOSTILE, HOSTILE),
    "refusal__overlong": refusal_card(LONG, LONG, LONG),
}


@pytest.mark.parametrize("name", CASES)
def test_answer_is_as_it_was(name: str, golden: Callable[[str, Card], None]) -> None:
    check(CASES[name])
    golden(name, CASES[name])


@settings(deadline=None)
@given(text=hostile_text, many=st.integers(0, 90))
def test_no_words_break_a_list(text: str, many: int) -> None:
    incident = board_saying(text, many=1).incident
    lines = [TimelineLine(NOW, text, text, text, text)] * many
    schedules = [OnCallLine(text, text or None, text, NOW, None, text)] * many
    troubles = [Trouble(n, text, text) for n in range(many)]
    for card in (
        *incident_list([incident] * many, NOW),
        *timeline_card(incident, lines),
        oncall_card(schedules),
        page_status_card([ledger_saying(text)] * (many % 12)),
        catchup_card(board_saying(text, many=1), lines),
        stuck_card(troubles, [LaneDepth(text, many, 1e9)] * many),
        help_card(text),
        unknown_card(text, text, text),
        refusal_card(text, text, text),
        refusal_card(text, f"/incident {text}"),
    ):
        check(card)


def test_long_list_is_several_cards_and_leaves_nobody_out() -> None:
    cards = incident_list([INCIDENT.with_(id=n, title=f"{LONG} {n}") for n in range(1, 101)], NOW)
    shown = "".join(words(card) for card in cards)
    assert len(cards) > 1
    assert all(f"*INC-{n}*" in shown for n in range(1, 101))
    assert cards[0].text.endswith(f"(1 of {len(cards)})")


def test_timeline_names_days_people_and_messages() -> None:
    shown = words(timeline_card(INCIDENT, LINES)[0])
    assert shown.count("{date_short}") == 2
    assert "<@U0BEN> rolled back <https://example.slack.com/archives/C0ROOM/p1|message>" in shown


def test_link_that_is_no_permalink_is_left_out() -> None:
    for link in ("javascript:alert(1)", "https://a.b|<!channel>", "http://a.b/c d"):
        assert "message>" not in words(
            timeline_card(INCIDENT, [TimelineLine(NOW, "pin", None, "x", link)])[0]
        )


def test_nobody_on_call_is_said_plainly() -> None:
    shown = words(oncall_card(ONCALL))
    assert "*night* :warning: nobody" in shown
    assert "*backup* eve" in shown


def test_doctor_gives_each_trouble_a_button() -> None:
    card = stuck_card([Trouble(n, "invite people", "x") for n in range(3)], [])
    assert [e["value"] for e in elements_of(card, actions.DELIVERY_RETRY)] == ["0", "1", "2"]


@pytest.mark.parametrize("topic", TOPICS)
def test_help_shows_every_subcommand_of_its_topic_examples_first(topic: str) -> None:
    shown = words(help_card(topic))
    for subcommand in (s for s in SUBCOMMANDS if s.topic == topic):
        assert subcommand.help in shown
        if subcommand.name != "help":
            assert shown.index(subcommand.example) < shown.index(subcommand.help)


def test_every_subcommand_has_a_topic_that_help_knows() -> None:
    assert {s.topic for s in SUBCOMMANDS} == set(TOPICS)


def test_help_finds_a_topic_by_command_alias_and_slip() -> None:
    for word in ("resolve", "/page", "post-mortem", "Declaer"):
        assert help_card(word).text != help_card().text


def test_help_speaks_the_configured_commands() -> None:
    shown = words(help_card("page", Commands(incident="/fire", page="/ring")))
    assert "`/ring ack`" in shown
    assert "/incident" not in shown


def test_refusal_shows_what_can_be_typed_as_code() -> None:
    assert "Try `/incident reopen why`" in words(refusal_card("No.", "/incident reopen why"))
    assert "`" not in words(refusal_card("No.", "Severities: SEV1, SEV2"))


def test_unexpected_error_carries_its_reference() -> None:
    assert "`ref-7k2m9q`" in words(CASES["refusal__unexpected"])


def test_reference_page_says_what_the_table_says(rewrite: bool) -> None:
    if rewrite:
        REFERENCE.write_text(reference_page(), encoding="utf-8")
    assert REFERENCE.read_text(encoding="utf-8") == reference_page()


def test_catchup_tells_a_resolved_incident_as_over() -> None:
    over = replace(
        BOARD,
        incident=INCIDENT.with_(status=Status.RESOLVED, resolved_at=NOW, summary="Rolled back"),
    )
    shown = words(catchup_card(over, []))
    assert "*Resolved*" in shown
    assert "Rolled back" in shown
