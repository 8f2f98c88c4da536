"""The forms of an incident under way: update, severity, log, resolve."""

from __future__ import annotations

from dataclasses import dataclass, field

from incident_bot.domain.configuration import Configuration
from incident_bot.domain.incidents.incident import Incident
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Block, form_field, modal, text_input
from incident_bot.slack.modals.choices import severity_menu, status_choice
from incident_bot.slack.modals.fields import State, chosen, metadata, read_metadata, typed

MISSING = "Write at least a few words."


@dataclass(frozen=True, slots=True)
class UpdateSubmission:
    """A status update; `status` is the step chosen, "" when it was left as the form showed it."""

    text: str
    status: str
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeveritySubmission:
    """A change of severity; `severity` is a name of the scheme."""

    severity: str
    reason: str
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogSubmission:
    """A timeline entry."""

    text: str
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResolveSubmission:
    """The end: how it stands now, and what fixed it."""

    summary: str
    fix: str
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Both as one summary."""
        fixed = f"Fixed by: {self.fix}" if self.fix else ""
        return "\n".join(part for part in (self.summary, fixed) if part)


def update_modal(incident: Incident, *, draft: str = "") -> Block:
    """The form of a status update, with a draft to start from."""
    blocks = [
        form_field("text", "What is new?", text_input("text", multiline=True, initial=draft)),
        form_field("status", "Status", status_choice(incident.status)),
    ]
    about = metadata(i=incident.id, status=str(incident.status))
    title = f"Update {incident.ref}"
    return modal(title, actions.FORM_UPDATE, blocks, submit="Post update", metadata=about)


def read_update(state: State, about: str = "") -> UpdateSubmission:
    """Read what was changed in the form; the text must not be empty.

    `about` is the form's metadata: what it showed and nobody touched may be older than the record.
    """
    text, status = typed(state, "text"), chosen(state, "status")
    if status == read_metadata(about).get("status"):
        status = ""
    return UpdateSubmission(text, status, {} if text else {"text": MISSING})


def severity_modal(rules: Configuration, incident: Incident) -> Block:
    """The form that changes the severity."""
    menu = severity_menu(rules, rules.severity(incident.severity))
    reason = text_input("reason", multiline=True, limit=1000)
    blocks = [
        form_field("severity", "Severity", menu),
        form_field("reason", "Why?", reason, optional=True),
    ]
    about = metadata(i=incident.id, severity=incident.severity)
    title = f"Severity of {incident.ref}"
    return modal(title, actions.FORM_SEVERITY, blocks, submit="Change", metadata=about)


def read_severity(state: State, current: str = "", about: str = "") -> SeveritySubmission:
    """Read the submission; it must be another severity than the current one.

    It must be another than the form showed, too: `about` is the form's metadata, and what nobody
    touched may be older than the record.
    """
    severity = chosen(state, "severity")
    errors = {}
    if not severity:
        errors["severity"] = "Choose a severity."
    elif severity == current:
        errors["severity"] = f"It already is {current}."
    elif severity == read_metadata(about).get("severity"):
        errors["severity"] = f"It is {current} by now. To undo that, open the form again."
    return SeveritySubmission(severity, typed(state, "reason"), errors)


def log_modal(incident: Incident, *, text: str = "") -> Block:
    """The form of a timeline entry."""
    entry = text_input("text", multiline=True, initial=text)
    blocks = [form_field("text", "What happened?", entry)]
    return _modal(f"Log in {incident.ref}", actions.FORM_LOG, blocks, incident, "Write down")


def read_log(state: State) -> LogSubmission:
    """Read the submission; the text must not be empty."""
    text = typed(state, "text")
    return LogSubmission(text, {} if text else {"text": MISSING})


def resolve_modal(incident: Incident) -> Block:
    """The form that ends an incident; both fields may stay empty."""
    summary = text_input("summary", multiline=True, limit=1400)
    fix = text_input("fix", multiline=True, limit=1400)
    blocks = [
        form_field("summary", "How does it stand now?", summary, optional=True),
        form_field("fix", "What fixed it?", fix, optional=True),
    ]
    return _modal(f"Resolve {incident.ref}", actions.FORM_RESOLVE, blocks, incident, "Resolve")


def read_resolve(state: State) -> ResolveSubmission:
    """Read the submission; nothing can be wrong with it."""
    return ResolveSubmission(typed(state, "summary"), typed(state, "fix"))


def _modal(
    title: str, callback: str, blocks: list[Block], incident: Incident, submit: str
) -> Block:
    return modal(title, callback, blocks, submit=submit, metadata=metadata(i=incident.id))
