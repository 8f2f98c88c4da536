"""The people of the simulation: what they do, when, and what they remember of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from incident_bot.slack import actions
from simulation.rules import ADA, BO, CHEN, DANA
from slack_sandbox.errors import SlackError
from slack_sandbox.form import elements
from slack_sandbox.gestures import perform
from slack_sandbox.model import Conversation, Json

if TYPE_CHECKING:
    from simulation.world import World

EVERYBODY = (ADA, BO, CHEN, DANA)
GENERAL = "C0GENERAL1"
LONGEST_PAUSE = 240.0
MONITORING = ("investigating", "identified", "monitoring")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something somebody did: what it was, its unique words, and whether the bot took it in.

    `undone` when the bot said that nothing was done; `twin` marks words typed more than once.
    """

    kind: str
    words: str
    taken: bool
    undone: bool = False
    twin: bool = False


class People:
    """They act at random, but always the same for the same seed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance
        self.deeds: list[Deed] = []
        self._count = 0
        self._private: set[str] = set()
        self._told: set[str] = set()
        self._undone: list[tuple[str, str]] = []
        self._doubtful: list[tuple[str, str]] = []

    async def act(self) -> None:
        """A few incidents, and what people do in them."""
        acts: tuple[tuple[int, Callable[[], Awaitable[None]]], ...] = (
            (4, self._answer_page),
            (2, self._update),
            (2, self._log),
            (1, self._severity),
            (1, self._role),
            (1, self._status),
            (1, self._page),
            (1, self._resolve_or_reopen),
            (1, self._postmortem),
            (2, self._speak),
            (1, self._mark),
            (1, self._declare),
            (1, self._rename),
            (1, self._escalate),
            (1, self._close),
            (1, self._retry),
            (1, self._hide),
            (1, self._look),
        )
        weights, doers = [w for w, _ in acts], [a for _, a in acts]
        await self._declare()
        pending: list[asyncio.Task[None]] = []
        for _ in range(self._chance.randint(2, 6)):
            await asyncio.sleep(self._chance.choice((0.0, 0.3, 3.0, LONGEST_PAUSE)) * self._roll())
            doer = self._chance.choices(doers, weights)[0]
            pending.append(asyncio.ensure_future(doer()))
            if self._roll() < 0.2:  # somebody else does something at the same instant
                other = self._chance.choices(doers, weights)[0]
                pending.append(asyncio.ensure_future(other()))
            self._world.always.look()
        await asyncio.gather(*pending)

    async def look(self) -> list[str]:
        """Two people open Home; who they are."""
        two = self._chance.sample(EVERYBODY, 2)
        for who in two:
            await self._do("look", {"user": who, "gesture": "open_home"})
        return two

    async def finish(self) -> None:
        """Resolve whatever is open, until it is."""
        for _ in range(20):
            opened = self._world.rows(
                "SELECT channel_id FROM incident WHERE channel_id IS NOT NULL"
                " AND status IN ('investigating', 'identified', 'monitoring')"
            )
            if not opened:
                return
            for row in opened:
                room = self._world.sandbox.workspace.state.conversations[row["channel_id"]]
                who = next(who for who in (*room.members, ADA) if who in EVERYBODY)
                await self._type("resolve", who, room.id, "/incident resolve all well")
            await asyncio.sleep(30)

    # --- what they do -------------------------------------------------------------------------

    async def _declare(self) -> None:
        words = f"case {self._next()}"
        private = self._roll() < 0.2
        order = f"/incident declare {self._chance.choice(('sev1', 'sev1', 'sev2', 'sev3'))} {words}"
        if private:
            order += " --private"
            self._private.add(words)
        who = self._chance.choice(EVERYBODY)
        if self._roll() < 0.15:
            pause = self._chance.choice((0.0, 1.0, 20.0))
            again = asyncio.ensure_future(self._later(pause, who, order, words))
            await self._type("declare", who, GENERAL, order, words, twin=True)
            await again
        else:
            await self._type("declare", who, GENERAL, order, words)

    async def _later(self, pause: float, who: str, order: str, words: str) -> None:
        await asyncio.sleep(pause)
        await self._type("declare", who, GENERAL, order, words, twin=True)

    async def _update(self) -> None:
        words = f"news {self._next()}"
        await self._in_room("update", f"/incident update {words}", words)

    async def _log(self) -> None:
        words = f"note {self._next()}"
        await self._in_room("log", f"/incident log {words}", words)

    async def _severity(self) -> None:
        word = self._chance.choice(("sev1", "sev2", "sev3"))
        await self._in_room("severity", f"/incident severity {word}")

    async def _role(self) -> None:
        who = self._chance.choice(EVERYBODY)
        role = self._chance.choice(("commander", "scribe"))
        await self._in_room("role", f"/incident role {role} <@{who}>")

    async def _status(self) -> None:
        await self._in_room("status", f"/incident status {self._chance.choice(MONITORING)}")

    async def _page(self) -> None:
        whom = self._chance.choice(("primary", f"<@{BO}>", f"<@{CHEN}>"))
        await self._in_room("page", f"/page {whom} please")

    async def _resolve_or_reopen(self) -> None:
        word = self._chance.choice(("resolve", "resolve", "reopen", "cancel"))
        await self._in_room(word, f"/incident {word} because")

    async def _rename(self) -> None:
        room = self._room()
        if room is not None:
            [row] = self._world.rows("SELECT title FROM incident WHERE channel_id = ?", room.id)
            await self._in_room("rename", f"/incident rename {row['title']} really", room=room)

    async def _escalate(self) -> None:
        await self._in_room("escalate", "/page escalate")

    async def _close(self) -> None:
        await self._in_room("close", "/incident close")

    async def _retry(self) -> None:
        """Press the Retry button of a room's card, where there is one."""
        room = self._room()
        found = self._button(room, actions.DELIVERY_RETRY) if room is not None else None
        if room is not None and found is not None:
            who = self._chance.choice(room.members)
            if who in EVERYBODY:
                await self._do("retry", {"user": who, "gesture": "act", **found})

    async def _hide(self) -> None:
        """Leave a room, perhaps to be brought back."""
        room = self._room()
        who = self._chance.choice(EVERYBODY)
        if room is not None and who in room.members and len(room.members) > 2:
            await self._do("leave", {"user": who, "gesture": "leave", "channel": room.id})

    async def _look(self) -> None:
        """Open Home."""
        await self._do("look", {"user": self._chance.choice(EVERYBODY), "gesture": "open_home"})

    async def _postmortem(self) -> None:
        await self._in_room("postmortem", "/incident postmortem")

    async def _answer_page(self) -> None:
        """Press a button of a page somebody was sent, or answer in the room."""
        if self._roll() < 0.3:
            await self._in_room("answer", f"/page {self._chance.choice(('ack', 'decline'))}")
            return
        wanted = self._chance.choice(
            (actions.PAGE_ACKNOWLEDGE, actions.PAGE_ACKNOWLEDGE, actions.PAGE_DECLINE)
        )
        for who in self._chance.sample(EVERYBODY, len(EVERYBODY)):
            workspace = self._world.sandbox.workspace
            direct = workspace.direct(who, workspace.app.bot_user_id)
            found = self._button(direct, wanted) if direct is not None else None
            if found is not None:
                await self._do("press", {"user": who, "gesture": "act", **found}, wanted)
                return

    async def _speak(self) -> None:
        room = self._room()
        if room is not None:
            who = self._chance.choice(room.members)
            if who in EVERYBODY:
                fields = {"user": who, "gesture": "say", "channel": room.id, "text": "looking"}
                await self._do("say", fields)

    async def _mark(self) -> None:
        room = self._room()
        spoken = (
            []
            if room is None
            else [m for m in room.history.messages.values() if m.get("user") in EVERYBODY]
        )
        if room is not None and spoken:
            ts = self._chance.choice(spoken)["ts"]
            who = self._chance.choice(EVERYBODY)
            gesture = self._chance.choice(("react", "react", "unreact"))
            fields = {"gesture": gesture, "channel": room.id, "ts": ts, "name": "pushpin"}
            await self._do(gesture, {"user": who, **fields})

    # --- how they do it -----------------------------------------------------------------------

    async def _in_room(
        self, kind: str, order: str, words: str = "", room: Conversation | None = None
    ) -> None:
        room = room or self._room()
        if room is not None:
            people = [who for who in EVERYBODY if self._world.sandbox.workspace.sees(who, room)]
            if people:
                await self._type(kind, self._chance.choice(people), room.id, order, words)

    async def _type(
        self, kind: str, who: str, channel: str, order: str, words: str = "", *, twin: bool = False
    ) -> None:
        command, _, text = order.partition(" ")
        fields = {"gesture": "slash", "channel": channel, "command": command, "text": text}
        await self._do(kind, {"user": who, **fields}, words, twin=twin)

    async def _do(self, kind: str, fields: Json, words: str = "", *, twin: bool = False) -> None:
        shown = fields.get("text") or fields.get("action_id") or ""
        self._world.note(f"{fields['user']} {kind} {shown}")
        try:
            answer = await perform(self._world.sandbox.hands, fields)
        except SlackError as refusal:
            self._world.note(f"Slack refuses {kind}: {refusal.code}")
            return
        gesture = (fields["user"], str(fields.get("text")))
        undone = gesture in self._undone
        if undone:
            self._undone.remove(gesture)
        doubtful = gesture in self._doubtful
        if doubtful:
            self._doubtful.remove(gesture)
        taken = bool(answer.get("acked")) and not undone and not doubtful
        self._world.note(f"{kind} {'taken' if taken else 'not taken'}")
        self.deeds.append(Deed(kind, words, taken, undone, twin))

    def is_told_undone(self, command: Json) -> None:
        """Somebody is told, perhaps by several, that what they typed was not done, and never will be."""
        if command["trigger_id"] not in self._told:
            self._told.add(command["trigger_id"])
            self._undone.append((command["user_id"], command["text"]))

    def is_told_of_doubt(self, command: Json) -> None:
        """Somebody is told that nobody knows whether what they typed is on record."""
        self._doubtful.append((command["user_id"], command["text"]))

    def _room(self) -> Conversation | None:
        rooms = self._world.rows("SELECT channel_id FROM incident WHERE channel_id IS NOT NULL")
        if not rooms:
            return None
        channel = self._chance.choice(rooms)["channel_id"]
        return self._world.sandbox.workspace.state.conversations[channel]

    def _button(self, place: Conversation, action: str) -> dict[str, Any] | None:
        """The newest message of a place that has a certain button."""
        for message in reversed(list(place.history.messages.values())):
            for block, found in elements(message.get("blocks", [])):
                if str(found.get("action_id", "")).partition(".")[0] == action:
                    where = {"type": "message", "channel": place.id, "ts": message["ts"]}
                    ids = {"block_id": block["block_id"], "action_id": found["action_id"]}
                    return {"container": where, **ids}
        return None

    def is_private(self, words: str) -> bool:
        """Whether a case was declared in private."""
        return words in self._private

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _roll(self) -> float:
        return self._chance.random()
