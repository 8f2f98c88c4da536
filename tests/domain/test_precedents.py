"""Suggestions nobody asked for: from the service, the title and similar past incidents."""

from domain.runbooks.shapes import shelf_of
from incident_bot.domain.precedents import Precedent, Wanted, suggest_runbooks

SHELF = shelf_of(
    {
        "shop/queue-full.md": "---\nsymptoms: [orders are stuck]\n---\n# Queue is full\n\nwords\n",
        "shop/disk.md": "# Disk is full\n\nother words\n",
        "shop/lag.md": "---\nalerts: [ReplicaLagHigh]\n---\n# Lag\n\nmore words\n",
        "shop/old.md": "---\nstatus: deprecated\n---\n# Old\n\nwords\n",
    }
)


def past(number: int, title: str, *opened: str, worked: str = "", service: str = "") -> Precedent:
    done = (worked,) if worked else ()
    return Precedent(number, f"INC-{number}", title, service, opened, done)


def names(wanted: Wanted, *cases: Precedent) -> list[tuple[str, str]]:
    return [(one.name, one.why) for one in suggest_runbooks(SHELF, wanted, cases)]


def test_runbook_of_the_service_comes_first() -> None:
    wanted = Wanted(1, "orders are stuck", "checkout", ("disk",))
    first, second = names(wanted)
    assert first == ("shop/disk", "named for service checkout")
    assert second[0] == "shop/queue-full"
    assert "symptom: orders are stuck" in second[1]


def test_what_worked_in_a_similar_incident_is_better_than_what_was_opened() -> None:
    wanted = Wanted(9, "flurble wobbles again")
    cases = [past(1, "flurble wobbles", "shop/disk", "shop/queue-full", worked="shop/queue-full")]
    assert names(wanted, *cases) == [
        ("shop/queue-full", "worked in INC-1"),
        ("shop/disk", "opened in INC-1"),
    ]


def test_incident_is_no_precedent_of_itself_nor_is_a_different_one() -> None:
    wanted = Wanted(9, "flurble wobbles")
    assert names(wanted, past(9, "flurble wobbles", "shop/disk")) == []
    assert names(wanted, past(2, "something else entirely", "shop/disk")) == []


def test_deprecated_and_lost_runbooks_are_not_suggested() -> None:
    wanted = Wanted(9, "flurble wobbles")
    assert names(wanted, past(1, "flurble wobbles", "shop/old", "shop/gone")) == []


def test_an_alert_or_an_address_in_the_title_comes_before_everything_else() -> None:
    wanted = Wanted(1, "ReplicaLagHigh, orders are stuck", "checkout", ("disk",))
    assert names(wanted)[:2] == [
        ("shop/lag", "ReplicaLagHigh: the runbook lists this alert"),
        ("shop/disk", "named for service checkout"),
    ]
    address = Wanted(1, "see https://git.example.com/books/blob/main/shop/disk.md?plain=1")
    assert names(address)[0] == ("shop/disk", "an address in the title leads there")
    assert names(Wanted(1, "GitHub and PostgreSQL wobble since v141")) == []
    assert "shop/old" not in [name for name, _ in names(Wanted(1, "shop-old old-shop"))]
