"""The only reader of the environment, and of the configuration file it names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from incident_bot.domain.configuration import Configuration
from incident_bot.errors import ConfigurationError

CONFIG_LIMIT = 1 << 20  # bytes of a configuration file


class Settings(BaseSettings):
    """What the environment says. Every field is documented in docs/reference/settings.md."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    slack_bot_token: str = Field(default="", validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: str = Field(default="", validation_alias="SLACK_APP_TOKEN")
    slack_api_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    config: Path | None = Field(default=None, validation_alias="INCIDENT_BOT_CONFIG")
    http_host: str = Field(default="127.0.0.1", validation_alias="INCIDENT_BOT_HTTP_HOST")
    http_port: int = Field(default=8080, ge=0, le=65535, validation_alias="INCIDENT_BOT_HTTP_PORT")
    data_dir: Path = Field(default=Path("data"), validation_alias="INCIDENT_BOT_DATA_DIR")
    runbooks: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), validation_alias="INCIDENT_BOT_RUNBOOKS"
    )
    templates: Path | None = Field(default=None, validation_alias="INCIDENT_BOT_TEMPLATES")
    runbook_execution: bool = Field(default=True, validation_alias="INCIDENT_BOT_RUNBOOK_EXECUTION")
    clock_speed: float = Field(default=1.0, gt=0, validation_alias="INCIDENT_BOT_CLOCK_SPEED")
    log_level: str = Field(default="INFO", validation_alias="INCIDENT_BOT_LOG_LEVEL")
    log_format: str = Field(default="json", validation_alias="INCIDENT_BOT_LOG_FORMAT")
    lease: float = Field(default=60.0, ge=1, le=600, validation_alias="INCIDENT_BOT_LEASE")
    crash_at: str = Field(default="", validation_alias="INCIDENT_BOT_CRASH_AT")
    otel_disabled: bool = Field(default=False, validation_alias="OTEL_SDK_DISABLED")
    otel_exporter: str = Field(default="", validation_alias="OTEL_TRACES_EXPORTER")
    otel_endpoint: str = Field(default="", validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    otel_traces_endpoint: str = Field(
        default="", validation_alias="OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
    )

    @field_validator("runbooks", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Several folders are separated like in PATH."""
        if isinstance(value, str):
            return tuple(Path(part) for part in value.split(os.pathsep) if part)
        return value

    @property
    def database(self) -> str:
        """The database's URL; without one, an SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'incident-bot.db').resolve()}"

    @property
    def trace_exporters(self) -> tuple[str, ...]:
        """Where traces go, in OpenTelemetry's words: none unless an exporter or endpoint is named."""
        endpoint = self.otel_traces_endpoint or self.otel_endpoint
        named = self.otel_exporter or ("otlp" if endpoint else "none")
        words = [] if self.otel_disabled else [word.strip().lower() for word in named.split(",")]
        return tuple(word for word in words if word not in ("", "none"))

    @property
    def libraries(self) -> tuple[Path, ...]:
        """The folders of runbooks; without any, the shipped ones."""
        return self.runbooks or (shipped("runbooks"),)


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        ConfigurationError: naming the variable that is wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "environment"
        raise ConfigurationError(name, "", str(first["msg"])) from error


def read_variables(names: Iterable[str]) -> dict[str, str]:
    """The environment variables that the configuration names for runners; unset ones are left out."""
    return {name: os.environ[name] for name in names if name in os.environ}


def shipped(name: str) -> Path:
    """A folder that comes with the package: migrations, templates, runbooks, config."""
    packaged = Path(str(resources.files("incident_bot"))) / "_shipped" / name
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[2] / name


def shipped_runbooks() -> Path:
    """The runbooks that come with the package."""
    return shipped("runbooks")


def read_configuration(path: Path | None) -> Configuration:
    """Read the configuration file, on top of its preset; without one, the built-in default.

    Mappings (`policies`, `channels` …) are laid over those of the preset key by key; lists replace.

    Raises:
        ConfigurationError: naming file and key.
    """
    default = shipped("config") / "presets" / "default.yaml"
    where = path or default
    raw = _load(where)
    preset = raw.get("preset")
    if preset is not None:
        raw = _laid_over(_preset(where, str(preset)), raw)
    elif "severities" not in raw:
        raw = {**_load(default), **raw}
    try:
        return Configuration.model_validate(raw)
    except ValidationError as error:
        raise ConfigurationError(str(where), *_first_problem(error)) from error


def presets() -> list[str]:
    """The names of the shipped presets."""
    return sorted(p.stem for p in (shipped("config") / "presets").glob("*.yaml"))


def _preset(where: Path, name: str) -> dict[str, Any]:
    path = shipped("config") / "presets" / f"{name}.yaml"
    if name not in presets():
        raise ConfigurationError(
            str(where), "preset", f"{name!r} is not shipped; presets: {', '.join(presets())}"
        )
    return _load(path)


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    both = dict(below)
    for key, value in above.items():
        known = both.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            both[key] = _laid_over(known, value)
        else:
            both[key] = value
    return both


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > CONFIG_LIMIT:
            raise ConfigurationError(str(path), "", "the file is larger than 1 MiB")
        raw = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(str(path), "", f"cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigurationError(str(path), "", f"is not YAML: {error}") from error
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise ConfigurationError(str(path), "", "must be a mapping of keys to values")
    return raw


def _first_problem(error: ValidationError) -> tuple[str, str]:
    problems = error.errors()
    first = problems[0]
    key = ".".join(str(part) for part in first["loc"])
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return key, str(first["msg"]).removeprefix("Value error, ") + more
