"""Who took part: from roles, pages, events and the channel."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from incident_bot.domain.postmortems.draft import Responder
from incident_bot.domain.postmortems.options import Options
from incident_bot.domain.postmortems.record import Evidence
from incident_bot.domain.postmortems.signals import NOISE_SUBTYPES


def responders(
    evidence: Evidence, options: Options, window: tuple[datetime, datetime]
) -> tuple[Responder, ...]:
    """Everybody who took part, by arrival. A page nobody answered makes no responder."""
    joined: dict[str, datetime] = {}
    start, end = window
    for user, at in _appearances(evidence):
        if user in options.own_ids or evidence.people.is_bot(user) or not start <= at <= end:
            continue
        joined[user] = min(at, joined.get(user, at))
    paged = {page.user_id for page in evidence.pages}
    answered = {p.user_id for p in evidence.pages if p.acknowledged_at and p.by_human}
    return tuple(
        Responder(
            name=evidence.people.name(user),
            roles=tuple(dict.fromkeys(t.role for t in evidence.record.roles if t.user_id == user)),
            joined=at,
            paged=user in paged,
            acknowledged=user in answered,
        )
        for user, at in sorted(joined.items(), key=lambda item: (item[1], item[0]))
    )


def _appearances(evidence: Evidence) -> Iterable[tuple[str, datetime]]:
    record = evidence.record
    if record.declared_by:
        yield record.declared_by, record.declared_at
    yield from ((tenure.user_id, tenure.since) for tenure in record.roles)
    yield from _from_pages(evidence)
    yield from ((u.author, u.at) for u in evidence.updates if u.author)
    yield from ((d.by, d.at) for d in evidence.decisions if d.by)
    for message in evidence.transcript.messages:
        if message.user_id and not message.bot_id and message.subtype not in NOISE_SUBTYPES:
            yield message.user_id, message.at


def _from_pages(evidence: Evidence) -> Iterator[tuple[str, datetime]]:
    for page in evidence.pages:
        if page.acknowledged_at and page.by_human:
            yield page.user_id, page.acknowledged_at
