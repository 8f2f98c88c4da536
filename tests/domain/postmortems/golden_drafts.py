"""The golden drafts, and how to write them anew: ``python -m domain.postmortems.golden_drafts``."""

from collections.abc import Mapping
from pathlib import Path

from domain.postmortems.checkout_incident import (
    EVIDENCE,
    NOW,
    OPTIONS,
    PEOPLE,
    START,
    TEMPLATE,
)
from incident_bot.domain.postmortems.assemble import assemble
from incident_bot.domain.postmortems.html_page import to_html
from incident_bot.domain.postmortems.options import Options
from incident_bot.domain.postmortems.record import Evidence, IncidentRecord
from incident_bot.domain.postmortems.render import render

FOLDER = Path(__file__).parent / "golden"

BARE = Evidence(
    record=IncidentRecord(number=7, title="", status="investigating", declared_at=START),
    people=PEOPLE,
)


def drafts() -> Mapping[str, str]:
    """File name to content, as the code makes it now."""
    full = render(assemble(EVIDENCE, now=NOW, options=OPTIONS), TEMPLATE)
    by_role = Options(actors="roles", bots=OPTIONS.bots, own_ids=OPTIONS.own_ids)
    return {
        "checkout.md": full,
        "checkout.html": to_html(full),
        "checkout-by-role.md": render(assemble(EVIDENCE, now=NOW, options=by_role), TEMPLATE),
        "bare.md": render(assemble(BARE, now=NOW), TEMPLATE),
    }


if __name__ == "__main__":
    for name, content in drafts().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
