"""blocks.validate: what Slack would refuse, without posting anything."""

import json
import re
from typing import Any

from block_kit import problems, view_problems
from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Json

FAMILY = Family()
LONGEST = 100_000
PLACED = re.compile(r"(?P<sentence>.*) \[json-pointer:(?P<pointer>[^\]]*)\]")
CONSTRAINTS = (
    (re.compile(r"must be less than (\d+) characters"), "max_length", -1),
    (re.compile(r"must be more than (\d+) characters"), "min_length", 1),
    (re.compile(r"no more than (\d+) items allowed"), "max_items", 0),
    (re.compile(r"no less than (\d+) items allowed"), "min_items", 0),
    (re.compile(r"input must match regex pattern: (.*)"), "pattern", None),
    (re.compile(r"missing required field: (.*)"), "required", None),
    (re.compile(r"invalid additional property: (.*)"), "additional_property", None),
    (re.compile(r"unsupported type: (.*)"), "type", None),
)


@FAMILY.method("blocks.validate")
def validate(call: Call) -> Json:
    """Check exactly one of ``blocks``, ``view`` and ``message``."""
    given = [name for name in ("blocks", "view", "message") if name in call.arguments]
    if len(given) != 1:
        raise invalid_arguments("must provide exactly one of `blocks`, `view` or `message`")
    name = given[0]
    value = call.parsed(name, f"invalid_{name}")
    if len(json.dumps(value)) > LONGEST:
        raise invalid_arguments(
            f"must be less than {LONGEST + 1} characters [json-pointer:/{name}]"
        )
    found = [described(sentence, name) for sentence in sentences(name, value)]
    if found:
        raise SlackError(f"invalid_{name}", errors=found)
    return {"ok": True}


def sentences(name: str, value: Any) -> list[str]:
    """Return what Slack would refuse in ``blocks``, a ``view`` or a ``message``, in its words.

    Raises:
        SlackError: ``invalid_message`` when a message is no object.
    """
    if name == "view":
        return view_problems(value)
    if name == "blocks":
        return problems(value)
    if not isinstance(value, dict):
        raise SlackError("invalid_message")
    found = problems(value["blocks"]) if "blocks" in value else []
    for number, attachment in enumerate(value.get("attachments") or []):
        if isinstance(attachment, dict) and "blocks" in attachment:
            pointer = f"/attachments/{number}/blocks"
            found += problems(attachment["blocks"], pointer=pointer)
    return found


def described(sentence: str, name: str) -> Json:
    """Return one of Slack's sentences as the structured error of this method."""
    match = PLACED.fullmatch(sentence)
    text, pointer = (match["sentence"], match["pointer"]) if match else (sentence, "")
    out: Json = {
        "code": "failed_constraint",
        "message": text,
        "pointer": pointer.removeprefix(f"/{name}") or "/",
    }
    for pattern, kind, shift in CONSTRAINTS:
        found = pattern.fullmatch(text)
        if found:
            expected = found[1] if shift is None else int(found[1]) + shift
            out["constraint"] = {"type": kind, "expected": expected}
            break
    return out
