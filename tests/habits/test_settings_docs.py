"""docs/reference/settings.md says what can be set: no more, no less, with the right defaults."""

import re
import types
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic_core import PydanticUndefined

from incident_bot.domain.configuration import Configuration
from incident_bot.domain.durations import Duration
from incident_bot.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "settings.md"
ROW = re.compile(r"^\| `(?P<key>[^`]+)` \| (?P<default>[^|]*) \|", re.MULTILINE)
LISTED_WITH_DEFAULTS = {"severities", "roles"}


def section(title: str) -> dict[str, str]:
    """The rows of a section: key → default as written."""
    text = PAGE.read_text(encoding="utf-8")
    body = text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    rows = [(m["key"], m["default"].strip().strip("`")) for m in ROW.finditer(body)]
    assert len(rows) == len(dict(rows)), "a key is explained twice"
    return dict(rows)


def model_within(annotation: Any) -> tuple[str, type[BaseModel]] | None:
    """How a model hangs below a key: `.x`, `[].x` for lists, `.NAME.x` for mappings."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "", annotation
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return model_within(inner[0])
    if origin in (Union, types.UnionType):
        found = [model_within(one) for one in inner]
        return next((one for one in found if one), None)
    hung = {tuple: "[]", dict: ".NAME"}.get(origin) if origin else None
    if hung is not None and (below := model_within(inner[-1] if origin is dict else inner[0])):
        return hung, below[1]
    return None


def keys(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        below = model_within(field.annotation)
        if below is None:
            yield above + name, default
            continue
        if below[0]:
            yield above + name, default
        yield from keys(below[1], f"{above}{name}{below[0]}.")


def written(key: str, default: Any) -> str:
    if default is PydanticUndefined:
        return "required"
    if key in LISTED_WITH_DEFAULTS:
        return "see below"
    if default in (None, "", (), {}):
        return "–"
    if isinstance(default, timedelta):
        return str(TypeAdapter(Duration).dump_python(default))
    if isinstance(default, time):
        return default.strftime("%H:%M")
    if isinstance(default, tuple):
        return ", ".join(map(str, default))
    return str(default)


def test_every_variable_of_the_environment_is_explained_with_its_default() -> None:
    known = {
        str(field.validation_alias): written("", field.get_default())
        for field in Settings.model_fields.values()
    }
    assert section("Environment") == known


def test_every_key_of_the_configuration_file_is_explained_with_its_default() -> None:
    known = {key: written(key, default) for key, default in keys(Configuration)}
    known["severities"] = "see below"
    assert section("Configuration file") == known
