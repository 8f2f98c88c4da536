"""One process: how it starts, why it does not, and how it stops."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from process.house import House, a_house
from support.rest import PATIENCE, until

pytestmark = pytest.mark.alone


async def test_sigterm_ends_it_with_zero(house: House) -> None:
    bot = await house.join()
    await house.say("/incident declare sev3 slow search")

    assert await bot.stop() == 0

    await until(lambda: house.sockets == 0, "the end of its connection")


async def test_sigterm_ends_a_start_that_waits_for_slack(house: House) -> None:
    fault = house.slack.faults.add(method="auth.test", answer="503")
    bot = await house.nest.start(house.told)
    await until(lambda: fault.struck, "an attempt")

    assert await bot.stop() == 0


async def test_a_command_taken_before_sigterm_is_done_by_the_next_process(house: House) -> None:
    bot = await house.join()
    await house.rest()
    house.slack.faults.add(method="conversations.create", delay_ms=12000, times=1)
    assert await house.say("/incident declare sev3 slow search")

    assert await bot.stop() == 0
    await house.join()
    await house.rest()

    assert len(house.rooms()) == 1
    assert house.cards(house.rooms()[0]) == 1


async def test_sqlite_refuses_a_second_process_and_says_which_one_has_it(house: House) -> None:
    first = await house.join()

    second = await house.nest.start(house.told)

    assert await second.end() == 2
    assert f"is in use by process {first.pid}" in second.said()
    assert "Traceback" not in second.said()


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "SLACK_BOT_TOKEN: Slack refused it: invalid_auth"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "SLACK_APP_TOKEN: Slack refused it: invalid_auth"),
        ("SLACK_BOT_TOKEN", "hello", "must begin with xoxb-"),
        ("SLACK_APP_TOKEN", "", "SLACK_APP_TOKEN: is missing"),
        ("INCIDENT_BOT_CRASH_AT", "sometime", "INCIDENT_BOT_CRASH_AT: write call:N:before"),
        ("INCIDENT_BOT_CRASH_AT", "-,call:0:after", "INCIDENT_BOT_CRASH_AT: write call:N:before"),
    ],
)
async def test_what_must_be_put_right_is_said_in_one_line(
    house: House, variable: str, value: str, words: str
) -> None:
    bot = await house.nest.start({**house.told, variable: value})

    assert await bot.end() == 2
    lines = [line for line in bot.said().splitlines() if line.startswith("incident-bot: ")]
    assert len(lines) == 1
    assert words in lines[0]
    assert "Traceback" not in bot.said()


@pytest.mark.parametrize("where", ["data", "data/deep"])
async def test_a_folder_that_cannot_be_made_is_said_in_one_line(house: House, where: str) -> None:
    url = f"sqlite:////dev/null/{where}/bot.db"

    bot = await house.nest.start({**house.told, "DATABASE_URL": url})

    assert await bot.end() == 2
    assert "cannot be written" in bot.said()
    assert "Traceback" not in bot.said()


async def test_a_chosen_crash_is_refused_with_a_real_slack(house: House) -> None:
    told = {"SLACK_API_URL": "https://slack.com/api/", "INCIDENT_BOT_CRASH_AT": "call:1:before"}

    bot = await house.nest.start({**house.told, **told})

    assert await bot.end() == 2
    assert "local Slack only" in bot.said()


async def test_a_full_disk_loses_nothing_and_is_said(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with _small_disk(disk):
        async with a_house(tmp_path, f"sqlite:///{disk / 'bot.db'}") as house:
            await house.join()
            await house.rest()
            ballast = disk / "ballast"
            _fill(ballast)

            await house.say("/incident declare sev2 trouble with the disk")
            ada = house.slack.user("ada")
            await ada.sees("Nothing was done", channel="general", within=PATIENCE)

            ballast.unlink()
            await house.declare("trouble with the disk")
            assert len(house.rooms()) == 1
            assert house.cards(house.rooms()[0]) == 1
            for bot in house.bots:
                assert await bot.stop() == 0


@contextlib.contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted: {mounted.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while ballast.write(b"\0" * 4096):
            pass
