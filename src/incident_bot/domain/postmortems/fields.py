"""The nineteen fields of the document: who fills each, and what a person is asked."""

from typing import Literal, NamedTuple

Fill = Literal["automatic", "confirm", "human"]


class Field(NamedTuple):
    """One field. ``prompt`` is printed where only a person can write; the bot never invents."""

    number: int
    key: str
    title: str
    fill: Fill
    prompt: str = ""


FIELDS: tuple[Field, ...] = (
    Field(1, "facts", "Facts", "automatic"),
    Field(
        2,
        "summary",
        "Summary",
        "confirm",
        "What happened, who noticed it, for how long, and how was it fixed? Two to four sentences.",
    ),
    Field(
        3,
        "impact",
        "Impact",
        "confirm",
        "Fill in every `?`. Impact may begin before detection and end before the response does.",
    ),
    Field(
        4,
        "detection",
        "Detection",
        "confirm",
        "How could the time to detect be cut by half?",
    ),
    Field(5, "timeline", "Timeline", "automatic"),
    Field(
        6,
        "narrative",
        "What happened",
        "human",
        "Tell it forward, from before the incident began, with the facts people had at each moment.",
    ),
    Field(
        7,
        "factors",
        "Contributing factors (root cause analysis)",
        "human",
        "What made this possible, and what made it harder? Several factors, technical and of"
        " process; a person is never one of them.",
    ),
    Field(
        8,
        "five-whys",
        "5 Whys",
        "human",
        "Ask how and what rather than why and who; branch where there is more than one answer;"
        " stop at something systemic that can be acted on.",
    ),
    Field(
        9,
        "resolution",
        "Trigger and resolution",
        "confirm",
        "What set it off? Which fix is temporary, and which is permanent?",
    ),
    Field(
        10,
        "reflection",
        "What went well, what went poorly, where we got lucky",
        "confirm",
        "The hints below come from the record. Confirm, strike or add.",
    ),
    Field(
        11,
        "actions",
        "Corrective actions",
        "confirm",
        "Each with a verb, one owner, and a due date; at least one that prevents and one that"
        " detects or mitigates, or a sentence on why none is needed.",
    ),
    Field(12, "metrics", "Metrics", "automatic"),
    Field(13, "responders", "Responders and roles", "automatic"),
    Field(
        14,
        "runbooks",
        "Runbook review",
        "confirm",
        "What was missing, wrong or out of date? What should exist and does not?",
    ),
    Field(
        15,
        "external",
        "External message",
        "human",
        "What customers may read: what happened, what it meant for them, what is being done. No"
        " customer names and no internal host names. Reviewed before it is sent.",
    ),
    Field(16, "questions", "Open questions", "confirm", "Who can answer each?"),
    Field(17, "sign-off", "Sign-off", "human"),
    Field(18, "appendix", "Appendix", "automatic"),
    Field(19, "change-log", "Change log", "automatic"),
)

BY_KEY = {field.key: field for field in FIELDS}

FACTORS = (
    "Change or deploy",
    "Configuration",
    "Capacity",
    "Dependency",
    "Data",
    "Alert missing, late or noisy",
    "Runbook missing, wrong or stale",
    "Access",
    "Coordination",
    "Handover",
    "Fatigue",
    "Tooling",
    "Test gap",
    "Architecture",
)
