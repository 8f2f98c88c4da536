"""What holds for every test: the network is the loopback, and no property has a deadline."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A deadline would be a timed assertion: it would fail on a busy machine, not on a wrong program.
settings.register_profile(
    "dev", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
