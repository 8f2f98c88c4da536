"""The configuration everybody in the simulation works under."""

from __future__ import annotations

from incident_bot.domain.configuration import Configuration

ADA, BO, CHEN, DANA = "U0ADA00001", "U0BO000002", "U0CHEN0003", "U0DANA0004"
GHOST = "U0GONE0009"
"""Somebody of the configuration whom Slack does not know: a page to them cannot arrive."""

RULES = Configuration.model_validate(
    {
        "people": {
            name: {"name": name, "slack": user}
            for name, user in (("bo", BO), ("chen", CHEN), ("dana", DANA), ("ghost", GHOST))
        },
        "policies": {
            "primary": {
                "tiers": [
                    {"targets": ["person:bo"], "acknowledge_within": "5m"},
                    {"targets": ["person:ghost"], "acknowledge_within": "5m"},
                    {"targets": ["person:chen", "person:dana"], "acknowledge_within": "5m"},
                ],
            },
            "manager": {"tiers": [{"targets": ["person:dana"], "acknowledge_within": "10m"}]},
        },
        "severities": [
            {
                "name": "SEV1",
                "policy": "primary",
                "update_every": "30m",
                "escalate_when_older": [{"after": "25m", "policy": "manager"}],
            },
            {"name": "SEV2", "policy": "primary", "update_every": "30m"},
            {"name": "SEV3", "update_every": "2h", "page_when": "never"},
        ],
        "links": [{"title": "Status page", "url": "https://status.example.com"}],
    }
)
