"""Names of things, and the Mint that makes new ones from entropy it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import NewType

IncidentId = NewType("IncidentId", int)
PageId = NewType("PageId", int)
UserId = NewType("UserId", str)
ChannelId = NewType("ChannelId", str)

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is misread over the phone


class Mint:
    """Makes short unguessable names. `entropy(n)` returns n random bytes."""

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self._entropy = entropy

    def reference(self) -> str:
        """A reference id for an error, as said to a person and written to the log: `ref-7k2m9q`."""
        return "ref-" + self._word(6)

    def instance(self, host: str, pid: int) -> str:
        """A name for this process, never reused."""
        return f"{host[:40]}-{pid}-{self._word(6)}"

    def fraction(self) -> float:
        """A number in [0, 1), for jitter."""
        return int.from_bytes(self._entropy(4), "big") / 2**32

    def _word(self, length: int) -> str:
        return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in self._entropy(length))


def incident_ref(incident: int) -> str:
    """How people call an incident: `INC-42`."""
    return f"INC-{incident}"
