"""Misbehaviour on demand: which call, envelope or socket goes wrong, and how.

A fault says *where* (``method``, ``event`` or ``socket``), *when* (``nth``, ``every``, ``times``,
``chance``) and *what*. Faults decide; the server and the sockets carry the decisions out.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from slack_sandbox.model import Json
from slack_sandbox.validation import explained

SocketFault = Literal[
    "drop",
    "freeze",
    "mute",
    "refuse",
    "warning",
    "refresh_requested",
    "link_disabled",
    "too_many_websockets",
]
LASTING: frozenset[str] = frozenset(
    ["freeze", "mute", "refuse", "link_disabled", "too_many_websockets"]
)
"""Socket faults that hold until they are removed; the others strike once, when they are added."""

Milliseconds = Annotated[float, Field(ge=0, le=600_000)]
Count = Annotated[int, Field(ge=1)]


class FaultsError(ValueError):
    """A faults file that cannot be used; says where and why."""


class Fault(BaseModel):
    """One kind of misbehaviour, as written in a faults file or sent to ``/_sandbox/faults``.

    Attributes:
        method: a Web API method or a pattern such as ``chat.*``.
        event: an event type, envelope type, command, action_id or callback_id, or a pattern.
        socket: what befalls the sockets.
        channel: only calls about this channel id.
        nth: only these calls or envelopes, counted from 1 among those that match.
        every: each how-manieth one, when ``nth`` is not given.
        times: strike at most this often.
        chance: strike with this probability.
        answer: what a call gets: ``ratelimited``, a 5xx status, ``error``, ``lost`` (done, but the
            connection is cut before the answer) or ``cut`` (not done).
        error: Slack's error string for ``answer: error``.
        retry_after: seconds in the ``Retry-After`` header of ``ratelimited``.
        delay_ms: how long the call or envelope is held up, in milliseconds of real time.
        jitter_ms: up to this much more, at random.
        deliver: what becomes of an envelope: ``twice``, ``out_of_order`` (after the next one) or
            ``never`` (only its redelivery arrives).
        ack: ``ignored`` treats the envelope as unacknowledged, whatever the app sends.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str | None = None
    event: str | None = None
    socket: SocketFault | None = None
    channel: str | None = None
    nth: Count | tuple[Count, ...] | None = None
    every: Count = 1
    times: Count | None = None
    chance: Annotated[float, Field(ge=0, le=1)] = 1.0
    answer: Literal["ratelimited", "500", "502", "503", "504", "error", "lost", "cut"] | None = None
    error: str = "internal_error"
    retry_after: Annotated[int, Field(ge=0)] = 1
    delay_ms: Milliseconds = 0
    jitter_ms: Milliseconds = 0
    deliver: Literal["twice", "out_of_order", "never"] | None = None
    ack: Literal["ignored"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _status_as_text(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("answer"), int):
            return {**given, "answer": str(given["answer"])}
        return given

    @model_validator(mode="after")
    def _whole(self) -> Self:
        places = [p for p in (self.method, self.event, self.socket) if p is not None]
        if len(places) != 1:
            raise ValueError("say exactly one of method, event or socket")
        waits = bool(self.delay_ms or self.jitter_ms)
        if self.method is not None and not (self.answer or waits):
            raise ValueError("a method fault needs answer, delay_ms or jitter_ms")
        if self.event is not None and not (self.deliver or self.ack or waits):
            raise ValueError("an event fault needs deliver, ack, delay_ms or jitter_ms")
        if (self.method is None and (self.answer or self.channel)) or (
            self.event is None and (self.deliver or self.ack)
        ):
            raise ValueError("answer and channel belong to method; deliver and ack to event")
        return self

    @property
    def numbers(self) -> tuple[int, ...]:
        """The counted occurrences it strikes at; empty when it goes by ``every``."""
        if self.nth is None:
            return ()
        return (self.nth,) if isinstance(self.nth, int) else self.nth


@dataclass
class Armed:
    """A fault in force, with how many occasions it has seen and at how many it struck."""

    fault: Fault
    seen: int = 0
    struck: int = 0

    def strikes(self, chance: random.Random) -> bool:
        """Count an occasion that matches and say whether the fault strikes at it."""
        self.seen += 1
        fault = self.fault
        due = self.seen in fault.numbers if fault.numbers else self.seen % fault.every == 0
        if not due or (fault.times is not None and self.struck >= fault.times):
            return False
        if fault.chance < 1 and chance.random() >= fault.chance:
            return False
        self.struck += 1
        return True


@dataclass(frozen=True)
class Plan:
    """What is to happen to one call or envelope.

    Attributes:
        delay: seconds to wait first.
        answer: the fault that decides a call's answer, or None to answer honestly.
        copies: how often an envelope is sent; 0 is never.
        postponed: the envelope waits until after the next one.
        deaf: its acknowledgement is ignored.
    """

    delay: float = 0.0
    answer: Fault | None = None
    copies: int = 1
    postponed: bool = False
    deaf: bool = False


HONEST = Plan()


@dataclass
class Faults:
    """The faults in force.

    Attributes:
        on_socket: told of every socket fault as it is added.
    """

    chance: random.Random = field(default_factory=random.Random)
    armed: list[Armed] = field(default_factory=list)
    on_socket: Callable[[SocketFault], None] = lambda _: None

    def seed(self, seed: int) -> None:
        """Make every later decision repeatable."""
        self.chance.seed(seed)

    def add(self, **fields: Any) -> Armed:
        """Put a fault in force and return it with its counters.

        Raises:
            pydantic.ValidationError: the fields make no sense together.
        """
        entry = Armed(Fault(**fields))
        self._arm(entry)
        return entry

    def replace(self, faults: Iterable[Json]) -> None:
        """Put exactly these faults in force; nothing changes when one of them is wrong.

        Raises:
            pydantic.ValidationError: a fault makes no sense.
        """
        entries = [Armed(Fault.model_validate(fields)) for fields in faults]
        self.clear()
        for entry in entries:
            self._arm(entry)

    def remove(self, entry: Armed) -> None:
        """Take one fault out of force."""
        self.armed.remove(entry)

    def clear(self) -> None:
        """Behave again."""
        self.armed.clear()

    def listing(self) -> list[Json]:
        """Return the faults as given, each with how often it ``struck``."""
        return [
            {**entry.fault.model_dump(exclude_defaults=True, mode="json"), "struck": entry.struck}
            for entry in self.armed
        ]

    @property
    def frozen(self) -> bool:
        """Whether the sockets are open but dead: nothing is sent, no ping answered."""
        return self.holds("freeze")

    def holds(self, fault: SocketFault) -> bool:
        """Whether a fault of the sockets is in force."""
        return any(entry.fault.socket == fault for entry in self.armed)

    @property
    def refusal(self) -> SocketFault | None:
        """The reason a new socket is turned away with, if any is."""
        for entry in self.armed:
            if entry.fault.socket in ("link_disabled", "too_many_websockets"):
                return entry.fault.socket
        return None

    def of_call(self, method: str, arguments: Json) -> Plan:
        """Decide about a Web API call; the first fault with an answer decides the answer."""
        struck = [
            entry.fault
            for entry in self.armed
            if entry.fault.method is not None
            and fnmatchcase(method, entry.fault.method)
            and entry.fault.channel in (None, _channel(arguments))
            and entry.strikes(self.chance)
        ]
        if not struck:
            return HONEST
        answer = next((fault for fault in struck if fault.answer), None)
        return Plan(delay=sum(map(self._delay, struck)), answer=answer)

    def of_envelope(self, names: Iterable[str]) -> Plan:
        """Decide about an envelope known by several names: its type, its event, its action."""
        known = tuple(names)
        struck = [
            entry.fault
            for entry in self.armed
            if entry.fault.event is not None
            and any(fnmatchcase(name, entry.fault.event) for name in known)
            and entry.strikes(self.chance)
        ]
        if not struck:
            return HONEST
        deliver = {fault.deliver for fault in struck}
        return Plan(
            delay=sum(map(self._delay, struck)),
            copies=0 if "never" in deliver else 2 if "twice" in deliver else 1,
            postponed="out_of_order" in deliver,
            deaf=any(fault.ack for fault in struck),
        )

    def _arm(self, entry: Armed) -> None:
        self.armed.append(entry)
        if entry.fault.socket is not None:
            entry.struck += 1
            self.on_socket(entry.fault.socket)

    def _delay(self, fault: Fault) -> float:
        jitter = self.chance.uniform(0, fault.jitter_ms) if fault.jitter_ms else 0.0
        return (fault.delay_ms + jitter) / 1000


def _channel(arguments: Json) -> object:
    return arguments.get("channel") or arguments.get("channel_id")


def read_faults(path: Path) -> tuple[list[Json], int | None]:
    """Read a faults file: its faults, checked, and the seed of their dice if it has one.

    Raises:
        FaultsError: the file is missing, is not YAML or holds a fault that makes no sense.
    """
    try:
        document = yaml.safe_load(path.read_text("utf-8")) or {}
        rows = document.get("faults", []) if isinstance(document, dict) else None
        if not isinstance(rows, list) or set(document) - {"faults", "seed"}:
            raise FaultsError(f"{path}: expected `faults`, a list, and perhaps `seed`")
        Faults().replace(rows)
    except ValidationError as error:
        raise FaultsError(f"{path}: {explained(error)}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FaultsError(f"{path}: {error}") from error
    seed = document.get("seed")
    if seed is not None and not isinstance(seed, int):
        raise FaultsError(f"{path}: seed must be a whole number")
    return rows, seed
