"""What a section is for: the author's heading mapped to one of fifteen kinds.

Three grades of certainty, best first: ``exact`` (the whole heading is a known alias),
``compound`` (every alias of "Diagnosis and mitigation") and ``token`` (a telling word somewhere
in the heading). Measured on 978 files; the vocabulary is the one real authors use.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from incident_bot.domain.runbooks.naming import normalise

Grade = Literal["exact", "compound", "token"]
GRADES: tuple[Grade, ...] = ("exact", "compound", "token")


@dataclass(frozen=True, slots=True)
class KindMatch:
    """One kind of a section and how certain it is."""

    kind: str
    grade: Grade


_ALIASES: dict[str, str] = {
    "quick_actions": (
        "quick actions|quick action|quick fix|quick fixes|quick response|quick start|quick steps"
        "|immediate action|immediate actions|immediate response|first response|first steps"
        "|first and foremost|emergency actions|emergency response|quick reference"
        "|quick reference commands|quick commands|recommended action|recommended actions"
        "|what to do|what to do first|do this first|tldr|tl dr|in case of emergency|cheat sheet"
    ),
    "symptoms": (
        "symptoms|symptom|signs|detection|how to detect|how to detect it|alert|alerts"
        "|alert expression|alert definition|alert details|alert rule|alert rules"
        "|default definition|trigger|triggers|trigger condition|trigger conditions"
        "|what you see|what you will see|when this fires"
    ),
    "overview": (
        "overview|meaning|summary|description|alert description|background|introduction|context"
        "|about|purpose|reason|what it means|what does it mean|what does this mean"
        "|what this alert means|full context|explanation|how it works|what is this alert"
    ),
    "impact": (
        "impact|user impact|business impact|customer impact|potential customer impact"
        "|potential impact|consequences|blast radius|severity and impact"
    ),
    "prerequisites": (
        "prerequisites|prerequisite|requirements|before you begin|before you start|access"
        "|preparation|pre deployment checklist|preflight checklist|pre checklist|setup"
        "|required access|preconditions"
    ),
    "verification": (
        "verification|verify|verify recovery|verifying|validation|validate|post checks"
        "|post check|postchecks|postcheck|post recovery checks|post deployment verification"
        "|post verification|confirm recovery|confirm the fix|verification steps"
        "|how to verify|smoke test|smoke tests"
    ),
    "diagnostics": (
        "diagnostics|diagnostic|diagnosis|diagnose|diagnostic steps|diagnostic procedures"
        "|diagnosis steps|triage|troubleshooting|troubleshooting steps"
        "|troubleshooting pointers|troubleshoot|debug|debugging|debug steps|checks"
        "|possible checks|steps to check|pre checks|pre check|prechecks|precheck"
        "|possible causes|common causes|possible cause|causes|how to debug|how to debug it"
        "|how to diagnose|how to investigate|how to investigate it|identify|identification"
        "|logging|logs|dashboards|dashboard|metrics|queries|useful queries|promql queries"
        "|useful commands|cli checks|what to check|things to check|initial diagnosis"
    ),
    "investigation": (
        "investigation|investigation steps|investigate|investigating|root cause|root causes"
        "|root cause analysis|analysis|deep dive|advanced troubleshooting|further investigation"
    ),
    "mitigation": (
        "mitigation|mitigations|mitigation steps|mitigation strategies|mitigate|mitigating"
        "|workaround|workarounds|containment|stop the bleeding|possible corrective actions"
        "|corrective actions|emergency workarounds|fallback|failover|how to mitigate"
        "|temporary fix|short term fix"
    ),
    "recovery": (
        "recovery|recovery steps|recovery actions|recovery procedures|recovery procedure"
        "|recover|resolution|resolution steps|resolution procedures|resolution procedure"
        "|resolve|resolving|how to resolve|how to resolve it|how to recover|remediation"
        "|remediation steps|remediate|fix|fixes|fixing|how to fix|how to fix it|solution"
        "|solutions|possible solutions|restore|repair|rollback|rollback steps"
        "|rollback procedure|procedure|procedures|steps|deployment steps|execution"
        "|replacement|runbook|playbook|step by step instructions|step by step|instructions|what to do to fix it"
    ),
    "escalation": (
        "escalation|escalations|escalate|escalation criteria|escalation path"
        "|escalation policy|escalation and contacts|when to escalate|who to contact|contact"
        "|contacts|contact information|contact numbers|emergency contacts|support"
        "|getting help|escalation contacts|escalation matrix"
    ),
    "communication": (
        "communication|communications|communication protocols|communication plan|notify"
        "|notification|notifications|status page|stakeholder communication"
    ),
    "closure": (
        "closure|close out|closeout|closing|after the incident|post incident"
        "|post incident actions|post incident steps|follow up|follow ups|followup|wrap up"
    ),
    "prevention": (
        "prevention|prevention measures|prevention strategies|preventive measures"
        "|preventing|long term fix|long term fixes|long term solution|long term solutions"
        "|long term actions|improvements|future improvements"
    ),
    "references": (
        "references|reference|links|useful links|resources|additional resources|notes"
        "|additional notes|information|additional information|related|related alerts"
        "|related runbooks|related links|further reading|further information|see also"
        "|documentation|documents|learn more|more information|appendix"
    ),
}
KINDS: tuple[str, ...] = tuple(_ALIASES)

FALLBACKS: dict[str, tuple[str, ...]] = {
    "quick_actions": ("mitigation", "recovery", "diagnostics", "investigation"),
    "symptoms": ("overview", "impact", "diagnostics"),
    "overview": ("symptoms", "impact"),
    "impact": ("overview", "symptoms"),
    "prerequisites": (),
    "diagnostics": ("investigation", "mitigation", "recovery", "quick_actions"),
    "investigation": ("diagnostics", "mitigation", "recovery"),
    "mitigation": ("recovery", "quick_actions", "diagnostics", "investigation"),
    "recovery": ("mitigation", "quick_actions", "diagnostics", "investigation"),
    "verification": ("recovery", "closure"),
    "escalation": ("communication",),
    "communication": ("escalation",),
    "closure": ("verification", "prevention"),
    "prevention": ("closure", "references"),
    "references": (),
}

# Ordered: "post-checks" must meet verification before diagnostics sees "checks".
_TOKENS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (kind, frozenset(words.split()))
    for kind, words in (
        ("verification", "verification verify verifying validate validation postchecks"),
        ("quick_actions", "quickfix tldr"),
        ("escalation", "escalation escalations escalate escalating contacts"),
        ("communication", "communication communications stakeholders"),
        ("prevention", "prevention prevent preventing preventive preventative"),
        ("prerequisites", "prerequisites prerequisite prechecklist preflight"),
        ("symptoms", "symptom symptoms"),
        ("impact", "impact impacts"),
        (
            "diagnostics",
            "diagnostic diagnostics diagnosis diagnose diagnosing diagnoses troubleshoot"
            " troubleshooting triage debug debugging checks check checking logs logging"
            " dashboards queries cause causes identify identifying inspect inspecting",
        ),
        ("investigation", "investigation investigate investigating investigations analysis"),
        (
            "mitigation",
            "mitigation mitigate mitigating mitigations workaround workarounds failover",
        ),
        (
            "recovery",
            "recovery recover recovering resolution resolve resolving remediation remediate"
            " restore restoring fix fixing fixes repair rollback solution solutions restart"
            " restarting procedure procedures replace replacing rebuild",
        ),
        ("overview", "overview introduction background meaning summary"),
        ("references", "references links resources"),
    )
)
_PHRASES: tuple[tuple[str, str], ...] = (
    ("post checks", "verification"),
    ("post check", "verification"),
    ("quick fix", "quick_actions"),
    ("quick action", "quick_actions"),
    ("immediate action", "quick_actions"),
    ("root cause", "investigation"),
    ("follow up", "closure"),
    ("post incident", "closure"),
    ("corrective action", "mitigation"),
    ("before you", "prerequisites"),
)
_JOINT = re.compile(r"\s+(?:and|or|und|et)\s+|[/&,+\uff0c\u3001;]", re.IGNORECASE)
_KIND_OF: dict[str, str] = {
    alias: kind for kind, aliases in _ALIASES.items() for alias in aliases.split("|")
}
# A bold lead such as **Note:** opens an admonition, never a section.
_NEVER_A_LEAD = frozenset({"note", "notes", "information", "alert", "support", "context", "reason"})


def exact_kind(heading: str) -> str | None:
    """Return the kind whose alias is the whole heading, or None."""
    words = normalise(heading)
    found = _KIND_OF.get(words)
    if found is None and words.replace(" ", "_") in _ALIASES:
        return words.replace(" ", "_")
    return found


def is_lead(text: str) -> bool:
    """Return whether a bold line of its own may stand for a heading."""
    return normalise(text) not in _NEVER_A_LEAD and exact_kind(text) is not None


@lru_cache(maxsize=16384)
def classify(heading: str, *, tokens: bool = True) -> tuple[KindMatch, ...]:
    """Return the kinds of a heading, surest first.

    Args:
        heading: The heading as written.
        tokens: False for titles: "API Error Resolution" is a name, not a resolution.
    """
    exact = exact_kind(heading)
    if exact is not None:
        return (KindMatch(exact, "exact"),)
    parts = [part for part in _JOINT.split(heading[:300]) if part.strip()]
    if len(parts) > 1:
        compound = [kind for part in parts if (kind := exact_kind(part)) is not None]
        if compound:
            return tuple(KindMatch(kind, "compound") for kind in dict.fromkeys(compound))
    if not tokens:
        return ()
    return tuple(KindMatch(kind, "token") for kind in _token_kinds(normalise(heading)))


def _token_kinds(words: str) -> tuple[str, ...]:
    found = dict.fromkeys(kind for phrase, kind in _PHRASES if phrase in words)
    if "verification" not in found and "investigation" not in found:
        present = frozenset(words.split())
        found.update(dict.fromkeys(kind for kind, telling in _TOKENS if present & telling))
    if "verification" in found:
        found.pop("diagnostics", None)
    return tuple(found)


def label(kind: str) -> str:
    """Return a kind as people read it: ``quick_actions`` is "Quick actions"."""
    return kind.replace("_", " ").capitalize()
