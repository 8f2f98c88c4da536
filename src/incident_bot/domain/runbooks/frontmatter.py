"""Front matter: YAML, TOML or JSON at the top of a file, read safely and kept JSON-like."""

import datetime
import json
import math
import re
import tomllib
from dataclasses import dataclass
from typing import Any

import yaml

from incident_bot.domain.runbooks.findings import Finding

MAX_CHARS = 16 * 1024
_MAX_NODES = 5_000
_MAX_DEPTH = 12
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YAML_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_TOML_END = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
_YAML_KEY = re.compile(r"^[A-Za-z_\"'][^\n:]{0,80}:(?:\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the block said.

    ``values`` holds only JSON types; ``lines`` is how many lines of the file the block takes
    (0 without one); a block that does not parse has findings and no values.
    """

    values: dict[str, Any]
    lines: int = 0
    findings: tuple[Finding, ...] = ()
    raw: str = ""


class _TooMuch(Exception):
    """The values are nested or repeated beyond reason."""


def read_front_matter(text: str) -> FrontMatter:
    """Read the block at the start of a text; absent or foreign ``---`` lines are no block."""
    head = text[: MAX_CHARS + 8]
    if head.startswith("---") and head[3:].partition("\n")[0].strip() == "":
        return _fenced(head, _YAML_END, _load_yaml)
    if head.startswith("+++") and head[3:].partition("\n")[0].strip() == "":
        return _fenced(head, _TOML_END, tomllib.loads)
    if head.startswith("{") and not head.startswith(("{{", "{%", "{:")):
        return _json_block(head)
    return FrontMatter({})


def _load_yaml(block: str) -> Any:
    return yaml.load(block, Loader=_SafeLoader)  # noqa: S506 - a SafeLoader, in C when present


def _fenced(head: str, end: re.Pattern[str], load: Any) -> FrontMatter:
    start = head.find("\n") + 1
    closing = end.search(head, start) if start else None
    if closing is None:
        looks_meant = start and _YAML_KEY.match(head, start) is not None
        unclosed = Finding(1, "RB002", "front matter is not closed or longer than 16 kB")
        return FrontMatter({}, 0, (unclosed,) if looks_meant else ())
    block = head[start : closing.start()]
    lines = head.count("\n", 0, closing.start()) + 1
    try:
        values = load(block)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as fault:
        return _broken(block, lines, fault)
    if not isinstance(values, dict):
        # A rule, some prose and another rule: honest Markdown.
        return FrontMatter({}) if values is not None or block.strip() else FrontMatter({}, lines)
    return _checked(values, block, lines)


def _json_block(head: str) -> FrontMatter:
    try:
        values, end = json.JSONDecoder().raw_decode(head)
    except (ValueError, RecursionError):
        return FrontMatter({})
    tail = head[end:].partition("\n")[0]
    if not isinstance(values, dict) or tail.strip():
        return FrontMatter({})
    return _checked(values, head[:end], head.count("\n", 0, end) + 1)


def _checked(values: dict[Any, Any], block: str, lines: int) -> FrontMatter:
    try:
        plain = _plain(values, _Budget(), 0)
    except _TooMuch as fault:
        return _broken(block, lines, fault)
    return FrontMatter(plain, lines, (), block)


def _broken(block: str, lines: int, fault: Exception) -> FrontMatter:
    mark = getattr(fault, "problem_mark", None)
    line = mark.line + 2 if mark is not None else 1
    reason = str(getattr(fault, "problem", None) or fault).partition("\n")[0][:200]
    return FrontMatter({}, lines, (Finding(line, "RB002", f"front matter: {reason}"),), block)


class _Budget:
    """Counts visited nodes, so that repeated YAML aliases cannot explode."""

    def __init__(self) -> None:
        self.left = _MAX_NODES

    def spend(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0 or depth > _MAX_DEPTH:
            raise _TooMuch("too deep or too many values")


def _plain(value: Any, budget: _Budget, depth: int) -> Any:
    budget.spend(depth)
    if isinstance(value, dict):
        return {str(key): _plain(inner, budget, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(inner, budget, depth + 1) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
