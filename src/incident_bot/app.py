"""The composition root: builds everything once, top to bottom, starts it and stops it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import secrets
import socket as network
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot import tracing
from incident_bot.clock import Clock, PacedClock, SystemClock
from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.database.lock import FileLock
from incident_bot.database.receipts import WORKSPACE, Receipt
from incident_bot.database.revision import newest, present
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import Outcome
from incident_bot.domain.effects import Work
from incident_bot.engine.crash import Crash, read_crash
from incident_bot.engine.housekeeping import Housekeeping
from incident_bot.engine.loop import Engine
from incident_bot.errors import ConfigurationError, Unavailable
from incident_bot.ids import Mint
from incident_bot.integrations.runbook_library import RunbookLibrary, library_folders
from incident_bot.integrations.step_runners import StepRunners
from incident_bot.operations import catching_up, reviews, shifts
from incident_bot.operations.board_reader import BoardReader
from incident_bot.operations.desk import Desk
from incident_bot.operations.execution import Executor
from incident_bot.settings import Settings, read_configuration, read_variables, shipped
from incident_bot.slack.answers import Answers
from incident_bot.slack.channels import Channels
from incident_bot.slack.delivery import Delivery
from incident_bot.slack.gateway import CALL_TIMEOUT, Gateway, Postponed, SlackRefused
from incident_bot.slack.group_delivery import GroupDelivery
from incident_bot.slack.home_delivery import HomeDelivery
from incident_bot.slack.intake import Intake
from incident_bot.slack.listeners.bolt import Front, build_bolt
from incident_bot.slack.messages import Messenger
from incident_bot.slack.pacing import Pacer
from incident_bot.slack.page_delivery import PageDelivery
from incident_bot.slack.people import People
from incident_bot.slack.runbook_delivery import RunbookDelivery
from incident_bot.slack.runbook_showing import RunbookShowing
from incident_bot.slack.socket import Socket
from incident_bot.slack.tokens import Identity, wait_for_identity
from incident_bot.web.metrics import Metrics
from incident_bot.web.server import Server

STOP_PATIENCE = 8.0  # seconds; orchestrators usually kill after 10
RUNBOOKS_EVERY = 10.0
_log = structlog.get_logger()
Performer = Callable[[Claimed, Work], Awaitable[Outcome]]


def make_clock(speed: float) -> Clock:
    """The clock of this process: the system's, or a paced one for the demo and for drills."""
    return SystemClock() if speed == 1.0 else PacedClock(speed)


def make_desk(
    settings: Settings, rules: Callable[[], Configuration], clock: Clock | None = None
) -> Desk:
    """The desk, with nothing connected yet; without a clock, that of the settings."""
    mint = Mint(secrets.token_bytes)
    me = mint.instance(network.gethostname(), os.getpid())
    told = clock or make_clock(settings.clock_speed)
    database = Database(settings.database, clock=told)
    return Desk(me, database, mint, rules, settings.lease)


