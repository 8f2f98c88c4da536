"""What concerns somebody → the app's Home.

The whole view is set at once, so that a repeat changes nothing; one that shows what is shown already
is not sent. Source: https://docs.slack.dev/reference/methods/views.publish
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping

from incident_bot.database.jobs import Claimed
from incident_bot.domain import effects
from incident_bot.domain.delivery import Outcome, Sent
from incident_bot.domain.effects import Work
from incident_bot.operations import homes
from incident_bot.operations.desk import Desk
from incident_bot.slack.attempt import attempt
from incident_bot.slack.cards.home import home_view
from incident_bot.slack.gateway import Gateway


class HomeDelivery:
    """Performs the effects of the app's Home."""

    def __init__(self, desk: Desk, gateway: Gateway) -> None:
        self._desk = desk
        self._gateway = gateway

    def performers(self) -> Mapping[type[Work], Callable[[Claimed, Work], Awaitable[Outcome]]]:
        """Every effect this door performs."""
        return {effects.PublishHome: self.perform}

    async def perform(self, job: Claimed, work: Work) -> Outcome:
        """Do one effect; every way it can end is a value."""
        if not isinstance(work, effects.PublishHome):
            raise TypeError(work.kind)
        return await attempt(self._desk, job, self._publish(work))

    async def _publish(self, work: effects.PublishHome) -> Outcome:
        now, key = self._desk.clock.now(), f"home:{work.user}"
        async with self._desk.database.read() as tx:
            home = await homes.home(tx, self._desk.rules(), work.user, now)
            shown = await tx.receipts.get(key)
        view = home_view(home)
        *said, _as_of = view["blocks"]
        digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
        # Who comes to look gets it in any case: what Slack holds may be of another installation.
        if work.number == 0 or shown is None or shown.ts != digest:
            await self._gateway.call("views.publish", user_id=work.user, view=view)
        return Sent("", digest, {"receipt": key})
