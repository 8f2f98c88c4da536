"""What the configuration allows to be executed: runners, approved steps, approvers."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Word = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
# max_length, not {1,200}: a bounded repetition of \w alone costs the pattern compiler 25 MB.
StepName = Annotated[str, Field(pattern=r"^[\w./-]+#[a-z0-9]+(-[a-z0-9]+)*$", max_length=264)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
EnvironmentName = Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]{0,63}$")]
FORBIDDEN_BINARIES = frozenset(
    [
        "sh",
        "bash",
        "zsh",
        "dash",
        "ksh",
        "fish",
        "busybox",
        "env",
        "sudo",
        "su",
        "doas",
        "xargs",
        "find",
        "awk",
        "gawk",
        "perl",
        "python",
        "python3",
        "ruby",
        "node",
        "php",
        "lua",
        "ssh",
        "nohup",
        "setsid",
        "timeout",
        "nice",
        "watch",
        "script",
        "expect",
        "vi",
        "vim",
        "less",
        "more",
    ]
)
"""Programs that run other programs: with one of them any list of arguments is a shell."""


def _endpoint(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc:
        msg = "must be an http or https address without a user name"
        raise ValueError(msg)
    if parts.fragment or any(part in ("..", ".") for part in parts.path.split("/")):
        msg = "must have no fragment and no dots for folders"
        raise ValueError(msg)
    return address


Endpoint = Annotated[str, Field(max_length=2000), AfterValidator(_endpoint)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpRunner(_Part):
    """Calls addresses below a prefix with one method. `token` names an environment variable."""

    type: Literal["http"]
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    prefix: Endpoint
    token: EnvironmentName | None = None


class WebhookRunner(_Part):
    """Posts the step's name and values to one endpoint, which knows what to do."""

    type: Literal["webhook"]
    url: Endpoint
    token: EnvironmentName | None = None


class ArgvRunner(_Part):
    """Starts one of a few programs, without a shell. `environment` names what they may see."""

    type: Literal["argv"]
    binaries: dict[Word, Annotated[str, Field(pattern=r"^/[A-Za-z0-9_./+-]+$")]] = Field(
        min_length=1
    )
    environment: tuple[EnvironmentName, ...] = ()

    @model_validator(mode="after")
    def _no_interpreters(self) -> Self:
        for name, path in self.binaries.items():
            bad = {name, path.rsplit("/", 1)[-1]} & FORBIDDEN_BINARIES
            if bad or ".." in path.split("/"):
                msg = f"binaries.{name}: {path} runs other programs; name the program itself"
                raise ValueError(msg)
        return self


Runner = Annotated[HttpRunner | WebhookRunner | ArgvRunner, Field(discriminator="type")]


class Execution(_Part):
    """Executable steps. Nothing runs unless `enabled`, and then only what is in `steps`."""

    enabled: bool = False
    runners: dict[Word, Runner] = {}
    steps: dict[StepName, Digest] = {}
    approver_roles: tuple[Word, ...] = ("commander",)
    approvers: tuple[Word, ...] = ()
    per_minute: int = Field(default=6, ge=1, le=60)

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that the runners name."""
        named: list[str] = []
        for runner in self.runners.values():
            if isinstance(runner, ArgvRunner):
                named += runner.environment
            elif runner.token:
                named.append(runner.token)
        return tuple(dict.fromkeys(named))
