"""Which sections a runbook must have, by system and type.

The five shipped systems each have a standard of their own; anything else needs a way to find out
and a way to act.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from incident_bot.domain.runbooks.books import Runbook


@dataclass(frozen=True, slots=True)
class Profile:
    """Required sections in order; each entry lists kinds of which one must be there."""

    name: str
    required: tuple[tuple[str, ...], ...]
    ordered: bool = True


def _profile(name: str, words: str, *, ordered: bool = True) -> Profile:
    return Profile(name, tuple(tuple(word.split("|")) for word in words.split()), ordered)


_PACK1 = _profile(
    "pack1 seven sections",
    "quick_actions diagnostics mitigation investigation recovery escalation closure",
)
_ERPGO = _profile("ERPGo alert standard", "investigation recovery prevention")
_ERPGO_SOP = _profile("ERPGo procedure standard", "prerequisites|symptoms recovery verification")
_ERPGO_EMERGENCY = _profile(
    "ERPGo emergency standard", "symptoms recovery communication", ordered=False
)
_G3 = _profile(
    "G.3 standard", "symptoms diagnostics recovery verification escalation", ordered=False
)
_PYNOMALY = _profile(
    "Pynomaly playbook", "quick_actions escalation communication recovery", ordered=False
)
_AIWEBTEST = _profile(
    "AI-Web-Test FR-74", "symptoms diagnostics recovery escalation prevention", ordered=False
)
_DEFAULT = _profile(
    "default alert profile",
    "diagnostics|investigation mitigation|recovery|quick_actions",
    ordered=False,
)

_ACTION = _profile("default emergency profile", "quick_actions|mitigation|recovery", ordered=False)

PROFILES: Mapping[tuple[str, str], Profile] = {
    ("pack1", "alert"): _PACK1,
    ("erpgo", "alert"): _ERPGO,
    ("erpgo", "sop"): _ERPGO_SOP,
    ("erpgo", "emergency"): _ERPGO_EMERGENCY,
    ("g3", "guide"): _G3,
    ("g3", "playbook"): _G3,
    ("g3", "sop"): _G3,
    ("pynomaly", "alert"): _PYNOMALY,
    ("pynomaly", "playbook"): _PYNOMALY,
    ("pynomaly", "emergency"): _PYNOMALY,
    ("aiwebtest", "alert"): _AIWEBTEST,
    ("aiwebtest", "sop"): _AIWEBTEST,
    ("aiwebtest", "emergency"): _AIWEBTEST,
    ("aiwebtest", "dr"): _AIWEBTEST,
    ("", "alert"): _DEFAULT,
    ("", "emergency"): _ACTION,
}


def profile_of(runbook: Runbook) -> Profile | None:
    """Return the profile a runbook is held to; None for indexes, guides and free text."""
    if runbook.facts.category == "index" or runbook.slug == "index":
        return None
    kind = runbook.facts.type or ("alert" if runbook.facts.alerts else "")
    if not kind:
        return None
    return PROFILES.get((runbook.system, kind)) or PROFILES.get(("", kind))
