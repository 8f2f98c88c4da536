"""Effects → Web API calls → outcomes. One small function per effect.

After an unknown outcome: messages are looked for by their metadata; rooms are adopted when this
bot created them; invites, pins, topics, reactions and edits are harmless to repeat; files are
looked for by title. The ephemeral receipt cannot be looked up and is repeated (it replaces itself).
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import structlog

from incident_bot import tracing
from incident_bot.database.jobs import Claimed
from incident_bot.domain import effects
from incident_bot.domain.delivery import GiveUp, Outcome, Sent, TryLater
from incident_bot.domain.effects import Work
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.incidents.naming import room_name
from incident_bot.operations import boards
from incident_bot.operations.board_reader import BoardReader
from incident_bot.operations.desk import Desk
from incident_bot.slack.attempt import attempt
from incident_bot.slack.blockkit import Card
from incident_bot.slack.cards.announcement import announcement_card
from incident_bot.slack.cards.entry import entry_card
from incident_bot.slack.cards.incident import incident_card, topic
from incident_bot.slack.cards.receipt import receipt_card
from incident_bot.slack.channels import Channels
from incident_bot.slack.explained import explain
from incident_bot.slack.files import Upload, share
from incident_bot.slack.gateway import Gateway, Postponed, SlackRefused
from incident_bot.slack.history import read_back
from incident_bot.slack.messages import Messenger, Post, checked
from incident_bot.slack.people import People

NAME_ATTEMPTS = 8
RECEIPT_LIFE = timedelta(minutes=29)
INVITE_BATCH = 100
GONE = frozenset({"message_not_found", "cant_update_message"})
"""A message that was deleted; one with replies leaves a tombstone, which cannot be edited."""
CONFIRM_REACTION = "white_check_mark"
_log = structlog.get_logger()


class Delivery:
    """Performs every effect that goes to Slack."""

    def __init__(
        self,
        desk: Desk,
        gateway: Gateway,
        channels: Channels,
        people: People,
        session: aiohttp.ClientSession,
        me: str,
        reader: BoardReader,
    ) -> None:
        self._desk = desk
        self._gateway = gateway
        self._channels = channels
        self._people = people
        self._session = session
        self._messenger = Messenger(gateway)
        self._me = me
        self._boards = reader

    def performers(self) -> Mapping[type[Work], Callable[[Claimed, Work], Awaitable[Outcome]]]:
        """Every effect this door performs."""
        return dict.fromkeys(_PERFORM, self.perform)

    async def perform(self, job: Claimed, work: Work) -> Outcome:
        """Do one effect; every way it can end is a value."""
        return await attempt(self._desk, job, _PERFORM[type(work)](self, job, work))

    # --- the room and its furniture -----------------------------------------------------------

    async def _open_room(self, job: Claimed, work: Any) -> Outcome:
        incident = await self._incident(work.incident)
        if incident is None:
            return GiveUp("there is no such incident", quiet=True)
        if incident.channel_id is not None:
            return Sent(incident.channel_id, facts={"name": incident.channel_name or ""})
        prefix = self._desk.rules().channels.room_prefix
        if job.unsure:  # perhaps it was called otherwise then
            any_title = re.compile(re.escape(f"{prefix}-{incident.id}") + "(-.*)?")
            if (adopted := await self._adopted(incident, any_title)) is not None:
                return adopted
        for number in range(NAME_ATTEMPTS):
            name = room_name(prefix, incident.id, incident.title, number)
            try:
                made = await self._gateway.call(
                    "conversations.create", name=name, is_private=incident.private
                )
                return Sent(str(made["channel"]["id"]), facts={"name": name})
            except SlackRefused as refused:
                if refused.error != "name_taken":
                    raise
            adopted = await self._adopted(incident, re.compile(re.escape(name)))
            if adopted is not None:
                return adopted
        return GiveUp("every name for the channel is taken; rename the incident and retry")

    async def _adopted(self, incident: Incident, names: re.Pattern[str]) -> Sent | None:
        """A room that this bot made for an incident and does not know of."""
        ours = await self._channels.own(names, private=incident.private)
        known = await self._incident(incident.id)
        if known is not None and known.channel_id is not None:
            # Another replica opened it meanwhile, thinking us dead.
            return Sent(known.channel_id, facts={"name": known.channel_name or ""})
        if ours is None or await self._holder(str(ours["id"])) is not None:
            return None
        return Sent(str(ours["id"]), facts={"name": str(ours["name"])})

    async def _post_card(self, job: Claimed, work: Any) -> Outcome:
        board = await self._boards.read(work.incident)
        if board is None or board.incident.channel_id is None:
            return GiveUp("the room could not be opened", quiet=True)
        return await self._messenger.post(
            Post(job, board.incident.channel_id, incident_card(board))
        )

    async def _refresh_card(self, job: Claimed, work: Any) -> Outcome:
        receipt = await self._receipt(f"card:{work.incident}")
        board = await self._boards.read(work.incident) if receipt else None
        if board is None or receipt is None:
            return GiveUp("the card is not there yet; it will be made from the newest state", True)
        try:
            return await self._messenger.edit(receipt[0], receipt[1], incident_card(board))
        except SlackRefused as refused:
            if refused.error not in GONE:
                raise
        # Somebody has deleted it, and nobody can work without it.
        return await self._messenger.post(Post(job, receipt[0], incident_card(board)))

    async def _pin_card(self, _job: Claimed, work: Any) -> Outcome:
        receipt = await self._receipt(f"card:{work.incident}")
        if receipt is None:
            return GiveUp("there is no card", quiet=True)
        return await self._harmless(
            "pins.add", {"already_pinned"}, channel=receipt[0], timestamp=receipt[1]
        )

    async def _set_topic(self, job: Claimed, work: Any) -> Outcome:
        board = await self._boards.read(work.incident)
        if board is None or board.incident.channel_id is None:
            return GiveUp("there is no room", quiet=True)
        text = topic(board)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        known = await self._receipt(f"topic:{work.incident}")
        if known is not None and known[1] == digest and not job.unsure:
            return Sent(*known)  # setting it again would post a message
        channel = board.incident.channel_id
        if not (job.unsure and await self._has_topic(channel, text)):
            await self._gateway.call("conversations.setTopic", channel=channel, topic=text)
        return Sent(channel, digest, {"receipt": f"topic:{work.incident}"})

    async def _has_topic(self, channel: str, text: str) -> bool:
        answer = await self._gateway.call("conversations.info", channel=channel)
        said = str((answer["channel"].get("topic") or {}).get("value", ""))
        return html.unescape(said) == html.unescape(text)

    async def _bookmark(self, _job: Claimed, work: Any) -> Outcome:
        incident = await self._incident(work.incident)
        if incident is None or incident.channel_id is None:
            return GiveUp("there is no room", quiet=True)
        channel = incident.channel_id
        listed = await self._gateway.call("bookmarks.list", channel_id=channel)
        if any(b.get("link") == work.link for b in listed.get("bookmarks", [])):
            return Sent(channel)
        await self._gateway.call(
            "bookmarks.add", channel_id=channel, title=work.title[:255], type="link", link=work.link
        )
        return Sent(channel)

    async def _invite(self, _job: Claimed, work: Any) -> Outcome:
        incident = await self._incident(work.incident)
        if incident is None or incident.channel_id is None:
            return GiveUp("there is no room", quiet=True)
        users = [user for user in work.users if user and user != self._me]
        for start in range(0, len(users), INVITE_BATCH):
            outcome = await self._harmless(
                "conversations.invite",
                {"already_in_channel", "cant_invite_self"},
                channel=incident.channel_id,
                users=",".join(users[start : start + INVITE_BATCH]),
                force=True,
            )
            if isinstance(outcome, GiveUp):
                return outcome
        return Sent(incident.channel_id)

    async def _announce(self, job: Claimed, work: Any) -> Outcome:
        board = await self._boards.read(work.incident)
        if board is None or board.incident.private:
            return GiveUp("private incidents are not announced", quiet=True)
        channel = await self._channels.ensure(self._desk.rules().channels.announcements)
        try:
            return await self._messenger.post(Post(job, channel, announcement_card(board)))
        except SlackRefused as refused:
            return self._channels.look_again(channel, refused, job.attempt)

    async def _refresh_announcement(self, _job: Claimed, work: Any) -> Outcome:
        receipt = await self._receipt(f"announcement:{work.incident}")
        board = await self._boards.read(work.incident) if receipt else None
        if board is None or receipt is None or board.incident.private:
            return GiveUp("there is no announcement yet", quiet=True)
        return await self._messenger.edit(receipt[0], receipt[1], announcement_card(board))

    async def _show_receipt(self, job: Claimed, work: Any) -> Outcome:
        rules, now = self._desk.rules(), self._desk.clock.now()
        async with self._desk.database.read() as tx:
            board = await boards.board(tx, rules, work.incident, now, progress=True)
        if board is None:
            return GiveUp("there is no such incident", quiet=True)
        incident, key = board.incident, f"receipt:{work.incident}"
        unhoused = incident.channel_id is None and bool(board.troubles)
        final = not unhoused and all(state != "waiting" for _, state in board.steps)
        shown = await self._receipt(key)
        if shown is not None and (shown[1] == "final" or (shown[1] == "first" and not final)):
            return GiveUp("the receipt is shown once, and once more when all is done", quiet=True)
        place = Sent("", "final" if final else "first", {"receipt": key})
        old = self._desk.clock.now() - incident.declared_at > RECEIPT_LIFE
        url = incident.receipt_url if not old else None
        if url is not None and await self._show_at(url, receipt_card(board)):
            return place
        if not unhoused:
            return GiveUp("nobody waits for a receipt", quiet=True)
        await self._messenger.post(Post(job, incident.declared_by, receipt_card(board)))
        return place

    async def _show_at(self, url: str, card: Card) -> bool:
        """Show something at the address of a command; False when that is not good any more."""
        body = {"response_type": "ephemeral", **checked(card)}
        try:
            with tracing.step("slack call", method="response_url"):
                async with self._session.post(url, json=body) as answer:
                    return answer.status < 400
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Postponed(TryLater(timedelta(0), f"receipt: {error!r}", unsure=True)) from error

    async def _say_entry(self, job: Claimed, work: Any) -> Outcome:
        async with self._desk.database.read() as tx:
            view = await boards.entry_view(tx, self._desk.rules(), work.entry)
        if view is None or view.incident.channel_id is None:
            return GiveUp("there is no room to say it in", quiet=True)
        return await self._messenger.post(Post(job, view.incident.channel_id, entry_card(view)))

    async def _confirm_pin(self, _job: Claimed, work: Any) -> Outcome:
        return await self._harmless(
            "reactions.add",
            {"already_reacted", "message_not_found", "too_many_reactions", "thread_locked"},
            channel=work.channel,
            timestamp=work.ts,
            name=CONFIRM_REACTION,
        )

    # --- post-mortem --------------------------------------------------------------------------

    async def _read_history(self, _job: Claimed, work: Any) -> Outcome:
        incident = await self._incident(work.incident)
        if incident is None or incident.channel_id is None:
            return Sent()
        spoke = await read_back(self._gateway, self._desk, incident, every_thread=True)
        asked = {incident.declared_by, *incident.roles.values(), *spoke}
        await self._people.learn(sorted(asked))
        return Sent(incident.channel_id)

    async def _upload(self, job: Claimed, work: Any) -> Outcome:
        incident = await self._incident(work.incident)
        async with self._desk.database.read() as tx:
            draft = await tx.postmortems.get(work.incident, work.revision)
        if incident is None or incident.channel_id is None or draft is None or not draft.markdown:
            return GiveUp("there is no draft or no room for it", quiet=True)
        upload = Upload(
            channel=incident.channel_id,
            title=f"{incident.ref} post-mortem draft {work.revision}",
            name=f"{incident.ref.lower()}-post-mortem-{work.revision}.md",
            content=draft.markdown.encode(),
            comment=f"Post-mortem draft {work.revision} of {incident.ref}: facts are filled in, "
            "the prompts are for you.",
        )
        return await share(self._gateway, self._session, upload, look_first=job.unsure)

    async def _repair(self, _job: Claimed, work: Any) -> Outcome:
        incident = await self._incident(work.incident)
        if incident is None or incident.channel_id is None:
            return Sent()
        try:
            await read_back(self._gateway, self._desk, incident, every_thread=False)
        except SlackRefused as refused:
            return GiveUp(explain(refused), quiet=True)
        return Sent(incident.channel_id)

    # --- what they share ----------------------------------------------------------------------

    async def _harmless(self, method: str, fine: set[str], **arguments: Any) -> Outcome:
        """A call of which a repeat is harmless: `fine` errors mean that it was done before."""
        try:
            await self._gateway.call(method, **arguments)
        except SlackRefused as refused:
            inner = {
                e.get("error") for e in refused.answer.get("errors", []) if isinstance(e, dict)
            }
            if refused.error not in fine and not (inner and inner <= fine):
                raise
        return Sent(str(arguments.get("channel", "")))

    async def _incident(self, number: int) -> Incident | None:
        async with self._desk.database.read() as tx:
            return await tx.incidents.find(number)

    async def _holder(self, channel: str) -> int | None:
        """The incident whose room a channel is."""
        async with self._desk.database.read() as tx:
            incident = await tx.incidents.by_channel(channel)
        return incident.id if incident is not None else None

    async def _receipt(self, key: str) -> tuple[str, str] | None:
        async with self._desk.database.read() as tx:
            found = await tx.receipts.get(key)
        return None if found is None else (found.channel, found.ts)


Perform = Callable[[Delivery, Claimed, Any], Awaitable[Outcome]]
_PERFORM: Mapping[type[Work], Perform] = {
    effects.OpenRoom: Delivery._open_room,  # noqa: SLF001
    effects.PostCard: Delivery._post_card,  # noqa: SLF001
    effects.RefreshCard: Delivery._refresh_card,  # noqa: SLF001
    effects.PinCard: Delivery._pin_card,  # noqa: SLF001
    effects.SetTopic: Delivery._set_topic,  # noqa: SLF001
    effects.Bookmark: Delivery._bookmark,  # noqa: SLF001
    effects.Invite: Delivery._invite,  # noqa: SLF001
    effects.Announce: Delivery._announce,  # noqa: SLF001
    effects.RefreshAnnouncement: Delivery._refresh_announcement,  # noqa: SLF001
    effects.ShowReceipt: Delivery._show_receipt,  # noqa: SLF001
    effects.SayEntry: Delivery._say_entry,  # noqa: SLF001
    effects.ConfirmPin: Delivery._confirm_pin,  # noqa: SLF001
    effects.ReadHistory: Delivery._read_history,  # noqa: SLF001
    effects.UploadPostmortem: Delivery._upload,  # noqa: SLF001
    effects.RepairRoom: Delivery._repair,  # noqa: SLF001
}
