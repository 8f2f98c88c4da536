import json
import zipfile
from pathlib import Path

import pytest

from sandbox.worlds import small_world
from slack_sandbox import archive
from slack_sandbox.archive import ArchiveError, Imported, import_archive

FILES: dict[str, object] = {
    "users.json": [
        {
            "id": "U1",
            "name": "eve",
            "tz": "Europe/Oslo",
            "profile": {"real_name": "Eve", "email": "eve@example.com"},
        },
        {"id": "U2", "name": "old", "deleted": True, "tz": "Nowhere/Land", "profile": {}},
    ],
    "channels.json": [
        {
            "id": "C1",
            "name": "ops",
            "created": 1_600_000_000,
            "creator": "U1",
            "members": ["U1", "U404"],
            "topic": {"value": "Ops", "creator": "U1", "last_set": 1},
            "pins": [{"id": "1600000000.000100", "type": "C", "user": "U1", "created": 2}],
        }
    ],
    "dms.json": [{"id": "D1", "created": 1, "members": ["U1", "U2"]}],
    "ops/2020-09-13.json": [
        {"type": "message", "user": "U1", "text": "first", "ts": "1600000000.000100"},
        {
            "type": "message",
            "user": "U1",
            "text": "reply",
            "ts": "1600000001.000100",
            "thread_ts": "1600000000.000100",
        },
    ],
    "ops/2020-09-14.json": [
        {"type": "message", "user": "U2", "text": "second", "ts": "1600090000.000100"}
    ],
    "ops/canvas_in_the_conversation.json": [{"odd": True}],
    "D1/2020-09-13.json": [{"type": "message", "user": "U2", "ts": "1600000002.000100"}],
}


def folder(root: Path, files: dict[str, object]) -> Path:
    for name, rows in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
    return root


def zipped(root: Path, files: dict[str, object]) -> Path:
    path = root / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, rows in files.items():
            file.writestr(name, rows if isinstance(rows, str) else json.dumps(rows))
    return path


@pytest.mark.parametrize("pack", [folder, zipped])
def test_an_export_becomes_people_conversations_and_history(tmp_path: Path, pack: object) -> None:
    workspace = small_world()
    brought = import_archive(workspace, pack(tmp_path, FILES))  # type: ignore[operator]

    assert brought == Imported(people=2, conversations=2, messages=4)
    ops = workspace.conversation("C1")
    assert [ops.history.messages[ts]["text"] for ts in ops.history.top] == ["first", "second"]
    assert ops.history.thread("1600000000.000100") == ["1600000001.000100"]
    assert ops.members == ["U1"]
    assert ops.topic.value == "Ops"
    assert ops.pins[0]["by"] == "U1"
    assert workspace.direct("U1", "U2") is not None
    assert workspace.user("old").tz == "Etc/UTC"
    assert workspace.user("ada").id == "U0ADA"


@pytest.mark.parametrize(
    ("name", "rows", "said"),
    [
        ("channels.json", "{", "channels.json"),
        ("users.json", {"id": "U1"}, "list of objects"),
        ("users.json", [{"id": "U1"}], "without name"),
        ("ops/2020-09-13.json", [{"text": "x"}], "without a ts"),
        ("ops/2020-09-13.json", "[" * 100_000, "2020-09-13.json"),
    ],
)
def test_a_malformed_file_is_named(tmp_path: Path, name: str, rows: object, said: str) -> None:
    with pytest.raises(ArchiveError, match=said):
        import_archive(small_world(), folder(tmp_path, {**FILES, name: rows}))


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("hello")
    for path in (tmp_path, tmp_path / "note.txt", tmp_path / "absent"):
        with pytest.raises(ArchiveError):
            import_archive(small_world(), path)


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST", 100)
    with pytest.raises(ArchiveError, match="MiB"):
        import_archive(small_world(), zipped(tmp_path, FILES))
