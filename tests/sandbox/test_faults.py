import random
from pathlib import Path

import pytest
from pydantic import ValidationError

from slack_sandbox.faults import HONEST, Faults, FaultsError, read_faults


def test_without_faults_everything_is_honest() -> None:
    faults = Faults()
    assert faults.of_call("chat.postMessage", {}) is HONEST
    assert faults.of_envelope(["message"]) is HONEST
    assert not faults.frozen
    assert faults.refusal is None


def test_the_nth_call_of_a_method_and_no_other_is_struck() -> None:
    faults = Faults()
    faults.add(method="chat.postMessage", nth=3, answer="ratelimited", retry_after=2)
    faults.of_call("chat.update", {})
    answers = [faults.of_call("chat.postMessage", {}).answer for _ in range(5)]
    assert [a.retry_after if a else None for a in answers] == [None, None, 2, None, None]
    assert faults.listing() == [
        {
            "method": "chat.postMessage",
            "nth": 3,
            "answer": "ratelimited",
            "retry_after": 2,
            "struck": 1,
        }
    ]


def test_several_numbers_every_other_call_and_a_limit_on_strikes() -> None:
    faults = Faults()
    listed = faults.add(method="a", nth=[1, 4], answer="500")
    other = faults.add(method="b", every=2, times=2, answer=503)
    for _ in range(10):
        faults.of_call("a", {})
        faults.of_call("b", {})
    assert (listed.struck, other.struck) == (2, 2)
    assert other.fault.answer == "503"


def test_a_pattern_covers_a_family_of_methods_and_a_channel_narrows_it() -> None:
    faults = Faults()
    faults.add(method="chat.*", channel="C1", answer="cut")
    assert faults.of_call("chat.update", {"channel": "C1"}).answer
    assert not faults.of_call("chat.update", {"channel": "C2"}).answer
    assert not faults.of_call("pins.add", {"channel": "C1"}).answer


def test_delays_add_up_and_the_first_answer_decides() -> None:
    faults = Faults()
    faults.add(method="*", delay_ms=100)
    faults.add(method="pins.add", delay_ms=50, answer="error", error="too_many_pins")
    faults.add(method="pins.*", answer="cut")
    plan = faults.of_call("pins.add", {})
    assert plan.delay == pytest.approx(0.15)
    assert plan.answer is not None
    assert plan.answer.error == "too_many_pins"


def test_an_envelope_is_known_by_its_type_and_by_what_it_is_about() -> None:
    faults = Faults()
    faults.add(event="message", deliver="twice")
    faults.add(event="slash_commands", deliver="out_of_order")
    faults.add(event="/incident", ack="ignored")
    faults.add(event="reaction_*", deliver="never")
    assert faults.of_envelope(["events_api", "message"]).copies == 2
    plan = faults.of_envelope(["slash_commands", "/incident"])
    assert (plan.postponed, plan.deaf, plan.copies) == (True, True, 1)
    assert faults.of_envelope(["events_api", "reaction_added"]).copies == 0


def test_socket_faults_are_told_at_once_and_lasting_ones_hold() -> None:
    told: list[str] = []
    faults = Faults(on_socket=told.append)
    faults.add(socket="drop")
    frozen = faults.add(socket="freeze")
    faults.add(socket="too_many_websockets")
    assert told == ["drop", "freeze", "too_many_websockets"]
    assert faults.frozen
    assert faults.refusal == "too_many_websockets"
    faults.remove(frozen)
    assert not faults.frozen


def test_the_same_seed_makes_the_same_decisions() -> None:
    def run() -> list[float]:
        faults = Faults(random.Random())  # noqa: S311
        faults.seed(7)
        faults.add(method="*", chance=0.5, delay_ms=1, jitter_ms=9)
        return [faults.of_call("api.test", {}).delay for _ in range(50)]

    first = run()
    assert first == run()
    assert 0.0 in first
    assert max(first) > 0.001


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"method": "a", "event": "b", "answer": "cut"},
        {"method": "a"},
        {"event": "a"},
        {"socket": "explode"},
        {"method": "a", "answer": "404"},
        {"method": "a", "answer": "cut", "nth": 0},
        {"method": "a", "answer": "cut", "chance": 2},
        {"method": "a", "answer": "cut", "delay_ms": -1},
        {"method": "a", "answer": "cut", "deliver": "twice"},
        {"event": "a", "deliver": "twice", "answer": "cut"},
        {"method": "a", "answer": "cut", "colour": "red"},
    ],
)
def test_a_senseless_fault_is_refused_and_leaves_the_others_in_force(
    fields: dict[str, object],
) -> None:
    faults = Faults()
    faults.add(method="api.test", answer="cut")
    with pytest.raises(ValidationError):
        faults.replace([{"method": "a", "answer": "cut"}, fields])
    assert [row["method"] for row in faults.listing()] == ["api.test"]


def test_a_faults_file_holds_faults_and_perhaps_a_seed(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("seed: 7\nfaults:\n  - {method: pins.add, answer: 500}\n")
    assert read_faults(path) == ([{"method": "pins.add", "answer": 500}], 7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("faults: [{method: a}]", "needs answer"),
        ("faults: [a]", "valid dictionary"),
        ("fault: []", "expected `faults`"),
        ("[a]", "expected `faults`"),
        ("faults: [", "faults.yaml"),
        ("seed: soon\nfaults: []", "whole number"),
    ],
)
def test_a_faults_file_that_does_not_fit_says_why(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(text)
    with pytest.raises(FaultsError, match=said):
        read_faults(path)
