"""One sandbox: the workspace with everything that serves it, put together in one place."""

from slack_sandbox.clock import Clock
from slack_sandbox.dispatch import Dispatcher, Interceptor
from slack_sandbox.events import EventFeed
from slack_sandbox.faults import Faults
from slack_sandbox.first_day import new_workspace
from slack_sandbox.gestures.hands import Hands
from slack_sandbox.ids import Ids
from slack_sandbox.inspector import Inspector
from slack_sandbox.misbehaviour import FaultyCalls, FaultySockets, LimitedCalls
from slack_sandbox.model import State
from slack_sandbox.rates import RateLimits
from slack_sandbox.response_url import ResponseUrls
from slack_sandbox.rules import Rules
from slack_sandbox.schedule import arm_all
from slack_sandbox.socket import SocketHub
from slack_sandbox.stream import Feed
from slack_sandbox.triggers import Triggers
from slack_sandbox.workspace import Workspace


class Sandbox:
    """Everything behind the server; make it inside a running event loop.

    Attributes:
        limits: Slack's rate limits, off until ``limits.on`` is set.
        faults: misbehaviour in force, none at first.

    Args:
        rules: switches and deadlines; Slack's defaults when left out.
        seed: makes ids and the choice of sockets repeatable.
        workspace: a workspace to serve instead of a new one.
    """

    def __init__(
        self,
        rules: Rules | None = None,
        seed: int | None = None,
        workspace: Workspace | None = None,
    ) -> None:
        self.workspace = workspace or new_workspace(Ids(seed), Clock(), rules or Rules())
        self.inspector = Inspector(self.workspace.clock)
        self.hub = SocketHub(self.workspace, self.inspector)
        self.triggers = Triggers(self.workspace)
        self.response_urls = ResponseUrls(self.workspace, self.inspector)
        self.dispatcher = Dispatcher(self.workspace, self.hub, self.triggers, self.inspector)
        self.events = EventFeed(self.workspace, self.hub)
        self.feed = Feed(self.workspace, self.inspector)
        self.hands = Hands(self.workspace, self.hub, self.triggers, self.response_urls)
        self.limits = RateLimits(self.workspace.rules)
        self.faults = self.hub.faults = Faults()
        self._faulty_sockets = FaultySockets(self.faults, self.hub)
        self.intercept(LimitedCalls(self.limits, self.workspace.clock))
        self.intercept(FaultyCalls(self.faults))
        arm_all(self.workspace)

    @property
    def is_idle(self) -> bool:
        """Whether no call is in flight and no envelope waits for its acknowledgement."""
        calls = self.dispatcher.in_flight + self.response_urls.in_flight
        return not calls and not self.hub.pending

    def intercept(self, interceptor: Interceptor) -> None:
        """Let an interceptor (rate limits, faults) stand before and after every call."""
        self.dispatcher.interceptors.append(interceptor)
        self.response_urls.interceptors.append(interceptor)

    def restore(self, state: State) -> None:
        """Put another state in place of this one; the tokens in use stay valid."""
        app = self.workspace.app
        state.app.bot_token, state.app.app_token = app.bot_token, app.app_token
        state.app.client_token = app.client_token
        self.workspace.state = state
        arm_all(self.workspace)
        self.feed.reset()

    async def close(self) -> None:
        """End streams and sockets and forget every alarm."""
        self.feed.close()
        await self._faulty_sockets.close()
        await self.hub.close()
        self.workspace.clock.stop()
