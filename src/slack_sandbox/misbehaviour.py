"""Carries out what rate limits and faults decide, on calls, on envelopes and on sockets."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

from slack_sandbox.clock import Clock
from slack_sandbox.dispatch import Answer, ConnectionCut
from slack_sandbox.faults import LASTING, Fault, Faults, SocketFault
from slack_sandbox.model import Json
from slack_sandbox.rates import RateLimits
from slack_sandbox.socket import Envelope, SocketHub

POSTPONED_AT_MOST = 1.0
"""Seconds an envelope waits for a later one to overtake it before it goes out anyway."""


_lost: ContextVar[bool] = ContextVar("lost", default=False)
"""Whether the answer of the call at hand is to be lost once the call is done."""


class FaultyCalls:
    """Refuses, delays, loses and cuts calls as the faults in force decide."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    async def before(self, method: str, arguments: Json) -> Answer | None:
        """Return the fault's answer in place of the call, or None to let it happen.

        Raises:
            ConnectionCut: the call is not done and not answered.
        """
        plan = self._faults.of_call(method, arguments)
        if plan.delay:
            await asyncio.sleep(plan.delay)
        fault = plan.answer
        _lost.set(fault is not None and fault.answer == "lost")
        if fault is None or fault.answer == "lost":
            return None
        if fault.answer == "cut":
            raise ConnectionCut
        return _refusal(fault)

    async def after(self, _method: str, _arguments: Json, answer: Answer) -> Answer:
        """Return the honest answer.

        Raises:
            ConnectionCut: the call was done, but its answer is lost.
        """
        if _lost.get():
            raise ConnectionCut
        return answer


def _refusal(fault: Fault) -> Answer:
    if fault.answer == "ratelimited":
        return rate_limited(fault.retry_after)
    if fault.answer == "error":
        return Answer({"ok": False, "error": fault.error})
    return Answer("upstream error", int(fault.answer or 500))


def rate_limited(retry_after: int) -> Answer:
    """Return Slack's answer to too many calls."""
    body = {"ok": False, "error": "ratelimited"}
    return Answer(body, 429, {"Retry-After": str(retry_after)})


class LimitedCalls:
    """Answers calls over budget with 429 while rate limits are on."""

    def __init__(self, limits: RateLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock

    async def before(self, method: str, arguments: Json) -> Answer | None:
        """Return 429 in place of a call over budget."""
        wait = self._limits.retry_after(method, arguments, self._clock.now())
        return None if wait is None else rate_limited(wait)

    async def after(self, _method: str, _arguments: Json, answer: Answer) -> Answer:
        """Return the answer as it is."""
        return answer


class FaultySockets:
    """Stands between the sockets and the app: loses, doubles, delays and reorders envelopes."""

    def __init__(self, faults: Faults, hub: SocketHub) -> None:
        self._faults = faults
        self._hub = hub
        self._postponed: list[Envelope] = []
        self._tasks: set[asyncio.Task[None]] = set()
        faults.on_socket = self._strike
        hub.postmen.append(self)

    def outgoing(self, envelope: Envelope) -> list[Envelope]:
        """Return what goes on the wire now; the rest follows later by itself."""
        plan = self._faults.of_envelope(_names(envelope))
        envelope.is_deaf = plan.deaf
        copies = [envelope] * plan.copies
        if plan.delay:
            self._later(plan.delay, lambda: self._hub.put(copies))
            return []
        if plan.postponed:
            self._postponed += copies
            self._later(POSTPONED_AT_MOST, self._release)
            return []
        return copies + self._taken()

    def _taken(self) -> list[Envelope]:
        taken, self._postponed = self._postponed, []
        return taken

    def _release(self) -> None:
        self._hub.put(self._taken())

    def _strike(self, fault: SocketFault) -> None:
        if fault == "link_disabled" or fault not in LASTING:
            self._later(0, lambda: self._hub.disconnect(fault))

    def _later(self, seconds: float, act: Callable[[], Awaitable[None] | None]) -> None:
        async def run() -> None:
            await asyncio.sleep(seconds)
            outcome = act()
            if outcome is not None:
                await outcome

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Forget what was still to come."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _names(envelope: Envelope) -> set[str]:
    """What an envelope may be called in a fault: its type, payload type, event and action."""
    event = envelope.payload.get("event")
    names = {envelope.type, envelope.name, str(envelope.payload.get("type", ""))}
    if isinstance(event, dict):
        names.add(str(event.get("type", "")))
    return names - {""}
