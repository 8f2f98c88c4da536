"""Socket Mode: connections, envelopes, acknowledgements."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from aiohttp import WSMsgType, web

from slack_sandbox.clock import Alarm
from slack_sandbox.faults import Faults
from slack_sandbox.inspector import Inspector
from slack_sandbox.model import Json
from slack_sandbox.workspace import Workspace

RECYCLE_SECONDS = 18_060
CLOSING_SECONDS = 1.0
LARGEST_FRAME = 16 * 2**20
DEBUG_SECONDS = 360
FAREWELL_SECONDS = 10.0
SLOW = "operation_timeout"
NOBODY = "dispatch_failed"


@dataclass(frozen=True)
class Outcome:
    """How an envelope ended: acknowledged with ``answer``, or not, and why."""

    acked: bool
    error: str | None = None
    answer: Any = None
    latency_ms: float | None = None


@dataclass
class Envelope:
    """One delivery. ``name`` is the command, action, callback or event it is about.

    ``is_deaf`` marks one whose acknowledgement is ignored.
    """

    id: str
    type: str
    payload: Json
    name: str
    accepts_response_payload: bool
    settled: "asyncio.Future[Outcome]"
    sent_at: float
    retry_attempt: int = 0
    retry_reason: str = ""
    connection: int | None = None
    alarm: Alarm | None = None
    is_deaf: bool = False

    def frame(self) -> str:
        """Return the text frame that goes over the socket."""
        frame: Json = {
            "envelope_id": self.id,
            "payload": self.payload,
            "type": self.type,
            "accepts_response_payload": self.accepts_response_payload,
        }
        if self.type == "events_api":
            frame |= {"retry_attempt": self.retry_attempt, "retry_reason": self.retry_reason}
        return json.dumps(frame)


class Postman(Protocol):
    """Decides what happens to an envelope on its way out (faults: lost, twice, out of order)."""

    def outgoing(self, envelope: Envelope) -> list[Envelope]:
        """Return what to put on the wire now; the same envelope may be there twice, or not."""
        ...


@dataclass
class Connection:
    """One open socket; frames leave in the order they were put into ``outbox``."""

    number: int
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    outbox: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)


class SocketHub:
    """The app's sockets. Every envelope goes to one of them, any of them."""

    def __init__(self, workspace: Workspace, inspector: Inspector) -> None:
        self._workspace = workspace
        self._inspector = inspector
        self._tickets: set[str] = set()
        self._numbers = 0
        self._changed = asyncio.Event()
        self.connections: list[Connection] = []
        self.pending: dict[str, Envelope] = {}
        self.postmen: list[Postman] = []
        self.faults = Faults()
        self.on_settled: list[Callable[[Envelope, Outcome], None]] = []

    def open_ticket(self) -> str:
        """Return the single-use address of a new connection (apps.connections.open)."""
        ticket = self._workspace.ids.uuid()
        self._tickets.add(ticket)
        base = self._workspace.url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self._workspace.app.id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection for as long as it lasts."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="invalid ticket")
        self._tickets.discard(ticket)
        if self.faults.holds("refuse"):
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(
            timeout=CLOSING_SECONDS, autoping=False, max_msg_size=LARGEST_FRAME
        )
        await socket.prepare(request)
        refusal = self._refusal()
        if refusal is not None:
            await self._refuse(socket, refusal)
            return socket
        self._numbers += 1
        connection = Connection(self._numbers, socket, request.transport)
        self.connections.append(connection)
        self._note_socket("opened", connection, None)
        seconds = DEBUG_SECONDS if "debug_reconnects" in request.query else RECYCLE_SECONDS
        if not self.faults.holds("mute"):
            connection.outbox.put_nowait(json.dumps(self._hello(seconds)))
        recycle = self._workspace.clock.call_later(seconds, partial(_recycle, connection))
        writer = asyncio.create_task(self._write(connection))
        try:
            await self._read(connection)
        finally:
            self.connections.remove(connection)
            writer.cancel()
            recycle.cancel()
            self._note_socket("closed", connection, None)
        return socket

    def _hello(self, seconds: int) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": seconds,
            },
            "connection_info": {"app_id": self._workspace.app.id},
        }

    def _refusal(self) -> str | None:
        if len(self.connections) >= self._workspace.rules.max_sockets:
            return "too_many_websockets"
        return self.faults.refusal

    async def _refuse(self, socket: web.WebSocketResponse, reason: str) -> None:
        frame = {
            "type": "disconnect",
            "reason": reason,
            "num_connections": len(self.connections),
            "debug_info": {"host": "applink-sandbox"},
            "connection_info": {"app_id": self._workspace.app.id},
        }
        self._inspector.note(
            "socket",
            event="refused",
            connection=None,
            connections=len(self.connections),
            reason=reason,
        )
        await socket.send_json(frame)
        await socket.close()

    async def _write(self, connection: Connection) -> None:
        while True:
            frame = await connection.outbox.get()
            if not (connection.socket.closed or self.faults.frozen):
                await connection.socket.send_str(frame)

    async def _read(self, connection: Connection) -> None:
        async for message in connection.socket:
            if self.faults.frozen:
                continue
            if message.type is WSMsgType.PING:
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledge(message.data)

    def _acknowledge(self, text: str) -> None:
        try:
            ack = json.loads(text)
            envelope_id, answer = ack["envelope_id"], ack.get("payload")
        except (ValueError, KeyError, TypeError, AttributeError):
            self._inspector.note("socket", event="bad_frame", reason=text[:200])
            return
        envelope = self.pending.get(str(envelope_id))
        if envelope is None or envelope.is_deaf:
            self._inspector.note("socket", event="late_ack", reason=envelope_id)
            return
        latency = (self._workspace.now() - envelope.sent_at) * 1000
        self._settle(envelope, Outcome(True, None, answer, latency))

    def send(
        self,
        kind: str,
        payload: Json,
        name: str,
        accepts_response_payload: bool = False,
        retry_attempt: int = 0,
        retry_reason: str = "",
    ) -> Envelope:
        """Send an envelope to one of the app's sockets and return it; await its ``settled``."""
        envelope = Envelope(
            id=self._workspace.ids.uuid(),
            type=kind,
            payload=payload,
            name=name,
            accepts_response_payload=accepts_response_payload,
            settled=asyncio.get_running_loop().create_future(),
            sent_at=self._workspace.now(),
            retry_attempt=retry_attempt,
            retry_reason=retry_reason,
        )
        self.pending[envelope.id] = envelope
        living = [c for c in self.connections if not c.socket.closed]
        if not living:
            self._note(envelope, "sent")
            self._settle(envelope, Outcome(False, NOBODY))
            return envelope
        seconds = self._workspace.rules.ack_seconds
        envelope.alarm = self._workspace.clock.call_later(
            seconds, lambda: self._settle(envelope, Outcome(False, SLOW))
        )
        outgoing = [envelope]
        for postman in self.postmen:
            outgoing = [out for one in outgoing for out in postman.outgoing(one)]
        self.put(outgoing)
        self._note(envelope, "sent")
        return envelope

    def put(self, envelopes: list[Envelope]) -> None:
        """Put envelopes on the wire now, each on any of the open sockets."""
        living = [c for c in self.connections if not c.socket.closed]
        for envelope in envelopes if living else []:
            connection = self._workspace.ids.chance.choice(living)
            envelope.connection = connection.number
            connection.outbox.put_nowait(envelope.frame())

    def _settle(self, envelope: Envelope, outcome: Outcome) -> None:
        if self.pending.pop(envelope.id, None) is None:
            return
        if envelope.alarm is not None:
            envelope.alarm.cancel()
        state = "acked"
        if not outcome.acked:
            state = "timed_out" if outcome.error == SLOW else "undelivered"
        self._note(envelope, state, outcome)
        if not envelope.settled.done():
            envelope.settled.set_result(outcome)
        for listener in tuple(self.on_settled):
            listener(envelope, outcome)

    def _note(self, envelope: Envelope, state: str, outcome: Outcome | None = None) -> None:
        self._inspector.note(
            "envelope",
            envelope_id=envelope.id,
            type=envelope.type,
            name=envelope.name,
            state=state,
            connection=envelope.connection,
            retry_attempt=envelope.retry_attempt,
            retry_reason=envelope.retry_reason,
            latency_ms=outcome.latency_ms if outcome else None,
            payload=envelope.payload,
            answer=outcome.answer if outcome else None,
        )

    def _note_socket(self, event: str, connection: Connection, reason: str | None) -> None:
        count = len(self.connections)
        self._inspector.note(
            "socket", event=event, connection=connection.number, connections=count, reason=reason
        )
        self._changed.set()
        self._changed = asyncio.Event()
        self._workspace.tell("app_connections", connections=count)

    @property
    def has_connected(self) -> bool:
        """Whether the app ever was there; before that nothing is queued for it."""
        return self._numbers > 0

    async def connected(self, count: int = 1) -> None:
        """Wait until the app holds at least ``count`` sockets."""
        while len(self.connections) < count:
            await self._changed.wait()

    async def disconnect(self, reason: str, number: int | None = None) -> None:
        """Send a ``disconnect`` frame to one connection or all; ``drop`` cuts without a word.

        A client that does not leave by itself after the frame is cut off ten seconds later.
        """
        for connection in tuple(self.connections):
            if number is not None and connection.number != number:
                continue
            if reason != "drop":
                frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}}
                self._workspace.clock.call_later(FAREWELL_SECONDS, partial(_abort, connection))
                await connection.socket.send_json(frame)
            else:
                _abort(connection)

    async def close(self) -> None:
        """Close every connection and forget what is pending."""
        for envelope in tuple(self.pending.values()):
            self._settle(envelope, Outcome(False, NOBODY))
        for connection in tuple(self.connections):
            await connection.socket.close()


def _recycle(connection: Connection) -> None:
    """Ask a client to connect anew, as Slack does with every socket sooner or later."""
    frame = {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "applink"}}
    connection.outbox.put_nowait(json.dumps(frame))


def _abort(connection: Connection) -> None:
    """Cut the line without a close frame."""
    if connection.transport is not None:
        connection.transport.abort()
