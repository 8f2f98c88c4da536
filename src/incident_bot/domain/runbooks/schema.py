"""The JSON Schema of runbook front matter, for editors; unknown keys are allowed."""

from typing import Any

TYPES = [
    "alert",
    "sop",
    "emergency",
    "playbook",
    "guide",
    "checklist",
    "dr",
    "template",
    "reference",
    "index",
    "scenario",
]
STATUSES = "draft reviewed approved deprecated deferred".split()  # noqa: SIM905
_TEXT: dict[str, Any] = {"type": "string"}
_WORDS: dict[str, Any] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": ["string", "number"]}}]
}
_DATE: dict[str, Any] = {"type": "string", "format": "date"}
_SPAN: dict[str, Any] = {
    "type": "string",
    "pattern": r"^(\d+\s*(ms|s|m|h|d|w)\s*)+$",
    "examples": ["5m", "30d"],
}
_LINKS: dict[str, Any] = {
    "type": "array",
    "items": {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {"title": _TEXT, "url": {"type": "string", "format": "uri"}},
                "required": ["url"],
            },
        ]
    },
}
_ALERT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": _TEXT,
        "severity": _TEXT,
        "expr": _TEXT,
        "for": _SPAN,
        "match": {"type": "object", "additionalProperties": {"type": "string"}},
        "section": _TEXT,
    },
}
_OWNER: dict[str, Any] = {
    "type": "object",
    "properties": {"team": _TEXT, "slack": _TEXT, "email": {"type": "string", "format": "email"}},
}
PROPERTIES: dict[str, Any] = {
    "schema": {"const": 1},
    "title": _TEXT,
    "slug": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
    "anchor": _TEXT,
    "aliases": _WORDS,
    "system": _TEXT,
    "category": _TEXT,
    "type": {"enum": TYPES},
    "status": {"enum": STATUSES},
    "severity": _TEXT,
    "alerts": {"type": "array", "items": {"anyOf": [_TEXT, _ALERT]}},
    "symptoms": _WORDS,
    "service": _WORDS,
    "owners": {"type": "array", "items": {"anyOf": [_TEXT, _OWNER]}},
    "escalation_policy": _TEXT,
    "dashboards": _LINKS,
    "logs": _LINKS,
    "links": _LINKS,
    "requires_access": _WORDS,
    "expected_mttr": {"anyOf": [_TEXT, {"type": "object", "additionalProperties": _TEXT}]},
    "slo": {"type": "object"},
    "last_reviewed": _DATE,
    "review_every": _SPAN,
    "last_drilled": _DATE,
    "drill_every": _SPAN,
    "version": {"type": ["string", "number"]},
    "tested_with": _WORDS,
    "access": {"anyOf": [{"const": "public"}, {"type": "object"}]},
    "related": _WORDS,
    "runbooks": {"type": ["object", "array"]},
    "steps": {"type": ["array", "object"]},
    "vars": {"type": ["array", "object"]},
    "catalogue": _WORDS,
}
"""Every key the bot reads, with its shape."""


def front_matter_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Runbook front matter",
        "type": "object",
        "properties": PROPERTIES,
        "additionalProperties": True,
    }
