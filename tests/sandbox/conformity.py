"""What is known of the Web API's answers: which keys there are, and of which JSON type.

`shapes.json` holds facts only: per method the keys beside `ok`, per object its keys. `@name` stands
for one of the objects, `array` and `object` for what is not looked into.
"""

import json
from pathlib import Path
from typing import Any

SHAPES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("shapes.json").read_text("utf-8")
)
COMMON = {"ok": "boolean", "error": "string", "warning": "string", "needed": "string"}
COMMON |= {"provided": "string", "response_metadata": "@response_metadata", "errors": "array"}
KINDS: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "number": (int, float),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}


def oddities(method: str, answer: dict[str, Any]) -> list[str]:
    """Return where an answer has a key that Slack's has not, or a value of another type."""
    return list(compared({**COMMON, **SHAPES["methods"][method]}, answer, ""))


def compared(known: Any, value: Any, path: str) -> list[str]:
    """Return where a value differs from what is known, each with its place under `path`."""
    if value is None or known == "any":
        return []
    if isinstance(known, str) and known.startswith("@"):
        known = SHAPES["objects"][known[1:]]
    if isinstance(known, dict):
        return _compare_object(known, value, path)
    if isinstance(known, list):
        if not isinstance(value, list):
            return [f"{path}: {type(value).__name__}, not a list"]
        return [line for item in value for line in compared(known[0], item, f"{path}[]")]
    allowed = tuple(kind for name in known.split("|") for kind in KINDS.get(name, ()))
    if isinstance(value, allowed) and (bool in allowed or not isinstance(value, bool)):
        return []
    return [f"{path}: {type(value).__name__}, not {known}"]


def _compare_object(known: dict[str, Any], value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {type(value).__name__}, not an object"]
    found: list[str] = []
    for key, item in value.items():
        place = f"{path}.{key}" if path else key
        if key in known or "*" in known:
            found += compared(known.get(key, known.get("*")), item, place)
        else:
            found.append(f"{place}: unknown key")
    return found
