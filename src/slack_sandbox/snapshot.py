"""The whole workspace as JSON and back: every field of the model, nothing hand-listed."""

import base64
import dataclasses
import types
import typing
from typing import Any, TypeVar

from slack_sandbox.history import History
from slack_sandbox.model import Json, State

VERSION = 1
T = TypeVar("T")


class SnapshotError(ValueError):
    """A snapshot that is not one, or is of another version."""


def export_state(state: State) -> Json:
    """Return everything the workspace remembers as JSON values."""
    return {"version": VERSION, **_encoded(state)}


def import_state(document: Json) -> State:
    """Return the workspace an export describes.

    Raises:
        SnapshotError: the document is of another version or does not fit the model; says where.
    """
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise SnapshotError(f"expected a sandbox export of version {VERSION}")
    fields = {key: value for key, value in document.items() if key != "version"}
    return typing.cast(State, _decoded(State, fields, "state"))


def _encoded(value: Any) -> Any:
    if isinstance(value, History):
        return {"messages": list(value.messages.values()), "latest_us": value.latest_us}
    if dataclasses.is_dataclass(value):
        return {f.name: _encoded(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: _encoded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encoded(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _decoded(kind: Any, value: Any, where: str) -> Any:
    """Build a value of the annotated type ``kind``."""
    if kind is History:
        return _history(value, where)
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, value, where)
    if kind is bytes:
        return base64.b64decode(_checked(str, value, where))
    if kind in (str, int, bool):
        return _checked(kind, value, where)
    return _container(typing.get_origin(kind), typing.get_args(kind), value, where)


def _container(origin: Any, arguments: tuple[Any, ...], value: Any, where: str) -> Any:
    if origin in (typing.Union, types.UnionType):
        some = next(a for a in arguments if a is not type(None))
        return None if value is None else _decoded(some, value, where)
    if origin is dict:
        items = _checked(dict, value, where).items()
        return {key: _decoded(arguments[1], item, f"{where}.{key}") for key, item in items}
    if origin is list:
        rows = enumerate(_checked(list, value, where))
        return [_decoded(arguments[0], item, f"{where}[{index}]") for index, item in rows]
    if origin is tuple:
        return tuple(_checked(list, value, where))
    return value


def _dataclass(kind: Any, value: Any, where: str) -> Any:
    given = _checked(dict, value, where)
    hints = typing.get_type_hints(kind)
    names = {f.name for f in dataclasses.fields(kind)}
    unknown = sorted(set(given) - names)
    if unknown:
        raise SnapshotError(f"{where}: unknown {', '.join(unknown)}")
    decoded = {key: _decoded(hints[key], item, f"{where}.{key}") for key, item in given.items()}
    try:
        return kind(**decoded)
    except TypeError as error:
        raise SnapshotError(f"{where}: {error}") from error


def _history(value: Any, where: str) -> History:
    given = _checked(dict, value, where)
    history = History()
    for index, message in enumerate(given.get("messages", [])):
        if not isinstance(message, dict) or not isinstance(message.get("ts"), str):
            raise SnapshotError(f"{where}.messages[{index}]: a message needs a ts")
        history.add(message)
    history.latest_us = max(history.latest_us, given.get("latest_us", 0))
    return history


def _checked(kind: type[T], value: Any, where: str) -> T:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SnapshotError(f"{where}: expected {kind.__name__}, not {type(value).__name__}")
    return value
