import json

import pytest

from sandbox.worlds import small_world
from slack_sandbox.furniture import bookmark, pin, react
from slack_sandbox.messages import post
from slack_sandbox.model import File, UserGroup
from slack_sandbox.snapshot import SnapshotError, export_state, import_state


async def test_an_export_read_back_is_the_same_workspace() -> None:
    workspace = small_world()
    general = workspace.conversation("C0GENERAL")
    parent = post(workspace, general, {"user": "U0ADA", "text": "Hello"})
    post(workspace, general, {"user": "U0BO", "text": "Hi", "thread_ts": parent["ts"]})
    react(workspace, general, parent, "U0BO", "eyes")
    pin(workspace, general, parent, "U0ADA")
    bookmark(workspace, general, "U0ADA", "Board", "https://example.com")
    workspace.state.usergroups["S1"] = UserGroup("S1", "On call", "oncall", users=["U0ADA"])
    file = File("F1", "a.bin", "a", "U0ADA", "application/octet-stream", "binary", 1, b"\x00\xff")
    file.shares.append(("public", "C0GENERAL", parent["ts"]))
    workspace.state.files["F1"] = file

    read = import_state(json.loads(json.dumps(export_state(workspace.state))))

    assert read == workspace.state
    assert read.conversations["C0GENERAL"].history.next_ts(0) > parent["ts"]


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({}, "version"),
        ([], "version"),
        ({"version": 99}, "version"),
        ({"version": 1}, "state"),
        ({"version": 1, "nonsense": 1}, "nonsense"),
        ({"version": 1, "team": "T1"}, "state.team"),
        ({"version": 1, "team": {"id": 1}}, "state.team.id"),
        ({"version": 1, "conversations": {"C1": {"history": {"messages": [{}]}}}}, "C1.history"),
    ],
)
def test_what_is_no_export_is_refused_and_says_where(document: object, where: str) -> None:
    with pytest.raises(SnapshotError, match=where):
        import_state(document)  # type: ignore[arg-type]
