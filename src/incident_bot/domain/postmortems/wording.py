"""Blameless wording: what to say instead, as a warning that never blocks and never rewrites."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordingWarning:
    """One phrase, where it stands, and a better way to put it."""

    rule: str
    where: str
    phrase: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    pattern: re.Pattern[str]
    suggestion: str


def _rule(name: str, pattern: str, suggestion: str) -> _Rule:
    return _Rule(name, re.compile(pattern, re.IGNORECASE), suggestion)


_RULES = (
    _rule(
        "blames-a-person",
        r"(?:@[\w.-]{1,80}|\b(?:he|she|they|someone|somebody|(?:the )?(?:engineer|developer|dev"
        r"|operator|intern|admin|on-call|team)))\s{1,4}(?:\w+\s)?(?:broke|caused|forgot"
        r"|failed to|neglected|messed up|screwed up|deployed the bad|didn['’]t|should have)\b",
        "Say which role acted and what in the system made that the likely thing to do.",
    ),
    _rule(
        "human-error",
        r"\b(?:human error|operator error|user error|careless(?:ness|ly)?|negligen(?:t|ce)"
        r"|stupid(?:ity|ly)?|incompeten(?:t|ce)|mistake by|sloppy)\b",
        "List contributing factors: what made it easy, and what would have caught it?",
    ),
    _rule(
        "counterfactual",
        r"\b(?:should(?:n['’]t)? have|could(?:n['’]t)? have|would(?:n['’]t)? have|if only"
        r"|ought to have)\b",
        "Tell what happened; what should change belongs under corrective actions.",
    ),
    _rule(
        "single-cause",
        r"\b(?:the|a|one|single|true|real)\s{1,4}root cause\b|\broot cause (?:was|is)\b",
        "Name several contributing factors; there is seldom one cause.",
    ),
    _rule("hindsight", r"\b(?:obvious(?:ly)?|simply|clearly|just had to|of course)\b",
          "Leave the word out: it was not plain at the time."),
    _rule("absolute", r"\b(?:always|never|everyone knows|nobody ever)\b",
          "Give the figure, or the occasions."),
    _rule("fault", r"\b(?:at fault|to blame|(?:is|was|were) guilty|whose fault)\b",
          "Describe the conditions, not the culprit."),
)  # fmt: skip
_OUTAGE = _rule(
    "outage", r"\boutages?\b", "Say what failed and for whom, unless all of it was down."
)


def check_wording(where: str, text: str, *, full_outage: bool = False) -> list[WordingWarning]:
    """Warnings for one piece of text; give it words people wrote for the document, not quotes."""
    rules: Iterable[_Rule] = _RULES if full_outage else (*_RULES, _OUTAGE)
    return [
        WordingWarning(rule.name, where, match[0], rule.suggestion)
        for rule in rules
        for match in rule.pattern.finditer(text[:20_000])
    ]
