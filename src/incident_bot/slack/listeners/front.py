"""What every listener is handed, and how a listener's failures reach the person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from incident_bot import tracing
from incident_bot.database.gesture import Attempt, Turn, current_attempt
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.errors import AlreadyDone, NotFound, Refused, Unavailable
from incident_bot.operations.desk import Desk
from incident_bot.operations.execution import Executor
from incident_bot.slack.answers import Answers, Asker
from incident_bot.slack.cards.refusal import refusal_card
from incident_bot.slack.gateway import Gateway, Postponed, SlackRefused
from incident_bot.slack.people import People

AWAY = "The bot's database does not answer."
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Front:
    """The front of the desk in Slack. `shelf()` is the runbooks now served; `me` the bot's user;
    `executor` runs steps where that is allowed.
    """

    desk: Desk
    gateway: Gateway
    answers: Answers
    people: People
    shelf: Callable[[], Shelf]
    me: str
    executor: Executor

    async def room(self, channel: str | None) -> Incident:
        """The incident whose room this is.

        Raises:
            NotFound: outside an incident room, with what to do about it.
        """
        async with self.desk.database.read() as tx:
            incident = await tx.incidents.by_channel(channel) if channel else None
            if incident is not None:
                return incident
            opened = await tx.incidents.open_ones()
        mine = self.desk.rules().commands.incident
        rooms = [f"<#{i.channel_id}>" for i in opened[:5] if i.channel_id and not i.private]
        where = f"Open incidents: {', '.join(rooms)}" if rooms else f"{mine} declare sev2 …"
        raise NotFound("This channel is not an incident room.", where)

    async def open_form(self, trigger: str | None, view: dict[str, Any]) -> None:
        """Open a form.

        Raises:
            Refused: when the gesture is too old for a form to open.
        """
        try:
            await self.gateway.call("views.open", trigger_id=trigger, view=view, paced=False)
        except SlackRefused as refused:
            if "trigger" in refused.error:
                raise Refused(
                    "That took too long for a form to open.", "try it once more"
                ) from None
            raise

    async def answering(self, asker: Asker, act: Awaitable[None], what: str) -> None:
        """Carry out a gesture; whatever goes wrong, the person is told what to do next."""
        reference = self.desk.mint.reference()
        tracing.note(what=what, reference=reference)
        try:
            await act
        except AlreadyDone:
            _log.info("gesture.done_elsewhere", what=what)  # the other attempt has answered
            return
        except Refused as refused:
            card = refusal_card(refused.say, refused.hint, None)
        except Unavailable as error:
            _log.error("gesture.unavailable", what=what, reference=reference, why=str(error))
            told = self._interrupted(current_attempt())
            if told is None:
                return
            card = refusal_card(*told, reference)
        except (SlackRefused, Postponed) as problem:
            _log.error("gesture.slack", what=what, reference=reference, why=str(problem))
            card = refusal_card(f"Slack did not let me: {problem}.", "try again", reference)
        except Exception as error:  # noqa: BLE001 -- the person must be answered whatever happens
            _log.error("gesture.failed", what=what, reference=reference, exc_info=error)
            card = refusal_card(
                "Something went wrong in the bot.",
                "try again; if it stays so, tell whoever runs the bot the reference",
                reference,
            )
        else:
            return
        await self.answers.privately(asker, card)

    def away(self, error: Unavailable) -> Refused:
        """What is said in a form that could not be carried out now; it is done once at most."""
        reference = self.desk.mint.reference()
        _log.error("form.unavailable", reference=reference, why=str(error))
        return Refused(AWAY, f"Submit again in a minute; it counts once ({reference}).")

    @staticmethod
    def _interrupted(attempt: Attempt | None) -> tuple[str, str] | None:
        """What to say of a gesture in whose middle the database stopped answering, and a hint.

        None when the person has been told before.
        """
        if attempt is None or not attempt.is_followed:
            return f"{AWAY[:-1]}, so nothing was changed.", "try again in a minute"
        attempt.interrupted = True
        if attempt.turn is Turn.AGAIN:
            return None
        done = "is recorded" if attempt.marked else "is on record and follows as soon as it does"
        return f"{AWAY} What you asked for {done}.", "no need to repeat it"
