"""The one configuration file as validated values: severities, people, policies, cadences.

Everything a seed programme calls a rule is written here as data. The JSON Schema of
`Configuration` is what `incident-bot config schema` prints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from incident_bot.domain.durations import Duration, TimeOfDay
from incident_bot.domain.runbook_rules import RunbookRules


def _zone(name: str) -> str:
    if name not in available_timezones():
        msg = f"{name!r} is not a time zone; write a name such as Europe/Berlin or UTC"
        raise ValueError(msg)
    return name


Zone = Annotated[str, AfterValidator(_zone)]
Positive = Annotated[Duration, Field(gt=timedelta(0))]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Command = Annotated[str, Field(pattern=r"^/[a-z0-9_-]{1,31}$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Commands(_Section):
    """The slash commands. Slack gives a command to the app installed last, so they can change."""

    incident: Command = "/incident"
    incident_aliases: tuple[Command, ...] = ()
    page: Command = "/page"
    oncall: Command = "/oncall"
    runbook: Command = "/runbook"


class Channels(_Section):
    """Where things are said. Channel names are without `#`."""

    announcements: str = Field(default="incidents", pattern=r"^[a-z0-9_-]{1,80}$")
    room_prefix: str = Field(default="inc", pattern=r"^[a-z0-9_-]{1,20}$")


class BusinessHours(_Section):
    """When somebody works. `opens` and `closes` are local to `timezone`."""

    timezone: Zone = "UTC"
    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    opens: TimeOfDay = time(9)
    closes: TimeOfDay = time(17)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if not self.opens < self.closes or not self.days:
            msg = "opens must be before closes, on at least one day"
            raise ValueError(msg)
        return self


class Link(_Section):
    """A page worth having at hand: bookmarked in every incident's room."""

    title: str = Field(min_length=1, max_length=60)
    url: str = Field(pattern=r"^https?://[^\s<>|]+$", max_length=2000)


class AgeEscalation(_Section):
    """Page a policy once an incident is this old and not resolved, acknowledged or not."""

    after: Positive
    policy: Name


class Severity(_Section):
    """One level of the severity scheme, most severe first in the list."""

    name: str = Field(min_length=1, max_length=40)
    aliases: tuple[str, ...] = ()
    description: str = Field(default="", max_length=300)
    emoji: str = Field(default=":rotating_light:", pattern=r"^:[a-z0-9_+-]+:$")
    respond_within: Positive | None = None
    respond_by: Literal["next_business_day"] | None = None
    resolve_within: Positive | None = None
    update_every: Annotated[Duration, Field(ge=timedelta(minutes=1))] | None = None
    policy: Name | None = None
    page_when: Literal["always", "business_hours", "never"] = "always"
    escalate_when_older: tuple[AgeEscalation, ...] = ()
    postmortem: Literal["required", "optional", "none"] = "optional"
    report_within: Positive | None = None
    postmortem_within: Positive | None = None
    prometheus: tuple[str, ...] = ()


class Role(_Section):
    """A hat that one person wears in an incident."""

    name: Name
    title: str = Field(min_length=1, max_length=60)
    description: str = Field(default="", max_length=300)


class Person(_Section):
    """Somebody who can be paged: by Slack user id, or by the e-mail address Slack knows."""

    name: str = ""
    slack: Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{2,}$")] | None = None
    email: str | None = None


class Layer(_Section):
    """A rotation: `participants` take turns of `every`, the first from `starts`.

    Handoff keeps the wall-clock time of `starts` in the schedule's zone across DST.
    """

    participants: tuple[Name, ...] = Field(min_length=1)
    every: Duration = timedelta(weeks=1)
    starts: AwareDatetime

    @model_validator(mode="after")
    def _turns_are_whole(self) -> Self:
        if self.every < timedelta(hours=1):
            msg = "a turn must be at least 1h"
            raise ValueError(msg)
        return self


class Override(_Section):
    """Somebody stands in. The last override that covers an instant wins."""

    person: Name
    starts: AwareDatetime
    ends: AwareDatetime

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Self:
        if not self.starts < self.ends:
            msg = "starts must be before ends"
            raise ValueError(msg)
        return self


class Schedule(_Section):
    """Who is on call. Later layers win over earlier ones; overrides win over layers."""

    timezone: Zone = "UTC"
    layers: tuple[Layer, ...] = Field(min_length=1)
    overrides: tuple[Override, ...] = ()
    user_group: Annotated[str, Field(pattern=r"^@?[a-z0-9][a-z0-9._-]{0,20}$")] | None = None


class Tier(_Section):
    """One step of an escalation policy: everyone in `targets` is paged at once.

    A target is `person:NAME` or `schedule:NAME`.
    """

    name: str = Field(default="", max_length=60)
    targets: tuple[Annotated[str, Field(pattern=r"^(person|schedule):.+$")], ...] = ()
    acknowledge_within: Positive = timedelta(minutes=5)


class Policy(_Section):
    """An escalation policy: tiers in order, then again `repeat` times."""

    tiers: tuple[Tier, ...] = Field(min_length=1)
    repeat: int = Field(default=0, ge=0, le=9)
    description: str = ""


class Service(_Section):
    """A service people name in `--service`; its policy wins over the severity's."""

    title: str = ""
    policy: Name | None = None
    runbooks: tuple[str, ...] = ()


class Reminders(_Section):
    """When a status update is asked for, and who is asked next."""

    warn_before: Duration = timedelta(minutes=5)
    climb_after: Duration = timedelta(minutes=10)


