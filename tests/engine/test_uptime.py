"""For how long a machine has run is the same to all that runs on it, whatever its clock is set to."""

from datetime import timedelta
from pathlib import Path

import pytest

from incident_bot import clock
from incident_bot.clock import PacedClock, SystemClock


@pytest.mark.skipif(not clock._BOOT_ID.exists(), reason="no boot id is to be had here")
def test_all_processes_of_a_machine_know_the_same_boot() -> None:
    one, other = SystemClock().uptime(), SystemClock().uptime()

    assert one.boot == other.boot == clock._BOOT_ID.read_text("ascii").strip()
    assert timedelta(0) < one.lasted <= other.lasted


def test_without_a_boot_id_nothing_is_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "_BOOT_ID", tmp_path / "none")

    assert SystemClock().uptime().boot != SystemClock().uptime().boot


def test_a_paced_clock_is_a_machine_of_its_own_whose_time_passes_as_fast() -> None:
    paced = PacedClock(3600)
    up, now = paced.uptime(), paced.now()
    later, then = paced.uptime(), paced.now()

    assert up.boot == later.boot
    assert up.boot not in {PacedClock(3600).uptime().boot, SystemClock().uptime().boot}
    assert later.lasted > up.lasted
    assert then > now
