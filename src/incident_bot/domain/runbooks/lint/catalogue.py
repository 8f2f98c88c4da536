"""Every rule: its code, how bad it is, what it says. The reference page is generated from this."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
WEIGHTS: dict[Severity, float] = {"error": 10.0, "warning": 3.0, "info": 0.5}


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule; ``severity`` is what a finding has unless it says otherwise."""

    code: str
    severity: Severity
    title: str


def _rule(number: int, severity: Severity, title: str) -> RuleText:
    return RuleText(f"RB{number:03}", severity, title)


_ALL = (
    _rule(1, "error", "the file decodes and holds no mojibake"),
    _rule(2, "error", "front matter parses; enums, durations and dates are valid"),
    _rule(3, "error", "exactly one title; slug, alias and alert names are unique in a system"),
    _rule(4, "error", "every code fence and comment is closed"),
    _rule(5, "error", "required sections are present and no section is empty"),
    _rule(6, "warning", "sections stand in the order of the profile"),
    _rule(7, "warning", "no duplicate sibling headings, skipped levels or second H1"),
    _rule(8, "error", "links and anchors lead somewhere; those to the web with --online"),
    _rule(9, "warning", "no TODO, TBD, FIXME or insert-here text is left"),
    _rule(10, "warning", "every fence names its language"),
    _rule(11, "warning", "code lines have at most 120 characters, sections at most 3,000"),
    _rule(12, "warning", "placeholders are declared in vars or explained in the text"),
    _rule(13, "warning", "commands and their output stand in blocks of their own"),
    _rule(14, "error", "the file holds no secret"),
    _rule(15, "warning", "destructive commands follow a warning; no pod name is hard-coded"),
    _rule(16, "warning", "every alert rule leads to a runbook"),
    _rule(17, "warning", "every alert named exists, with the threshold and duration of its rule"),
    _rule(18, "warning", "severity is given, in the scheme, and agrees with alert and impact"),
    _rule(19, "warning", "an owner is named; owner and escalation policy are known"),
    _rule(20, "warning", "reviewed and drilled as often as promised"),
    _rule(21, "warning", "changes are followed by verification; high risk has a rollback"),
    _rule(22, "error", "executable steps are well-formed, known and harmless"),
    _rule(23, "info", "no site-generator syntax that will not render"),
    _rule(24, "info", "images have alternative text; tables have at most 10 columns"),
    _rule(25, "warning", "an expected time to repair is given, quick not above full"),
    _rule(26, "info", "short sentences in the present tense"),
    _rule(27, "warning", "commands are spelled right"),
    _rule(28, "warning", "roles are named, not people; nobody is pinged"),
    _rule(29, "info", "aliases are given unless the title is unmistakable"),
    _rule(30, "warning", "deprecated runbooks are not referenced any more"),
)
RULES: dict[str, RuleText] = {rule.code: rule for rule in _ALL}
