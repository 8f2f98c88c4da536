"""Who held which role at which moment."""

from datetime import datetime

from incident_bot.domain.postmortems.record import IncidentRecord


def roles_at(record: IncidentRecord, user_id: str | None, at: datetime) -> tuple[str, ...]:
    """The roles ``user_id`` held at ``at``, in the order the record names them."""
    if user_id is None:
        return ()
    return tuple(
        tenure.role
        for tenure in record.roles
        if tenure.user_id == user_id
        and tenure.since <= at
        and (tenure.until is None or at < tenure.until)
    )
