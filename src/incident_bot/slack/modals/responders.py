"""The forms about people: roles, page."""

from __future__ import annotations

from dataclasses import dataclass, field

from incident_bot.domain.configuration import Configuration
from incident_bot.domain.incidents.incident import Incident
from incident_bot.slack import actions
from incident_bot.slack.blockkit import (
    Block,
    form_field,
    modal,
    option,
    section,
    static_select,
    text_input,
    user_select,
)
from incident_bot.slack.modals.fields import (
    State,
    blocks_of,
    chosen,
    metadata,
    picked_user,
    read_metadata,
    typed,
)

_ROLE = "role."
_BETWEEN = ";"
MESSAGE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class RolesSubmission:
    """Who is to wear which role, by the role's name; those left as they were are not there."""

    roles: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageSubmission:
    """Whom to page: a policy, a person (user id), or both."""

    policy: str | None
    user: str | None
    message: str
    errors: dict[str, str] = field(default_factory=dict)


def roles_modal(rules: Configuration, incident: Incident) -> Block:
    """The form of the roles, with those who wear them now."""
    blocks = [
        form_field(
            f"{_ROLE}{role.name}",
            role.title,
            user_select("user", "Nobody yet", initial=incident.roles.get(role.name)),
            optional=True,
            hint=role.description or None,
        )
        for role in rules.roles[:50]
    ]
    blocks = blocks or [section("No roles are configured.")]
    shown = _BETWEEN.join(f"{role}={user}" for role, user in incident.roles.items())
    about = metadata(i=incident.id, roles=shown)
    title = f"Roles of {incident.ref}"
    return modal(title, actions.FORM_ROLES, blocks, submit="Save", metadata=about)


def read_roles(state: State, about: str = "") -> RolesSubmission:
    """Read what was changed in the form; nothing can be wrong with it.

    `about` is the form's metadata: what it showed and nobody touched may be older than the record.
    """
    shown = str(read_metadata(about).get("roles", "")).split(_BETWEEN)
    named = {b.removeprefix(_ROLE): picked_user(state, b) for b in blocks_of(state)}
    return RolesSubmission(
        {role: user for role, user in named.items() if user and f"{role}={user}" not in shown}
    )


def page_modal(rules: Configuration, incident: Incident, *, message: str = "") -> Block:
    """The form of a page: a policy (when some are configured), a person, and a message."""
    blocks: list[Block] = []
    if rules.policies:
        options = [option(n, n, p.description) for n, p in list(rules.policies.items())[:100]]
        usual = rules.policy_for(incident.severity, incident.service)
        first = next((o for o in options if o["value"] == usual), None)
        menu = static_select("policy", "Policy", options, initial=first)
        blocks.append(form_field("policy", "Escalation policy", menu, optional=True))
    someone = user_select("user", "Somebody")
    blocks += [
        form_field("user", "Person", someone, optional=True),
        form_field(
            "message",
            "Message",
            text_input("message", multiline=True, initial=message, limit=MESSAGE_LIMIT),
            optional=True,
        ),
    ]
    about = metadata(i=incident.id)
    title = f"Page for {incident.ref}"
    return modal(title, actions.FORM_PAGE, blocks, submit="Page", metadata=about)


def read_page(state: State) -> PageSubmission:
    """Read the submission; a policy or a person must be chosen."""
    policy, user = chosen(state, "policy"), picked_user(state, "user")
    where = "policy" if "policy" in blocks_of(state) else "user"
    errors = {} if policy or user else {where: "Choose whom to page."}
    return PageSubmission(policy or None, user or None, typed(state, "message"), errors)
