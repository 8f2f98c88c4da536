"""The interpreter: a handful of node types that check a JSON value and say what Slack would say.

A schema is a tree of these nodes; `check(value, at, out)` appends one sentence per fault to `out`,
each ending in the JSON pointer `at` of the offending value. No node raises on any JSON value.

The sentences are Slack's own where a real refusal is known (lengths, counts, missing and unknown
keys, unsupported types, enumerations, patterns, wrong JSON types); `must provide a number` and
`must provide a boolean` follow the same pattern by analogy.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

JsonObject = dict[str, object]

Fault = tuple[str, str]
"""A sentence and the path below the object it concerns ("" for the object itself)."""

Rule = Callable[[JsonObject], Iterable[Fault]]
"""A condition between the keys of one object whose keys are each valid already."""


class Node(Protocol):
    """Anything that can judge a JSON value."""

    def check(self, value: object, at: str, out: list[str]) -> None: ...


def sentence(words: str, at: str) -> str:
    """Slack's form: the words, then the pointer."""
    return f"{words} [json-pointer:{at}]"


@dataclass(frozen=True, slots=True)
class Str:
    """A string of `least` to `most` characters, optionally one of `choices` or like `pattern`."""

    most: int | None = None
    least: int = 0
    choices: tuple[str, ...] = ()
    pattern: str = ""

    def check(self, value: object, at: str, out: list[str]) -> None:
        if not isinstance(value, str):
            out.append(sentence("must provide a string", at))
        elif self.choices and value not in self.choices:
            out.append(sentence("must be a valid enum value", at))
        elif len(value) < self.least:
            out.append(sentence(f"must be more than {self.least - 1} characters", at))
        elif self.most is not None and len(value) > self.most:
            out.append(sentence(f"must be less than {self.most + 1} characters", at))
        elif self.pattern and not re.search(self.pattern, value):
            out.append(sentence(f"input must match regex pattern: {self.pattern}", at))


@dataclass(frozen=True, slots=True)
class Int:
    """A whole number within bounds, both included."""

    least: int | None = None
    most: int | None = None

    def check(self, value: object, at: str, out: list[str]) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            out.append(sentence("must provide an integer", at))
        elif self.least is not None and value < self.least:
            out.append(sentence(f"must be greater than {self.least - 1}", at))
        elif self.most is not None and value > self.most:
            out.append(sentence(f"must be less than {self.most + 1}", at))


@dataclass(frozen=True, slots=True)
class Timestamp:
    """Unix seconds, as a whole number or as its digits; Slack takes and gives both."""

    def check(self, value: object, at: str, out: list[str]) -> None:
        if not (isinstance(value, str) and value.isdecimal()):
            Int().check(value, at, out)


@dataclass(frozen=True, slots=True)
class Number:
    """Any JSON number."""

    def check(self, value: object, at: str, out: list[str]) -> None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            out.append(sentence("must provide a number", at))


@dataclass(frozen=True, slots=True)
class Bool:
    """True or false."""

    def check(self, value: object, at: str, out: list[str]) -> None:
        if not isinstance(value, bool):
            out.append(sentence("must provide a boolean", at))


@dataclass(frozen=True, slots=True)
class Anything:
    """A value Slack passes through."""

    def check(self, value: object, at: str, out: list[str]) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Nullable:
    """`node`, or null to skip a place in a list."""

    node: Node

    def check(self, value: object, at: str, out: list[str]) -> None:
        if value is not None:
            self.node.check(value, at, out)


@dataclass(frozen=True, slots=True)
class Arr:
    """A list of `least` to `most` items."""

    item: Node
    most: int | None = None
    least: int = 0

    def check(self, value: object, at: str, out: list[str]) -> None:
        if not isinstance(value, list):
            out.append(sentence("must provide an array", at))
            return
        if len(value) < self.least:
            out.append(sentence(f"no less than {self.least} items allowed", at))
        elif self.most is not None and len(value) > self.most:
            out.append(sentence(f"no more than {self.most} items allowed", at))
            return  # a hostile million items deserve one sentence
        check = self.item.check
        for index, item in enumerate(value):
            check(item, f"{at}/{index}", out)


@dataclass(frozen=True, slots=True)
class Obj:
    """An object with exactly these keys. Rules run once every key on its own is right."""

    required: Mapping[str, Node] = field(default_factory=dict)
    optional: Mapping[str, Node] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    keys: Mapping[str, Node] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", {**self.required, **self.optional})

    def check(self, value: object, at: str, out: list[str]) -> None:
        if not isinstance(value, dict):
            out.append(sentence("must provide an object", at))
            return
        before = len(out)
        for key, item in value.items():
            node = self.keys.get(key)
            if node is None:
                out.append(sentence(f"invalid additional property: {key}", at))
            else:
                node.check(item, f"{at}/{key}", out)
        missing = [key for key in self.required if key not in value]
        out.extend(sentence(f"missing required field: {key}", at) for key in missing)
        if len(out) == before:
            for rule in self.rules:
                out.extend(sentence(words, at + below) for words, below in rule(value))


@dataclass(frozen=True, slots=True)
class OneOf:
    """An object whose `type` picks its schema from `variants`, where `allowed` (all if empty).

    Any other type is unsupported, or what `otherwise` says of it.
    """

    variants: Mapping[str, Node]
    allowed: frozenset[str] = frozenset()
    otherwise: Node | None = None

    def check(self, value: object, at: str, out: list[str]) -> None:
        if not isinstance(value, dict):
            out.append(sentence("must provide an object", at))
            return
        if "type" not in value:
            out.append(sentence("missing required field: type", at))
            return
        kind = value["type"]
        if not isinstance(kind, str):
            out.append(sentence("must provide a string", f"{at}/type"))
            return
        node = self.variants.get(kind)
        if self.allowed and kind not in self.allowed:
            node = None
        node = node or self.otherwise
        if node is None:
            out.append(sentence(f"unsupported type: {kind}", f"{at}/type"))
        else:
            node.check(value, at, out)


@dataclass(frozen=True, slots=True)
class Matching:
    """`node`, whose faults Slack introduces with one line on the parent.

    It does so where several schemas are acceptable in one place: a text that may be plain or
    mrkdwn, or a whole view.
    """

    node: Node

    def check(self, value: object, at: str, out: list[str]) -> None:
        found: list[str] = []
        self.node.check(value, at, found)
        if found:
            out.append(sentence("failed to match all allowed schemas", at))
            out.extend(found)
