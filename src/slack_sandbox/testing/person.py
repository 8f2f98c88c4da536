"""A person of the workspace, who types, clicks, reads and waits."""

import re
from collections.abc import Iterator
from typing import Any

from slack_sandbox.gestures import perform
from slack_sandbox.model import Conversation, Json, User
from slack_sandbox.sandbox import Sandbox
from slack_sandbox.testing.finding import Surface, buttons, menus, named, surfaces
from slack_sandbox.testing.message import Message
from slack_sandbox.testing.modal import Modal, entry
from slack_sandbox.testing.places import place, spoken, transcript
from slack_sandbox.testing.waiting import PATIENCE, until

Pattern = str | re.Pattern[str]


def reads(pattern: Pattern, text: str) -> bool:
    """Whether a text contains the words, or matches the regular expression."""
    return pattern in text if isinstance(pattern, str) else bool(pattern.search(text))


class Person:
    """One person. Channels are given by name, id, or ``dm`` for the app's direct messages.

    Every gesture returns Slack's answer to it (``ok``, ``acked``, ``error`` …) and does not raise
    when Slack or the app refuses; what the person then sees is in the workspace.
    """

    def __init__(self, sandbox: Sandbox, user: User) -> None:
        self._sandbox = sandbox
        self._workspace = sandbox.workspace
        self._user = user

    @property
    def id(self) -> str:
        return self._user.id

    @property
    def name(self) -> str:
        return self._user.name

    @property
    def mention(self) -> str:
        """``<@U…>``."""
        return f"<@{self._user.id}>"

    def _place(self, channel: str) -> Conversation:
        return place(self._workspace, self._user, channel)

    async def _do(self, gesture: str, **fields: Any) -> Json:
        return await perform(
            self._sandbox.hands, {"user": self._user.id, "gesture": gesture, **fields}
        )

    async def types(self, text: str, channel: str, thread_ts: str | None = None) -> Json:
        """Type something: a slash command when it starts with ``/``, else a message."""
        if text.startswith("/"):
            command, _, rest = text.partition(" ")
            where = self._place(channel).id
            fields = {"command": command, "text": rest, "thread_ts": thread_ts}
            return await self._do("slash", channel=where, **fields)
        await self.says(text, channel, thread_ts)
        return {"ok": True}

    async def says(self, text: str, channel: str, thread_ts: str | None = None) -> Message:
        """Write a message."""
        found = self._place(channel)
        answer = await self._do("say", channel=found.id, text=text, thread_ts=thread_ts)
        return Message(found.history.messages[answer["ts"]], found, self._workspace)

    async def replies(self, text: str, message: Message) -> Message:
        """Answer in a message's thread."""
        return await self.says(text, message.channel.id, message.thread_ts or message.ts)

    async def edits(self, message: Message, text: str) -> Json:
        """Change one's own message."""
        return await self._do("edit", channel=message.channel.id, ts=message.ts, text=text)

    async def deletes(self, message: Message) -> Json:
        """Delete one's own message."""
        return await self._do("delete", channel=message.channel.id, ts=message.ts)

    async def reacts(self, name: str, message: Message) -> Json:
        """Put an emoji on a message."""
        return await self._do("react", channel=message.channel.id, ts=message.ts, name=name)

    async def unreacts(self, name: str, message: Message) -> Json:
        """Take the emoji off again."""
        return await self._do("unreact", channel=message.channel.id, ts=message.ts, name=name)

    async def pins(self, message: Message) -> Json:
        """Pin a message."""
        return await self._do("pin", channel=message.channel.id, ts=message.ts)

    async def unpins(self, message: Message) -> Json:
        """Unpin a message."""
        return await self._do("unpin", channel=message.channel.id, ts=message.ts)

    async def joins(self, channel: str) -> Json:
        """Enter a public channel."""
        return await self._do("join", channel=self._place(channel).id)

    async def leaves(self, channel: str) -> Json:
        """Go out of a channel."""
        return await self._do("leave", channel=self._place(channel).id)

    async def invites(self, channel: str, *names: str) -> Json:
        """Bring people or the app (``bot``) into a channel."""
        users = [self._workspace.app.bot_user_id if n == "bot" else n for n in names]
        return await self._do("invite", channel=self._place(channel).id, users=users)

    async def creates(self, name: str, *, private: bool = False) -> Json:
        """Make a channel."""
        return await self._do("create_channel", name=name, is_private=private)

    async def uploads(self, name: str, content: bytes, channel: str, text: str = "") -> Message:
        """Share a file."""
        found = self._place(channel)
        fields = {"user": self._user.id, "gesture": "upload", "channel": found.id, "text": text}
        answer = await perform(self._sandbox.hands, fields, [(name, content)])
        return Message(found.history.messages[answer["ts"]], found, self._workspace)

    async def attaches(self, name: str, content: bytes) -> Json:
        """Choose a file for a modal; give the file object to ``fills`` or ``submits`` in a list."""
        fields = {"user": self._user.id, "gesture": "upload"}
        answer = await perform(self._sandbox.hands, fields, [(name, content)])
        [file] = answer["uploaded"]
        return dict(file)

    async def does(self, gesture: str, **fields: Any) -> Json:
        """Make any other gesture of the page's contract, e.g. ``set_topic`` or ``archive``."""
        if "channel" in fields:
            fields["channel"] = self._place(fields["channel"]).id
        return await self._do(gesture, **fields)

    async def opens_home(self, tab: str = "home") -> Json:
        """Visit the app's Home."""
        return await self._do("open_home", tab=tab)

    async def runs(self, callback_id: str, message: Message | None = None) -> Json:
        """Run a global shortcut, or a message shortcut on a message."""
        if message is None:
            return await self._do("shortcut", callback_id=callback_id)
        where = {"channel": message.channel.id, "ts": message.ts}
        return await self._do("message_shortcut", callback_id=callback_id, **where)

    # What the person sees ---------------------------------------------------------------------

    def messages(self, channel: str) -> list[Message]:
        """Return what the person sees in a channel, threads and ephemerals too, oldest first."""
        return spoken(self._workspace, self._place(channel), self._user.id)

    def ephemerals(self, channel: str) -> list[Message]:
        """Return the messages in a channel that only this person sees, oldest first."""
        return [message for message in self.messages(channel) if message.is_ephemeral]

    async def sees(
        self,
        pattern: Pattern,
        channel: str,
        within: float = PATIENCE,
        after: Message | None = None,
    ) -> Message:
        """Wait until the person can read something, and return the newest message with it.

        Args:
            pattern: words, or a compiled regular expression.
            channel: where to look; waits for the channel too.
            within: seconds of patience.
            after: only messages newer than this one.

        Raises:
            AssertionError: with the channel's transcript.
        """

        def look() -> Message | None:
            for message in reversed(self._seen(channel)):
                newer = after is None or message.ts > after.ts
                if newer and (reads(pattern, message.text) or reads(pattern, message.raw["text"])):
                    return message
            return None

        def describe() -> str:
            shown = transcript(self._seen(channel))
            return f"{self.name} never saw {pattern!r} in {channel}; there was:\n{shown}"

        return await until(self._sandbox, look, within, describe)

    def _seen(self, channel: str) -> list[Message]:
        try:
            return self.messages(channel)
        except LookupError:
            return []

    # Messages, modals and Home to click in ------------------------------------------------------

    @property
    def modal(self) -> Modal | None:
        """The view on top of the person's screen, if any."""
        stack = self._workspace.state.modals.get(self._user.id)
        return Modal(stack[-1], self._workspace) if stack else None

    @property
    def home(self) -> Modal | None:
        """The app's Home view for this person, if one was published."""
        view = self._workspace.state.homes.get(self._user.id)
        return Modal(view, self._workspace) if view else None

    async def sees_modal(self, pattern: Pattern = "", within: float = PATIENCE) -> Modal:
        """Wait for a modal with these words on top of the screen.

        Raises:
            AssertionError: when none came.
        """

        def look() -> Modal | None:
            modal = self.modal
            return modal if modal is not None and reads(pattern, modal.text) else None

        def describe() -> str:
            there = self.modal.text if self.modal else "no modal"
            return f"{self.name} never saw a modal with {pattern!r}; there was {there}"

        return await until(self._sandbox, look, within, describe)

    async def sees_home(self, pattern: Pattern = "", within: float = PATIENCE) -> Modal:
        """Wait for words on the app's Home.

        Raises:
            AssertionError: when they never came.
        """

        def look() -> Modal | None:
            home = self.home
            return home if home is not None and reads(pattern, home.text) else None

        return await until(
            self._sandbox, look, within, lambda: f"{self.name} never saw {pattern!r} on Home"
        )

    async def clicks(
        self,
        label: str,
        channel: str | None = None,
        message: Message | None = None,
        within: float = PATIENCE,
    ) -> Json:
        """Click a button, or an entry of an overflow menu, as soon as it is there.

        Args:
            label: its text (or the end of it, after an emoji), or its action_id.
            channel: where; without it the open modal, then Home.
            message: click in exactly this message.
            within: seconds of patience.

        Raises:
            AssertionError: when there is no such button.
        """
        where = message.channel.name or message.channel.id if message else channel or "the modal"
        found = await until(
            self._sandbox,
            lambda: next(buttons(self._surfaces(channel, message), label), None),
            within,
            lambda: (
                f"{self.name} found nothing to click named {label!r} in {where}; "
                f"there was:\n{transcript(self._seen(channel)) if channel else ''}"
            ),
        )
        return await self._do("act", **found)

    async def chooses(
        self,
        value: Any,
        menu: str,
        channel: str | None = None,
        message: Message | None = None,
        within: float = PATIENCE,
    ) -> Json:
        """Choose in a menu, or fill a dispatching input, named by action_id, label or placeholder.

        Raises:
            AssertionError: when there is no such menu or option.
        """
        found = await until(
            self._sandbox,
            lambda: next(
                menus(self._workspace, self._surfaces(channel, message), menu, value), None
            ),
            within,
            lambda: f"{self.name} found no menu named {menu!r}",
        )
        return await self._do("act", **found)

    def _surfaces(self, channel: str | None, message: Message | None) -> Iterator[Surface]:
        if message is not None:
            return surfaces([message], [])
        if channel is not None:
            return surfaces(reversed(self._seen(channel)), [])
        return surfaces([], [self.modal, self.home])

    async def fills(self, values: dict[str, Any], within: float = PATIENCE) -> Modal:
        """Put values into the open modal's inputs, named by label, block_id or action_id.

        Waits for a modal that has these inputs.

        Raises:
            AssertionError: when no such modal came, or an option does not exist.
        """

        def look() -> Modal | None:
            modal = self.modal
            if modal is None:
                return None
            try:
                for name in values:
                    modal.input(name)
            except AssertionError:
                return None
            return modal

        def describe() -> str:
            there = f"{self.modal.title}: {self.modal.labels}" if self.modal else "no modal"
            return f"{self.name} never saw a modal with {list(values)}; there was {there}"

        modal = await until(self._sandbox, look, within, describe)
        for name, value in values.items():
            block, found = modal.input(name)
            own = self._workspace.state.values[modal.id].setdefault(block["block_id"], {})
            own[found["action_id"]] = entry(self._workspace, found, value)
        return modal

    async def submits(self, values: dict[str, Any] | None = None) -> Json:
        """Fill in and submit the open modal; the answer's ``result`` and ``errors`` say what came.

        Raises:
            AssertionError: when there is no modal.
        """
        modal = await (self.fills(values) if values else self.sees_modal())
        return await self._do("submit", view_id=modal.id, state=modal.values)

    async def closes(self, *, everything: bool = False) -> Json:
        """Close the modal on top, or all of them.

        Raises:
            AssertionError: when there is no modal.
        """
        modal = await self.sees_modal()
        return await self._do("close", view_id=modal.id, all=everything)

    async def searches_options(
        self, typed: str, menu: str, channel: str | None = None
    ) -> list[Json]:
        """Type into an external select and return the options the app offers."""
        for where in named(self._surfaces(channel, None), menu):
            answer = await self._do("suggest", value=typed, **where)
            return list(answer.get("options", []))
        raise AssertionError(f"{self.name} found no menu named {menu!r}")
