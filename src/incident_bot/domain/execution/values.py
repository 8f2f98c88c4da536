"""Typed values of a step: checked before they are stored, and again before they are used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 100
"""Characters of a value. Short, because patterns come from files."""
_TYPES = ("string", "int", "enum", "duration")
_USUAL = {
    "string": r"[A-Za-z0-9][A-Za-z0-9._:/@-]*",
    "int": r"[0-9]{1,18}",
    "duration": r"[0-9]{1,6}(?:ms|s|m|h|d)",
}
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_REPEATED_GROUP = re.compile(r"\)[*+?{]|\(\?|\\[1-9]")
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\}")
_MOST_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Variable:
    """One blank of a step. `wrong` says why it cannot be used, "" when it can."""

    name: str
    type: str = "string"
    pattern: str = ""
    choices: tuple[str, ...] = ()
    wrong: str = ""

    def problem(self, value: str) -> str:
        """What is wrong with a value; "" when it may be used."""
        if not value:
            return "is missing"
        if len(value) > LONGEST:
            return f"is longer than {LONGEST} characters"
        if not value.isprintable():
            return "holds a character that cannot be printed"
        if value.startswith("-"):
            return "must not begin with a dash: a program would read it as an option"
        if self.type == "enum":
            return "" if value in self.choices else f"must be one of {', '.join(self.choices)}"
        if not re.fullmatch(_USUAL[self.type], value) and not self.pattern:
            return f"is not of the type {self.type}"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"does not match {self.pattern}"
        return ""


def read_variable(name: str, spec: object) -> Variable:
    """Read one entry of the front matter's `steps.vars`; anything odd makes it unusable."""
    told: Mapping[str, Any] = spec if isinstance(spec, dict) else {}
    kind = str(told.get("type", "string"))
    pattern = str(told.get("pattern", "") or "")
    listed = told.get("values") or told.get("enum") or []
    choices = tuple(str(one) for one in listed) if isinstance(listed, list) else ()
    return Variable(name, kind, pattern, choices, _wrong(name, kind, pattern, choices, told))


def _wrong(
    name: str, kind: str, pattern: str, choices: tuple[str, ...], told: Mapping[str, Any]
) -> str:
    if not _NAME.fullmatch(name):
        return f"the variable {name!r} is not written in capitals"
    if told.get("secret"):
        return f"{name} is secret: secrets belong to the runner's environment, never to a form"
    if kind not in _TYPES:
        return f"{name} has the type {kind!r}; types: {', '.join(_TYPES)}"
    if kind == "enum" and not choices:
        return f"{name} has no values to choose from"
    return _bad_pattern(name, pattern) if pattern else ""


def _bad_pattern(name: str, pattern: str) -> str:
    """A pattern is a stranger's program: only those that cannot take long are run."""
    if len(pattern) > 200:
        return f"the pattern of {name} is longer than 200 characters"
    bare = re.sub(r"\[(?:\\.|[^\]\\])*\]", "c", re.sub(r"\\[^1-9]", "c", pattern))
    if _REPEATED_GROUP.search(bare) or len(_UNBOUNDED.findall(bare)) > _MOST_REPEATS:
        return f"the pattern of {name} may take too long; write it without repeated groups"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return f"the pattern of {name} is not a regular expression"
    return ""


def problems(variables: tuple[Variable, ...], values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the values of a step, by variable; values nobody asked for are wrong."""
    found = {one.name: why for one in variables if (why := one.problem(values.get(one.name, "")))}
    known = {one.name for one in variables}
    found |= {name: "is not a variable of this step" for name in values if name not in known}
    return found
