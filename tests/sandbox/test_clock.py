import asyncio
import time

from slack_sandbox.clock import Clock


async def test_alarms_ring_in_order_and_at_their_own_time() -> None:
    clock, rung = Clock(), []
    start = clock.now()
    for seconds in (30, 10, 20):
        clock.call_later(seconds, lambda: rung.append(round(clock.now() - start)))
    clock.advance(25)
    assert rung == [10, 20]
    clock.advance(5)
    assert rung == [10, 20, 30]


async def test_an_alarm_set_by_an_alarm_rings_in_the_same_advance() -> None:
    clock, rung = Clock(), []

    def again() -> None:
        rung.append(len(rung))
        clock.call_later(60, again)

    clock.call_later(60, again)
    clock.advance(200)
    assert rung == [0, 1, 2]
    clock.stop()


async def test_a_cancelled_alarm_stays_silent() -> None:
    clock, rung = Clock(), []
    first = clock.call_later(10, lambda: rung.append("first"))
    clock.call_later(20, lambda: rung.append("second"))
    first.cancel()
    clock.advance(100)
    assert rung == ["second"]


async def test_without_winding_it_is_the_wall_clock() -> None:
    clock, rang = Clock(), asyncio.Event()
    assert abs(clock.now() - time.time()) < 1
    clock.call_later(0.01, rang.set)
    await asyncio.wait_for(rang.wait(), 10)
