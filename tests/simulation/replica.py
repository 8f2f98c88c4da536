"""One process of the bot inside the simulation: it can be killed, frozen and started again.

It is put together as `incident_bot.app` does it, but for what the operating system would give:
the socket, the HTTP session and the database's connections are the simulation's.
"""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.app import slack_performers
from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.domain import effects
from incident_bot.domain.delivery import Outcome, Sent, TryLater
from incident_bot.domain.effects import Work
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.engine.housekeeping import Housekeeping
from incident_bot.engine.loop import PAGES, Engine
from incident_bot.errors import Unavailable
from incident_bot.ids import Mint
from incident_bot.integrations.postmortem_templates import load_templates
from incident_bot.operations import drafting
from incident_bot.operations.desk import Desk
from incident_bot.operations.execution import Executor
from incident_bot.settings import shipped
from incident_bot.slack.answers import Answers
from incident_bot.slack.channels import Channels
from incident_bot.slack.gateway import Gateway
from incident_bot.slack.intake import NOT_ON_RECORD, PERHAPS_ON_RECORD, Intake
from incident_bot.slack.listeners.bolt import Front, build_bolt
from incident_bot.slack.pacing import Pacer
from incident_bot.slack.people import People
from simulation.ledger import Inline
from simulation.timeless import JumpingClock
from simulation.wire import Wire
from slack_sandbox.socket import Connection
from support.statements import learn_from_others

if TYPE_CHECKING:
    from simulation.world import World

inside: ContextVar[Replica | None] = ContextVar("inside", default=None)
"""The replica on whose behalf something runs; its tasks inherit it and die with it."""

TEMPLATES = load_templates(shipped("templates"), None)
LONGEST_HANDLING = 100
Perform = Callable[[Claimed, Work], Awaitable[Outcome]]


class Watched(Engine):
    """The engine, with somebody who looks whether it claims the urgent first."""

    def __init__(self, world: World, *more: Any) -> None:
        super().__init__(*more)
        self._world = world

    async def _claim(self, now: datetime) -> list[Claimed]:
        always = self._world.always
        before, places = always.due(now), self._room()
        claimed = await super()._claim(now)
        always.claimed(before, now, places[PAGES], claimed)
        always.held([job.lane for job in (*self._running.values(), *claimed)])
        return claimed


class _WhoeverIsInside:
    """The front desk of the replica on whose behalf Bolt hands on a gesture."""

    def __getattr__(self, name: str) -> Any:
        replica = inside.get()
        assert replica is not None
        return getattr(replica.front, name)


@functools.cache
def _bolt_of_all() -> AsyncApp:
    """Bolt's listeners, made once: finding out their arguments costs more than a short life."""
    return build_bolt(cast("Any", _WhoeverIsInside()), AsyncWebClient(token="xoxb-of-nobody"))


