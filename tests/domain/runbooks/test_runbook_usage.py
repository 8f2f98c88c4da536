"""What became of runbooks, counted without claiming more than was seen."""

from datetime import UTC, datetime, timedelta

from domain.runbooks.shapes import book
from incident_bot.domain.runbooks.usage import Case, Spread, Use, UseKind, usage_report

NOW = datetime(2026, 3, 14, 3, 7, tzinfo=UTC)
BOOK = book("# Thing\n\n## Diagnostics\n\nlook\n\n### Deep\n\ndeeper\n\n## Mitigation\n\nfix\n")


def use(kind: UseKind, incident: int | None = 1, **more: str) -> Use:
    said = {"runbook": BOOK.key, "section": "", "step": "", "user": "U0ADA", **more}
    return Use(incident=incident, kind=kind, at=NOW, **said)


def case(number: int, minutes: int | None, days: int = 0) -> Case:
    begun = NOW + timedelta(days=days)
    return Case(number, begun, None if minutes is None else begun + timedelta(minutes=minutes))


def test_incidents_with_and_without_a_runbook_are_measured_apart() -> None:
    cases = [case(1, 10), case(2, 30), case(3, None)]

    report = usage_report([BOOK], [use(UseKind.VIEW), use(UseKind.VIEW, 3)], cases)

    assert report.with_runbook == Spread(timedelta(minutes=10), 1)
    assert report.without_runbook == Spread(timedelta(minutes=30), 1)


def test_what_is_not_known_is_not_measured() -> None:
    report = usage_report([BOOK], [use(UseKind.VIEW)], [case(1, None)])

    assert report.with_runbook == Spread(None, 0)
    assert report.runbooks[0].to_mitigate == Spread(None, 0)
    assert report.runbooks[0].again == Spread(None, 0)


def test_section_is_read_when_it_or_what_is_inside_it_was_opened() -> None:
    [stats] = usage_report([BOOK], [use(UseKind.VIEW, section="deep")], []).runbooks
    assert stats.unread == ("Mitigation",)

    [stats] = usage_report([BOOK], [use(UseKind.VIEW)], []).runbooks
    assert stats.unread == ("Diagnostics", "Mitigation")


def test_step_is_always_skipped_when_nobody_ever_did_it() -> None:
    skipped = [use(UseKind.STEP_SKIPPED, n, step="Wait", section="mitigation") for n in (1, 2)]
    [stats] = usage_report([BOOK], skipped, []).runbooks
    assert stats.skipped == ("Wait",)

    done = use(UseKind.STEP_DONE, 3, step="Wait", section="mitigation")
    [stats] = usage_report([BOOK], [*skipped, done], []).runbooks
    assert stats.skipped == ()


def test_last_rating_of_a_person_in_an_incident_counts() -> None:
    rated = [use(UseKind.RATED_WORKED), use(UseKind.RATED_OUTDATED), use(UseKind.RATED_WORKED, 2)]

    [stats] = usage_report([BOOK], rated, []).runbooks

    assert stats.ratings == {"worked": 1, "outdated": 1}


def test_recurrence_is_the_middle_time_between_incidents() -> None:
    uses = [use(UseKind.VIEW, n) for n in (1, 2, 3)]
    cases = [case(1, 5), case(2, 5, days=2), case(3, 5, days=12)]

    [stats] = usage_report([BOOK], uses, cases).runbooks

    assert stats.again == Spread(timedelta(days=6), 2)
    assert stats.incidents == 3


def test_runbook_that_left_the_shelf_is_counted_under_its_old_name() -> None:
    [stats] = usage_report([], [use(UseKind.VIEW)], []).runbooks
    assert (stats.title, stats.unread) == (BOOK.key, ())
