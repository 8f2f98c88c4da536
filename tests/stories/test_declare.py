"""One line, no form: a working incident room."""

from __future__ import annotations

import contextlib
import json
import sqlite3

from incident_bot.slack import actions
from support.world import World


async def test_given_a_workspace__when_ada_declares_in_one_line__then_she_has_a_room(
    world: World,
) -> None:
    ada = world.person("ada")

    await ada.types("/incident declare sev2 checkout 5xx", channel="general")

    room = await world.room()
    assert room == "inc-1-checkout-5xx"
    card = await ada.sees("nobody yet", channel=room)
    await ada.sees("checkout 5xx", channel="incidents")
    await ada.sees("Announced", channel="general")
    await world.settle()
    assert card.is_pinned
    assert "Update" in card.buttons
    assert "SEV2" in world.slack.channel(room).topic.value
    assert any("✓ Announced" in receipt for receipt in ada.ephemerals("general"))


async def test_given_the_form_of_roles__when_two_are_given__then_no_death_parts_them(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    database, worn = world.bot.desk.database, set[int]()

    def look(_moment: str) -> None:
        with contextlib.closing(sqlite3.connect(str(database.file))) as other:
            [roles] = other.execute("SELECT roles FROM incident").fetchone()
            worn.add(len(json.loads(roles)))

    await ada.types("/incident roles", channel=room)
    await ada.sees_modal("Roles")
    database.around_commit = look
    await ada.submits({"Incident commander": "bo", "Scribe": "chen"})
    await world.settle()

    assert worn == {0, 2}


async def test_given_the_form_from_a_message__when_declared__then_no_death_parts_it_from_its_source(
    world: World,
) -> None:
    database, written = world.bot.desk.database, set[tuple[int, int]]()

    def look(_moment: str) -> None:
        with contextlib.closing(sqlite3.connect(str(database.file))) as other:
            [incidents] = other.execute("SELECT count(*) FROM incident").fetchone()
            notes = other.execute("SELECT text FROM timeline WHERE kind = 'note'").fetchall()
            written.add((incidents, sum("Declared from" in text for (text,) in notes)))

    ada = world.person("ada")
    message = await ada.says("search is slow", channel="general")
    await ada.runs(actions.SHORTCUT_DECLARE_FROM_MESSAGE, message)
    await ada.sees_modal("Declare an incident")
    database.around_commit = look
    await ada.submits()
    await world.room()
    await world.settle()

    assert written == {(0, 0), (1, 1)}