class Replica:
    """One process. `name` is new for every start: nothing is remembered but the database."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.dead = False
        self.tasks: list[asyncio.Task[Any]] = []
        self.engine: Engine | None = None
        self._awake = asyncio.Event()
        self._awake.set()
        self._connection: Connection | None = None
        self._connections: list[Inline] = []
        self.desk: Desk
        self.front: Front

    async def live(self) -> None:
        """Build everything and serve until it dies."""
        inside.set(self)
        world = self.world
        host, skew = world.host, world.host.skew()
        clock = JumpingClock(world.loop, lambda: host.ahead + skew, lambda: host.booted_at)
        database = Database(f"sqlite:///{world.file.path}", self._connect, clock=clock)
        learn_from_others(database)
        database.around_commit = self._around_commit
        mint = Mint(world.chance.randbytes)
        self.desk = desk = Desk(self.name, database, mint, world.rules)
        wire = Wire(world.sandbox, self.step, self._say)
        session = cast("Any", wire)
        app = world.sandbox.workspace.app
        client = AsyncWebClient(
            token=app.bot_token,
            base_url=f"{world.sandbox.workspace.url}/api/",
            session=session,
            retry_handlers=[],
        )
        gateway = Gateway(client, desk.clock, Pacer(), lambda *_about: None)
        people = People(gateway, database, desk.clock)
        channels = Channels(gateway, app.bot_user_id)
        try:
            await self._free_what_the_dead_held()
        except Unavailable:
            self.kill("without a database")
            return
        shelf = Shelf(())
        answers = Answers(gateway, session)
        idle = cast("Any", None)  # nothing of a runbook is run here
        executor = Executor(desk, lambda: shelf, idle, permitted=False)
        self.front = front = Front(
            desk, gateway, answers, people, lambda: shelf, app.bot_user_id, executor
        )
        self._intake = Intake(desk, _bolt_of_all(), answers, lambda *_about: None)
        performers: Mapping[type[Work], Perform] = {
            **slack_performers(desk, front, gateway, channels, session),
            effects.DraftPostmortem: self._draft,
            effects.Inbound: self._intake.replay,
        }
        self.engine = Watched(world, desk, performers, cast("Any", self))
        self._plug_in()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.engine.run(), name=f"{self.name} engine")
            group.create_task(
                Housekeeping(desk, cast("Any", self)).run(), name=f"{self.name} housekeeping"
            )
            group.create_task(self._read(), name=f"{self.name} socket")

    async def _free_what_the_dead_held(self) -> None:
        if self.world.alone:
            async with self.desk.database.write() as tx:
                await tx.jobs.release("*", self.desk.clock.now())

    # --- what befalls it ----------------------------------------------------------------------

    def kill(self, where: str) -> None:
        """Die here and now: no cleaning up reaches the database or Slack any more."""
        if self.dead:
            return
        self.dead = True
        self._say(f"killed {where}")
        if self._connection is not None:
            self._connection.socket.closed = True  # type: ignore[misc]
            self.world.sandbox.hub.connections.remove(self._connection)
        for connection in self._connections:
            connection.stop()
        for task in self.tasks:
            task.cancel()
        self.world.died(self)

    def freeze(self) -> None:
        """Stop in the middle of things, like SIGSTOP."""
        self._say("frozen")
        self._awake.clear()

    def thaw(self) -> None:
        """Go on as if nothing had happened."""
        self._say("thawed")
        self._awake.set()

    async def step(self, where: str) -> None:
        """Before anything that matters: be slow, be frozen, or die.

        Raises:
            CancelledError: when the replica is dead.
        """
        if not self.dead:
            pause = self.world.misfortune(self, where)
            if pause:
                await asyncio.sleep(pause)
            await self._awake.wait()
        if self.dead:
            raise asyncio.CancelledError

    def _around_commit(self, moment: str) -> None:
        self.world.misfortune(self, f"{moment} commit")
        if self.dead:
            raise asyncio.CancelledError

    async def _connect(self) -> Inline:
        connection = Inline(self.world.file, self.step)
        self._connections.append(connection)
        return connection

    # --- the socket ---------------------------------------------------------------------------

    def _plug_in(self) -> None:
        hub = self.world.sandbox.hub
        hub._numbers += 1
        socket = cast("Any", SimpleNamespace(closed=False))
        self._connection = Connection(hub._numbers, socket, None)
        hub.connections.append(self._connection)

    async def _read(self) -> None:
        assert self._connection is not None
        room = asyncio.Semaphore(LONGEST_HANDLING)
        while True:
            frame = await self._connection.outbox.get()
            request = SocketModeRequest.from_dict(json.loads(frame))
            assert request is not None
            await room.acquire()
            task = asyncio.create_task(self._intake.receive(cast("Any", self), request))
            task.add_done_callback(lambda _task: room.release())

    async def send_socket_mode_response(self, response: Any) -> None:
        """Acknowledge an envelope: Intake believes that this replica is its socket."""
        await self.step("before ack")
        hub, answer = self.world.sandbox.hub, response.to_dict()
        envelope = hub.pending.get(answer["envelope_id"])
        if envelope is not None and NOT_ON_RECORD in json.dumps(answer):
            self.world.people.is_told_undone(envelope.payload)
        if envelope is not None and PERHAPS_ON_RECORD in json.dumps(answer):
            self.world.people.is_told_of_doubt(envelope.payload)
        hub._acknowledge(json.dumps(answer))
        await self.step("after ack")

    # --- the engine's watch -------------------------------------------------------------------

    def fired(self, kind: str, late: float) -> None:
        self._say(f"{kind} fired {late:.3f}")
        self.world.lateness.append((kind, late, self.world.loop.passed))

    def settled(self, job: Claimed, outcome: Outcome, age: float) -> None:
        word = type(outcome).__name__ if isinstance(outcome, Sent) else outcome.why
        self._say(f"{job.key} {word}")
        self.world.ended[job.key] += not isinstance(outcome, TryLater)

    def lost(self, kind: str) -> None:
        self._say(f"{kind} lost its lease")

    def repaired(self, kind: str) -> None:
        self.world.problems.append(f"nothing_has_to_be_repaired: {kind} was missing")

    def beat(self) -> None:
        """Not of interest here."""

    async def _draft(self, _job: Claimed, work: Work) -> Outcome:
        assert isinstance(work, effects.DraftPostmortem)
        return await drafting.perform(self.desk, TEMPLATES.postmortem, work)

    def _say(self, what: str) -> None:
        self.world.note(f"{self.name} {what}")
