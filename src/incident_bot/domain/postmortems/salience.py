"""How much a message says about the incident, as a score with its reasons."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from incident_bot.domain.postmortems.options import Options
from incident_bot.domain.postmortems.record import Evidence
from incident_bot.domain.postmortems.roles import roles_at
from incident_bot.domain.postmortems.signals import chatter, word_points
from incident_bot.domain.postmortems.transcript import Message


@dataclass(slots=True)
class Listener:
    """Reads messages in order and scores each; remembers who spoke and what was named."""

    evidence: Evidence
    options: Options
    repliers: dict[tuple[str, str], set[str]]
    _paged: dict[str, datetime] = field(init=False)
    _service_named: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._paged = {}
        for page in self.evidence.pages:
            first = self._paged.get(page.user_id, page.sent_at)
            self._paged[page.user_id] = min(first, page.sent_at)

    def score(self, message: Message, text: str) -> int:
        """Points of one message; a negative score is noise."""
        if chatter(text) and not message.files:
            return -5
        words = word_points(text, self.evidence.record.service)
        proof = min(4, words.get("proof", 0) + 2 * bool(message.files))
        points = sum(words.values()) - words.get("proof", 0) + proof
        points += 3 * self.keeps_notes(message)
        points += self._attention(message)
        return points + self._firsts(message, text)

    def keeps_notes(self, message: Message) -> bool:
        """Whether the author commanded, wrote down or communicated at that moment."""
        held = roles_at(self.evidence.record, message.user_id, message.at)
        return any(role.lower() in self.options.scribes for role in held)

    def _attention(self, message: Message) -> int:
        reactors = {
            user
            for reaction in message.reactions
            for user in reaction.user_ids
            if user != message.user_id and not self.evidence.people.is_bot(user)
        }
        talkers = self.repliers.get(message.key, set())
        points = (len(reactors) >= 2) + (len(reactors) >= 4)
        return min(3, points + (message.reply_count >= 3 and len(talkers) >= 2))

    def _firsts(self, message: Message, text: str) -> int:
        points = 0
        paged_at = self._paged.get(message.user_id or "")
        if paged_at is not None and message.at >= paged_at:
            del self._paged[message.user_id or ""]
            points += 1
        service = self.evidence.record.service
        if service and not self._service_named and service.lower() in text.lower():
            self._service_named = True
            points += 1
        return points


def repliers(messages: Iterable[Message]) -> dict[tuple[str, str], set[str]]:
    """Who replied in each thread, by the parent's channel and ts."""
    talkers: dict[tuple[str, str], set[str]] = {}
    for message in messages:
        if message.is_reply and message.user_id:
            talkers.setdefault((message.channel, message.thread_ts or ""), set()).add(
                message.user_id
            )
    return talkers
