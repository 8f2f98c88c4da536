"""The Web API, one module per family of methods."""

from slack_sandbox.methods import (
    auth,
    blocks,
    canvases,
    chat,
    conversations,
    files,
    furniture,
    history,
    scheduled,
    usergroups,
    users,
    views,
)
from slack_sandbox.methods.family import Method

METHODS: dict[str, Method] = {
    **auth.FAMILY,
    **chat.FAMILY,
    **conversations.FAMILY,
    **history.FAMILY,
    **users.FAMILY,
    **usergroups.FAMILY,
    **views.FAMILY,
    **furniture.FAMILY,
    **files.FAMILY,
    **canvases.FAMILY,
    **scheduled.FAMILY,
    **blocks.FAMILY,
}
