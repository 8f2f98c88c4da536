"""One attempt at an effect: every way in which calls to Slack can end becomes an outcome."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta

from incident_bot.database.jobs import Claimed
from incident_bot.domain.delivery import GiveUp, Outcome, TryLater, after_failure, backoff
from incident_bot.errors import NotFound
from incident_bot.operations.desk import Desk
from incident_bot.slack.explained import explain
from incident_bot.slack.gateway import Postponed, SlackRefused

NOT_THERE_YET = TryLater(timedelta(seconds=2), "the room is not there yet", counted=True)


async def attempt(desk: Desk, job: Claimed, effect: Awaitable[Outcome]) -> Outcome:
    """Do an effect once; what may pass is tried later, not for ever, and what will not is said."""
    try:
        return await effect
    except Postponed as postponed:
        outcome = postponed.outcome
        if outcome.counted and not outcome.after:
            wait = backoff(job.attempt, desk.mint.fraction())
            outcome = TryLater(wait, outcome.why, unsure=outcome.unsure)
        return after_failure(outcome, job.attempt)
    except SlackRefused as refused:
        return GiveUp(explain(refused))
    except NotFound as gone:
        return GiveUp(gone.say, quiet=True)
