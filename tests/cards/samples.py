"""Incidents, boards and pages to make cards of: ordinary, empty, overlong, hostile."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from block_kit import problems, text_total
from incident_bot.domain.configuration import Configuration, Policy, Service, Severity, Tier
from incident_bot.domain.incidents.incident import Incident, Status
from incident_bot.domain.paging.page import Page, PageState, Ring, RingState, Step
from incident_bot.domain.readmodels import (
    Board,
    EntryView,
    PageLedger,
    PageView,
    Queued,
    SuggestedRunbook,
    Trouble,
)
from incident_bot.slack.blockkit import Card

NOW = datetime(2026, 3, 14, 3, 7, tzinfo=UTC)
HOSTILE = "<!channel> @here *x* ```rm -rf``` `id` <@U0EVE> \u202egnp\u202c & <https://e.vil|bank>"
LONG = "Проверка связи 🔥 " * 180
ALLOWED = re.compile(
    r"<@[UW][A-Z0-9]{2,20}>|<#[CGD][A-Z0-9]{2,20}>|<!date\^\d+\^[^<>|]*\|[^<>|]*>"
    r"|<https://[^\s<>|]+\|message>"
)
SEV2 = Severity(
    name="SEV2",
    aliases=("P1", "major", "critical"),
    description="Users are affected",
    update_every=timedelta(minutes=30),
)
RULES = Configuration(
    severities=(
        Severity(name="SEV1", aliases=("P0", "blocker"), description="All users are affected"),
        SEV2,
        Severity(name="SEV3", aliases=("P2", "minor")),
        Severity(name="SEV4", aliases=("P3", "low")),
    ),
    policies={
        "primary": Policy(tiers=(Tier(),), description="Platform"),
        "backup": Policy(tiers=(Tier(),)),
    },
    services={"checkout": Service(title="Checkout", policy="primary"), "search": Service()},
)
INCIDENT = Incident(
    id=42,
    title="checkout 5xx",
    severity="SEV2",
    status=Status.INVESTIGATING,
    declared_by="U0ADA",
    declared_at=NOW - timedelta(minutes=7),
    origin="trigger:1",
    service="checkout",
    channel_id="C0ROOM",
    channel_name="inc-42-checkout-5xx",
    update_due_at=NOW + timedelta(minutes=23),
    last_update_at=NOW - timedelta(minutes=2),
    last_update="Error rate 12 %, rollback started",
    roles={"commander": "U0ADA", "communications": "U0BEN"},
)
STEPS = (Step("first line", ("schedule:primary",), 300.0), Step("backup", ("person:eve",), 300.0))
PAGE = Page(
    id=7,
    incident=42,
    policy="primary",
    message="Checkout fails for cards",
    steps=STEPS,
    rounds=1,
    state=PageState.OPEN,
    position=0,
    started_by=None,
    started_at=NOW - timedelta(minutes=6),
    origin="declare:42",
)
RING = Ring(
    7, 0, "U0CID", RingState.SENT, NOW - timedelta(minutes=6), sent_at=NOW - timedelta(minutes=6)
)
LEDGER = PageLedger(
    PAGE,
    (RING, Ring(7, 0, "U0DAN", RingState.FAILED, NOW, why="this person has left the workspace")),
    NOW - timedelta(minutes=1),
)
BOARD = Board(
    incident=INCIDENT,
    severity=SEV2,
    roles=RULES.roles,
    now=NOW,
    pages=(LEDGER,),
    troubles=(Trouble(311, "pin the control card", "not_in_channel"),),
    suggestions=(SuggestedRunbook("pack1/api-5xx", "API 5xx", "matches “5xx”"),),
    steps=(
        ("Recorded", "done"),
        ("Room opened", "done"),
        ("On-call paged", "waiting"),
        ("Announced", "failed"),
    ),
)
BARE = Board(
    incident=Incident(
        id=1,
        title="",
        severity="SEV4",
        status=Status.INVESTIGATING,
        declared_by="U0ADA",
        declared_at=NOW,
        origin="",
    ),
    severity=Severity(name="SEV4"),
    roles=(),
    now=NOW,
)


def board_saying(text: str, *, many: int = 12) -> Board:
    """A board with the same words everywhere, and many of everything."""
    incident = INCIDENT.with_(
        title=text,
        service=text,
        summary=text,
        last_update=text,
        severity=text[:40] or "S",
        drill=True,
    )
    return Board(
        incident=incident,
        severity=SEV2,
        roles=RULES.roles,
        now=NOW + timedelta(hours=1),
        pages=tuple(ledger_saying(text, many) for _ in range(many)),
        nobody_paged=text,
        troubles=tuple(Trouble(n, text, text) for n in range(many)),
        suggestions=tuple(SuggestedRunbook(text, text, text) for _ in range(many)),
        steps=tuple((text, text) for _ in range(many)),
        queued=tuple(Queued(text, n, 1e9, text) for n in range(many)),
    )


def ledger_saying(text: str, many: int = 12) -> PageLedger:
    """A page whose every text is the same, to many people."""
    steps = tuple(Step(text, (text,), 60.0) for _ in range(3))
    page = replace(PAGE, policy=text, message=text, steps=steps, rounds=2, position=4)
    rings = tuple(Ring(7, 4, f"U0P{n}", list(RingState)[n % 6], NOW, why=text) for n in range(many))
    return PageLedger(page, rings, NOW)


def page_view(**changes: Any) -> PageView:
    page = replace(PAGE, **changes.pop("page", {}))
    ring = replace(RING, **changes.pop("ring", {}))
    return PageView(INCIDENT, SEV2, page, ring, NOW, NOW - timedelta(minutes=1), **changes)


def entry(
    kind: str, said: str = "", /, actor: str | None = "U0ADA", draft: str = "", **facts: object
) -> EntryView:
    return EntryView(INCIDENT, SEV2, 5, NOW, kind, actor, said, dict(facts), draft)


hostile_text = st.one_of(
    st.just(""),
    st.sampled_from(
        [HOSTILE, LONG, "`" * 300, "<" * 3000, "&" * 3000, "\u202e" * 50, "\n" * 80, "> a\n" * 99]
    ),
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(
                [
                    "<!channel>",
                    "<!here|x>",
                    "<!subteam^S0ALL|@all>",
                    "@everyone",
                    "<@U0EVE|eve>",
                    "<#C0GEN>",
                    "<https://a.b/?q=1&amp;c|x>",
                    "```",
                    "&lt;!channel&gt;",
                    "\ud800",
                    "\x00",
                    "|",
                    ">",
                    "🔥",
                ]
            ),
        ),
        max_size=30,
    ).map(" ".join),
)


def check(card: Card) -> None:
    """A card is valid, within limits, can be sent, and pings nobody by accident."""
    assert problems(card.blocks) == []
    assert len(card.blocks) <= 50
    assert text_total(card.blocks) <= 9000
    assert card.text.strip()
    assert len(card.text) <= 3000
    json.dumps([card.text, card.blocks], ensure_ascii=False).encode()
    for text in [card.text, *mrkdwn_of(card.blocks)]:
        rest = ALLOWED.sub("", text)
        assert "<" not in rest, rest
        assert not re.search(r"(?<!\w)@(here|channel|everyone)", rest)


def mrkdwn_of(value: object) -> list[str]:
    """Every mrkdwn text in some blocks."""
    if isinstance(value, list):
        return [text for item in value for text in mrkdwn_of(item)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "mrkdwn":
        return [str(value["text"])]
    return mrkdwn_of(list(value.values()))


def elements_of(card: Card, action: str) -> list[dict[str, Any]]:
    """The elements of a card with an action id."""
    return [
        element
        for block in card.blocks
        for element in [*block.get("elements", []), block.get("accessory") or {}]
        if element.get("action_id") == action
    ]


def words(card: Card) -> str:
    """Everything a card says, in one string."""
    return json.dumps(card.blocks, ensure_ascii=False)
