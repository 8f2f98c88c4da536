"""The form of a declaration."""

from __future__ import annotations

from dataclasses import dataclass, field

from incident_bot.domain.configuration import Configuration
from incident_bot.domain.incidents.lifecycle import TITLE_LIMIT
from incident_bot.slack import actions
from incident_bot.slack.blockkit import (
    Block,
    checkboxes,
    form_field,
    modal,
    option,
    static_select,
    text_input,
)
from incident_bot.slack.modals.choices import severity_menu
from incident_bot.slack.modals.fields import State, chosen, metadata, ticked, typed


@dataclass(frozen=True, slots=True)
class DeclareSubmission:
    """What was submitted. `severity` is a name of the scheme."""

    title: str
    severity: str
    private: bool
    drill: bool
    service: str | None
    errors: dict[str, str] = field(default_factory=dict)


def declare_modal(
    rules: Configuration,
    *,
    title: str = "",
    severity: str | None = None,
    channel: str = "",
    permalink: str = "",
) -> Block:
    """The form of a declaration; `channel` and `permalink` say where it began (metadata `c`, `p`).

    A private form never opens a public incident: the box is part of the form, not of its memory.
    """
    known = rules.severity(severity) if severity else None
    one_line = " ".join(title.split())
    blocks = [
        form_field(
            "title",
            "What is wrong?",
            text_input("title", initial=one_line, limit=TITLE_LIMIT),
            optional=True,
            hint="A few words; you can rename it later.",
        ),
        form_field("severity", "Severity", severity_menu(rules, known or rules.usual_severity())),
    ]
    if rules.services:
        options = [option(s.title or name, name) for name, s in rules.services.items()]
        menu = static_select("service", "Service", options)
        blocks.append(form_field("service", "Service", menu, optional=True))
    boxes = [
        option("Private", "private", "Only people invited see it; it is not announced"),
        option("Drill", "drill", "An exercise; marked as such everywhere"),
    ]
    blocks.append(form_field("kind", "Kind", checkboxes("kind", boxes), optional=True))
    about = metadata(c=channel, p=permalink)
    return modal(
        "Declare an incident", actions.FORM_DECLARE, blocks, submit="Declare", metadata=about
    )


def read_declare(state: State) -> DeclareSubmission:
    """Read the submission; a severity must be chosen."""
    severity, kind = chosen(state, "severity"), ticked(state, "kind")
    return DeclareSubmission(
        title=typed(state, "title"),
        severity=severity,
        private="private" in kind,
        drill="drill" in kind,
        service=chosen(state, "service") or None,
        errors={} if severity else {"severity": "Choose a severity."},
    )
