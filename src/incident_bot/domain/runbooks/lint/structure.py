"""RB001–RB007: encoding, front matter, titles, fences, sections."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.facts import date, scalar, seconds
from incident_bot.domain.runbooks.kinds import label
from incident_bot.domain.runbooks.lint.profiles import profile_of
from incident_bot.domain.runbooks.lint.subject import Said, Subject, Surroundings, own_names
from incident_bot.domain.runbooks.naming import normalise
from incident_bot.domain.runbooks.schema import PROPERTIES, STATUSES, TYPES

_MTTR = re.compile(
    r"^\s*<?\s*\d+(?:\.\d+)?\s*[smhd]?\w*(?:\s*[-\u2013]\s*\d+(?:\.\d+)?\s*[smhd]\w*)?\s*$"
)


def check(subject: Subject, around: Surroundings) -> Iterator[Said]:
    """Yield the findings of the whole family."""
    yield from _parser(subject)
    yield from _front_matter(subject, around)
    yield from _names(subject, around)
    yield from _fences(subject)
    yield from _sections(subject)
    yield from _order(subject)
    yield from _headings(subject)


def _parser(subject: Subject) -> Iterator[Said]:
    for finding in subject.document.findings:
        yield Said(finding.code, max(0, finding.line - 1), finding.message)


def _front_matter(subject: Subject, around: Surroundings) -> Iterator[Said]:
    front = subject.front
    for key in front:
        if key not in PROPERTIES and not key.startswith("x-"):
            yield Said("RB002", subject.key_line(key), f"unknown key {key!r}", "info")
    for key, allowed in (("type", TYPES), ("status", STATUSES)):
        value = scalar(front.get(key)).lower()
        if value and value not in allowed:
            expected = ", ".join(sorted(allowed))
            yield Said("RB002", subject.key_line(key), f"{key} {value!r} is none of {expected}")
    yield from _dates(subject, around)
    yield from _durations(subject)


def _dates(subject: Subject, around: Surroundings) -> Iterator[Said]:
    for key in ("last_reviewed", "last_drilled"):
        written = scalar(subject.front.get(key))
        read = date(written)
        if written and read is None:
            yield Said("RB002", subject.key_line(key), f"{key} {written!r} is not a date")
        elif read is not None and read > around.today + datetime.timedelta(days=1):
            yield Said("RB002", subject.key_line(key), f"{key} {read} lies in the future")


def _durations(subject: Subject) -> Iterator[Said]:
    front = subject.front
    for key in ("review_every", "drill_every"):
        written = scalar(front.get(key))
        if written and seconds(written) is None:
            yield Said("RB002", subject.key_line(key), f"{key} {written!r} is not a duration")
    for alert in subject.main.facts.alerts:
        if alert.duration and seconds(alert.duration) is None:
            message = f"for {alert.duration!r} of {alert.name} is not a duration"
            yield Said("RB002", subject.key_line("alerts"), message)
    mttr = front.get("expected_mttr")
    for value in mttr.values() if isinstance(mttr, dict) else (mttr,):
        if scalar(value) and not _MTTR.match(scalar(value)):
            message = f"expected_mttr {scalar(value)!r} is not a time"
            yield Said("RB002", subject.key_line("expected_mttr"), message)


def _names(subject: Subject, around: Surroundings) -> Iterator[Said]:
    document = subject.document
    first_level = [section for section in document.sections[1:] if section.level == 1]
    if (
        not document.sections[0].title
        and not document.front_matter.get("title")
        and not first_level
    ):
        yield Said("RB003", 0, "no title: neither front matter nor an H1 gives one")
    for runbook in subject.runbooks:
        for name, other in _collisions(runbook, around):
            message = f"{name!r} is also a name of {other.key}"
            yield Said("RB003", subject.key_line("aliases"), message)


def _collisions(runbook: Runbook, around: Surroundings) -> Iterator[tuple[str, Runbook]]:
    for name in own_names(runbook):
        for other in around.named(runbook, name):
            if other.path != runbook.path:
                yield name, other


def _fences(subject: Subject) -> Iterator[Said]:
    reported = {f.line - 1 for f in subject.document.findings if f.code == "RB004"}
    for fence in subject.fences:
        if not fence.closed and fence.start not in reported:
            yield Said("RB004", fence.start, "this code fence is never closed")


def _sections(subject: Subject) -> Iterator[Said]:
    document = subject.document
    for section in document.sections[1:]:
        if not document.is_filled(section.index):
            yield Said("RB005", section.line, f"section {section.title!r} is empty")
    for runbook in subject.runbooks:
        profile = profile_of(runbook)
        for kinds in profile.required if profile else ():
            if not any(_has(runbook, kind) for kind in kinds):
                wanted = " or ".join(label(kind) for kind in kinds)
                line = document.sections[runbook.root].line
                yield Said(
                    "RB005", line, f"{wanted} is missing ({profile.name if profile else ''})"
                )


def _has(runbook: Runbook, kind: str) -> bool:
    document = runbook.document
    return any(
        section.grade(kind) is not None and document.is_filled(section.index)
        for section in (*runbook.sections, document.sections[runbook.root])
    )


def _order(subject: Subject) -> Iterator[Said]:
    for runbook in subject.runbooks:
        profile = profile_of(runbook)
        if profile is None or not profile.ordered:
            continue
        wanted = [kind for kinds in profile.required for kind in kinds]
        positions = [
            (section, wanted.index(kind))
            for section in runbook.sections
            if (kind := _first_kind(section, wanted)) is not None
        ]
        for (_, before), (section, after) in pairwise(positions):
            if after < before:
                message = f"{section.title!r} stands after what it should precede ({profile.name})"
                yield Said("RB006", section.line, message)


def _first_kind(section: Section, wanted: list[str]) -> str | None:
    return next((m.kind for m in section.kinds if m.grade == "exact" and m.kind in wanted), None)


def _headings(subject: Subject) -> Iterator[Said]:
    document = subject.document
    real = [section for section in document.sections[1:] if not section.pseudo]
    seen: Counter[tuple[int | None, str]] = Counter()
    for section in real:
        name = (section.parent, normalise(section.title))
        seen[name] += 1
        if seen[name] == 2:
            yield Said("RB007", section.line, f"heading {section.title!r} repeats among siblings")
        if section.level == 1 and document.sections[0].title:
            yield Said("RB007", section.line, "second H1; use H2 for sections")
        parent = document.sections[section.parent or 0]
        floor = max(parent.level, 1)
        if section.level > floor + 1 and not parent.pseudo:
            message = f"heading level jumps from {floor} to {section.level}"
            yield Said("RB007", section.line, message)
