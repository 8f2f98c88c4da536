"""A new runbook from a template: everything a linter asks for, with blanks that say what goes in."""

import datetime
from dataclasses import dataclass

from incident_bot.domain.runbooks.naming import kebab

KINDS = ("alert", "sop", "emergency")


@dataclass(frozen=True, slots=True)
class NewRunbook:
    """What is known about the runbook to write."""

    name: str
    system: str
    service: str = ""
    kind: str = "alert"
    owner: str = ""
    severity: str = "SEV2"

    @property
    def path(self) -> str:
        """Return where the file belongs, below the library."""
        return f"{kebab(self.system) or 'general'}/{kebab(self.name) or 'runbook'}.md"


def scaffold(new: NewRunbook, today: datetime.date) -> str:
    """Return the text of a new runbook.

    Raises:
        ValueError: ``kind`` is none of ``KINDS``.
    """
    if new.kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    body = {"alert": _ALERT, "sop": _SOP, "emergency": _EMERGENCY}[new.kind]
    return _front_matter(new, today) + f"\n# {_one_line(new.name)}\n\n" + body


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    escaped = _one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _front_matter(new: NewRunbook, today: datetime.date) -> str:
    service = new.service or new.system
    lines = [
        "---",
        "schema: 1",
        f"title: {_quoted(new.name)}",
        f"slug: {kebab(new.name) or 'runbook'}",
        "aliases: []",
        f"system: {kebab(new.system) or 'general'}",
        f"category: {kebab(service) or 'general'}",
        f"type: {new.kind}",
        "status: draft",
        f"severity: {_quoted(new.severity)}",
    ]
    if new.kind == "alert":
        lines += [
            "alerts:",
            f"  - name: {_quoted(new.name.replace(' ', ''))}",
            "    section: quick-actions",
        ]
    lines += [
        "symptoms: []  # what people say when it happens; feeds search and suggestions",
        f"service: [{_quoted(service)}]",
        "owners:",
        f"  - {{team: {_quoted(new.owner or f'{service} team')}}}",
        "expected_mttr: {quick: 10m, full: 1h}",
        f"last_reviewed: {today.isoformat()}",
        "review_every: 90d",
        "drill_every: 180d",
        f"last_drilled: {today.isoformat()}",
        'version: "0.1"',
        "---",
        "",
    ]
    return "\n".join(lines)


_ALERT = """One paragraph: what this alert means, and what users notice.

## Quick Actions

The first five minutes. One command per block, each with what it should print.

```bash
NS=${NS:-production}
kubectl -n "$NS" get pods
```

Every pod should be `Running`. If one is not, go on with Diagnostics.

## Diagnostics

From the likeliest cause to the rarest; each step says which way to go next.

1. Is the service reachable?

## Mitigation

Give users their service back, even before the cause is known. Say what it costs and how to undo it.

## Investigation

What to look at once the pressure is off.

## Recovery

Bring everything back to normal, in order.

## Verification

How to see that it is over: a command, a graph, a number.

## Escalation

When to call somebody else, and whom: the policy of the service.

## Prevention

What keeps it from happening again.
"""

_SOP = """One paragraph: what this procedure is for, and when to use it.

## Prerequisites

Access, tools and approvals needed before the first step.

## Steps

1. The first step, with its command and what it should print.

## Verification

How to see that it worked.

## Rollback

How to undo it, and until when that is possible.

## Escalation

Whom to call when a step fails: the policy of the service.
"""

_EMERGENCY = """One paragraph: what has happened when this is the right page.

## Triggers

The signs that call for this procedure.

## Steps

1. The first step, with its command and what it should print.

## Rollback

How to go back when it makes things worse.

## Verification

How to see that it worked.

## Notification

Who must hear about it, and within which time.
"""
