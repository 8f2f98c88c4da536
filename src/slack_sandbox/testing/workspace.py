"""The workspace a test opens: a sandbox with its server, and what tests ask of it."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from slack_sandbox import people
from slack_sandbox.clock import Clock
from slack_sandbox.faults import Faults
from slack_sandbox.manifest import apply_manifest
from slack_sandbox.model import Conversation, Json
from slack_sandbox.rates import RateLimits
from slack_sandbox.rules import Rules
from slack_sandbox.sandbox import Sandbox
from slack_sandbox.server import Server
from slack_sandbox.testing.message import Message
from slack_sandbox.testing.person import Person
from slack_sandbox.testing.places import place, spoken
from slack_sandbox.testing.waiting import PATIENCE, idle, until
from slack_sandbox.workspace import Workspace

Found = TypeVar("Found")


class SandboxWorkspace:
    """A real Slack-shaped server on a free port, for the length of an ``async with``.

    Args:
        manifest: an app manifest to register.
        enforce: hold the app to its manifest: commands, scopes, event subscriptions.
        rules: switches and deadlines.
        seed: makes ids and the choice of sockets repeatable.
        workspace: one to serve instead of a new one, e.g. planted from a seed file; ``rules`` and
            ``seed`` are then its own.

    Attributes:
        sandbox: everything behind it.
    """

    sandbox: Sandbox

    def __init__(
        self,
        manifest: Json | None = None,
        *,
        enforce: bool = False,
        rules: Rules | None = None,
        seed: int | None = 0,
        workspace: Workspace | None = None,
    ) -> None:
        self._manifest = manifest
        self._enforce = enforce
        self._rules = rules
        self._seed = seed
        self._workspace = workspace

    async def __aenter__(self) -> Self:
        self.sandbox = Sandbox(self._rules, self._seed, self._workspace)
        if self._manifest is not None:
            apply_manifest(self.sandbox.workspace, self._manifest, self._enforce)
        self._server = Server(self.sandbox)
        await self._server.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._server.stop()

    @property
    def url(self) -> str:
        """The server's address without a final slash; the page is there."""
        return self._server.url

    @property
    def api_url(self) -> str:
        """The Web API's base address, for ``SLACK_API_URL`` or ``base_url=``."""
        return self._server.api_url

    @property
    def bot_token(self) -> str:
        return self.sandbox.workspace.app.bot_token

    @property
    def app_token(self) -> str:
        return self.sandbox.workspace.app.app_token

    @property
    def bot_user_id(self) -> str:
        return self.sandbox.workspace.app.bot_user_id

    @property
    def clock(self) -> Clock:
        """The sandbox's clock; ``advance(seconds)`` winds every deadline forward."""
        return self.sandbox.workspace.clock

    @property
    def faults(self) -> Faults:
        """Misbehaviour: ``slack.faults.add(method="chat.postMessage", nth=1, answer="lost")``."""
        return self.sandbox.faults

    @property
    def limits(self) -> RateLimits:
        """Slack's rate limits, off until ``slack.limits.on = True``."""
        return self.sandbox.limits

    def user(self, name: str) -> Person:
        """Return a person by name or id: ada, bo, chen, dana at first."""
        return Person(self.sandbox, self.sandbox.workspace.user(name))

    def add_user(self, name: str, real_name: str = "", **known: Any) -> Person:
        """Let somebody join; ``known`` are further fields of a user, e.g. ``tz`` and ``email``.

        Raises:
            SlackError: ``name_taken``.
        """
        user = people.add(self.sandbox.workspace, name, real_name, **known)
        return Person(self.sandbox, user)

    def change_user(self, name: str, **known: Any) -> None:
        """Change what is known of somebody, e.g. ``tz``; the app is told by ``user_change``."""
        people.change(self.sandbox.workspace, self.sandbox.workspace.user(name), **known)

    def deactivate(self, name: str) -> None:
        """Close somebody's account."""
        people.deactivate(self.sandbox.workspace, self.sandbox.workspace.user(name))

    def channel(self, name: str) -> Conversation:
        """Return a channel by name or id.

        Raises:
            LookupError: when there is none.
        """
        return place(self.sandbox.workspace, self.sandbox.workspace.bot, name)

    def channels(self) -> list[str]:
        """Return the names of all channels, in the order they were made."""
        found = self.sandbox.workspace.state.conversations.values()
        return [channel.name for channel in found if channel.is_channel_like]

    def messages(self, channel: str) -> list[Message]:
        """Return a channel's messages, threads too, oldest first; without anybody's ephemerals."""
        return spoken(self.sandbox.workspace, self.channel(channel), None)

    def dm(self, name: str) -> list[Message]:
        """Return what the app and a person wrote to each other, oldest first."""
        workspace = self.sandbox.workspace
        direct = workspace.direct(workspace.user(name).id, self.bot_user_id)
        return spoken(workspace, direct, None) if direct else []

    def calls(self, method: str) -> list[Json]:
        """Return the recorded calls of a Web API method (or ``response_url``), oldest first.

        Each has ``arguments, answer, ok, error, status, latency_ms``.
        """
        kind = "response_url" if method == "response_url" else "api_call"
        return [
            entry
            for entry in self.sandbox.inspector.entries()
            if entry["kind"] == kind and entry.get("method", kind) in (method, "response_url")
        ]

    async def until(
        self, look: Callable[[], Found | None], within: float = PATIENCE, what: str = "it"
    ) -> Found:
        """Return what ``look`` finds, looking again at every change, call and envelope.

        Raises:
            AssertionError: when nothing was found in time.
        """
        return await until(self.sandbox, look, within, lambda: f"{what} did not happen")

    async def call_of(self, method: str, within: float = PATIENCE) -> Json:
        """Wait for a call of a method and return the latest.

        Raises:
            AssertionError: when none came.
        """
        found = await self.until(lambda: self.calls(method), within, f"a call of {method}")
        return found[-1]

    async def connected(self, count: int = 1, within: float = PATIENCE) -> None:
        """Wait until the app holds at least ``count`` Socket Mode connections.

        Raises:
            AssertionError: when it did not connect.
        """
        connections = self.sandbox.hub.connections
        await self.until(lambda: len(connections) >= count, within, f"connection {count}")

    async def idle(self, within: float = PATIENCE) -> None:
        """Wait until no call is in flight and no envelope waits for its acknowledgement.

        An app that works in the background may still call later; wait for what it does instead.

        Raises:
            AssertionError: when it never became quiet.
        """
        await idle(self.sandbox, within)

    def learn(self, manifest: Any) -> None:
        """Register commands and shortcuts without enforcing anything."""
        apply_manifest(self.sandbox.workspace, manifest, enforce=False)