class App:
    """The whole bot. `start()` returns when it serves; `stop()` drains it."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._configuration = read_configuration(settings.config)
        self.desk = make_desk(settings, lambda: self._configuration, clock)
        self.metrics = Metrics(self.desk.clock)
        self.desk.database.measure = self._transaction
        self._crash: Crash | None = read_crash(settings.crash_at, settings.slack_api_url)
        if self._crash is not None:
            self.desk.database.around_commit = self._crash.around_commit
        self._templates: Any = None
        if settings.templates is not None:
            self._load_templates()  # a team's own must be right before anything starts
        folders = library_folders(settings.libraries, self._configuration.runbooks)
        self.library = RunbookLibrary(folders, settings.data_dir)
        file = self.desk.database.file
        self._lock = FileLock(file) if file is not None else None
        self._exit = contextlib.AsyncExitStack()
        self._tasks: list[asyncio.Task[Any]] = []
        self.server = Server(self.desk, self.metrics, self._socket_state)
        self.engine: Engine | None = None
        self.intake: Intake | None = None
        self._socket: Socket | None = None

    async def start(self) -> None:
        """Check, migrate, connect and serve.

        Raises:
            ConfigurationError: when something must be put right first; it says what and where.
        """
        settings = self._settings
        if self._crash is not None:
            self._crash.listen()
        self._hold()
        session, client = await self._open_client()
        await self._listen()
        migrating = asyncio.create_task(self._prepare_database())
        dice = self.desk.mint.fraction
        try:
            identity = await wait_for_identity(
                client, settings.slack_app_token, self.desk.clock, dice
            )
        finally:
            await migrating
        gateway = Gateway(client, self.desk.clock, Pacer(), self.metrics.slack_call)
        people = People(gateway, self.desk.database, self.desk.clock)
        channels = Channels(gateway, identity.user)
        await self._remember(identity)
        front = Front(
            desk=self.desk,
            gateway=gateway,
            answers=Answers(gateway, session),
            people=people,
            shelf=lambda: self.library.shelf,
            me=identity.user,
            executor=self._executor(session),
        )
        self.intake = intake = Intake(
            self.desk, build_bolt(front, client), front.answers, self.metrics.acknowledged
        )
        performers = {
            **slack_performers(self.desk, front, gateway, channels, session),
            effects.DraftPostmortem: self._draft,
            effects.RemindReviews: self._remind,
            effects.Inbound: intake.replay,
        }
        self.engine = Engine(self.desk, performers, self.metrics)
        self._socket = Socket(
            settings.slack_app_token, client, self.desk.clock, dice, self._caught_up
        )
        self._socket.socket_mode_request_listeners.append(intake.receive)
        self._exit.push_async_callback(self._socket.close)
        await self._socket.connect()
        self._begin(self.engine, channels, people)
        _log.info(
            "ready",
            team=identity.team,
            bot=identity.user,
            socket=self._socket.state,
            database=self.desk.database.dialect,
            http=f"http://{settings.http_host}:{self.server.port}",
        )

    def _hold(self) -> None:
        """Take what is given back last."""
        if self._lock is not None:
            self._lock.take()
            self._exit.callback(self._lock.release)
        self._trace()
        self._exit.push_async_callback(self.desk.database.close)

    def _trace(self) -> None:
        """Send traces where the environment says; without the packages it says so and goes on."""
        exporters = self._settings.trace_exporters
        if not exporters:
            return
        try:
            # Loaded by name, and only now: nobody else pays for it.
            otel = importlib.import_module("incident_bot.integrations.otel")
        except ImportError as error:
            _log.warning("tracing.off", why=str(error), install="incident-bot[otel]")
        else:
            self._exit.enter_context(otel.traces(exporters))

    def _transaction(self, mode: str, seconds: float) -> None:
        self.metrics.transaction(mode, seconds)
        tracing.took("transaction", seconds)

    def _executor(self, session: aiohttp.ClientSession) -> Executor:
        """Executable steps: off unless the configuration and the environment both allow them."""
        named = self._configuration.runbooks.execution.variables
        return Executor(
            self.desk,
            lambda: self.library.shelf,
            StepRunners(session, read_variables(named)).run,
            permitted=self._settings.runbook_execution,
        )

    def _begin(self, engine: Engine, channels: Channels, people: People) -> None:
        """Start everything that runs for as long as the bot does."""
        running: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "housekeeping": Housekeeping(self.desk, self.metrics).run,
            "runbooks": self._runbooks,
            "prepare": lambda: self._prepare(channels, people),
        }
        if self.desk.database.dialect == "postgresql":
            # Loaded by name, and only now: its driver is for PostgreSQL alone.
            replicas = importlib.import_module("incident_bot.database.replicas")
            desk = self.desk
            others = replicas.Replicas(desk.database, desk.me, desk.clock, desk.lease)
            running["replicas"] = others.run
        self._tasks = [
            asyncio.create_task(engine.run(), name="engine"),
            *(asyncio.create_task(self._keep(name, work)) for name, work in running.items()),
        ]

    async def _keep(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run something beside the engine; what nobody foresaw is said, and does not end it."""
        while True:
            try:
                return await work()
            except Exception as error:  # noqa: BLE001 -- incidents must go on
                reference = self.desk.mint.reference()
                _log.error("background.failed", work=name, reference=reference, exc_info=error)
                await self.desk.clock.sleep(RUNBOOKS_EVERY)

    async def _open_client(self) -> tuple[aiohttp.ClientSession, AsyncWebClient]:
        session = await self._exit.enter_async_context(
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=CALL_TIMEOUT),
                trace_configs=[self._crash.tracing()] if self._crash else None,
            )
        )
        client = AsyncWebClient(
            token=self._settings.slack_bot_token,
            base_url=self._settings.slack_api_url,
            session=session,
            retry_handlers=[],
            timeout=CALL_TIMEOUT,
        )
        return session, client

    @property
    def busy(self) -> int:
        """How many envelopes are being handled."""
        return self._socket.busy if self._socket is not None else 0

    async def wait(self, stopping: asyncio.Event) -> None:
        """Serve until `stopping` is set, or the engine ends by itself (which is an error)."""
        waiting = asyncio.create_task(stopping.wait())
        engine = next(task for task in self._tasks if task.get_name() == "engine")
        await asyncio.wait({waiting, engine}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if engine.done() and not stopping.is_set():
            await engine

    async def stop(self) -> None:
        """Take nothing new, let what runs end, give back the rest, close everything."""
        _log.info("stopping")
        if self._socket is not None:
            await self._socket.retire(STOP_PATIENCE / 4)
            await self._socket.drain(STOP_PATIENCE / 4)
        if self.intake is not None:
            await self.intake.close()
        if self.engine is not None:
            await self.engine.stop(STOP_PATIENCE / 2)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.server.stop()
        await self._exit.aclose()
        if self._crash is not None:
            self._crash.next_part()
        _log.info("stopped")

    async def _prepare_database(self) -> None:
        url, migrations = self._settings.database, shipped("migrations")
        await self._look_for_pooler()
        if await present(url) != newest(migrations):
            # Loaded by name, and only now: Alembic costs a start 10 MB and a fifth of a second.
            migrate = importlib.import_module("incident_bot.database.migrate")
            await migrate.upgrade(url, migrations)
        if self.desk.database.file is not None:
            # The only process on this file: what a dead one held is free at once.
            async with self.desk.database.write() as tx:
                await tx.jobs.release("*", self.desk.clock.now())

    async def _look_for_pooler(self) -> None:
        """Warn of a pooler through which the bot does not work."""
        if self.desk.database.dialect == "postgresql":
            # Loaded by name, and only now: its driver is for PostgreSQL alone.
            pooler = importlib.import_module("incident_bot.database.pooler")
            if await pooler.lends_by_transaction(self._settings.database):
                _log.warning("database.pooler", why=pooler.PROBLEM, remedy=pooler.REMEDY)

    async def _remember(self, identity: Identity) -> None:
        now = self.desk.clock.now()
        async with self.desk.database.write() as tx:
            await tx.receipts.put(WORKSPACE, Receipt(identity.url, identity.user), now)
            await reviews.arm(tx, self.desk.rules(), now)
            await shifts.arm(tx, self.desk.rules(), now)

    async def _listen(self) -> None:
        try:
            await self.server.start(self._settings.http_host, self._settings.http_port)
        except OSError as error:
            raise ConfigurationError(
                "INCIDENT_BOT_HTTP_PORT",
                "",
                f"cannot listen on {self._settings.http_host}:{self._settings.http_port} "
                f"({error.strerror}); choose another port, 0 takes a free one",
            ) from error

    async def _draft(self, _job: Claimed, work: Work) -> Outcome:
        if not isinstance(work, effects.DraftPostmortem):
            raise TypeError(work.kind)
        drafting = importlib.import_module("incident_bot.operations.drafting")
        if self._templates is None:
            await asyncio.to_thread(self._load_templates)
        outcome: Outcome = await drafting.perform(self.desk, self._templates.postmortem, work)
        return outcome

    def _load_templates(self) -> None:
        # Loaded by name, and with the first draft: Jinja and what fills it cost a start 0.1 s.
        loader = importlib.import_module("incident_bot.integrations.postmortem_templates")
        try:
            self._templates = loader.load_templates(shipped("templates"), self._settings.templates)
        except loader.TemplateError as error:
            raise ConfigurationError("INCIDENT_BOT_TEMPLATES", "", str(error)) from error

    async def _remind(self, _job: Claimed, work: Work) -> Outcome:
        shelf = self.library.shelf if self.library.loaded else None
        return await reviews.remind(self.desk, shelf, work)

    async def _prepare(self, channels: Channels, people: People) -> None:
        """Ask Slack now what the first incident would otherwise wait for."""
        try:
            await channels.ensure(self._configuration.channels.announcements)
            await people.learn_configured(self._configuration)
        except (Postponed, SlackRefused, Unavailable) as problem:
            _log.warning("prepare.incomplete", why=str(problem))

    async def _runbooks(self) -> None:
        while True:
            refresh = await asyncio.to_thread(self.library.refresh)
            if refresh.changed:
                _log.info(
                    "runbooks.loaded",
                    runbooks=len(self.library.shelf.runbooks),
                    problems=len(refresh.problems),
                )
            await asyncio.to_thread(self.library.read_history)
            await self.desk.clock.sleep(RUNBOOKS_EVERY)

    async def _caught_up(self) -> None:
        """Connected: what was said while nobody was is read back, after a restart too."""
        while True:
            try:
                await catching_up.compare_rooms(self.desk)
            except Unavailable as error:
                _log.warning("repair.postponed", why=str(error))
                await self.desk.clock.sleep(RUNBOOKS_EVERY)
            else:
                return

    def _socket_state(self) -> tuple[str, int]:
        if self._socket is None:
            return "connecting", 0
        socket = self._socket
        state = f"{socket.state} ({socket.trouble})" if socket.trouble else socket.state
        return state, socket.reconnects


def slack_performers(
    desk: Desk, front: Front, gateway: Gateway, channels: Channels, session: aiohttp.ClientSession
) -> dict[type[Work], Performer]:
    """Who performs the effects that Slack's side takes part in."""
    reader, messenger = BoardReader(desk, front.shelf), Messenger(gateway)
    delivery = Delivery(desk, gateway, channels, front.people, session, front.me, reader)
    runbooks = RunbookDelivery(desk, gateway, channels, session, front.shelf)
    showing = RunbookShowing(desk, messenger, front.shelf, front.executor.offered)
    return {
        **delivery.performers(),
        **PageDelivery(desk, messenger, reader).performers(),
        **GroupDelivery(desk, gateway).performers(),
        **HomeDelivery(desk, gateway).performers(),
        **runbooks.performers(),
        **showing.performers(),
        effects.RunStep: front.executor.perform,
    }