class Timeline(_Section):
    """Which reaction puts a message on the timeline (short names, without colons)."""

    reactions: tuple[str, ...] = ("pushpin",)


class Configuration(_Section):
    """Everything in the configuration file."""

    version: Literal[1] = 1
    preset: str | None = None
    timezone: Zone = "UTC"
    commands: Commands = Commands()
    channels: Channels = Channels()
    business_hours: BusinessHours = BusinessHours()
    severities: tuple[Severity, ...] = Field(min_length=1)
    default_severity: str | None = None
    roles: tuple[Role, ...] = (
        Role(name="commander", title="Incident commander", description="Leads; decides."),
        Role(name="communications", title="Communications", description="Keeps others informed."),
        Role(name="scribe", title="Scribe", description="Writes down what happens."),
    )
    people: dict[Name, Person] = {}
    schedules: dict[Name, Schedule] = {}
    policies: dict[Name, Policy] = {}
    services: dict[Name, Service] = {}
    links: tuple[Link, ...] = ()
    reminders: Reminders = Reminders()
    timeline: Timeline = Timeline()
    runbooks: RunbookRules = RunbookRules()

    @model_validator(mode="after")
    def _names_point_at_something(self) -> Self:
        problems = [*self._unknown_policies(), *self._unknown_targets(), *self._clashes()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _unknown_policies(self) -> list[str]:
        used = [(f"severities.{s.name}.policy", s.policy) for s in self.severities]
        used += [(f"services.{n}.policy", s.policy) for n, s in self.services.items()]
        used += [
            (f"severities.{s.name}.escalate_when_older", age.policy)
            for s in self.severities
            for age in s.escalate_when_older
        ]
        return [
            f"{where} names the policy {name!r}, which is not under policies"
            for where, name in used
            if name is not None and name not in self.policies
        ]

    def _unknown_targets(self) -> list[str]:
        problems = []
        for name, policy in self.policies.items():
            for target in (t for tier in policy.tiers for t in tier.targets):
                kind, _, who = target.partition(":")
                known = self.people if kind == "person" else self.schedules
                if who not in known:
                    problems.append(f"policies.{name} pages {target!r}, which is not defined")
        for name, schedule in self.schedules.items():
            names = [p for layer in schedule.layers for p in layer.participants]
            names += [o.person for o in schedule.overrides]
            problems += [
                f"schedules.{name} names {person!r}, who is not under people"
                for person in dict.fromkeys(names)
                if person not in self.people
            ]
        return problems

    def _clashes(self) -> list[str]:
        meanings = [
            (word, severity_word(word), severity.name)
            for severity in self.severities
            for word in (severity.name, *severity.aliases)
        ]
        problems = [
            f"the severity word {word!r} has no letter or digit"
            for word, spelt, _ in meanings
            if not spelt
        ]
        problems += _ambiguous((w, spelt, name) for w, spelt, name in meanings if spelt)
        alerts = [(w, w.casefold(), s.name) for s in self.severities for w in s.prometheus]
        problems += [f"prometheus: {problem}" for problem in _ambiguous(alerts)]
        problems += _twice("severities", (severity.name for severity in self.severities))
        problems += _twice("roles", (role.name for role in self.roles))
        if self.default_severity and self.severity(self.default_severity) is None:
            problems.append(f"default_severity {self.default_severity!r} is not a severity")
        return problems

    def severity(self, word: str) -> Severity | None:
        """Find a severity by name or alias, any case and punctuation: `sev2`, `SEV-2`, `P1`."""
        wanted = severity_word(word)
        for severity in self.severities:
            if wanted in {severity_word(w) for w in (severity.name, *severity.aliases)}:
                return severity
        return None

    def usual_severity(self) -> Severity:
        """The severity of a declaration that names none: configured, else the middle one."""
        if self.default_severity and (found := self.severity(self.default_severity)):
            return found
        return self.severities[len(self.severities) // 2]

    def rank(self, name: str) -> int:
        """The place of a severity in the scheme, 0 the most severe; unknown ones come last."""
        names = [severity.name for severity in self.severities]
        return names.index(name) if name in names else len(names)

    def policy_for(self, severity: str, service: str | None) -> str | None:
        """Which policy a new incident pages: the service's, else the severity's."""
        if service and (known := self.services.get(service)) and known.policy:
            return known.policy
        found = self.severity(severity)
        return found.policy if found else None

    def role(self, word: str) -> Role | None:
        """Find a role by name or title, any case; `ic` and `lead` mean the first role."""
        wanted = word.strip().lower()
        if wanted in {"ic", "lead", "incident-commander"} and self.roles:
            return self.roles[0]
        for role in self.roles:
            if wanted in {role.name, role.title.lower()} or (
                role.name.startswith(wanted) and wanted
            ):
                return role
        return None


def severity_word(word: str) -> str:
    """Normalise a severity word: case folded, letters and digits of any script only."""
    return "".join(char for char in word.casefold() if char.isalnum())


def _ambiguous(meanings: Iterable[tuple[str, str, str]]) -> list[str]:
    """Words (as written, as compared, what it means) that mean two things."""
    seen: dict[str, str] = {}
    problems = []
    for word, spelt, name in meanings:
        other = seen.setdefault(spelt, name)
        if other != name:
            problems.append(f"{word!r} means both {other} and {name}")
    return problems


def _twice(where: str, names: Iterable[str]) -> list[str]:
    return [f"{where} has {name!r} twice" for name, times in Counter(names).items() if times > 1]


def zone(name: str) -> ZoneInfo:
    """The time zone of a validated name."""
    return ZoneInfo(name)
